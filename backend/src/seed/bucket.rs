//! A token bucket: how much may be sent now, and when more may.
//!
//! Owns the arithmetic alone. Never asks what time it is. The surprise is debt: a whole message is sent as soon as the
//! bucket is not empty, and what it lacked is paid back before the next, so that a rate below one message a second
//! still sends whole messages.

use std::time::Duration;

use shared::time::Instant;

const MICROS: u64 = 1_000_000;

/// A rate and what is left of it at this moment.
#[derive(Clone, Debug)]
pub struct Bucket {
    per_second: u64,
    /// In millionths, so that no call is too short to count.
    burst: i128,
    level: i128,
    at: Instant,
}

impl Bucket {
    /// A full bucket that gains `per_second` and holds what `burst` gains in that time. A rate of 0 is taken for 1.
    #[must_use]
    pub fn new(per_second: u64, burst: Duration, now: Instant) -> Bucket {
        let per_second = per_second.max(1);
        let burst = gain(per_second, burst).max(i128::from(MICROS));
        Bucket { per_second, burst, level: burst, at: now }
    }

    /// Whether something may be sent now.
    #[must_use]
    pub fn is_open(&mut self, now: Instant) -> bool {
        self.fill(now);
        0 < self.level
    }

    /// Takes `amount`, into debt where there is less.
    pub fn take(&mut self, now: Instant, amount: u64) {
        self.fill(now);
        self.level = self.level.saturating_sub(i128::from(amount) * i128::from(MICROS));
    }

    /// When something may be sent; now or earlier where it may already.
    #[must_use]
    pub fn opens_at(&self) -> Instant {
        if 0 < self.level {
            return self.at;
        }
        let lacking = self.level.unsigned_abs() + 1;
        let micros = lacking.div_ceil(u128::from(self.per_second));
        self.at + Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }

    fn fill(&mut self, now: Instant) {
        let gained = gain(self.per_second, now.since(self.at));
        self.level = self.burst.min(self.level.saturating_add(gained));
        self.at = self.at.max(now);
    }
}

/// What a rate gives in a span, in millionths.
fn gain(per_second: u64, span: Duration) -> i128 {
    i128::from(per_second).saturating_mul(i128::try_from(span.as_micros()).unwrap_or(i128::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(millis: u64) -> Instant {
        Instant::ZERO + Duration::from_millis(millis)
    }

    #[test]
    fn a_burst_is_sent_at_once_and_the_rest_at_the_rate() {
        let mut bucket = Bucket::new(1000, SECOND, at(0));
        let mut sent = 0;
        for millis in 0..10_000 {
            while bucket.is_open(at(millis)) {
                bucket.take(at(millis), 100);
                sent += 100;
            }
        }
        // One second's worth of burst, ten of rate, and the last message's debt.
        assert!((11_000..=11_100).contains(&sent), "{sent}");
    }

    #[test]
    fn a_message_larger_than_the_burst_is_sent_and_paid_back() {
        let mut bucket = Bucket::new(10, SECOND, at(0));
        assert!(bucket.is_open(at(0)));
        bucket.take(at(0), 110);
        assert!(!bucket.is_open(at(9_999)));
        let opens = bucket.opens_at();
        assert!(at(10_000) < opens && opens <= at(10_001), "{opens:?}");
        assert!(bucket.is_open(opens));
    }

    #[test]
    fn a_long_rest_gains_no_more_than_the_burst() {
        let mut bucket = Bucket::new(1000, SECOND, at(0));
        bucket.take(at(0), 1000);
        assert!(bucket.is_open(at(86_400_000)));
        bucket.take(at(86_400_000), 1000);
        assert!(!bucket.is_open(at(86_400_000)));
    }

    #[test]
    fn a_clock_that_stands_still_or_steps_back_gains_nothing() {
        let mut bucket = Bucket::new(1000, SECOND, at(500));
        bucket.take(at(500), 1000);
        assert!(!bucket.is_open(at(500)));
        assert!(!bucket.is_open(at(400)));
        assert!(bucket.is_open(at(501)));
    }

    #[test]
    fn no_figure_overflows() {
        let mut bucket = Bucket::new(u64::MAX, Duration::MAX, at(0));
        bucket.take(Instant(u64::MAX), u64::MAX);
        assert!(bucket.is_open(Instant(u64::MAX)));
        let mut least = Bucket::new(0, Duration::ZERO, at(0));
        least.take(at(0), u64::MAX);
        assert!(!least.is_open(at(1000)));
        assert!(at(1000) < least.opens_at());
    }
}
