//! What belongs to a video's time line: captions and chapters.

use http::StatusCode;
use shared::api::{ChapterList, ProblemCode};
use shared::id::Uuid;
use shared::limits::CAPTION_BYTES_MAX;

use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::video::{find, visible};
use super::{form, views};
use crate::app::App;
use crate::domain::caption::{self, CaptionError, CaptionFile};
use crate::domain::chapter;
use crate::domain::video::edit::EditError;
use crate::domain::video::labels;
use crate::domain::wrong::Wrong;
use crate::files::layout::caption_name;
use crate::files::{disk, text};
use crate::store::Durability;
use crate::uploads::UploadError;

/// One yes or no.
const WISH_BYTES_MAX: usize = 1024;
/// As many chapters as a video may have, in JSON's longest spelling.
const CHAPTERS_BYTES_MAX: usize = 512 * 1024;

/// `GET /api/v1/videos/{id}/captions`
pub async fn captions(id: Segment, ask: Ask) -> Outcome {
    let (entry, _) = visible(&id, &ask).await?;
    let is_guarded = entry.listed.sight().has_guarded_files();
    json(&views::captions(ask.app.url(), &entry.listed.video, is_guarded))
}

/// `PUT /api/v1/videos/{id}/captions/{language}`
pub async fn put_caption(id: Segment, language: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    if !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    let language = known_language(&language)?;
    // Held while the file arrives, since it is whole in memory.
    let _turn = ask.app.uploads().caption_turn().ok_or_else(busy)?;
    let bytes = form::one_file(&ask, body, "captionfile", CAPTION_BYTES_MAX).await?;
    let (id, uuid, app) = (entry.listed.video.id, entry.listed.video.uuid, &ask.app);
    let name = caption_name(uuid, app.dice().bytes(), language);
    let named = name.clone();
    let bytes = app
        .blocking(move |app| -> Result<u64, Failure> {
            let words = caption::read(&text::decode(&bytes))
                .map_err(|fault| Wrong::body("captionfile", None, sentence(&fault.to_string())))?;
            // Marks that stand for themselves are longer in WebVTT.
            if CAPTION_BYTES_MAX < words.len() {
                return Err(form::too_long("captionfile", CAPTION_BYTES_MAX));
            }
            let folder = app.layout().captions(uuid);
            std::fs::create_dir_all(&folder).map_err(UploadError::from)?;
            let scratch = app.layout().tmp().join(&named);
            disk::write_whole(&folder.join(&named), &scratch, words.as_bytes()).map_err(UploadError::from)?;
            Ok(u64::try_from(words.len()).unwrap_or(u64::MAX))
        })
        .await?;
    let shown = CaptionFile { name: name.clone(), bytes };
    let put = app
        .write(Durability::Flushed, move |write, now| caption::put(write, now, &who, id, language, shown))
        .await;
    // What the record names no more, or never came to name.
    let unused = match &put {
        Ok(replaced) => replaced.clone(),
        Err(_) => Some(name),
    };
    app.blocking(move |app| remove_file(app, uuid, unused.as_deref())).await?;
    put?;
    Ok(no_content())
}

/// `POST /api/v1/videos/{id}/captions/generate`: what is said in it is to be written down.
pub async fn generate_captions(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let mut fields = Fields::read(&ask, body, WISH_BYTES_MAX).await?;
    let forced = fields.truth("forceTranscription").unwrap_or(false);
    fields.end()?;
    let (entry, _) = find(&id, &ask.app)?;
    if !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    if !ask.app.config().transcription.enabled {
        return Err(Failure::bad_request("Video transcription is disabled on this instance"));
    }
    let id = entry.listed.video.id;
    ask.app
        .write(Durability::Flushed, move |write, now| caption::ask_to_hear(write, now, &who, id, forced))
        .await?;
    ask.app.wake_jobs();
    Ok(no_content())
}

/// `DELETE /api/v1/videos/{id}/captions/{language}`
pub async fn delete_caption(id: Segment, language: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    let language = known_language(&language)?;
    let (id, uuid, app) = (entry.listed.video.id, entry.listed.video.uuid, &ask.app);
    let removed = app
        .write(Durability::Flushed, move |write, now| caption::remove(write, now, &who, id, language))
        .await?;
    app.blocking(move |app| remove_file(app, uuid, Some(&removed))).await?;
    Ok(no_content())
}

/// `GET /api/v1/videos/{id}/chapters`
pub async fn chapters(id: Segment, ask: Ask) -> Outcome {
    let (entry, _) = visible(&id, &ask).await?;
    json(&views::chapters(&entry.listed.video))
}

/// `PUT /api/v1/videos/{id}/chapters`
pub async fn put_chapters(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    if !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    let list: ChapterList = body.json(CHAPTERS_BYTES_MAX).await?;
    let wrongs = chapter::wrongs(&list);
    if !wrongs.is_empty() {
        return Err(wrongs.into());
    }
    let id = entry.listed.video.id;
    ask.app
        .write(Durability::Flushed, move |write, now| chapter::replace(write, now, &who, id, list))
        .await?;
    Ok(no_content())
}

/// The language as our list spells it.
fn known_language(sent: &Segment) -> Result<&'static str, Failure> {
    let known = labels::LANGUAGES.iter().find(|(code, _)| *code == sent.0);
    let wrong = || Wrong::path("captionLanguage", &sent.0, "Should have a valid caption language");
    Ok(known.map(|(code, _)| *code).ok_or_else(wrong)?)
}

fn busy() -> Failure {
    let detail = "Too many captions are being received at this moment. Please try again soon.";
    Failure::new(StatusCode::SERVICE_UNAVAILABLE, detail)
}

fn remove_file(app: &App, video: Uuid, name: Option<&str>) -> Result<(), UploadError> {
    let Some(name) = name else { return Ok(()) };
    Ok(disk::remove_if_there(&app.layout().captions(video).join(name))?)
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

impl From<CaptionError> for Failure {
    fn from(error: CaptionError) -> Failure {
        match error {
            CaptionError::Video(error) => error.into(),
            CaptionError::NoSuchCaption => Failure::not_found("Video caption not found"),
            CaptionError::HasCaptions => Failure::coded(
                StatusCode::BAD_REQUEST,
                ProblemCode::from("video_already_has_captions".to_owned()),
                "This video already has captions",
            ),
            CaptionError::NoSound => Failure::bad_request("This video has no sound"),
            CaptionError::Silent => Failure::bad_request("Nothing is said in this video"),
            CaptionError::Unmade => Failure::new(StatusCode::CONFLICT, "This video is still being made"),
            CaptionError::Busy => Failure::coded(
                StatusCode::CONFLICT,
                ProblemCode::from("video_already_being_transcribed".to_owned()),
                "This video is already being transcribed",
            ),
            CaptionError::NotForced => {
                Failure::new(StatusCode::FORBIDDEN, "Only administrators can force transcription")
            }
        }
    }
}
