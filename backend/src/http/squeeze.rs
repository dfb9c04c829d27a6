//! Text on its way out, made smaller for clients that take it so.
//!
//! Owns which answers are compressed. The surprise is that it is done at all, since a proxy in front could: a page of
//! videos is 37 kB and becomes 5, and not every instance has a proxy that was told to compress JSON. Nothing that a
//! browser sends by itself opens an answer of the API, so a stranger's page cannot measure secrets by their compressed
//! length.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue, VARY,
};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use warp::reply::Response;

use super::assets::encoding::{Encoding, choose_encoding};
use crate::catalogue::Text;

/// Shorter answers fit into one packet either way.
const BYTES_MIN: u64 = 1024;
/// Answers are never this long; a limit on memory all the same.
const BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Longer ones would hold up others on the thread for more than half a millisecond.
const BYTES_HERE_MAX: usize = 64 * 1024;

/// Whether a request's answer may be compressed.
#[must_use]
pub fn takes_gzip<B>(request: &Request<B>) -> bool {
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    *request.method() == Method::GET && choose_encoding(accepted, &[Encoding::Gzip]).is_some()
}

/// The answer, compressed where that is worth it.
pub async fn squeeze(takes_gzip: bool, mut response: Response) -> Response {
    let bytes = response.body().size_hint().exact().unwrap_or(0);
    if !(BYTES_MIN..=BYTES_MAX).contains(&bytes) || !is_text(response.status(), response.headers()) {
        return response;
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("Accept-Encoding"));
    if !takes_gzip {
        return response;
    }
    if let Some(text) = response.extensions_mut().remove::<Text>() {
        // Sent many times, so it was packed before, or is now for all who come after.
        let Some(packed) = text.packed(pack) else { return response };
        return packed_response(response.into_parts().0, packed);
    }
    let (mut head, body) = response.into_parts();
    // A body whose length is known is in memory already.
    let Ok(plain) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        head.status = StatusCode::INTERNAL_SERVER_ERROR;
        return Response::from_parts(head, Bytes::new().into());
    };
    let packed = if plain.len() <= BYTES_HERE_MAX {
        pack(&plain)
    } else {
        let plain = plain.clone();
        tokio::task::spawn_blocking(move || pack(&plain)).await.ok().flatten()
    };
    match packed {
        Some(packed) => packed_response(head, packed),
        None => Response::from_parts(head, plain.into()),
    }
}

fn packed_response(mut head: http::response::Parts, packed: Bytes) -> Response {
    head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(Encoding::Gzip.as_str()));
    head.headers.remove(CONTENT_LENGTH);
    weaken(&mut head.headers);
    Response::from_parts(head, packed.into())
}

fn is_text(status: StatusCode, headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_text = [
        "application/json",
        "text/",
        "application/xml",
        "application/rss+xml",
        "application/atom+xml",
        "application/manifest+json",
        "application/activity+json",
    ]
    .iter()
    .any(|kind| media_type.starts_with(kind));
    is_text && status == StatusCode::OK && !headers.contains_key(CONTENT_ENCODING)
}

/// The fastest level: the others cost twice the time for a tenth of the size.
fn pack(plain: &[u8]) -> Option<Bytes> {
    let mut packed = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
    packed.write_all(plain).ok()?;
    packed.finish().ok().map(Bytes::from)
}

/// Two forms of one answer are alike, but not byte by byte (RFC 9110 §8.8.1).
fn weaken(headers: &mut HeaderMap) {
    let strong = headers.get(ETAG).filter(|tag| tag.as_bytes().starts_with(b"\""));
    let weak = strong.and_then(|tag| HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()).ok());
    if let Some(weak) = weak {
        headers.insert(ETAG, weak);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn answer(media_type: &'static str, body: String) -> Response {
        let mut response = Response::new(body.into());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        response.headers_mut().insert(ETAG, HeaderValue::from_static("\"a\""));
        response
    }

    async fn read(response: Response) -> Vec<u8> {
        response.into_body().collect().await.unwrap().to_bytes().to_vec()
    }

    #[tokio::test]
    async fn long_text_is_packed_and_says_so() {
        for words in [500, 50_000] {
            let text = "{\"name\":\"video\"}".repeat(words);
            let response = squeeze(true, answer("application/json; charset=utf-8", text.clone())).await;
            assert_eq!(response.headers()[CONTENT_ENCODING], "gzip");
            assert_eq!(response.headers()[VARY], "Accept-Encoding");
            assert_eq!(response.headers()[ETAG], "W/\"a\"");
            let packed = read(response).await;
            assert!(packed.len() < text.len() / 10);
            let mut plain = String::new();
            flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut plain).unwrap();
            assert!(plain == text);
        }
    }

    #[tokio::test]
    async fn a_text_that_is_kept_is_packed_once() {
        let text = Text::from(Bytes::from("{\"name\":\"video\"}".repeat(500)));
        let answer = || crate::http::respond::kept_json(text.clone());
        let first = read(squeeze(true, answer()).await).await;
        let again = text.packed(|_| unreachable!("it was packed for the first answer")).unwrap();
        assert_eq!(first, again);
        let response = squeeze(true, answer()).await;
        assert_eq!(response.headers()[CONTENT_ENCODING], "gzip");
        assert_eq!(response.headers()[VARY], "Accept-Encoding");
        assert_eq!(read(squeeze(false, answer()).await).await, text.plain);
    }

    #[tokio::test]
    async fn what_is_short_packed_already_or_no_text_is_left_alone() {
        let long = || "x".repeat(5000);
        let mut encoded = answer("text/html", long());
        encoded.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        let mut failed = answer("text/html", long());
        *failed.status_mut() = StatusCode::NOT_FOUND;
        for response in [answer("text/html", "x".repeat(1000)), answer("image/png", long()), encoded, failed]
        {
            let before = response.headers().clone();
            let response = squeeze(true, response).await;
            assert_eq!(*response.headers(), before);
            assert!(read(response).await.iter().all(|&byte| byte == b'x'));
        }
    }

    #[tokio::test]
    async fn a_client_that_does_not_take_it_gets_it_plain() {
        let response = squeeze(false, answer("text/html", "x".repeat(5000))).await;
        assert!(!response.headers().contains_key(CONTENT_ENCODING));
        assert_eq!(response.headers()[VARY], "Accept-Encoding", "caches must know that there are two forms");
    }

    #[test]
    fn only_gets_that_ask_for_it_are_packed() {
        let request = |method: Method, accepted: &str| {
            Request::builder().method(method).header(ACCEPT_ENCODING, accepted).body(()).unwrap()
        };
        assert!(takes_gzip(&request(Method::GET, "gzip, br")));
        assert!(!takes_gzip(&request(Method::GET, "br")));
        assert!(!takes_gzip(&request(Method::GET, "gzip;q=0")));
        assert!(!takes_gzip(&request(Method::HEAD, "gzip")));
        assert!(!takes_gzip(&request(Method::POST, "gzip")));
    }
}
