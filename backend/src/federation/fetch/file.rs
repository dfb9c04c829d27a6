//! Pictures, captions, and documents of discovery: what is asked for without a signature.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, HOST, LOCATION};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method};

use super::document::HOPS_MAX;
use super::error::FetchError;
use super::exchange::{Question, Reply, exchange, turn};
use super::rule::target;
use crate::app::App;
use crate::imports::resolve;

/// With turns waited for and addresses that lead on.
const FILE_DURATION_MAX: Duration = Duration::from_secs(20);
const FILES: HeaderValue = HeaderValue::from_static("image/*, text/vtt, */*;q=0.5");

/// What stands at an address, at most `bytes_max` of it, whatever it is.
///
/// # Errors
/// [`FetchError`].
pub async fn file(app: &App, address: &str, bytes_max: usize) -> Result<Bytes, FetchError> {
    Ok(plain(app, address, FILES, bytes_max).await?.body)
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
    let asking = asked(app, address, accept, bytes_max);
    tokio::time::timeout(FILE_DURATION_MAX, asking).await.unwrap_or(Err(FetchError::Late))
}

async fn asked(app: &App, address: &str, accept: HeaderValue, bytes_max: usize) -> Result<Reply, FetchError> {
    let config = app.config();
    let private = &config.federation.allow_private_hosts;
    let mut at = target(address, app.url(), private)?;
    for _ in 0..=HOPS_MAX {
        if let Some(pause) = app.fetches().pause(&at.host, app.clock().instant()) {
            return Err(FetchError::Paused(pause));
        }
        let host = at.uri.authority().map_or("", Authority::as_str);
        let host = HeaderValue::from_str(host).map_err(|_| FetchError::Address)?;
        let headers = HeaderMap::from_iter([(HOST, host), (ACCEPT, accept.clone())]);
        let question = Question { method: Method::GET, headers, body: Bytes::new(), bytes_max };
        let turn = turn(app, &at).await?;
        let reply = exchange(app, &at, question).await?;
        drop(turn);
        if !reply.status.is_redirection() {
            return reply.whole();
        }
        let to = reply.text(LOCATION).and_then(|to| resolve(&at.uri, to)).ok_or(FetchError::Broken)?;
        at = target(&to.to_string(), app.url(), private)?;
    }
    Err(FetchError::Leads)
}
