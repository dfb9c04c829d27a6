//! `GET /download/videos/generate/{id}`: one file to keep, which is never made.
//!
//! Streams keep pictures and sound apart, so a rendition alone is mute; this puts them side by side while they are sent.
//! Owns who may have it and under which name; the file room knows the rest.

use std::sync::Arc;

use http::header::{
    IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE, RETRY_AFTER,
};
use http::{HeaderValue, StatusCode};
use shared::id::Uuid;
use warp::reply::Response;

use super::conditional::Conditions;
use super::extract::{Ask, Segment};
use super::files::answer::{Cache, Terms, answer_with};
use super::files::ask::Ask as FileAsk;
use super::files::disposition::write_attachment;
use super::files::films::FilmError;
use super::files::shelf::Held;
use super::problem::Failure;
use super::respond::{Outcome, respond};
use super::server::write_response;
use super::video;
use crate::app::App;
use crate::catalogue::Entry;
use crate::media::mux::{Source, choose_tracks};
use crate::store::records::{Playlist, Rendition};

/// When to come back if there is no room.
const RETRY_AFTER_SECONDS: &str = "10";
/// More than the files of one video.
const FILES_MAX: usize = 16;

/// `GET /download/videos/generate/{id}?videoFileIds=1&videoFileIds=2`
pub async fn generate(name: Segment, ask: Ask) -> Outcome {
    let entry = find(&name, &ask).await?;
    let record = &entry.listed.video;
    if !record.download_enabled {
        return Err(Failure::forbidden("The video's owner does not offer it for download"));
    }
    let chosen = choose_files(&entry, &ask.pairs())?;
    let tracks = choose_tracks(&chosen);
    let sources = tracks.sources();
    if sources.is_empty() {
        return Err(Failure::not_found("No files found to download"));
    }
    let quality = tracks.video.map_or("-audio".to_owned(), |file| format!("-{}p", file.resolution()));
    let disposition = write_attachment(&record.name, &format!("{quality}.mp4"));
    let uuid = record.uuid;
    let held = match fetch(&ask.app, uuid, sources).await {
        Ok(held) => held,
        Err(FilmError::Busy) => return Ok(busy()),
        // Its video may have gone while it was looked for.
        Err(FilmError::Absent) => return Err(Failure::not_found("No files found to download")),
        Err(error @ FilmError::Mux(_)) => return Err(Failure::internal(&error)),
    };
    let terms = Terms { cache: Cache::Private, disposition: Some(disposition), ..Terms::default() };
    Ok(write_response(answer_with(&file_ask(&ask), held, terms)))
}

/// The film of these files of a video. One that has to be planned waits for its turn without a thread.
async fn fetch(app: &App, video: Uuid, sources: Vec<Source>) -> Result<Arc<Held>, FilmError> {
    let recalled = app.blocking(move |app| {
        let known = app.films().recall(&app.layout().hls(video), &sources, app.clock().instant());
        known.map(|known| (known, sources))
    });
    let (known, sources) = recalled.await?;
    if let Some(held) = known {
        return Ok(held);
    }
    let turn = app.films().turn().await?;
    let fetched = app.blocking(move |app| {
        let fetched = app.films().fetch(&app.layout().hls(video), &sources, app.clock().instant());
        drop(turn);
        fetched
    });
    fetched.await
}

/// The question as the file room knows it.
fn file_ask(ask: &Ask) -> FileAsk<'_> {
    let conditions = Conditions {
        matches: ask.header(IF_MATCH),
        none_match: ask.header(IF_NONE_MATCH),
        modified_since: ask.header(IF_MODIFIED_SINCE),
        unmodified_since: ask.header(IF_UNMODIFIED_SINCE),
        range: ask.header(IF_RANGE),
    };
    FileAsk { head_only: ask.is_head(), range: ask.header(RANGE), conditions, ..FileAsk::default() }
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

#[cfg(test)]
#[path = "generate_tests.rs"]
mod tests;
