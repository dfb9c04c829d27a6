//! Channels elsewhere whose videos are imported as they come.

use serde_json::json;
use shared::api::{MadeChannelSync, Page, VideoChannelSync};
use shared::id::SyncId;

use super::client::Client;
use super::failure::Failure;
use crate::browser::fetch::Body;
use crate::text::addresses::encode;

/// A channel that is to be watched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyncWish {
    /// The address of the channel elsewhere.
    pub url: String,
    /// The number of the channel its videos come to.
    pub channel: u64,
    /// The name of that channel.
    pub channel_name: String,
    /// Whether what is there already comes, too.
    pub with_existing: bool,
}

/// Which channels elsewhere an account has watched, last made first.
///
/// # Errors
/// As the instance refuses.
pub async fn syncs(client: &Client, account: &str) -> Result<Page<VideoChannelSync>, Failure> {
    client.get(&format!("/api/v1/accounts/{}/video-channel-syncs?count=100", encode(account))).await
}

/// Has a channel elsewhere watched.
///
/// # Errors
/// As the instance refuses: 403 for an address that nobody is let to, 400 where one has as many as one may.
pub async fn watch_channel(client: &Client, wish: &SyncWish) -> Result<(), Failure> {
    let body = json!({ "externalChannelUrl": wish.url, "videoChannelId": wish.channel });
    let body = Body::Text("application/json", body.to_string());
    let made: MadeChannelSync = client.ask("POST", "/api/v1/video-channel-syncs", &body).await?;
    if !wish.with_existing {
        return Ok(());
    }
    let body = json!({ "externalChannelUrl": wish.url, "videoChannelSyncId": made.video_channel_sync.id });
    let path = format!("/api/v1/video-channels/{}/import-videos", encode(&wish.channel_name));
    client.send("POST", &path, &Body::Text("application/json", body.to_string())).await.map(drop)
}

/// What one does with a channel that is watched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SyncAct {
    /// Import all its videos that were not yet.
    ImportAll,
    /// Watch it no more.
    Remove,
}

/// Does something with a channel that is watched.
///
/// # Errors
/// As the instance refuses: 404 where it is watched no more.
pub async fn act_on_sync(client: &Client, sync: SyncId, act: SyncAct) -> Result<(), Failure> {
    let path = format!("/api/v1/video-channel-syncs/{sync}");
    let (method, path) = match act {
        SyncAct::ImportAll => ("POST", format!("{path}/sync")),
        SyncAct::Remove => ("DELETE", path),
    };
    client.send(method, &path, &Body::Nothing).await.map(drop)
}
