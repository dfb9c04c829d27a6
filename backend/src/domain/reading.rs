//! When a list that is kept elsewhere is read, and what in it is news. Pure.
//!
//! A list is a log: what was done, each with its date. Publishers may tell all of it each time or only what is later than
//! the date they are asked for; either way each action is done once, so that what somebody here decided since is not
//! undone by an old line.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use shared::api::ListFault;
use shared::time::Timestamp;

use crate::store::records::{Reading, ReadingState};

/// How often a list is read: order does not wait for a day, and a publisher with a thousand readers gets a question in
/// four seconds.
const READ_EVERY: Duration = Duration::from_secs(60 * 60);
/// After a failure, doubled with each that follows.
const RETRY_FIRST: Duration = Duration::from_secs(10 * 60);
/// A list that is gone is asked for once a day.
const RETRY_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Letters of a reason: a line or two.
const TROUBLE_LENGTH_MAX: usize = 300;
/// Letters of what a server says its document is known by; longer ones are not kept.
const VALIDATOR_LENGTH_MAX: usize = 500;

/// Something that a list says was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action<T> {
    /// Put in, rather than taken out.
    pub puts: bool,
    /// What, or whom.
    pub what: T,
    /// When.
    pub at: Timestamp,
}

/// A list as its publisher tells it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told<T> {
    /// What it calls itself.
    pub name: String,
    /// What was done, in any order.
    pub actions: Vec<Action<T>>,
}

/// What is to be done because of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct News<T> {
    /// For each that news are of, whether it is in at their end; in the order of their last action.
    pub says: Vec<(T, bool)>,
    /// Up to when the list is done then.
    pub upto: Option<Timestamp>,
}

/// What is later than all that was done before. A date that lies ahead counts as now, or one wrong clock would hide all
/// that follows.
#[must_use]
pub fn news<T: Clone + Eq + Hash>(
    actions: Vec<Action<T>>,
    upto: Option<Timestamp>,
    now: Timestamp,
) -> News<T> {
    let mut later: Vec<Action<T>> =
        actions.into_iter().filter(|action| upto.is_none_or(|upto| upto < action.at)).collect();
    // Stable: of two at one moment, the one that is told last counts.
    later.sort_by_key(|action| action.at);
    let upto = later.last().map(|last| last.at.min(now)).max(upto);
    let last_of: HashMap<T, usize> =
        later.iter().enumerate().map(|(at, action)| (action.what.clone(), at)).collect();
    let says = later.into_iter().enumerate();
    let says = says.filter(|(at, action)| last_of.get(&action.what) == Some(at));
    News { says: says.map(|(_, action)| (action.what, action.puts)).collect(), upto }
}

/// How reading begins: at once.
#[must_use]
pub fn begun(now: Timestamp) -> Reading {
    Reading {
        state: ReadingState::Waiting,
        due: now,
        read_at: None,
        tried_at: None,
        trouble: None,
        fault: None,
        failures: 0,
        upto: None,
        etag: None,
        modified: None,
    }
}

/// What a server says its document is known by.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Known {
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub modified: Option<String>,
}

/// All that the list says is done.
pub fn note_done(reading: &mut Reading, now: Timestamp, upto: Option<Timestamp>, known: Known) {
    // What is asked for from another date on is another document.
    let known = if upto == reading.upto { known } else { Known::default() };
    let kept = |text: Option<String>| text.filter(|text| text.len() <= VALIDATOR_LENGTH_MAX);
    *reading = Reading {
        state: ReadingState::Read,
        due: now.after(READ_EVERY),
        read_at: Some(now),
        tried_at: Some(now),
        trouble: None,
        fault: None,
        failures: 0,
        upto,
        etag: kept(known.etag),
        modified: kept(known.modified),
    };
}

/// The list is as it was.
pub fn note_same(reading: &mut Reading, now: Timestamp) {
    let known = Known { etag: reading.etag.take(), modified: reading.modified.take() };
    note_done(reading, now, reading.upto, known);
}

