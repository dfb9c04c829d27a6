//! `/videos/imports`: videos that are fetched from elsewhere.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{StatusCode, Uri};
use shared::api::{ImportSync, Label, NewVideo, Page, ProblemCode, VideoImport};
use shared::id::{ImportId, SyncId};
use shared::limits::VIDEO_NAME_LENGTH;

use super::channel::total;
use super::extract::{Ask, Body, Segment};
use super::form;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::views;
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::import::torrent::{self, Magnet, TORRENT_BYTES_MAX, TorrentError};
use crate::domain::import::{self, ImportError, OPEN_PER_USER_MAX, Wanted};
use crate::domain::video::form::{Elsewhere, read_import};
use crate::domain::video::list::INCLUDE_UNPUBLISHED;
use crate::domain::video::sight::Address;
use crate::domain::viewer::Viewer;
use crate::domain::wrong::Wrong;
use crate::imports::{Guard, title_of, web_host};
use crate::store::records::{Import, ImportSource, ImportState, SentPictures, SentTorrent};
use crate::store::tables::SyncKey;
use crate::store::{Durability, Read};
use crate::uploads::cut_pictures;

/// Letters of the name of a torrent's file: PeerTube's column.
const TORRENT_NAME_LENGTH_MAX: usize = 255;

/// `POST /api/v1/videos/imports`
pub async fn ask_for(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let form = form::with_torrent(&ask, body, TORRENT_BYTES_MAX).await?;
    let is_address = |text: &str| text.parse::<Uri>().is_ok_and(|address| web_host(&address).is_ok());
    let is_magnet = |text: &str| Magnet::read(text).is_some();
    let (mut video, from) = read_import(&form.fields, is_address, is_magnet)?;
    let cut = cut_pictures(&ask.app, form.pictures).await?;
    let text = |jpeg: Option<Vec<u8>>| jpeg.map(|jpeg| STANDARD.encode(jpeg));
    let pictures = SentPictures { thumbnail: text(cut.thumbnail), preview: text(cut.preview) };
    let (source, torrent) = wanted(&ask, from, form.torrent, &mut video).await?;
    let wanted = Wanted { source, torrent, pictures, sync: None };
    let made = ask
        .app
        .write(Durability::Flushed, move |write, now| import::ask(write, now, &who, video, wanted))
        .await?;
    ask.app.imports().wake();
    json(&view(&ask.app, &Viewer::Person(who), &made))
}

/// What is wanted, where the instance fetches such things.
async fn wanted(
    ask: &Ask,
    from: Elsewhere,
    torrent: Option<(String, Bytes)>,
    video: &mut NewVideo,
) -> Result<(ImportSource, Option<SentTorrent>), Failure> {
    let config = ask.app.config();
    let settings = &config.import;
    if let Some(url) = from.target_url {
        if !settings.http {
            return Err(Failure::new(StatusCode::CONFLICT, "HTTP import is not enabled on this instance"));
        }
        // Said at once where it is known at once; what the name means later is judged when it is asked.
        let guard = Guard::of(&ask.app).map_err(|error| Failure::internal(&error))?;
        let address: Uri = url.parse().unwrap_or_default();
        if guard.is_closed(&address).await {
            return Err(Failure::new(StatusCode::FORBIDDEN, "Cannot use non unicast IP as targetUrl"));
        }
        return Ok((ImportSource::Address(url), None));
    }
    if (from.magnet.is_some() || torrent.is_some()) && !settings.torrent {
        let detail = "Torrent/magnet URI import is not enabled on this instance";
        return Err(Failure::new(StatusCode::CONFLICT, detail));
    }
    let named = |name: &str| title_of(name, *VIDEO_NAME_LENGTH.start(), *VIDEO_NAME_LENGTH.end());
    if let Some(magnet) = from.magnet {
        let name = Magnet::read(&magnet).and_then(|magnet| magnet.name);
        video.name = video.name.take().or_else(|| name.as_deref().and_then(named));
        return Ok((ImportSource::Magnet(magnet), None));
    }
    if let Some((name, bytes)) = torrent {
        let found = torrent::read(&bytes).map_err(|error| match error {
            TorrentError::Unreadable | TorrentError::Nodes => {
                Wrong::body("torrentfile", None, error.to_string()).into()
            }
            TorrentError::ManyFiles => Failure::coded(
                StatusCode::BAD_REQUEST,
                ProblemCode::Other("incorrect_files_in_torrent".to_owned()),
                error.to_string(),
            ),
        })?;
        video.name = video.name.take().or_else(|| named(&found.name));
        let name: String =
            name.chars().filter(|letter| !letter.is_control()).take(TORRENT_NAME_LENGTH_MAX).collect();
        let base64 = STANDARD.encode(&bytes);
        return Ok((ImportSource::Torrent(name), Some(SentTorrent { base64 })));
    }
    let detail = "Should have a magnetUri or a targetUrl or a torrent file";
    Err(Wrong::body("targetUrl", None, detail).into())
}

/// `POST /api/v1/videos/imports/{id}/cancel`
pub async fn cancel(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = import_id(&id)?;
    let attempt = ask
        .app
        .write(Durability::Flushed, move |write, now| import::cancel(write, now, &who, id))
        .await
        .map_err(|error| of(error, "Cannot cancel a non pending video import"))?;
    ask.app.imports().call_off(attempt);
    Ok(no_content())
}

