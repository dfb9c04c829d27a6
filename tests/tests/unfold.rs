//! A stock program of other sites reads our pages and unfolds links to them.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::rig::{Clip, Instance, Upload, clip, in_checkout};
use tokio::process::Command;
use tokio::time::timeout;

/// For what the server makes of a film.
const LATER: Duration = Duration::from_secs(300);
/// For a program that asks a few times.
const DEADLINE: Duration = Duration::from_secs(60);

/// What the program finds of each address.
async fn unfold(addresses: &[String]) -> Result<Vec<Value>> {
    let packages = in_checkout("target/npm/node_modules");
    let is_there = packages.join("@extractus/oembed-extractor").is_dir();
    ensure!(is_there, "target/npm is missing @extractus/oembed-extractor: `cargo xtask fetch` brings it");
    let mut node = Command::new("node");
    node.arg(in_checkout("tests/clients/oembed.cjs")).args(addresses).env("NODE_PATH", packages);
    let output = timeout(DEADLINE, node.kill_on_drop(true).output()).await.context("it does not end")??;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {errors}", output.status);
    String::from_utf8(output.stdout)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_unfold_links_to_videos_and_lists() -> Result<()> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    let film = clip(&Clip { seconds: 2, width: 426, height: 240, ..Clip::default() })?;
    let video = Upload::file(&admin, &json!({ "name": "A film & <more>", "privacy": 1 }), &film).await?;
    let private = Upload::file(&admin, &json!({ "name": "Mine", "privacy": 3 }), &film).await?;
    for video in [&video, &private] {
        Upload::finished(&admin, video, LATER).await?;
    }
    let me = admin.get("/api/v1/users/me").await?.expect(200)?.json()?;
    let channel = me.pointer("/videoChannels/0/id").context("a login has a channel")?;
    let list = json!({ "displayName": "Evenings", "privacy": 1, "videoChannelId": channel });
    let list = admin.post("/api/v1/video-playlists", &list).await?.expect(200)?.json()?;
    let list = list.pointer("/videoPlaylist/uuid").and_then(Value::as_str).context("a list has a name")?;
    let addresses = [format!("/w/{video}"), format!("/w/p/{list}"), format!("/w/{private}")];
    let found = unfold(&addresses.map(|page| server.url(&page))).await?;
    let [film, evenings, mine] = &found[..] else { anyhow::bail!("three addresses: {found:#?}") };

    ensure!(film["method"] == "auto-discovery" && film["title"] == "A film & <more>", "{film:#}");
    ensure!(film["width"] == 480 && film["height"] == 270, "{film:#}");
    let html = film["html"].as_str().context("no frame")?;
    let src = server.url(&format!("/videos/embed/{video}"));
    ensure!(html.contains(&format!("src=\"{src}\"")), "{film:#}");
    server.client().get(&src).await?.expect(200)?;
    ensure!(evenings["title"] == "Evenings", "{evenings:#}");
    if let Some(picture) = evenings.get("thumbnail_url").and_then(Value::as_str) {
        server.client().get(picture).await?.expect(200)?;
    }
    ensure!(mine.get("refused").is_some(), "what is private unfolds: {mine:#}");
    server.stop().await?;
    Ok(())
}
