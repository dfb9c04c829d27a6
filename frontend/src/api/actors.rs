//! Channels and accounts, and what they published.

use shared::api::{Account, Channel, Page, Video};

use super::client::Client;
use super::failure::Failure;
use super::videos::Window;
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

/// What a channel published, newest first.
///
/// # Errors
/// As the instance refuses.
pub async fn channel_videos(client: &Client, handle: &str, window: Window) -> Result<Page<Video>, Failure> {
    let path = format!("/api/v1/video-channels/{}/videos?sort=-publishedAt&{window}", encode(handle));
    client.get(&path).await
}

/// What an account published, newest first.
///
/// # Errors
/// As the instance refuses.
pub async fn account_videos(client: &Client, handle: &str, window: Window) -> Result<Page<Video>, Failure> {
    client.get(&format!("/api/v1/accounts/{}/videos?sort=-publishedAt&{window}", encode(handle))).await
}
