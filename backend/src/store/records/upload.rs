//! Uploads under way.

use serde::{Deserialize, Serialize};
use shared::api::NewVideo;
use shared::id::{ChannelId, UserId, Uuid, VideoId};
use shared::time::Timestamp;

use super::Attempt;
use crate::store::Record;

/// An upload. How many bytes have arrived is the length of its file: a byte is acknowledged only when it is on the
/// disk.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Upload {
    /// Who uploads; nobody else may touch it.
    pub user: UserId,
    /// Where the video will be published.
    pub channel: ChannelId,
    /// What the maker said of it.
    pub form: NewVideo,
    /// The file's name on the maker's disk.
    pub filename: String,
    /// How long the file will be.
    pub bytes: u64,
    /// The UUID the video will have, so that finishing twice makes one video.
    pub video: Uuid,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is forgotten unless bytes arrive.
    pub expires_at: Timestamp,
    /// The video that came of it. The row stays until it expires, so that whoever did not hear of the end may ask again.
    #[serde(default)]
    pub finished: Option<VideoId>,
    /// Whether its maker knows its name and may go on after a break. One that came in a single request may not.
    #[serde(default = "yes")]
    pub resumable: bool,
    /// Whether its maker sent a thumbnail along, which waits beside the file.
    #[serde(default)]
    pub has_thumbnail: bool,
    /// Whether its maker sent a preview along, which waits beside the file.
    #[serde(default)]
    pub has_preview: bool,
    /// The video whose file this one is to replace; none where it becomes a video of its own.
    #[serde(default)]
    pub replaces: Option<VideoId>,
    /// The beginning of an import that brought the file; none where somebody sent it.
    #[serde(default)]
    pub import: Option<Attempt>,
}

impl Record for Upload {}

fn yes() -> bool {
    true
}
