//! What a request says, for handlers: who asks, from where, parameters, page, body.
//!
//! Owns reading and bounds; judges nothing. A handler takes an [`Ask`] and asks it for what it needs, so a route that
//! needs no session never looks one up, and a wrong session is a 401 of that route rather than a rejection that sends
//! the request on to the next one.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::str::FromStr;

use bytes::{Buf, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, COOKIE};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use shared::api::ProblemCode;
use shared::limits::{PAGE_COUNT_DEFAULT, PAGE_COUNT_MAX};
use warp::{Filter, Rejection};

use super::client::client_address;
use super::pairs::{decode_form, decode_pairs};
use super::problem::Failure;
use super::server::Peer;
use crate::app::App;
use crate::domain::right::Right;
use crate::domain::session::{self, TokenHash};
use crate::domain::truth::truth;
use crate::domain::viewer::{Person, Viewer};
use crate::domain::wrong::Wrong;
use crate::mail::Language;
use crate::store::Read;
use crate::store::tables::AccountKey;

/// What browsers keep the language under that was chosen for the pages: PeerTube's name.
pub const LANGUAGE_COOKIE: &str = "clientLanguage";

/// A request, without its body.
pub struct Ask {
    /// The instance that is asked.
    pub app: App,
    headers: HeaderMap,
    query: String,
    peer: Option<Peer>,
    is_head: bool,
}

/// Rides on a request for the head of an answer alone. Routes take it for a GET; only who makes a body at great cost
/// needs to know.
#[derive(Clone, Copy, Debug)]
pub struct HeadOnly;

/// Gives handlers an [`Ask`].
pub fn ask(app: &App) -> impl Filter<Extract = (Ask,), Error = Infallible> + Clone + Send + Sync + 'static {
    let app = app.clone();
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    warp::header::headers_cloned()
        .and(query)
        .and(warp::ext::optional::<Peer>())
        .and(warp::ext::optional::<HeadOnly>())
        .map(move |headers, query, peer, head: Option<HeadOnly>| Ask {
            app: app.clone(),
            headers,
            query,
            peer,
            is_head: head.is_some(),
        })
}

impl Ask {
    /// A header's text.
    #[must_use]
    pub fn header(&self, name: impl http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Whether the answer's body will not be sent.
    #[must_use]
    pub fn is_head(&self) -> bool {
        self.is_head
    }

    /// The language the asker reads, as an ISO 639 code, out of those that letters are written in: the one that was chosen
    /// in the pages, or else the first that the browser names.
    #[must_use]
    pub fn language(&self) -> Option<&'static str> {
        let cookies = self.header(COOKIE).unwrap_or_default().split(';');
        let mut pairs = cookies.filter_map(|pair| pair.trim().split_once('='));
        let chosen = pairs.find(|(name, _)| *name == LANGUAGE_COOKIE).map(|(_, code)| code);
        chosen
            .and_then(Language::accepted)
            .or_else(|| self.header(ACCEPT_LANGUAGE).and_then(Language::accepted))
    }

