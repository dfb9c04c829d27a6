//! Which version of an answer somebody has already: entity tags of the API's JSON and of feeds, and 304 where nothing
//! changed.
//!
//! Owns the tags: weak, the length and the SHA-1 of the plain text, as PeerTube's web framework makes them (captures
//! `rest/*.http`). Clients that ask the same again get a few hundred bytes instead of a page. The text is made either
//! way; what is saved is its way through the network.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use http::{Method, Request, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt;
use sha1::{Digest, Sha1};
use warp::reply::Response;

use super::conditional::knows;
use super::respond::empty;
use crate::catalogue::Text;

/// Longer answers are not the API's.
const BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Where answers have versions.
const VERSIONED: [&str; 2] = ["/api/", "/feeds/"];
/// What of them has: JSON, and feeds.
const MEDIA_TYPES: [&[u8]; 4] =
    [b"application/json", b"application/xml", b"application/rss+xml", b"application/atom+xml"];

/// What a request to read the API says it has.
pub enum Known {
    /// Versions have no meaning for it: it changes something, or is for a page.
    NotAsked,
    /// `If-None-Match`, where it was sent.
    Versions(Option<HeaderValue>),
}

/// What of a request decides whether its answer's version matters.
#[must_use]
pub fn known_versions<B>(request: &Request<B>) -> Known {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_versioned = VERSIONED.iter().any(|folder| request.uri().path().starts_with(folder));
    if reads && is_versioned {
        Known::Versions(request.headers().get(IF_NONE_MATCH).cloned())
    } else {
        Known::NotAsked
    }
}

/// The answer with its version's tag, or 304 where the asker has that version.
pub async fn tell_version(known: Known, mut response: Response) -> Response {
    let Known::Versions(known) = known else { return response };
    if !has_version(&response) {
        return response;
    }
    let tag = match response.extensions().get::<Text>() {
        Some(text) => text.tag(tag_of),
        None => {
            let (mut head, body) = response.into_parts();
            // A body whose length is known is in memory already.
            let Ok(plain) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
                head.status = StatusCode::INTERNAL_SERVER_ERROR;
                return Response::from_parts(head, Bytes::new().into());
            };
            let tag = tag_of(&plain);
            response = Response::from_parts(head, plain.into());
            tag
        }
    };
    let is_known = known.as_ref().and_then(|known| known.to_str().ok()).is_some_and(|known| {
        std::str::from_utf8(&tag).is_ok_and(|tag| knows(known, tag.trim_start_matches("W/")))
    });
    if is_known {
        let (head, _) = response.into_parts();
        response = empty(StatusCode::NOT_MODIFIED);
        *response.headers_mut() = head.headers;
        response.headers_mut().remove(CONTENT_TYPE);
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    // Letters and digits, which every header takes.
    if let Ok(tag) = HeaderValue::from_maybe_shared(tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

fn has_version(response: &Response) -> bool {
    let is_told = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|media_type| MEDIA_TYPES.iter().any(|known| media_type.as_bytes().starts_with(known)));
    let is_here = response.body().size_hint().exact().is_some_and(|bytes| bytes <= BYTES_MAX);
    response.status() == StatusCode::OK && is_told && is_here && !response.headers().contains_key(ETAG)
}

/// `W/"length-digest"`, with as much of the digest as PeerTube gives.
fn tag_of(plain: &[u8]) -> Bytes {
    let mut digest = STANDARD_NO_PAD.encode(Sha1::digest(plain));
    digest.truncate(27);
    format!("W/\"{:x}-{digest}\"", plain.len()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::respond::{json_text, kept_json, text_of};

    /// Body and tag of capture `rest/users-me-rating`.
    const RATING: &str = "{\"videoId\":1,\"rating\":\"like\"}";
    const TAG: &str = "W/\"1d-E6FXbqRI2i/5fCw/jHtVnINFhck\"";

    async fn ask(known: Option<&'static str>, response: Response) -> (StatusCode, String, Vec<u8>) {
        let known = Known::Versions(known.map(HeaderValue::from_static));
        let (head, body) = tell_version(known, response).await.into_parts();
        let tag = head.headers.get(ETAG).map_or(String::new(), |tag| tag.to_str().unwrap().to_owned());
        (head.status, tag, body.collect().await.unwrap().to_bytes().to_vec())
    }

    #[tokio::test]
    async fn a_version_that_is_known_is_not_sent_again() {
        for answer in [|| json_text(RATING), || kept_json(Bytes::from(RATING).into())] {
            let (status, tag, body) = ask(None, answer()).await;
            assert_eq!((status, body.as_slice()), (StatusCode::OK, RATING.as_bytes()));
            assert_eq!(tag, TAG);
            for known in [TAG, "\"x\", \"1d-E6FXbqRI2i/5fCw/jHtVnINFhck\"", "*"] {
                let (status, tag, body) = ask(Some(known), answer()).await;
                assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
                assert!(!tag.is_empty());
            }
            assert_eq!(ask(Some("W/\"1d-other\""), answer()).await.0, StatusCode::OK);
        }
    }

    #[tokio::test]
    async fn what_changed_has_another_tag() {
        let one = ask(None, json_text("{\"total\":1}")).await.1;
        let two = ask(None, json_text("{\"total\":2}")).await.1;
        assert_ne!(one, two);
    }

    #[tokio::test]
    async fn what_is_no_answer_of_the_apis_has_no_tag() {
        let mut failed = json_text(RATING);
        *failed.status_mut() = StatusCode::NOT_FOUND;
        for response in [failed, text_of("text/html; charset=utf-8", "pong"), empty(StatusCode::NO_CONTENT)] {
            assert_eq!(ask(Some("*"), response).await.1, "");
        }
        let request =
            |method: Method, path: &str| Request::builder().method(method).uri(path).body(()).unwrap();
        assert!(matches!(known_versions(&request(Method::POST, "/api/v1/videos")), Known::NotAsked));
        assert!(matches!(known_versions(&request(Method::GET, "/w/x")), Known::NotAsked));
        assert!(matches!(known_versions(&request(Method::HEAD, "/api/v1/videos")), Known::Versions(None)));
    }
}
