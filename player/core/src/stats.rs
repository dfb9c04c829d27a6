//! Counters of one playback, as plain data.
//!
//! Owns what the statistics panel and the tests read. Never formats, never decides.

use std::time::Duration;

/// What happened so far, and what is true now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Measured bits per second; none before the first measurement.
    pub bandwidth: Option<u64>,
    /// Bytes of playlists, digests, init segments and segments from servers.
    pub bytes_fetched: u64,
    /// Bytes of segments that came from peers.
    pub bytes_from_peers: u64,
    /// Of these: from the instance as a peer.
    pub bytes_from_instance: u64,
    /// Bytes of segments that went to peers.
    pub bytes_to_peers: u64,
    /// Peers we are linked with, each counted once.
    pub peers: usize,
    /// One of these leads to the instance.
    pub has_instance: bool,
    /// Peers that were shunned for lies, silence or noise.
    pub peers_shunned: u64,
    /// Bytes of segments kept to serve them.
    pub bytes_stored: u64,
    /// Segments fetched, verified and appended.
    pub segments_appended: u64,
    /// Fetches that failed, went silent, or brought what cannot be used.
    pub fetches_failed: u64,
    /// Fetches given up because they would have come too late.
    pub fetches_abandoned: u64,
    /// Bodies that were not what the publisher vouches for.
    pub bodies_forged: u64,
    /// Changes of quality between two segments of the picture.
    pub switches: u64,
    /// Times playback ran dry.
    pub stalls: u64,
    /// How long it was dry in all.
    pub stalled: Duration,
    /// Small seeks over gaps and out of standstills.
    pub nudges: u64,
    /// From [`crate::io::Input::Load`] to the first picture.
    pub first_frame_after: Option<Duration>,
    /// What lies ahead of the playhead, on the track that has least.
    pub buffered_ahead: Duration,
    /// Bytes in all `SourceBuffer`s, as far as we know.
    pub buffered_bytes: u64,
    /// Fetches under way.
    pub fetches_in_flight: usize,
    /// Every segment shown is checked against the publisher's digests.
    pub verified: bool,
}
