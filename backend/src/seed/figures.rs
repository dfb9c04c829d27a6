//! What the instance did as a peer, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters that many may read while one counts.
#[derive(Debug, Default)]
pub struct Figures {
    open: AtomicU64,
    swarms: AtomicU64,
    opened: AtomicU64,
    bytes_sent: AtomicU64,
    rejected: AtomicU64,
    addresses_told: AtomicU64,
}

/// The counters at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Snapshot {
    /// Open connections now.
    pub peers: u64,
    /// Swarms it is in now.
    pub swarms: u64,
    /// Connections that were ever open.
    pub peers_total: u64,
    /// Bytes of segments sent, without what protocols add.
    pub bytes_sent: u64,
    /// Offers that found no seat or were no good, and peers that were sent away.
    pub rejected: u64,
    /// Strangers who were told their address.
    pub addresses_told: u64,
}

impl Figures {
    /// The counters now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Snapshot {
            peers: read(&self.open),
            swarms: read(&self.swarms),
            peers_total: read(&self.opened),
            bytes_sent: read(&self.bytes_sent),
            rejected: read(&self.rejected),
            addresses_told: read(&self.addresses_told),
        }
    }

    pub(super) fn opened(&self) {
        self.open.fetch_add(1, Ordering::Relaxed);
        self.opened.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn in_swarms(&self, count: usize) {
        self.swarms.store(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn closed(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn sent(&self, bytes: u64) {
        self.bytes_sent.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn rejected(&self) {
        self.rejected.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn told_address(&self) {
        self.addresses_told.fetch_add(1, Ordering::Relaxed);
    }
}
