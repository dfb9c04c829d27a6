//! What a history holds.

use shared::id::{AccountId, VideoId};

use crate::store::records::Watched;
use crate::store::tables::{HistoryOf, TallyKey, WatchedKey};
use crate::store::{Read, StoreError};

/// How far somebody watched a video.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn position(read: &impl Read, account: AccountId, video: VideoId) -> Result<Option<Watched>, StoreError> {
    read.get(&WatchedKey { video, account })
}

/// Which videos somebody watched, in the order of their numbers; at most [`super::HISTORY_MAX`].
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn watched(read: &impl Read, account: AccountId) -> Result<Vec<VideoId>, StoreError> {
    let rows = read.scan(&HistoryOf(account));
    let mut found: Vec<VideoId> = rows.map(|row| row.map(|(key, ())| key.video)).collect::<Result<_, _>>()?;
    found.sort_unstable();
    Ok(found)
}

/// A page of somebody's history, latest first, and how much there is. `holds`, where there is one, says which videos.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn list(
    read: &impl Read,
    account: AccountId,
    holds: Option<&dyn Fn(VideoId) -> bool>,
    (start, count): (usize, usize),
) -> Result<(u64, Vec<(VideoId, u64)>), StoreError> {
    let rows = read.scan(&HistoryOf(account)).map(|row| row.map(|(key, ())| key.video));
    let (total, videos): (u64, Vec<VideoId>) = match holds {
        None => {
            let total = read.get(&TallyKey { account })?.unwrap_or_default().history;
            (total, rows.skip(start).take(count).collect::<Result<_, _>>()?)
        }
        Some(holds) => {
            let is_meant =
                |row: &Result<VideoId, StoreError>| row.as_ref().map_or(true, |video| holds(*video));
            let found: Vec<VideoId> = rows.filter(is_meant).collect::<Result<_, _>>()?;
            let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
            (total, found.into_iter().skip(start).take(count).collect())
        }
    };
    let mut page = Vec::new();
    for video in videos {
        // One that is taken out while we read leaves the page a row short.
        page.extend(position(read, account, video)?.map(|watched| (video, watched.seconds)));
    }
    Ok((total, page))
}
