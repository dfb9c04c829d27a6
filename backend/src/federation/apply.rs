//! What was decided, as rows.
//!
//! Owns that it is all done or nothing of it: what is refused half way drops the unit of work. The surprise is what is
//! looked at again here, with the writer's lock: whom the owner of a video does not hear, since owners change their minds
//! while others are asked.

use std::collections::BTreeSet;

use shared::id::{AccountId, ChannelId, Uuid};
use shared::time::Timestamp;

use super::keep::{self, Intake, KeepError};
use super::receive::Effect;
use super::verify::remote_of;
use super::vocab::{self, Part, host_of};
use crate::app::App;
use crate::domain::abuse::{self, AbuseError};
use crate::domain::comment::{self, CommentError};
use crate::domain::delivery::{self, Inbox, Kept, Lane};
use crate::domain::mirror::{self, Offered};
use crate::domain::{mute, repair, work};
use crate::store::records::{JobKind, NetworkJob, Party, RemoteObject, RepairTarget, Said, Withheld};
use crate::store::tables::{ChannelKey, CommentKey, ListenersOf, RatingKey, VideoKey, WithheldKey};
use crate::store::{Read, StoreError, Write};

/// Inboxes of one actor's followers that something is passed on to.
const LISTENERS_MAX: usize = 10_000;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApplyError {
    /// The rules refuse it.
    #[error("{0}")]
    Refused(String),
    /// The store failed.
    #[error("it could not be written")]
    Store(#[from] StoreError),
}

impl From<KeepError> for ApplyError {
    fn from(error: KeepError) -> ApplyError {
        if let KeepError::Store(error) | KeepError::Comment(CommentError::Store(error)) = error {
            return error.into();
        }
        // What the rules of comments say is said in their words.
        if let KeepError::Comment(error) = &error {
            return ApplyError::Refused(error.to_string());
        }
        ApplyError::Refused(error.to_string())
    }
}

/// What is known around what is done.
pub(super) struct Around<'a> {
    /// This instance.
    pub app: &'a App,
    /// Throws a name for ever.
    pub name: &'a dyn Fn() -> Uuid,
    /// The server that sent it.
    pub sender: &'a str,
    /// The parts of the video that is kept, where its server told them.
    pub parts: Option<&'a [Part]>,
    /// What is passed on, where it shows by itself whose it is.
    pub words: Option<&'a str>,
}

