//! One video: its page, its parts, and what its owner may do with it.

use std::net::IpAddr;
use std::sync::Arc;

use http::StatusCode;
use serde_json::json;
use shared::api::{FileToken, ProblemCode, VideoToken};
use shared::id::{Uuid, VideoRef};

use super::extract::{Ask, Body, Segment};
use super::problem::Failure;
use super::respond::{Outcome, json_text, kept_json, no_content};
use super::views::{Reach, Reader};
use super::{form, history, respond, views};
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::video::edit::{self, Change, EditError, Pictures};
use crate::domain::video::form::read_change;
use crate::domain::video::labels;
use crate::domain::video::replace;
use crate::domain::video::sight::{Address, Hidden};
use crate::domain::viewer::Viewer;
use crate::domain::wrong::Wrong;
use crate::federation::repair;
use crate::files::disk;
use crate::files::remove::picture_name;
use crate::jobs;
use crate::logins::Guess;
use crate::store::Durability;
use crate::uploads::{CutPictures, UploadError, cut_pictures};

/// `GET /api/v1/videos/{id}`
pub async fn details(id: Segment, ask: Ask) -> Outcome {
    let (entry, viewer) = visible(&id, &ask).await?;
    let app = &ask.app;
    app.sharing().look_at(&entry, app.catalogue());
    repair::watched(app, &entry.listed.video);
    let reach = |entry: &Entry| Reach {
        tracker_urls: app.sharing().tracker_urls(entry),
        in_force: app.sharing().in_force(entry),
    };
    if viewer.person().is_some_and(|person| entry.listed.sight().may_change(person)) {
        let video = entry.listed.video.id;
        let mut processing = app.blocking(move |app| jobs::processing(app, &[video])).await?;
        let processing = processing.remove(&video);
        let kept = &entry.listed.video;
        if processing.is_some() || kept.source.file.is_some() || kept.schedule.is_some() {
            // Its keepers' alone, so it never gets into the page that is kept for everybody.
            let reader = Reader::Keeper(processing);
            let page = text(&views::details(app.url(), &entry, reach(&entry), reader));
            return Ok(json_text(with_history(app, &viewer, &entry, &page).await?.unwrap_or(page)));
        }
    }
    let page = entry.page(|entry| text(&views::details(app.url(), entry, reach(entry), Reader::Anybody)));
    match with_history(app, &viewer, &entry, &page.plain).await? {
        Some(own) => Ok(json_text(own)),
        None => Ok(kept_json(page)),
    }
}

/// A page with how far its reader is in the video; none where they have not watched it.
async fn with_history(
    app: &App,
    viewer: &Viewer,
    entry: &Arc<Entry>,
    page: &[u8],
) -> Result<Option<bytes::Bytes>, Failure> {
    let Some(who) = viewer.person() else { return Ok(None) };
    let positions = history::positions(app, who, std::slice::from_ref(entry)).await?;
    Ok(positions.get(&entry.listed.video.id).map(|seconds| history::with_position(page, *seconds)))
}

/// A value's JSON. Our API's shapes always have one.
pub(super) fn text(value: &impl serde::Serialize) -> bytes::Bytes {
    serde_json::to_vec(value).unwrap_or_default().into()
}

/// `GET /api/v1/videos/{id}/description`
pub async fn description(id: Segment, ask: Ask) -> Outcome {
    let (entry, _) = visible(&id, &ask).await?;
    respond::json(&views::description(&entry.listed.video))
}

/// `GET /api/v1/videos/{id}/storyboards`
pub async fn storyboards(id: Segment, ask: Ask) -> Outcome {
    let (entry, _) = visible(&id, &ask).await?;
    respond::json(&views::storyboards(&entry.listed.video))
}

/// `GET /api/v1/videos/{id}/source`
pub async fn source(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    if !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    let key = ask.app.file_tokens().make_for_source(entry.listed.video.uuid, ask.app.clock().now());
    respond::json(&views::source(ask.app.url(), &entry.listed.video, key))
}

/// `DELETE /api/v1/videos/{id}/source/file`
pub async fn delete_source(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    if !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    if !entry.listed.video.source_kept {
        return Err(Failure::not_found("Video source not found"));
    }
    let (id, app, old) = (entry.listed.video.id, &ask.app, &entry.listed.video.source);
    let path = app.layout().source(entry.listed.video.stem(), &old.extension);
    app.write(Durability::Flushed, move |write, _| replace::forget_source(write, &who, id)).await?;
    app.blocking(move |_| -> Result<(), UploadError> { Ok(disk::remove_if_there(&path)?) }).await?;
    Ok(no_content())
}

