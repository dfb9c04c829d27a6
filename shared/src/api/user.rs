//! The signed-in person.

use serde::{Deserialize, Serialize};

use super::actor::{Account, Channel};
use super::present::present;
use super::video::{Label, Processing, Video};
use crate::id::{AccountId, RegistrationId, UserId};
use crate::time::Timestamp;

/// 0 administrator, 1 moderator, 2 user.
pub type Role = Label<u32>;

/// `GET /api/v1/users/me`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// Kinds of sensitive content to show in spite of the policy, as PeerTube's bits.
    #[serde(default)]
    pub nsfw_flags_displayed: u32,
    /// Kinds to leave out of lists.
    #[serde(default)]
    pub nsfw_flags_hidden: u32,
    /// Kinds to warn of.
    #[serde(default)]
    pub nsfw_flags_warned: u32,
    /// Kinds to blur.
    #[serde(default)]
    pub nsfw_flags_blurred: u32,
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
    /// The language pages and mails are in, as an ISO 639 code; none where the browser says.
    #[serde(default)]
    pub language: Option<String>,
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
    /// Which news of the pages were seen and dismissed, as PeerTube's bits.
    #[serde(default)]
    pub new_features_info_read: u32,
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
    /// Channels of others that the person edits, in no promised order. PeerTube's from version 8 on.
    #[serde(default)]
    pub video_channel_collaborations: Vec<Channel>,
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// Videos that are offered, taken and left. Shoal's own field.
    #[serde(default)]
    pub video_ownership_change: u8,
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
            video_ownership_change: 3,
        }
    }
}

/// `GET /api/v1/users/me/video-quota-used`, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct QuotaUsed {
    /// In all.
    pub video_quota_used: u64,
    /// In the last 24 hours.
    pub video_quota_used_daily: u64,
}

/// A row of `GET /api/v1/users/me/videos`: a video with what only its owner sees.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// A row of a list of videos for whoever keeps order, with what they asked for by `include`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IncludedVideo {
    /// What everybody sees.
    #[serde(flatten)]
    pub video: Video,
    /// Where it is between upload and publication (`include` 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Label<u32>>,
    /// Published only when all renditions are there (`include` 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_transcoding: Option<bool>,
    /// What the instance's watched words say of it (`include` 64).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatic_tags: Option<Vec<String>>,
}

/// JSON body of `POST /api/v1/users/me/seeder-tokens`, a route of Shoal's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SeederTokenWish {
    /// For everybody's videos, which those may ask for who keep order; otherwise for one's own.
    pub for_all: bool,
}

/// What admits a seeder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SeederToken {
    /// To be shown to the tracker as `Authorization: Bearer`.
    pub token: String,
    /// Whether it counts for everybody's videos.
    pub for_all: bool,
}

/// JSON body of `PUT /api/v1/users/me`: what is absent stays as it is.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct MeChange {
    /// Name people see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Markdown; `Some(None)` takes it back.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub description: Option<Option<String>>,
    /// A new address; needs `current_password`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether others see the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_public: Option<bool>,
    /// The password as it is, for a new one or a new address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_password: Option<String>,
    /// A new password; needs `current_password`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// `display`, `warn`, `blur` or `do_not_list`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nsfw_policy: Option<String>,
    /// As PeerTube's bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nsfw_flags_displayed: Option<u32>,
    /// As PeerTube's bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nsfw_flags_hidden: Option<u32>,
    /// As PeerTube's bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nsfw_flags_warned: Option<u32>,
    /// As PeerTube's bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nsfw_flags_blurred: Option<u32>,
    /// Whether the player may share segments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p2p_enabled: Option<bool>,
    /// Start playing when a watch page opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_play_video: Option<bool>,
    /// Go on to the next video at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_play_next_video: Option<bool>,
    /// Go on to the next of a playlist at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_play_next_video_playlist: Option<bool>,
    /// Whether watched videos are remembered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub videos_history_enabled: Option<bool>,
    /// Languages to list; `Some(None)` for all.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub video_languages: Option<Option<Vec<String>>>,
    /// `instance-default` or the name of a theme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// The language pages and mails are in; `Some(None)` leaves it to the browser.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub language: Option<Option<String>>,
    /// Seen and dismissed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_instance_config_warning_modal: Option<bool>,
    /// Seen and dismissed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_welcome_modal: Option<bool>,
    /// Seen and dismissed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_account_setup_warning_modal: Option<bool>,
}

