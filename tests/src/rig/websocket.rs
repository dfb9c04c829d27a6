//! A viewer's WebSocket, down to its frames: small enough that one program can be thousands of viewers.
//!
//! Owns the client's side of RFC 6455. Its mask is zero, which a server must undo like any other.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// A message.
pub const TEXT: u8 = 1;
/// The end.
pub const CLOSE: u8 = 8;
/// A question whether somebody is there.
pub const PING: u8 = 9;
/// The answer to it.
pub const PONG: u8 = 10;

/// How long a story waits for a word.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection.
pub struct WebSocket {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// What a server sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Heard {
    /// A message.
    Text(String),
    /// The end of the connection, with its code.
    Close(u16),
}

impl WebSocket {
    /// Opens a connection to `path`.
    ///
    /// # Errors
    /// When the server does not switch protocols; its status line is told.
    pub fn open(address: SocketAddr, path: &str) -> Result<WebSocket> {
        WebSocket::open_with(address, path, "")
    }

    /// Opens a connection with more headers, each with its line's end.
    ///
    /// # Errors
    /// When the server does not switch protocols; its status line is told.
    pub fn open_with(address: SocketAddr, path: &str, headers: &str) -> Result<WebSocket> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut socket = WebSocket { stream, unread: Vec::new() };
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
        );
        socket.stream.write_all(head.as_bytes())?;
        let end = loop {
            if let Some(end) = socket.unread.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            socket.more()?;
        };
        let head: Vec<u8> = socket.unread.drain(..end + 4).collect();
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let status = head.lines().next().unwrap_or_default();
        ensure!(status.starts_with("http/1.1 101 "), "the server said {status}");
        // What RFC 6455 §1.3 computes for its own key.
        ensure!(
            head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="),
            "a wrong handshake: {head}"
        );
        Ok(socket)
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn say(&mut self, text: &str) -> Result<()> {
        self.send(TEXT, text.as_bytes())
    }

    /// Sends any frame.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn send(&mut self, opcode: u8, payload: &[u8]) -> Result<()> {
        let mut frame = Vec::with_capacity(payload.len() + 14);
        write_frame(&mut frame, opcode, payload);
        Ok(self.stream.write_all(&frame)?)
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn send_raw(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(bytes)?)
    }

    /// Waits for a message or the end; answers questions meanwhile.
    ///
    /// # Errors
    /// When neither comes.
    pub fn hear(&mut self) -> Result<Heard> {
        loop {
            let Some((used, opcode, payload)) = read_frame(&self.unread)? else {
                self.more()?;
                continue;
            };
            let payload = payload.to_vec();
            self.unread.drain(..used);
            match opcode {
                TEXT => return Ok(Heard::Text(String::from_utf8(payload)?)),
                PING => self.send(PONG, &payload)?,
                CLOSE => {
                    let code = payload.first_chunk().map_or(0, |code| u16::from_be_bytes(*code));
                    return Ok(Heard::Close(code));
                }
                _ => {}
            }
        }
    }

    /// Waits for a message.
    ///
    /// # Errors
    /// When none comes.
    pub fn text(&mut self) -> Result<String> {
        match self.hear()? {
            Heard::Text(text) => Ok(text),
            Heard::Close(code) => bail!("the server closed the connection with {code}"),
        }
    }

    /// Waits until the connection has ended.
    ///
    /// # Errors
    /// When it goes on.
    pub fn ended(&mut self) -> Result<()> {
        let mut rest = [0; 4096];
        loop {
            match self.stream.read(&mut rest) {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(()),
                Err(error) => return Err(error).context("the connection goes on"),
            }
        }
    }

    /// The socket, for a loop of one's own.
    #[must_use]
    pub fn into_stream(self) -> TcpStream {
        self.stream
    }

    fn more(&mut self) -> Result<()> {
        let mut bytes = [0; 16 * 1024];
        let count = self.stream.read(&mut bytes).context("nothing was heard")?;
        ensure!(0 < count, "the connection ended");
        self.unread.extend_from_slice(bytes.get(..count).unwrap_or_default());
        Ok(())
    }
}

/// Writes a client's frame.
pub fn write_frame(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    out.push(0x80 | opcode);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length @ ..126), _) => out.push(0x80 | length),
        (_, Ok(length)) => {
            out.push(0x80 | 126);
            out.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            out.push(0x80 | 127);
            out.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(payload);
}

/// The first of a server's frames: its bytes, its kind and its payload; none where it is not whole.
///
/// # Errors
/// When a frame is masked or one of several, which no tracker's is.
pub fn read_frame(bytes: &[u8]) -> Result<Option<(usize, u8, &[u8])>> {
    let (Some(first), Some(second)) = (bytes.first(), bytes.get(1)) else { return Ok(None) };
    ensure!(first & 0x80 != 0 && second & 0x80 == 0, "an odd frame");
    let extended = match second {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let Some(length) = bytes.get(2..2 + extended) else { return Ok(None) };
    let length = match extended {
        0 => usize::from(*second),
        _ => length.iter().fold(0, |number: usize, byte| number.saturating_mul(256) + usize::from(*byte)),
    };
    let end = 2 + extended + length;
    Ok(bytes.get(2 + extended..end).map(|payload| (end, first & 0x0f, payload)))
}
