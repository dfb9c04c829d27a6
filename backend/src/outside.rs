//! Questions to another server on behalf of somebody: one document of JSON, within bounds of time and length.
//!
//! Owns the bounds. Whom one may ask is the guard's to say, and what is answered is for others to judge.

use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, ETAG, HOST, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, USER_AGENT,
};
use http::uri::{Authority, PathAndQuery};
use http::{HeaderMap, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use crate::domain::reading::Known;
use crate::imports::guard::{Guard, ReachError};
use crate::imports::resolve;

/// A reader waits for the answer, and has gone by then.
const ANSWER_DURATION_MAX: Duration = Duration::from_secs(10);
/// Addresses that lead on, where that is allowed: to the other scheme, to the other name, to the place.
const HOPS_MAX: usize = 3;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// The host was not reached, or may not be.
    #[error(transparent)]
    Reach(#[from] ReachError),
    /// It broke off, spoke no HTTP, or said more than is read.
    #[error("The host answers nothing that can be read.")]
    Broken,
    /// It said nothing for too long.
    #[error("The host says nothing.")]
    Late,
    /// It refuses.
    #[error("The host answers {0}.")]
    Status(StatusCode),
    /// One address led to the next, and so on.
    #[error("The address leads on and on.")]
    Hops,
}

/// A document that was asked for before.
pub enum Document {
    /// It is as it was.
    Same,
    /// It is this one.
    New {
        /// What it says.
        text: Bytes,
        /// What it is known by.
        known: Known,
    },
}

/// What stands at an address, at most `bytes_max` of it. An answer that leads elsewhere is a refusal: who keeps the
/// instance chose this address.
///
/// # Errors
/// [`OutsideError`].
pub async fn document(guard: &Guard, address: &Uri, bytes_max: usize) -> Result<Bytes, OutsideError> {
    let asking = async {
        let answer = ask(guard, address, &Known::default()).await?;
        whole(answer, bytes_max).await
    };
    tokio::time::timeout(ANSWER_DURATION_MAX, asking).await.map_err(|_| OutsideError::Late)?
}

/// What stands at an address, at most `bytes_max` of it, unless it is as it was when it was known by this. Follows where
/// it has gone; each address on the way is judged as the first.
///
/// # Errors
/// [`OutsideError`].
pub async fn changed(
    guard: &Guard,
    address: &Uri,
    known: &Known,
    bytes_max: usize,
) -> Result<Document, OutsideError> {
    let asking = async {
        let mut address = address.clone();
        for _ in 0..=HOPS_MAX {
            let answer = ask(guard, &address, known).await?;
            // Before the others: its number is one of those that lead on.
            if answer.status() == StatusCode::NOT_MODIFIED {
                return Ok(Document::Same);
            }
            if answer.status().is_redirection() {
                let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok());
                address = to.and_then(|to| resolve(&address, to)).ok_or(OutsideError::Broken)?;
                continue;
            }
            let known =
                Known { etag: text(answer.headers(), ETAG), modified: text(answer.headers(), LAST_MODIFIED) };
            return Ok(Document::New { text: whole(answer, bytes_max).await?, known });
        }
        Err(OutsideError::Hops)
    };
    tokio::time::timeout(ANSWER_DURATION_MAX, asking).await.map_err(|_| OutsideError::Late)?
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

async fn ask(guard: &Guard, address: &Uri, known: &Known) -> Result<Response<Incoming>, OutsideError> {
    let line = guard.dial(address).await?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(line)).await.map_err(|_| OutsideError::Broken)?;
    // It ends with the answer, or when that is not wanted any more.
    tokio::spawn(async move { drop(connection.await) });
    let path = address.path_and_query().map_or("/", PathAndQuery::as_str);
    let host = address.authority().map_or("", Authority::as_str);
    let mut request =
        Request::get(path).header(HOST, host).header(ACCEPT, "application/json").header(USER_AGENT, "Shoal");
    for (name, value) in [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.modified)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    let request = request.body(Empty::<Bytes>::new()).map_err(|_| ReachError::NoWeb)?;
    sender.send_request(request).await.map_err(|_| OutsideError::Broken)
}

async fn whole(answer: Response<Incoming>, bytes_max: usize) -> Result<Bytes, OutsideError> {
    if answer.status() != StatusCode::OK {
        return Err(OutsideError::Status(answer.status()));
    }
    let body = Limited::new(answer.into_body(), bytes_max).collect().await;
    Ok(body.map_err(|_| OutsideError::Broken)?.to_bytes())
}
