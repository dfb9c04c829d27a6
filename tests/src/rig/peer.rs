//! A peer for pages of a story's own: what viewers' players do among each other, made by hand.

/// JavaScript that declares the class `Peer`.
pub const PEER: &str = include_str!("peer.js");
