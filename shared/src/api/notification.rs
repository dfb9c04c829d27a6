//! Notifications.

use serde::{Deserialize, Serialize};

use super::actor::Image;
use super::video::Label;
use crate::id::{
    AbuseId, BlockId, CollaboratorId, CommentId, FollowId, ImportId, NotificationId, RegistrationId, Uuid,
    VideoId,
};
use crate::time::Timestamp;

/// A row of `GET /api/v1/users/me/notifications`. What it was about is left out once that is gone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// Number on this instance.
    pub id: NotificationId,
    /// What kind of news it is: PeerTube's number.
    #[serde(rename = "type")]
    pub kind: u32,
    /// Whether it was read.
    pub read: bool,
    /// The video it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<NotificationVideo>,
    /// The comment it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<NotificationComment>,
    /// The following it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_follow: Option<NotificationFollow>,
    /// The account it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<NotificationActor>,
    /// The report it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abuse: Option<NotificationAbuse>,
    /// The block it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_blacklist: Option<NotificationBlock>,
    /// The import it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_import: Option<NotificationImport>,
    /// Who asked to be let in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<NotificationRegistration>,
    /// The part in a channel it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_channel_collaborator: Option<NotificationCollaborator>,
    /// The offer it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_ownership: Option<NotificationOwnership>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A video in a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NotificationVideo {
    /// Number on this instance.
    pub id: VideoId,
    /// For ever.
    pub uuid: Uuid,
    /// 22 letters.
    #[serde(rename = "shortUUID")]
    pub short_uuid: String,
    /// 3–120 letters.
    pub name: String,
    /// Where it is published, where that is part of the news.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<NotificationActor>,
}

/// A comment in a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NotificationComment {
    /// Number on this instance.
    pub id: CommentId,
    /// The comment its thread begins with.
    pub thread_id: CommentId,
    /// Who wrote it.
    pub account: NotificationActor,
    /// What it is about.
    pub video: NotificationVideo,
    /// Waits for the video's owner.
    pub held_for_review: bool,
}

/// A report in a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotificationAbuse {
    /// Number on this instance.
    pub id: AbuseId,
    /// 1: pending, 2: rejected, 3: accepted.
    pub state: u32,
    /// The reported video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<NotificationVideo>,
    /// The reported comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<NotificationAbuseComment>,
    /// The reported account, or whose the rest is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<NotificationActor>,
}

/// A reported comment in a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NotificationAbuseComment {
    /// The comment its thread begins with.
    pub thread_id: CommentId,
    /// What it is about.
    pub video: NotificationVideo,
}

/// A block in a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotificationBlock {
    /// Number on this instance.
    pub id: BlockId,
    /// What is blocked.
    pub video: NotificationVideo,
}

/// A video from elsewhere, in a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NotificationImport {
    /// Number on this instance.
    pub id: ImportId,
    /// From where: an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_url: Option<String>,
    /// From where: a magnet address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub magnet_uri: Option<String>,
    /// From where: a torrent, by the name of its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub torrent_name: Option<String>,
    /// The video that came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<NotificationVideo>,
}

/// Who asked to be let in, in a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotificationRegistration {
    /// Number on this instance.
    pub id: RegistrationId,
    /// The name that was asked for.
    pub username: String,
}

/// Somebody's part in another's channel, in a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NotificationCollaborator {
    /// Number on this instance.
    pub id: CollaboratorId,
    /// 1: asked, 2: edits the channel, 3: does not want to.
    pub state: Label<u32>,
    /// Which channel.
    pub channel: NotificationActor,
    /// Whose it is.
    pub channel_owner: NotificationActor,
    /// Who was asked.
    pub account: NotificationActor,
}

/// A video or a channel that is offered to somebody, in a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NotificationOwnership {
    /// Number on this instance.
    pub id: u64,
    /// 1: waits for an answer, 2: was refused or taken back, 3: was accepted.
    pub state: Label<u32>,
    /// Who offers it.
    pub initiator_account: NotificationActor,
    /// Who is to answer.
    pub next_owner_account: NotificationActor,
    /// The video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<NotificationVideo>,
    /// The channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<NotificationActor>,
}

/// An account or a channel in a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NotificationActor {
    /// Number on this instance.
    pub id: u64,
    /// Name people see.
    pub display_name: String,
    /// Name in addresses, without host.
    pub name: String,
    /// Host and port of its instance.
    pub host: String,
    /// In no promised order.
    pub avatars: Vec<Image>,
}

/// A following in a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotificationFollow {
    /// Number on this instance.
    pub id: FollowId,
    /// `pending`, `accepted` or `rejected`.
    pub state: String,
    /// Who follows.
    pub follower: NotificationActor,
    /// Whom.
    pub following: NotificationFollowed,
}

/// Who is followed, in a notification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NotificationFollowed {
    /// `channel`, `account` or `instance`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name people see.
    pub display_name: String,
    /// Name in addresses, without host.
    pub name: String,
    /// Host and port of its instance.
    pub host: String,
}

/// JSON body of `POST /api/v1/users/me/notifications/read`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NotificationsRead {
    /// Which.
    pub ids: Vec<NotificationId>,
}

/// What `GET /api/v1/users/me/notifications/socket`, a WebSocket of Shoal's own, says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum SocketWord {
    /// The token is good; from now on news are told.
    Ready {
        /// How many notifications are unread.
        unread: u64,
    },
    /// Something new.
    Notification {
        /// What.
        notification: Box<Notification>,
    },
}

/// The first thing a page says on the socket, since browsers send no headers with one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SocketToken {
    /// The access token.
    pub token: String,
}
