//! Whom somebody, or the instance, mutes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Label;
use super::actor::Account;
use crate::id::BlocklistSubscriptionId;
use crate::time::Timestamp;

/// A row of `GET /api/v1/users/me/blocklist/accounts` and `GET /api/v1/server/blocklist/accounts`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MutedAccount {
    /// Who mutes; none where the instance does.
    pub by_account: Option<Account>,
    /// Who is muted.
    pub blocked_account: Account,
    /// The list that brought it; none where somebody muted it by hand. PeerTube 9's field.
    #[serde(default)]
    pub blocklist_subscription: Option<BlocklistSubscriptionSummary>,
    /// Since when.
    pub created_at: Timestamp,
}

/// A row of `GET /api/v1/users/me/blocklist/servers` and `GET /api/v1/server/blocklist/servers`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MutedServer {
    /// Who mutes; none where the instance does.
    pub by_account: Option<Account>,
    /// What is muted.
    pub blocked_server: MutedServerHost,
    /// The list that brought it; none where somebody muted it by hand. PeerTube 9's field.
    #[serde(default)]
    pub blocklist_subscription: Option<BlocklistSubscriptionSummary>,
    /// Since when.
    pub created_at: Timestamp,
}

/// A muted server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MutedServerHost {
    /// Its host and port.
    pub host: String,
}

/// `GET /api/v1/blocklist/status`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlocklistStatus {
    /// By the handle that was asked for.
    pub accounts: BTreeMap<String, StatusOfAccount>,
    /// By the host that was asked for.
    pub hosts: BTreeMap<String, StatusOfServer>,
}

/// Who mutes an account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatusOfAccount {
    /// The instance.
    pub blocked_by_server: bool,
    /// The name of the list that had the instance mute it; none where somebody did by hand. PeerTube 9's field.
    #[serde(default)]
    pub blocked_by_server_subscription: Option<String>,
    /// Whoever asks.
    pub blocked_by_user: bool,
}

/// Who mutes a server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatusOfServer {
    /// The instance.
    pub blocked_by_server: bool,
    /// The name of the list that had the instance mute it; none where somebody did by hand. PeerTube 9's field.
    #[serde(default)]
    pub blocked_by_server_subscription: Option<String>,
    /// Whoever asks.
    pub blocked_by_user: bool,
}

/// A list of mutes that is kept elsewhere, beside what it brought.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlocklistSubscriptionSummary {
    /// Number on this instance.
    pub id: BlocklistSubscriptionId,
    /// What the list calls itself.
    pub name: String,
    /// Where it is.
    pub url: String,
}

/// Why a list that is kept elsewhere could not be read, as a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ListFault {
    /// The host is not reached, or may not be.
    Unreachable,
    /// It says nothing that can be read.
    Unreadable,
    /// It says nothing for too long.
    Late,
    /// It refuses.
    Refused,
    /// The address leads on and on.
    Leads,
    /// What it answers is no list.
    NotAList,
    /// The list is longer than the instance reads.
    TooLong,
    /// A line of the list cannot be read.
    Line,
    /// What it says is more than may be kept here.
    Full,
    /// Another list here has its name.
    NameTaken,
    /// The instance failed at it.
    NoCare,
}

/// A row of `GET /api/v1/server/blocklist/subscriptions`, as PeerTube 9 has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BlocklistSubscription {
    /// Number on this instance.
    pub id: BlocklistSubscriptionId,
    /// What the list calls itself.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Accounts that it mutes.
    pub muted_accounts_count: u64,
    /// Servers that it mutes.
    pub muted_servers_count: u64,
    /// When it was last read to its end.
    pub last_sync_at: Option<Timestamp>,
    /// 1: was not read yet, 2: is being read, 3: was read, 4: could not be read.
    pub state: Label<u32>,
    /// When it was last asked for, whatever came of that. Shoal's own field.
    #[serde(default)]
    pub last_try_at: Option<Timestamp>,
    /// Why it could not be read. Shoal's own field.
    #[serde(default)]
    pub error: Option<String>,
    /// The same as a word. Shoal's own field.
    #[serde(default)]
    pub error_code: Option<ListFault>,
    /// Since when the instance is subscribed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// `GET /api/v1/server/blocklist/public-log`, and every list of mutes that one may subscribe to: PeerTube 9's format.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MuteList {
    /// What the list calls itself.
    pub name: String,
    /// What was done, first first.
    pub actions: Vec<MuteAction>,
}

/// A deed of a [`MuteList`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MuteAction {
    /// `block`, or `unblock`.
    #[serde(rename = "type")]
    pub kind: String,
    /// An account with its host, `spam@films.example`, or a host.
    pub target: String,
    /// When.
    pub created_at: Timestamp,
}
