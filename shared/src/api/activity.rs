//! What was done in a channel.

use serde::{Deserialize, Serialize};

use super::actor::AccountSummary;
use super::video::Label;
use crate::id::{ChannelId, PlaylistId, Uuid, VideoId};
use crate::time::Timestamp;

/// A row of `GET /api/v1/video-channels/{name}/activities`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChannelActivity {
    /// Its place among all that was done in the channel.
    pub id: u64,
    /// Who did it, as long as the account is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountSummary>,
    /// The name the account had then. Shoal's own field.
    pub by: String,
    /// What was done: PeerTube's number.
    pub action: Label<u32>,
    /// 1: a video, 2: a list of videos, 3: the channel.
    pub target_type: Label<u32>,
    /// Nothing yet, as PeerTube has it.
    pub details: ActivityDetails,
    /// When.
    pub created_at: Timestamp,
    /// Where.
    pub channel: ActivityChannel,
    /// The video, as it was called then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<ActivityVideo>,
    /// The list of videos, as it was called then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playlist: Option<ActivityPlaylist>,
    /// To whom it was offered, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_account: Option<ActivityAccount>,
}

/// Somebody to whom something was offered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActivityAccount {
    /// Name in addresses, as it was then.
    pub username: String,
    /// Name people see; that in addresses once the account is gone.
    pub display_name: String,
    /// ActivityPub id.
    pub url: String,
}

/// Nothing yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActivityDetails {}

/// A channel in which something was done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActivityChannel {
    /// Number on this instance.
    pub id: ChannelId,
    /// Name in addresses.
    pub name: String,
    /// Name people see.
    pub display_name: String,
    /// ActivityPub id.
    pub url: String,
}

/// A video to which something was done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActivityVideo {
    /// Number on this instance.
    pub id: VideoId,
    /// Its name then.
    pub name: String,
    /// For ever.
    pub uuid: Uuid,
    /// 22 letters.
    #[serde(rename = "shortUUID")]
    pub short_uuid: String,
    /// Where it is watched.
    pub url: String,
    /// Never: there are no streams here.
    pub is_live: bool,
}

/// A list of videos to which something was done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActivityPlaylist {
    /// Number on this instance.
    pub id: PlaylistId,
    /// Its name then.
    pub name: String,
    /// For ever.
    pub uuid: Uuid,
    /// 22 letters.
    #[serde(rename = "shortUUID")]
    pub short_uuid: String,
    /// Where it is watched.
    pub url: String,
}
