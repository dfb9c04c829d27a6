//! One question and its answer.
//!
//! Owns the bounds of both. Whether a host may be asked is the guard's to say, unless who keeps the machine named it.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use shared::time::Timestamp;

use super::error::FetchError;
use super::memory::Turn;
use super::rule::Target;
use crate::app::App;
use crate::imports::Guard;
use crate::imports::guard::ReachError;

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// A server that takes longer is not there.
const CONNECT_DURATION_MAX: Duration = Duration::from_secs(5);
/// From the first byte to the last.
pub(super) const ANSWER_DURATION_MAX: Duration = Duration::from_secs(10);
/// Whoever waits longer for a turn is told that there is none.
const TURN_DURATION_MAX: Duration = Duration::from_secs(10);
/// Nobody is believed who asks to be left alone for longer.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// What is asked.
#[derive(Clone)]
pub(super) struct Question {
    pub method: Method,
    /// Its headers but for the agent's name.
    pub headers: HeaderMap,
    /// What is sent.
    pub body: Bytes,
    /// So much of an answer is read; nothing of one that is no success.
    pub bytes_max: usize,
    /// How long it is waited for.
    pub patience: Duration,
}

/// What came back.
pub(super) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    /// A header as text.
    pub fn text(&self, name: http::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// How long its server wants to be left alone.
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        retry_after(self.text(RETRY_AFTER)?, now)
    }

    /// The answer where it is one: nothing else but success.
    pub fn whole(self) -> Result<Reply, FetchError> {
        match self.status {
            StatusCode::OK => Ok(self),
            status @ (StatusCode::NOT_FOUND | StatusCode::GONE) => Err(FetchError::Gone(status)),
            status => Err(FetchError::Status(status)),
        }
    }
}

/// A turn to ask this host, where it is not left alone.
pub(super) async fn turn(app: &App, target: &Target) -> Result<Turn, FetchError> {
    let memory = app.fetches();
    let waiting = memory.turn(&target.host, app.clock().instant());
    let turn = tokio::time::timeout(TURN_DURATION_MAX, waiting).await.map_err(|_| FetchError::Busy)?;
    turn.ok_or(FetchError::Off)
}

/// Asks once, and notes whether the host answers.
pub(super) async fn exchange(app: &App, target: &Target, question: Question) -> Result<Reply, FetchError> {
    let asking = tokio::time::timeout(question.patience, asked(app, target, question));
    let reply = asking.await.unwrap_or(Err(FetchError::Late));
    let (memory, now) = (app.fetches(), app.clock().instant());
    match &reply {
        Ok(reply) if reply.status.is_server_error() || reply.status == StatusCode::TOO_MANY_REQUESTS => {
            memory.failed(&target.host, reply.retry_after(app.clock().now()), now);
        }
        Ok(_) => memory.answered(&target.host, now),
        Err(FetchError::Silent | FetchError::Late | FetchError::Broken) => {
            memory.failed(&target.host, None, now);
        }
        Err(_) => {}
    }
    reply
}

async fn asked(app: &App, target: &Target, question: Question) -> Result<Reply, FetchError> {
    let guard = Guard::of(app).map_err(|_| FetchError::Silent)?;
    let dialing = async {
        match target.is_named {
            true => guard.dial_named(&target.uri).await,
            false => guard.dial(&target.uri).await,
        }
    };
    let line = tokio::time::timeout(CONNECT_DURATION_MAX, dialing).await.map_err(|_| FetchError::Silent)?;
    let line = line.map_err(|error| match error {
        ReachError::NoWeb => FetchError::Address,
        ReachError::NotOpen(_) => FetchError::Closed,
        ReachError::Unknown(_) | ReachError::Silent(_) | ReachError::Tls { .. } => FetchError::Silent,
    })?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(line)).await.map_err(|_| FetchError::Broken)?;
    // It ends with the answer, or when that is not wanted any more.
    tokio::spawn(async move { drop(connection.await) });
    let mut request = Request::new(Full::new(question.body));
    *request.method_mut() = question.method;
    *request.uri_mut() = target.path_and_query().parse().map_err(|_| FetchError::Address)?;
    *request.headers_mut() = question.headers;
    let agent = format!("shoal/{VERSION} (+{})", app.url());
    request.headers_mut().insert(USER_AGENT, HeaderValue::from_str(&agent).map_err(|_| FetchError::Address)?);
    let answer = sender.send_request(request).await.map_err(|_| FetchError::Broken)?;
    let (head, body) = answer.into_parts();
    let mut reply = Reply { status: head.status, headers: head.headers, body: Bytes::new() };
    let has_body = [StatusCode::OK, StatusCode::PARTIAL_CONTENT].contains(&head.status);
    if !has_body || question.bytes_max == 0 {
        return Ok(reply);
    }
    let said = reply.text(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    let bytes_max = u64::try_from(question.bytes_max).unwrap_or(u64::MAX);
    if said.is_some_and(|said| bytes_max < said) {
        return Err(FetchError::TooLong);
    }
    let body = Limited::new(body, question.bytes_max).collect().await;
    let body = body.map_err(|error| match error.is::<LengthLimitError>() {
        true => FetchError::TooLong,
        false => FetchError::Broken,
    })?;
    reply.body = body.to_bytes();
    Ok(reply)
}

/// `Retry-After`: seconds, or a date (RFC 9110 §10.2.3).
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    let span = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = httpdate::parse_http_date(text).ok()?;
            let since = date.duration_since(std::time::SystemTime::UNIX_EPOCH).ok()?;
            Timestamp(i64::try_from(since.as_millis()).ok()?).since(now)
        }
    };
    Some(span.min(RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_say_how_long_they_want_to_be_left_alone() {
        let now = Timestamp(1_795_000_000_000);
        let said = |text: &str| retry_after(text, now).map(|span| span.as_secs());
        assert_eq!(said("120"), Some(120));
        assert_eq!(said(" 0 "), Some(0));
        assert_eq!(said("99999999999"), Some(24 * 60 * 60));
        assert_eq!(said("Wed, 18 Nov 2026 11:07:40 GMT"), Some(60));
        assert_eq!(said("Mon, 01 Jan 1990 00:00:00 GMT"), Some(0));
        assert_eq!((said("soon"), said("-1"), said("")), (None, None, None));
    }
}
