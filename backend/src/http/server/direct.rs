//! Our own wall for files: head in one write, body from the page cache to the socket without passing through us.
//!
//! Owns a connection as long as it asks for nothing but files. Decides nothing: the file room does. The surprise is
//! that it may wait for the disk, inside `sendfile` and when it opens a file; that is why it runs on threads of its
//! own, where nobody waits for an answer of the API.

use std::fs::File;
use std::io::{Error, ErrorKind};
use std::os::fd::AsFd;

use bytes::{Buf, BytesMut};
use rustix::net::SendFlags;
use shared::time::Timestamp;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use super::fill::{Filled, Waiting, linger};
use super::limits::SEND_STALL_MAX;
use super::phase::Phase;
use super::sort::{Sorted, sort};
use crate::http::conditional::write_date;
use crate::http::files::answer::{Answer, Body};
use crate::http::files::room::FileRoom;
use crate::http::files::shelf::Content;
use crate::media::mux::Bit;

/// Answers files until the connection ends, which gives none, or asks for something else, which gives it back with
/// what was read of that.
pub async fn serve_files(
    mut stream: TcpStream,
    mut buffer: BytesMut,
    phase: watch::Receiver<Phase>,
    room: &FileRoom,
) -> Option<(TcpStream, BytesMut)> {
    let mut waiting = Waiting::new(phase);
    let mut date = DateText::default();
    let mut out = Vec::with_capacity(HEAD_BYTES);
    loop {
        let (head_bytes, keep) = match sort(&buffer, |path| room.owns(path)) {
            Sorted::Partial => match waiting.fill(&mut stream, &mut buffer).await {
                Filled::More => continue,
                Filled::Over => return None,
                Filled::TooLong => return Some((stream, buffer)),
            },
            Sorted::Upgrade | Sorted::Other => return Some((stream, buffer)),
            // What takes time to prepare is prepared elsewhere.
            Sorted::File(file) if room.is_slow(&file.ask) => return Some((stream, buffer)),
            Sorted::File(file) => {
                let answer = room.answer(&file.ask);
                let keep = file.keep_alive && waiting.stays_open();
                out.clear();
                write_head(&mut out, &answer, date.at(room.now()), Ending::new(keep, file.old));
                send(&stream, &mut out, &answer.body).await.ok()?;
                (file.bytes, keep)
            }
        };
        buffer.advance(head_bytes);
        waiting.request_done();
        if !keep {
            linger(stream).await;
            return None;
        }
    }
}

/// A usual head has 500 bytes.
const HEAD_BYTES: usize = 768;

/// What an answer says about the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Close,
    /// HTTP/1.1's default needs no word.
    Keep,
    /// HTTP/1.0 must be told.
    KeepOld,
}

impl Ending {
    fn new(keep: bool, old: bool) -> Ending {
        match (keep, old) {
            (false, _) => Ending::Close,
            (true, false) => Ending::Keep,
            (true, true) => Ending::KeepOld,
        }
    }
}

fn write_head(out: &mut Vec<u8>, answer: &Answer, date: &str, ending: Ending) {
    let status = http::StatusCode::from_u16(answer.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    for part in ["HTTP/1.1 ", status.as_str(), " ", status.canonical_reason().unwrap_or_default(), "\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
    let mut field = |name: &str, value: &str| {
        for part in [name, ": ", value, "\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
    };
    field("date", date);
    if let Some(length) = answer.length {
        field("content-length", &length.to_string());
    }
    match ending {
        Ending::Close => field("connection", "close"),
        Ending::Keep => {}
        Ending::KeepOld => field("connection", "keep-alive"),
    }
    answer.each_field(field);
    out.extend_from_slice(b"\r\n");
}

async fn send(stream: &TcpStream, head: &mut Vec<u8>, body: &Body) -> std::io::Result<()> {
    match body {
        Body::Empty => send_bytes(stream, head, SendFlags::empty()).await,
        Body::Memory(bytes) if bytes.len() <= COPIED_BYTES_MAX => {
            head.extend_from_slice(bytes);
            send_bytes(stream, head, SendFlags::empty()).await
        }
        Body::Memory(bytes) => {
            send_bytes(stream, head, SendFlags::MORE).await?;
            send_bytes(stream, bytes, SendFlags::empty()).await
        }
        Body::File { held, first, bytes } => match &held.content {
            Content::Disk(file) => {
                send_bytes(stream, head, SendFlags::MORE).await?;
                send_file(stream, file, *first, *bytes).await
            }
            Content::Film(shared) => {
                send_bytes(stream, head, SendFlags::MORE).await?;
                for bit in shared.film().cut(*first, *bytes) {
                    match bit {
                        Bit::Memory(bytes) => send_bytes(stream, &bytes, SendFlags::empty()).await?,
                        Bit::File { file, offset, bytes } => send_file(stream, file, offset, bytes).await?,
                    }
                }
                Ok(())
            }
            Content::Memory(_) => Err(Error::other("a body in memory is sent from memory")),
        },
    }
}

/// Below this, copying a body behind its head costs less than a second system call.
const COPIED_BYTES_MAX: usize = 16 * 1024;

/// `MORE` says that they are to leave together with what follows.
async fn send_bytes(stream: &TcpStream, mut bytes: &[u8], flags: SendFlags) -> std::io::Result<()> {
    while !bytes.is_empty() {
        let flags = flags | SendFlags::NOSIGNAL;
        match stream.try_io(Interest::WRITABLE, || Ok(rustix::net::send(stream.as_fd(), bytes, flags)?)) {
            Ok(sent) => bytes.advance(sent),
            Err(error) if error.kind() == ErrorKind::WouldBlock => wait_writable(stream).await?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// How much one call may send before others on this thread get their turn: about 0.2 ms.
const TURN_BYTES: u64 = 2 * 1024 * 1024;

async fn send_file(stream: &TcpStream, file: &File, first: u64, bytes: u64) -> std::io::Result<()> {
    let (mut at, end) = (first, first + bytes);
    while at < end {
        let turn = usize::try_from((end - at).min(TURN_BYTES)).unwrap_or(usize::MAX);
        let sent = stream.try_io(Interest::WRITABLE, || {
            Ok(rustix::fs::sendfile(stream.as_fd(), file, Some(&mut at), turn)?)
        });
        match sent {
            // The file became shorter than its head says: only a broken connection can tell.
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(sent) if sent == turn && at < end => tokio::task::yield_now().await,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => wait_writable(stream).await?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn wait_writable(stream: &TcpStream) -> std::io::Result<()> {
    timeout(SEND_STALL_MAX, stream.writable()).await.map_err(|_| Error::from(ErrorKind::TimedOut))?
}

/// The date as text, written anew once a second.
#[derive(Default)]
struct DateText {
    second: i64,
    text: String,
}

impl DateText {
    fn at(&mut self, now: Timestamp) -> &str {
        let second = now.0.div_euclid(1000);
        if self.text.is_empty() || second != self.second {
            let since = std::time::Duration::from_secs(u64::try_from(second).unwrap_or_default());
            self.second = second;
            self.text = write_date(std::time::UNIX_EPOCH + since);
        }
        &self.text
    }
}
