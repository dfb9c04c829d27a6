//! The tracker: where viewers of the same stream find each other. WebTorrent's protocol over a WebSocket, and
//! BitTorrent's over HTTP for those who seed files.
//!
//! `swarms` decides (who is where, who gets whose offer) and has never seen a socket; `wall` is one thread that reads,
//! asks it and writes, over `wire`'s frames. Nothing is ever written down: a restart forgets everybody, and they come
//! back with their next announce.

mod chance;
mod handle;
mod meeting;
mod swarm;
mod swarms;
mod tcp;
mod wall;
mod wire;

pub use handle::{Gone, Tracker};
pub use meeting::{Promise, Rule, Standing};
pub use swarms::{Figures, Input, Output, Parting, Settings, SocketId, Swarms};
pub use tcp::{
    TcpAnnounce, TcpAnnounced, TcpPeer, TcpRequest, write_announced, write_failure, write_scraped,
};
