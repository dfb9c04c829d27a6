//! What viewers and the tracker say to each other: WebTorrent's JSON over a WebSocket, one object a message.
//!
//! Owns the messages of both directions and their text, byte for byte as p2p-media-loader and bittorrent-tracker write
//! them. Never decides who gets what. The surprise is session descriptions: they stay the JSON text they came as, so
//! that a tracker relays them without reading them; only the viewer at the end does.

mod client;
mod scan;
mod server;
#[cfg(test)]
mod tests;
mod text;

pub use client::{Announce, Answer, Event, FromClient, Offer};
pub use server::{Announced, Counts, FromTracker};
pub use text::Description;

use std::fmt;

use crate::id::InfoHash;

/// Why a message was not understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed {
    /// What is wrong with it, for the other side.
    pub reason: &'static str,
    /// The swarm it speaks of, where that much could be read.
    pub info_hash: Option<InfoHash>,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for Malformed {}
