//! How far something long is.
//!
//! Owns the difference between a terminal, where one line rewrites itself, and everything else, such as a log, where
//! each quarter has a line of its own.

use std::io::{IsTerminal as _, Write as _};

/// Something that takes a while.
pub struct Progress {
    what: String,
    rewrites: bool,
    told: Option<u64>,
}

/// On paper, so many lines tell enough.
const QUARTER: u64 = 25;

impl Progress {
    /// Of something that begins.
    pub fn new(what: impl Into<String>) -> Progress {
        Progress { what: what.into(), rewrites: std::io::stderr().is_terminal(), told: None }
    }

    /// It has come so far.
    pub fn at(&mut self, percent: u64) {
        if let Some(text) = self.text_at(percent) {
            write(&text);
        }
    }

    /// It waits for something that says nothing of how far it is.
    pub fn waits(&self, why: &str) {
        write(&self.line(why));
    }

    /// It is done.
    pub fn done(&self, how: &str) {
        let end = if self.rewrites { "\n" } else { "" };
        write(&format!("{}{end}", self.line(how)));
    }

    fn text_at(&mut self, percent: u64) -> Option<String> {
        let percent = if self.rewrites { percent.min(100) } else { percent.min(100) / QUARTER * QUARTER };
        if self.told == Some(percent) {
            return None;
        }
        self.told = Some(percent);
        // Its beginning is no news on paper.
        (self.rewrites || 0 < percent).then(|| self.line(&format!("{percent} %")))
    }

    fn line(&self, how: &str) -> String {
        let what = &self.what;
        if self.rewrites { format!("\r\x1b[K      {what}: {how}") } else { format!("      {what}: {how}\n") }
    }
}

fn write(text: &str) {
    let mut out = std::io::stderr();
    // Nobody may be reading.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rewrites: bool) -> Vec<String> {
        let mut progress = Progress { what: "a clip".into(), rewrites, told: None };
        (0..=100).chain([120]).filter_map(|percent| progress.text_at(percent)).collect()
    }

    #[test]
    fn a_terminal_has_one_line_that_rewrites_itself() {
        let told = told(true);
        assert_eq!(told.len(), 101);
        assert!(told.iter().all(|text| text.starts_with("\r\x1b[K") && !text.contains('\n')));
    }

    #[test]
    fn a_log_has_a_line_for_each_quarter() {
        assert_eq!(
            told(false).concat(),
            ["25", "50", "75", "100"].map(|at| format!("      a clip: {at} %\n")).concat()
        );
    }
}
