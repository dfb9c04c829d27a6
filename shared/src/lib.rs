//! Words both sides of Shoal speak: identifiers, times, limits, API bodies, HLS playlists, digests, names of swarms,
//! messages of the tracker, peer commands.
//!
//! Owns shapes and their text forms. Never does anything: no clock, no socket, no dice, no policy.
//! If only one side knows a thing, it does not belong here.

pub mod api;
pub mod digests;
pub mod hls;
pub mod id;
mod json;
pub mod limits;
pub mod meeting;
pub mod peer;
#[cfg(feature = "schema")]
mod schema;
pub mod swarm_name;
pub mod time;
pub mod tracker;
