//! A swarm: everybody who plays, or keeps, one stream of one video, and what they give each other.
//!
//! Owns links, who has what, what is asked for and what is served, whom the tracker introduced and who misbehaved. Never
//! sees bytes, playlists or playback: a viewer tells it which segments it wants and by when ([`Swarm::want`]), a seeder
//! only what it keeps ([`Swarm::store`]). The surprise is that a segment may come in pieces, from several peers and from
//! the origin, and is one body only at the end.
//!
//! Rules of the wire: p2p-media-loader 2.x as PeerTube 7 and 8 run it. What differs is said where it differs.

mod announce;
mod bucket;
mod config;
mod door;
mod have;
mod io;
mod link;
mod pieces;
mod repute;
mod request;
mod serve;
mod signal;
mod store;

#[cfg(test)]
mod stories;

pub use config::{Config, Figures};
pub use door::Swarm;
pub use have::Prospect;
pub use io::{AssemblyId, Input, LinkId, Output};
pub use request::{Fetched, Wish};
