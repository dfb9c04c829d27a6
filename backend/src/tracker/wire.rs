//! WebSocket frames (RFC 6455 §5), a client's side read and ours written.
//!
//! Owns framing, masks and the joining of fragments. Never owns a buffer while a connection is at rest: bytes are read
//! where they were received, and only what is incomplete is kept. No extension is ever agreed on.

use shared::limits::TRACKER_MESSAGE_BYTES_MAX;

/// Why a connection is closed (RFC 6455 §7.4.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CloseCode {
    /// All is said.
    Normal = 1000,
    /// The server stops.
    GoingAway = 1001,
    /// What came is no WebSocket.
    Protocol = 1002,
    /// A text was no UTF-8.
    NotText = 1007,
    /// The client does what it must not.
    Policy = 1008,
    /// A message was too long.
    TooLong = 1009,
}

/// What a client sent.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Heard<'b> {
    /// A message, text or binary: p2p-media-loader sends either.
    Message(&'b str),
    /// A question whether we are there, to be sent back.
    Ping(&'b [u8]),
    /// A sign of life: a pong, or a part of a message.
    Stirring,
    /// It closes the connection.
    Close,
    /// It broke a rule.
    Broken(CloseCode),
}

const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
const FIN: u8 = 0x80;
const MASKED: u8 = 0x80;
/// Of frames that are no messages (§5.5).
const CONTROL_BYTES_MAX: usize = 125;

/// What is left of earlier bytes.
#[derive(Default, Debug)]
pub(super) struct Reader {
    /// The beginning of a frame.
    unread: Vec<u8>,
    /// The beginning of a message that comes in several frames; none between messages.
    begun: Option<Vec<u8>>,
    /// A message that is read to its end.
    whole: Vec<u8>,
}

impl Reader {
    /// What was left of earlier bytes with fresh ones behind it; none where nothing was left.
    pub(super) fn join(&mut self, fresh: &[u8]) -> Option<Vec<u8>> {
        if self.unread.is_empty() {
            return None;
        }
        self.unread.extend_from_slice(fresh);
        Some(std::mem::take(&mut self.unread))
    }

    /// Keeps the beginning of a frame for when the rest of it is there. Nothing is kept of nothing.
    pub(super) fn keep(&mut self, unread: Vec<u8>) {
        self.unread = if unread.is_empty() { Vec::new() } else { unread };
    }

    /// How much is kept.
    pub(super) fn bytes(&self) -> usize {
        self.unread.capacity() + self.begun.as_ref().map_or(0, Vec::capacity)
    }

    /// Reads the first frame, and says how many bytes it has; none where it is not whole.
    pub(super) fn next<'b>(&'b mut self, bytes: &'b mut [u8]) -> Option<(usize, Heard<'b>)> {
        self.whole = Vec::new();
        let header = match Header::read(bytes) {
            Ok(header) => header?,
            Err(code) => return Some((bytes.len(), Heard::Broken(code))),
        };
        let end = header.bytes + header.length;
        let payload = bytes.get_mut(header.bytes..end)?;
        unmask(payload, header.mask);
        Some((end, self.judge(&header, payload)))
    }

    fn judge<'b>(&'b mut self, header: &Header, payload: &'b [u8]) -> Heard<'b> {
        match (header.opcode, &mut self.begun) {
            (CLOSE, _) => Heard::Close,
            (PING, _) => Heard::Ping(payload),
            (PONG, _) => Heard::Stirring,
            (TEXT | BINARY, None) if header.is_last => text(payload),
            (TEXT | BINARY, begun @ None) => {
                *begun = Some(payload.to_vec());
                Heard::Stirring
            }
            (CONTINUATION, Some(begun)) if TRACKER_MESSAGE_BYTES_MAX < begun.len() + payload.len() => {
                Heard::Broken(CloseCode::TooLong)
            }
            (CONTINUATION, Some(begun)) => {
                begun.extend_from_slice(payload);
                if !header.is_last {
                    return Heard::Stirring;
                }
                self.whole = self.begun.take().unwrap_or_default();
                text(&self.whole)
            }
            _ => Heard::Broken(CloseCode::Protocol),
        }
    }
}

fn text(payload: &[u8]) -> Heard<'_> {
    std::str::from_utf8(payload).map_or(Heard::Broken(CloseCode::NotText), Heard::Message)
}

struct Header {
    opcode: u8,
    is_last: bool,
    mask: [u8; 4],
    /// Of the header itself.
    bytes: usize,
    /// Of what follows it.
    length: usize,
}

impl Header {
    /// None where it is not whole.
    fn read(bytes: &[u8]) -> Result<Option<Header>, CloseCode> {
        let (Some(&first), Some(&second)) = (bytes.first(), bytes.get(1)) else { return Ok(None) };
        let opcode = first & 0x0f;
        let is_last = first & FIN != 0;
        let is_control = CLOSE <= opcode;
        // Three bits are for extensions; clients mask everything (§5.1).
        if first & 0x70 != 0 || second & MASKED == 0 {
            return Err(CloseCode::Protocol);
        }
        let short = usize::from(second & 0x7f);
        let extended = match short {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let Some(length) = bytes.get(2..2 + extended) else { return Ok(None) };
        let length = match extended {
            0 => short,
            _ => length.iter().fold(0, |number: usize, byte| number.saturating_mul(256) + usize::from(*byte)),
        };
        if is_control && (!is_last || CONTROL_BYTES_MAX < length) {
            return Err(CloseCode::Protocol);
        }
        if TRACKER_MESSAGE_BYTES_MAX < length {
            return Err(CloseCode::TooLong);
        }
        let start = 2 + extended;
        let Some(mask) = bytes.get(start..start + 4).and_then(|mask| mask.try_into().ok()) else {
            return Ok(None);
        };
        Ok(Some(Header { opcode, is_last, mask, bytes: start + 4, length }))
    }
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = payload.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.into_iter().cycle()) {
        *byte ^= mask;
    }
}

