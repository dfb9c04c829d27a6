//! What rooms ask for, from the store or from other servers.
//!
//! Owns the difference between what cannot be had now and what cannot be had at all: the first is tried again later, the
//! second is a fact.

use std::time::Duration;

use shared::id::{AccountId, CommentId, PlaylistId, VideoId, VideoRef};

use super::find::{self, Budget, FRESH_DURATION, FindError};
use super::ours::{self, Ours};
use super::receive::{ActorFact, CommentFact, Fact, Need, PlaylistFact, VideoFact};
use super::verify::remote_of;
use super::vocab::{Thing, host_of};
use crate::app::App;
use crate::domain::account::{account_named, channel_named};
use crate::domain::federation::{Addresses, INSTANCE, video};
use crate::domain::mute::{self, INSTANCE as BY_INSTANCE};
use crate::store::records::{ActorKind, FollowState, Party, Privacy, RemoteObject};
use crate::store::tables::{
    AccountKey, AccountMuteKey, ChannelKey, CommentKey, FollowBetweenKey, FollowKey, PlaylistKey,
    RemoteActorKey, RemoteObjectKey, VideoKey, VideoUuidKey,
};
use crate::store::{Read, StoreError};

/// Why a server is not asked.
const MUTED: &str = "its server is muted here";

/// Why something is not known yet.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// Another server cannot be asked now.
    #[error("{0}")]
    Later(String),
    /// The store failed.
    #[error("what is known could not be read")]
    Store(#[from] StoreError),
}

/// What a room asks for, out of what one activity may cause.
///
/// # Errors
/// [`GatherError`].
pub async fn gather(app: &App, budget: &mut Budget, need: &Need) -> Result<Fact, GatherError> {
    match need {
        Need::Known(url) => Ok(known(app, url).await?),
        Need::Actor(url) => {
            if is_ours(app, url) {
                return Ok(known(app, url).await?);
            }
            found(app, find::actor_within(app, budget, url, FRESH_DURATION).await, actor_fact).await
        }
        Need::ActorNow(url) => {
            if is_ours(app, url) {
                return Ok(known(app, url).await?);
            }
            found(app, find::actor_within(app, budget, url, Duration::ZERO).await, actor_fact).await
        }
        Need::Video(url) => {
            let fact = known(app, url).await?;
            if !matches!(fact, Fact::Nothing) || is_ours(app, url) {
                return Ok(fact);
            }
            found(app, find::video_of(app, budget, url).await, video_fact).await
        }
        Need::Talk(url) => {
            let fact = known(app, url).await?;
            if !matches!(fact, Fact::Nothing) || is_ours(app, url) {
                return Ok(fact);
            }
            talk(app, budget, url).await
        }
        Need::Document(url) => {
            if is_of_muted(app, url).await? {
                return Ok(Fact::Failed(MUTED.to_owned()));
            }
            match budget.document(app, url).await {
                Ok(document) => Ok(Fact::Document(document.value)),
                Err(error) => lacking(error),
            }
        }
    }
}

/// Something that can be answered, which nobody here knows yet.
async fn talk(app: &App, budget: &mut Budget, url: &str) -> Result<Fact, GatherError> {
    if is_of_muted(app, url).await? {
        return Ok(Fact::Failed(MUTED.to_owned()));
    }
    let document = match budget.document(app, url).await {
        Ok(document) => document,
        Err(error) => return lacking(error),
    };
    if Thing::of(&document.value).is_some_and(|thing| thing.is("Video")) {
        return found(app, find::video_of(app, budget, &document.url).await, video_fact).await;
    }
    found(app, find::comment_within(app, budget, &document.url).await, comment_fact).await
}

/// Whether an address is of a server that is muted here: it is asked nothing on another's word.
async fn is_of_muted(app: &App, url: &str) -> Result<bool, StoreError> {
    let Some(host) = host_of(url) else { return Ok(false) };
    app.read(move |store| mute::is_server_muted(store, BY_INSTANCE, &host)).await
}

