//! Lists of videos.

use std::sync::Arc;

use shared::id::{ElementId, Uuid};

use super::answer::{addresses, answer, elsewhere, gone};
use super::collection::page_asked;
use super::video::{Hidden, video_address};
use crate::app::App;
use crate::documents::{readable, shown};
use crate::domain::federation::context::PLAYLIST;
use crate::domain::federation::playlist::{element as element_document, is_published};
use crate::domain::federation::{Document, trace};
use crate::domain::playlist::element as placed;
use crate::domain::video::sight::Address;
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::store::records::{TraceKind, VideoPlaylist};

fn absent() -> Failure {
    Failure::not_found("Video playlist not found")
}

async fn find(app: &App, name: &str) -> Result<Arc<VideoPlaylist>, Hidden> {
    match app.playlists().find(name) {
        Some((playlist, _)) if is_published(&playlist) => Ok(playlist),
        Some((playlist, Address::Uuid)) => Err(Box::new(match &playlist.remote {
            Some(remote) => elsewhere(&remote.url),
            None => Err(absent()),
        })),
        Some(_) => Err(Box::new(Err(absent()))),
        None => Err(Box::new(missing(app, name).await)),
    }
}

async fn missing(app: &App, name: &str) -> Outcome {
    let uuid: Uuid = name.parse().or_else(|_| Uuid::from_short(name)).map_err(|_| absent())?;
    match app.read(move |store| trace::of(store, uuid)).await? {
        Some(trace) if trace.kind == TraceKind::Playlist => {
            gone(addresses(app).playlist(uuid), "Playlist", Some(trace.removed_at))
        }
        Some(_) | None => Err(absent()),
    }
}

/// `/video-playlists/{id}`, and its pages.
pub(super) async fn show(ask: &Ask, name: &str) -> Outcome {
    let app = &ask.app;
    let asked = page_asked(ask)?;
    let playlist = match find(app, name).await {
        Ok(playlist) => playlist,
        Err(why) => return *why,
    };
    let read = playlist.clone();
    let document = app.blocking(move |app| shown(app, &read, asked)).await?.ok_or_else(absent)?;
    answer(&Document::new(PLAYLIST, document))
}

/// `/video-playlists/{id}/videos/{element}`
pub(super) async fn element(ask: &Ask, name: &str, element: ElementId) -> Outcome {
    let app = &ask.app;
    let playlist = match find(app, name).await {
        Ok(playlist) => playlist,
        Err(why) => return *why,
    };
    let id = playlist.id;
    let found = app.read(move |store| placed(store, id, element)).await?;
    let found = found.and_then(|(position, element)| Some((position, readable(app, &element)?, element)));
    let (position, video, element) =
        found.ok_or_else(|| Failure::not_found("Video playlist element not found"))?;
    let addresses = addresses(app);
    let video = video_address(&addresses, &video);
    let document = element_document(&addresses, playlist.uuid, &element, video, position);
    answer(&Document::new(PLAYLIST, document))
}
