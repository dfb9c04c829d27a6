//! Videos that are brought from elsewhere.

use serde_json::json;
use shared::api::{Page, VideoImport};
use shared::id::ImportId;
use wasm_bindgen::JsValue;
use web_sys::{File, FormData};

use super::client::Client;
use super::failure::Failure;
use super::videos::Window;
use crate::browser::fetch::Body;

/// From where a video is to come.
#[derive(Clone, PartialEq, Debug)]
pub enum ImportFrom {
    /// An address; one that begins with `magnet:` names a torrent.
    Address(String),
    /// A torrent.
    Torrent(File),
}

/// A video that is to come from elsewhere.
#[derive(Clone, PartialEq, Debug)]
pub struct ImportWish {
    /// From where.
    pub from: ImportFrom,
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
    let ImportWish { from, channel, privacy } = wish;
    let body = match from {
        ImportFrom::Address(url) => {
            let field =
                if url.to_ascii_lowercase().starts_with("magnet:") { "magnetUri" } else { "targetUrl" };
            let body = json!({ field: url, "channelId": channel, "privacy": privacy });
            Body::Text("application/json", body.to_string())
        }
        ImportFrom::Torrent(file) => parts(file, *channel, *privacy).map_err(|_| Failure::Unreadable)?,
    };
    client.ask("POST", "/api/v1/videos/imports", &body).await
}

fn parts(file: &File, channel: u64, privacy: u32) -> Result<Body, JsValue> {
    let parts = FormData::new()?;
    parts.append_with_str("channelId", &channel.to_string())?;
    parts.append_with_str("privacy", &privacy.to_string())?;
    parts.append_with_blob_and_filename("torrentfile", file, &file.name())?;
    Ok(Body::Parts(parts))
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
