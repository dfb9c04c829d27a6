//! What somebody watched.

use serde::{Deserialize, Serialize};

use super::video::Video;

/// How far somebody is in a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserHistory {
    /// Seconds into it.
    pub current_time: u64,
}

impl From<u64> for UserHistory {
    fn from(current_time: u64) -> UserHistory {
        UserHistory { current_time }
    }
}

/// A row of `GET /api/v1/users/me/history/videos`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WatchedVideo {
    /// The video.
    #[serde(flatten)]
    pub video: Video,
    /// How far its watcher is.
    pub user_history: UserHistory,
}
