//! Documents of the network.
//!
//! Owns the rule by which one counts: what is given on was found at the address that it calls its own. A document that
//! names another address is fetched anew from there, once, and taken from nowhere else.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::Value;

use super::answer::Fetched;
use super::error::FetchError;
use super::exchange::{ANSWER_DURATION_MAX, Question, turn};
use super::rule::{Target, is_document, target};
use super::signed::{Signer, ask};
use crate::app::App;
use crate::federation::vocab::Grave;
use crate::imports::resolve;

/// The longest document. PeerTube's videos with all their files are a tenth of it.
const DOCUMENT_BYTES_MAX: usize = 1 << 20;
/// Addresses that lead on.
pub(super) const HOPS_MAX: usize = 3;
/// With turns waited for, addresses that lead on and an id that is another address.
const DOCUMENT_DURATION_MAX: Duration = Duration::from_secs(20);
/// Letters of what a document is known by.
const ETAG_LETTERS_MAX: usize = 200;
const DOCUMENTS: HeaderValue = HeaderValue::from_static(
    r#"application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
);

/// What stands at an address, asked by the instance's actor. Its id is where it was found, though that may be another
/// address than the one that was asked for.
///
/// # Errors
/// [`FetchError`].
pub async fn document(app: &App, address: &str) -> Result<Fetched, FetchError> {
    document_unless(app, address, None).await?.ok_or(FetchError::Broken)
}

/// The same, unless it is still as it was when it was known by `etag`: then nothing.
///
/// # Errors
/// [`FetchError`].
pub async fn document_unless(
    app: &App,
    address: &str,
    etag: Option<&str>,
) -> Result<Option<Fetched>, FetchError> {
    if !app.config().federation.enabled {
        return Err(FetchError::Off);
    }
    let finding = found(app, address, etag);
    tokio::time::timeout(DOCUMENT_DURATION_MAX, finding).await.unwrap_or(Err(FetchError::Late))
}

async fn found(app: &App, address: &str, etag: Option<&str>) -> Result<Option<Fetched>, FetchError> {
    let by = Signer::instance(app)?;
    let Some(page) = page(app, &by, address, etag).await? else { return Ok(None) };
    let id = match page.fetched(app) {
        Ok(fetched) => return alive(fetched).map(Some),
        Err(id) => id.ok_or(FetchError::Elsewhere)?,
    };
    let Some(page) = self::page(app, &by, &id, None).await? else { return Err(FetchError::Broken) };
    page.fetched(app).map_err(|_| FetchError::Elsewhere).and_then(alive).map(Some)
}

/// What is alive: some servers answer with a gravestone and 200.
fn alive(fetched: Fetched) -> Result<Fetched, FetchError> {
    if Grave::read(&fetched.value).is_some() { Err(FetchError::Gone(StatusCode::GONE)) } else { Ok(fetched) }
}

/// What stands at the end of an address.
struct Page {
    target: Target,
    value: Value,
    etag: Option<String>,
    bytes: usize,
}

impl Page {
    /// The document where it is of this address; else the address that it says it is of.
    fn fetched(self, app: &App) -> Result<Fetched, Option<String>> {
        let id = self.value.get("id").or_else(|| self.value.get("@id")).and_then(Value::as_str);
        let id = id.ok_or(None)?.to_owned();
        let config = app.config();
        let meant = target(&id, app.url(), &config.federation.allow_private_hosts).map_err(|_| None)?;
        // A key by itself is a part of a page; nothing else is.
        let is_whole = !id.contains('#') || self.value.get("publicKeyPem").is_some();
        match meant.spelling() == self.target.spelling() {
            true if is_whole => {
                Ok(Fetched { url: id, value: self.value, etag: self.etag, bytes: self.bytes })
            }
            true => Err(None),
            false => Err(Some(id)),
        }
    }
}

async fn page(app: &App, by: &Signer, address: &str, etag: Option<&str>) -> Result<Option<Page>, FetchError> {
    let config = app.config();
    let private = &config.federation.allow_private_hosts;
    let mut at = target(address, app.url(), private)?;
    let mut etag = etag.and_then(|etag| HeaderValue::from_str(etag).ok());
    for _ in 0..=HOPS_MAX {
        let (memory, spelling) = (app.fetches(), at.spelling());
        if let Some(status) = memory.gone(&spelling, app.clock().instant()) {
            return Err(FetchError::Gone(status));
        }
        if let Some(pause) = memory.pause(&at.host, app.clock().instant()) {
            return Err(FetchError::Paused(pause));
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, DOCUMENTS);
        if let Some(etag) = &etag {
            headers.insert(IF_NONE_MATCH, etag.clone());
        }
        let question = Question {
            method: Method::GET,
            headers,
            body: Bytes::new(),
            bytes_max: DOCUMENT_BYTES_MAX,
            patience: ANSWER_DURATION_MAX,
        };
        let reply = {
            let _turn = turn(app, &at).await?;
            ask(app, by, &at, question).await?
        };
        if reply.status == StatusCode::NOT_MODIFIED && etag.is_some() {
            return Ok(None);
        }
        if reply.status.is_redirection() {
            let to = reply.text(LOCATION).and_then(|to| resolve(&at.uri, to)).ok_or(FetchError::Broken)?;
            at = target(&to.to_string(), app.url(), private)?;
            etag = None;
            continue;
        }
        let reply = reply.whole().inspect_err(|error| {
            if let FetchError::Gone(status) = error {
                memory.lost(&spelling, *status, app.clock().instant());
            }
        })?;
        if !reply.text(CONTENT_TYPE).is_some_and(is_document) {
            return Err(FetchError::Type);
        }
        let value: Value = serde_json::from_slice(&reply.body).map_err(|_| FetchError::Type)?;
        let etag = reply.text(ETAG).filter(|etag| etag.len() <= ETAG_LETTERS_MAX).map(str::to_owned);
        return Ok(Some(Page { target: at, value, etag, bytes: reply.body.len() }));
    }
    Err(FetchError::Leads)
}
