//! Bandwidth, estimated from what downloads actually took.
//!
//! Owns the two moving averages and the meter that feeds them. Never decides anything: `choose` reads the estimate. The
//! surprise is that downloads overlap (sound and picture come together), so it is the pipe that is measured, not each
//! download: time counts once, while at least one download flows, and the wait for a first byte does not count.

use std::time::Duration;

use shared::time::Instant;

/// Less than this measures latency, not bandwidth, and waits for more.
const SAMPLE_BYTES_MIN: u64 = 16 * 1024;
/// What a browser's cache or a neighbour in the same room delivers at; faster would only overflow.
const BITS_PER_SECOND_MAX: f64 = 10e9;
/// A sample is taken at least this often during a long download.
const SAMPLE_DURATION_MAX: Duration = Duration::from_millis(500);
/// While other downloads go on, a shorter time says too little.
const SAMPLE_BUSY_MIN: Duration = Duration::from_millis(100);
/// And in any case no less than this, or the last of two that end together would seem to have taken no time.
const SAMPLE_IDLE_MIN: Duration = Duration::from_millis(2);
/// A sample weighs at least as if it had taken this long: on a fast network downloads are so short that the averages would
/// never forget a slow minute.
const SAMPLE_SECONDS_MIN: f64 = 0.5;

/// An average that forgets by half in `half_life` seconds of downloading.
#[derive(Clone, Copy, Debug)]
struct Average {
    half_life: f64,
    value: f64,
    /// How much of the value is real: grows from 0 to 1, and corrects the zero it started from.
    weight: f64,
}

impl Average {
    const fn new(half_life: f64) -> Average {
        Average { half_life, value: 0.0, weight: 0.0 }
    }

    fn add(&mut self, value: f64, seconds: f64) {
        let kept = 0.5_f64.powf(seconds / self.half_life);
        self.value = value * (1.0 - kept) + self.value * kept;
        self.weight = (1.0 - kept) + self.weight * kept;
    }

    fn get(&self) -> Option<f64> {
        (0.0 < self.weight).then(|| self.value / self.weight)
    }
}

/// What the network carries.
#[derive(Clone, Debug)]
pub(crate) struct Estimator {
    /// Half-life 2 s: sees a drop before the buffer does.
    fast: Average,
    /// Half-life 6 s: does not believe a lucky second.
    slow: Average,
    /// What the last video measured; stands until the first sample.
    remembered: Option<u64>,
    /// Until here the pipe's time is accounted for.
    mark: Instant,
    bytes: u64,
    flowing: Duration,
}

impl Estimator {
    pub(crate) fn new(remembered: Option<u64>) -> Estimator {
        Estimator {
            fast: Average::new(2.0),
            slow: Average::new(6.0),
            remembered,
            mark: Instant::ZERO,
            bytes: 0,
            flowing: Duration::ZERO,
        }
    }

    /// `bytes` more came on a download that has been flowing since `since`.
    pub(crate) fn receive(&mut self, now: Instant, since: Instant, bytes: u64) {
        self.flowing += now.since(self.mark.max(since));
        self.mark = self.mark.max(now);
        self.bytes += bytes;
        if SAMPLE_DURATION_MAX <= self.flowing {
            self.sample();
        }
    }

    /// A download ended, well or not; `is_idle` if it was the last under way.
    pub(crate) fn finish(&mut self, is_idle: bool) {
        // Others have bytes they have not reported yet, which would make a short sample wrong.
        let enough = if is_idle { SAMPLE_IDLE_MIN } else { SAMPLE_BUSY_MIN };
        if enough <= self.flowing {
            self.sample();
        }
    }

    /// Takes what the meter shows, once it is enough to mean something. A pipe that gives nothing is a sample too.
    fn sample(&mut self) {
        if SAMPLE_BYTES_MIN <= self.bytes || SAMPLE_DURATION_MAX <= self.flowing {
            let seconds = self.flowing.as_secs_f64().max(SAMPLE_SECONDS_MIN);
            let bits_per_second = self.metered();
            self.fast.add(bits_per_second, seconds);
            self.slow.add(bits_per_second, seconds);
            (self.bytes, self.flowing) = (0, Duration::ZERO);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "bodies are far below 2^52 bytes")]
    fn metered(&self) -> f64 {
        (self.bytes as f64 * 8.0 / self.flowing.as_secs_f64().max(0.001)).min(BITS_PER_SECOND_MAX)
    }

