//! Noting how far somebody is.

use shared::id::{AccountId, VideoId};
use shared::time::Timestamp;

use super::forget::take_out;
use crate::domain::account::login;
use crate::store::records::Watched;
use crate::store::tables::{AccountKey, HistoryKey, HistoryOf, Latest, TallyKey, VideoKey, WatchedKey};
use crate::store::{Read, StoreError, Write};

/// Videos one history holds: years of watching. Beyond it the oldest go.
pub const HISTORY_MAX: u64 = 10_000;

/// Somebody was there in a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Who.
    pub account: AccountId,
    /// In what.
    pub video: VideoId,
    /// Seconds into it.
    pub seconds: u64,
    /// When.
    pub at: Timestamp,
}

/// Notes where people were, for those who want it remembered.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn keep(write: &mut Write<'_>, seen: &[Seen]) -> Result<(), StoreError> {
    for seen in seen {
        if wants_history(write, seen.account)? && write.get(&VideoKey { video: seen.video })?.is_some() {
            keep_one(write, seen)?;
        }
    }
    Ok(())
}

fn wants_history(read: &impl Read, account: AccountId) -> Result<bool, StoreError> {
    let Some(account) = read.get(&AccountKey { account })? else { return Ok(false) };
    Ok(login(read, &account)?.is_some_and(|user| user.preferences.history))
}

fn keep_one(write: &mut Write<'_>, seen: &Seen) -> Result<(), StoreError> {
    let Seen { account, video, seconds, at } = *seen;
    let key = WatchedKey { video, account };
    let old = write.get(&key)?;
    if let Some(old) = old {
        write.remove(&HistoryKey { account, at: Latest(old.at), video });
    }
    write.insert(&key, &Watched { seconds, at })?;
    write.insert(&HistoryKey { account, at: Latest(at), video }, &())?;
    if old.is_some() {
        return Ok(());
    }
    let tally_key = TallyKey { account };
    let mut tally = write.get(&tally_key)?.unwrap_or_default();
    tally.history = tally.history.saturating_add(1);
    write.insert(&tally_key, &tally)?;
    if HISTORY_MAX < tally.history {
        let oldest = write.scan_reverse(&HistoryOf(account)).next().transpose()?;
        if let Some((oldest, ())) = oldest {
            take_out(write, &oldest)?;
        }
    }
    Ok(())
}
