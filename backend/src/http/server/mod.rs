//! Our own server: connections, from accepting them to their end.
//!
//! A connection begins on the API's threads. Its first bytes decide who answers: a file thread that sends from the
//! page cache, or hyper and the routes. Each gives the connection back when it meets a request of the other kind.

mod accept;
mod body;
mod crowd;
mod direct;
mod fill;
mod handed;
mod limits;
mod peer;
mod phase;
mod replay;
mod sort;
mod takeover;
#[cfg(test)]
mod tests;
mod workers;

pub use accept::{bind, make_room, serve};
pub use body::{Patient, write_response};
pub use limits::DRAIN_DURATION_MAX;
pub use peer::Peer;
pub use takeover::take_over;
