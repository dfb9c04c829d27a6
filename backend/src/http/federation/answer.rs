//! What all answers to other servers share: which of page and document a request gets, that anybody's script may read it,
//! and what stands in the place of what is gone.

use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue, LOCATION, VARY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use shared::time::Timestamp;
use warp::reply::Response;

use super::path::Place;
use super::{accept, path};
use crate::app::App;
use crate::catalogue::Entry;
use crate::documents;
pub(super) use crate::documents::addresses;
use crate::domain::federation::Document;
use crate::domain::federation::context::PLAIN;
use crate::domain::federation::trace::Tombstone;
use crate::http::problem::Failure;
use crate::http::respond::{Outcome, empty, respond, text_of};

/// The document a request asks for; none where it asks for a page, or for something else.
#[must_use]
pub fn wanted(path: &str, headers: &HeaderMap) -> Option<Place> {
    let place = path::read(path)?;
    let accept: Vec<&str> =
        headers.get_all(http::header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let accept = accept.join(",");
    let is_wanted =
        if place.is_page() { accept::prefers_document(&accept) } else { !accept::prefers_page(&accept) };
    is_wanted.then_some(place)
}

/// An outcome as an answer to anybody, whatever it is.
#[must_use]
pub fn open(outcome: Outcome) -> Response {
    let mut response = respond(outcome);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.append(VARY, HeaderValue::from_static("Accept"));
    response
}

/// Says that what is at this address depends on what is asked for: a page, or a document.
pub fn vary(headers: &mut HeaderMap) {
    headers.append(VARY, HeaderValue::from_static("Accept"));
}

/// The path of a video's document; none where others do not read it.
#[must_use]
pub fn path_of(app: &App, entry: &Entry) -> Option<String> {
    documents::audience(app, entry)?;
    Some(format!("/videos/watch/{}", entry.listed.video.uuid))
}

/// 200 with a document.
pub(super) fn answer(document: &impl Serialize) -> Outcome {
    let body = serde_json::to_vec(document).map_err(|error| Failure::internal(&error))?;
    Ok(text_of("application/activity+json; charset=utf-8", body))
}

/// 302: what is of another server is read there.
pub(super) fn elsewhere(url: &str) -> Outcome {
    let location = HeaderValue::from_str(url).map_err(|error| Failure::internal(&error))?;
    let mut response = empty(StatusCode::FOUND);
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

/// 410: what was of a type at an address went.
pub(super) fn gone(id: String, former_type: &'static str, removed_at: Option<Timestamp>) -> Outcome {
    let mut response = answer(&Document::new(PLAIN, Tombstone::new(id, former_type, removed_at)))?;
    *response.status_mut() = StatusCode::GONE;
    Ok(response)
}
