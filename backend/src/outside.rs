//! Questions to another server on behalf of a reader: one document of JSON, within bounds of time and length.
//!
//! Owns the bounds. Whom one may ask is the guard's to say, and what is answered is for others to judge.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, HOST, USER_AGENT};
use http::uri::{Authority, PathAndQuery};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use crate::imports::guard::{Guard, ReachError};

/// A reader waits for the answer, and has gone by then.
const ANSWER_DURATION_MAX: Duration = Duration::from_secs(10);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// The host was not reached, or may not be.
    #[error(transparent)]
    Reach(#[from] ReachError),
    /// It broke off, spoke no HTTP, or said more than is read.
    #[error("the host answered nothing that can be read")]
    Broken,
    /// It said nothing for too long.
    #[error("the host says nothing")]
    Late,
    /// It refuses.
    #[error("the host answers {0}")]
    Status(StatusCode),
}

/// What stands at an address, at most `bytes_max` of it. An answer that leads elsewhere is a refusal: who keeps the
/// instance chose this address.
///
/// # Errors
/// [`OutsideError`].
pub async fn document(guard: &Guard, address: &Uri, bytes_max: usize) -> Result<Bytes, OutsideError> {
    let asking = async {
        let line = guard.dial(address).await?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(line)).await.map_err(|_| OutsideError::Broken)?;
        // It ends with the answer, or when that is not wanted any more.
        tokio::spawn(async move { drop(connection.await) });
        let path = address.path_and_query().map_or("/", PathAndQuery::as_str);
        let host = address.authority().map_or("", Authority::as_str);
        let request = Request::get(path).header(HOST, host).header(ACCEPT, "application/json");
        let request = request.header(USER_AGENT, "Shoal").body(Empty::<Bytes>::new());
        let request = request.map_err(|_| ReachError::NoWeb)?;
        let answer = sender.send_request(request).await.map_err(|_| OutsideError::Broken)?;
        if answer.status() != StatusCode::OK {
            return Err(OutsideError::Status(answer.status()));
        }
        let body = Limited::new(answer.into_body(), bytes_max).collect().await;
        Ok(body.map_err(|_| OutsideError::Broken)?.to_bytes())
    };
    tokio::time::timeout(ANSWER_DURATION_MAX, asking).await.map_err(|_| OutsideError::Late)?
}