/// A login as those see it who manage logins.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ManagedUser {
    /// What the person sees.
    #[serde(flatten)]
    pub user: Me,
    /// Bytes of its videos' files.
    pub total_video_file_size: u64,
    /// Bytes that count for the quota.
    pub video_quota_used: u64,
    /// Bytes that count for the quota of 24 hours.
    pub video_quota_used_daily: u64,
    /// How many videos it published, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub videos_count: Option<u64>,
    /// How often it was reported, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abuses_count: Option<u64>,
    /// How many of these reports were accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abuses_accepted_count: Option<u64>,
    /// How often it reported something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abuses_created_count: Option<u64>,
    /// How many comments it wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_comments_count: Option<u64>,
}

/// JSON body of `POST /api/v1/users`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NewUser {
    /// Login name, and the account's name in addresses.
    pub username: String,
    /// Empty to let the person choose one by mail.
    pub password: String,
    /// Where mail goes.
    pub email: String,
    /// The first channel's name in addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_name: Option<String>,
    /// Bytes of video allowed in all; -1 for no bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_quota: Option<i64>,
    /// Bytes of video allowed in 24 hours; -1 for no bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_quota_daily: Option<i64>,
    /// 0 administrator, 1 moderator, 2 user.
    pub role: u32,
    /// What the person is exempted from, as PeerTube's bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_flags: Option<u32>,
}

/// Answer of `POST /api/v1/users`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MadeUser {
    /// What was made.
    pub user: MadeUserId,
}

/// The numbers of a new login.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MadeUserId {
    /// Number on this instance.
    pub id: UserId,
    /// The person that publishes.
    pub account: MadeUserAccount,
}

/// The number of a new account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MadeUserAccount {
    /// Number on this instance.
    pub id: AccountId,
}

/// Somebody who asked to be let in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserRegistration {
    /// Number on this instance.
    pub id: RegistrationId,
    /// 1 pending, 2 rejected, 3 accepted.
    pub state: Label<u32>,
    /// Why they want to come in.
    pub registration_reason: String,
    /// What was answered.
    pub moderation_response: Option<String>,
    /// Login name to be.
    pub username: String,
    /// Where mail goes.
    pub email: String,
    /// Whether the address was verified; none while nobody asked.
    pub email_verified: Option<bool>,
    /// Name people are to see.
    pub account_display_name: Option<String>,
    /// The first channel's name in addresses.
    pub channel_handle: Option<String>,
    /// The first channel's name people are to see.
    pub channel_display_name: Option<String>,
    /// When they asked.
    pub created_at: Timestamp,
    /// When this last changed.
    pub updated_at: Timestamp,
    /// The login it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserRegistrationUser>,
}

/// The number of a login that a request became.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserRegistrationUser {
    /// Number on this instance.
    pub id: UserId,
}

/// JSON body of `POST /api/v1/users/register` and, with a reason, of `POST /api/v1/users/registrations/request`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Signup {
    /// Login name, and the account's name in addresses.
    pub username: String,
    /// 6–255 letters.
    pub password: String,
    /// Where mail goes.
    pub email: String,
    /// Name people see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The first channel; one is made up where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<SignupChannel>,
    /// Why somebody wants to come in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_reason: Option<String>,
}

/// The first channel of somebody who comes in.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SignupChannel {
    /// Name in addresses.
    pub name: String,
    /// Name people see.
    pub display_name: String,
}

/// JSON body of `PUT /api/v1/users/{id}`: what is absent stays as it is.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UserChange {
    /// A new password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// A new address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the address counts as verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// Bytes of video allowed in all; -1 for no bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_quota: Option<i64>,
    /// Bytes of video allowed in 24 hours; -1 for no bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_quota_daily: Option<i64>,
    /// 0 administrator, 1 moderator, 2 user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<u32>,
    /// What the person is exempted from, as PeerTube's bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_flags: Option<u32>,
}
