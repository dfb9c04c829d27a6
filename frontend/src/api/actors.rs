//! Channels and accounts, and what they published.

use shared::api::{Account, Channel, Page, Video};

use super::client::Client;
use super::failure::Failure;
use super::videos::Window;
use crate::route::Order;
use crate::text::addresses::encode;

/// A channel by its handle.
///
/// # Errors
/// As the instance refuses.
pub async fn channel(client: &Client, handle: &str) -> Result<Channel, Failure> {
    client.get(&format!("/api/v1/video-channels/{}", encode(handle))).await
}

/// An account by its handle.
///
/// # Errors
/// As the instance refuses.
pub async fn account(client: &Client, handle: &str) -> Result<Account, Failure> {
    client.get(&format!("/api/v1/accounts/{}", encode(handle))).await
}

/// What a channel published.
///
/// # Errors
/// As the instance refuses.
pub async fn channel_videos(
    client: &Client,
    handle: &str,
    order: Order,
    window: Window,
) -> Result<Page<Video>, Failure> {
    let (handle, sort) = (encode(handle), order.sort());
    client.get(&format!("/api/v1/video-channels/{handle}/videos?sort={sort}&{window}")).await
}

/// What an account published.
///
/// # Errors
/// As the instance refuses.
pub async fn account_videos(
    client: &Client,
    handle: &str,
    order: Order,
    window: Window,
) -> Result<Page<Video>, Failure> {
    let (handle, sort) = (encode(handle), order.sort());
    client.get(&format!("/api/v1/accounts/{handle}/videos?sort={sort}&{window}")).await
}

/// The channels of an account, last made first: as many as it may have.
///
/// # Errors
/// As the instance refuses.
pub async fn account_channels(client: &Client, handle: &str) -> Result<Page<Channel>, Failure> {
    client.get(&format!("/api/v1/accounts/{}/video-channels?count=100", encode(handle))).await
}
