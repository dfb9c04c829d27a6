//! Videos that are fetched from elsewhere.

use serde::{Deserialize, Serialize};
use shared::api::{ImportFault, NewVideo};
use shared::id::{ChannelId, ImportId, SyncId, UserId, VideoId};
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
    /// The synchronisation that asked for it. It may be gone.
    #[serde(default)]
    pub sync: Option<SyncId>,
    /// Where it stands.
    pub state: ImportState,
    /// Why it failed, in English.
    pub error: Option<String>,
    /// Why it failed, as a word.
    #[serde(default)]
    pub fault: Option<ImportFault>,
    /// What that word is about.
    #[serde(default)]
    pub about: Option<String>,
    /// How often it was begun, without those that a stop of the server broke off.
    pub attempts: u32,
    /// Which beginning the last one was: it counts all of them, so that none is taken for another.
    #[serde(default)]
    pub begun: u64,
    /// Whether what was sent with it, a torrent or pictures, is kept still.
    #[serde(default = "yes")]
    pub has_sent: bool,
    /// The video that came of it. It may be gone.
    pub video: Option<VideoId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for Import {}

impl Import {
    /// Its last beginning.
    #[must_use]
    pub fn attempt(&self) -> Attempt {
        Attempt { import: self.id, begun: self.begun }
    }
}

fn yes() -> bool {
    true
}

/// One beginning of an import. What comes of it counts as long as the import is on its way by this one: not after it was
/// called off, and not once it was begun anew.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Attempt {
    /// Of which import.
    pub import: ImportId,
    /// Which of its beginnings.
    pub begun: u64,
}

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

/// The pictures of a video that is to come, cut to the sizes a video has: some ten kilobytes each.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct SentPictures {
    /// The 280×157 JPEG in base64.
    pub thumbnail: Option<String>,
    /// The 850×480 JPEG in base64.
    pub preview: Option<String>,
}

impl SentPictures {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.thumbnail.is_none() && self.preview.is_none()
    }
}

impl Record for SentPictures {}

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
