//! The six commands.
//!
//! Owns their meaning and their bytes. Never the framing around them: that is `frame`.

use std::fmt;

use super::set::{SegmentId, SegmentSet};
use super::value::{Reader, Value, write_integer, write_set};

/// How a request is named in the answers to it. Chosen by who asks, opaque to who answers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RequestId(pub i64);

/// One command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Message {
    /// Replaces everything that was known of what the sender has.
    Announcement {
        /// What it can serve now.
        held: SegmentSet,
        /// What it is loading from the origin right now.
        loading: SegmentSet,
    },
    /// Send me this segment.
    Request {
        /// Which.
        segment: SegmentId,
        /// How the answers name it.
        request: RequestId,
        /// From this byte on.
        from: u64,
    },
    /// The payload that follows is this segment.
    Data {
        /// Which.
        segment: SegmentId,
        /// The request it answers.
        request: RequestId,
        /// How many bytes follow: the whole length without what was not asked for.
        bytes: u64,
    },
    /// All of it was sent.
    Completed {
        /// Which.
        segment: SegmentId,
        /// The request it answers.
        request: RequestId,
    },
    /// I do not have it.
    Absent {
        /// Which.
        segment: SegmentId,
        /// The request it answers.
        request: RequestId,
    },
    /// Stop sending it.
    Cancel {
        /// Which.
        segment: SegmentId,
        /// The request that is taken back.
        request: RequestId,
    },
}

/// The bytes are no command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a command between peers")
    }
}

impl std::error::Error for Malformed {}

const ANNOUNCEMENT: u8 = 0;
const REQUEST: u8 = 1;
const DATA: u8 = 2;
const COMPLETED: u8 = 3;
const ABSENT: u8 = 4;
const CANCEL: u8 = 5;

/// What a body says, before it is known to be enough.
#[derive(Default)]
struct Fields {
    held: SegmentSet,
    loading: SegmentSet,
    segment: Option<i64>,
    request: Option<i64>,
    size: Option<i64>,
    from: Option<i64>,
}

impl Fields {
    /// Names that are not known, and values of another type than theirs, are stepped over.
    fn read(body: &[u8], is_zero_256: bool) -> Option<Fields> {
        let mut fields = Fields::default();
        let mut reader = Reader(body);
        while let Some(name) = reader.byte() {
            match (name, reader.value(is_zero_256)?) {
                (b'l', Value::Set(groups)) => fields.held = groups.members().map(SegmentId).collect(),
                (b'p', Value::Set(groups)) => fields.loading = groups.members().map(SegmentId).collect(),
                (b'i', Value::Integer(value)) => fields.segment = Some(value),
                (b'r', Value::Integer(value)) => fields.request = Some(value),
                (b's', Value::Integer(value)) => fields.size = Some(value),
                (b'b', Value::Integer(value)) => fields.from = Some(value),
                (_, Value::Integer(_) | Value::Set(_) | Value::Text) => {}
            }
        }
        Some(fields)
    }

    fn message(self, code: u8) -> Option<Message> {
        if code == ANNOUNCEMENT {
            return Some(Message::Announcement { held: self.held, loading: self.loading });
        }
        let (segment, request) = (SegmentId(self.segment?), RequestId(self.request?));
        Some(match code {
            REQUEST => {
                let from = u64::try_from(self.from.unwrap_or(0)).ok()?;
                Message::Request { segment, request, from }
            }
            DATA => Message::Data { segment, request, bytes: u64::try_from(self.size?).ok()? },
            COMPLETED => Message::Completed { segment, request },
            ABSENT => Message::Absent { segment, request },
            CANCEL => Message::Cancel { segment, request },
            _ => return None,
        })
    }
}

impl Message {
    /// Reads a command's body. A body that cannot be read as it stands is read once more with groups of no members taken
    /// for groups of 256: released libraries write those so.
    ///
    /// # Errors
    /// [`Malformed`] when a field is cut off, missing or of no known type, or the command is not one of the six.
    pub fn decode(body: &[u8]) -> Result<Message, Malformed> {
        let (code, fields) = body.split_first().ok_or(Malformed)?;
        let read = Fields::read(fields, false).or_else(|| Fields::read(fields, true));
        read.and_then(|fields| fields.message(*code)).ok_or(Malformed)
    }

    /// Writes the body, byte for byte as the reference does, but for groups of 256, which it cannot read itself.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut field = |name: u8, value: i64| {
            out.push(name);
            write_integer(&mut out, value);
        };
        let whole = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let (code, segment, request) = match self {
            Message::Announcement { held, loading } => return encode_announcement(held, loading),
            Message::Request { segment, request, .. } => (REQUEST, segment, request),
            Message::Data { segment, request, .. } => (DATA, segment, request),
            Message::Completed { segment, request } => (COMPLETED, segment, request),
            Message::Absent { segment, request } => (ABSENT, segment, request),
            Message::Cancel { segment, request } => (CANCEL, segment, request),
        };
        field(b'i', segment.0);
        if let Message::Data { bytes, .. } = self {
            field(b's', whole(*bytes));
        }
        field(b'r', request.0);
        if let Message::Request { from: from @ 1.., .. } = self {
            field(b'b', whole(*from));
        }
        out.insert(0, code);
        out
    }
}

fn encode_announcement(held: &SegmentSet, loading: &SegmentSet) -> Vec<u8> {
    let mut out = vec![ANNOUNCEMENT];
    for (name, set) in [(b'l', held), (b'p', loading)] {
        if !set.is_empty() {
            out.push(name);
            write_set(&mut out, set.iter().map(|id| id.0));
        }
    }
    out
}
