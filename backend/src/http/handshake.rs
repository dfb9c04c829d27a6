//! How a connection becomes a WebSocket (RFC 6455 §4.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONNECTION, HeaderValue, UPGRADE};
use http::{HeaderName, StatusCode};
use hyper::upgrade::OnUpgrade;
use sha1::{Digest, Sha1};
use warp::reply::Response;

use super::extract::Ask;
use super::problem::Failure;
use super::respond::{empty, respond, with_header};

const KEY: HeaderName = HeaderName::from_static("sec-websocket-key");
const VERSION: HeaderName = HeaderName::from_static("sec-websocket-version");
const ACCEPT: HeaderName = HeaderName::from_static("sec-websocket-accept");
/// What every WebSocket server appends to a key (RFC 6455 §1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The connection and the answer that switches it, where somebody asks for a WebSocket.
#[must_use]
pub fn shake(ask: &Ask, upgrade: Option<OnUpgrade>) -> Option<(OnUpgrade, Response)> {
    let (upgrade, accept) = (upgrade?, accepted(ask)?);
    let mut response = with_header(empty(StatusCode::SWITCHING_PROTOCOLS), UPGRADE, "websocket");
    response.headers_mut().insert(ACCEPT, accept);
    Some((upgrade, with_header(response, CONNECTION, "Upgrade")))
}

/// What anybody else is answered.
#[must_use]
pub fn refusal() -> Response {
    let failure = Failure::new(StatusCode::UPGRADE_REQUIRED, "This address speaks WebSocket alone");
    let response = with_header(respond(Err(failure)), VERSION, "13");
    with_header(response, UPGRADE, "websocket")
}

/// The answer to a handshake; none where it is none.
fn accepted(ask: &Ask) -> Option<HeaderValue> {
    let lists = |name: HeaderName, word: &str| {
        let values = ask.headers().get_all(name);
        let mut words =
            values.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        words.any(|listed| listed.trim().eq_ignore_ascii_case(word))
    };
    let key = ask.header(KEY)?.trim();
    let is_key = STANDARD.decode(key).is_ok_and(|key| key.len() == 16);
    if !is_key || !lists(UPGRADE, "websocket") || !lists(CONNECTION, "upgrade") || !lists(VERSION, "13") {
        return None;
    }
    let digest = Sha1::new().chain_update(key).chain_update(GUID).finalize();
    HeaderValue::from_str(&STANDARD.encode(digest)).ok()
}
