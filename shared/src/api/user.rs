//! The signed-in person.

use serde::{Deserialize, Serialize};

use super::actor::{Account, Channel};
use super::video::{Label, Processing, Video};
use crate::id::UserId;
use crate::time::Timestamp;

/// 0 administrator, 1 moderator, 2 user.
pub type Role = Label<u32>;

/// `GET /api/v1/users/me`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the shape is PeerTube's")]
pub struct Me {
    /// Number on this instance.
    pub id: UserId,
    /// Login name.
    pub username: String,
    /// Only the person and administrators see it.
    pub email: String,
    /// `instance-default` or the name of a theme.
    pub theme: String,
    /// A new address that waits to be verified.
    pub pending_email: Option<String>,
    /// Whether others see the address.
    pub email_public: bool,
    /// Whether the address was verified; none while nobody asked.
    pub email_verified: Option<bool>,
    /// `display`, `blur`, `warn` or `do_not_list`.
    pub nsfw_policy: String,
    /// Whether the player may share segments.
    pub p2p_enabled: bool,
    /// Whether watched videos are remembered.
    pub videos_history_enabled: bool,
    /// Start playing when a watch page opens.
    pub auto_play_video: bool,
    /// Go on to the next video at the end.
    pub auto_play_next_video: bool,
    /// Go on to the next of a playlist at the end.
    pub auto_play_next_video_playlist: bool,
    /// Languages to list; none for all.
    pub video_languages: Option<Vec<String>>,
    /// What the person may do.
    pub role: Role,
    /// Bytes of video allowed in all; -1 for no bound.
    pub video_quota: i64,
    /// Bytes of video allowed in 24 hours; -1 for no bound.
    pub video_quota_daily: i64,
    /// Seen and dismissed.
    pub no_instance_config_warning_modal: bool,
    /// Seen and dismissed.
    pub no_welcome_modal: bool,
    /// Seen and dismissed.
    pub no_account_setup_warning_modal: bool,
    /// Kept out by a moderator.
    pub blocked: bool,
    /// Why.
    pub blocked_reason: Option<String>,
    /// The publishing person.
    pub account: Account,
    /// How each kind of notification arrives.
    pub notification_settings: NotificationSettings,
    /// First channel first.
    pub video_channels: Vec<Channel>,
    /// When the login was made.
    pub created_at: Timestamp,
    /// The plugin that lets the person in; none for a password.
    pub plugin_auth: Option<String>,
    /// When the person last logged in; none while nobody noted it.
    pub last_login_date: Option<Timestamp>,
    /// Whether a second proof is asked at login.
    pub two_factor_enabled: bool,
    /// What an administrator exempted the person from, as PeerTube's bits.
    pub admin_flags: u32,
    /// Playlists everybody has.
    pub special_playlists: Vec<SpecialPlaylist>,
}

/// A playlist everybody has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SpecialPlaylist {
    /// Number on this instance.
    pub id: u64,
    /// `Watch later`.
    pub name: String,
    /// 2: watch later.
    #[serde(rename = "type")]
    pub kind: u32,
}

/// How each kind of notification arrives: 0 not at all, 1 on the web, 2 by mail, 3 both.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "each field is named after its event, and they all take the same values")]
pub struct NotificationSettings {
    pub new_comment_on_my_video: u8,
    pub new_video_from_subscription: u8,
    pub abuse_as_moderator: u8,
    pub video_auto_blacklist_as_moderator: u8,
    pub blacklist_on_my_video: u8,
    pub my_video_published: u8,
    pub my_video_import_finished: u8,
    pub new_user_registration: u8,
    pub comment_mention: u8,
    pub new_follow: u8,
    pub new_instance_follower: u8,
    pub auto_instance_following: u8,
    pub abuse_new_message: u8,
    pub abuse_state_change: u8,
    pub new_peer_tube_version: u8,
    pub my_video_studio_edition_finished: u8,
    pub my_video_transcription_generated: u8,
    pub new_plugin_version: u8,
}

impl Default for NotificationSettings {
    /// The values a new PeerTube user gets (capture `rest/users-me`).
    fn default() -> NotificationSettings {
        NotificationSettings {
            new_comment_on_my_video: 1,
            new_video_from_subscription: 1,
            abuse_as_moderator: 3,
            video_auto_blacklist_as_moderator: 3,
            blacklist_on_my_video: 3,
            my_video_published: 1,
            my_video_import_finished: 1,
            new_user_registration: 1,
            comment_mention: 1,
            new_follow: 1,
            new_instance_follower: 1,
            auto_instance_following: 1,
            abuse_new_message: 3,
            abuse_state_change: 3,
            new_peer_tube_version: 3,
            my_video_studio_edition_finished: 1,
            my_video_transcription_generated: 1,
            new_plugin_version: 1,
        }
    }
}

/// `GET /api/v1/users/me/video-quota-used`, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuotaUsed {
    /// In all.
    pub video_quota_used: u64,
    /// In the last 24 hours.
    pub video_quota_used_daily: u64,
}

/// A row of `GET /api/v1/users/me/videos`: a video with what only its owner sees.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MyVideo {
    /// What everybody sees.
    #[serde(flatten)]
    pub video: Video,
    /// Where it is between upload and publication.
    pub state: Label<u32>,
    /// Published only when all renditions are there.
    pub wait_transcoding: bool,
    /// Hidden by a moderator.
    pub blacklisted: bool,
    /// Why.
    pub blacklisted_reason: Option<String>,
    /// What the pipeline is doing; none once it is done. Shoal's own field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processing: Option<Processing>,
}

/// JSON body of `POST /api/v1/users/me/seeder-tokens`, a route of Shoal's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SeederTokenWish {
    /// For everybody's videos, which those may ask for who keep order; otherwise for one's own.
    pub for_all: bool,
}

/// What admits a seeder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeederToken {
    /// To be shown to the tracker as `Authorization: Bearer`.
    pub token: String,
    /// Whether it counts for everybody's videos.
    pub for_all: bool,
}
