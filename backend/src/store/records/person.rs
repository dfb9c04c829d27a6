//! Logins, the persons and channels that publish, and their tokens.

use serde::{Deserialize, Serialize};
use shared::id::{AccountId, ChannelId, UserId};
use shared::meeting::Meeting;
use shared::time::Timestamp;

use crate::store::Record;

/// What a login may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Everything.
    Administrator,
    /// Keep order.
    Moderator,
    /// Publish.
    User,
}

/// A login.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct User {
    /// Its number.
    pub id: UserId,
    /// Login name, as it was typed.
    pub username: String,
    /// Where mail goes.
    pub email: String,
    /// argon2id, in PHC form.
    pub password: String,
    /// What it may do.
    pub role: Role,
    /// The person that publishes.
    pub account: AccountId,
    /// Bytes of video allowed in all; none for no bound.
    pub video_quota: Option<u64>,
    /// Bytes of video allowed in 24 hours; none for no bound.
    pub video_quota_daily: Option<u64>,
    /// Why it was kept out; none while it was not.
    pub blocked: Option<String>,
    /// When somebody last logged in with the password.
    #[serde(default)]
    pub last_login_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for User {}

/// A publishing person.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// Name in addresses.
    pub name: String,
    /// Name people see.
    pub display_name: String,
    /// Markdown.
    pub description: Option<String>,
    /// The login behind it.
    pub user: UserId,
    /// Tokens for seeders that were made before count no more; none where all count.
    #[serde(default)]
    pub seeders_since: Option<Timestamp>,
    /// How many channels it follows.
    #[serde(default)]
    pub following: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for Account {}

/// Where an account publishes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Channel {
    /// Its number.
    pub id: ChannelId,
    /// Name in addresses.
    pub name: String,
    /// Name people see.
    pub display_name: String,
    /// Markdown.
    pub description: Option<String>,
    /// Markdown: how to support its makers.
    pub support: Option<String>,
    /// Who may meet over its videos at most; none where that is left to the instance.
    #[serde(default)]
    pub sharing: Option<Meeting>,
    /// Whose it is.
    pub account: AccountId,
    /// How many follow it.
    #[serde(default)]
    pub followers: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for Channel {}

/// What an access token opens. The token itself is nowhere: its hash is the key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AccessToken {
    /// Whom it stands for.
    pub user: UserId,
    /// The refresh token of the same pair, by hash, so that both go together.
    pub refresh: [u8; 32],
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Record for AccessToken {}

/// What a refresh token opens, once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RefreshToken {
    /// Whom it stands for.
    pub user: UserId,
    /// The access token of the same pair, by hash.
    pub access: [u8; 32],
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Record for RefreshToken {}
