//! Videos that moderators hid.

use serde::{Deserialize, Serialize};

use super::present::present;
use super::video::Video;
use crate::id::BlockId;
use crate::time::Timestamp;

/// A row of `GET /api/v1/videos/blacklist`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BlockedVideo {
    /// Number on this instance.
    pub id: BlockId,
    /// Whether other instances were told that it is gone.
    pub unfederated: bool,
    /// Why.
    pub reason: Option<String>,
    /// 1: by a moderator, 2: until one has seen it.
    #[serde(rename = "type")]
    pub kind: u32,
    /// Since when.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What is blocked.
    pub video: Video,
}

/// JSON body of `POST` and `PUT /api/v1/videos/{id}/blacklist`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct VideoBlock {
    /// 2–300 letters; `null` takes it back.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub reason: Option<Option<String>>,
    /// Whether other instances are told that it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfederate: Option<bool>,
}
