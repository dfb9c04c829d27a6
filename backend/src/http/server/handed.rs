//! hyper's part of a connection's life: everything that is not a file.
//!
//! Owns the hand-over in both directions. The surprise is the way back: when a request met here is for a large file,
//! it is written out again as it came, hyper's answer to it never comes, and once all earlier answers have left the
//! socket the connection returns to our own wall, which sends files for a tenth of the cost. Browsers mix both kinds on
//! every connection, so without the way back the cheap wall would hardly be used.

use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use bytes::BytesMut;
use http::request::Parts;
use http::{Method, Request, header};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use warp::reply::Response;

use super::body::{Patient, write_response};
use super::fill::{closing, linger};
use super::limits::{HEAD_BYTES_MAX, IDLE_DURATION_MAX};
use super::peer::Peer;
use super::phase::Phase;
use super::replay::Replay;
use super::sort::{Sorted, sort};
use crate::http::files::answer::Answer;
use crate::http::files::ask::Ask;
use crate::http::files::room::FileRoom;
use crate::http::front::Front;

/// One connection's way to all answers.
pub struct Desk {
    room: Arc<FileRoom>,
    routes: Front<Patient>,
    peer: Peer,
    slip: Option<Arc<Slip>>,
}

/// A request on its way back, as it came.
#[derive(Default)]
struct Slip {
    request: Mutex<Option<BytesMut>>,
}

impl Slip {
    /// Notes a request without a body, unless it would only be sent here again.
    fn put(&self, head: &http::request::Parts, room: &FileRoom) -> bool {
        let request = write_request(head);
        let goes = match sort(&request, |path| room.owns(path)) {
            Sorted::File(_) | Sorted::Upgrade => true,
            Sorted::Other | Sorted::Partial => false,
        };
        if goes {
            *self.request.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        }
        goes
    }