    /// What stands behind the question mark, as it was sent.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.query
    }

    /// The parameters behind the question mark, decoded.
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        decode_pairs(&self.query)
    }

    /// A parameter behind the question mark, decoded; where it is repeated, the last.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.pairs().into_iter().rev().find(|(given, _)| given == name).map(|(_, value)| value)
    }

    /// The yes or no of a parameter; none where it is not there, or empty.
    ///
    /// # Errors
    /// What is wrong, for anything else.
    pub fn truth(&self, name: &str) -> Result<Option<bool>, Wrong> {
        match self.parameter(name).filter(|value| !value.is_empty()) {
            None => Ok(None),
            Some(value) => match truth(&value) {
                None => Err(Wrong::query(name, Some(&value), "Should be true or false")),
                said => Ok(said),
            },
        }
    }

    /// Whether it is asked for what is counted, too: the parameter `withStats`.
    ///
    /// # Errors
    /// What is wrong, for anything but a yes or a no.
    pub fn with_stats(&self) -> Result<bool, Wrong> {
        Ok(self.truth("withStats")?.unwrap_or(false))
    }

    /// Where the request comes from, behind proxies we trust.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        let peer = self.peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Peer(address)| address.ip());
        let forwarded: Vec<&str> =
            self.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
        client_address(peer, &forwarded, &self.app.config().server.trusted_proxies)
    }

    /// Host and port the asker typed, behind proxies we trust too.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.header(http::header::HOST)
    }

    /// The bearer token that was sent, as it is: for tokens that hold what they say.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header(AUTHORIZATION)?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// Whether the bearer token that was sent is this one; never where there is none to show.
    #[must_use]
    pub fn shows(&self, token: Option<&str>) -> bool {
        let shown = self.bearer();
        // Digests, so that the time a comparison takes tells nothing of the token.
        shown.zip(token).is_some_and(|(shown, token)| Sha256::digest(shown) == Sha256::digest(token))
    }

    /// The bearer token that was sent, hashed: nothing behind this line knows the token itself.
    #[must_use]
    pub fn token(&self) -> Option<TokenHash> {
        self.bearer().map(TokenHash::of)
    }

    /// Whoever asks. A request without a token is anonymous; one with a wrong token is refused, as PeerTube does, so
    /// that a client whose session ended notices.
    ///
    /// # Errors
    /// 401.
    pub async fn viewer(&self) -> Result<Viewer, Failure> {
        if !self.headers.contains_key(AUTHORIZATION) {
            return Ok(Viewer::Anonymous);
        }
        let Some(token) = self.token() else { return Err(unauthorized()) };
        let now = self.app.clock().now();
        let person = self.app.read(move |store| session::whose(store, now, &token)).await?;
        person.map(Viewer::Person).ok_or_else(|| {
            Failure::coded(StatusCode::UNAUTHORIZED, ProblemCode::InvalidToken, "Token is invalid")
        })
    }

    /// The signed-in person who asks.
    ///
    /// # Errors
    /// 401.
    pub async fn person(&self) -> Result<Person, Failure> {
        match self.viewer().await? {
            Viewer::Person(person) => Ok(person),
            Viewer::Anonymous => Err(unauthorized()),
        }
    }

    /// The signed-in person who asks, if they have a right that not everybody has.
    ///
    /// # Errors
    /// 401, or 403 that names the right's number, as PeerTube does.
    pub async fn person_with(&self, right: Right) -> Result<Person, Failure> {
        let person = self.person().await?;
        if person.has(right) {
            return Ok(person);
        }
        let account = self.app.read(move |store| store.get(&AccountKey { account: person.account })).await?;
        let name = account.map_or_else(String::new, |account| account.name);
        Err(Failure::forbidden(format!("User {name} does not have right {} to do this.", right.number())))
    }

    /// `start` and `count`.
    ///
    /// # Errors
    /// 400 that names them.
    pub fn page(&self) -> Result<PageAsked, Failure> {
        let pairs = self.pairs();
        let value =
            |name: &str| pairs.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str());
        let number = |name: &str, default: u64, max: u64, message: String| match value(name) {
            None | Some("") => Ok(default),
            Some(text) => match text.parse() {
                Ok(number) if number <= max && !text.starts_with('+') => Ok(number),
                Ok(_) | Err(_) => Err(Wrong::query(name, Some(text), message)),
            },
        };
        let start = number("start", 0, u64::from(u32::MAX), "Invalid value".to_owned());
        let count_message = format!("Should have a number count (max: {PAGE_COUNT_MAX})");
        let count = number("count", PAGE_COUNT_DEFAULT, PAGE_COUNT_MAX, count_message);
        match (start, count) {
            (Ok(start), Ok(count)) => {
                let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
                Ok(PageAsked { start: size(start), count: size(count) })
            }
            (start, count) => Err(Failure::wrong([start.err(), count.err()].into_iter().flatten().collect())),
        }
    }
}

/// Which page of a list is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageAsked {
    /// Rows to skip.
    pub start: usize,
    /// Rows to give.
    pub count: usize,
}

impl PageAsked {
    /// This page of rows that are all at hand.
    #[must_use]
    pub fn cut<T>(&self, rows: Vec<T>) -> shared::api::Page<T> {
        let total = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        shared::api::Page { total, data: rows.into_iter().skip(self.start).take(self.count).collect() }
    }
}

/// 401 for whoever sent no token.
#[must_use]
pub fn unauthorized() -> Failure {
    Failure::coded(StatusCode::UNAUTHORIZED, ProblemCode::Unauthorized, "Token is invalid")
}

/// A part of a path, decoded. Never refuses, so that a handler can say what is wrong with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment(pub String);

impl FromStr for Segment {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Segment, Self::Err> {
        Ok(Segment(percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()))
    }
}

impl Segment {
    /// The part as something it names.
    ///
    /// # Errors
    /// 400 that names the parameter.
    pub fn parse<T: FromStr>(&self, name: &str, message: &str) -> Result<T, Failure> {
        self.0.parse().map_err(|_| Wrong::path(name, &self.0, message).into())
    }
}

/// A request's body, unread.
pub struct Body {
    stream: Pin<Box<dyn Stream<Item = Result<Bytes, warp::Error>> + Send>>,
}

/// Gives handlers a [`Body`].
pub fn body() -> impl Filter<Extract = (Body,), Error = Rejection> + Copy + Send + Sync + 'static {
    warp::body::stream().map(|stream| Body { stream: Box::pin(whole_pieces(stream)) })
}

