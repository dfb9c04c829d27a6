//! Reads more of a connection, within its times.
//!
//! Owns how long a head may take and how long a connection may idle. The surprise is the one alarm that is never put
//! back: it is set once, looks at its going off whether the time has moved on meanwhile, and so costs nothing per
//! request.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Duration, Instant, Sleep, sleep_until, timeout};
use tokio_util::io::poll_read_buf;

use super::limits::{HEAD_BYTES_MAX, HEAD_DURATION_MAX, IDLE_DURATION_MAX};
use super::phase::Phase;
use crate::clock::timer_now;

/// What waiting for bytes came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Filled {
    /// There are more.
    More,
    /// There will be none: the other side is done, broken, too slow, or we stop.
    Over,
    /// The head is too long for us.
    TooLong,
}

/// The times of one connection, on one thread.
pub struct Waiting {
    phase: watch::Receiver<Phase>,
    closing: Pin<Box<dyn Future<Output = ()> + Send>>,
    alarm: Pin<Box<Sleep>>,
    deadline: Instant,
    in_head: bool,
    /// Nothing was answered yet.
    is_fresh: bool,
}

/// Most heads fit.
const READ_BYTES: usize = 2048;

impl Waiting {
    /// For a connection that begins, or comes to this thread. Call it where the connection will be read.
    #[must_use]
    pub fn new(phase: watch::Receiver<Phase>) -> Waiting {
        let deadline = timer_now() + HEAD_DURATION_MAX;
        Waiting {
            // Even a crowded server hears out whoever it let in.
            closing: Box::pin(draining(phase.clone())),
            phase,
            alarm: Box::pin(sleep_until(deadline)),
            deadline,
            // Whoever connects has something to say.
            in_head: true,
            is_fresh: true,
        }
    }

    /// A request was answered; the next one has its own time.
    pub fn request_done(&mut self) {
        self.in_head = false;
        self.deadline = timer_now() + IDLE_DURATION_MAX;
        if std::mem::take(&mut self.is_fresh) {
            self.closing = Box::pin(closing(self.phase.clone()));
        }
    }

    /// Whether the connection may stay open after this answer.
    #[must_use]
    pub fn stays_open(&self) -> bool {
        *self.phase.borrow() == Phase::Open
    }

    /// Waits for more bytes of a head.
    pub async fn fill(&mut self, stream: &mut TcpStream, buffer: &mut BytesMut) -> Filled {
        if HEAD_BYTES_MAX <= buffer.len() {
            return Filled::TooLong;
        }
        if !self.in_head && !buffer.is_empty() {
            self.in_head = true;
            self.deadline = timer_now() + HEAD_DURATION_MAX;
        }
        buffer.reserve(READ_BYTES);
        poll_fn(|cx| self.poll_fill(cx, stream, buffer)).await
    }

    fn poll_fill(
        &mut self,
        cx: &mut Context<'_>,
        stream: &mut TcpStream,
        buffer: &mut BytesMut,
    ) -> Poll<Filled> {
        match poll_read_buf(Pin::new(stream), cx, buffer) {
            Poll::Ready(Ok(1..)) => return Poll::Ready(Filled::More),
            Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(Filled::Over),
            Poll::Pending => {}
        }
        // A server that stops, or is full, waits for no new request.
        if buffer.is_empty() && self.closing.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Filled::Over);
        }
        while self.alarm.as_mut().poll(cx).is_ready() {
            if self.deadline <= timer_now() {
                return Poll::Ready(Filled::Over);
            }
            self.alarm.as_mut().reset(self.deadline);
        }
        // The deadline of a head may lie before that of idling, for which the alarm was set.
        if self.deadline < self.alarm.deadline() {
            self.alarm.as_mut().reset(self.deadline);
            let _ = self.alarm.as_mut().poll(cx);
        }
        Poll::Pending
    }
}

/// Waits until the server stops.
pub async fn draining(mut phase: watch::Receiver<Phase>) {
    let _ = phase.wait_for(|phase| *phase == Phase::Draining).await;
}

/// Waits until connections are to close.
pub async fn closing(mut phase: watch::Receiver<Phase>) {
    // A server that is gone closes its connections too.
    let _ = phase.wait_for(|phase| *phase != Phase::Open).await;
}

/// Reads and forgets what the other side still sends, so that the kernel does not answer it with a reset that makes
/// our last words vanish.
pub async fn linger(mut stream: TcpStream) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let mut rest = [0; 4096];
    let drained = async { while matches!(stream.read(&mut rest).await, Ok(1..)) {} };
    let _ = timeout(LINGER, drained).await;
}

/// nginx gives five; a client that has not noticed our end after one is not reading.
const LINGER: Duration = Duration::from_secs(1);
