//! The order in which things are read again.

use std::time::Duration;

use shared::time::Timestamp;

use super::pace::{LOOK_EVERY, MISSING_AGAIN, Outcome, next};
use crate::store::records::{Repair, RepairTarget};
use crate::store::tables::{RepairDueKey, RepairKey, RepairsIn};
use crate::store::{Read, StoreError, Write};

/// What somebody waits for.
pub const LANE_URGENT: u64 = 0;
/// What is read in turns.
pub const LANE_IN_TURNS: u64 = 1;
/// Over so long the first readings of what is enlisted together are spread.
const SPREAD_SECONDS: u64 = 24 * 60 * 60;
/// Things that were looked at lately and are read at once after an absence; the others have their turns.
const URGED_MAX: usize = 300;
/// How long others' things go first where very much of one server's is due.
const OTHERS_FIRST: Duration = Duration::from_secs(10 * 60);
/// Rows that are looked at for these.
const URGED_LOOKED_AT_MAX: usize = 20_000;
/// How long ago somebody looked at them at most.
const URGED_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Somebody looks at something: it is read soon, unless it was a moment ago.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn look(write: &mut Write<'_>, now: Timestamp, target: RepairTarget) -> Result<(), StoreError> {
    let old = write.get(&RepairKey { target })?;
    let mut row = old.clone().unwrap_or(Repair { due: now, is_urgent: true, ..Repair::default() });
    row.looked_at = Some(now);
    if row.read_at.is_none_or(|read_at| LOOK_EVERY <= now.since(read_at)) {
        row.is_urgent = true;
        row.due = row.due.min(now);
    }
    put(write, target, old.as_ref(), &row)
}

/// Something of it was not found where it was said to be: it is read at once, whenever it was read before.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn reread(write: &mut Write<'_>, now: Timestamp, target: RepairTarget) -> Result<(), StoreError> {
    let old = write.get(&RepairKey { target })?;
    let mut row = old.clone().unwrap_or_default();
    row.looked_at = Some(now);
    (row.is_urgent, row.due) = (true, now);
    put(write, target, old.as_ref(), &row)
}

/// Somebody here follows whose it is: it has its turns from now on. First readings are spread over a day.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn enlist(write: &mut Write<'_>, now: Timestamp, target: RepairTarget) -> Result<(), StoreError> {
    let old = write.get(&RepairKey { target })?;
    let mut row = old.clone().unwrap_or_else(|| {
        let number = match target {
            RepairTarget::Video(video) => video.0,
            RepairTarget::Account(account) => account.0,
            RepairTarget::Channel(channel) => channel.0,
            RepairTarget::Comment(comment) => comment.0,
        };
        // Neighbours are far from each other.
        let after = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % SPREAD_SECONDS;
        Repair { due: now.after(Duration::from_secs(after)), ..Repair::default() }
    });
    row.followed_at = Some(now);
    put(write, target, old.as_ref(), &row)
}

/// Lets something wait that is due, since so much of its server's is.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn put_off(write: &mut Write<'_>, now: Timestamp, target: RepairTarget) -> Result<(), StoreError> {
    let Some(old) = write.get(&RepairKey { target })? else { return Ok(()) };
    put(write, target, Some(&old), &Repair { due: now.after(OTHERS_FIRST), ..old.clone() })
}

/// What is due in a lane, longest due first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn due(
    read: &impl Read,
    now: Timestamp,
    lane: u64,
    count: usize,
) -> Result<Vec<RepairTarget>, StoreError> {
    let mut found = Vec::new();
    for row in read.scan(&RepairsIn(lane)).take(count) {
        let (key, ()) = row?;
        if now < key.due {
            break;
        }
        found.push(key.target);
    }
    Ok(found)
}

/// Its server does not find it (404), or says that it is gone (410). Gives whether it is to be removed: at once where it
/// says so for sure, and else where it says it again after a while.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn is_lost(
    write: &mut Write<'_>,
    now: Timestamp,
    target: RepairTarget,
    is_sure: bool,
) -> Result<bool, StoreError> {
    let old = write.get(&RepairKey { target })?;
    let since = old.as_ref().and_then(|row| row.missing_since);
    if is_sure || since.is_some_and(|since| MISSING_AGAIN <= now.since(since)) {
        drop_row(write, target, old.as_ref());
        return Ok(true);
    }
    if since.is_none() {
        let row = Repair {
            missing_since: Some(now),
            is_urgent: false,
            due: now.after(MISSING_AGAIN),
            ..old.clone().unwrap_or_default()
        };
        put(write, target, old.as_ref(), &row)?;
    }
    Ok(false)
}

/// Its server has it, after all.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn found(write: &mut Write<'_>, target: RepairTarget) -> Result<(), StoreError> {
    if let Some(old) = write.get(&RepairKey { target })?
        && old.missing_since.is_some()
    {
        put(write, target, Some(&old), &Repair { missing_since: None, ..old.clone() })?;
    }
    Ok(())
}

/// Notes what became of a reading, and when the next is due.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn settle(
    write: &mut Write<'_>,
    now: Timestamp,
    target: RepairTarget,
    outcome: Outcome,
) -> Result<(), StoreError> {
    let Some(old) = write.get(&RepairKey { target })? else { return Ok(()) };
    let mut row = Repair { read_at: Some(now), is_urgent: false, ..old.clone() };
    match outcome {
        Outcome::Read(page) => (row.failures, row.page) = (0, page),
        Outcome::Failed => row.failures = row.failures.saturating_add(1),
        Outcome::Never => {
            drop_row(write, target, Some(&old));
            return Ok(());
        }
    }
    match next(&row, now) {
        Some(wait) => {
            row.due = now.after(wait);
            put(write, target, Some(&old), &row)
        }
        None => {
            drop_row(write, target, Some(&old));
            Ok(())
        }
    }
}

/// Has what was looked at lately read at once: nobody knows what was said about it during an absence. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn urge_watched(write: &mut Write<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let mut watched = Vec::new();
    for row in write.table::<RepairKey>().take(URGED_LOOKED_AT_MAX) {
        let (RepairKey { target }, row) = row?;
        if row.looked_at.is_some_and(|looked_at| now.since(looked_at) < URGED_FOR) {
            watched.push((row.looked_at, target, row));
        }
    }
    watched.sort_unstable_by_key(|(looked_at, target, _)| (std::cmp::Reverse(*looked_at), *target));
    watched.truncate(URGED_MAX);
    let count = watched.len();
    for (_, target, old) in watched {
        let row = Repair { is_urgent: true, due: now, ..old.clone() };
        put(write, target, Some(&old), &row)?;
    }
    Ok(count)
}

fn put(
    write: &mut Write<'_>,
    target: RepairTarget,
    old: Option<&Repair>,
    row: &Repair,
) -> Result<(), StoreError> {
    if old == Some(row) {
        return Ok(());
    }
    if let Some(old) = old {
        write.remove(&due_key(target, old));
    }
    write.insert(&due_key(target, row), &())?;
    write.insert(&RepairKey { target }, row)
}

fn drop_row(write: &mut Write<'_>, target: RepairTarget, old: Option<&Repair>) {
    if let Some(old) = old {
        write.remove(&due_key(target, old));
        write.remove(&RepairKey { target });
    }
}

fn due_key(target: RepairTarget, row: &Repair) -> RepairDueKey {
    let lane = if row.is_urgent { LANE_URGENT } else { LANE_IN_TURNS };
    RepairDueKey { lane, due: row.due, target }
}
