//! Videos that are brought from elsewhere.

use serde_json::json;
use shared::api::{Page, VideoImport};
use shared::id::ImportId;

use super::client::Client;
use super::failure::Failure;
use super::videos::Window;
use crate::browser::fetch::Body;

/// A video that is to come from elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportWish {
    /// From where.
    pub url: String,
    /// Into which channel.
    pub channel: u64,
    /// Who may see it.
    pub privacy: u32,
}

/// Has a video brought from elsewhere.
///
/// # Errors
/// As the instance refuses: 403 for an address that nobody is let to, 409 where it brings nothing or too much waits.
pub async fn import_video(client: &Client, wish: &ImportWish) -> Result<VideoImport, Failure> {
    let body = json!({ "targetUrl": wish.url, "channelId": wish.channel, "privacy": wish.privacy });
    client.ask("POST", "/api/v1/videos/imports", &Body::Text("application/json", body.to_string())).await
}

/// What the signed-in person had brought, last asked first.
///
/// # Errors
/// As the instance refuses.
pub async fn imports(client: &Client, window: Window) -> Result<Page<VideoImport>, Failure> {
    let Window { start, count } = window;
    client.get(&format!("/api/v1/users/me/videos/imports?start={start}&count={count}")).await
}

/// What one does with an import.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImportAct {
    /// Call it off.
    Cancel,
    /// Have it tried once more.
    Retry,
    /// Forget it.
    Forget,
}

/// Does something with an import.
///
/// # Errors
/// As the instance refuses: 409 where its state is another by now.
pub async fn act_on_import(client: &Client, import: ImportId, act: ImportAct) -> Result<(), Failure> {
    let path = format!("/api/v1/videos/imports/{import}");
    let (method, path) = match act {
        ImportAct::Cancel => ("POST", format!("{path}/cancel")),
        ImportAct::Retry => ("POST", format!("{path}/retry")),
        ImportAct::Forget => ("DELETE", path),
    };
    client.send(method, &path, &Body::Nothing).await.map(drop)
}
