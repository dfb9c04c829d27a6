//! Videos and channels that change hands.

use serde::{Deserialize, Serialize};

use super::actor::{Account, ChannelSummary};
use super::video::{Label, Video};
use crate::time::Timestamp;

/// An offer waits for an answer (PeerTube's `ChangeOwnershipState`).
pub const OWNERSHIP_PENDING: u32 = 1;
/// It was refused.
pub const OWNERSHIP_REJECTED: u32 = 2;
/// It was accepted.
pub const OWNERSHIP_ACCEPTED: u32 = 3;

/// A row of `GET /api/v1/videos/ownership` and `GET /api/v1/video-channels/ownership`: something that is offered to
/// somebody.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OwnershipChange {
    /// Number on this instance, of offers of both kinds together.
    pub id: u64,
    /// [`OWNERSHIP_PENDING`]: what was answered is listed no more.
    pub state: Label<u32>,
    /// `WAITING`: the same, for programs that know PeerTube before 8.2.
    pub status: String,
    /// Who offers it.
    pub initiator_account: Account,
    /// Whom it is offered to.
    pub next_owner_account: Account,
    /// The video, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// The channel, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_channel: Option<ChannelSummary>,
    /// Who edits the channel and goes on doing so under its new owner; for offers of channels (Shoal).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editors: Vec<Account>,
    /// When it was offered.
    pub created_at: Timestamp,
}
