//! Whom somebody, or the instance, mutes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::actor::Account;
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
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatusOfAccount {
    /// The instance.
    pub blocked_by_server: bool,
    /// Whoever asks.
    pub blocked_by_user: bool,
}

/// Who mutes a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatusOfServer {
    /// The instance.
    pub blocked_by_server: bool,
    /// Whoever asks.
    pub blocked_by_user: bool,
}
