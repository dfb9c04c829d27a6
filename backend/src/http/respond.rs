//! From a handler's outcome to a response. Owns status, type and body of what succeeded; a failure rides on an empty
//! response until [`super::front`] writes it, since only the front knows the request's address and number.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderName, StatusCode};
use serde::Serialize;
use warp::reply::Response;

use super::problem::Failure;
use crate::catalogue::Text;

/// What a handler gives.
pub type Outcome = Result<Response, Failure>;

/// A handler's outcome as a response.
#[must_use]
pub fn respond(outcome: Outcome) -> Response {
    outcome.unwrap_or_else(|failure| {
        let mut response = Response::default();
        response.extensions_mut().insert(failure);
        response
    })
}

/// 200 with a JSON body.
///
/// # Errors
/// [`Failure::Internal`] when the value has no JSON form.
pub fn json(value: &impl Serialize) -> Outcome {
    let body = serde_json::to_vec(value).map_err(|error| Failure::internal(&error))?;
    Ok(json_text(body))
}

/// 200 with a body that is JSON already.
#[must_use]
pub fn json_text(body: impl Into<Bytes>) -> Response {
    text_of("application/json; charset=utf-8", body)
}

/// 200 with a body that is JSON already and is sent many times: it is compressed once.
#[must_use]
pub fn kept_json(body: Text) -> Response {
    let mut response = json_text(body.plain.clone());
    response.extensions_mut().insert(body);
    response
}

/// 200 with a body of some type.
#[must_use]
pub fn text_of(media_type: &'static str, body: impl Into<Bytes>) -> Response {
    with_header(Response::new(body.into().into()), CONTENT_TYPE, media_type)
}

/// 204.
#[must_use]
pub fn no_content() -> Response {
    empty(StatusCode::NO_CONTENT)
}

/// A status alone.
#[must_use]
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

/// Adds a header whose value is known.
#[must_use]
pub fn with_header(mut response: Response, name: HeaderName, value: &'static str) -> Response {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}
