//! Pictures, captions, and documents of discovery: what is asked for without a signature.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_RANGE, HOST, LOCATION, RANGE};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use shared::hls::ByteRange;

use super::document::HOPS_MAX;
use super::error::FetchError;
use super::exchange::{ANSWER_DURATION_MAX, Question, Reply, exchange, turn};
use super::rule::target;
use crate::app::App;
use crate::imports::resolve;

/// With turns waited for and addresses that lead on.
const FILE_DURATION_MAX: Duration = Duration::from_secs(20);
/// A part of a film is some megabytes, and comes on a slow line, too.
const PART_DURATION_MAX: Duration = Duration::from_secs(60);
const FILES: HeaderValue = HeaderValue::from_static("image/*, text/vtt, */*;q=0.5");

/// What stands at an address, at most `bytes_max` of it, whatever it is.
///
/// # Errors
/// [`FetchError`].
pub async fn file(app: &App, address: &str, bytes_max: usize) -> Result<Bytes, FetchError> {
    Ok(plain(app, address, FILES, bytes_max).await?.body)
}

/// A part of a file: all of it, or nothing.
///
/// # Errors
/// [`FetchError`], also for a server that gives no parts.
pub async fn part(app: &App, address: &str, range: ByteRange) -> Result<Bytes, FetchError> {
    if !app.config().federation.enabled {
        return Err(FetchError::Off);
    }
    let length = usize::try_from(range.len()).map_err(|_| FetchError::TooLong)?;
    let wanted = HeaderValue::from_str(&format!("bytes={}-{}", range.offset(), range.last()));
    let headers = HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static("*/*")),
        (RANGE, wanted.map_err(|_| FetchError::Address)?),
    ]);
    let asking = asked(app, address, headers, (length, PART_DURATION_MAX));
    let asking = tokio::time::timeout(PART_DURATION_MAX, asking);
    let reply = asking.await.unwrap_or(Err(FetchError::Late))?;
    let begins = format!("bytes {}-{}/", range.offset(), range.last());
    match reply.status {
        StatusCode::PARTIAL_CONTENT => {
            let is_it = reply.text(CONTENT_RANGE).is_some_and(|told| told.starts_with(&begins));
            if is_it && reply.body.len() == length { Ok(reply.body) } else { Err(FetchError::Broken) }
        }
        // A server that knows no ranges gives all of a file, which is a part where it is no longer.
        StatusCode::OK if range.offset() == 0 && reply.body.len() == length => Ok(reply.body),
        StatusCode::OK => Err(FetchError::TooLong),
        _ => Err(reply.whole().err().unwrap_or(FetchError::Broken)),
    }
}

/// What stands at an address or where that leads, without a signature.
pub(super) async fn plain(
    app: &App,
    address: &str,
    accept: HeaderValue,
    bytes_max: usize,
) -> Result<Reply, FetchError> {
    if !app.config().federation.enabled {
        return Err(FetchError::Off);
    }
    let headers = HeaderMap::from_iter([(ACCEPT, accept)]);
    let asking = asked(app, address, headers, (bytes_max, ANSWER_DURATION_MAX));
    tokio::time::timeout(FILE_DURATION_MAX, asking).await.unwrap_or(Err(FetchError::Late))?.whole()
}

/// What stands at an address or where that leads, whatever the answer is but for that.
async fn asked(
    app: &App,
    address: &str,
    headers: HeaderMap,
    (bytes_max, patience): (usize, Duration),
) -> Result<Reply, FetchError> {
    let config = app.config();
    let private = &config.federation.allow_private_hosts;
    let mut at = target(address, app.url(), private)?;
    for _ in 0..=HOPS_MAX {
        if let Some(pause) = app.fetches().pause(&at.host, app.clock().instant()) {
            return Err(FetchError::Paused(pause));
        }
        let host = at.uri.authority().map_or("", Authority::as_str);
        let host = HeaderValue::from_str(host).map_err(|_| FetchError::Address)?;
        let mut headers = headers.clone();
        headers.insert(HOST, host);
        let question = Question { method: Method::GET, headers, body: Bytes::new(), bytes_max, patience };
        let turn = turn(app, &at).await?;
        let reply = exchange(app, &at, question).await?;
        drop(turn);
        if !reply.status.is_redirection() {
            return Ok(reply);
        }
        let to = reply.text(LOCATION).and_then(|to| resolve(&at.uri, to)).ok_or(FetchError::Broken)?;
        at = target(&to.to_string(), app.url(), private)?;
    }
    Err(FetchError::Leads)
}
