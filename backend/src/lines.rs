//! The last lines of the log, in memory, for administrators who read them in the pages.
//!
//! Owns how many there are. The program's own log goes on where it always went; what is not asked for in time is read
//! there.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::time::Timestamp;

/// Lines that are kept, and letters of each: two megabytes in all.
const LINES_MAX: usize = 2000;
const LETTERS_MAX: usize = 1000;

/// How grave a line is, gravest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// For whoever looks for a fault.
    Debug,
    /// What happens every day.
    Info,
    /// What should be looked at some day.
    Warn,
    /// What should be looked at now.
    Error,
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// How grave.
    pub level: Level,
    /// Which part of the program says so.
    pub part: String,
    /// What.
    pub text: String,
}

/// The last lines. Cheap to clone: all clones hold the same.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    kept: Arc<Mutex<VecDeque<Line>>>,
}

impl Lines {
    /// Keeps a line, and drops the oldest where there are too many.
    pub fn push(&self, mut line: Line) {
        if let Some((end, _)) = line.text.char_indices().nth(LETTERS_MAX) {
            line.text.truncate(end);
        }
        let mut kept = self.lock();
        if LINES_MAX <= kept.len() {
            kept.pop_front();
        }
        kept.push_back(line);
    }

    /// Lines from `from` until `until` that are at least so grave, first first.
    #[must_use]
    pub fn between(&self, from: Timestamp, until: Timestamp, level: Level) -> Vec<Line> {
        let meant = |line: &&Line| from <= line.at && line.at <= until && level <= line.level;
        self.lock().iter().filter(meant).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Line>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_long_ones_are_cut() {
        let lines = Lines::default();
        let line =
            |at, level, text: &str| Line { at: Timestamp(at), level, part: "x".into(), text: text.into() };
        for at in 0..2005 {
            lines.push(line(at, if at % 2 == 0 { Level::Info } else { Level::Warn }, "é"));
        }
        lines.push(line(9999, Level::Error, &"é".repeat(5000)));
        let all = lines.between(Timestamp(0), Timestamp(10_000), Level::Debug);
        assert_eq!((all.len(), all[0].at), (LINES_MAX, Timestamp(6)));
        assert_eq!(all[LINES_MAX - 1].text.chars().count(), LETTERS_MAX);
        let grave = lines.between(Timestamp(2000), Timestamp(2003), Level::Warn);
        assert_eq!(grave.iter().map(|line| line.at.0).collect::<Vec<_>>(), [2001, 2003]);
    }
}
