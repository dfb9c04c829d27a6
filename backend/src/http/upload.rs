//! Uploads: PeerTube's resumable protocol and the single form.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, HeaderValue, LOCATION, RANGE, RETRY_AFTER};
use http::{HeaderName, StatusCode};
use shared::api::{NewVideo, ProblemCode, Uploaded, UploadedVideo};
use shared::id::VideoId;
use shared::limits::VIDEO_EXTENSIONS;
use warp::reply::Response;

use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::form;
use super::problem::{Failure, no_space_left};
use super::respond::{Outcome, empty, json, respond, text_of};
use super::video::find;
use crate::domain::quota::Over;
use crate::domain::upload::Refusal;
use crate::domain::video::edit::EditError;
use crate::domain::video::form::read_new;
use crate::domain::viewer::Person;
use crate::domain::wrong::Wrong;
use crate::store::records::Video;
use crate::uploads::{
    self, Announced, CutPictures, Named, Piece, Progress, Single, UploadError, UploadId, cut_pictures,
};

/// The name of a file, and what uploading libraries say beside it.
const REPLACEMENT_BYTES_MAX: usize = 64 * 1024;
/// What a client is told to wait when too many bodies are being received.
const BUSY_SECONDS: &str = "10";

/// `POST /api/v1/videos/upload-resumable`
pub async fn begin(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let bytes = announced_length(&ask)?;
    let form = form::form(&ask, body).await?;
    let video = read_new(&form.fields)?;
    let Some(filename) = video.filename.clone().filter(|name| !name.is_empty()) else {
        return Err(Wrong::body("filename", None, "Should have a file name").into());
    };
    let media_type = ask.header("x-upload-content-type").map(str::to_owned);
    let announced = Announced { form: video, filename, media_type, bytes, pictures: form.pictures };
    let id = uploads::begin(&ask.app, who, announced).await?;
    Ok(begun(&ask, "upload-resumable", id))
}

/// 201 with the address for what follows.
fn begun(ask: &Ask, path: &str, id: UploadId) -> Response {
    let host = ask.host().unwrap_or_else(|| ask.app.url().host());
    let location = format!("//{host}/api/v1/videos/{path}?upload_id={id}");
    with(empty(StatusCode::CREATED), LOCATION, &location)
}

/// `POST /api/v1/videos/{id}/source/replace-resumable`
pub async fn begin_replacement(id: Segment, ask: Ask, body: Body) -> Outcome {
    let (who, video) = to_replace(&id, &ask).await?;
    let bytes = announced_length(&ask)?;
    let mut fields = Fields::read(&ask, body, REPLACEMENT_BYTES_MAX).await?;
    let filename = fields.raw("filename").filter(|name| !name.is_empty());
    let filename = fields.required("filename", filename);
    fields.end()?;
    let media_type = ask.header("x-upload-content-type").map(str::to_owned);
    let upload = uploads::begin_replacement(&ask.app, who, video, filename, media_type, bytes).await?;
    Ok(begun(&ask, &format!("{}/source/replace-resumable", id.0), upload))
}

/// `PUT /api/v1/videos/{id}/source/replace-resumable?upload_id=…`
pub async fn proceed_replacement(id: Segment, ask: Ask, body: Body) -> Outcome {
    let (who, video) = to_replace(&id, &ask).await?;
    take_piece(&ask, who, Some(video), body).await
}

/// `DELETE /api/v1/videos/{id}/source/replace-resumable?upload_id=…`
pub async fn cancel_replacement(id: Segment, ask: Ask) -> Outcome {
    let (who, video) = to_replace(&id, &ask).await?;
    take_back(&ask, who, Some(video)).await
}

/// Who sends a file, and the video whose file it is to replace.
async fn to_replace(id: &Segment, ask: &Ask) -> Result<(Person, VideoId), Failure> {
    let who = ask.person().await?;
    let (entry, _) = find(id, &ask.app)?;
    if !ask.app.config().upload.replace {
        let detail = "Updating the file of an existing video is not allowed on this instance";
        return Err(Failure::forbidden(detail));
    }
    if !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    Ok((who, entry.listed.video.id))
}

/// `PUT /api/v1/videos/upload-resumable?upload_id=…`
pub async fn proceed(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    take_piece(&ask, who, None, body).await
}

async fn take_piece(ask: &Ask, who: Person, replaces: Option<VideoId>, body: Body) -> Outcome {
    let Some(upload) = upload_id(ask) else { return Ok(no_such_upload()) };
    let wrong_range =
        |_| Wrong::header("content-range", ask.header(CONTENT_RANGE), "Should be a range of bytes");
    let range = ask.header(CONTENT_RANGE).map(str::parse).transpose().map_err(wrong_range)?;
    let piece = Piece { range, content_length: content_length(ask), body: body.into_stream() };
    match uploads::proceed(&ask.app, who, Named { upload, replaces }, piece).await {
        Ok(Progress::Arrived(bytes)) => Ok(resume(bytes)),
        Ok(Progress::Done(_)) if replaces.is_some() => Ok(empty(StatusCode::NO_CONTENT)),
        Ok(Progress::Done(video)) => json(&uploaded(&video)),
        Err(UploadError::NoSuchUpload) => Ok(no_such_upload()),
        Err(error @ UploadError::Busy) => Ok(with(respond(Err(error.into())), RETRY_AFTER, BUSY_SECONDS)),
        Err(error) => Err(error.into()),
    }
}

/// `DELETE /api/v1/videos/upload-resumable?upload_id=…`
pub async fn cancel(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    take_back(&ask, who, None).await
}

