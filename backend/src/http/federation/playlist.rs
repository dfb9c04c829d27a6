//! Lists of videos.

use std::sync::Arc;

use shared::id::{ElementId, Uuid};
use shared::limits::PLAYLIST_ELEMENTS_MAX;

use super::answer::{addresses, answer, gone};
use super::collection::page_asked;
use super::video::{Hidden, audience, video_address};
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::federation::context::PLAYLIST;
use crate::domain::federation::playlist::{Said, element as element_document, is_published, page, whole};
use crate::domain::federation::{Document, trace};
use crate::domain::playlist::elements;
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::http::views::playlist_thumbnail;
use crate::store::StoreError;
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

/// A place in a list whose video others may read.
struct Shown {
    position: u64,
    element: Element,
    video: Arc<Entry>,
}

/// The places of a list that others may read, with their positions among all.
fn shown(app: &App, playlist: &VideoPlaylist) -> Result<Vec<Shown>, StoreError> {
    let all = usize::try_from(PLAYLIST_ELEMENTS_MAX).unwrap_or(usize::MAX);
    let rows = elements(app.store(), playlist.id, (0, all))?;
    let shown = rows.into_iter().filter_map(|(position, element)| {
        let video = app.catalogue().video(element.video)?;
        // Of others each server asks where they are.
        let is_listed_elsewhere = video.listed.video.remote.is_some() && video.listed.sight().is_listed();
        if !is_listed_elsewhere {
            audience(app, &video)?;
        }
        Some(Shown { position, element, video })
    });
    Ok(shown.collect())
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
    let read = playlist.clone();
    let shown = app.blocking(move |app| shown(app, &read)).await?;
    let picture = playlist_thumbnail(app, &playlist);
    let said = Said {
        playlist: &playlist,
        account: &account.name,
        channel: &channel.channel.name,
        picture: picture.as_deref(),
        total: shown.len(),
    };
    let addresses = addresses(app);
    let document = match asked {
        None => whole(&addresses, &said),
        Some(asked) => {
            let items = shown.iter().skip(asked.start()).take(asked.size);
            let items: Vec<ElementId> = items.map(|row| row.element.id).collect();
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
    let read = playlist.clone();
    let shown = app.blocking(move |app| shown(app, &read)).await?;
    let row = shown.into_iter().find(|row| row.element.id == element);
    let row = row.ok_or_else(|| Failure::not_found("Video playlist element not found"))?;
    let addresses = addresses(app);
    let video = video_address(&addresses, &row.video);
    let document = element_document(&addresses, playlist.uuid, &row.element, video, row.position);
    answer(&Document::new(PLAYLIST, document))
}
