//! What becomes of things that were removed on their server.

use shared::id::{CommentId, VideoId};
use shared::time::Timestamp;

use super::KeepError;
use crate::store::Write;
use crate::store::records::Party;

/// Removes an actor of another server with all that is theirs; the thousands of rows follow in pieces.
///
/// # Errors
/// [`KeepError`].
pub fn actor(write: &mut Write<'_>, now: Timestamp, party: Party) -> Result<(), KeepError> {
    todo!("{now} {party:?} {}", write.take_events().len())
}

/// Removes a video of another server with all that is said of it.
///
/// # Errors
/// [`KeepError`].
pub fn video(write: &mut Write<'_>, video: VideoId) -> Result<(), KeepError> {
    todo!("{video:?} {}", write.take_events().len())
}

/// Removes a comment of another server; its place stays while others answer it.
///
/// # Errors
/// [`KeepError`].
pub fn comment(write: &mut Write<'_>, now: Timestamp, comment: CommentId) -> Result<(), KeepError> {
    todo!("{now} {comment:?} {}", write.take_events().len())
}
