//! What others think of videos, and how often they watch them.

use std::time::Duration;

use shared::id::{AccountId, VideoId};
use shared::time::Timestamp;

use super::KeepError;
use crate::domain::video::edit;
use crate::domain::video::sight::Address;
use crate::domain::viewer::Viewer;
use crate::domain::{rating, share as shares, statistics, views};
use crate::store::records::{Opinion, Party, Video};
use crate::store::tables::{AccountKey, VideoKey};
use crate::store::{Read, Write};

/// Views that one word of another server counts for. PeerTube says one by one.
const VIEWS_MAX: u64 = 100;

/// Sets, or takes back, what a remote account thinks of a video of this server. What people elsewhere think of a video
/// elsewhere is counted there: [`likes`].
///
/// # Errors
/// [`KeepError`].
pub fn rate(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    account: AccountId,
    opinion: Option<Opinion>,
) -> Result<(), KeepError> {
    let record = write.get(&VideoKey { video })?.ok_or(KeepError::Place("object"))?;
    if record.remote.is_some() {
        return Ok(());
    }
    let who = write.get(&AccountKey { account })?;
    if who.is_none_or(|who| who.remote.is_none()) {
        return Err(KeepError::Place("actor"));
    }
    // A thumb can be taken back of whatever became of the video.
    if opinion.is_some() {
        must_be_open(write, &record)?;
    }
    Ok(rating::rate(write, now, account, video, opinion)?)
}

/// Notes how many like a video of another server and how many do not, as its server counts; none leaves what is known.
///
/// # Errors
/// [`KeepError`].
pub fn likes(
    write: &mut Write<'_>,
    video: VideoId,
    likes: Option<u64>,
    dislikes: Option<u64>,
) -> Result<(), KeepError> {
    let key = VideoKey { video };
    let mut record = write.get(&key)?.filter(|video| video.remote.is_some()).ok_or(KeepError::Ours)?;
    let before = (record.likes, record.dislikes);
    record.likes = likes.unwrap_or(record.likes);
    record.dislikes = dislikes.unwrap_or(record.dislikes);
    if before != (record.likes, record.dislikes) {
        write.insert(&key, &record)?;
    }
    Ok(())
}

/// Notes that somebody of another server shares a video. Gives whether it is news.
///
/// # Errors
/// [`KeepError`].
pub fn share(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    by: Party,
    url: &str,
) -> Result<bool, KeepError> {
    let record = write.get(&VideoKey { video })?.ok_or(KeepError::Place("object"))?;
    must_be_open(write, &record)?;
    Ok(shares::share(write, now, video, by, url)?)
}

/// Takes back that somebody shares a video, where they do by this `Announce`. Gives whether they did.
///
/// # Errors
/// [`KeepError`].
pub fn unshare(write: &mut Write<'_>, video: VideoId, by: Party, url: &str) -> Result<bool, KeepError> {
    Ok(shares::unshare(write, video, by, url)?)
}

/// Counts views that another server tells of, as far as they are believed.
///
/// # Errors
/// [`KeepError`].
pub fn add_views(write: &mut Write<'_>, now: Timestamp, video: VideoId, count: u64) -> Result<(), KeepError> {
    let record = write.get(&VideoKey { video })?.ok_or(KeepError::Place("object"))?;
    must_be_open(write, &record)?;
    Ok(statistics::count(write, now, video, count.min(VIEWS_MAX))?)
}

/// Adds what somebody elsewhere watched of a video of ours to what its maker learns of its viewers, as far as it is believed.
///
/// # Errors
/// [`KeepError`].
pub fn watched(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    watched: Duration,
    sections: &[(u64, u64)],
) -> Result<(), KeepError> {
    let record = write.get(&VideoKey { video })?.ok_or(KeepError::Place("object"))?;
    must_be_open(write, &record)?;
    let length = record.facts.as_ref().map_or(0, |facts| facts.duration_ms);
    let watch = views::watched_elsewhere(Duration::from_millis(length), watched, sections);
    Ok(statistics::add(write, now, video, &watch)?)
}

/// Nobody elsewhere knows of a video that is not for everybody who has its address.
fn must_be_open(read: &impl Read, video: &Video) -> Result<(), KeepError> {
    let sight = edit::sight(read, video).map_err(|_| KeepError::Place("object"))?;
    let is_open = sight.is_published() && sight.opens_to(&Viewer::Anonymous, Address::Uuid).is_ok();
    if is_open { Ok(()) } else { Err(KeepError::NotPublic) }
}
