//! What lies in a data folder that nothing refers to.
//!
//! Owns the comparison of what the server says of its videos with what is on the disk: every file must be one that
//! somebody could ask for, or the source of a video that exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::Value;

use super::client::Client;

/// Folders whose contents belong to videos.
const FOLDERS: &[&str] =
    &["uploads", "sources", "hls", "web-videos", "thumbnails", "previews", "storyboards", "torrents", "tmp"];

/// Files without an owner, and owners without a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// On the disk, named by nothing.
    pub orphans: Vec<String>,
    /// Named by a video, not on the disk.
    pub missing: Vec<String>,
}

impl Leftovers {
    /// Whether disk and videos agree.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.orphans.is_empty() && self.missing.is_empty()
    }
}

/// Compares a data folder with the videos its owner sees. Call it when nothing is under way: unfinished uploads and
/// running jobs have files of their own.
///
/// # Errors
/// When the server or the folder cannot be read.
pub async fn leftovers(admin: &Client, data: &Path) -> Result<Leftovers> {
    let mut wanted = BTreeSet::new();
    let mut uuids = BTreeSet::new();
    for uuid in all_videos(admin).await? {
        let video = admin.get(&format!("/api/v1/videos/{uuid}")).await?.expect(200)?.json()?;
        wanted.extend(files_named(admin, &video).await?);
        uuids.insert(uuid);
    }
    let mut found = Leftovers::default();
    for folder in FOLDERS {
        for file in files_below(&data.join(folder))? {
            let name = file.strip_prefix(data)?.to_string_lossy().into_owned();
            let is_source = *folder == "sources"
                && file.file_stem().is_some_and(|stem| uuids.contains(stem.to_string_lossy().as_ref()));
            if !is_source && !wanted.contains(&name) {
                found.orphans.push(name);
            }
        }
    }
    found.missing = wanted.into_iter().filter(|name| !data.join(name).is_file()).collect();
    Ok(found)
}

/// UUIDs of all videos the asker owns.
///
/// # Errors
/// When the server does not say.
pub async fn all_videos(admin: &Client) -> Result<Vec<String>> {
    let mut uuids = Vec::new();
    loop {
        let path = format!("/api/v1/users/me/videos?count=100&start={}", uuids.len());
        let page = admin.get(&path).await?.expect(200)?.json()?;
        let rows = page.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
        if rows.is_empty() {
            return Ok(uuids);
        }
        uuids
            .extend(rows.iter().filter_map(|row| row.get("uuid").and_then(Value::as_str)).map(str::to_owned));
    }
}

/// Paths below the data folder of all the files a video's own words lead to.
async fn files_named(client: &Client, video: &Value) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for playlist in video.get("streamingPlaylists").and_then(Value::as_array).into_iter().flatten() {
        let master = text(playlist, "playlistUrl");
        let folder = hls_folder(master);
        let base = master.rsplit_once('/').map_or("", |(base, _)| base);
        for url in [master, text(playlist, "segmentsSha256Url")] {
            names.push(format!("{folder}/{}", last(url)));
        }
        let files = playlist.get("files").and_then(Value::as_array).into_iter().flatten();
        for file in files.filter(|file| file.get("magnetUri").is_some()) {
            let torrent = last(text(file, "torrentUrl"));
            names.push(format!("torrents/{}.sha1", torrent.trim_end_matches(".torrent")));
        }
        // What the master leads to, as a player would follow it.
        let listed = client.get(master).await?.expect(200)?.text();
        for media in playlists_in(&listed) {
            names.push(format!("{folder}/{media}"));
            let media = client.get(&format!("{base}/{media}")).await?.expect(200)?.text();
            names.extend(
                media.lines().filter(|line| is_file_line(line)).map(|line| format!("{folder}/{line}")),
            );
        }
    }
    for (field, folder) in [("thumbnailPath", "thumbnails"), ("previewPath", "previews")] {
        // Until there is one, the instance's own picture stands for it.
        if let Some(name) = text(video, field).strip_prefix(&format!("/lazy-static/{folder}/")) {
            names.push(format!("{folder}/{name}"));
        }
    }
    let boards = client.get(&format!("/api/v1/videos/{}/storyboards", text(video, "uuid"))).await?;
    if boards.status == 200 {
        let boards = boards.json()?;
        let paths = boards.get("storyboards").and_then(Value::as_array).cloned().unwrap_or_default();
        names
            .extend(paths.iter().map(|board| format!("storyboards/{}", last(text(board, "storyboardPath")))));
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// `…/streaming-playlists/hls/private/{uuid}/{name}` → `hls/{uuid}`.
fn hls_folder(url: &str) -> String {
    let mut parts = url.rsplit('/').skip(1);
    format!("hls/{}", parts.next().unwrap_or_default())
}

fn playlists_in(master: &str) -> Vec<String> {
    let plain = master.lines().filter(|line| is_file_line(line)).map(str::to_owned);
    let in_attributes = master
        .lines()
        .filter_map(|line| line.split_once("URI=\"")?.1.split_once('"'))
        .map(|(uri, _)| uri.to_owned());
    plain.chain(in_attributes).collect()
}

fn is_file_line(line: &str) -> bool {
    !line.is_empty() && !line.starts_with('#')
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { files.extend(files_below(&path)?) } else { files.push(path) }
    }
    Ok(files)
}
