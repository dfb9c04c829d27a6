//! Videos that are fetched from elsewhere.

use serde::{Deserialize, Serialize};
use shared::api::NewVideo;
use shared::id::{ChannelId, ImportId, UserId, Uuid, VideoId};
use shared::time::Timestamp;

use crate::store::Record;

/// A video that is to come from elsewhere.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Import {
    /// Its number.
    pub id: ImportId,
    /// Who asked for it.
    pub user: UserId,
    /// Where the video will be published.
    pub channel: ChannelId,
    /// From where.
    pub source: ImportSource,
    /// What was said of the video; what was not, the place it comes from says.
    pub form: NewVideo,
    /// The UUID the video will have, so that a second try makes no second video.
    pub uuid: Uuid,
    /// Where it stands.
    pub state: ImportState,
    /// Why it failed.
    pub error: Option<String>,
    /// How often it was begun.
    pub attempts: u32,
    /// The video that came of it. It may be gone.
    pub video: Option<VideoId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for Import {}

/// From where a video comes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportSource {
    /// An address: `http` or `https`.
    Address(String),
    /// A magnet address.
    Magnet(String),
    /// A torrent that was sent, by the name of its file. The torrent itself is a [`SentTorrent`].
    Torrent(String),
}

impl ImportSource {
    /// How people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        let (ImportSource::Address(name) | ImportSource::Magnet(name) | ImportSource::Torrent(name)) = self;
        name
    }
}

/// A torrent as it was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SentTorrent {
    /// Its bytes in base64.
    pub base64: String,
}

impl Record for SentTorrent {}

/// Where an import stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportState {
    /// Its turn has not come.
    Waiting,
    /// It is on its way. After a restart it waits again.
    Running,
    /// There is a video.
    Done,
    /// There is none.
    Failed,
    /// Its owner wants it no more.
    Cancelled,
}

impl ImportState {
    /// Whether something may still come of it by itself.
    #[must_use]
    pub fn is_open(self) -> bool {
        match self {
            ImportState::Waiting | ImportState::Running => true,
            ImportState::Done | ImportState::Failed | ImportState::Cancelled => false,
        }
    }
}
