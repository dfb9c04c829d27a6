//! Videos that are fetched from elsewhere.

use serde::{Deserialize, Serialize};

use super::{ChannelSummary, IncludedVideo, Label};
use crate::id::{ImportId, SyncId};
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
    /// Why it failed, in English.
    pub error: Option<String>,
    /// Why it failed, as a word. Shoal's own field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<ImportFault>,
    /// What the word is about: a host, a status, or what another program said. Shoal's own field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_about: Option<String>,
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
    /// The synchronisation that asked for it, as long as it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_channel_sync: Option<ImportSync>,
}

/// The synchronisation that asked for an import.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImportSync {
    /// Number on this instance.
    pub id: SyncId,
    /// The address of the channel elsewhere.
    pub external_channel_url: String,
}

/// A channel elsewhere whose videos are imported as they come: a row of
/// `GET /api/v1/accounts/{name}/video-channel-syncs`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VideoChannelSync {
    /// Number on this instance.
    pub id: SyncId,
    /// 1: waits for its first look, 2: is looking, or asking for what it found, 3: done, 4: failed.
    pub state: Label<u32>,
    /// The address of the channel elsewhere.
    pub external_channel_url: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Into which channel.
    pub channel: ChannelSummary,
    /// When it last looked; none before it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sync_at: Option<Timestamp>,
    /// Why it failed, in English. Shoal's own field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Why it failed, as a word. Shoal's own field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<ImportFault>,
    /// What the word is about. Shoal's own field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_about: Option<String>,
}

/// A synchronisation that was made: the answer of `POST /api/v1/video-channel-syncs`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MadeChannelSync {
    /// It.
    pub video_channel_sync: VideoChannelSync,
}

/// Why an import failed, as a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ImportFault {
    /// The instance failed at it, and not what was asked for.
    NoCare,
    /// Whoever asked may publish nothing any more.
    NoAccount,
    /// The channel is not there any more, or nobody's to publish in who asked.
    NoChannel,
    /// It took longer than the instance waits.
    TooSlow,
    /// The file's name is not one of a video.
    NotAVideo,
    /// The file is larger than the instance takes.
    TooLarge,
    /// There is no room for it in the quota of whoever owns the channel.
    OverQuota,
    /// The instance's disk is full.
    DiskFull,
    /// Too many uploads of whoever asked are unfinished.
    ManyUploads,
    /// The file is no video that can be read.
    Unreadable,
    /// Too many files were arriving at that moment.
    Busy,
    /// The address is none of the web.
    NoWeb,
    /// There is no such host. It is what the fault is about.
    HostUnknown,
    /// The host is not of the open internet. It is what the fault is about.
    HostClosed,
    /// The host does not answer. It is what the fault is about.
    HostSilent,
    /// The host cannot show who it is. It is what the fault is about.
    HostUntrusted,
    /// The line to the host broke off.
    LineBroken,
    /// The host says nothing for too long.
    HostLate,
    /// The host refuses. What it answers is what the fault is about.
    HostRefuses,
    /// One address leads to the next, and so on.
    LeadsOn,
    /// The address leads to a page, and the instance takes files alone.
    FilesOnly,
    /// The page shows no film.
    NoFilm,
    /// The program that reads pages could not read this one. Its words are what the fault is about.
    PageSays,
    /// The program that reads pages is not installed.
    PagesProgramMissing,
    /// The program that fetches torrents is not installed.
    TorrentsProgramMissing,
    /// A program broke off. How is what the fault is about.
    ProgramFailed,
    /// The magnet address cannot be read.
    MagnetUnreadable,
    /// The torrent that was sent is there no more.
    TorrentGone,
    /// The torrent cannot be read.
    TorrentUnreadable,
    /// The torrent holds more than one file.
    TorrentManyFiles,
    /// The torrent names nodes to be asked, which nobody judged.
    TorrentNodes,
    /// The torrent names no tracker that may be asked.
    NoTracker,
    /// Nobody who has the whole file was found.
    NoPeer,
    /// Some of the videos of a channel elsewhere could not be imported.
    SomeFailed,
    /// Something that a later version knows.
    #[serde(other)]
    Other,
}
