//! How it stands between this instance and other servers.

use std::cmp::Reverse;

use super::{Found, Part};
use crate::domain::mute;
use crate::store::records::Server;
use crate::store::tables::{ServerHostKey, ServerKey};
use crate::store::{Read, StoreError};

/// Servers that a list sorts.
const SERVERS_MAX: usize = 50_000;

/// Another server.
#[derive(Clone, PartialEq, Debug)]
pub struct Peer {
    /// How far it has heard what it is told.
    pub server: Server,
    /// Whether the instance mutes it: it is told nothing and nothing is taken from it.
    pub is_muted: bool,
}

/// How it stands with one server; none where it was never told anything.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn peer(read: &impl Read, host: &str) -> Result<Option<Peer>, StoreError> {
    let Some(server) = read.get(&ServerHostKey { host: host.to_owned() })? else { return Ok(None) };
    let row = read.get(&ServerKey { server })?;
    row.map(|server| with_mute(read, server)).transpose()
}

/// Servers whose host has this text: first those that cannot be reached, for longest first, then those that something
/// waits for, then the others by name.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn peers(read: &impl Read, text: &str, part: Part) -> Result<Found<Peer>, StoreError> {
    let text = text.to_lowercase();
    let mut meant = Vec::new();
    for row in read.table::<ServerKey>().take(SERVERS_MAX) {
        let (_, server) = row?;
        if server.host.contains(&text) {
            meant.push(server);
        }
    }
    meant.sort_by(|one, other| order(one).cmp(&order(other)));
    let Found { total, rows } = part.of(meant);
    let rows = rows.into_iter().map(|server| with_mute(read, server)).collect::<Result<_, _>>()?;
    Ok(Found { total, rows })
}

fn order(server: &Server) -> (bool, i64, Reverse<u64>, &str) {
    let since = server.failing_since.map_or(i64::MAX, |at| at.0);
    (server.failures == 0, since, Reverse(server.waiting), &server.host)
}

fn with_mute(read: &impl Read, server: Server) -> Result<Peer, StoreError> {
    let is_muted = mute::is_server_muted(read, mute::INSTANCE, &server.host)?;
    Ok(Peer { server, is_muted })
}
