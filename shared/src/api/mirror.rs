//! Copies of videos on other servers than their own: PeerTube's redundancy.

use serde::{Deserialize, Serialize};

use crate::id::{MirrorId, Uuid, VideoId};
use crate::time::Timestamp;

/// A video with its copies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VideoRedundancy {
    /// The video's number on this instance.
    pub id: VideoId,
    /// Its name.
    pub name: String,
    /// By which the network knows it.
    pub url: String,
    /// Its name for ever.
    pub uuid: Uuid,
    /// Its copies.
    pub redundancies: VideoCopies,
}

/// The copies of a video.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VideoCopies {
    /// Of single files: there are none.
    pub files: Vec<VideoCopy>,
    /// Of whole streams.
    pub streaming_playlists: Vec<VideoCopy>,
}

/// A copy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VideoCopy {
    /// Number on this instance.
    pub id: MirrorId,
    /// Where it lies.
    pub file_url: String,
    /// Why it was made: "manual", "most-views", "trending" or "recently-added"; none for another server's.
    pub strategy: Option<String>,
    /// When it was made, or heard of first.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Until when it stays; none for as long as nobody says otherwise.
    pub expires_on: Option<Timestamp>,
    /// Bytes.
    pub size: u64,
}

/// How much room copies take by why they were made, out of the instance's figures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CopiesOfStrategy {
    /// Why.
    pub strategy: String,
    /// Room for them in bytes; none where there is no bound.
    pub total_size: Option<u64>,
    /// What they take.
    pub total_used: u64,
    /// How many there are.
    pub total_videos: u64,
    /// How many files they have.
    pub total_video_files: u64,
}
