//! What one connection, and all of them together, may cost. Each bound has its reason; none is a setting, since a
//! reverse proxy in front is the place for tighter ones.

use std::time::Duration;

/// How many connections at once: an idle one holds 14 kB (the story of thousands that say nothing), so all of them 110 MB;
/// descriptors are raised to match.
pub const CONNECTIONS_MAX: usize = 8192;
/// The head of a request. Cookies of other software on the same host and long tokens fit; more is an attack.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How long a head may take from its first byte on: one that trickles is cut off.
pub const HEAD_DURATION_MAX: Duration = Duration::from_secs(15);
/// How long a connection may wait between requests. PeerTube's deliveries are never retried and keep their
/// connections for up to 75 s: closing earlier loses them.
pub const IDLE_DURATION_MAX: Duration = Duration::from_secs(76);
/// How long the other side may take no byte of what we send.
pub const SEND_STALL_MAX: Duration = Duration::from_secs(60);
/// How long we wait for a body in all, beyond what its bytes pay for: who sends nothing is given up after this.
pub const BODY_STALL_MAX: Duration = Duration::from_secs(60);
/// The slowest a body may come for longer than that, in bytes a second: a byte now and then must not hold a connection
/// for ever. What Apache asks for (mod_reqtimeout's `MinRate`); a modem of 14 400 bit/s sends three times as much.
pub const BODY_RATE_MIN: u32 = 500;
/// How long answers under way may take once the server stops.
pub const DRAIN_DURATION_MAX: Duration = Duration::from_secs(7);
/// Descriptors kept for the store, open files, ffmpeg and outgoing connections.
pub const DESCRIPTORS_KEPT: u64 = 2048;

/// Above this many of `connections_max`, keep-alive is off: those that wait for nothing give way to those that come.
#[must_use]
pub const fn pressed_above(connections_max: usize) -> usize {
    connections_max / 4 * 3
}

/// How many connections one address may hold when room is scarce: more than a household's browsers open, and so few
/// that the quarter that is left by then has room for those of eight such addresses.
#[must_use]
pub const fn share_of(connections_max: usize) -> usize {
    connections_max.div_ceil(32)
}

// A pressed server still takes connections, and a drained one stops within the 10 s a service manager grants.
const _: () = assert!(pressed_above(CONNECTIONS_MAX) < CONNECTIONS_MAX);
const _: () = assert!(share_of(CONNECTIONS_MAX) < CONNECTIONS_MAX - pressed_above(CONNECTIONS_MAX));
const _: () = assert!(DRAIN_DURATION_MAX.as_secs() < 10);
const _: () = assert!(75 <= IDLE_DURATION_MAX.as_secs());
