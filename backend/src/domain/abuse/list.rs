//! Lists of reports.

use shared::id::{AbuseId, AccountId, VideoId};

use crate::store::records::{Abuse, Reports};
use crate::store::tables::{AbuseKey, AbusesBy, AccountReportsKey, ReporterAbuseKey, VideoReportsKey};
use crate::store::{Read, StoreError};

/// All accounts together. Real ones are numbered from 1.
pub(super) const EVERYBODY: AccountId = AccountId(0);
/// Reports that a search, or an order that is not that of time, looks at.
const LOOKED_AT_MAX: usize = 20_000;

/// Whose reports a list is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// Everybody's.
    Everything,
    /// What this account reported.
    By(AccountId),
}

/// What reports are sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// When they were made, which is the order of their numbers.
    CreatedAt,
    /// What became of them.
    State,
}

/// Which page is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// By what.
    pub sort: Sort,
    /// Last first.
    pub descending: bool,
    /// Rows to skip.
    pub start: usize,
    /// Rows to give.
    pub count: usize,
}

/// A page of reports, and how many there are. `holds`, where there is one, says which; then, and where they are sorted,
/// at most [`LOOKED_AT_MAX`] of the last are looked at.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn list(
    read: &impl Read,
    source: Source,
    asked: Asked,
    holds: Option<&dyn Fn(&Abuse) -> bool>,
) -> Result<(u64, Vec<Abuse>), StoreError> {
    let Asked { sort, descending, start, count } = asked;
    if let (None, Sort::CreatedAt) = (holds, sort) {
        let mut rows = Vec::new();
        for id in ids(read, source, descending).skip(start).take(count) {
            rows.extend(read.get(&AbuseKey { abuse: id? })?);
        }
        return Ok((total(read, source)?, rows));
    }
    let mut found: Vec<Abuse> = Vec::new();
    let last_first = sort == Sort::State || descending;
    for id in ids(read, source, last_first).take(LOOKED_AT_MAX) {
        let abuse = read.get(&AbuseKey { abuse: id? })?;
        found.extend(abuse.filter(|abuse| holds.is_none_or(|holds| holds(abuse))));
    }
    if sort == Sort::State {
        found.sort_by(|one, other| {
            let order = one.state.cmp(&other.state);
            if descending { order.reverse() } else { order }
        });
    }
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    Ok((total, found.into_iter().skip(start).take(count).collect()))
}

type Ids<'r> = Box<dyn Iterator<Item = Result<AbuseId, StoreError>> + 'r>;

fn ids<'r>(read: &'r impl Read, source: Source, descending: bool) -> Ids<'r> {
    match source {
        Source::Everything => {
            let rows = if descending { read.table_reverse::<AbuseKey>() } else { read.table::<AbuseKey>() };
            Box::new(rows.map(|row| row.map(|(key, _)| key.abuse)))
        }
        Source::By(account) => {
            let prefix = AbusesBy(account);
            let rows = if descending { read.scan_reverse(&prefix) } else { read.scan(&prefix) };
            let number = |key: ReporterAbuseKey| key.abuse;
            Box::new(rows.map(move |row| row.map(|(key, ())| number(key))))
        }
    }
}

fn total(read: &impl Read, source: Source) -> Result<u64, StoreError> {
    let account = match source {
        Source::Everything => EVERYBODY,
        Source::By(account) => account,
    };
    Ok(counts(read, account)?.made)
}

/// How often an account reported, and was reported.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn counts(read: &impl Read, account: AccountId) -> Result<Reports, StoreError> {
    Ok(read.get(&AccountReportsKey { account })?.unwrap_or_default())
}

/// How often a video was reported.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn count_of(read: &impl Read, video: VideoId) -> Result<u64, StoreError> {
    Ok(read.get(&VideoReportsKey { video })?.unwrap_or(0))
}
