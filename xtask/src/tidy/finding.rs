//! What tidy has to say: where, and what is wrong there.

use std::fmt;

/// One broken rule.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finding {
    /// Path inside the checkout.
    pub file: String,
    /// From 1; 0 where it concerns the whole file.
    pub line: usize,
    /// A sentence.
    pub what: String,
}

impl Finding {
    /// About a line.
    pub fn at(file: &str, line: usize, what: impl Into<String>) -> Finding {
        Finding { file: file.to_owned(), line, what: what.into() }
    }

    /// About a whole file.
    pub fn of(file: &str, what: impl Into<String>) -> Finding {
        Finding::at(file, 0, what)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.file, self.what),
            line => write!(out, "{}:{line}: {}", self.file, self.what),
        }
    }
}
