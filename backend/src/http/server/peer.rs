//! Who is at the other end of a connection.

use std::fmt;
use std::net::SocketAddr;

/// The address of the other end, as the socket has it: a reverse proxy's, where there is one. Rides on each request
/// as an extension. Its text never reaches a log by accident.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Peer(pub SocketAddr);

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Peer(private)")
    }
}