/// `GET /api/v1/videos/{id}/metadata/{file}`
pub async fn metadata(id: Segment, file: Segment, ask: Ask) -> Outcome {
    let (entry, viewer) = visible(&id, &ask).await?;
    let file = file.parse("videoFileId", "Should have a file's number")?;
    let video = &entry.listed.video;
    let is_keeper = viewer.person().is_some_and(|person| entry.listed.sight().may_change(person));
    let metadata = views::file_metadata(video, file)
        .or_else(|| views::original_metadata(video, file).filter(|_| is_keeper));
    respond::json(&metadata.ok_or_else(|| Failure::not_found("Video file not found"))?)
}

/// `POST /api/v1/videos/{id}/token`
pub async fn token(id: Segment, ask: Ask) -> Outcome {
    let (entry, _) = visible(&id, &ask).await?;
    let app = &ask.app;
    let (token, expires) = app.file_tokens().make(entry.listed.video.uuid, app.clock().now());
    respond::json(&VideoToken { files: FileToken { token: token.to_string(), expires } })
}

/// `PUT /api/v1/videos/{id}`
pub async fn update(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    let sight = entry.listed.sight();
    if !sight.may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    let form = form::form(&ask, body).await?;
    let change = read_change(&form.fields)?;
    let video = entry.listed.video.clone();
    let cut = cut_pictures(&ask.app, form.pictures).await?;
    let app = &ask.app;
    let names = app.blocking(move |app| put_pictures(app, video.uuid, &cut)).await?;
    let (id, shown) = (entry.listed.video.id, names.clone());
    let (counts, host) = (app.clone(), app.url().host().to_owned());
    let updated = app
        .write(Durability::Flushed, move |write, now| {
            // The catalogue follows every commit under the lock this work holds, so the sum is the last word.
            let used = |account| counts.catalogue().used(account, now);
            let change = Change { form: change, pictures: shown, host: &host, used: &used };
            edit::update(write, now, &who, id, change)
        })
        .await;
    // What the record names no more, or never came to name.
    let unused = match &updated {
        Ok(replaced) => replaced.clone(),
        Err(_) => names,
    };
    app.blocking(move |app| remove_pictures(app, &unused)).await?;
    updated?;
    Ok(no_content())
}

/// `DELETE /api/v1/videos/{id}`
pub async fn delete(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    let id = entry.listed.video.id;
    let app = &ask.app;
    app.write(Durability::Flushed, move |write, now| edit::delete(write, now, &who, id)).await?;
    Ok(no_content())
}

/// `GET /api/v1/videos/categories`
pub async fn categories() -> Outcome {
    Ok(json_text(numbers(labels::CATEGORIES)))
}

/// `GET /api/v1/videos/licences`
pub async fn licences() -> Outcome {
    Ok(json_text(numbers(labels::LICENCES)))
}

/// `GET /api/v1/videos/privacies`
pub async fn privacies() -> Outcome {
    Ok(json_text(numbers(labels::PRIVACIES)))
}

/// `GET /api/v1/videos/languages`
pub async fn languages() -> Outcome {
    Ok(json_text(object(labels::LANGUAGES.iter().map(|(code, name)| ((*code).to_owned(), *name)))))
}

