//! Who shares a video with those who follow them: people and instances of other servers.

use shared::id::VideoId;
use shared::time::Timestamp;

use crate::store::records::{Party, Share};
use crate::store::tables::{ShareKey, SharesOf};
use crate::store::{Read, StoreError, Write};

/// Notes that somebody shares a video; who does already goes on, by the `Announce` that came last. Gives whether it is news.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn share(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    by: Party,
    url: &str,
) -> Result<bool, StoreError> {
    let key = ShareKey { video, by };
    let before = write.get(&key)?;
    if before.as_ref().is_some_and(|before| before.url == url) {
        return Ok(false);
    }
    let at = before.as_ref().map_or(now, |before| before.at);
    write.insert(&key, &Share { url: url.to_owned(), at })?;
    Ok(before.is_none())
}

/// Notes that somebody shares a video no longer, where they do by this `Announce`. Gives whether they did.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn unshare(write: &mut Write<'_>, video: VideoId, by: Party, url: &str) -> Result<bool, StoreError> {
    let key = ShareKey { video, by };
    let is_it = write.get(&key)?.is_some_and(|share| share.url == url);
    if is_it {
        write.remove(&key);
    }
    Ok(is_it)
}

/// Removes at most `rows_max` shares of a video that is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_video(write: &mut Write<'_>, video: VideoId, rows_max: usize) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&SharesOf(video)).take(rows_max).collect::<Result<_, _>>()?;
    rows.iter().for_each(|(key, _)| write.remove(key));
    Ok(rows.len())
}
