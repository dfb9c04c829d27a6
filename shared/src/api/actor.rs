//! Accounts and channels.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ChannelId, UserId};
use crate::time::Timestamp;

/// An avatar or banner in one size.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Whose it is; absent in lists that are all of one account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_account: Option<Account>,
}
