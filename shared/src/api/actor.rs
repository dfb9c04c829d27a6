//! Accounts and channels.

use serde::{Deserialize, Serialize};

use super::present::present;
use crate::id::{AccountId, ChannelId, UserId};
use crate::meeting::Meeting;
use crate::time::Timestamp;

/// An avatar or banner in one size.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// Pixels; 0 when unknown.
    #[serde(default)]
    pub width: u32,
    /// Path on this instance.
    pub path: String,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it was last replaced.
    pub updated_at: Timestamp,
}

/// An account beside a video.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountSummary {
    /// Number on this instance.
    pub id: AccountId,
    /// Name people see.
    pub display_name: String,
    /// Name in addresses, without host.
    pub name: String,
    /// ActivityPub id.
    pub url: String,
    /// Host and port of its instance.
    pub host: String,
    /// Smallest to largest, in no promised order.
    pub avatars: Vec<Image>,
}

/// A channel beside a video.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChannelSummary {
    /// Number on this instance.
    pub id: ChannelId,
    /// Name in addresses, without host.
    pub name: String,
    /// Name people see.
    pub display_name: String,
    /// ActivityPub id.
    pub url: String,
    /// Host and port of its instance.
    pub host: String,
    /// In no promised order.
    pub avatars: Vec<Image>,
}

/// An account in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Account {
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
    /// Whom it follows.
    pub following_count: u64,
    /// Who follows it.
    pub followers_count: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Name people see.
    pub display_name: String,
    /// Markdown.
    pub description: Option<String>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The login behind it, on its own instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

/// A channel in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Channel {
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
    /// Whom it follows.
    pub following_count: u64,
    /// Who follows it.
    pub followers_count: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// In no promised order.
    pub banners: Vec<Image>,
    /// Name people see.
    pub display_name: String,
    /// Markdown.
    pub description: Option<String>,
    /// Markdown: how to support its makers.
    pub support: Option<String>,
    /// Whether it lives on this instance.
    pub is_local: bool,
    /// Who may meet over its videos at most, as its owner said; none where that was left to the instance. Shoal's own
    /// field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Meeting>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Whose it is; absent in lists that are all of one account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_account: Option<Account>,
    /// The number of the account whose it is, in `users/me` alone. PeerTube's from version 8 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_account_id: Option<AccountId>,
    /// How many videos it has, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub videos_count: Option<u64>,
    /// How often its videos were watched in all, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_views: Option<u64>,
    /// The views of each of the last days, first day first, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views_per_day: Option<Vec<DayViews>>,
}

/// How often a channel's videos were watched on one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DayViews {
    /// Its first moment, in UTC.
    pub date: Timestamp,
    /// How often.
    pub views: u64,
}

/// JSON body of `POST /api/v1/video-channels`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NewChannel {
    /// Name in addresses: what accounts and channels share one space of.
    pub name: String,
    /// Name people see, 1–120 letters.
    pub display_name: String,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Markdown: how to support its makers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support: Option<String>,
}

/// Answer of `POST /api/v1/video-channels`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MadeChannel {
    /// What was made.
    pub video_channel: MadeChannelId,
}

/// The number of what was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MadeChannelId {
    /// Number on this instance.
    pub id: ChannelId,
}

/// Answer of `…/avatar/pick`: the new picture in all its sizes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Avatars {
    /// Largest first.
    pub avatars: Vec<Image>,
}

/// Answer of `…/banner/pick`: the new picture in all its sizes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Banners {
    /// Largest first.
    pub banners: Vec<Image>,
}

/// JSON body of `PUT /api/v1/video-channels/{name}`: what is absent stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ChannelChange {
    /// Name people see, 1–120 letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Markdown; `Some(None)` takes it back.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub description: Option<Option<String>>,
    /// Markdown; `Some(None)` takes it back.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub support: Option<Option<String>>,
    /// Who may meet over its videos at most; `Some(None)` leaves it to the instance. Shoal's own field.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub sharing: Option<Option<Meeting>>,
}
