//! Which segments a peer has: a set of their numbers.
//!
//! Owns the set, as bits of blocks of 256. The surprise is the size: a film of an hour is four blocks, and no message,
//! however hostile, makes more than 255.

use super::value::GROUPS_MAX;

/// A segment's number in its swarm: its place in the media playlist, counted from 0, or for a live stream its media
/// sequence number. Ours are never negative; the wire would allow it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SegmentId(pub i64);

/// Numbers that share all but their low byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Block {
    high: i64,
    bits: [u64; 4],
}

/// A set of segments.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SegmentSet {
    /// In order, none of them empty.
    blocks: Vec<Block>,
}

/// Which word of a block, and which bit of it.
fn place(id: SegmentId) -> (usize, u64) {
    let low = usize::try_from(id.0 & 0xff).unwrap_or(0);
    (low / 64, 1 << (low % 64))
}

impl SegmentSet {
    fn find(&self, id: SegmentId) -> Result<usize, usize> {
        self.blocks.binary_search_by_key(&(id.0 & !0xff), |block| block.high)
    }

    /// Whether it holds this segment.
    #[must_use]
    pub fn contains(&self, id: SegmentId) -> bool {
        let (word, bit) = place(id);
        let block = self.find(id).ok().and_then(|at| self.blocks.get(at));
        block.and_then(|block| block.bits.get(word)).is_some_and(|bits| bits & bit != 0)
    }

    /// Adds a segment. A set that has 255 blocks takes no further one: no message could carry it.
    pub fn insert(&mut self, id: SegmentId) {
        let (word, bit) = place(id);
        let at = match self.find(id) {
            Ok(at) => at,
            Err(_) if GROUPS_MAX <= self.blocks.len() => return,
            Err(at) => {
                self.blocks.insert(at, Block { high: id.0 & !0xff, bits: [0; 4] });
                at
            }
        };
        if let Some(bits) = self.blocks.get_mut(at).and_then(|block| block.bits.get_mut(word)) {
            *bits |= bit;
        }
    }

    /// Takes a segment out.
    pub fn remove(&mut self, id: SegmentId) {
        let (word, bit) = place(id);
        let Ok(at) = self.find(id) else { return };
        if let Some(bits) = self.blocks.get_mut(at).and_then(|block| block.bits.get_mut(word)) {
            *bits &= !bit;
        }
        if self.blocks.get(at).is_some_and(|block| block.bits == [0; 4]) {
            self.blocks.remove(at);
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// How many segments it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        let ones = self.blocks.iter().flat_map(|block| block.bits).map(u64::count_ones);
        ones.map(|ones| usize::try_from(ones).unwrap_or(0)).sum()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = SegmentId> {
        self.blocks.iter().flat_map(|block| {
            let is_set = |low: &i64| {
                let (word, bit) = place(SegmentId(*low));
                block.bits.get(word).is_some_and(|bits| bits & bit != 0)
            };
            (0..256).filter(is_set).map(|low| SegmentId(block.high | low))
        })
    }

    /// The last of them.
    #[must_use]
    pub fn last(&self) -> Option<SegmentId> {
        self.iter().next_back()
    }
}

impl FromIterator<SegmentId> for SegmentSet {
    fn from_iter<I: IntoIterator<Item = SegmentId>>(ids: I) -> SegmentSet {
        let mut set = SegmentSet::default();
        ids.into_iter().for_each(|id| set.insert(id));
        set
    }
}
