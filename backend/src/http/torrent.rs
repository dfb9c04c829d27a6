//! `/lazy-static/torrents/{uuid}-{resolution}-hls.torrent`: put together when somebody asks, around digests that were
//! made before.

use std::sync::Arc;

use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, HeaderValue};
use shared::id::{Uuid, VideoRef};
use tokio::sync::Semaphore;
use warp::reply::Response;

use super::extract::{Ask, Segment};
use super::files::disposition::write_attachment;
use super::problem::Failure;
use super::respond::{Outcome, text_of, with_header};
use super::views;
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::video::sight::Address;
use crate::domain::video::torrent;
use crate::domain::viewer::Viewer;
use crate::files::torrent::Info;
use crate::jobs;
use crate::store::records::{Playlist, Rendition};

/// The turn to hash a file whose torrent is asked for before its job came to it, or whose digests were lost. One at a
/// time: it reads a whole file.
#[derive(Clone)]
pub struct Maker(Arc<Semaphore>);

impl Default for Maker {
    fn default() -> Maker {
        Maker(Arc::new(Semaphore::new(1)))
    }
}

/// `GET /lazy-static/torrents/{name}`
pub async fn show(name: Segment, ask: Ask, maker: Maker) -> Outcome {
    let (_, torrent) = torrent_of(&name.0, &ask, &maker).await?;
    Ok(torrent)
}

/// `GET /download/torrents/{name}`
pub async fn download(name: Segment, ask: Ask, maker: Maker) -> Outcome {
    let (file_name, mut response) = torrent_of(&name.0, &ask, &maker).await?;
    if let Ok(value) = HeaderValue::from_str(&file_name) {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// A torrent, and the header with the name it has on somebody's disk.
async fn torrent_of(name: &str, ask: &Ask, maker: &Maker) -> Result<(String, Response), Failure> {
    let absent = || Failure::not_found("Torrent not found");
    let (uuid, resolution) = parse(name).ok_or_else(absent)?;
    let wanted = find(&ask.app, uuid, resolution)?;
    let made = match ask.app.blocking(move |app| wanted.metainfo(app)).await {
        Some(torrent) => torrent,
        None => {
            let _turn = maker.0.acquire().await;
            let wanted = find(&ask.app, uuid, resolution)?;
            let made = ask.app.blocking(move |app| {
                if let Some(torrent) = wanted.metainfo(app) {
                    // Whoever had the turn before made all of this video's.
                    return Ok(Some(torrent));
                }
                jobs::make_torrents(app, wanted.entry.listed.video.id, app.stopping())?;
                Ok(find(app, uuid, resolution).ok().and_then(|wanted| wanted.metainfo(app)))
            });
            made.await.map_err(|error: jobs::TorrentError| Failure::internal(&error))?.ok_or_else(absent)?
        }
    };
    let ending =
        if resolution == 0 { "-audio.torrent".to_owned() } else { format!("-{resolution}p.torrent") };
    let response = text_of("application/x-bittorrent", made.bytes);
    // Its tracker and its name may change.
    let response = with_header(response, CACHE_CONTROL, "public, max-age=0");
    Ok((write_attachment(&made.video_name, &ending), response))
}

struct Made {
    video_name: String,
    bytes: Vec<u8>,
}

/// The file a torrent is wanted of.
struct Wanted {
    entry: Arc<Entry>,
    rendition: Rendition,
}

impl Wanted {
    /// Blocks for a moment. None where nothing was hashed yet.
    fn metainfo(&self, app: &App) -> Option<Made> {
        let Wanted { entry, rendition } = self;
        let video = &entry.listed.video;
        let torrent = rendition.torrent.as_ref()?;
        let digests = jobs::kept_digests(app, video, rendition)?;
        let info = Info {
            name: &torrent.name,
            bytes: rendition.bytes,
            piece_bytes: torrent.piece_bytes,
            digests: &digests,
        };
        let trackers = app.sharing().tracker_urls(entry);
        // The WebSocket first, as in PeerTube's: it is where browsers are.
        let trackers: Vec<&str> = trackers.iter().rev().map(String::as_str).collect();
        let folder = views::playlist_folder(video.uuid, false);
        let web_seed = format!("{}{folder}/{}", app.url(), rendition.file_name);
        Some(Made { video_name: video.name.clone(), bytes: info.metainfo(&trackers, &web_seed) })
    }
}

fn parse(name: &str) -> Option<(Uuid, u32)> {
    let (video, resolution) = name.strip_suffix("-hls.torrent")?.rsplit_once('-')?;
    Some((video.parse().ok()?, resolution.parse().ok().filter(|_| !resolution.starts_with('+'))?))
}

/// The file of a video that everybody may take away. Of others nobody learns whether they are there.
fn find(app: &App, video: Uuid, resolution: u32) -> Result<Wanted, Failure> {
    let absent = || Failure::not_found("Torrent not found");
    let (entry, _) = app.catalogue().find(VideoRef::Uuid(video)).ok_or_else(absent)?;
    let record = &entry.listed.video;
    entry.listed.sight().opens_to(&Viewer::Anonymous, Address::Uuid).map_err(|_| absent())?;
    let renditions = || record.playlist.iter().flat_map(Playlist::whole_files);
    let rendition =
        renditions().find(|rendition| rendition.resolution() == resolution).cloned().ok_or_else(absent)?;
    if !torrent::is_shared(record) {
        return Err(Failure::forbidden("The video's owner does not offer it for download"));
    }
    Ok(Wanted { entry, rendition })
}
