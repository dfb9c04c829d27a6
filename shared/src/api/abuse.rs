//! Reports, and what is said about them.

use serde::{Deserialize, Serialize};

use super::actor::{AccountSummary, Image};
use super::present::present;
use super::video::Label;
use crate::id::{AbuseId, AbuseMessageId, AccountId, ChannelId, CommentId, Uuid, VideoId};
use crate::time::Timestamp;

/// A row of `GET /api/v1/abuses` and `GET /api/v1/users/me/abuses`. What only moderators see is left out for others.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Abuse {
    /// Number on this instance.
    pub id: AbuseId,
    /// 2–3000 letters.
    pub reason: String,
    /// PeerTube's words: `violentOrAbusive`, `hatefulOrAbusive`, `spamOrMisleading`, `privacy`, `rights`,
    /// `serverRules`, `thumbnails`, `captions`.
    pub predefined_reasons: Vec<String>,
    /// Whose it is; none once the account is gone.
    pub flagged_account: Option<AbuseActor>,
    /// 1: pending, 2: rejected, 3: accepted.
    pub state: Label<u32>,
    /// How much was said about it.
    pub count_messages: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The reported video.
    pub video: Option<AbuseVideo>,
    /// The reported comment.
    pub comment: Option<AbuseComment>,
    /// What moderators note for each other; outside none where the reader is no moderator.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub moderation_comment: Option<Option<String>>,
    /// Who reported it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub reporter_account: Option<Option<AbuseActor>>,
    /// How much the reporter has reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_reports_for_reporter: Option<u64>,
    /// How often the reported account was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_reports_for_reportee: Option<u64>,
}

/// An account in a report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AbuseActor {
    /// ActivityPub id.
    pub url: String,
    /// Name in addresses, without host.
    pub name: String,
    /// Host and port of its instance.
    pub host: String,
    /// In no promised order.
    pub avatars: Vec<Image>,
    /// Number on this instance.
    pub id: AccountId,
    /// Whether its instance may mirror our videos.
    pub host_redundancy_allowed: bool,
    /// Name people see.
    pub display_name: String,
}

/// A reported video, as it was when it was reported where it is gone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AbuseVideo {
    /// Number on this instance.
    pub id: VideoId,
    /// For ever.
    pub uuid: Uuid,
    /// 3–120 letters.
    pub name: String,
    /// Not for all eyes.
    pub nsfw: bool,
    /// Second it begins at.
    pub start_at: Option<u64>,
    /// Second it ends at.
    pub end_at: Option<u64>,
    /// Is gone.
    pub deleted: bool,
    /// Is blocked.
    pub blacklisted: bool,
    /// Path of its small picture.
    pub thumbnail_path: Option<String>,
    /// Where it is published.
    pub channel: Option<AbuseChannel>,
    /// How often it was reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_reports: Option<u64>,
    /// Which of its reports this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth_report: Option<u64>,
}

/// A channel in a report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AbuseChannel {
    /// ActivityPub id.
    pub url: String,
    /// Name in addresses, without host.
    pub name: String,
    /// Host and port of its instance.
    pub host: String,
    /// In no promised order.
    pub avatars: Vec<Image>,
    /// Number on this instance.
    pub id: ChannelId,
    /// Whether its instance may mirror our videos.
    pub host_redundancy_allowed: bool,
    /// In no promised order.
    pub banners: Vec<Image>,
    /// Name people see.
    pub display_name: String,
    /// Markdown.
    pub description: Option<String>,
    /// Of this instance.
    pub is_local: bool,
}

/// A reported comment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AbuseComment {
    /// Number on this instance.
    pub id: CommentId,
    /// The comment its thread begins with.
    pub thread_id: CommentId,
    /// Markdown; empty once it is gone.
    pub text: String,
    /// Is gone.
    pub deleted: bool,
    /// What it is about.
    pub video: AbuseCommentVideo,
}

/// What a reported comment is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AbuseCommentVideo {
    /// Number on this instance.
    pub id: VideoId,
    /// For ever.
    pub uuid: Uuid,
    /// 3–120 letters.
    pub name: String,
}

/// Answer to a new report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AbuseMade {
    /// It.
    pub abuse: AbuseMadeId<AbuseId>,
}

/// What was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AbuseMadeId<I> {
    /// Number on this instance.
    pub id: I,
}

/// A row of `GET /api/v1/abuses/{id}/messages`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AbuseMessage {
    /// Number on this instance.
    pub id: AbuseMessageId,
    /// 2–3000 letters.
    pub message: String,
    /// Whether a moderator says so.
    pub by_moderator: bool,
    /// When it was said.
    pub created_at: Timestamp,
    /// Who says so; none once the account is gone.
    pub account: Option<AccountSummary>,
}

/// Answer to a new message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AbuseMessageMade {
    /// It.
    pub abuse_message: AbuseMadeId<AbuseMessageId>,
}
