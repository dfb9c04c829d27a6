//! Giving a thumb and taking it back.

use shared::id::{AccountId, VideoId};
use shared::time::Timestamp;

use crate::store::records::{Opinion, Rating};
use crate::store::tables::{AccountRatingKey, Latest, RatingKey, TallyKey, VideoKey};
use crate::store::{Read, StoreError, Write};

/// Notes what an account thinks of a video, in place of what it thought; none takes the thumb back. Said twice, it
/// changes nothing the second time.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn rate(
    write: &mut Write<'_>,
    now: Timestamp,
    account: AccountId,
    video: VideoId,
    opinion: Option<Opinion>,
) -> Result<(), StoreError> {
    let key = RatingKey { video, account };
    let old = write.get(&key)?;
    if old.map(|rating| rating.opinion) == opinion {
        return Ok(());
    }
    // A video that was removed meanwhile is rated no more.
    let Some(mut record) = write.get(&VideoKey { video })? else { return Ok(()) };
    let tally_key = TallyKey { account };
    let mut tally = write.get(&tally_key)?.unwrap_or_default();
    if let Some(Rating { opinion, at }) = old {
        write.remove(&AccountRatingKey { account, at: Latest(at), video });
        write.remove(&key);
        let (beside, own) = match opinion {
            Opinion::Like => (&mut record.likes, &mut tally.likes),
            Opinion::Dislike => (&mut record.dislikes, &mut tally.dislikes),
        };
        (*beside, *own) = (beside.saturating_sub(1), own.saturating_sub(1));
    }
    if let Some(opinion) = opinion {
        write.insert(&key, &Rating { opinion, at: now })?;
        write.insert(&AccountRatingKey { account, at: Latest(now), video }, &opinion)?;
        let (beside, own) = match opinion {
            Opinion::Like => (&mut record.likes, &mut tally.likes),
            Opinion::Dislike => (&mut record.dislikes, &mut tally.dislikes),
        };
        (*beside, *own) = (beside.saturating_add(1), own.saturating_add(1));
    }
    write.insert(&VideoKey { video }, &record)?;
    write.insert(&tally_key, &tally)
}
