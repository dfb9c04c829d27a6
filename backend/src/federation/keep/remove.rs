//! What becomes of things that were removed on their server. Who may have them removed is judged before.

use shared::id::{CommentId, PlaylistId, VideoId};
use shared::time::Timestamp;

use super::KeepError;
use super::actor::change_remote;
use crate::domain::comment::{self, CommentError};
use crate::domain::event::Event;
use crate::domain::playlist::remove_elsewhere;
use crate::domain::video::edit;
use crate::store::records::{Comment, Party};
use crate::store::tables::{AccountKey, ChannelKey, CommentKey, PlaylistKey, VideoKey};
use crate::store::{Read, Write};

/// Removes an actor of another server with all that is theirs. There may be thousands of rows, so a job does it piece by
/// piece; one that is gone stays so.
///
/// # Errors
/// [`KeepError`].
pub fn actor(write: &mut Write<'_>, now: Timestamp, party: Party) -> Result<(), KeepError> {
    let is_theirs = match party {
        Party::Instance => Some(false),
        Party::Account(account) => {
            write.get(&AccountKey { account })?.map(|account| account.remote.is_some())
        }
        Party::Channel(channel) => {
            write.get(&ChannelKey { channel })?.map(|channel| channel.remote.is_some())
        }
    };
    match is_theirs {
        Some(true) => {
            // Read just now: nobody asks for it again while it goes.
            change_remote(write, party, |remote| {
                remote.fetched_at = now;
                true
            })?;
            write.note(Event::RemoteActorGone(party));
            Ok(())
        }
        Some(false) => Err(KeepError::Ours),
        None => Ok(()),
    }
}

/// Removes a video of another server with all that is said of it; one that is gone stays so.
///
/// # Errors
/// [`KeepError`].
pub fn video(write: &mut Write<'_>, video: VideoId) -> Result<(), KeepError> {
    let Some(record) = write.get(&VideoKey { video })? else { return Ok(()) };
    if record.remote.is_none() {
        return Err(KeepError::Ours);
    }
    Ok(edit::remove(write, &record)?)
}

/// Removes a list of videos of another server; one that is gone stays so.
///
/// # Errors
/// [`KeepError`].
pub fn playlist(write: &mut Write<'_>, playlist: PlaylistId) -> Result<(), KeepError> {
    match write.get(&PlaylistKey { playlist })? {
        Some(record) if record.remote.is_none() => Err(KeepError::Ours),
        Some(_) => Ok(remove_elsewhere(write, playlist)?),
        None => Ok(()),
    }
}

/// Removes a comment of another server, or one on another server's video; its place stays while others answer it. One that
/// is gone stays so.
///
/// # Errors
/// [`KeepError`].
pub fn comment(write: &mut Write<'_>, now: Timestamp, id: CommentId) -> Result<(), KeepError> {
    let Some(comment) = write.get(&CommentKey { comment: id })? else { return Ok(()) };
    if !is_theirs(write, &comment)? {
        return Err(KeepError::Ours);
    }
    match comment::take_back(write, now, id) {
        // A comment goes with its video.
        Ok(()) | Err(CommentError::NoSuchVideo) => {}
        Err(CommentError::Store(error)) => return Err(error.into()),
        Err(
            error @ (CommentError::NoSuchComment
            | CommentError::Disabled
            | CommentError::Deleted
            | CommentError::Held
            | CommentError::NotHeld
            | CommentError::NotYours),
        ) => return Err(KeepError::Comment(error)),
    }
    // Its id stays known: whoever kept the signed words may bring them again.
    Ok(())
}

fn is_theirs(read: &impl Read, comment: &Comment) -> Result<bool, KeepError> {
    if comment.remote.is_some() {
        return Ok(true);
    }
    let video = read.get(&VideoKey { video: comment.video })?;
    Ok(video.is_some_and(|video| video.remote.is_some()))
}