/// `POST /api/v1/videos/imports/{id}/retry`
pub async fn retry(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = import_id(&id)?;
    ask.app
        .write(Durability::Flushed, move |write, now| import::retry(write, now, &who, id))
        .await
        .map_err(|error| of(error, "Cannot retry a video import that did not fail"))?;
    ask.app.imports().wake();
    Ok(no_content())
}

/// `DELETE /api/v1/videos/imports/{id}`
pub async fn delete(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = import_id(&id)?;
    let detail = "Cannot delete a pending video import. Cancel it or wait for the end of the import first";
    ask.app
        .write(Durability::Flushed, move |write, _| import::remove(write, &who, id))
        .await
        .map_err(|error| of(error, detail))?;
    Ok(no_content())
}

/// `GET /api/v1/users/me/videos/imports`
pub async fn list(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let page = ask.page()?;
    let ascends = match ask.parameter("sort").as_deref() {
        None | Some("" | "-createdAt") => false,
        Some("createdAt") => true,
        other => return Err(Wrong::query("sort", other, "Invalid value").into()),
    };
    let viewer = Viewer::Person(who);
    let said = |name: &str| ask.parameter(name).map(|text| text.trim().to_lowercase());
    let (search, target) = (said("search").unwrap_or_default(), said("targetUrl").unwrap_or_default());
    let is_shared = ask.truth("includeCollaborations")? == Some(true);
    let edited = if is_shared { ask.app.catalogue().edited_by(who.account) } else { Vec::new() };
    let edited: Vec<_> = edited.iter().map(|one| (one.channel.id, one.makers.clone())).collect();
    let mut found = ask.app.read(move |store| import::list_with_channels(store, who.user, &edited)).await?;
    if !ascends {
        found.reverse();
    }
    let name = |import: &Import| {
        let entry = seen(&ask.app, &viewer, import);
        entry.map_or(String::new(), |entry| entry.listed.video.name.to_lowercase())
    };
    found.retain(|import| {
        let from = import.source.name().to_lowercase();
        let is_address = matches!(import.source, ImportSource::Address(_));
        (target.is_empty() || (is_address && from == target))
            && (search.is_empty() || from.contains(&search) || name(import).contains(&search))
    });
    let count = total(found.len());
    let rows = found.iter().skip(page.start).take(page.count).map(|import| view(&ask.app, &viewer, import));
    json(&Page { total: count, data: rows.collect() })
}

fn import_id(segment: &Segment) -> Result<ImportId, Failure> {
    segment.parse("id", "Should be a number")
}

/// The video of an import, where whoever had it brought may still see it.
fn seen(app: &App, viewer: &Viewer, import: &Import) -> Option<Arc<Entry>> {
    let entry = import.video.and_then(|video| app.catalogue().video(video))?;
    entry.listed.sight().opens_to(viewer, Address::Uuid).is_ok().then_some(entry)
}

fn view(app: &App, viewer: &Viewer, import: &Import) -> VideoImport {
    let (id, label) = state(import.state);
    let entry = seen(app, viewer, import);
    let is_running = import.state == ImportState::Running;
    let [target_url, magnet_uri, torrent_name] = views::import_source(&import.source);
    VideoImport {
        id: import.id,
        target_url,
        magnet_uri,
        torrent_name,
        attempts: import.attempts,
        state: Label { id, label: label.to_owned() },
        error: import.error.clone(),
        error_code: import.fault,
        error_about: import.about.clone(),
        updated_at: import.updated_at,
        created_at: import.created_at,
        video: entry.map(|entry| Box::new(views::included(app.url(), &entry, INCLUDE_UNPUBLISHED))),
        video_channel_sync: import.sync.and_then(|sync| asking(app, sync)),
        progress: app.imports().percent(import.attempt()).filter(|_| is_running),
    }
}

/// The synchronisation that asked for an import, as long as it is there.
fn asking(app: &App, sync: SyncId) -> Option<ImportSync> {
    // What cannot be read is left out: it is said beside the import, and is not the import.
    let found = app.store().get(&SyncKey { sync }).ok().flatten()?;
    Some(ImportSync { id: found.id, external_channel_url: found.url })
}

/// PeerTube's number and word of a state.
fn state(state: ImportState) -> (u32, &'static str) {
    match state {
        ImportState::Waiting => (1, "Pending"),
        ImportState::Done => (2, "Success"),
        ImportState::Failed => (3, "Failed"),
        ImportState::Cancelled => (5, "Cancelled"),
        ImportState::Running => (6, "Processing"),
    }
}

/// 409 with this sentence for what an import's state does not allow.
fn of(error: ImportError, conflict: &str) -> Failure {
    match error {
        ImportError::Over | ImportError::NotOver => Failure::new(StatusCode::CONFLICT, conflict),
        ImportError::NoSuchImport
        | ImportError::NotYours
        | ImportError::TooMany
        | ImportError::Channel(_)
        | ImportError::Store(_) => error.into(),
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Failure {
        match error {
            ImportError::NoSuchImport => Failure::not_found("Video import not found"),
            ImportError::NotYours => Failure::forbidden("Cannot manage video import of another user"),
            ImportError::TooMany => Failure::new(
                StatusCode::CONFLICT,
                format!("At most {OPEN_PER_USER_MAX} imports may wait at a time"),
            ),
            ImportError::Over | ImportError::NotOver => {
                Failure::new(StatusCode::CONFLICT, "The import's state does not allow this")
            }
            ImportError::Channel(error) => error.into(),
            ImportError::Store(error) => error.into(),
        }
    }
}