    fn take(&self) -> Option<BytesMut> {
        self.request.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Desk {
    /// A desk for one connection.
    pub fn new(room: Arc<FileRoom>, routes: Front<Patient>, peer: Peer) -> Desk {
        Desk { room, routes, peer, slip: None }
    }

    /// Lets hyper answer until the connection ends, which gives none, or until it asks for a large file or another
    /// protocol, which gives it back with that request unread.
    pub async fn serve(
        self,
        stream: TcpStream,
        buffer: BytesMut,
        phase: watch::Receiver<Phase>,
    ) -> Option<(TcpStream, BytesMut)> {
        let slip = Arc::new(Slip::default());
        let flushed = Arc::new(AtomicBool::new(true));
        let io = TokioIo::new(Replay::new(stream, buffer, Arc::clone(&flushed)));
        let desk = Desk { slip: Some(Arc::clone(&slip)), ..self };
        let mut connection = builder().serve_connection(io, desk);
        let mut closing = std::pin::pin!(closing(phase));
        let mut closes = false;
        let returned = poll_fn(|cx| {
            // First, so that what came with the connection is heard before it is told to close.
            if connection.poll_without_shutdown(cx).is_ready() {
                return Poll::Ready(None);
            }
            if !closes && closing.as_mut().poll(cx).is_ready() {
                closes = true;
                Pin::new(&mut connection).graceful_shutdown();
                // An idle connection ends with the next look at it.
                if connection.poll_without_shutdown(cx).is_ready() {
                    return Poll::Ready(None);
                }
            }
            match flushed.load(Ordering::Relaxed).then(|| slip.take()).flatten() {
                Some(request) => Poll::Ready(Some(request)),
                None => Poll::Pending,
            }
        })
        .await;
        let parts = connection.into_parts();
        let (stream, unread) = parts.io.into_inner().into_parts();
        match returned {
            Some(mut request) => {
                request.extend_from_slice(&parts.read_buf);
                request.extend_from_slice(&unread);
                Some((stream, request))
            }
            None => {
                linger(stream).await;
                None
            }
        }
    }

    /// Lets hyper have the connection for good: it is to speak another protocol.
    pub async fn serve_for_good(self, stream: TcpStream, buffer: BytesMut, phase: watch::Receiver<Phase>) {
        let io = TokioIo::new(Replay::new(stream, buffer, Arc::default()));
        let mut connection = std::pin::pin!(builder().serve_connection(io, self).with_upgrades());
        tokio::select! {
            biased;
            // Whatever ends it is the other side's affair.
            _ = connection.as_mut() => return,
            () = closing(phase) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }

    /// Answers a file here, unless that is better done by our own wall.
    async fn answer_file(
        room: Arc<FileRoom>,
        slip: Option<Arc<Slip>>,
        request: Request<Patient>,
    ) -> Response {
        let has_body = !request.body().is_end_stream();
        let (head, _) = request.into_parts();
        let (head, answer) = match room.answer_at_hand(&ask_of(&head)) {
            Some(answer) => (head, answer),
            None => match look(&room, head).await {
                Some(answered) => answered,
                // The blocking pool is gone: the server stops.
                None => return pending().await,
            },
        };
        if let Some(slip) = slip
            && answer.is_large()
            && !has_body
            && slip.put(&head, &room)
        {
            return pending().await;
        }
        write_response(answer)
    }
}

/// The answer, where waiting for the disk is allowed. What takes time to prepare waits for its turn without a thread. None
/// where there are no such threads any more.
async fn look(room: &Arc<FileRoom>, head: Parts) -> Option<(Parts, Answer)> {
    let looked = Arc::clone(room);
    let first = tokio::task::spawn_blocking(move || {
        let is_slow = looked.is_slow(&ask_of(&head));
        let answer = (!is_slow).then(|| looked.answer(&ask_of(&head)));
        (head, answer)
    });
    let head = match first.await.ok()? {
        (head, Some(answer)) => return Some((head, answer)),
        (head, None) => head,
    };
    let turn = match room.turn().await {
        Ok(turn) => turn,
        Err(refusal) => {
            let answer = refusal.answer(&ask_of(&head));
            return Some((head, answer));
        }
    };
    let looked = Arc::clone(room);
    let prepared = tokio::task::spawn_blocking(move || {
        let answer = looked.answer(&ask_of(&head));
        // Not before: who waited may have gone meanwhile, and the next one would wait with a thread.
        drop(turn);
        (head, answer)
    });
    prepared.await.ok()
}

impl Service<Request<Incoming>> for Desk {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let mut request = request.map(Patient::new);
        request.extensions_mut().insert(self.peer);
        let slip = self.slip.clone();
        if let Some(slip) = &slip
            && request.headers().contains_key(header::UPGRADE)
            && request.body().is_end_stream()
        {
            let (head, body) = request.into_parts();
            if slip.put(&head, &self.room) {
                return Box::pin(pending());
            }
            request = Request::from_parts(head, body);
        }
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if reads && self.room.owns(request.uri().path()) {
            let answer = Self::answer_file(Arc::clone(&self.room), slip, request);
            return Box::pin(async move { Ok(answer.await) });
        }
        (self.routes)(request)
    }
}

fn builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        // hyper's one time covers the wait for a request and its head; a head that trickles costs no more than an
        // idle connection does.
        .header_read_timeout(IDLE_DURATION_MAX)
        .max_header_size(HEAD_BYTES_MAX)
        .max_buf_size(BUFFER_BYTES_MAX)
        // Clients that close their sending half still read.
        .half_close(true);
    builder
}

/// Of each direction. Uploads are read in pieces of this size.
const BUFFER_BYTES_MAX: usize = 256 * 1024;

fn ask_of(head: &http::request::Parts) -> Ask<'_> {
    let mut ask = Ask {
        head_only: head.method == Method::HEAD,
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        ..Ask::default()
    };
    for (name, value) in &head.headers {
        if let Ok(value) = value.to_str() {
            ask.note(name.as_str(), value);
        }
    }
    ask
}

/// The head of a request without a body, as it came but for the case of its names.
fn write_request(head: &http::request::Parts) -> BytesMut {
    let mut out = BytesMut::with_capacity(1024);
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let version = if head.version == http::Version::HTTP_10 { " HTTP/1.0\r\n" } else { " HTTP/1.1\r\n" };
    for part in [head.method.as_str(), " ", target, version] {
        out.extend_from_slice(part.as_bytes());
    }
    for (name, value) in &head.headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            out.extend_from_slice(part);
        }
    }
    out.extend_from_slice(b"\r\n");
    out
}
