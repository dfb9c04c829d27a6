//! Which bytes of a segment are here, and who sent them.

use shared::id::PeerId;

/// A stretch of bytes, its end not included.
pub(super) type Stretch = (u64, u64);

/// Stretches, in no order; they may overlap.
#[derive(Clone, Debug, Default)]
pub(super) struct Pieces(Vec<(Stretch, Option<PeerId>)>);

impl Pieces {
    /// Notes bytes; of no peer means of the origin.
    pub(super) fn add(&mut self, (start, end): Stretch, source: Option<PeerId>) {
        let grown = self.0.iter_mut().find(|((_, last), of)| *last == start && *of == source);
        match grown {
            Some(((_, last), _)) => *last = end,
            None => self.0.push(((start, end), source)),
        }
    }

    /// Forgets what a peer sent.
    pub(super) fn forget(&mut self, peer: PeerId) {
        self.0.retain(|(_, of)| *of != Some(peer));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every peer that sent some of it.
    pub(super) fn peers(&self) -> Vec<PeerId> {
        let mut peers: Vec<PeerId> = Vec::new();
        for peer in self.0.iter().filter_map(|(_, of)| *of) {
            if !peers.contains(&peer) {
                peers.push(peer);
            }
        }
        peers
    }

    /// What is missing of `total` bytes, in order, with `taken` as if it were here.
    pub(super) fn gaps(&self, total: u64, taken: &[Stretch]) -> Vec<Stretch> {
        let mut gaps = Vec::new();
        let mut at = 0;
        while at < total {
            let here = self.0.iter().map(|(stretch, _)| stretch).chain(taken);
            let here = here.filter(|(start, end)| *start <= at && at < *end).map(|(_, end)| *end).max();
            if let Some(end) = here {
                at = end;
                continue;
            }
            let starts = self.0.iter().map(|(stretch, _)| stretch).chain(taken).map(|(start, _)| *start);
            let next = starts.filter(|start| at < *start).min().unwrap_or(total).min(total);
            gaps.push((at, next));
            at = next;
        }
        gaps
    }

    /// How many of `total` bytes are missing.
    pub(super) fn missing(&self, total: u64) -> u64 {
        self.gaps(total, &[]).into_iter().map(|(start, end)| end - start).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_what_no_piece_covers() {
        let mut pieces = Pieces::default();
        assert_eq!(pieces.gaps(10, &[]), [(0, 10)]);
        let peer = PeerId([1; 20]);
        pieces.add((0, 2), Some(peer));
        pieces.add((2, 3), Some(peer));
        pieces.add((5, 7), None);
        pieces.add((6, 8), Some(PeerId([2; 20])));
        assert_eq!(pieces.gaps(10, &[]), [(3, 5), (8, 10)]);
        assert_eq!(pieces.gaps(10, &[(4, 9)]), [(3, 4), (9, 10)]);
        assert_eq!((pieces.missing(10), pieces.0.len(), pieces.peers().len()), (4, 3, 2));
        pieces.forget(peer);
        assert_eq!(pieces.gaps(8, &[]), [(0, 5)]);
        assert!(Pieces::default().gaps(0, &[]).is_empty());
    }
}
