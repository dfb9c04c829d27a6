//! Videos that are fetched from elsewhere.

use serde::{Deserialize, Serialize};

use super::{IncludedVideo, Label};
use crate::id::ImportId;
use crate::time::Timestamp;

/// A video that is, or was, fetched from elsewhere: a row of `GET /api/v1/users/me/videos/imports`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VideoImport {
    /// Number on this instance.
    pub id: ImportId,
    /// From where: an address.
    pub target_url: Option<String>,
    /// From where: a magnet address.
    pub magnet_uri: Option<String>,
    /// From where: a torrent, by the name of its file.
    pub torrent_name: Option<String>,
    /// How often it was begun.
    pub attempts: u32,
    /// 1: waits, 2: done, 3: failed, 5: called off, 6: on its way.
    pub state: Label<u32>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// The video that came of it, once it has and as long as it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<Box<IncludedVideo>>,
    /// How much of the file arrived, in hundredths, while it is on its way and its length is known. Shoal's own field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<u8>,
}
