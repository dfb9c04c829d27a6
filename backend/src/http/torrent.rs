//! `/lazy-static/torrents/{uuid}-{height}-hls.torrent`: made when somebody asks for the first time, and kept.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::header::{CONTENT_DISPOSITION, HeaderValue};
use shared::id::{Uuid, VideoRef};
use tokio::sync::Semaphore;
use warp::reply::Response;

use super::extract::{Ask, Segment};
use super::problem::Failure;
use super::respond::{Outcome, text_of};
use super::views;
use crate::app::App;
use crate::domain::video::sight::Address;
use crate::domain::viewer::Viewer;
use crate::files::{disk, torrent};
use crate::store::records::Playlist;

/// The turn to make a torrent. One at a time: making one reads a whole file.
#[derive(Clone)]
pub struct Maker(Arc<Semaphore>);

impl Default for Maker {
    fn default() -> Maker {
        Maker(Arc::new(Semaphore::new(1)))
    }
}

/// What a torrent is of.
struct Wanted {
    name: String,
    web_seed: String,
    bytes: u64,
    file: PathBuf,
}

/// `GET /lazy-static/torrents/{name}`
pub async fn show(name: Segment, ask: Ask, maker: Maker) -> Outcome {
    torrent_of(&name.0, &ask, &maker).await
}

/// `GET /download/torrents/{name}`
pub async fn download(name: Segment, ask: Ask, maker: Maker) -> Outcome {
    let mut response = torrent_of(&name.0, &ask, &maker).await?;
    // A name of ours: a UUID and a height.
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", name.0)) {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

async fn torrent_of(name: &str, ask: &Ask, maker: &Maker) -> Outcome {
    let app = &ask.app;
    let wanted = parse(name)
        .and_then(|(video, height)| find(app, video, height))
        .ok_or_else(|| Failure::not_found("Torrent not found"))?;
    let kept = app.layout().torrent(name);
    let read = kept.clone();
    if let Ok(torrent) = app.blocking(move |_| std::fs::read(read)).await {
        return Ok(answer(torrent));
    }
    let _turn = maker.0.acquire().await;
    let torrent = app
        .blocking(move |app| {
            if let Ok(torrent) = std::fs::read(&kept) {
                return Ok(torrent);
            }
            make(app, &wanted, &kept)
        })
        .await
        .map_err(|error| Failure::internal(&error))?;
    Ok(answer(torrent))
}

fn answer(torrent: Vec<u8>) -> Response {
    text_of("application/x-bittorrent", torrent)
}

fn parse(name: &str) -> Option<(Uuid, u32)> {
    let (video, height) = name.strip_suffix("-hls.torrent")?.rsplit_once('-')?;
    Some((video.parse().ok()?, height.parse().ok().filter(|_| !height.starts_with('+'))?))
}

/// The file of a video everybody may see.
fn find(app: &App, video: Uuid, height: u32) -> Option<Wanted> {
    let (entry, _) = app.catalogue().find(VideoRef::Uuid(video))?;
    let video = &entry.listed.video;
    entry.listed.sight().opens_to(&Viewer::Anonymous, Address::Uuid).ok()?;
    let mut renditions = video.playlist.iter().flat_map(Playlist::whole_files);
    let rendition = renditions.find(|rendition| rendition.width.min(rendition.height) == height)?;
    let folder = views::playlist_folder(video.uuid, false);
    Some(Wanted {
        name: format!("{} {height}p.mp4", video.name),
        web_seed: format!("{}{folder}/{}", app.url(), rendition.file_name),
        bytes: rendition.bytes,
        file: app.layout().hls(video.uuid).join(&rendition.file_name),
    })
}

fn make(app: &App, wanted: &Wanted, kept: &Path) -> io::Result<Vec<u8>> {
    let file = std::fs::File::open(&wanted.file)?;
    let torrent = torrent::metainfo(&wanted.name, &wanted.web_seed, wanted.bytes, file)?;
    let scratch = app.layout().tmp().join(hex::encode(app.dice().bytes::<8>()));
    disk::write_whole(kept, &scratch, &torrent)?;
    Ok(torrent)
}
