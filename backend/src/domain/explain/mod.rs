//! Why something did not arrive: what the ledgers know of another server, of somebody, or of one thing.
//!
//! Owns which of their rows answer which question, in which order they are read and how many are looked at. Has no words:
//! the command line, the API and the pages have their own. The surprise is that the ledgers are filed by server: whoever
//! asks about a thing of ours has all servers looked through, within bounds.

mod heard;
mod peer;
#[cfg(test)]
mod tests;
mod told;
mod topic;

pub use heard::{Arriving, arriving, received};
pub use peer::{Peer, peer, peers};
pub use told::{Tried, Waiting, tried, waiting};
pub use topic::{Thing, Topic};

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
    fn of<T>(self, all: Vec<T>) -> Found<T> {
        let total = u64::try_from(all.len()).unwrap_or(u64::MAX);
        Found { total, rows: all.into_iter().skip(self.start).take(self.count).collect() }
    }
}
