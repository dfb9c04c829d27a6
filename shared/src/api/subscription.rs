//! Subscriptions.

use serde::{Deserialize, Serialize};

use super::actor::Image;
use crate::id::FollowId;
use crate::time::Timestamp;

/// JSON body of `POST /api/v1/users/me/subscriptions`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SubscriptionWish {
    /// `channel@host`.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub uri: Option<String>,
}

/// JSON body of `POST /api/v1/server/following`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct FollowingWish {
    /// Instances, by their hosts.
    pub hosts: Vec<String>,
    /// Accounts and channels, as `name@host`.
    pub handles: Vec<String>,
}

/// A row of `GET /api/v1/server/followers`, `GET /api/v1/server/following`, `GET /api/v1/video-channels/{name}/followers` and
/// `GET /api/v1/accounts/{name}/followers`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Follow {
    /// Number on this instance.
    pub id: FollowId,
    /// Who follows.
    pub follower: FollowActor,
    /// Whom.
    pub following: FollowActor,
    /// How well the other instance can be reached: 1000 as long as it answers.
    pub score: u32,
    /// `pending`, `accepted` or `rejected`.
    pub state: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// An account or a channel at one end of a following.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FollowActor {
    /// ActivityPub id.
    pub url: String,
    /// Name in addresses, without host.
    pub name: String,
    /// Host and port of its instance.
    pub host: String,
    /// In no promised order.
    pub avatars: Vec<Image>,
    /// Number on this instance.
    pub id: u64,
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
}
