//! Thumbs.

use serde::{Deserialize, Serialize};

use super::video::Video;
use crate::id::VideoId;

/// What somebody thinks of a video, or wants to be noted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RatingKind {
    /// Thumb up.
    Like,
    /// Thumb down.
    Dislike,
    /// Neither.
    None,
}

/// JSON body of `PUT /api/v1/videos/{id}/rate`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RatingWish {
    /// `like`, `dislike` or `none`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub rating: Option<String>,
}

/// `GET /api/v1/users/me/videos/{id}/rating`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OwnRating {
    /// Of which video.
    pub video_id: VideoId,
    /// Which thumb.
    pub rating: RatingKind,
}

/// A row of `GET /api/v1/accounts/{name}/ratings`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RatedVideo {
    /// The video.
    pub video: Video,
    /// Which thumb.
    pub rating: RatingKind,
}
