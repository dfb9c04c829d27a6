//! What an account thinks.

use shared::id::{AccountId, VideoId};

use crate::store::records::Opinion;
use crate::store::tables::{RatingKey, RatingsBy, TallyKey};
use crate::store::{Read, StoreError};

/// What an account thinks of a video.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn of(read: &impl Read, account: AccountId, video: VideoId) -> Result<Option<Opinion>, StoreError> {
    Ok(read.get(&RatingKey { video, account })?.map(|rating| rating.opinion))
}

/// A page of what an account thinks, latest first or last, of one thumb or both: how many there are in all, and the
/// rows.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn by_account(
    read: &impl Read,
    account: AccountId,
    only: Option<Opinion>,
    latest_first: bool,
    (start, count): (usize, usize),
) -> Result<(u64, Vec<(VideoId, Opinion)>), StoreError> {
    let tally = read.get(&TallyKey { account })?.unwrap_or_default();
    let total = match only {
        None => tally.likes.saturating_add(tally.dislikes),
        Some(Opinion::Like) => tally.likes,
        Some(Opinion::Dislike) => tally.dislikes,
    };
    let prefix = RatingsBy(account);
    let rows = if latest_first { read.scan(&prefix) } else { read.scan_reverse(&prefix) };
    let page = rows
        .map(|row| row.map(|(key, opinion)| (key.video, opinion)))
        .filter(|row| row.as_ref().map_or(true, |(_, opinion)| only.is_none_or(|only| only == *opinion)))
        .skip(start)
        .take(count);
    Ok((total, page.collect::<Result<_, _>>()?))
}
