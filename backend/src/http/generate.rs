//! `GET /download/videos/generate/{id}`: one file to keep, made while it is sent.
//!
//! Owns the bound on how many are made at once. Streams keep pictures and sound apart, so a rendition alone is mute;
//! this puts them together without decoding either.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};
use warp::Reply;
use warp::reply::Response;

use super::extract::{Ask, Segment};
use super::files::disposition::write_attachment;
use super::problem::Failure;
use super::respond::{Outcome, respond};
use super::video;
use crate::app::App;
use crate::catalogue::Entry;
use crate::clock::Clock;
use crate::domain::session::AddressBlock;
use crate::media::mux::{choose_tracks, mux};
use crate::media::run::{Invocation, Limits, RunError, run};
use crate::store::records::{Playlist, Rendition};

/// How many are made at once. Each is a process that mostly waits for its reader.
const AT_ONCE_MAX: usize = 8;
/// How many of them for one address: whoever reads slowly holds its place for hours.
const AT_ONCE_PER_ADDRESS_MAX: usize = 4;
/// When to come back if all places are taken.
const RETRY_AFTER_SECONDS: &str = "10";
/// More than the files of one video.
const FILES_MAX: usize = 16;
/// Pieces of 64 kB that wait for the reader.
const PIECES_WAITING_MAX: usize = 4;

const LIMITS: Limits = Limits {
    // A long film over a slow line.
    time_max: Duration::from_secs(24 * 60 * 60),
    silence_max: Duration::from_secs(60),
    output_bytes_max: u64::MAX,
    // Somebody waits for it.
    niceness: 0,
    memory_bytes_max: None,
};

/// The places where files are made.
#[derive(Clone, Default)]
pub struct Muxers(Arc<Mutex<Vec<AddressBlock>>>);

impl Muxers {
    /// A place for somebody at this address, if there is one.
    fn take(&self, address: AddressBlock) -> Option<Place> {
        let mut taken = self.taken();
        let own = taken.iter().filter(|other| **other == address).count();
        if AT_ONCE_MAX <= taken.len() || AT_ONCE_PER_ADDRESS_MAX <= own {
            return None;
        }
        taken.push(address);
        Some(Place { muxers: self.clone(), address })
    }

    fn taken(&self) -> MutexGuard<'_, Vec<AddressBlock>> {
        // Nothing that is done under this lock can leave it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place, given back when it is dropped.
struct Place {
    muxers: Muxers,
    address: AddressBlock,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.muxers.taken();
        if let Some(at) = taken.iter().position(|address| *address == self.address) {
            taken.swap_remove(at);
        }
    }
}

/// `GET /download/videos/generate/{id}?videoFileIds=1&videoFileIds=2`
pub async fn generate(name: Segment, ask: Ask, muxers: Muxers) -> Outcome {
    let entry = find(&name, &ask).await?;
    let record = &entry.listed.video;
    if !record.download_enabled {
        return Err(Failure::forbidden("The video's owner does not offer it for download"));
    }
    let chosen = choose_files(&entry, &ask.pairs())?;
    let folder = ask.app.layout().hls(record.uuid);
    let tracks = choose_tracks(&chosen);
    let invocation = mux(&ask.app.config().transcoding.ffmpeg, &folder, &tracks)
        .ok_or_else(|| Failure::not_found("No files found to download"))?;
    let quality = tracks.video.map_or("-audio".to_owned(), |file| format!("-{}p", file.resolution()));
    let disposition = write_attachment(&record.name, &format!("{quality}.mp4"));
    let mut response = if ask.is_head() {
        Response::default()
    } else {
        let Some(place) = muxers.take(AddressBlock::of(ask.address())) else { return Ok(busy()) };
        warp::reply::stream(begin(&ask.app, invocation, place).await?).into_response()
    };
    describe(response.headers_mut(), &disposition);
    Ok(response)
}

fn describe(headers: &mut HeaderMap, disposition: &str) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("video/mp4"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
    if let Ok(disposition) = HeaderValue::from_str(disposition) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
}

fn busy() -> Response {
    let detail = "Many downloads are being made already. Try again in a moment.";
    let mut response = respond(Err(Failure::new(StatusCode::SERVICE_UNAVAILABLE, detail)));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
    response
}

/// The video, if whoever asks may have its files.
async fn find(name: &Segment, ask: &Ask) -> Result<Arc<Entry>, Failure> {
    let (entry, _) = video::find(name, &ask.app)?;
    let opens =
        |token: &str| ask.app.file_tokens().check(token, entry.listed.video.uuid, ask.app.clock().now());
    if ask.pairs().iter().any(|(key, token)| key == "videoFileToken" && opens(token)) {
        return Ok(entry);
    }
    Ok(video::visible(name, ask).await?.0)
}

fn choose_files<'e>(entry: &'e Entry, pairs: &[(String, String)]) -> Result<Vec<&'e Rendition>, Failure> {
    let asked = pairs.iter().filter(|(key, _)| key.trim_end_matches("[]") == "videoFileIds");
    let mut ids = Vec::new();
    for (_, value) in asked.take(FILES_MAX) {
        let wrong = |_| Failure::bad_request("Incorrect request parameters: videoFileIds");
        ids.push(value.parse::<u64>().map_err(wrong)?);
    }
    let renditions = entry.listed.video.playlist.iter().flat_map(Playlist::whole_files);
    Ok(renditions.filter(|rendition| ids.contains(&rendition.file.0)).collect())
}

type Piece = Result<Bytes, RunError>;

/// Starts the program and waits for its first bytes, so that one that fails at once is a failure and not a broken
/// download.
async fn begin(app: &App, invocation: Invocation, place: Place) -> Result<Pieces, Failure> {
    let (pieces, mut arriving) = mpsc::channel(PIECES_WAITING_MAX);
    let stop = app.stopping().child_token();
    let (clock, stopped) = (app.clock().clone(), stop.clone());
    let stop = stop.drop_guard();
    tokio::task::spawn_blocking(move || make(&invocation, &clock, &stopped, &pieces, place));
    match arriving.recv().await {
        Some(Ok(first)) => Ok(Pieces { first: Some(first), arriving, _stop: stop }),
        Some(Err(error)) => Err(Failure::internal(&error)),
        None => Err(Failure::not_found("No files found to download")),
    }
}

fn make(
    invocation: &Invocation,
    clock: &Clock,
    stop: &CancellationToken,
    pieces: &mpsc::Sender<Piece>,
    _place: Place,
) {
    let made = run(invocation, &LIMITS, clock, stop, |bytes| {
        // Waits for the reader; without one there is nothing to make.
        if !bytes.is_empty() && pieces.blocking_send(Ok(Bytes::copy_from_slice(bytes))).is_err() {
            stop.cancel();
        }
    });
    match made {
        Ok(()) | Err(RunError::Stopped) => {}
        Err(error) => {
            tracing::warn!(%error, "a download could not be made");
            let _ = pieces.blocking_send(Err(error));
        }
    }
}

/// The file as it is made. Dropping it ends the program.
struct Pieces {
    first: Option<Bytes>,
    arriving: mpsc::Receiver<Piece>,
    _stop: DropGuard,
}

impl Stream for Pieces {
    type Item = Piece;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Piece>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(first))),
            None => self.arriving.poll_recv(cx),
        }
    }
}

#[cfg(test)]
#[path = "generate_tests.rs"]
mod tests;
