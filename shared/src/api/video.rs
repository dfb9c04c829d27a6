//! Videos: the card in a list, and the page in full.

use serde::{Deserialize, Serialize};

use super::actor::{Account, AccountSummary, Channel, ChannelSummary};
use super::history::UserHistory;
use crate::id::{FileId, Uuid, VideoId};
use crate::meeting::{InForce, Meeting};
use crate::time::Timestamp;

/// A value of a closed list, with its name in English.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Label<T> {
    /// What programs compare.
    pub id: T,
    /// What people read.
    pub label: String,
}

/// A video in a list. In [`VideoDetails`] the same fields stand beside more.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Video {
    /// What lists and pages share.
    #[serde(flatten)]
    pub card: VideoCard,
    /// Whose it is.
    pub account: AccountSummary,
    /// Where it is published.
    pub channel: ChannelSummary,
}

/// What a list and a page say about a video alike.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VideoCard {
    /// Number on this instance.
    pub id: VideoId,
    /// For ever.
    pub uuid: Uuid,
    /// 22 letters.
    #[serde(rename = "shortUUID")]
    pub short_uuid: String,
    /// ActivityPub id.
    pub url: String,
    /// 3–120 letters.
    pub name: String,
    /// None with the label `Unknown` where it was not said.
    pub category: Label<Option<u32>>,
    /// None with the label `Unknown` where it was not said.
    pub licence: Label<Option<u32>>,
    /// None with the label `Unknown` where it was not said.
    pub language: Label<Option<String>>,
    /// Who may see it.
    pub privacy: Label<u32>,
    /// Not for all eyes.
    pub nsfw: bool,
    /// Why, in bits: 1 violence, 2 explicit sex. Left out where it is none, as PeerTube 6 does.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub nsfw_flags: u32,
    /// Why, in its owner's words. Left out where there are none, as PeerTube 6 does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nsfw_summary: Option<String>,
    /// The first 250 letters of the description, markdown.
    pub truncated_description: Option<String>,
    /// In lists cut like `truncated_description`; whole in [`VideoDetails`].
    pub description: Option<String>,
    /// Whether it lives on this instance.
    pub is_local: bool,
    /// Whole seconds.
    pub duration: u64,
    /// Width by height, four decimals; none while nothing is known.
    pub aspect_ratio: Option<f64>,
    /// Counted views.
    pub views: u64,
    /// People watching now.
    pub viewers: u64,
    /// Thumbs up.
    pub likes: u64,
    /// Thumbs down.
    pub dislikes: u64,
    /// Comments that everybody sees, as PeerTube 7 and later tell. Left out where there are none, as PeerTube 6 does.
    #[serde(default, skip_serializing_if = "says_nothing")]
    pub comments: u64,
    /// 280×157, path on this instance.
    pub thumbnail_path: String,
    /// 850×480, path on this instance.
    pub preview_path: String,
    /// Path on this instance.
    pub embed_path: String,
    /// When its row was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it became visible.
    pub published_at: Timestamp,
    /// When it first appeared elsewhere.
    pub originally_published_at: Option<Timestamp>,
    /// A stream rather than a file.
    pub is_live: bool,
    /// How far its reader is in it, where they watched it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_history: Option<UserHistory>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is how serde asks")]
fn says_nothing(count: &u64) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is how serde asks")]
fn is_zero(bits: &u32) -> bool {
    *bits == 0
}

/// `GET /api/v1/videos/{id}/embed-privacy`: on which sites a video may be shown in a frame.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EmbedPrivacy {
    /// 1 on all, 2 on those that are named, 4 on none.
    pub policy: Label<u32>,
    /// Hosts, where the policy is 2.
    pub domains: Vec<String>,
}

/// JSON body of `PUT /api/v1/videos/{id}/embed-privacy`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmbedWish {
    /// 1 on all, 2 on those that are named, 4 on none.
    pub policy: u32,
    /// Hosts, where the policy is 2; none otherwise.
    pub domains: Vec<String>,
}

/// `GET /api/v1/videos/{id}/embed-privacy/allowed`: whether a site may show a video in a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EmbedAllowed {
    /// Whether the site may.
    pub domain_allowed: bool,
    /// Whether whoever asks may change that; none where the site may.
    pub user_bypass_allowed: Option<bool>,
}