/// Writes a message.
pub(super) fn write_message(out: &mut Vec<u8>, text: &str) {
    write_frame(out, TEXT, text.as_bytes());
}

/// Writes a question whether the client is there.
pub(super) fn write_ping(out: &mut Vec<u8>) {
    write_frame(out, PING, &[]);
}

/// Writes the answer to a client's question.
pub(super) fn write_pong(out: &mut Vec<u8>, payload: &[u8]) {
    write_frame(out, PONG, payload);
}

/// Writes the end of the connection.
pub(super) fn write_close(out: &mut Vec<u8>, code: CloseCode) {
    write_frame(out, CLOSE, &(code as u16).to_be_bytes());
}

fn write_frame(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    out.push(FIN | opcode);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length @ ..126), _) => out.push(length),
        (_, Ok(length)) => {
            out.push(126);
            out.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            out.push(127);
            out.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client's frame.
    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        write_frame(&mut out, 0, payload);
        out[0] = first;
        out[1] |= MASKED;
        let mask = [0x5a, 0x01, 0xff, 0x77];
        out.splice(out.len() - payload.len().., mask.into_iter().chain(payload.iter().copied()));
        let start = out.len() - payload.len();
        unmask(&mut out[start..], mask);
        out
    }

    /// What is heard when the bytes come in pieces of `size`.
    fn heard(bytes: &[u8], size: usize) -> Vec<String> {
        let mut reader = Reader::default();
        let mut all = Vec::new();
        for piece in bytes.chunks(size) {
            let mut joined = reader.join(piece).unwrap_or_else(|| piece.to_vec());
            let mut at = 0;
            while let Some((used, heard)) = reader.next(&mut joined[at..]) {
                match heard {
                    Heard::Stirring => {}
                    Heard::Broken(code) => {
                        all.push(format!("{code:?}"));
                        return all;
                    }
                    Heard::Message(_) | Heard::Ping(_) | Heard::Close => all.push(format!("{heard:?}")),
                }
                at += used;
            }
            reader.keep(joined[at..].to_vec());
        }
        all
    }

    fn check(bytes: &[u8], expected: &[&str]) {
        for size in [1, 2, 3, 7, 64, 1 << 20] {
            assert_eq!(heard(bytes, size), expected, "in pieces of {size}");
        }
    }

    #[test]
    fn messages_are_heard_however_they_are_cut() {
        let long = "x".repeat(70_000);
        let bytes = [
            frame(FIN | TEXT, b"one"),
            frame(FIN | BINARY, "zw\u{f6}lf".as_bytes()),
            frame(TEXT, b"th"),
            frame(FIN | PING, b"there?"),
            frame(CONTINUATION, b"re"),
            frame(FIN | PONG, b""),
            frame(FIN | CONTINUATION, b"e"),
            frame(FIN | TEXT, long.as_bytes()),
            frame(FIN | CLOSE, &1000u16.to_be_bytes()),
        ];
        let long = format!("Message({long:?})");
        let ping = format!("Ping({:?})", b"there?");
        check(
            &bytes.concat(),
            &["Message(\"one\")", "Message(\"zwölf\")", &ping, "Message(\"three\")", &long, "Close"],
        );
    }

    #[test]
    fn what_breaks_the_rules_is_told_by_its_code() {
        check(&frame(FIN | 0x40 | TEXT, b"x"), &["Protocol"]);
        check(&frame(FIN | 3, b"x"), &["Protocol"]);
        check(&frame(FIN | CONTINUATION, b"x"), &["Protocol"]);
        check(&[frame(TEXT, b"x"), frame(FIN | TEXT, b"y")].concat(), &["Protocol"]);
        check(&frame(PING, b"x"), &["Protocol"]);
        check(&frame(FIN | PING, &[b'x'; 126]), &["Protocol"]);
        check(&[FIN | TEXT, 1, b'x'], &["Protocol"]);
        check(&frame(FIN | TEXT, b"\xff\xfe"), &["NotText"]);
        check(&frame(FIN | TEXT, &vec![b'x'; TRACKER_MESSAGE_BYTES_MAX + 1])[..20], &["TooLong"]);
        let half = vec![b'x'; TRACKER_MESSAGE_BYTES_MAX / 2 + 1];
        check(&[frame(TEXT, &half), frame(FIN | CONTINUATION, &half)].concat(), &["TooLong"]);
    }

    #[test]
    fn an_endless_length_asks_for_no_memory() {
        let mut bytes = vec![FIN | TEXT, MASKED | 127];
        bytes.extend([0xff; 12]);
        check(&bytes, &["TooLong"]);
    }

    #[test]
    fn frames_of_ours_have_the_shortest_length() {
        for (length, header) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let mut out = Vec::new();
            write_message(&mut out, &"x".repeat(length));
            assert_eq!(out.len(), header + length);
        }
        let mut out = Vec::new();
        write_close(&mut out, CloseCode::GoingAway);
        assert_eq!(out, [0x88, 2, 3, 0xe9]);
    }
}
