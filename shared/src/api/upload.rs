//! Uploads: what a maker says about a new video, and what we answer.

use serde::{Deserialize, Serialize};

use super::present::present;
use super::video::ScheduledUpdate;
use crate::id::{ChannelId, Uuid, VideoId};
use crate::meeting::Meeting;
use crate::time::Timestamp;

/// JSON body of `POST /api/v1/videos/upload-resumable` (all but `filename` also as multipart fields of
/// `POST /api/v1/videos/upload`, and all but `channel_id` optional in `PUT /api/v1/videos/{id}`).
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NewVideo {
    /// Where it is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<ChannelId>,
    /// 3–120 letters. A new video must have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The file's name on the maker's disk, for its extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// 1 public, 2 unlisted, 3 private, 4 internal, 5 password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<u32>,
    /// 1–18; `Some(None)` takes it back.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub category: Option<Option<u32>>,
    /// 1–9; `Some(None)` takes it back.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub licence: Option<Option<u32>>,
    /// ISO 639 code; `Some(None)` takes it back.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub language: Option<Option<String>>,
    /// Markdown; `Some(None)` takes it back.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub description: Option<Option<String>>,
    /// Markdown; `Some(None)` takes it back.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub support: Option<Option<String>>,
    /// At most five.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub tags: Option<Option<Vec<String>>>,
    /// Not for all eyes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nsfw: Option<bool>,
    /// Why it is not for all eyes, in bits: 1 violence, 2 explicit sex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nsfw_flags: Option<u32>,
    /// Why it is not for all eyes, in 3–250 letters; `Some(None)` takes it back.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub nsfw_summary: Option<Option<String>>,
    /// What opens it, where its privacy is 5: other passwords than before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_passwords: Option<Vec<String>>,
    /// When it changes its privacy by itself; `Some(None)` takes it back.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub schedule_update: Option<Option<ScheduledUpdate>>,
    /// 1 enabled, 2 disabled, 3 after approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments_policy: Option<u32>,
    /// Whether viewers are offered the files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download_enabled: Option<bool>,
    /// When it first appeared elsewhere; `Some(None)` takes it back.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub originally_published_at: Option<Option<Timestamp>>,
    /// Publish only when all renditions are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_transcoding: Option<bool>,
    /// Write down what is said in it; for new videos alone, and where the instance does that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generate_transcription: Option<bool>,
    /// Who may meet over it at most; `Some(None)` leaves that to channel and instance. Shoal's own field.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub sharing: Option<Option<Meeting>>,
}

/// Answer to the last byte of an upload.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Uploaded {
    /// The video that came of it.
    pub video: UploadedVideo,
}

/// The names of a new video.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UploadedVideo {
    /// Number on this instance.
    pub id: VideoId,
    /// 22 letters.
    #[serde(rename = "shortUUID")]
    pub short_uuid: String,
    /// For ever.
    pub uuid: Uuid,
}
