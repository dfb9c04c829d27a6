//! Lists of videos.

use std::sync::Arc;

use shared::id::{ElementId, Uuid};

use super::answer::{addresses, answer, gone};
use super::collection::page_asked;
use super::video::{Hidden, audience};
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::federation::context::PLAYLIST;
use crate::domain::federation::playlist::{Said, element as element_document, is_published, page, whole};
use crate::domain::federation::{Document, trace};
use crate::domain::playlist::{element as placed, elements};
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::http::views::playlist_thumbnail;
use crate::store::records::{Element, TraceKind, VideoPlaylist};

fn absent() -> Failure {
    Failure::not_found("Video playlist not found")
}

async fn find(app: &App, name: &str) -> Result<Arc<VideoPlaylist>, Hidden> {
    match app.playlists().find(name) {
        Some((playlist, _)) if is_published(&playlist) => Ok(playlist),
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

/// The video of a place in a list, where others may read it.
fn readable(app: &App, element: &Element) -> Option<Arc<Entry>> {
    let video = app.catalogue().video(element.video)?;
    audience(app, &video).map(|_| video)
}

/// `/video-playlists/{id}`, and its pages.
pub(super) async fn show(ask: &Ask, name: &str) -> Outcome {
    let app = &ask.app;
    let asked = page_asked(ask)?;
    let playlist = match find(app, name).await {
        Ok(playlist) => playlist,
        Err(why) => return *why,
    };
    let account = app.catalogue().account(playlist.account).ok_or_else(absent)?;
    let channel = playlist.channel.and_then(|channel| app.catalogue().publisher(channel));
    let channel = channel.ok_or_else(absent)?;
    let picture = playlist_thumbnail(app, &playlist).map(|name| format!("/lazy-static/thumbnails/{name}"));
    let said = Said {
        playlist: &playlist,
        account: &account.name,
        channel: &channel.channel.name,
        picture: picture.as_deref(),
        total: usize::try_from(playlist.videos).unwrap_or(usize::MAX),
    };
    let addresses = addresses(app);
    let document = match asked {
        None => whole(&addresses, &said),
        Some(asked) => {
            let id = playlist.id;
            let rows = ask.app.blocking(move |app| elements(app.store(), id, (asked.start(), asked.size)));
            // A video that others may not read leaves a gap: the page is shorter.
            let rows = rows.await?.into_iter().filter(|(_, element)| readable(app, element).is_some());
            let items: Vec<ElementId> = rows.map(|(_, element)| element.id).collect();
            page(&addresses, &said, asked, &items)
        }
    };
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
    let video = video.listed.video.uuid;
    let document = element_document(&addresses(app), playlist.uuid, &element, video, position);
    answer(&Document::new(PLAYLIST, document))
}