/// `GET` and `PUT /api/v1/player-settings/…`: how a player looks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlayerSettings {
    /// `galaxy` or `lucide`; of what was said also `channel-default` and `instance-default`.
    pub theme: String,
}

/// `GET /api/v1/videos/{id}`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VideoDetails {
    /// What lists say too.
    #[serde(flatten)]
    pub card: VideoCard,
    /// Whose it is.
    pub account: Account,
    /// Where it is published.
    pub channel: Channel,
    /// Hidden by a moderator.
    pub blacklisted: bool,
    /// Why.
    pub blacklisted_reason: Option<String>,
    /// Adaptive streams: at most one.
    pub streaming_playlists: Vec<StreamingPlaylist>,
    /// Plain files, tallest first.
    pub files: Vec<VideoFile>,
    /// Markdown.
    pub support: Option<String>,
    /// Path of the whole description.
    pub description_path: String,
    /// At most five.
    pub tags: Vec<String>,
    /// `comments_policy` is not 2.
    pub comments_enabled: bool,
    /// 1 enabled, 2 disabled, 3 after approval.
    pub comments_policy: Label<u32>,
    /// 1 in frames on all sites, 2 on those its owner names, 3 as another server decides, 4 on none, as PeerTube 8 tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embed_privacy_policy: Option<Label<u32>>,
    /// Whether viewers are offered the files.
    pub download_enabled: bool,
    /// Published only when all renditions are there.
    pub wait_transcoding: bool,
    /// When its file was replaced.
    pub input_file_updated_at: Option<Timestamp>,
    /// Where it is between upload and publication.
    pub state: Label<u32>,
    /// Where viewers find each other.
    pub tracker_urls: Vec<String>,
    /// Who may meet over this video at most, as its owner said; none where that was left to channel and instance.
    /// Shoal's own field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Meeting>,
    /// Who may meet over it in the end, and who decided that. Shoal's own field; none of other software.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing_in_force: Option<InForce>,
    /// When it changes its privacy by itself, for its owner alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_update: Option<ScheduledUpdate>,
    /// What the pipeline is doing, for its owner alone; none once it is done. Shoal's own field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processing: Option<Processing>,
}

/// Where a video's pipeline is. Only its owner sees it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Processing {
    /// The step at work.
    pub stage: Stage,
    /// 0 to 100, of all the work on this video.
    pub percent: u8,
    /// Why it failed, in a sentence; none while it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Why the last try failed, in a sentence, while another one is waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<String>,
}

/// A step of a video's pipeline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// In the queue.
    Waiting,
    /// The source is made playable.
    Packaging,
    /// The other renditions are made.
    Transcoding,
    /// It will not be tried again.
    Failed,
}

/// HLS: a master playlist, and the files it leads to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StreamingPlaylist {
    /// Number on this instance.
    pub id: u64,
    /// 1: HLS.
    #[serde(rename = "type")]
    pub kind: u32,
    /// Of the master playlist.
    pub playlist_url: String,
    /// Of the digests.
    pub segments_sha256_url: String,
    /// Mirrors.
    pub redundancies: Vec<Redundancy>,
    /// One a rendition, tallest first.
    pub files: Vec<VideoFile>,
}

/// A mirror of a playlist.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Redundancy {
    /// Where the mirror keeps its copy.
    pub base_url: String,
}

/// One file of a video.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VideoFile {
    /// Number on this instance.
    pub id: FileId,
    /// Height, and `720p` or `1080p60`; 0 and `Audio only` for sound.
    pub resolution: Label<u32>,
    /// Pixels; 0 for sound.
    pub width: u32,
    /// Pixels; 0 for sound.
    pub height: u32,
    /// Magnet link with a web seed; none until the file was hashed, and where it is not for everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub magnet_uri: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Frames a second; 0 for sound.
    pub fps: u32,
    /// The .torrent file; none where the file is not for everybody.
    pub torrent_url: Option<String>,
    /// The .torrent file, as an attachment.
    pub torrent_download_url: Option<String>,
    /// The file.
    pub file_url: String,
    /// The file, as an attachment.
    pub file_download_url: String,
    /// What ffprobe says of it.
    pub metadata_url: String,
    /// Whether it has sound.
    pub has_audio: bool,
    /// Whether it has pictures.
    pub has_video: bool,
    /// 0: on the instance's disk.
    pub storage: u32,
}

