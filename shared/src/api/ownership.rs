//! Videos that change hands.

use serde::{Deserialize, Serialize};

use super::actor::Account;
use super::video::Video;
use crate::time::Timestamp;

/// A row of `GET /api/v1/videos/ownership`: a video that somebody offers one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OwnershipChange {
    /// Number on this instance.
    pub id: u64,
    /// `WAITING`: what was answered is listed no more.
    pub status: String,
    /// Whose the video is.
    pub initiator_account: Account,
    /// Whom it is offered to.
    pub next_owner_account: Account,
    /// The video.
    pub video: Video,
    /// When it was offered.
    pub created_at: Timestamp,
}
