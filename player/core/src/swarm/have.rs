//! What a segment's prospects are: who has it, who is at it, and who of us should ask the origin.
//!
//! The surprise is the split: all viewers who will need a segment at about the same time rank themselves for it in the
//! same way, so that one of them loads it from the origin and the others wait, without a word on the wire. First is who
//! has loaded least of late, as all have seen; among equals a hash of peer and segment decides.

use std::time::Duration;

use shared::id::PeerId;
use shared::peer::{SegmentId, SegmentSet};
use shared::time::Instant;

use super::door::Swarm;
use super::link::Session;

/// What a peer is taken to bring before it was measured, bytes per second: a modest uplink. Guessing high costs a
/// second attempt, guessing low costs the origin.
const RATE_GUESS: u64 = 1_000_000;
/// Asking and answering takes this long.
const TRIP: Duration = Duration::from_millis(150);
/// So much of a peer's name says whose program it is; only ours splits work as we do.
const KIND_LENGTH: usize = 4;
/// What was loaded longer ago than so many segments is forgotten: newcomers have not seen it.
const MEMORY: i64 = 32;
/// Who has nothing for longer than this wants nothing.
const NEWCOMER: Duration = Duration::from_secs(8);
/// So far from playback others' loading is of no interest.
const HORIZON: i64 = 64;

/// How one segment could come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prospect {
    /// Peers that have it.
    pub holders: usize,
    /// Peers that are loading it from the origin.
    pub loaders: usize,
    /// Our place among those who should ask the origin; 0 is first.
    pub rank: usize,
    /// How many those are, we among them.
    pub of: usize,
    /// Among those who are loading it is one of ours before whom we stand back, should we be loading it too.
    pub is_yielded: bool,
    /// How long peers would take for what is missing.
    pub expected: Duration,
    /// The same of those who have brought something right before.
    pub proven: Duration,
    /// Bytes that are missing.
    pub missing: u64,
    /// Peers brought it wrong.
    pub is_doubtful: bool,
}

impl Swarm {
    /// The prospects of a segment of so many bytes. `reach`: how many segments a peer may be behind us and still be one
    /// who needs this one at about the same time.
    #[must_use]
    pub fn prospect(&self, now: Instant, segment: SegmentId, bytes: u64, reach: u64) -> Prospect {
        let missing = self.wants.get(&segment).map_or(bytes, |want| want.pieces.missing(bytes));
        let mut prospect = Prospect {
            holders: 0,
            loaders: 0,
            rank: 0,
            of: 1,
            is_yielded: false,
            expected: Duration::MAX,
            proven: Duration::MAX,
            missing,
            is_doubtful: self.doubtful.contains(segment),
        };
        let (mut sum, mut count) = (self.loaded_lately(self.config.me, segment), 1);
        for (_, peer, session) in self.sessions() {
            if is_kin(self.config.me, peer) && is_near(now, session, segment, reach) {
                (sum, count) = (sum + self.loaded_lately(peer, segment), count + 1);
            }
        }
        let fair = sum / count + bytes;
        let standing = |peer| (fair < self.loaded_lately(peer, segment), u64::MAX - weight(peer, segment));
        let ours = standing(self.config.me);
        for (_, peer, session) in self.sessions().filter(|(_, _, session)| !session.is_double) {
            if session.held.contains(segment) {
                prospect.holders += 1;
                let expected = expect(now, session, segment, missing);
                prospect.expected = prospect.expected.min(expected);
                if self.repute.is_proven(peer) {
                    prospect.proven = prospect.proven.min(expected);
                }
                continue;
            }
            let is_loading = session.loading.contains(segment);
            prospect.loaders += usize::from(is_loading);
            // Who began at the same time cannot have seen the same; the hash alone both know.
            let is_before_us = weight(self.config.me, segment) < weight(peer, segment);
            prospect.is_yielded |= is_loading && is_before_us && is_kin(self.config.me, peer);
            if is_kin(self.config.me, peer) && is_near(now, session, segment, reach) {
                prospect.of += 1;
                prospect.rank += usize::from(standing(peer) < ours);
            }
        }
        prospect
    }
}