fn is_ours(app: &App, url: &str) -> bool {
    host_of(url).as_deref() == Some(app.url().host())
}

/// What was found, or why it was not.
async fn found<T, F>(app: &App, found: Result<T, FindError>, fact: F) -> Result<Fact, GatherError>
where
    T: Send + 'static,
    F: FnOnce(&App, &crate::store::Store, T) -> Result<Fact, StoreError> + Send + 'static,
{
    match found {
        Ok(id) => Ok(app.blocking(move |app| fact(app, app.store(), id)).await?),
        Err(error) => lacking(error),
    }
}

/// What is true of what was not found.
fn lacking(error: FindError) -> Result<Fact, GatherError> {
    if let FindError::Store(error) = error {
        return Err(error.into());
    }
    if error.is_gone() {
        Ok(Fact::Gone)
    } else if error.may_pass() {
        Err(GatherError::Later(error.to_string()))
    } else {
        Ok(Fact::Failed(error.to_string()))
    }
}

/// What has a row here.
async fn known(app: &App, url: &str) -> Result<Fact, StoreError> {
    let url = url.to_owned();
    app.blocking(move |app| {
        let store = app.store();
        if is_ours(app, &url) {
            return here(app, store, &url);
        }
        if let Some(party) = store.get(&RemoteActorKey { url: url.clone() })? {
            return actor_fact(app, store, party);
        }
        match store.get(&RemoteObjectKey { url })? {
            Some(RemoteObject::Video(video)) => video_fact(app, store, video),
            Some(RemoteObject::Comment(comment)) => comment_fact(app, store, comment),
            Some(RemoteObject::Playlist(playlist)) => playlist_fact(store, playlist),
            None => Ok(Fact::Nothing),
        }
    })
    .await
}

/// What is ours under this address.
fn here(app: &App, read: &impl Read, url: &str) -> Result<Fact, StoreError> {
    match ours::read(app.url().as_str(), url) {
        Some(Ours::Instance) => actor_fact(app, read, Party::Instance),
        Some(Ours::Account(name)) => match account_named(read, &name)? {
            Some(account) => actor_fact(app, read, Party::Account(account.id)),
            None => Ok(Fact::Nothing),
        },
        Some(Ours::Channel(name)) => match channel_named(read, &name)? {
            Some(channel) => actor_fact(app, read, Party::Channel(channel.id)),
            None => Ok(Fact::Nothing),
        },
        Some(Ours::Video(name)) => match numbered(read, name)? {
            Some(video) => Ok(of_ours(video_fact(app, read, video)?)),
            None => Ok(Fact::Nothing),
        },
        Some(Ours::Comment(name, comment)) => {
            let fact = of_ours(comment_fact(app, read, comment)?);
            let video = numbered(read, name)?;
            let is_its = matches!(&fact, Fact::Comment(known) if Some(known.video.id) == video);
            Ok(if is_its { fact } else { Fact::Nothing })
        }
        None => Ok(Fact::Nothing),
    }
}

/// Others' things are known by their own addresses alone.
fn of_ours(fact: Fact) -> Fact {
    let host = match &fact {
        Fact::Video(video) => &video.host,
        Fact::Comment(comment) => &comment.host,
        Fact::Actor(_)
        | Fact::Playlist(_)
        | Fact::Document(_)
        | Fact::Nothing
        | Fact::Gone
        | Fact::Failed(_) => &None,
    };
    if host.is_some() { Fact::Nothing } else { fact }
}

fn numbered(read: &impl Read, name: VideoRef) -> Result<Option<VideoId>, StoreError> {
    match name {
        VideoRef::Id(id) => Ok(Some(id)),
        VideoRef::Uuid(uuid) => read.get(&VideoUuidKey { uuid }),
    }
}

