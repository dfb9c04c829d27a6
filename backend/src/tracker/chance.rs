//! Numbers that look random and come from a seed, so that a story with the same seed is the same story.

/// SplitMix64 (Steele, Lea and Flood 2014): whoever guesses the numbers learns who is offered to whom, and no more.
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    /// A number below `end`; 0 where there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        let scaled = (u128::from(bits) * end as u128) >> 64;
        usize::try_from(scaled).unwrap_or(0)
    }

    /// `count` different numbers below `end`, or all of them, in any order (Floyd's method, then a shuffle).
    pub(super) fn pick(&mut self, count: usize, end: usize, out: &mut Vec<usize>) {
        out.clear();
        let count = count.min(end);
        for last in end - count..end {
            let number = self.below(last + 1);
            out.push(if out.contains(&number) { last } else { number });
        }
        for at in (1..out.len()).rev() {
            out.swap(at, self.below(at + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_are_different_and_each_is_as_likely() {
        let mut chance = Chance::new(7);
        let (mut picked, mut often, mut first) = (Vec::new(), [0; 10], [0; 10]);
        for _ in 0..10_000 {
            chance.pick(3, 10, &mut picked);
            let mut sorted = picked.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), 3);
            picked.iter().for_each(|&number| often[number] += 1);
            first[picked[0]] += 1;
        }
        assert!(often.iter().all(|often| (2800..3200).contains(often)), "{often:?}");
        assert!(first.iter().all(|first| (850..1150).contains(first)), "{first:?}");
    }

    #[test]
    fn nobody_is_picked_from_nobody() {
        let (mut chance, mut picked) = (Chance::new(1), Vec::new());
        chance.pick(5, 0, &mut picked);
        assert!(picked.is_empty());
        chance.pick(5, 2, &mut picked);
        picked.sort_unstable();
        assert_eq!(picked, [0, 1]);
        assert_eq!(chance.below(0), 0);
    }
}
