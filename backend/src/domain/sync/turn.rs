//! Whose turn it is to look, where several want to: looks go one after the other, and one may take minutes.
//!
//! The owner whose last look is longest ago comes first, and of theirs the synchronisation that waits longest. So nobody
//! has two looks in a row while others wait, however many synchronisations they have, remove and make anew. In memory
//! alone: after a start all are as one.

use std::collections::BTreeMap;

use shared::id::{AccountId, SyncId};
use shared::time::Timestamp;

/// Owners whose turns are remembered, some fifty bytes each. Beyond it those who had theirs longest ago are as those who
/// had none.
const OWNERS_MAX: usize = 10_000;

/// A synchronisation that is to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Due {
    /// Which.
    pub sync: SyncId,
    /// Whose channel it is of.
    pub owner: AccountId,
    /// When it looked last; where it never did, when it was made.
    pub since: Timestamp,
}

/// Who looked in which order since the server started.
#[derive(Default)]
pub struct Turns {
    last: BTreeMap<AccountId, u64>,
    count: u64,
}

impl Turns {
    /// Whose turn it is, which is noted; none where nobody waits.
    pub fn take(&mut self, due: &[Due]) -> Option<SyncId> {
        let rank = |one: &&Due| (self.last.get(&one.owner).copied(), one.since, one.sync);
        let next = *due.iter().min_by_key(rank)?;
        self.count = self.count.saturating_add(1);
        self.last.insert(next.owner, self.count);
        if OWNERS_MAX < self.last.len()
            && let Some(first) = self.last.iter().min_by_key(|(_, turn)| **turn).map(|(owner, _)| *owner)
        {
            self.last.remove(&first);
        }
        Some(next.sync)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(sync: u64, owner: u64, since: i64) -> Due {
        Due { sync: SyncId(sync), owner: AccountId(owner), since: Timestamp(since) }
    }

    #[test]
    fn nobody_looks_twice_while_others_wait() {
        let mut turns = Turns::default();
        // One person has many, which are always due; the others have one each, made later.
        let mut all: Vec<Due> = (1..=10).map(|sync| due(sync, 1, 0)).collect();
        all.extend([due(20, 2, 50), due(30, 3, 60)]);
        let mut order = Vec::new();
        for _ in 0..6 {
            let next = turns.take(&all).unwrap();
            order.push(next.0);
            // Theirs begins anew at once; one that others have looks again later.
            all.retain(|one| one.sync != next || one.owner == AccountId(1));
        }
        assert_eq!(order, [1, 20, 30, 1, 1, 1]);
        assert_eq!(turns.take(&[]), None);
    }

    #[test]
    fn of_ones_own_that_comes_first_which_waits_longest() {
        let mut turns = Turns::default();
        assert_eq!(turns.take(&[due(1, 1, 9), due(2, 1, 3), due(3, 1, 5)]), Some(SyncId(2)));
        assert_eq!(turns.take(&[due(1, 1, 9), due(3, 1, 5)]), Some(SyncId(3)));
    }

    #[test]
    fn turns_are_bounded() {
        let mut turns = Turns::default();
        for owner in 0..10_010 {
            turns.take(&[due(1, owner, 0)]);
        }
        assert!(turns.last.len() <= OWNERS_MAX);
    }
}
