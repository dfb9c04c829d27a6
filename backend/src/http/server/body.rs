//! Bodies as hyper wants them: of requests, which must not stall, and of files that hyper itself sends.

use std::io::{Error, ErrorKind};
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Duration, Instant, Sleep, sleep_until};
use warp::Reply;
use warp::reply::Response;

use super::limits::{BODY_RATE_MIN, BODY_STALL_MAX};
use crate::clock::timer_now;
use crate::http::files::answer::{Answer, Body};
use crate::http::files::shelf::{Content, Held};

/// A request's body that is given up when it comes too slowly. Only the time that we wait for the other side counts.
pub struct Patient {
    body: Incoming,
    patience: Patience,
    waiting: Option<Wait>,
}

struct Wait {
    since: Instant,
    over: Pin<Box<Sleep>>,
}

/// How much longer a body is waited for. Waiting uses it up, bytes bring it back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Patience(Duration);

impl Patience {
    const WHOLE: Patience = Patience(BODY_STALL_MAX);

    /// What is left after so many bytes that were waited for.
    fn after(self, waited: Duration, bytes: usize) -> Patience {
        let paid =
            Duration::from_secs(1).saturating_mul(u32::try_from(bytes).unwrap_or(u32::MAX)) / BODY_RATE_MIN;
        Patience(self.0.saturating_sub(waited).saturating_add(paid).min(BODY_STALL_MAX))
    }
}

impl Patient {
    /// Wraps a body.
    #[must_use]
    pub fn new(body: Incoming) -> Patient {
        Patient { body, patience: Patience::WHOLE, waiting: None }
    }
}

impl HttpBody for Patient {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            let waited = self.waiting.take().map_or(Duration::ZERO, |wait| timer_now() - wait.since);
            let piece = frame.as_ref().and_then(|frame| frame.as_ref().ok()).and_then(Frame::data_ref);
            self.patience = self.patience.after(waited, piece.map_or(0, Bytes::len));
            return Poll::Ready(frame.map(|frame| frame.map_err(Error::other)));
        }
        let patience = self.patience.0;
        let wait = self.waiting.get_or_insert_with(|| {
            let since = timer_now();
            Wait { since, over: Box::pin(sleep_until(since + patience)) }
        });
        match wait.over.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                let error = Error::new(ErrorKind::TimedOut, "the body comes too slowly");
                Poll::Ready(Some(Err(error)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer of the file room in hyper's words.
#[must_use]
pub fn write_response(answer: Answer) -> Response {
    let mut fields = http::HeaderMap::with_capacity(12);
    answer.each_field(|name, value| {
        // A name of ours; a value that is no header value (a file name can hold anything) is left out.
        if let Ok(value) = HeaderValue::from_str(value) {
            fields.insert(HeaderName::from_static(name), value);
        }
    });
    if let Some(length) = answer.length {
        fields.insert(header::CONTENT_LENGTH, length.into());
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match answer.body {
        Body::Empty => Response::default(),
        Body::Memory(bytes) => Response::new(bytes.into()),
        Body::File { held, first, bytes } => {
            warp::reply::stream(read_in_pieces(held, first, bytes)).into_response()
        }
    };
    *response.status_mut() = status;
    *response.headers_mut() = fields;
    response
}

/// Small enough that a thousand slow readers fit in memory.
const PIECE_BYTES: u64 = 128 * 1024;

/// A file's bytes, read a piece at a time where waiting for the disk is allowed.
fn read_in_pieces(
    held: Arc<Held>,
    first: u64,
    bytes: u64,
) -> impl futures_util::Stream<Item = Result<Bytes, Error>> + Send + Sync {
    stream::try_unfold((first, first + bytes), move |(at, end)| {
        let held = Arc::clone(&held);
        async move {
            if end <= at {
                return Ok(None);
            }
            let next = end.min(at + PIECE_BYTES);
            let read = tokio::task::spawn_blocking(move || read_piece(&held, at, next - at));
            let piece = read.await.map_err(Error::other)??;
            Ok(Some((piece, (next, end))))
        }
    })
}

fn read_piece(held: &Held, at: u64, bytes: u64) -> Result<Bytes, Error> {
    match &held.content {
        Content::Disk(file) => {
            let mut piece = vec![0; usize::try_from(bytes).map_err(Error::other)?];
            file.read_exact_at(&mut piece, at)?;
            Ok(piece.into())
        }
        Content::Film(shared) => shared.film().read(at, bytes),
        Content::Memory(_) => Err(Error::other("a body in memory is sent from memory")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_uses_patience_up_and_bytes_bring_it_back() {
        let second = Duration::from_secs(1);
        let halved = Patience::WHOLE.after(BODY_STALL_MAX / 2, 0);
        assert_eq!(halved, Patience(BODY_STALL_MAX / 2));
        assert_eq!(halved.after(second, 500), halved, "at the least rate nothing is lost");
        assert_eq!(halved.after(second, 250), Patience(BODY_STALL_MAX / 2 - second / 2));
        assert_eq!(halved.after(second, 1_000_000_000), Patience::WHOLE, "nobody saves up for later");
        assert_eq!(halved.after(BODY_STALL_MAX, 0), Patience(Duration::ZERO));
    }
}
