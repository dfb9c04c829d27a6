//! What opens one's own feed.

use shared::api::ScopedTokens;

use super::client::Client;
use super::failure::Failure;
use crate::browser::fetch::Body;

const PATH: &str = "/api/v1/users/scoped-tokens";

/// The token of one's feed.
///
/// # Errors
/// As the instance refuses.
pub async fn feed_token(client: &Client) -> Result<ScopedTokens, Failure> {
    client.get(PATH).await
}

/// Another token for one's feed; the last one opens nothing any more.
///
/// # Errors
/// As the instance refuses.
pub async fn renew_feed_token(client: &Client) -> Result<ScopedTokens, Failure> {
    client.ask("POST", PATH, &Body::Nothing).await
}
