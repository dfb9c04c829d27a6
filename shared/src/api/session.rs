//! Logging in: the OAuth2 password grant as PeerTube speaks it.

use serde::{Deserialize, Serialize};

use crate::id::SessionId;
use crate::time::Timestamp;

/// `GET /api/v1/oauth-clients/local`: what a client sends along when it asks for tokens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OAuthClient {
    /// 32 letters.
    pub client_id: String,
    /// 32 letters; public, like the id.
    pub client_secret: String,
}

/// Form fields of `POST /api/v1/users/token`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenGrant {
    /// As given by `oauth-clients/local`.
    #[serde(default)]
    pub client_id: String,
    /// As given by `oauth-clients/local`.
    #[serde(default)]
    pub client_secret: String,
    /// `password` or `refresh_token`.
    #[serde(default)]
    pub grant_type: String,
    /// User name or e-mail address, for `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// For `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// For `refresh_token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// A row of `GET /api/v1/users/{id}/token-sessions`: somebody who logged in with one program.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenSession {
    /// Number on this instance.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current_session: bool,
    /// The program at login and what it ran on.
    pub login_device: String,
    /// The network of the login, not the whole address.
    #[serde(rename = "loginIP")]
    pub login_ip: String,
    /// When the login was.
    pub login_date: Timestamp,
    /// The program that last asked for new tokens.
    pub last_activity_device: String,
    /// The network it asked from.
    #[serde(rename = "lastActivityIP")]
    pub last_activity_ip: String,
    /// When it did.
    pub last_activity_date: Timestamp,
    /// When the login was.
    pub created_at: Timestamp,
}

/// Answer of `POST /api/v1/users/{id}/two-factor/request`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TwoFactorRequest {
    /// What was begun.
    pub otp_request: OtpRequest,
}

/// A secret for somebody's app.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OtpRequest {
    /// To be shown along with the first code.
    pub request_token: String,
    /// The secret, in base32.
    pub secret: String,
    /// The same as a QR code says it.
    pub uri: String,
}

/// Answer of `POST /api/v1/users/{id}/two-factor/recovery-codes`, a route of Shoal's own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodes {
    /// Each lets in once in place of a code.
    pub recovery_codes: Vec<String>,
}

/// Answer of `/api/v1/users/scoped-tokens`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScopedTokens {
    /// Opens the person's feeds.
    pub feed_token: String,
}

/// Answer of `POST /api/v1/users/token`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tokens {
    /// `Bearer`.
    pub token_type: String,
    /// 40 hex digits.
    pub access_token: String,
    /// 40 hex digits; each serves once.
    pub refresh_token: String,
    /// Seconds the access token lives.
    pub expires_in: u64,
    /// Seconds the refresh token lives.
    pub refresh_token_expires_in: u64,
}
