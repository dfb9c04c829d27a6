//! When to give up on a fetch: if it will come too late, and a smaller one would come sooner.
//!
//! Never aborts anything itself. The surprise is that late alone is no reason: without something smaller to fetch
//! instead, the best way to the end of a download is to go on.

use std::time::Duration;

/// How often a fetch is looked at.
pub(crate) const ABANDON_CHECK: Duration = Duration::from_millis(250);
/// Before this a fetch has shown nothing: connections start slowly.
const GRACE: Duration = Duration::from_millis(500);
/// Before this a server that sends nothing at all may be about to: asking again would start the wait anew.
const GRACE_SILENT: Duration = Duration::from_secs(2);

/// How one fetch is getting on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    /// Since it was asked for.
    pub(crate) elapsed: Duration,
    pub(crate) received: u64,
    /// Of the whole body.
    pub(crate) total: u64,
    /// Until playback needs it.
    pub(crate) slack: Duration,
    /// Size of the same segment at the lowest quality.
    pub(crate) smallest: u64,
}

/// Whether to stop this fetch and take the segment at a lower quality.
pub(crate) fn should_abandon(arrival: &Arrival) -> bool {
    if arrival.elapsed < GRACE {
        return false;
    }
    // Fractions of a second and of a byte do not matter here; what could divide by zero does.
    let elapsed_us = micros(arrival.elapsed).max(1);
    let remaining = arrival.total.saturating_sub(arrival.received);
    let Some(remaining_us) = remaining.saturating_mul(elapsed_us).checked_div(arrival.received) else {
        let is_silent = GRACE_SILENT <= arrival.elapsed;
        return is_silent && arrival.slack < arrival.elapsed && arrival.smallest < arrival.total / 2;
    };
    let smallest_us = arrival.smallest.saturating_mul(elapsed_us) / arrival.received;
    micros(arrival.slack) < remaining_us && smallest_us < remaining_us
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(elapsed_ms: u64, received: u64, slack_ms: u64) -> Arrival {
        Arrival {
            elapsed: Duration::from_millis(elapsed_ms),
            received,
            total: 1_000_000,
            slack: Duration::from_millis(slack_ms),
            smallest: 100_000,
        }
    }

    #[test]
    fn a_fetch_that_comes_in_time_goes_on() {
        assert!(!should_abandon(&arrival(1000, 300_000, 4000)));
    }

    #[test]
    fn a_fetch_that_comes_too_late_is_given_up() {
        assert!(should_abandon(&arrival(1000, 100_000, 4000)));
        assert!(should_abandon(&arrival(2000, 0, 1000)));
    }

    #[test]
    fn a_fetch_that_is_nearly_done_goes_on_even_if_late() {
        assert!(!should_abandon(&arrival(4000, 950_000, 0)));
    }

    #[test]
    fn a_fetch_is_given_time_to_begin_and_never_given_up_for_something_as_large() {
        assert!(!should_abandon(&arrival(400, 0, 0)));
        assert!(!should_abandon(&Arrival { smallest: 1_000_000, ..arrival(4000, 100_000, 0) }));
        assert!(!should_abandon(&Arrival { smallest: 1_000_000, ..arrival(4000, 0, 0) }));
    }
}
