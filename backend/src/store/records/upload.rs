//! Uploads under way.

use serde::{Deserialize, Serialize};
use shared::api::NewVideo;
use shared::id::{ChannelId, UserId, Uuid};
use shared::time::Timestamp;

use crate::store::Record;

/// A resumable upload. How many bytes have arrived is the length of its file: a byte is acknowledged only when it is
/// on the disk.
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
}

impl Record for Upload {}