/// Why a list could not be read, or not be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failed {
    /// As a word.
    pub fault: ListFault,
    /// In a sentence.
    pub why: String,
}

/// The list could not be read, or not be done, for this reason.
pub fn note_failed(reading: &mut Reading, now: Timestamp, failed: &Failed) {
    let wait = RETRY_FIRST.saturating_mul(1 << reading.failures.min(16)).min(RETRY_MAX);
    reading.state = ReadingState::Failed;
    reading.due = now.after(wait);
    reading.tried_at = Some(now);
    reading.trouble = Some(failed.why.chars().take(TROUBLE_LENGTH_MAX).collect());
    reading.fault = Some(failed.fault);
    reading.failures = reading.failures.saturating_add(1);
    // It is told whole the next time, since what was told now was not done.
    reading.etag = None;
    reading.modified = None;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(why: &str) -> Failed {
        Failed { fault: ListFault::Refused, why: why.to_owned() }
    }

    fn action(puts: bool, what: &'static str, at: i64) -> Action<&'static str> {
        Action { puts, what, at: Timestamp(at) }
    }

    #[test]
    fn of_each_the_last_action_counts_and_old_ones_do_not() {
        let actions = vec![
            action(false, "a", 30),
            action(true, "a", 10),
            action(true, "b", 20),
            action(true, "c", 5),
            action(true, "d", 40),
            action(false, "d", 40),
        ];
        let found = news(actions.clone(), None, Timestamp(100));
        assert_eq!(found.says, [("c", true), ("b", true), ("a", false), ("d", false)]);
        assert_eq!(found.upto, Some(Timestamp(40)));
        let found = news(actions.clone(), Some(Timestamp(20)), Timestamp(100));
        assert_eq!(found.says, [("a", false), ("d", false)]);
        let found = news(actions, Some(Timestamp(40)), Timestamp(100));
        assert_eq!(found, News { says: vec![], upto: Some(Timestamp(40)) });
    }

    #[test]
    fn a_date_that_lies_ahead_hides_nothing_that_follows() {
        let found = news(vec![action(true, "a", 1000)], Some(Timestamp(5)), Timestamp(10));
        assert_eq!((found.says, found.upto), (vec![("a", true)], Some(Timestamp(10))));
        let found = news(vec![action(true, "b", 11)], found.upto, Timestamp(20));
        assert_eq!(found.says, [("b", true)]);
        assert_eq!(news(Vec::<Action<u8>>::new(), None, Timestamp(20)).upto, None);
    }

    #[test]
    fn a_list_that_fails_is_asked_for_ever_less_often_and_comes_back_at_once() {
        let mut reading = begun(Timestamp(0));
        let waits: Vec<i64> = (0..10)
            .map(|_| {
                note_failed(&mut reading, Timestamp(0), &failed(&"x".repeat(1000)));
                reading.due.0 / 60_000
            })
            .collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]);
        assert_eq!(reading.trouble.as_ref().map(String::len), Some(300));
        let known = || Known { etag: Some("\"1\"".into()), modified: None };
        note_done(&mut reading, Timestamp(7), Some(Timestamp(5)), known());
        assert_eq!((reading.state, reading.due), (ReadingState::Read, Timestamp(3_600_007)));
        assert_eq!((reading.failures, &reading.trouble, &reading.etag), (0, &None, &None));
        note_done(&mut reading, Timestamp(8), Some(Timestamp(5)), known());
        assert_eq!(reading.etag.as_deref(), Some("\"1\""), "the same question as the next time");
        note_same(&mut reading, Timestamp(9));
        assert_eq!((reading.etag.as_deref(), reading.read_at), (Some("\"1\""), Some(Timestamp(9))));
        note_failed(&mut reading, Timestamp(10), &failed("gone"));
        assert_eq!((reading.etag, reading.upto), (None, Some(Timestamp(5))));
    }
}
