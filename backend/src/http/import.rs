//! `/videos/imports`: videos that are fetched from elsewhere.

use http::{StatusCode, Uri};
use shared::api::{Label, Page, VideoImport};
use shared::id::ImportId;

use super::channel::total;
use super::extract::{Ask, Body, Segment};
use super::form;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::views;
use crate::app::App;
use crate::domain::import::{self, ImportError, OPEN_PER_USER_MAX};
use crate::domain::video::form::read_import;
use crate::domain::wrong::Wrong;
use crate::imports::{Guard, web_host};
use crate::store::Durability;
use crate::store::records::{Import, ImportState};

/// `POST /api/v1/videos/imports`
pub async fn ask_for(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let form = form::form(&ask, body).await?;
    let is_address = |text: &str| text.parse::<Uri>().is_ok_and(|address| web_host(&address).is_ok());
    let (video, from) = read_import(&form.fields, is_address)?;
    let pictures = &form.pictures;
    let sent = [("thumbnailfile", &pictures.thumbnail), ("previewfile", &pictures.preview)];
    if let Some((name, _)) = sent.into_iter().find(|(_, picture)| picture.is_some()) {
        return Err(Wrong::body(name, None, "Give the video its picture once it is there").into());
    }
    let url = from.target_url.unwrap_or_default();
    let conflict = |detail: &str| Err(Failure::new(StatusCode::CONFLICT, detail));
    if from.has_torrent {
        return conflict("Torrent/magnet URI import is not enabled on this instance");
    }
    if url.is_empty() {
        let detail = "Should have a magnetUri or a targetUrl or a torrent file";
        return Err(Wrong::body("targetUrl", None, detail).into());
    }
    if !ask.app.config().import.http {
        return conflict("HTTP import is not enabled on this instance");
    }
    // Said at once where it is known at once; what the name means later is judged when it is asked.
    let guard = Guard::of(&ask.app).map_err(|error| Failure::internal(&error))?;
    let address: Uri = url.parse().unwrap_or_default();
    if guard.is_closed(&address).await {
        return Err(Failure::new(StatusCode::FORBIDDEN, "Cannot use non unicast IP as targetUrl"));
    }
    let uuid = ask.app.dice().uuid();
    let made = ask
        .app
        .write(Durability::Flushed, move |write, now| import::ask(write, now, &who, video, url, uuid))
        .await?;
    ask.app.imports().wake();
    json(&view(&ask.app, &made))
}

/// `POST /api/v1/videos/imports/{id}/cancel`
pub async fn cancel(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = import_id(&id)?;
    ask.app
        .write(Durability::Flushed, move |write, now| import::cancel(write, now, &who, id))
        .await
        .map_err(|error| of(error, "Cannot cancel a non pending video import"))?;
    ask.app.imports().call_off(id);
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
    let said = |name: &str| ask.parameter(name).map(|text| text.trim().to_lowercase());
    let (search, target) = (said("search").unwrap_or_default(), said("targetUrl").unwrap_or_default());
    let mut found = ask.app.read(move |store| import::list(store, who.user)).await?;
    if !ascends {
        found.reverse();
    }
    let name = |import: &Import| {
        let entry = import.video.and_then(|video| ask.app.catalogue().video(video));
        entry.map_or(String::new(), |entry| entry.listed.video.name.to_lowercase())
    };
    found.retain(|import| {
        let url = import.url.to_lowercase();
        (target.is_empty() || url == target)
            && (search.is_empty() || url.contains(&search) || name(import).contains(&search))
    });
    let count = total(found.len());
    let rows = found.iter().skip(page.start).take(page.count).map(|import| view(&ask.app, import));
    json(&Page { total: count, data: rows.collect() })
}

fn import_id(segment: &Segment) -> Result<ImportId, Failure> {
    segment.parse("id", "Should be a number")
}

fn view(app: &App, import: &Import) -> VideoImport {
    let (id, label) = state(import.state);
    let entry = import.video.and_then(|video| app.catalogue().video(video));
    let is_running = import.state == ImportState::Running;
    VideoImport {
        id: import.id,
        target_url: Some(import.url.clone()),
        magnet_uri: None,
        torrent_name: None,
        attempts: import.attempts,
        state: Label { id, label: label.to_owned() },
        error: import.error.clone(),
        updated_at: import.updated_at,
        created_at: import.created_at,
        video: entry.map(|entry| Box::new(views::unpublished(app.url(), &entry))),
        progress: app.imports().percent(import.id).filter(|_| is_running),
    }
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
