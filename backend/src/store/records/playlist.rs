//! Lists of videos that people made. [`super::Playlist`] is another thing: the stream of one video.

use serde::{Deserialize, Serialize};
use shared::id::{AccountId, ChannelId, ElementId, PlaylistId, Uuid, VideoId};
use shared::time::Timestamp;

use super::remote::RemotePlaylist;
use crate::store::Record;

/// A list of videos.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VideoPlaylist {
    /// Its number.
    pub id: PlaylistId,
    /// Its name for ever.
    pub uuid: Uuid,
    /// Whose it is.
    pub account: AccountId,
    /// The channel it is shown in.
    pub channel: Option<ChannelId>,
    /// Its place on the page of its channel, from 1 on; 0 where it is in none, or was never given one.
    #[serde(default)]
    pub place: u64,
    /// What it is for.
    pub kind: PlaylistKind,
    /// 1–120 letters.
    pub name: String,
    /// Markdown.
    pub description: Option<String>,
    /// Who may see it.
    pub privacy: PlaylistPrivacy,
    /// File name of the 280×157 picture its owner chose.
    pub thumbnail: Option<String>,
    /// Videos in it.
    pub videos: u64,
    /// The first of them.
    pub first: Option<VideoId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it, or what it holds, last changed.
    pub updated_at: Timestamp,
    /// What is known of it where it is from; none for one of this server.
    #[serde(default)]
    pub remote: Option<Box<RemotePlaylist>>,
}

impl Record for VideoPlaylist {}

/// What a list is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaylistKind {
    /// Whatever its owner says.
    Regular,
    /// What its owner wants to watch later: everybody has one, and keeps it.
    WatchLater,
}

/// Who may see a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaylistPrivacy {
    /// Everybody, in lists.
    Public,
    /// Everybody who has the address.
    Unlisted,
    /// Its owner.
    Private,
}

/// A video in a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Element {
    /// Its number.
    pub id: ElementId,
    /// The video.
    pub video: VideoId,
    /// Second to begin at.
    pub start: Option<u64>,
    /// Second to stop at.
    pub stop: Option<u64>,
}

impl Record for Element {}

/// Where in its list an element is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ElementPlace {
    /// The list.
    pub playlist: PlaylistId,
    /// The place in it.
    pub place: u64,
}

impl Record for ElementPlace {}
