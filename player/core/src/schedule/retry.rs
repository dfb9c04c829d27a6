//! What failed, how often, and when it may be tried again.
//!
//! Owns the count of failures of each errand. Never judges them: `fault` does. The surprise is that failures grow old:
//! after a quiet minute the count begins anew.

use std::time::Duration;

use shared::time::Instant;

use crate::dice::Dice;
use crate::flights::Errand;
use crate::table::Table;

const DELAY_FIRST: Duration = Duration::from_millis(500);
/// People press reload after ten seconds of nothing.
const DELAY_MAX: Duration = Duration::from_secs(8);
/// So often what broke off is asked for at once; then the server has trouble enough.
const HASTENED_MAX: u32 = 3;
/// Failures longer ago have nothing to do with this one.
const MEMORY: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug)]
struct Failing {
    failures: u32,
    last: Instant,
    not_before: Instant,
    /// What lies in caches is not to be trusted.
    is_fresh: bool,
}

/// All that fails.
#[derive(Debug)]
pub(crate) struct Retries {
    table: Table<Errand, Failing>,
    dice: Dice,
}

impl Retries {
    pub(crate) fn new(dice: Dice) -> Retries {
        Retries { table: Table::default(), dice }
    }

    /// How often an errand failed lately.
    pub(crate) fn failures(&self, now: Instant, errand: Errand) -> u32 {
        let recent = self.table.get(&errand).filter(|failing| now.since(failing.last) <= MEMORY);
        recent.map_or(0, |failing| failing.failures)
    }

    /// An errand failed and is to be tried again.
    pub(crate) fn fail(&mut self, now: Instant, errand: Errand, is_fresh: bool) {
        let failures = self.failures(now, errand);
        // Wrong bytes are asked for again at once the first time: waiting does not mend a cache.
        let delay = if is_fresh && failures == 0 { Duration::ZERO } else { self.delay(failures) };
        self.table.retain(|failing| now.since(failing.last) <= MEMORY);
        let failing = Failing { failures: failures + 1, last: now, not_before: now + delay, is_fresh };
        self.table.insert(errand, failing);
    }

    /// An errand broke off on its way: whoever answers at all is asked for the rest at once, the first few times.
    pub(crate) fn hasten(&mut self, now: Instant, errand: Errand) {
        if let Some(failing) = self.table.get_mut(&errand).filter(|failing| failing.failures <= HASTENED_MAX)
        {
            failing.not_before = now;
        }
    }

    /// Half a second doubled with each failure, give or take a quarter, so that many viewers spread out.
    fn delay(&mut self, failures: u32) -> Duration {
        let doubled = DELAY_FIRST.saturating_mul(1 << failures.min(16)).min(DELAY_MAX);
        let percent = 75 + u32::try_from(self.dice.roll(51)).unwrap_or(0);
        doubled * percent / 100
    }

    /// An errand succeeded, or is of no interest any more.
    pub(crate) fn forget(&mut self, errand: Errand) {
        self.table.remove(&errand);
    }

    /// Everything may be tried again at once.
    pub(crate) fn forget_all(&mut self) {
        self.table.clear();
    }

    pub(crate) fn may_try(&self, now: Instant, errand: Errand) -> bool {
        self.table.get(&errand).is_none_or(|failing| failing.not_before <= now)
    }

    pub(crate) fn is_fresh(&self, errand: Errand) -> bool {
        self.table.get(&errand).is_some_and(|failing| failing.is_fresh)
    }

    /// Whether anything has failed again and again of late.
    pub(crate) fn is_struggling(&self, now: Instant) -> bool {
        self.table.values().any(|failing| 2 <= failing.failures && now.since(failing.last) <= 2 * DELAY_MAX)
    }

    /// When something may be tried again.
    pub(crate) fn next(&self, now: Instant) -> Option<Instant> {
        self.table.values().map(|failing| failing.not_before).filter(|at| now < *at).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    #[test]
    fn delays_double_up_to_eight_seconds_and_spread() {
        let mut retries = Retries::new(Dice::new(7));
        let mut now = Instant::ZERO;
        for usual_ms in [500, 1000, 2000, 4000, 8000, 8000] {
            retries.fail(now, Errand::Master, false);
            let next = retries.next(now).unwrap();
            let waited_ms = next.since(now).as_millis();
            assert!((usual_ms * 3 / 4..=usual_ms * 5 / 4).contains(&waited_ms), "{waited_ms} ms");
            assert!(!retries.may_try(now, Errand::Master) && retries.may_try(next, Errand::Master));
            now = next;
        }
        assert_eq!(retries.failures(now, Errand::Master), 6);
        assert!(retries.is_struggling(now));
    }

    #[test]
    fn a_wrong_body_is_asked_for_again_at_once_past_the_caches() {
        let mut retries = Retries::new(Dice::new(7));
        retries.fail(Instant::ZERO, Errand::Master, true);
        assert!(retries.may_try(Instant::ZERO, Errand::Master) && retries.is_fresh(Errand::Master));
        retries.fail(Instant::ZERO, Errand::Master, true);
        assert!(!retries.may_try(Instant::ZERO, Errand::Master));
    }

    #[test]
    fn what_broke_off_is_asked_for_at_once_the_first_few_times() {
        let mut retries = Retries::new(Dice::new(7));
        retries.hasten(Instant::ZERO, Errand::Master);
        for at_once in [true, true, true, false, false] {
            retries.fail(Instant::ZERO, Errand::Master, false);
            retries.hasten(Instant::ZERO, Errand::Master);
            assert_eq!(retries.may_try(Instant::ZERO, Errand::Master), at_once);
        }
    }

    #[test]
    fn a_quiet_minute_and_a_success_forget() {
        let mut retries = Retries::new(Dice::new(7));
        retries.fail(Instant::ZERO, Errand::Master, false);
        assert_eq!(retries.failures(Instant(60 * SECOND), Errand::Master), 1);
        assert_eq!(retries.failures(Instant(61 * SECOND), Errand::Master), 0);
        retries.forget(Errand::Master);
        assert_eq!(retries.failures(Instant::ZERO, Errand::Master), 0);
    }
}
