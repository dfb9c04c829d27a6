//! Rows in an order, in runs: a change touches one run, and a page is found by the lengths of those before it.

use std::cmp::Ordering;

/// Rows of one run at most: moving half of them is as quick as finding the place for a new one.
const RUN_MAX: usize = 512;

/// Rows in an order that whoever changes them names each time, always the same.
pub(super) struct Runs<T> {
    /// None is empty.
    runs: Vec<Vec<T>>,
    len: usize,
}

impl<T> Runs<T> {
    /// Of rows that are in order already.
    pub(super) fn of_sorted(rows: Vec<T>) -> Runs<T> {
        let len = rows.len();
        let mut runs = Vec::with_capacity(len / (RUN_MAX / 2) + 1);
        let mut rows = rows.into_iter();
        loop {
            // Half full, so that the next rows find room.
            let run: Vec<T> = rows.by_ref().take(RUN_MAX / 2).collect();
            if run.is_empty() {
                return Runs { runs, len };
            }
            runs.push(run);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.runs.iter().flatten()
    }

    /// Rows from `start` on.
    pub(super) fn from(&self, start: usize) -> impl Iterator<Item = &T> {
        let (mut skipped, mut first) = (0, 0);
        for run in &self.runs {
            if start < skipped + run.len() {
                break;
            }
            skipped += run.len();
            first += 1;
        }
        let runs = self.runs.get(first..).unwrap_or_default();
        runs.iter().flatten().skip(start.saturating_sub(skipped))
    }

    /// Puts a row where it belongs.
    pub(super) fn insert(&mut self, row: T, compare: impl Fn(&T, &T) -> Ordering) {
        self.len += 1;
        let is_before = |run: &Vec<T>| run.last().is_some_and(|last| compare(last, &row) == Ordering::Less);
        let at = self.runs.partition_point(is_before).min(self.runs.len().saturating_sub(1));
        let Some(run) = self.runs.get_mut(at) else {
            self.runs.push(vec![row]);
            return;
        };
        let place = run.partition_point(|other| compare(other, &row) == Ordering::Less);
        run.insert(place, row);
        if RUN_MAX < run.len() {
            let second = run.split_off(RUN_MAX / 2);
            self.runs.insert(at + 1, second);
        }
    }

    /// Takes a row out; false where it is not in its place.
    pub(super) fn remove(&mut self, row: &T, compare: impl Fn(&T, &T) -> Ordering) -> bool {
        let is_before = |run: &Vec<T>| run.last().is_some_and(|last| compare(last, row) == Ordering::Less);
        let at = self.runs.partition_point(is_before);
        let Some(run) = self.runs.get_mut(at) else { return false };
        let Ok(place) = run.binary_search_by(|other| compare(other, row)) else { return false };
        run.remove(place);
        self.len -= 1;
        let is_short = run.len() < RUN_MAX / 8;
        if run.is_empty() {
            self.runs.remove(at);
        } else if is_short && 0 < at {
            // Short runs join, so that there are never more of them than rows call for.
            let short = self.runs.remove(at);
            if let Some(before) = self.runs.get_mut(at - 1) {
                before.extend(short);
                if RUN_MAX < before.len() {
                    let second = before.split_off(RUN_MAX / 2);
                    self.runs.insert(at, second);
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from 0 to 9999 in an order of their own.
    fn scattered(count: u64) -> impl Iterator<Item = u64> {
        (0..count).map(|number| number.wrapping_mul(7919) % 10_007)
    }

    fn is_sound(runs: &Runs<u64>, expected: &[u64]) {
        assert_eq!(runs.iter().copied().collect::<Vec<_>>(), expected);
        assert_eq!(runs.len(), expected.len());
        assert!(runs.runs.iter().all(|run| !run.is_empty() && run.len() <= RUN_MAX));
        assert!(runs.runs.len() <= 2 + expected.len() / (RUN_MAX / 16), "{} runs", runs.runs.len());
        for start in [0, 1, expected.len() / 3, expected.len().saturating_sub(1), expected.len(), usize::MAX]
        {
            let page: Vec<u64> = runs.from(start).take(5).copied().collect();
            assert_eq!(
                page,
                expected.iter().skip(start).take(5).copied().collect::<Vec<_>>(),
                "from {start}"
            );
        }
    }

    #[test]
    fn rows_stand_in_order_whatever_comes_and_goes() {
        let mut runs = Runs::of_sorted(Vec::new());
        let mut expected = std::collections::BTreeSet::new();
        for number in scattered(5000) {
            runs.insert(number, u64::cmp);
            expected.insert(number);
        }
        is_sound(&runs, &expected.iter().copied().collect::<Vec<_>>());
        for number in scattered(5000).filter(|number| number % 16 != 3) {
            assert!(runs.remove(&number, u64::cmp));
            assert!(!runs.remove(&number, u64::cmp), "it is gone");
            expected.remove(&number);
        }
        is_sound(&runs, &expected.iter().copied().collect::<Vec<_>>());
        for number in expected {
            assert!(runs.remove(&number, u64::cmp));
        }
        is_sound(&runs, &[]);
    }

    #[test]
    fn sorted_rows_are_taken_as_they_are() {
        for count in [0, 1, 256, 257, 5000] {
            let rows: Vec<u64> = (0..count).map(|number| number * 2).collect();
            let mut runs = Runs::of_sorted(rows.clone());
            is_sound(&runs, &rows);
            runs.insert(count, u64::cmp);
            assert_eq!(runs.len() as u64, count + 1);
            assert!(runs.iter().is_sorted());
        }
    }
}
