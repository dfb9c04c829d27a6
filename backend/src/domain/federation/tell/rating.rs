//! Thumbs of our people for videos elsewhere. Those for videos of ours are counts, which are told with the others.

use shared::id::{AccountId, VideoId};
use shared::time::Timestamp;

use super::hearers::{Hearers, Here, latest};
use crate::store::records::{Opinion, Party, Rating, Said};
use crate::store::tables::{AccountKey, RatingKey, VideoKey};
use crate::store::{Read, StoreError, Write};

pub(super) fn follow(write: &mut Write<'_>, now: Timestamp, here: Here<'_>) -> Result<(), StoreError> {
    for (RatingKey { video, account }, (old, new)) in write.keyed_changes_of::<RatingKey>()? {
        let opinion = |rating: Option<Rating>| rating.map(|rating| rating.opinion);
        let said = match (opinion(old), opinion(new)) {
            (old, new) if old == new => continue,
            // A thumb takes the place of the other one: it need not be taken back first.
            (_, Some(Opinion::Like)) => Said::Liked(video),
            (_, Some(Opinion::Dislike)) => Said::Disliked(video),
            (Some(Opinion::Like), None) => Said::Unliked(video),
            (Some(Opinion::Dislike), None) => Said::Undisliked(video),
            (None, None) => continue,
        };
        say(write, now, here, (account, video), said)?;
    }
    Ok(())
}

fn say(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    (account, video): (AccountId, VideoId),
    said: Said,
) -> Result<(), StoreError> {
    let Some(who) = write.get(&AccountKey { account })?.filter(|who| who.remote.is_none()) else {
        return Ok(());
    };
    let Some(video) = write.get(&VideoKey { video })? else { return Ok(()) };
    let mut origin = Hearers::new(here);
    origin.add_origin(write, &video)?;
    let kept = latest(format!("rating {} {}", who.id, video.id));
    origin.say(write, now, Party::Account(who.id), said, &kept)
}
