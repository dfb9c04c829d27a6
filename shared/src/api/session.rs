//! Logging in: the OAuth2 password grant as PeerTube speaks it.

use serde::{Deserialize, Serialize};

/// `GET /api/v1/oauth-clients/local`: what a client sends along when it asks for tokens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OAuthClient {
    /// 32 letters.
    pub client_id: String,
    /// 32 letters; public, like the id.
    pub client_secret: String,
}

/// Form fields of `POST /api/v1/users/token`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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

/// Answer of `POST /api/v1/users/token`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
