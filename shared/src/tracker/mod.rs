//! What viewers and the tracker say to each other: WebTorrent's JSON over a WebSocket, one object a message.
//!
//! Owns the messages of both directions and their text, byte for byte as p2p-media-loader and bittorrent-tracker write
//! them. Never decides who gets what. The surprise is session descriptions: they stay the JSON text they came as, so
//! that a tracker relays them without reading them; only the viewer at the end does.

mod client;
mod malformed;
mod scan;
mod server;
#[cfg(test)]
mod tests;
mod text;

pub use client::{Announce, Answer, Event, FromClient, Offer};
pub use malformed::Malformed;
pub use server::{Announced, Counts, FromTracker};
pub use text::Description;
