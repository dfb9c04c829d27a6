//! Steps told to the person who waits: which of how many, what it does, how long it took.
//!
//! Owns the numbering. Never hides what a step prints.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// A numbered list of steps being worked through.
pub struct Steps {
    indent: &'static str,
    total: usize,
    done: usize,
    started: Instant,
    timings: Vec<(String, Duration)>,
}

impl Steps {
    /// A list of so many steps.
    pub fn new(total: usize) -> Steps {
        Steps { indent: "", total, done: 0, started: Instant::now(), timings: Vec::new() }
    }

    /// A list of so many steps, all inside one step of another.
    pub fn inside(total: usize) -> Steps {
        Steps { indent: "      ", ..Steps::new(total) }
    }

    /// Says what comes, does it, and says how long it took.
    ///
    /// # Errors
    /// What the work returns, with the step's name in front.
    pub fn step<T>(&mut self, what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.done += 1;
        let indent = self.indent;
        tell!("{indent}[{}/{}] {what}", self.done, self.total);
        let begun = Instant::now();
        let result = work();
        let took = begun.elapsed();
        self.timings.push((what.to_owned(), took));
        if Duration::from_millis(200) < took {
            let total = seconds(self.started.elapsed());
            tell!("{indent}      {} ({total} since the start)", seconds(took));
        }
        result.with_context(|| format!("step {} of {} ({what})", self.done, self.total))
    }

    /// What each step took, in order.
    pub fn timings(&self) -> &[(String, Duration)] {
        &self.timings
    }

    /// Since the first step.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// A span as a person reads it: `0.4 s`, `12 s`, `3 min 20 s`.
pub fn seconds(span: Duration) -> String {
    let whole = span.as_secs();
    if whole < 10 {
        format!("{:.1} s", span.as_secs_f64())
    } else if whole < 120 {
        format!("{whole} s")
    } else {
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_say_them() {
        let told = [400, 9_960, 61_000, 200_000].map(|ms| seconds(Duration::from_millis(ms)));
        assert_eq!(told, ["0.4 s", "10.0 s", "61 s", "3 min 20 s"]);
    }
}
