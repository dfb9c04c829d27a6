//! Videos of other servers.

use shared::id::{ChannelId, VideoId};
use shared::time::Timestamp;

use super::{Intake, KeepError};
use crate::federation::vocab;
use crate::store::Write;

/// Keeps a video as its server describes it, new or changed. Its channel is of the same server.
///
/// # Errors
/// [`KeepError`].
pub fn video(
    write: &mut Write<'_>,
    now: Timestamp,
    said: &vocab::Video,
    channel: ChannelId,
    intake: Intake<'_>,
) -> Result<VideoId, KeepError> {
    todo!("{now} {} {channel:?} {} {}", said.id, intake.host, write.take_events().len())
}

/// Keeps the parts of a remote video.
///
/// # Errors
/// [`KeepError`].
pub fn chapters(write: &mut Write<'_>, video: VideoId, parts: &[vocab::Part]) -> Result<(), KeepError> {
    todo!("{video:?} {parts:?} {}", write.take_events().len())
}

/// Notes when a remote video's document was read last, and what it is known by.
///
/// # Errors
/// [`KeepError`].
pub fn fetched(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    etag: Option<&str>,
) -> Result<(), KeepError> {
    todo!("{now} {video:?} {etag:?} {}", write.take_events().len())
}
