//! When something is read again.

use std::time::Duration;

use shared::time::Timestamp;

use crate::store::records::Repair;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Who looks at something causes a reading of it at most so often.
pub const LOOK_EVERY: Duration = Duration::from_secs(10 * 60);
/// What its server does not find is asked for again after this, and only then believed to be gone.
pub const MISSING_AGAIN: Duration = HOUR;
/// An instance that did nothing for longer was away.
pub const AWAY_MIN: Duration = Duration::from_secs(10 * 60);
/// How often something is read that somebody looked at within a day.
const WATCHED_EVERY: Duration = Duration::from_secs(6 * 60 * 60);
/// How often something is read that is followed, or was looked at within [`WATCHED_FOR`].
const KEPT_EVERY: Duration = DAY;
/// How long after the last look something is still read.
const WATCHED_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long after it was last seen to be followed something is still read: who is followed is looked through each day.
const FOLLOWED_FOR: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// How soon a long thread is gone on with.
const NEXT_PAGE: Duration = MINUTE;
/// Doublings of a minute after failures in a row: the longest wait is a good half day.
const DOUBLINGS_MAX: u32 = 10;

/// What became of a reading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It was read; with the page of what is said about it to go on with.
    Read(Option<String>),
    /// It could not be read now.
    Failed,
    /// It will never be read, or is gone.
    Never,
}

/// How long until it is read again; none where nobody here needs it any more.
#[must_use]
pub fn next(row: &Repair, now: Timestamp) -> Option<Duration> {
    if let Some(since) = row.missing_since {
        // Whatever else: to know whether it is gone.
        return Some(MISSING_AGAIN.saturating_sub(now.since(since)).max(MINUTE));
    }
    let within = |at: Option<Timestamp>, span: Duration| at.is_some_and(|at| now.since(at) < span);
    let every = if within(row.looked_at, DAY) {
        WATCHED_EVERY
    } else if within(row.looked_at, WATCHED_FOR) || within(row.followed_at, FOLLOWED_FOR) {
        KEPT_EVERY
    } else {
        return None;
    };
    if 0 < row.failures {
        return Some(every.min(MINUTE * 2u32.saturating_pow(row.failures.min(DOUBLINGS_MAX))));
    }
    Some(if row.page.is_some() { NEXT_PAGE } else { every })
}

/// Whether an instance was away, that was last seen to be alive then. A first start was not.
#[must_use]
pub fn was_away(alive_at: Option<Timestamp>, now: Timestamp) -> bool {
    alive_at.is_some_and(|alive_at| AWAY_MIN <= now.since(alive_at))
}
