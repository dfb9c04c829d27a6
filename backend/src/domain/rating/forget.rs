//! What becomes of thumbs when video or account goes. Piece by piece, since there may be thousands.

use shared::id::{AccountId, VideoId};
use shared::time::Timestamp;

use super::give::rate;
use crate::store::records::Opinion;
use crate::store::tables::{AccountRatingKey, Latest, RatingKey, RatingsBy, RatingsOf, TallyKey, VideoKey};
use crate::store::{Read, StoreError, Write};

/// Removes at most `rows_max` thumbs of a video that is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_video(write: &mut Write<'_>, video: VideoId, rows_max: usize) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&RatingsOf(video)).take(rows_max).collect::<Result<_, _>>()?;
    for (RatingKey { account, .. }, rating) in &rows {
        let (account, at) = (*account, Latest(rating.at));
        write.remove(&RatingKey { video, account });
        write.remove(&AccountRatingKey { account, at, video });
        let key = TallyKey { account };
        let mut tally = write.get(&key)?.unwrap_or_default();
        match rating.opinion {
            Opinion::Like => tally.likes = tally.likes.saturating_sub(1),
            Opinion::Dislike => tally.dislikes = tally.dislikes.saturating_sub(1),
        }
        write.insert(&key, &tally)?;
    }
    Ok(rows.len())
}

/// Takes back at most `rows_max` thumbs of an account that is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_account(
    write: &mut Write<'_>,
    now: Timestamp,
    account: AccountId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&RatingsBy(account)).take(rows_max).collect::<Result<_, _>>()?;
    for (key, _) in &rows {
        if write.get(&VideoKey { video: key.video })?.is_some() {
            rate(write, now, account, key.video, None)?;
        } else {
            write.remove(key);
            write.remove(&RatingKey { video: key.video, account });
        }
    }
    Ok(rows.len())
}