/// `GET /api/v1/videos/{id}/description`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Description {
    /// Whole, markdown.
    pub description: Option<String>,
}

/// `GET /api/v1/videos/{id}/storyboards`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Storyboards {
    /// None or one.
    pub storyboards: Vec<Storyboard>,
}

/// Small pictures of a video in a grid, for the scrub bar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Storyboard {
    /// Path on this instance.
    pub storyboard_path: String,
    /// Pixels of the whole grid.
    pub total_height: u32,
    /// Pixels of the whole grid.
    pub total_width: u32,
    /// Pixels of one picture.
    pub sprite_height: u32,
    /// Pixels of one picture.
    pub sprite_width: u32,
    /// Seconds between two pictures.
    pub sprite_duration: u32,
}

/// `GET /api/v1/videos/{id}/captions`: rows of the page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Caption {
    /// `fr`, `French`.
    pub language: Label<String>,
    /// Path on this instance.
    pub caption_path: String,
    /// Whole address of the VTT.
    #[serde(default)]
    pub file_url: String,
    /// Whole address of the playlist that native players are led to it by; none before there is a stream.
    #[serde(default, rename = "m3u8Url")]
    pub playlist_url: Option<String>,
    /// Made by a machine.
    #[serde(default)]
    pub automatically_generated: bool,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// `GET` and `PUT /api/v1/videos/{id}/chapters`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChapterList {
    /// By when they begin.
    pub chapters: Vec<ChapterEntry>,
}

/// A part of a video.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChapterEntry {
    /// Second it begins at.
    pub timecode: u64,
    /// 1–100 letters.
    pub title: String,
}

/// When a video changes its privacy by itself, and to which.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScheduledUpdate {
    /// When.
    pub update_at: Timestamp,
    /// 1 public, 2 unlisted, 4 internal; none means public.
    #[serde(default)]
    pub privacy: Option<u32>,
}

/// `GET /api/v1/videos/{id}/passwords`: rows of the page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VideoPassword {
    /// Its number among the video's.
    pub id: u64,
    /// What opens the video.
    pub password: String,
    /// The video.
    pub video_id: VideoId,
    /// When it was set.
    pub created_at: Timestamp,
    /// When it was set.
    pub updated_at: Timestamp,
}

/// `POST /api/v1/videos/{id}/token`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VideoToken {
    /// For the query parameter `videoFileToken`.
    pub files: FileToken,
}

/// A key to the files of one video.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileToken {
    /// A UUID.
    pub token: String,
    /// When it ends.
    pub expires: Timestamp,
}

/// `POST /api/v1/videos/{id}/views`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ViewReport {
    /// Seconds into the video.
    pub current_time: f64,
    /// `seek` where the viewer jumped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view_event: Option<String>,
    /// Made by the player at random, so that viewers behind one address count apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
}

/// Values of `privacy`.
pub mod privacy {
    /// Everybody, in lists.
    pub const PUBLIC: u32 = 1;
    /// Everybody who has the address.
    pub const UNLISTED: u32 = 2;
    /// Its owner.
    pub const PRIVATE: u32 = 3;
    /// Everybody signed in on this instance.
    pub const INTERNAL: u32 = 4;
    /// Everybody who has a password.
    pub const PASSWORD: u32 = 5;
}

/// Values of `state`.
pub mod state {
    /// Can be watched.
    pub const PUBLISHED: u32 = 1;
    /// Its renditions are being made.
    pub const TO_TRANSCODE: u32 = 2;
    /// Its file is being fetched.
    pub const TO_IMPORT: u32 = 3;
    /// Its renditions could not be made.
    pub const TRANSCODING_FAILED: u32 = 7;
}

/// A row of `GET /api/v1/search/video-caption-segments`, as PeerTube 9 has it: something that is said in a video.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VideoCaptionSegment {
    /// In which.
    #[serde(rename = "videoUUID")]
    pub video_uuid: Uuid,
    /// What that is called.
    pub video_name: String,
    /// In which language, as an ISO 639 code.
    pub language: String,
    /// Whether a machine wrote it down.
    pub automatically_generated: bool,
    /// When it begins, in milliseconds.
    pub start_ms: u64,
    /// When it ends, in milliseconds.
    pub end_ms: u64,
    /// What is said.
    pub text: String,
    /// How well the words are met; only good to be compared.
    pub similarity: f64,
}
