//! What peers say to each other on a data channel: p2p-media-loader's protocol, as PeerTube's viewers speak it.
//!
//! Owns the commands, their bytes and the framing that tells a command from a piece of a segment. Never knows who is
//! asked for what, and never holds a segment's bytes. The surprise is the reference's own defect: a list with 256 numbers
//! of one block is written so that no reader understands it; see [`Message::decode`].
//!
//! Source: p2p-media-loader-core 2.2.2 and 2.3.1, by the vectors in `tests/vectors/p2p`.

mod frame;
mod message;
mod set;
mod value;

pub use frame::{
    COMMAND_BYTES_MAX, MESSAGE_BYTES_MAX, Parts, RECEIVED_BYTES_MAX, frames, is_command, is_command_by_ends,
    slices,
};
pub use message::{Malformed, Message, RequestId};
pub use set::{SegmentId, SegmentSet};

#[cfg(test)]
mod tests;
