//! The bodies we can serve, by handle.
//!
//! Owns their handles, sizes and the budget. Never looks inside. The surprise is that some are also held by the player:
//! those are never thrown out here, and released only when both have let go.

use shared::peer::SegmentId;

use crate::io::BodyId;
use crate::table::Table;

/// One body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Stored {
    pub(super) body: BodyId,
    pub(super) bytes: u64,
    /// Nobody but us holds it.
    pub(super) is_spare: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Store {
    table: Table<SegmentId, Stored>,
    bytes: u64,
}

impl Store {
    pub(super) fn get(&self, segment: SegmentId) -> Option<Stored> {
        self.table.get(&segment).copied()
    }

    pub(super) fn insert(&mut self, segment: SegmentId, stored: Stored) {
        self.remove(segment);
        self.bytes += stored.bytes;
        self.table.insert(segment, stored);
    }

    pub(super) fn remove(&mut self, segment: SegmentId) -> Option<Stored> {
        let stored = self.table.remove(&segment)?;
        self.bytes -= stored.bytes;
        Some(stored)
    }

    pub(super) fn set_spare(&mut self, segment: SegmentId, is_spare: bool) {
        if let Some(stored) = self.table.get_mut(&segment) {
            stored.is_spare = is_spare;
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.table.len() == 0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (SegmentId, Stored)> {
        self.table.iter().map(|(segment, stored)| (*segment, *stored))
    }

    /// What to let go of next: of what only we hold, what is least useful.
    pub(super) fn least<U: Ord>(&self, usefulness: impl Fn(SegmentId) -> U) -> Option<SegmentId> {
        let spare = self.iter().filter(|(_, stored)| stored.is_spare);
        spare.map(|(segment, _)| segment).min_by_key(|segment| usefulness(*segment))
    }
}
