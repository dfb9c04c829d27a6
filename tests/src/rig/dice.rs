//! Chance that can be thrown again: a story prints its seed, and `SHOAL_SEED` repeats it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A small generator (SplitMix64): good enough to choose moments, the same everywhere.
pub struct Dice {
    state: u64,
}

impl Dice {
    /// From `SHOAL_SEED`, or from the time; says which.
    #[must_use]
    pub fn thrown() -> Dice {
        let given = std::env::var("SHOAL_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| {
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| u64::from(since.subsec_nanos()))
        });
        println!("SHOAL_SEED={seed} repeats this");
        Dice { state: seed }
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is above 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    /// A span below `end`.
    pub fn span(&mut self, end: Duration) -> Duration {
        let micros = u64::try_from(end.as_micros()).unwrap_or(u64::MAX).max(1);
        Duration::from_micros(self.below(micros))
    }
}
