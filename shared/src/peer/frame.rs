//! How a command is told from a piece of a segment, and how a long one is cut and put together again.
//!
//! Owns the four marks of four letters. The surprise is that a piece of a segment that begins and ends like a command
//! is taken for one: a sender must not send such a piece, see [`slices`].

const LENGTH: usize = 4;
const FIRST: [u8; LENGTH] = *b"cstr";
const LATER: [u8; LENGTH] = *b"dstr";
const LAST: [u8; LENGTH] = *b"cend";
const MORE: [u8; LENGTH] = *b"dend";
const MARKS: usize = 2 * LENGTH;

/// Longest message sent, as p2p-media-loader sends them (`webRtcMaxMessageSize`).
pub const MESSAGE_BYTES_MAX: usize = 65_535;
/// Longest message taken: what Chromium offers in its SDP (`a=max-message-size`).
pub const RECEIVED_BYTES_MAX: usize = 262_144;
/// Longest command put together from parts: two sets of 255 groups of 255 members fit, and nothing else is as long.
pub const COMMAND_BYTES_MAX: usize = 160 * 1024;

/// Whether a message is a command, or a part of one.
#[must_use]
pub fn is_command(message: &[u8]) -> bool {
    match (message.first_chunk(), message.last_chunk()) {
        (Some(start), Some(end)) => is_command_by_ends(message.len(), *start, *end),
        _ => false,
    }
}

/// The same, for who does not want to look at more of a message than its first and last four bytes.
#[must_use]
pub fn is_command_by_ends(length: usize, start: [u8; LENGTH], end: [u8; LENGTH]) -> bool {
    MARKS <= length && matches!(start, FIRST | LATER) && matches!(end, LAST | MORE)
}

/// Cuts a command's body into the messages that carry it, none longer than `message_bytes_max` (as long as that leaves
/// room for the marks).
#[must_use]
pub fn frames(body: &[u8], message_bytes_max: usize) -> Vec<Vec<u8>> {
    let size = part_size(body.len(), message_bytes_max);
    let count = body.len().div_ceil(size).max(1);
    let frame = |at: usize| {
        let start = if at == 0 { FIRST } else { LATER };
        let end = if at + 1 == count { LAST } else { MORE };
        let part = body.get(at * size..).unwrap_or_default();
        let part = part.get(..size).unwrap_or(part);
        [&start, part, &end].concat()
    };
    (0..count).map(frame).collect()
}

/// As the reference cuts: equal parts, and one more of them if they would not fit with their marks.
fn part_size(length: usize, message_bytes_max: usize) -> usize {
    let limit = message_bytes_max.max(1);
    if length + MARKS <= limit {
        return length.max(1);
    }
    let count = length.div_ceil(limit);
    let size = length.div_ceil(count);
    if size + MARKS <= limit { size } else { length.div_ceil(count + 1) }
}

/// Puts the parts of one channel's commands together.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    collected: Option<Vec<u8>>,
}

impl Parts {
    /// Takes one message that [`is_command`]; the body, once it is whole. Parts out of order, and commands longer than
    /// [`COMMAND_BYTES_MAX`], are dropped without a word, as the reference does.
    pub fn take(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        let (start, rest) = message.split_first_chunk::<LENGTH>()?;
        let (part, end) = rest.split_last_chunk::<LENGTH>()?;
        let before = self.collected.take();
        let mut body = match (*start, before) {
            (FIRST, None) => Vec::new(),
            (LATER, Some(before)) => before,
            _ => return None,
        };
        if COMMAND_BYTES_MAX < body.len() + part.len() {
            return None;
        }
        body.extend_from_slice(part);
        match *end {
            LAST => Some(body),
            MORE => {
                self.collected = Some(body);
                None
            }
            _ => None,
        }
    }
}

/// Cuts a piece of a segment into messages that nobody takes for commands.
pub fn slices(bytes: &[u8], message_bytes_max: usize) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let longest = rest.len().min(message_bytes_max.max(1));
        let looks_like_a_command = is_command(rest.get(..longest).unwrap_or_default());
        let (slice, after) = rest.split_at_checked(longest - usize::from(looks_like_a_command))?;
        rest = after;
        (!slice.is_empty()).then_some(slice)
    })
}
