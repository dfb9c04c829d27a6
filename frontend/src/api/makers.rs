//! The file a video came as, and videos that change hands.

use serde::Deserialize;
use serde_json::json;
use shared::api::{EmbedPrivacy, EmbedWish, OwnershipChange, Page};

use super::client::Client;
use super::failure::Failure;
use crate::browser::fetch::Body;
use crate::text::addresses::encode;

/// The part of `GET /api/v1/videos/{id}/source` that our pages read.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// Its name on the maker's disk.
    pub filename: String,
    /// Bytes.
    pub size: u64,
    /// Where it can be had, with a key, where it is kept.
    pub file_download_url: Option<String>,
}

/// The file a video came as, for its owner.
///
/// # Errors
/// As the instance refuses.
pub async fn source(client: &Client, id: &str) -> Result<Source, Failure> {
    client.get(&format!("/api/v1/videos/{}/source", encode(id))).await
}

/// Has the file no longer kept.
///
/// # Errors
/// As the instance refuses.
pub async fn delete_source(client: &Client, id: &str) -> Result<(), Failure> {
    let path = format!("/api/v1/videos/{}/source/file", encode(id));
    client.send("DELETE", &path, &Body::Nothing).await.map(drop)
}

/// On which sites a video may be shown in a frame.
///
/// # Errors
/// As the instance refuses.
pub async fn embed_privacy(client: &Client, id: &str) -> Result<EmbedPrivacy, Failure> {
    client.get(&format!("/api/v1/videos/{}/embed-privacy", encode(id))).await
}

/// Chooses on which sites a video may be shown in a frame.
///
/// # Errors
/// As the instance refuses.
pub async fn set_embed_privacy(client: &Client, id: &str, wish: &EmbedWish) -> Result<(), Failure> {
    let path = format!("/api/v1/videos/{}/embed-privacy", encode(id));
    let body = Body::Text("application/json", serde_json::to_string(wish).unwrap_or_default());
    client.send("PUT", &path, &body).await.map(drop)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    video_file: VideoFile,
    video_transcription: Switch,
}

#[derive(Deserialize)]
struct VideoFile {
    update: Switch,
}

#[derive(Deserialize)]
struct Switch {
    enabled: bool,
}

/// Whether makers may put another file in the place of a video's.
///
/// # Errors
/// As the instance refuses.
pub async fn may_replace(client: &Client) -> Result<bool, Failure> {
    let config: Config = client.get("/api/v1/config").await?;
    Ok(config.video_file.update.enabled)
}

/// Whether makers may have what is said written down.
///
/// # Errors
/// As the instance refuses.
pub async fn may_transcribe(client: &Client) -> Result<bool, Failure> {
    let config: Config = client.get("/api/v1/config").await?;
    Ok(config.video_transcription.enabled)
}

/// Has what is said in a video written down.
///
/// # Errors
/// As the instance refuses.
pub async fn transcribe(client: &Client, id: &str) -> Result<(), Failure> {
    let path = format!("/api/v1/videos/{}/captions/generate", encode(id));
    client.send("POST", &path, &Body::Nothing).await.map(drop)
}

/// The videos that somebody offers the signed-in person, last offered first.
///
/// # Errors
/// As the instance refuses.
pub async fn offers(client: &Client) -> Result<Page<OwnershipChange>, Failure> {
    client.get("/api/v1/videos/ownership?count=100").await
}

/// Takes an offered video into a channel.
///
/// # Errors
/// As the instance refuses: 413 where the quota does not hold it.
pub async fn accept_offer(client: &Client, offer: u64, channel: u64) -> Result<(), Failure> {
    let path = format!("/api/v1/videos/ownership/{offer}/accept");
    let body = Body::Text("application/json", json!({ "channelId": channel }).to_string());
    client.send("POST", &path, &body).await.map(drop)
}

/// Leaves an offered video with its owner.
///
/// # Errors
/// As the instance refuses.
pub async fn refuse_offer(client: &Client, offer: u64) -> Result<(), Failure> {
    let path = format!("/api/v1/videos/ownership/{offer}/refuse");
    client.send("POST", &path, &Body::Nothing).await.map(drop)
}

/// Offers a video to somebody.
///
/// # Errors
/// As the instance refuses: 400 where there is nobody of this name.
pub async fn offer_video(client: &Client, video: &str, name: &str) -> Result<(), Failure> {
    let path = format!("/api/v1/videos/{}/give-ownership", encode(video));
    let body = Body::Text("application/json", json!({ "username": name }).to_string());
    client.send("POST", &path, &body).await.map(drop)
}
