//! Reading one thing again.

use std::time::Duration;

use shared::id::{AccountId, ChannelId, CommentId, VideoId};

use crate::app::App;
use crate::domain::repair::{Outcome, enlist};
use crate::federation::find::{self, FindError};
use crate::federation::vocab::Collection;
use crate::federation::{fetch, keep};
use crate::store::records::{RemoteVideo, RepairTarget};
use crate::store::tables::{AccountKey, ChannelKey, CommentKey, CommentsOf, RepairKey, VideoKey};
use crate::store::{Durability, Read, StoreError};

/// Comments of one video that are asked for again with it, those that were read longest ago.
const COMMENTS_AGAIN: usize = 5;
/// Comments that are looked at for these, last said first.
const COMMENTS_LOOKED_AT: usize = 500;
/// What was read since then is not asked for again.
const COMMENT_FRESH: Duration = Duration::from_secs(24 * 60 * 60);

/// Of which server something is; none where it is gone, or of this one.
pub(super) fn host_of_target(read: &impl Read, target: RepairTarget) -> Result<Option<String>, StoreError> {
    Ok(match target {
        RepairTarget::Video(video) => {
            read.get(&VideoKey { video })?.and_then(|video| video.remote).map(|remote| remote.host)
        }
        RepairTarget::Account(account) => {
            read.get(&AccountKey { account })?.and_then(|account| account.remote).map(|remote| remote.host)
        }
        RepairTarget::Channel(channel) => {
            read.get(&ChannelKey { channel })?.and_then(|channel| channel.remote).map(|remote| remote.host)
        }
        RepairTarget::Comment(comment) => read
            .get(&CommentKey { comment })?
            .filter(|comment| !comment.is_deleted())
            .and_then(|comment| comment.remote)
            .and_then(|remote| crate::federation::vocab::host_of(&remote.url)),
    })
}

/// Reads something again. What its server does not have any more is removed by `find`, which knows how sure that is.
pub(super) async fn read(app: &App, target: RepairTarget) -> Outcome {
    let read = match target {
        RepairTarget::Video(video) => of_video(app, video).await,
        RepairTarget::Account(account) => of_account(app, account).await,
        RepairTarget::Channel(channel) => of_channel(app, channel).await,
        RepairTarget::Comment(comment) => of_comment(app, comment).await,
    };
    match read {
        Ok(page) => Outcome::Read(page),
        // A row that is still there is missing for the first time, and asked for again.
        Err(error) if error.is_gone() || error.may_pass() => Outcome::Failed,
        Err(error) => {
            tracing::debug!(?target, %error, "what is known could not be read again");
            Outcome::Failed
        }
    }
}

async fn of_video(app: &App, video: VideoId) -> Result<Option<String>, FindError> {
    let Some(remote) = remote_video(app, video).await? else { return Ok(None) };
    find::video_anew(app, &remote.url).await?;
    // Its lists may have moved.
    let Some(remote) = remote_video(app, video).await? else { return Ok(None) };
    let likes = total(app, remote.likes_url.as_deref()).await;
    let dislikes = total(app, remote.dislikes_url.as_deref()).await;
    if likes.is_some() || dislikes.is_some() {
        let counting = app.write(Durability::Relaxed, move |write, _| {
            keep::likes(write, video, likes, dislikes).map_err(FindError::from)
        });
        counting.await?;
    }
    let Some(list) = remote.comments_url else { return Ok(None) };
    let from = app.read(move |store| store.get(&RepairKey { target: RepairTarget::Video(video) })).await?;
    let next = find::thread(app, &list, from.and_then(|row| row.page)).await?;
    comments_again(app, video).await?;
    Ok(next)
}

async fn remote_video(app: &App, video: VideoId) -> Result<Option<RemoteVideo>, StoreError> {
    let row = app.read(move |store| store.get(&VideoKey { video })).await?;
    Ok(row.and_then(|row| row.remote).map(|remote| *remote))
}

/// How many are in a list, as its server counts; none where it does not say.
async fn total(app: &App, list: Option<&str>) -> Option<u64> {
    let found = fetch::document(app, list?).await.ok()?;
    Collection::read(&found.value, &found.url).ok()?.total
}

/// Has a few of those comments asked for again that were not read for long: one that was removed may never have been
/// told of.
async fn comments_again(app: &App, video: VideoId) -> Result<(), StoreError> {
    app.write(Durability::Relaxed, move |write, now| {
        let mut old = Vec::new();
        let keys: Vec<_> = write.scan_reverse(&CommentsOf(video)).take(COMMENTS_LOOKED_AT).collect();
        for row in keys {
            let (key, ()) = row?;
            let comment = write.get(&CommentKey { comment: key.comment })?;
            let comment = comment.filter(|comment| !comment.is_deleted());
            let remote = comment.and_then(|comment| comment.remote);
            if let Some(remote) = remote.filter(|remote| COMMENT_FRESH <= now.since(remote.fetched_at)) {
                old.push((remote.fetched_at, key.comment));
            }
        }
        old.sort_unstable();
        for (_, comment) in old.into_iter().take(COMMENTS_AGAIN) {
            enlist(write, now, RepairTarget::Comment(comment))?;
        }
        Ok(())
    })
    .await
}

async fn of_account(app: &App, account: AccountId) -> Result<Option<String>, FindError> {
    let row = app.read(move |store| store.get(&AccountKey { account })).await?;
    if let Some(remote) = row.and_then(|row| row.remote) {
        find::actor_anew(app, &remote.url).await?;
    }
    Ok(None)
}

async fn of_channel(app: &App, channel: ChannelId) -> Result<Option<String>, FindError> {
    let row = app.read(move |store| store.get(&ChannelKey { channel })).await?;
    if let Some(remote) = row.and_then(|row| row.remote) {
        find::actor_anew(app, &remote.url).await?;
    }
    Ok(None)
}

async fn of_comment(app: &App, comment: CommentId) -> Result<Option<String>, FindError> {
    find::comment_anew(app, comment).await?;
    Ok(None)
}