fn actor_fact(app: &App, read: &impl Read, party: Party) -> Result<Fact, StoreError> {
    let addresses = Addresses::new(app.url().as_str(), app.url().host());
    let (url, owner, kind) = match party {
        Party::Instance => (addresses.account(INSTANCE), None, ActorKind::Application),
        Party::Account(account) => match read.get(&AccountKey { account })? {
            Some(row) => (addresses.account(&row.name), None, ActorKind::Person),
            None => return Ok(Fact::Nothing),
        },
        Party::Channel(channel) => match read.get(&ChannelKey { channel })? {
            Some(row) => (addresses.channel(&row.name), Some(row.account), ActorKind::Group),
            None => return Ok(Fact::Nothing),
        },
    };
    let person = match party {
        Party::Account(account) => Some(account),
        Party::Channel(_) | Party::Instance => owner,
    };
    let remote = remote_of(read, party)?;
    let host = remote.as_ref().map(|remote| remote.host.clone());
    let is_muted = is_muted(read, person, host.as_deref())?;
    let follow = read.get(&FollowBetweenKey { follower: Party::Instance, followed: party })?;
    let follow = follow.map_or(Ok(None), |follow| read.get(&FollowKey { follow }))?;
    let is_followed = follow.is_some_and(|follow| follow.state == FollowState::Accepted);
    let (url, kind, also_known_as) = match remote {
        Some(remote) => (remote.url, remote.kind, remote.also_known_as),
        None => (url, kind, Vec::new()),
    };
    Ok(Fact::Actor(ActorFact { party, url, host, kind, owner, is_muted, is_followed, also_known_as }))
}

fn is_muted(read: &impl Read, person: Option<AccountId>, host: Option<&str>) -> Result<bool, StoreError> {
    if let Some(target) = person
        && read.get(&AccountMuteKey { by: BY_INSTANCE, target })?.is_some()
    {
        return Ok(true);
    }
    let Some(host) = host else { return Ok(false) };
    mute::is_server_muted(read, BY_INSTANCE, host)
}

fn video_fact(app: &App, read: &impl Read, id: VideoId) -> Result<Fact, StoreError> {
    Ok(video_known(app, read, id)?.map_or(Fact::Nothing, Fact::Video))
}

fn video_known(app: &App, read: &impl Read, id: VideoId) -> Result<Option<VideoFact>, StoreError> {
    let Some(row) = read.get(&VideoKey { video: id })? else { return Ok(None) };
    let Some(channel) = read.get(&ChannelKey { channel: row.channel })? else { return Ok(None) };
    let Some(account) = read.get(&AccountKey { account: channel.account })? else { return Ok(None) };
    let is_open = if row.remote.is_some() {
        row.blocked.is_none() && matches!(row.privacy, Privacy::Public | Privacy::Unlisted)
    } else {
        let addresses = Addresses::new(app.url().as_str(), app.url().host());
        video::audience(&addresses, &row, &account.name, app.config().federation.unlisted).is_some()
    };
    Ok(Some(VideoFact {
        id,
        host: row.host().map(str::to_owned),
        channel: row.channel,
        owner: channel.account,
        comments: row.comments_policy,
        is_open,
    }))
}

fn comment_fact(app: &App, read: &impl Read, id: CommentId) -> Result<Fact, StoreError> {
    let Some(row) = read.get(&CommentKey { comment: id })? else { return Ok(Fact::Nothing) };
    let Some(video) = video_known(app, read, row.video)? else { return Ok(Fact::Nothing) };
    let host = row.remote.as_ref().and_then(|remote| host_of(&remote.url));
    Ok(Fact::Comment(CommentFact { id, host, author: row.author, is_held: row.held, video }))
}

fn playlist_fact(read: &impl Read, id: PlaylistId) -> Result<Fact, StoreError> {
    let Some(row) = read.get(&PlaylistKey { playlist: id })? else { return Ok(Fact::Nothing) };
    let (channel, owner) = (row.channel, row.account);
    let fact = row.remote.map(|remote| PlaylistFact { id, host: remote.host, channel, owner });
    Ok(fact.map_or(Fact::Nothing, Fact::Playlist))
}
