//! What others think of videos, and how often they watch them.

use shared::id::{AccountId, VideoId};
use shared::time::Timestamp;

use super::KeepError;
use crate::store::Write;
use crate::store::records::{Opinion, Party};

/// Sets, or takes back, what a remote account thinks of a video, local or remote.
///
/// # Errors
/// [`KeepError`].
pub fn rate(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    account: AccountId,
    opinion: Option<Opinion>,
) -> Result<(), KeepError> {
    todo!("{now} {video:?} {account:?} {opinion:?} {}", write.take_events().len())
}

/// Notes that somebody of another server shares a video. Gives whether it is news.
///
/// # Errors
/// [`KeepError`].
pub fn share(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    by: Party,
    url: &str,
) -> Result<bool, KeepError> {
    todo!("{now} {video:?} {by:?} {url} {}", write.take_events().len())
}

/// Takes back that somebody shares a video, where they do by this `Announce`. Gives whether they did.
///
/// # Errors
/// [`KeepError`].
pub fn unshare(write: &mut Write<'_>, video: VideoId, by: Party, url: &str) -> Result<bool, KeepError> {
    todo!("{video:?} {by:?} {url} {}", write.take_events().len())
}

/// Counts views that another server tells of.
///
/// # Errors
/// [`KeepError`].
pub fn add_views(write: &mut Write<'_>, now: Timestamp, video: VideoId, count: u64) -> Result<(), KeepError> {
    todo!("{now} {video:?} {count} {}", write.take_events().len())
}
