//! Who is left alone for a while, and who is under suspicion.
//!
//! The reference closes a connection and takes the same peer back at its next announce; we remember it for a while.

use std::time::Duration;

use shared::id::PeerId;
use shared::time::Instant;

use crate::table::Table;

/// Who sends other bytes than the publisher's, or sends what the wire forbids.
pub(super) const SHUN_LIAR: Duration = Duration::from_secs(5 * 60);
/// Who is silent or slow may only have a bad minute.
pub(super) const SHUN_SLOTH: Duration = Duration::from_secs(60);
/// More are not remembered: whoever takes so many names is not stopped by a list of them.
const REMEMBERED_MAX: usize = 256;
/// A peer that had a part in so many forged segments, with others, is taken for the forger.
const SUSPICIONS_MAX: u32 = 2;

/// What is held against peers.
#[derive(Debug, Default)]
pub(super) struct Repute {
    shunned: Table<PeerId, Instant>,
    suspected: Table<PeerId, u32>,
    /// The last of those who brought something right.
    proven: Vec<PeerId>,
}

impl Repute {
    /// Leaves a peer alone until then.
    pub(super) fn shun(&mut self, now: Instant, peer: PeerId, span: Duration) {
        self.proven.retain(|proven| *proven != peer);
        self.shunned.retain(|until| now < *until);
        if self.shunned.len() < REMEMBERED_MAX {
            self.shunned.insert(peer, now + span);
        }
    }

    pub(super) fn is_shunned(&self, now: Instant, peer: PeerId) -> bool {
        self.shunned.get(&peer).is_some_and(|until| now < *until)
    }

    /// A peer had a part in a forged segment; whether that is enough to take it for the forger.
    pub(super) fn suspect(&mut self, peer: PeerId) -> bool {
        self.proven.retain(|proven| *proven != peer);
        let suspicions = self.suspected.get(&peer).copied().unwrap_or(0) + 1;
        if suspicions < SUSPICIONS_MAX {
            if self.suspected.len() < REMEMBERED_MAX {
                self.suspected.insert(peer, suspicions);
            }
            return false;
        }
        self.suspected.remove(&peer);
        true
    }

    /// A peer had a part in a right segment.
    pub(super) fn clear(&mut self, peer: PeerId) {
        self.suspected.remove(&peer);
        if !self.proven.contains(&peer) {
            if REMEMBERED_MAX <= self.proven.len() {
                self.proven.remove(0);
            }
            self.proven.push(peer);
        }
    }

    /// Whether a peer has brought something right, and nothing wrong since.
    pub(super) fn is_proven(&self, peer: PeerId) -> bool {
        self.proven.contains(&peer)
    }
}