fn numbers(list: &[(u32, &'static str)]) -> String {
    object(list.iter().map(|(id, name)| (id.to_string(), *name)))
}

/// An object in the order of its pairs, which clients show as it comes.
fn object(pairs: impl Iterator<Item = (String, &'static str)>) -> String {
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{}:{}", json!(name), json!(value))).collect();
    format!("{{{}}}", pairs.join(","))
}

/// The video of a path, if there is one.
///
/// # Errors
/// 400 or 404.
pub fn find(id: &Segment, app: &App) -> Result<(Arc<Entry>, VideoRef), Failure> {
    let name: VideoRef = id.parse("id", "Should have a valid video id (id, short UUID or UUID)")?;
    let (entry, _) = app.catalogue().find(name).ok_or(EditError::NoSuchVideo)?;
    Ok((entry, name))
}

/// The video of a path, and how it is named there. Who may see it is another question.
///
/// # Errors
/// 400 or 404.
pub fn find_by(id: &Segment, app: &App) -> Result<(Arc<Entry>, Address), Failure> {
    let name: VideoRef = id.parse("id", "Should have a valid video id (id, short UUID or UUID)")?;
    Ok(app.catalogue().find(name).ok_or(EditError::NoSuchVideo)?)
}

/// The video of this name, if there is one.
///
/// # Errors
/// 404.
pub fn video_named(app: &App, name: VideoRef) -> Result<Arc<Entry>, Failure> {
    let (entry, _) = app.catalogue().find(name).ok_or(EditError::NoSuchVideo)?;
    Ok(entry)
}

/// The video of a path, if whoever asks may see it.
///
/// # Errors
/// 400, 401, 403 or 404.
pub async fn visible(id: &Segment, ask: &Ask) -> Result<(Arc<Entry>, Viewer), Failure> {
    let viewer = ask.viewer().await?;
    let name: VideoRef = id.parse("id", "Should have a valid video id (id, short UUID or UUID)")?;
    let (entry, by) = ask.app.catalogue().find(name).ok_or(EditError::NoSuchVideo)?;
    match entry.listed.sight().opens_to(&viewer, by) {
        Err(Hidden::Password) => match ask.header(VIDEO_PASSWORD) {
            Some(said) => judge(&ask.app, ask.address(), &entry, said)?,
            None => return Err(Hidden::Password.into()),
        },
        seen => seen?,
    }
    Ok((entry, viewer))
}

/// The video of a path, if whoever asks may see it or could with a password.
///
/// # Errors
/// 400, 401, 403 or 404.
pub async fn find_seen(id: &Segment, ask: &Ask) -> Result<(Arc<Entry>, Viewer), Failure> {
    let viewer = ask.viewer().await?;
    let name: VideoRef = id.parse("id", "Should have a valid video id (id, short UUID or UUID)")?;
    let (entry, by) = ask.app.catalogue().find(name).ok_or(EditError::NoSuchVideo)?;
    match entry.listed.sight().opens_to(&viewer, by) {
        Ok(()) | Err(Hidden::Password) => Ok((entry, viewer)),
        Err(hidden) => Err(hidden.into()),
    }
}

/// The header in which viewers say what opens a video.
pub const VIDEO_PASSWORD: &str = "x-peertube-video-password";

/// Whether what somebody says opens a video that is protected by passwords. Counts what does not, so that guessing is
/// slow.
///
/// # Errors
/// 403, or 429 after too many wrong ones.
fn judge(app: &App, from: IpAddr, entry: &Entry, said: &str) -> Result<(), Failure> {
    match app.logins().guess(app.clock().instant(), from, entry, said) {
        Guess::Right => Ok(()),
        Guess::Wrong => Err(wrong_password()),
        Guess::TooMany => {
            let detail = "Too many wrong passwords, please try again later.";
            Err(Failure::coded(StatusCode::TOO_MANY_REQUESTS, ProblemCode::TooManyRequests, detail))
        }
    }
}

/// 403 for whoever says a password that opens nothing.
fn wrong_password() -> Failure {
    let detail = "Incorrect video password. Access to the video is denied.";
    Failure::coded(StatusCode::FORBIDDEN, ProblemCode::IncorrectVideoPassword, detail)
}

fn put_pictures(app: &App, video: Uuid, cut: &CutPictures) -> Result<Pictures, UploadError> {
    let name = picture_name(video, app.dice().bytes());
    let scratch = app.layout().tmp().join(&name);
    let mut names = Pictures::default();
    if let Some(jpeg) = &cut.thumbnail {
        disk::write_whole(&app.layout().thumbnail(&name), &scratch, jpeg)?;
        names.thumbnail = Some(name.clone());
    }
    if let Some(jpeg) = &cut.preview {
        disk::write_whole(&app.layout().preview(&name), &scratch, jpeg)?;
        names.preview = Some(name);
    }
    Ok(names)
}

fn remove_pictures(app: &App, names: &Pictures) -> Result<(), UploadError> {
    if let Some(name) = &names.thumbnail {
        disk::remove_if_there(&app.layout().thumbnail(name))?;
    }
    if let Some(name) = &names.preview {
        disk::remove_if_there(&app.layout().preview(name))?;
    }
    Ok(())
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Failure {
        match error {
            EditError::NoSuchVideo => Failure::not_found("Video not found"),
            EditError::NotYours => Failure::forbidden("Cannot manage a video of another user."),
            EditError::UnknownChannel => {
                Failure::bad_request("Unknown video \"video channel\" for this account.")
            }
            EditError::OverQuota(_) => Failure::coded(
                StatusCode::PAYLOAD_TOO_LARGE,
                ProblemCode::QuotaReached,
                "The user video quota is exceeded with this video.",
            ),
            EditError::Busy => Failure::coded(
                StatusCode::CONFLICT,
                ProblemCode::Conflict,
                "Cannot edit video that is already waiting for transcoding/edition",
            ),
            EditError::NoPassword => {
                Wrong::body("videoPasswords", None, "Video passwords are missing.").into()
            }
            EditError::Store(error) => error.into(),
        }
    }
}

impl From<Hidden> for Failure {
    fn from(hidden: Hidden) -> Failure {
        match hidden {
            Hidden::SignIn => Failure::new(StatusCode::UNAUTHORIZED, "Not authenticated"),
            Hidden::NotForYou => {
                Failure::forbidden("Cannot fetch information of private/internal/blocked video")
            }
            Hidden::Password => {
                let detail = "Please provide a password to access this password protected video";
                Failure::coded(StatusCode::FORBIDDEN, ProblemCode::VideoRequiresPassword, detail)
            }
        }
    }
}
