//! Whether everybody saw the film as well as without peers.
//!
//! Safety is asserted while a run lasts (see `world` and `viewer`); this looks at its end. The surprise is what it is
//! compared with: the same people at the same origin, each for themselves.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::report::Report;
use super::scenario::Scenario;
use super::world::run;

/// A run, and what was wrong with it.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    /// What it showed; none if it broke a rule on its way.
    pub report: Option<Report>,
    /// What was wrong, in sentences.
    pub faults: Vec<String>,
}

/// Runs a scenario and judges it.
#[must_use]
pub fn judge(scenario: &Scenario) -> Verdict {
    let report = match catch_unwind(AssertUnwindSafe(|| run(scenario))) {
        Ok(report) => report,
        Err(panic) => return Verdict { report: None, faults: vec![format!("broke off: {}", said(&*panic))] },
    };
    let alone = run(&scenario.alone());
    let mut faults = Vec::new();
    for (place, (seen, without)) in report.seen.iter().zip(&alone.seen).enumerate() {
        if !seen.has_ended && !seen.has_left && (without.has_ended || without.has_left) {
            faults.push(format!("viewer {place} did not see the end"));
        }
        if 0 < seen.stats.stalls && without.stats.stalls == 0 {
            let (times, long) = (seen.stats.stalls, seen.stats.stalled);
            faults.push(format!("viewer {place} waited {times} times, {long:.1?}, and alone never"));
        }
    }
    // Where the origin has not enough for anybody, nobody waits longer for peers.
    if alone.stalled() < report.stalled() {
        let (times, times_alone) = (report.stalls(), alone.stalls());
        let (long, long_alone) = (report.stalled(), alone.stalled());
        faults.push(format!(
            "{times} standstills, {long:.1?} in all, and alone {times_alone}, {long_alone:.1?}"
        ));
    }
    Verdict { report: Some(report), faults }
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word")
}