/// Does all of it.
///
/// # Errors
/// [`ApplyError`]; then nothing is to be written.
pub(super) fn apply(
    write: &mut Write<'_>,
    now: Timestamp,
    effects: Vec<Effect>,
    around: &Around<'_>,
) -> Result<(), ApplyError> {
    let intake = Intake { host: around.app.url().host(), name: around.name, is_backfill: false };
    // Nobody else hears of what waits to be seen, and of what is no news.
    let mut is_kept_quiet = false;
    for effect in effects {
        match effect {
            Effect::KeepVideo { said, channel } => {
                // Words overtake each other on their way.
                if is_older(write, &said)? {
                    continue;
                }
                let id = keep::video(write, now, &said, channel, intake)?;
                if let Some(parts) = around.parts {
                    keep::chapters(write, id, parts)?;
                }
            }
            Effect::KeepComment { said, at, owner } => {
                if is_unheard(write, owner, at.author)? {
                    return Err(ApplyError::Refused("whose video it is does not hear them".to_owned()));
                }
                let id = keep::comment(write, now, &said, at, intake)?;
                if said.is_answered {
                    repair::enlist(write, now, RepairTarget::Comment(id))?;
                }
                is_kept_quiet = write.get(&CommentKey { comment: id })?.is_some_and(|comment| comment.held);
                let video = write.get(&VideoKey { video: at.video })?;
                let is_ours = video.is_some_and(|video| video.remote.is_none());
                if let Some(words) = around.words.filter(|_| is_kept_quiet && is_ours) {
                    let (words, sender) = (Some(words.to_owned()), around.sender.to_owned());
                    write.insert(&WithheldKey { comment: id }, &Withheld { words, sender })?;
                }
            }
            Effect::KeepPlaylist { said, channel } => {
                let holder = around.app.playlists().holder(said.uuid);
                keep::playlist(write, now, &said, (channel, holder), intake)?;
            }
            Effect::PassOn(channel) => {
                if let Some(words) = around.words.filter(|_| !is_kept_quiet) {
                    pass_on(write, now, channel, words, around.sender)?;
                }
            }
            Effect::RemoveActor(party) => keep::remove::actor(write, now, party)?,
            Effect::RemoveVideo(video) => keep::remove::video(write, video)?,
            Effect::RemovePlaylist(playlist) => keep::remove::playlist(write, playlist)?,
            Effect::RemoveComment(comment) => keep::remove::comment(write, now, comment)?,
            Effect::PassOnApproved { comment, channel } => {
                let key = WithheldKey { comment };
                let is_due = write.get(&key)?.is_some_and(|withheld| withheld.words.is_none());
                if let Some(words) = around.words.filter(|_| is_due) {
                    write.remove(&key);
                    pass_on(write, now, channel, words, around.sender)?;
                }
            }
            Effect::ShowComment { comment, approval } => {
                match comment::show_approved(write, now, comment, approval) {
                    Ok(()) | Err(CommentError::NotHeld | CommentError::NoSuchComment) => {}
                    Err(error) => return Err(KeepError::Comment(error).into()),
                }
            }
            Effect::Share { video, by, url } => {
                keep::share(write, now, video, by, &url)?;
            }
            Effect::Unshare { video, by, url } => {
                keep::unshare(write, video, by, &url)?;
            }
            Effect::Rate { video, account, opinion } => {
                keep::rate(write, now, video, account, Some(opinion))?;
            }
            Effect::Unrate { video, account, opinion } => {
                let rating = write.get(&RatingKey { video, account })?;
                if rating.is_some_and(|rating| rating.opinion == opinion) {
                    keep::rate(write, now, video, account, None)?;
                }
            }
            Effect::View(video) => keep::add_views(write, now, video, 1)?,
            // In memory alone.
            Effect::Watching { .. } => {}
            Effect::Watched { video, watched, sections } => {
                keep::watched(write, now, video, watched, &sections)?;
            }
            Effect::Report { reporter, new } => match abuse::make(write, now, reporter, new) {
                Ok(_) => {}
                Err(AbuseError::Store(error)) => return Err(error.into()),
                Err(error) => return Err(ApplyError::Refused(error.to_string())),
            },
            Effect::Mirror { video, mirror } => {
                is_kept_quiet = match mirror::offered(write, now, video, mirror)? {
                    Offered::News => false,
                    Offered::Known => true,
                    Offered::Over => {
                        return Err(ApplyError::Refused("the copy is gone by now".to_owned()));
                    }
                    Offered::Enough => {
                        return Err(ApplyError::Refused("there are copies enough".to_owned()));
                    }
                };
            }
            Effect::Unmirror { video, url, by } => {
                is_kept_quiet = !mirror::withdrawn(write, video, &url, &by)?;
            }
            // There may be thousands who follow: a job takes them along.
            Effect::Moved { from, to } => {
                let moving = NetworkJob::MoveFollowers { from, to };
                work::ask(write, now, JobKind::Network(moving)).map(drop)?;
            }
        }
    }
    Ok(())
}

/// Whether more is known of a video than this.
fn is_older(read: &impl Read, said: &vocab::Video) -> Result<bool, StoreError> {
    let Some(RemoteObject::Video(video)) = keep::object_of(read, &said.id)? else { return Ok(false) };
    Ok(read.get(&VideoKey { video })?.is_some_and(|known| said.updated < known.updated_at))
}

/// Whether the owner of a video does not hear somebody of another server.
fn is_unheard(read: &impl Read, owner: AccountId, author: AccountId) -> Result<bool, StoreError> {
    if mute::is_muted(read, owner, author)? {
        return Ok(true);
    }
    let Some(remote) = remote_of(read, Party::Account(author))? else { return Ok(false) };
    mute::is_server_muted(read, owner, &remote.host)
}

/// The same words for all who follow a channel of ours, its owner or the instance, but for who brought them.
fn pass_on(
    write: &mut Write<'_>,
    now: Timestamp,
    channel: ChannelId,
    words: &str,
    sender: &str,
) -> Result<(), StoreError> {
    let Some(row) = write.get(&ChannelKey { channel })? else { return Ok(()) };
    let mut to = BTreeSet::new();
    for party in [Party::Channel(channel), Party::Account(row.account), Party::Instance] {
        for listener in write.scan(&ListenersOf(party)).take(LISTENERS_MAX) {
            let (key, _) = listener?;
            if let Some(host) = host_of(&key.inbox).filter(|host| host != sender)
                && !mute::is_server_muted(write, mute::INSTANCE, &host)?
            {
                to.insert(Inbox { host, url: key.inbox });
            }
        }
    }
    let said = (Party::Instance, Said::Words(words.to_owned()));
    delivery::post(write, now, said, &to, &Kept { lane: Lane::Deeds, about: None }).map(drop)
}
