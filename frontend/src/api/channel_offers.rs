//! Channels that change hands, and what was done in them.

use serde_json::json;
use shared::api::{ChannelActivity, OwnershipChange, Page};

use super::client::Client;
use super::failure::Failure;
use crate::browser::fetch::Body;
use crate::text::addresses::encode;

/// Rows of a page of [`activities`].
pub const ACTIVITIES_PER_PAGE: u64 = 20;

/// The channels that are offered to the signed-in person, and those of theirs that are offered to others; last offered
/// first.
///
/// # Errors
/// As the instance refuses.
pub async fn channel_offers(client: &Client) -> Result<Page<OwnershipChange>, Failure> {
    client.get("/api/v1/video-channels/ownership?count=100").await
}

/// The offer of a channel that waits: one or none.
///
/// # Errors
/// As the instance refuses.
pub async fn offer_of_channel(client: &Client, channel: &str) -> Result<Page<OwnershipChange>, Failure> {
    client.get(&format!("/api/v1/video-channels/{}/ownership?state=1", encode(channel))).await
}

/// Offers a channel to somebody.
///
/// # Errors
/// As the instance refuses: 400 where there is nobody of this name, or where it is offered already.
pub async fn offer_channel(client: &Client, channel: &str, name: &str) -> Result<(), Failure> {
    let path = format!("/api/v1/video-channels/{}/give-ownership", encode(channel));
    let body = Body::Text("application/json", json!({ "username": name }).to_string());
    client.send("POST", &path, &body).await.map(drop)
}

/// Takes an offered channel, or leaves it with its owner.
///
/// # Errors
/// As the instance refuses: 413 where the quota does not hold the videos, 400 where one has as many channels as one may,
/// 404 where it was taken back.
pub async fn answer_channel_offer(client: &Client, offer: u64, takes: bool) -> Result<(), Failure> {
    let word = if takes { "accept" } else { "refuse" };
    let path = format!("/api/v1/video-channels/ownership/{offer}/{word}");
    client.send("POST", &path, &Body::Nothing).await.map(drop)
}

/// Takes an offer of a channel back.
///
/// # Errors
/// As the instance refuses: 404 where it was answered meanwhile.
pub async fn withdraw_channel_offer(client: &Client, offer: u64) -> Result<(), Failure> {
    client
        .send("DELETE", &format!("/api/v1/video-channels/ownership/{offer}"), &Body::Nothing)
        .await
        .map(drop)
}

/// What was done in a channel, last done first, behind the first `start`.
///
/// # Errors
/// As the instance refuses.
pub async fn activities(
    client: &Client,
    channel: &str,
    start: u64,
) -> Result<Page<ChannelActivity>, Failure> {
    let channel = encode(channel);
    let page = format!("start={start}&count={ACTIVITIES_PER_PAGE}&sort=-createdAt");
    client.get(&format!("/api/v1/video-channels/{channel}/activities?{page}")).await
}
