//! Bodies of requests: whole, or made while they are sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::{BodyExt as _, Full, combinators::BoxBody};

/// What is sent.
pub type Body = BoxBody<Bytes, Infallible>;

/// How much is handed over at a time.
const PIECE: &[u8] = &[0; 64 * 1024];

/// No body.
#[must_use]
pub fn empty() -> Body {
    full(Bytes::new())
}

/// A body that is all there.
#[must_use]
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).boxed()
}

/// So many zero bytes, none of which is kept anywhere on our side.
#[must_use]
pub fn zeros(length: u64) -> Body {
    Zeros { left: length }.boxed()
}

struct Zeros {
    left: u64,
}

impl HttpBody for Zeros {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Zeros>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let length = usize::try_from(self.left).map_or(PIECE.len(), |left| left.min(PIECE.len()));
        self.left -= length as u64;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(PIECE).slice(..length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