    /// What was measured, or else what is being measured for the first time, or else what was remembered.
    pub(crate) fn bits_per_second(&self) -> Option<u64> {
        let first = || (SAMPLE_BYTES_MIN <= self.bytes).then(|| whole(self.metered()));
        self.measured().or_else(first).or(self.remembered)
    }

    /// The lower of the two averages: overestimating stalls, underestimating only blurs.
    pub(crate) fn measured(&self) -> Option<u64> {
        Some(whole(self.fast.get()?.min(self.slow.get()?)))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bandwidths are positive and have an upper bound"
)]
fn whole(bits_per_second: f64) -> u64 {
    bits_per_second as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    fn download(estimator: &mut Estimator, start: u64, seconds: u64, bits_per_second: u64) {
        for tenth in 1..=seconds * 10 {
            let now = Instant(start + tenth * SECOND / 10);
            estimator.receive(now, Instant(start), bits_per_second / 80);
        }
        estimator.finish(true);
    }

    fn mega(estimator: &Estimator) -> u64 {
        (estimator.bits_per_second().unwrap() + 50_000) / 100_000
    }

    #[test]
    fn a_steady_pipe_is_measured_as_it_is() {
        let mut estimator = Estimator::new(Some(1));
        download(&mut estimator, 0, 4, 5_000_000);
        assert_eq!(mega(&estimator), 50);
    }

    #[test]
    fn two_downloads_at_once_share_one_pipe() {
        let mut estimator = Estimator::new(None);
        for tenth in 1..=40 {
            let now = Instant(tenth * SECOND / 10);
            estimator.receive(now, Instant::ZERO, 31_250);
            estimator.receive(now, Instant::ZERO, 31_250);
        }
        estimator.finish(true);
        assert!((49..=50).contains(&mega(&estimator)), "{estimator:?}");
    }

    #[test]
    fn the_very_first_bytes_count_until_there_is_a_sample() {
        let mut estimator = Estimator::new(Some(1));
        estimator.receive(Instant(20_000), Instant::ZERO, 125_000);
        estimator.finish(false);
        assert_eq!((estimator.measured(), mega(&estimator)), (None, 500));
    }

    #[test]
    fn a_drop_is_seen_within_two_seconds_and_a_rise_is_believed_later() {
        let mut estimator = Estimator::new(None);
        download(&mut estimator, 0, 20, 8_000_000);
        download(&mut estimator, 20 * SECOND, 2, 1_000_000);
        assert!(mega(&estimator) < 50, "{estimator:?}");
        download(&mut estimator, 22 * SECOND, 20, 1_000_000);
        let before = mega(&estimator);
        download(&mut estimator, 42 * SECOND, 2, 8_000_000);
        assert!(before <= 20 && mega(&estimator) < 30, "{estimator:?}");
    }

    #[test]
    fn a_slow_minute_is_forgotten_although_fast_downloads_are_short() {
        let mut estimator = Estimator::new(None);
        download(&mut estimator, 0, 60, 1_000_000);
        for at in 0..16 {
            // 100 kB in 100 ms.
            let start = (60 + at * 4) * SECOND;
            estimator.receive(Instant(start + SECOND / 10), Instant(start), 100_000);
            estimator.finish(true);
        }
        assert!(50 < mega(&estimator), "{estimator:?}");
    }

    #[test]
    fn waiting_for_the_first_byte_and_tiny_answers_are_no_measurement() {
        let mut estimator = Estimator::new(Some(3_000_000));
        estimator.receive(Instant(2 * SECOND), Instant(2 * SECOND - 1000), 1357);
        estimator.finish(true);
        assert_eq!(estimator.bits_per_second(), Some(3_000_000));
        // 100 kB in 100 ms, after a second of waiting.
        estimator.receive(Instant(4 * SECOND), Instant(4 * SECOND - 100_000), 100_000);
        estimator.finish(true);
        assert_eq!(mega(&estimator), 80);
    }

    #[test]
    fn a_dead_pipe_is_a_measurement() {
        let mut estimator = Estimator::new(None);
        download(&mut estimator, 0, 2, 8_000_000);
        estimator.receive(Instant(8 * SECOND), Instant::ZERO, 10);
        assert!(mega(&estimator) < 15, "{estimator:?}");
    }
}
