//! Signing what we ask of others, in either form.
//!
//! Owns which headers a signed request gets. Others must send exactly these: the host as it stands here, and the bytes of the
//! body that the digest is of.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_TYPE, DATE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use sfv::{BareItem, InnerList, Integer, Item, Key, Parameters};
use shared::time::Timestamp;
use thiserror::Error;

use super::accept::Accepted;
use super::cavage;
use super::digest::{content_digest, digest};
use super::key::PrivateKey;
use super::key_id::KeyId;
use super::message::{base, write_input};
use super::request::Request;

/// How long what says when it ends may be under way. Mastodon takes no longer than twelve hours.
const VALIDITY: Duration = Duration::from_secs(3600);

/// A request we are about to make.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The method.
    pub method: &'a Method,
    /// `https` or `http`.
    pub scheme: &'a str,
    /// The host that is asked, with its port where the address has one.
    pub authority: &'a str,
    /// The path, escaped.
    pub path: &'a str,
    /// The query, escaped, without `?`.
    pub query: Option<&'a str>,
    /// What is sent, and what it is.
    pub body: Option<(&'a str, &'a [u8])>,
}

/// Whether a path is signed with its query.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Query {
    /// As the draft says and Mastodon does.
    Signed,
    /// As PeerTube does. For a second try where the first was refused.
    LeftOut,
}

/// What cannot stand in a header.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the address cannot be written into a header")]
pub struct Unwritable;

/// The headers of a request signed as draft-cavage-http-signatures-12 has it: `host`, `date`, `digest` and
/// `content-type` where there is a body, and `signature`.
///
/// # Errors
/// When an address holds what no header may.
pub fn sign_cavage(
    outgoing: &Outgoing<'_>,
    query: Query,
    key_id: &KeyId,
    key: &PrivateKey,
    now: Timestamp,
) -> Result<HeaderMap, Unwritable> {
    let mut headers = basics(outgoing, now)?;
    let query = outgoing.query.filter(|_| query == Query::Signed);
    let mut message = Vec::new();
    let target = cavage::target(outgoing.method, outgoing.path, query);
    cavage::push_line(&mut message, "(request-target)", target.as_bytes());
    let mut names = "(request-target) host date".to_owned();
    if let Some((_, body)) = outgoing.body {
        headers.insert(HeaderName::from_static("digest"), value(&digest(body))?);
        names.push_str(" digest");
    }
    for name in ["host", "date", "digest"] {
        if let Some(value) = headers.get(name) {
            cavage::push_line(&mut message, name, value.as_bytes());
        }
    }
    let signature = STANDARD.encode(key.sign(&message));
    let key_id = key_id.as_str();
    let line =
        format!(r#"keyId="{key_id}",algorithm="rsa-sha256",headers="{names}",signature="{signature}""#);
    headers.insert(HeaderName::from_static("signature"), value(&line)?);
    Ok(headers)
}

/// The headers of a request signed as RFC 9421 has it: `host`, `date`, `content-digest` and `content-type` where there is
/// a body, `signature-input` and `signature`. `wish` is what the other server said that it wants signed.
///
/// # Errors
/// When an address holds what no header may.
pub fn sign_message(
    outgoing: &Outgoing<'_>,
    wish: Option<&Accepted>,
    key_id: &KeyId,
    key: &PrivateKey,
    now: Timestamp,
) -> Result<HeaderMap, Unwritable> {
    let mut headers = basics(outgoing, now)?;
    if let Some((_, body)) = outgoing.body {
        headers.insert(HeaderName::from_static("content-digest"), value(&content_digest(body))?);
    }
    let input = input(outgoing, wish, key_id, now)?;
    let request = Request {
        method: outgoing.method,
        scheme: outgoing.scheme,
        authority: outgoing.authority,
        path: outgoing.path,
        query: outgoing.query,
        headers: &headers,
        body: outgoing.body.map(|(_, body)| body).unwrap_or_default(),
    };
    let base = base(&request, &input).map_err(|_| Unwritable)?;
    let label = wish.map_or("sig1", |wish| wish.label.as_str());
    let signature = format!("{label}=:{}:", STANDARD.encode(key.sign(&base)));
    headers.insert(
        HeaderName::from_static("signature-input"),
        value(&format!("{label}={}", write_input(&input)))?,
    );
    headers.insert(HeaderName::from_static("signature"), value(&signature)?);
    Ok(headers)
}

/// What is signed, and what is said beside it.
fn input(
    outgoing: &Outgoing<'_>,
    wish: Option<&Accepted>,
    key_id: &KeyId,
    now: Timestamp,
) -> Result<InnerList, Unwritable> {
    let ours = ["@method", "@target-uri"].into_iter().chain(outgoing.body.map(|_| "content-digest"));
    let components = match wish {
        Some(wish) => wish.components.clone(),
        None => ours.map(str::to_owned).collect(),
    };
    let text = |text: &str| sfv::String::from_string(text.to_owned()).map_err(|_| Unwritable);
    let items = components.iter().map(|name| Ok(Item::new(text(name)?))).collect::<Result<Vec<_>, _>>()?;
    let seconds = |date: Timestamp| Integer::try_from(date.0.div_euclid(1000)).map_err(|_| Unwritable);
    let mut said: Vec<(&str, BareItem)> = vec![
        ("created", seconds(now)?.into()),
        ("keyid", text(key_id.as_str())?.into()),
        ("alg", text("rsa-v1_5-sha256")?.into()),
    ];
    if let Some(wish) = wish {
        if wish.expires {
            said.push(("expires", seconds(now.after(VALIDITY))?.into()));
        }
        for (name, word) in [("nonce", &wish.nonce), ("tag", &wish.tag)] {
            if let Some(word) = word {
                said.push((name, text(word)?.into()));
            }
        }
    }
    let mut parameters = Parameters::new();
    for (name, value) in said {
        parameters.insert(Key::from_string(name.to_owned()).map_err(|_| Unwritable)?, value);
    }
    Ok(InnerList::with_params(items, parameters))
}

/// Host, date and type.
fn basics(outgoing: &Outgoing<'_>, now: Timestamp) -> Result<HeaderMap, Unwritable> {
    let mut headers = HeaderMap::new();
    let since = Duration::from_millis(u64::try_from(now.0).unwrap_or_default());
    headers.insert(HOST, value(outgoing.authority)?);
    headers.insert(DATE, value(&httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + since))?);
    if let Some((content_type, _)) = outgoing.body {
        headers.insert(CONTENT_TYPE, value(content_type)?);
    }
    Ok(headers)
}

fn value(text: &str) -> Result<HeaderValue, Unwritable> {
    HeaderValue::from_str(text).map_err(|_| Unwritable)
}
