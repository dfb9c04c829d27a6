//! Lists of videos that somebody made.

use serde::{Deserialize, Serialize};

use super::actor::{AccountSummary, ChannelSummary};
use super::video::{Label, Video};
use crate::id::{ElementId, PlaylistId, Uuid};
use crate::time::Timestamp;

/// A list of videos.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VideoPlaylist {
    /// Number on this instance.
    pub id: PlaylistId,
    /// For ever.
    pub uuid: Uuid,
    /// 22 letters.
    #[serde(rename = "shortUUID")]
    pub short_uuid: String,
    /// Whether it lives on this instance.
    pub is_local: bool,
    /// ActivityPub id.
    pub url: String,
    /// 1–120 letters.
    pub display_name: String,
    /// Markdown.
    pub description: Option<String>,
    /// 1: everybody finds it, 2: whoever has its address, 3: its owner.
    pub privacy: Label<u32>,
    /// 280×157, path on this instance; none while there is nothing to show.
    pub thumbnail_path: Option<String>,
    /// Path on this instance.
    pub embed_path: String,
    /// 1: regular, 2: what its owner wants to watch later.
    #[serde(rename = "type")]
    pub kind: Label<u32>,
    /// Videos in it.
    pub videos_length: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it, or what it holds, last changed.
    pub updated_at: Timestamp,
    /// Whose it is.
    pub owner_account: AccountSummary,
    /// The channel it is shown in.
    pub video_channel: Option<ChannelSummary>,
    /// Its place among the lists of that channel, from 1 on (PeerTube 7.3).
    pub video_channel_position: Option<u64>,
}

/// A video's place in a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlaylistElement {
    /// Number on this instance.
    pub id: ElementId,
    /// From 1 on, without gaps.
    pub position: u64,
    /// Second to begin at.
    pub start_timestamp: Option<u64>,
    /// Second to stop at.
    pub stop_timestamp: Option<u64>,
    /// 0: here it is, 1: it is being removed, 2: not for this reader, 3: hidden by a moderator.
    #[serde(rename = "type")]
    pub kind: u32,
    /// The video; none where it is not for this reader.
    pub video: Option<Video>,
}

/// Answer of `POST /api/v1/video-playlists`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MadePlaylist {
    /// What was made.
    pub video_playlist: MadePlaylistNames,
}

/// The names of what was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MadePlaylistNames {
    /// Number on this instance.
    pub id: PlaylistId,
    /// 22 letters.
    #[serde(rename = "shortUUID")]
    pub short_uuid: String,
    /// For ever.
    pub uuid: Uuid,
}

/// Answer of `POST /api/v1/video-playlists/{id}/videos`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MadeElement {
    /// What was made.
    pub video_playlist_element: MadeElementId,
}

/// The number of what was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MadeElementId {
    /// Number on this instance.
    pub id: ElementId,
}

/// Where in one's lists a video is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExistingElement {
    /// Its place.
    pub playlist_element_id: ElementId,
    /// In which list.
    pub playlist_id: PlaylistId,
    /// What that is called.
    pub playlist_display_name: String,
    /// 22 letters.
    #[serde(rename = "playlistShortUUID")]
    pub playlist_short_uuid: String,
    /// Second to begin at.
    pub start_timestamp: Option<u64>,
    /// Second to stop at.
    pub stop_timestamp: Option<u64>,
}
