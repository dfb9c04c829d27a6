//! Part of what was found.

/// A part of what was found.
#[derive(Clone, PartialEq, Debug)]
pub struct Found<T> {
    /// How many there are, among those that were looked at.
    pub total: u64,
    /// These of them.
    pub rows: Vec<T>,
}

/// Which part of what is found is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// Rows to skip.
    pub start: usize,
    /// Rows to give.
    pub count: usize,
}

impl Part {
    pub(super) fn of<T>(self, all: Vec<T>) -> Found<T> {
        let total = u64::try_from(all.len()).unwrap_or(u64::MAX);
        Found { total, rows: all.into_iter().skip(self.start).take(self.count).collect() }
    }
}
