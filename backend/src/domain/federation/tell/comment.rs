//! What people say of videos.

use shared::time::Timestamp;

use super::hearers::{Hearers, Here, Publisher, deed, latest};
use crate::domain::federation::talk::people;
use crate::domain::federation::video::is_published;
use crate::store::records::{Account, Comment, Party, Said, Video};
use crate::store::tables::{AccountKey, CommentKey, VideoKey};
use crate::store::{Read, StoreError, Write};

pub(super) fn follow(write: &mut Write<'_>, now: Timestamp, here: Here<'_>) -> Result<(), StoreError> {
    for (old, new) in write.changes_of::<CommentKey>()? {
        let is_seen = |comment: &Comment| !comment.held && !comment.is_deleted();
        match (old.filter(is_seen), new.filter(is_seen)) {
            (None, None) => {}
            (None, Some(new)) => say_made(write, now, here, &new)?,
            (Some(old), None) => say_removed(write, now, here, &old)?,
            (Some(old), Some(new)) => {
                if old.text != new.text {
                    say_changed(write, now, here, &new)?;
                }
            }
        }
    }
    Ok(())
}

/// What a comment is about, and who wrote it; none where one of them is going, which is told by itself.
fn around(write: &Write<'_>, comment: &Comment) -> Result<Option<(Video, Account)>, StoreError> {
    let Some(account) = comment.author else { return Ok(None) };
    let Some(author) = write.get(&AccountKey { account })? else { return Ok(None) };
    Ok(write.get(&VideoKey { video: comment.video })?.map(|video| (video, author)))
}

/// Who hears of a comment of ours; none where others know nothing of its video.
fn hearers<'h>(
    write: &Write<'_>,
    here: Here<'h>,
    comment: &Comment,
    video: &Video,
) -> Result<Option<Hearers<'h>>, StoreError> {
    let mut hearers = Hearers::new(here);
    if video.remote.is_some() {
        hearers.add_origin(write, video)?;
    } else {
        if !is_published(video, here.with_unlisted) {
            return Ok(None);
        }
        let Some(publisher) = Publisher::of(write, video.channel)? else { return Ok(None) };
        hearers.add_followers(write, &publisher.heard_through())?;
    }
    if let Some(people) = people(write, comment, here.host)? {
        hearers.add_followers(write, &[Party::Account(people.author.id)])?;
        for account in &people.told {
            hearers.add_account(write, account)?;
        }
    }
    Ok(Some(hearers))
}

fn say_made(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    comment: &Comment,
) -> Result<(), StoreError> {
    let Some((video, author)) = around(write, comment)? else { return Ok(()) };
    if let Some(remote) = &author.remote {
        return say_approved(write, now, here, comment, &video, &remote.inbox);
    }
    let Some(hearers) = hearers(write, here, comment, &video)? else { return Ok(()) };
    hearers.say(write, now, Party::Account(author.id), Said::CommentCreated(comment.id), &deed())
}

/// Somebody elsewhere hears at their own inbox that what they said of a video of ours is seen: their server may hold it
/// back from its own people until then.
fn say_approved(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    comment: &Comment,
    video: &Video,
    inbox: &str,
) -> Result<(), StoreError> {
    if !is_published(video, here.with_unlisted) {
        return Ok(());
    }
    let Some(publisher) = Publisher::of(write, video.channel)? else { return Ok(()) };
    let mut author = Hearers::new(here);
    author.add(write, inbox)?;
    let by = Party::Account(publisher.account);
    author.say(write, now, by, Said::CommentApproved(comment.id), &deed())
}

fn say_changed(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    comment: &Comment,
) -> Result<(), StoreError> {
    let Some((video, author)) = around(write, comment)? else { return Ok(()) };
    if author.remote.is_some() {
        return Ok(());
    }
    let Some(hearers) = hearers(write, here, comment, &video)? else { return Ok(()) };
    let about = format!("comment {}", comment.id);
    hearers.say(write, now, Party::Account(author.id), Said::CommentUpdated(comment.id), &latest(about))
}

/// One of ours goes by its author's word, whoever removed it; somebody else's by the word of whose the video is.
fn say_removed(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    comment: &Comment,
) -> Result<(), StoreError> {
    let Some((video, author)) = around(write, comment)? else { return Ok(()) };
    let Some(mut hearers) = hearers(write, here, comment, &video)? else { return Ok(()) };
    let (by, said) = match &comment.remote {
        None => {
            let said = Said::CommentDeleted { comment: comment.id, video: video.uuid };
            (author.id, said)
        }
        Some(_) if video.remote.is_some() => return Ok(()),
        Some(remote) => {
            let Some(publisher) = Publisher::of(write, video.channel)? else { return Ok(()) };
            hearers.add_account(write, &author)?;
            let url = remote.url.clone();
            (publisher.account, Said::CommentRemoved { comment: comment.id, video: video.uuid, url })
        }
    };
    hearers.say(write, now, Party::Account(by), said, &deed())
}
