//! A budget that refills: so much a second, so much at once.

use std::time::Duration;

use shared::time::Instant;

/// What is left of a budget. It may be overdrawn once, by as much as one thing costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    per_second: u64,
    burst: u64,
    left: i128,
    at: Instant,
}

impl Bucket {
    pub(super) fn new(now: Instant, per_second: u64, burst: u64) -> Bucket {
        Bucket { per_second, burst, left: i128::from(burst), at: now }
    }

    /// From now on it refills with so much a second.
    pub(super) fn set_rate(&mut self, now: Instant, per_second: u64) {
        if self.per_second != per_second {
            self.refill(now);
            self.per_second = per_second;
        }
    }

    fn refill(&mut self, now: Instant) {
        let micros = i128::try_from(now.since(self.at).as_micros()).unwrap_or(0);
        let gain = micros.saturating_mul(i128::from(self.per_second)) / 1_000_000;
        // Short spells are saved up until they are worth a whole one.
        if gain != 0 {
            self.left = (self.left + gain).min(i128::from(self.burst));
            self.at = now;
        }
    }

    /// Takes so much, if the budget is not overdrawn.
    pub(super) fn take(&mut self, now: Instant, cost: u64) -> bool {
        self.refill(now);
        let may = 0 < self.left;
        if may {
            self.left -= i128::from(cost);
        }
        may
    }

    /// When it will not be overdrawn.
    pub(super) fn next(&self) -> Instant {
        let missing = (1 - self.left).max(0).saturating_mul(1_000_000);
        let micros = missing / i128::from(self.per_second.max(1)) + i128::from(0 < missing);
        self.at + Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_rate_counts_from_when_it_is_set() {
        let mut bucket = Bucket::new(Instant::ZERO, 1000, 500);
        assert!(bucket.take(Instant::ZERO, 2500));
        assert_eq!(bucket.next(), Instant(2_001_001));
        bucket.set_rate(Instant(1_000_000), 500);
        assert!(!bucket.take(Instant(1_000_000), 1));
        assert_eq!(bucket.next(), Instant(3_002_001));
        assert!(bucket.take(bucket.next(), 1));
    }

    #[test]
    fn a_budget_is_kept_over_time_and_says_when_there_is_more() {
        let mut bucket = Bucket::new(Instant::ZERO, 1000, 500);
        let (mut now, mut taken) = (Instant::ZERO, 0);
        while now < Instant(10_000_000) {
            assert!(bucket.take(now, 300), "{now:?}");
            taken += 300;
            while bucket.left <= 0 {
                let next = bucket.next();
                assert!(now < next);
                now = next;
                bucket.refill(now);
            }
        }
        assert!((9_900..=10_900).contains(&taken), "{taken}");
    }
}