impl Swarm {
    /// Says how long each segment is, so that the work is split by bytes.
    pub fn set_lengths(&mut self, lengths: Vec<u64>) {
        self.lengths = lengths;
    }

    /// Remembers who loads what.
    pub(super) fn note_loading(&mut self, peer: PeerId, loading: &SegmentSet) {
        let near = self.focus.0.saturating_sub(MEMORY)..self.focus.0.saturating_add(HORIZON);
        let oldest = near.start;
        for segment in near.map(SegmentId).filter(|segment| loading.contains(*segment)) {
            if !self.seen_loading.contains(&(segment, peer)) {
                self.seen_loading.push((segment, peer));
            }
        }
        self.seen_loading.retain(|(segment, _)| oldest <= segment.0);
    }

    /// How much a peer has loaded of the segments before this one.
    fn loaded_lately(&self, peer: PeerId, segment: SegmentId) -> u64 {
        let recent = segment.0.saturating_sub(MEMORY)..segment.0;
        let its = self.seen_loading.iter().filter(|(of, by)| *by == peer && recent.contains(&of.0));
        let length = |id: i64| usize::try_from(id).ok().and_then(|id| self.lengths.get(id)).copied();
        its.map(|(of, _)| length(of.0).unwrap_or(1)).sum()
    }
}

fn is_kin(one: PeerId, other: PeerId) -> bool {
    one.0.get(..KIND_LENGTH) == other.0.get(..KIND_LENGTH)
}

/// Whether a peer is about to need a segment: the last it has or loads lies not far before it. Who has nothing yet has
/// come to begin, or to change the quality, and is taken to be where we are.
fn is_near(now: Instant, session: &Session, segment: SegmentId, reach: u64) -> bool {
    let reach = i64::try_from(reach).unwrap_or(i64::MAX);
    match session.held.last().max(session.loading.last()) {
        Some(last) => segment.0 <= last.0.saturating_add(reach),
        None => now.since(session.since) < NEWCOMER,
    }
}

/// How long one peer would take: what it is still busy with, and then this.
fn expect(now: Instant, session: &Session, segment: SegmentId, bytes: u64) -> Duration {
    let rate = session.rate.unwrap_or(RATE_GUESS).max(1);
    let busy = session.download.filter(|transfer| transfer.segment != segment);
    let bytes = bytes + busy.map_or(0, |transfer| transfer.left());
    let already = session.download.filter(|transfer| transfer.segment == segment);
    let trip = already.map_or(TRIP, |transfer| TRIP.saturating_sub(now.since(transfer.begun)));
    trip + Duration::from_micros(bytes.saturating_mul(1_000_000) / rate)
}

/// The weight of a peer for a segment; the heaviest loads it. The same in every peer of ours: FNV-1a over name and
/// number, then SplitMix64's finish so that neighbouring numbers differ in all bits.
fn weight(peer: PeerId, segment: SegmentId) -> u64 {
    let number = segment.0.to_be_bytes();
    let bytes = peer.0.iter().chain(&number);
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(name: u8) -> PeerId {
        PeerId::from_random([name; 12])
    }

    #[test]
    fn the_split_is_even_and_steady() {
        let mut counts = [0; 4];
        for segment in (0..4000).map(SegmentId) {
            let heaviest = (0..4).max_by_key(|name| weight(peer(*name), segment)).unwrap();
            counts[usize::from(heaviest)] += 1;
            // Who is not there does not change who of the others is first.
            let without =
                (0..4).filter(|name| *name != heaviest).max_by_key(|name| weight(peer(*name), segment));
            let among_three = (0..3).max_by_key(|name| weight(peer(*name), segment));
            assert!(heaviest == 3 || among_three == Some(heaviest));
            assert_ne!(without, Some(heaviest));
        }
        assert!(counts.iter().all(|count| (900..1100).contains(count)), "{counts:?}");
    }
}
