//! How often somebody may do something: so many times in a window that begins with the first.
//!
//! Owns the counters; never reads a clock.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::time::Duration;

use shared::time::Instant;

/// About 100 bytes each, so a few megabytes. Beyond it the oldest are forgotten.
const COUNTERS_MAX: usize = 50_000;

/// Counters of one kind of deed.
pub struct Pace<K> {
    window: Duration,
    count_max: u32,
    counters: HashMap<K, (Instant, u32)>,
    order: VecDeque<(Instant, K)>,
}

impl<K: Eq + Hash + Clone> Pace<K> {
    /// At most `count_max` deeds in a `window`.
    #[must_use]
    pub fn new(count_max: u32, window: Duration) -> Pace<K> {
        Pace { window, count_max, counters: HashMap::new(), order: VecDeque::new() }
    }

    /// Counts one deed.
    ///
    /// # Errors
    /// How long to wait, where there were too many.
    pub fn step(&mut self, now: Instant, key: &K) -> Result<(), Duration> {
        while let Some((began, _)) = self.order.front() {
            if now.since(*began) < self.window && self.counters.len() < COUNTERS_MAX {
                break;
            }
            if let Some((_, key)) = self.order.pop_front() {
                self.counters.remove(&key);
            }
        }
        let (began, count) = self.counters.entry(key.clone()).or_insert_with(|| {
            self.order.push_back((now, key.clone()));
            (now, 0)
        });
        if self.count_max <= *count {
            return Err(self.window.saturating_sub(now.since(*began)));
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::ZERO + Duration::from_secs(seconds)
    }

    #[test]
    fn who_is_too_quick_waits_for_the_windows_end_and_others_do_not() {
        let mut pace = Pace::new(2, Duration::from_secs(60));
        assert_eq!((pace.step(at(0), &1), pace.step(at(10), &1)), (Ok(()), Ok(())));
        assert_eq!(pace.step(at(20), &1), Err(Duration::from_secs(40)));
        assert_eq!(pace.step(at(20), &2), Ok(()));
        assert_eq!(pace.step(at(60), &1), Ok(()));
    }

    #[test]
    fn counters_are_bounded() {
        let mut pace = Pace::new(1, Duration::from_secs(60));
        for key in 0..COUNTERS_MAX + 10 {
            assert_eq!(pace.step(at(0), &key), Ok(()));
        }
        assert!(pace.counters.len() <= COUNTERS_MAX && pace.order.len() <= COUNTERS_MAX);
    }
}
