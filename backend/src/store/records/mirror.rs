//! Copies of videos of other servers that this one gives to viewers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use shared::id::{MirrorId, Uuid, VideoId};
use shared::time::Timestamp;

use super::remote::RemoteStream;
use crate::store::Record;

/// Why a video is copied. PeerTube's names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MirrorStrategy {
    /// Somebody asked for it.
    Manual,
    /// It has most views.
    MostViews,
    /// It has most views of the last days.
    Trending,
    /// It is new.
    RecentlyAdded,
}

impl MirrorStrategy {
    /// Its name in settings and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            MirrorStrategy::Manual => "manual",
            MirrorStrategy::MostViews => "most-views",
            MirrorStrategy::Trending => "trending",
            MirrorStrategy::RecentlyAdded => "recently-added",
        }
    }
}

impl fmt::Display for MirrorStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MirrorStrategy {
    type Err = ();

    /// Reads a strategy that settings may name: nobody sets how much people ask for.
    fn from_str(text: &str) -> Result<MirrorStrategy, ()> {
        match text {
            "most-views" => Ok(MirrorStrategy::MostViews),
            "trending" => Ok(MirrorStrategy::Trending),
            "recently-added" => Ok(MirrorStrategy::RecentlyAdded),
            _ => Err(()),
        }
    }
}

/// A whole copy of another server's video. There is a row once the last byte was checked, and files while there is a row.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Mirror {
    /// Its number.
    pub id: MirrorId,
    /// Of which video.
    pub video: VideoId,
    /// The video's name for ever, and the name of the folder.
    pub uuid: Uuid,
    /// The video's server.
    pub host: String,
    /// The video's id.
    pub url: String,
    /// Whose video it is: the account's id.
    pub owner: String,
    /// Why it was made.
    pub strategy: MirrorStrategy,
    /// What it is a copy of. Another stream of the video is another thing to copy.
    pub stream: RemoteStream,
    /// Bytes on the disk.
    pub bytes: u64,
    /// When it was whole.
    pub created_at: Timestamp,
    /// When its end was last put off.
    pub updated_at: Timestamp,
    /// Until when others may count on it; none for as long as nobody says otherwise.
    pub expires_at: Option<Timestamp>,
}

impl Record for Mirror {}

/// That somebody asked for a copy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MirrorWish {
    /// When.
    pub at: Timestamp,
}

impl Record for MirrorWish {}