async fn take_back(ask: &Ask, who: Person, replaces: Option<VideoId>) -> Outcome {
    let Some(upload) = upload_id(ask) else { return Ok(no_such_upload()) };
    match uploads::cancel(&ask.app, who, Named { upload, replaces }).await {
        Ok(()) => Ok(empty(StatusCode::NO_CONTENT)),
        Err(UploadError::NoSuchUpload) => Ok(no_such_upload()),
        Err(error) => Err(error.into()),
    }
}

/// `POST /api/v1/videos/upload`
pub async fn single(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    if !form::is_multipart(&ask) {
        return Err(no_file());
    }
    let mut single = Single::new(&ask.app, who, content_length(&ask)).await?;
    match read_single(&ask, body, &mut single).await {
        Ok((video, pictures)) => json(&uploaded(&single.finish(video, pictures).await?)),
        Err(failure) => {
            single.abandon().await;
            Err(failure)
        }
    }
}

async fn read_single(ask: &Ask, body: Body, single: &mut Single) -> Result<(NewVideo, CutPictures), Failure> {
    let form = form::multipart(ask, body, Some(single)).await?;
    if !single.has_file() {
        return Err(no_file());
    }
    let video = read_new(&form.fields)?;
    Ok((video, cut_pictures(&ask.app, form.pictures).await?))
}

fn no_file() -> Failure {
    Wrong::body("videofile", None, "Should have a file").into()
}

fn announced_length(ask: &Ask) -> Result<u64, Failure> {
    let name = "x-upload-content-length";
    let length = ask.header(name).and_then(|text| text.parse().ok()).filter(|length| 0 < *length);
    length.ok_or_else(|| Wrong::header(name, ask.header(name), "Should be the file's length in bytes").into())
}

fn content_length(ask: &Ask) -> Option<u64> {
    ask.header(CONTENT_LENGTH)?.parse().ok()
}

fn upload_id(ask: &Ask) -> Option<UploadId> {
    let pairs = ask.pairs();
    let (_, id) = pairs.iter().find(|(name, _)| name == "upload_id")?;
    id.parse().ok()
}

/// 308 with the bytes that have arrived; without a range when none has.
fn resume(bytes: u64) -> Response {
    let mut response = empty(StatusCode::PERMANENT_REDIRECT);
    // What 308 meant to uploads before it meant a redirect.
    response.extensions_mut().insert(hyper::ext::ReasonPhrase::from_static(b"Resume Incomplete"));
    match bytes.checked_sub(1) {
        Some(last) => with(response, RANGE, &format!("bytes=0-{last}")),
        None => with(response, CACHE_CONTROL, "no-store"),
    }
}

/// A header of an upload's answer, none of which may be kept.
fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A host with letters no header has was not in one.
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// The shape uploading libraries know (capture `resumable-cancel-3`), which is no problem document.
fn no_such_upload() -> Response {
    let body = Bytes::from_static(br#"{"error":{"code":"FileNotFound","message":"Not found"}}"#);
    let mut response = text_of("application/json; charset=utf-8", body);
    *response.status_mut() = StatusCode::NOT_FOUND;
    with(response, CACHE_CONTROL, "no-store")
}

fn uploaded(video: &Video) -> Uploaded {
    let short_uuid = video.uuid.short();
    Uploaded { video: UploadedVideo { id: video.id, short_uuid, uuid: video.uuid } }
}

impl From<UploadError> for Failure {
    fn from(error: UploadError) -> Failure {
        match error {
            UploadError::Wrong(wrongs) => Failure::wrong(wrongs),
            UploadError::Refused(refusal) => refused(&refusal),
            UploadError::NoSuchUpload => Failure::not_found("There is no such upload"),
            UploadError::Unwanted => Failure::new(StatusCode::CONFLICT, "The file is wanted no more"),
            UploadError::Superseded => Failure::coded(
                StatusCode::CONFLICT,
                ProblemCode::Conflict,
                "A later request for the same upload took over.",
            ),
            UploadError::Busy => Failure::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many files are arriving at this moment. Please try again.",
            ),
            UploadError::Broken => {
                Failure::bad_request("The body broke off. What arrived is kept: ask how far it is and go on.")
            }
            UploadError::TooLong => Failure::bad_request("The body is longer than its range."),
            UploadError::Unreadable => Failure::coded(
                StatusCode::UNPROCESSABLE_ENTITY,
                ProblemCode::UploadUnreadable,
                "Video file unreadable.",
            ),
            UploadError::Edit(error) => error.into(),
            UploadError::Store(error) => error.into(),
            UploadError::Disk(error) => Failure::internal(&error),
        }
    }
}

fn refused(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::NotAVideo => Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("This file is not supported. Files that are: {}", VIDEO_EXTENSIONS.join(", ")),
        ),
        Refusal::TooLarge { bytes_max } => Failure::coded(
            StatusCode::PAYLOAD_TOO_LARGE,
            ProblemCode::MaxFileSizeReached,
            format!("The file is too large: this instance takes at most {bytes_max} bytes."),
        ),
        Refusal::OverQuota(over) => {
            let which = match over {
                Over::Total => "video quota",
                Over::Daily => "daily video quota",
            };
            let detail = format!("The file does not fit into what is left of your {which}.");
            Failure::coded(StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::QuotaReached, detail)
        }
        Refusal::DiskFull => no_space_left(),
        Refusal::TooManyUnfinished => Failure::coded(
            StatusCode::TOO_MANY_REQUESTS,
            ProblemCode::TooManyRequests,
            "You have too many unfinished uploads. End or cancel one, or wait until they expire after a day.",
        ),
    }
}
