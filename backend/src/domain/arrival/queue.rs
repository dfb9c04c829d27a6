//! Whose turn it is.
//!
//! Owns the order: what one server sent is done in the order it came, one after the other; servers take turns. What could
//! not be fetched lets the others of its server pass until it is tried again. In memory, and in step with the rows.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use shared::time::Instant;

/// Bytes that weigh as much as one more activity.
const WEIGHT_BYTES: usize = 20_000;

/// What something of so many bytes weighs: most are short and weigh one, the longest weigh 26.
#[must_use]
pub fn weight(bytes: usize) -> usize {
    1 + bytes / WEIGHT_BYTES
}

/// What waits, by server.
#[derive(Debug, Default)]
pub struct Queue {
    lines: BTreeMap<String, Line>,
    /// The server of each, and its weight.
    hosts: HashMap<u64, (String, usize)>,
    weight: usize,
    last: String,
}

#[derive(Debug, Default)]
struct Line {
    /// Each with when it may be tried.
    waiting: BTreeMap<u64, Instant>,
    weight: usize,
    is_busy: bool,
}

impl Queue {
    /// How many wait in all.
    #[must_use]
    pub fn count(&self) -> usize {
        self.hosts.len()
    }

    /// How much waits in all: see [`weight`].
    #[must_use]
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// How much of a server waits.
    #[must_use]
    pub fn weight_of(&self, host: &str) -> usize {
        self.lines.get(host).map_or(0, |line| line.weight)
    }

    /// Something of so many bytes arrived. What is there already stays where it is.
    pub fn put(&mut self, host: &str, number: u64, bytes: usize) {
        if self.hosts.contains_key(&number) {
            return;
        }
        let weight = weight(bytes);
        self.hosts.insert(number, (host.to_owned(), weight));
        self.weight += weight;
        let line = self.lines.entry(host.to_owned()).or_default();
        line.waiting.insert(number, Instant::ZERO);
        line.weight += weight;
    }

    /// Something is dealt with.
    pub fn remove(&mut self, number: u64) {
        let Some((host, weight)) = self.hosts.remove(&number) else { return };
        self.weight -= weight;
        if let Some(line) = self.lines.get_mut(&host)
            && line.waiting.remove(&number).is_some()
        {
            line.weight -= weight;
        }
        self.tidy(&host);
    }

    /// The next to be done, and the server that has its turn until [`Queue::release`].
    pub fn take(&mut self, now: Instant) -> Option<(String, u64)> {
        let behind = (Bound::Excluded(self.last.clone()), Bound::Unbounded);
        let around = self.lines.range(behind).chain(self.lines.range(..=self.last.clone()));
        let (host, number) = around.filter(|(_, line)| !line.is_busy).find_map(|(host, line)| {
            let number = line.waiting.iter().find(|(_, due)| **due <= now)?.0;
            Some((host.clone(), *number))
        })?;
        self.lines.get_mut(&host)?.is_busy = true;
        self.last.clone_from(&host);
        Some((host, number))
    }

    /// The turn of a server is over.
    pub fn release(&mut self, host: &str) {
        if let Some(line) = self.lines.get_mut(host) {
            line.is_busy = false;
        }
        self.tidy(host);
    }

    /// Something waits until then.
    pub fn hold(&mut self, number: u64, until: Instant) {
        let Some(line) = self.hosts.get(&number).and_then(|(host, _)| self.lines.get_mut(host)) else {
            return;
        };
        if let Some(due) = line.waiting.get_mut(&number) {
            *due = until;
        }
    }

    /// When this may be tried; none where it does not wait.
    #[must_use]
    pub fn due_of(&self, number: u64) -> Option<Instant> {
        let (host, _) = self.hosts.get(&number)?;
        let line = self.lines.get(host)?;
        line.waiting.get(&number).copied()
    }

    /// When there is something to be done of a server that is not busy; none where nothing waits.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        let free = self.lines.values().filter(|line| !line.is_busy);
        free.flat_map(|line| line.waiting.values()).min().copied()
    }

    #[cfg(test)]
    pub(super) fn lines_kept(&self) -> usize {
        self.lines.len()
    }

    fn tidy(&mut self, host: &str) {
        if self.lines.get(host).is_some_and(|line| line.waiting.is_empty() && !line.is_busy) {
            self.lines.remove(host);
        }
    }
}