fn whole_pieces(
    stream: impl Stream<Item = Result<impl Buf, warp::Error>> + Send + 'static,
) -> impl Stream<Item = Result<Bytes, warp::Error>> + Send + 'static {
    stream.map(|piece| piece.map(|mut piece| piece.copy_to_bytes(piece.remaining())))
}

impl Body {
    /// The body as it arrives; it ends with an error when the connection breaks.
    #[must_use]
    pub fn into_stream(self) -> Pin<Box<dyn Stream<Item = Result<Bytes, warp::Error>> + Send>> {
        self.stream
    }

    /// The whole body.
    ///
    /// # Errors
    /// 413 when it is longer than `bytes_max`, 400 when it breaks off.
    pub async fn bytes(mut self, bytes_max: usize) -> Result<Bytes, Failure> {
        let mut whole = BytesMut::new();
        while let Some(piece) = self.stream.next().await {
            let piece = piece.map_err(|_| Failure::bad_request("The request's body broke off."))?;
            if bytes_max < whole.len() + piece.len() {
                return Err(Failure::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    format!("The request's body is longer than {bytes_max} bytes."),
                ));
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }

    /// The whole body, read as a JSON object. An empty body is an empty object, as Express has it.
    ///
    /// # Errors
    /// 413, or 400 that names the field that is not as it should be.
    pub async fn json<T: DeserializeOwned>(self, bytes_max: usize) -> Result<T, Failure> {
        let bytes = self.bytes(bytes_max).await?;
        let text = if bytes.is_empty() { b"{}" } else { &bytes[..] };
        let read = serde_json::from_slice(text);
        // What is read by the names of its fields would be taken from a list too.
        if text.trim_ascii_start().first() != Some(&b'{') && read.as_ref().err().is_none_or(is_data) {
            return Err(Failure::bad_request("The body should be a JSON object."));
        }
        read.map_err(|error| {
            if is_data(&error) {
                return misshaped::<T>(text, &error);
            }
            let detail = format!("The body is not JSON: {error}");
            Failure::coded(StatusCode::BAD_REQUEST, ProblemCode::SyntaxError, detail)
        })
    }

    /// The whole body as the fields of an urlencoded form.
    ///
    /// # Errors
    /// 413 or 400.
    pub async fn form(self, bytes_max: usize) -> Result<Vec<(String, String)>, Failure> {
        let bytes = self.bytes(bytes_max).await?;
        decode_form(&bytes).ok_or_else(|| Failure::bad_request("The form is not UTF-8."))
    }

    /// The whole body as flat text fields, from a form or from JSON.
    ///
    /// # Errors
    /// 413 or 400.
    pub async fn text_fields(
        self,
        headers: &HeaderMap,
        bytes_max: usize,
    ) -> Result<Vec<(String, String)>, Failure> {
        let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if media_type.to_ascii_lowercase().starts_with("application/json") {
            let object: Map<String, Value> = self.json(bytes_max).await?;
            let mut fields = Vec::new();
            for (name, value) in object {
                match value {
                    Value::String(text) => fields.push((name, text)),
                    Value::Number(number) => fields.push((name, number.to_string())),
                    Value::Bool(truth) => fields.push((name, truth.to_string())),
                    Value::Null => {}
                    Value::Array(_) | Value::Object(_) => {
                        return Err(Wrong::body(&name, None, "Should be a text").into());
                    }
                }
            }
            return Ok(fields);
        }
        self.form(bytes_max).await
    }
}

fn is_data(error: &serde_json::Error) -> bool {
    error.is_data()
}

/// How serde says that a field is not there; its name follows.
const MISSING: &str = "missing field `";
/// Fields that are looked at to find the wrong one: more than any type of ours has.
const FIELDS_MAX: usize = 50;

/// 400 that names the field for which JSON is no `T`: the one that alone is refused, or the one that is not there.
fn misshaped<T: DeserializeOwned>(text: &[u8], error: &serde_json::Error) -> Failure {
    let object: Map<String, Value> = serde_json::from_slice(text).unwrap_or_default();
    let refused = |name: &String, value: &Value| {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        let error = serde_json::from_value::<T>(Value::Object(alone)).err()?.to_string();
        (!error.starts_with(MISSING)).then_some(error)
    };
    for (name, value) in object.iter().take(FIELDS_MAX) {
        if let Some(why) = refused(name, value) {
            return Wrong::body(name, value.as_str(), why).into();
        }
    }
    let error = error.to_string();
    match error.strip_prefix(MISSING).and_then(|rest| rest.split_once('`')) {
        Some((name, _)) => Wrong::body(name, None, "Should be there").into(),
        None => Failure::bad_request(format!("The JSON is not of the expected shape: {error}")),
    }
}
