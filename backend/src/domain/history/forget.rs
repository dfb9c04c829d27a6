//! Taking out of a history: one video, all before a date, or all that is known of a video.

use shared::id::{AccountId, VideoId};
use shared::time::Timestamp;

use crate::store::tables::{HistoryKey, HistoryOf, Latest, TallyKey, WatchedKey, WatchersOf};
use crate::store::{Read, StoreError, Write};

/// Takes a video out of somebody's history. Nothing happens where it is not in it.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn remove(write: &mut Write<'_>, account: AccountId, video: VideoId) -> Result<(), StoreError> {
    let Some(watched) = write.get(&WatchedKey { video, account })? else { return Ok(()) };
    take_out(write, &HistoryKey { account, at: Latest(watched.at), video })
}

/// Takes at most `rows_max` videos out of somebody's history, the oldest first: all, or what was watched before a date.
/// Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn clear(
    write: &mut Write<'_>,
    account: AccountId,
    before: Option<Timestamp>,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows = write.scan_reverse(&HistoryOf(account)).map(|row| row.map(|(key, ())| key));
    let is_meant = |key: &HistoryKey| before.is_none_or(|before| key.at.0 < before);
    let rows: Vec<_> = rows
        .take_while(|row| row.as_ref().map_or(true, is_meant))
        .take(rows_max)
        .collect::<Result<_, _>>()?;
    for key in &rows {
        take_out(write, key)?;
    }
    Ok(rows.len())
}

/// Takes a video that is gone out of at most `rows_max` histories. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_video(write: &mut Write<'_>, video: VideoId, rows_max: usize) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&WatchersOf(video)).take(rows_max).collect::<Result<_, _>>()?;
    for (WatchedKey { account, .. }, watched) in &rows {
        take_out(write, &HistoryKey { account: *account, at: Latest(watched.at), video })?;
    }
    Ok(rows.len())
}

/// Removes both rows of a video in a history, and counts it off.
pub(super) fn take_out(write: &mut Write<'_>, key: &HistoryKey) -> Result<(), StoreError> {
    write.remove(key);
    write.remove(&WatchedKey { video: key.video, account: key.account });
    let tally_key = TallyKey { account: key.account };
    let mut tally = write.get(&tally_key)?.unwrap_or_default();
    tally.history = tally.history.saturating_sub(1);
    write.insert(&tally_key, &tally)
}
