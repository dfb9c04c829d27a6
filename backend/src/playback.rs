//! How watching went, as players tell: sums over everybody, for who keeps the instance.
//!
//! Owns the sums, in memory alone. Who watched, what, and from where is not in them. What one report says is bounded
//! before it comes here, since whoever sends one may say anything.

use std::sync::atomic::{AtomicU64, Ordering};

/// What one player tells of the seconds since its last report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PlaybackReport {
    /// How often it waited for bytes.
    pub stalls: u64,
    /// How often something went wrong.
    pub errors: u64,
    /// How often it changed to another quality.
    pub changes: u64,
    /// Bytes that came from servers.
    pub http_bytes: u64,
    /// Bytes that came from other viewers.
    pub peer_bytes_in: u64,
    /// Bytes that went to other viewers.
    pub peer_bytes_out: u64,
}

/// The sums since the start.
#[derive(Debug, Default)]
pub struct Playback {
    reports: AtomicU64,
    stalls: AtomicU64,
    errors: AtomicU64,
    changes: AtomicU64,
    http_bytes: AtomicU64,
    peer_bytes_in: AtomicU64,
    peer_bytes_out: AtomicU64,
}

impl Playback {
    /// Adds a report. Sums go round at 2⁶⁴, as those who read counters expect.
    pub fn add(&self, report: PlaybackReport) {
        let add = |sum: &AtomicU64, more: u64| {
            sum.fetch_add(more, Ordering::Relaxed);
        };
        add(&self.reports, 1);
        add(&self.stalls, report.stalls);
        add(&self.errors, report.errors);
        add(&self.changes, report.changes);
        add(&self.http_bytes, report.http_bytes);
        add(&self.peer_bytes_in, report.peer_bytes_in);
        add(&self.peer_bytes_out, report.peer_bytes_out);
    }

    /// How many reports came, and their sums.
    #[must_use]
    pub fn sums(&self) -> (u64, PlaybackReport) {
        let read = |sum: &AtomicU64| sum.load(Ordering::Relaxed);
        let sums = PlaybackReport {
            stalls: read(&self.stalls),
            errors: read(&self.errors),
            changes: read(&self.changes),
            http_bytes: read(&self.http_bytes),
            peer_bytes_in: read(&self.peer_bytes_in),
            peer_bytes_out: read(&self.peer_bytes_out),
        };
        (read(&self.reports), sums)
    }
}
