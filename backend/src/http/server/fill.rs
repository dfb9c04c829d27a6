//! Reads more of a connection, within its times.

use bytes::BytesMut;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Duration, Instant, timeout};

use super::limits::{HEAD_BYTES_MAX, HEAD_DURATION_MAX, IDLE_DURATION_MAX};
use super::phase::Phase;

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

/// The times of one connection.
pub struct Waiting {
    phase: watch::Receiver<Phase>,
    /// When the head under way began to arrive.
    began: Option<Instant>,
}

impl Waiting {
    /// For a connection that has just begun.
    #[must_use]
    pub fn new(phase: watch::Receiver<Phase>) -> Waiting {
        Waiting { phase, began: None }
    }

    /// A head was complete; the next one has its own time.
    pub fn head_done(&mut self) {
        self.began = None;
    }

    /// Whether the connection may stay open after this answer.
    #[must_use]
    pub fn stays_open(&self) -> bool {
        *self.phase.borrow() == Phase::Open
    }

    /// The phase, for those who wait for something else.
    #[must_use]
    pub fn phase(&self) -> watch::Receiver<Phase> {
        self.phase.clone()
    }

    /// Waits for more bytes of a head.
    pub async fn fill(&mut self, stream: &mut TcpStream, buffer: &mut BytesMut) -> Filled {
        if HEAD_BYTES_MAX <= buffer.len() {
            return Filled::TooLong;
        }
        let patience = if buffer.is_empty() {
            // A server that stops, or is full, waits for no new request.
            if !self.stays_open() {
                return Filled::Over;
            }
            IDLE_DURATION_MAX
        } else {
            let began = *self.began.get_or_insert_with(Instant::now);
            HEAD_DURATION_MAX.saturating_sub(began.elapsed())
        };
        buffer.reserve(READ_BYTES);
        let idle = buffer.is_empty();
        let read = timeout(patience, stream.read_buf(buffer));
        tokio::select! {
            biased;
            read = read => match read {
                Ok(Ok(1..)) => Filled::More,
                Ok(Ok(0) | Err(_)) | Err(_) => Filled::Over,
            },
            () = closing(&mut self.phase), if idle => Filled::Over,
        }
    }
}

/// Most heads fit.
const READ_BYTES: usize = 2048;

/// Waits until connections are to close.
pub async fn closing(phase: &mut watch::Receiver<Phase>) {
    // A server that is gone closes its connections too.
    let _ = phase.wait_for(|phase| *phase != Phase::Open).await;
}

/// Reads and forgets what the other side still sends, so that the kernel does not answer it with a reset that makes
/// our last words vanish.
pub async fn linger(mut stream: TcpStream) {
    use tokio::io::AsyncWriteExt;
    if stream.shutdown().await.is_err() {
        return;
    }
    let mut rest = [0; 4096];
    let drained = async { while matches!(stream.read(&mut rest).await, Ok(1..)) {} };
    let _ = timeout(LINGER, drained).await;
}

/// nginx gives five; a client that has not noticed our end after one is not reading.
const LINGER: Duration = Duration::from_secs(1);
