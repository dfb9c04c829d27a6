//! Videos.

use std::time::Duration;

use shared::id::{Uuid, VideoId};
use shared::time::Timestamp;

use super::hearers::{Hearers, Here, Publisher, deed, latest};
use crate::domain::delivery::{Kept, Lane};
use crate::domain::federation::video::{is_announced, is_published};
use crate::domain::views::sections;
use crate::store::records::{Party, Said, Video, Viewing};
use crate::store::tables::{AccountKey, ChannelKey, VideoKey};
use crate::store::{Read, StoreError, Write};

/// Views of one video of another server that are told of at once: each is an activity of its own, which PeerTube counts
/// one by one. A video that is begun by more people within a few seconds counts a little less there.
pub const VIEWS_AT_ONCE: u64 = 20;

pub(super) fn follow(write: &mut Write<'_>, now: Timestamp, here: Here<'_>) -> Result<(), StoreError> {
    for (old, new) in write.changes_of::<VideoKey>()? {
        let is_seen = |video: &Video| is_published(video, here.with_unlisted);
        match (old.filter(is_seen), new.filter(is_seen)) {
            (None, None) => {}
            (None, Some(new)) => say_shown(write, now, here, &new)?,
            (Some(old), None) => say_hidden(write, now, here, &old)?,
            (Some(old), Some(new)) => say_changed(write, now, here, &old, &new)?,
        }
    }
    Ok(())
}

fn say_shown(write: &mut Write<'_>, now: Timestamp, here: Here<'_>, video: &Video) -> Result<(), StoreError> {
    let Some(publisher) = Publisher::of(write, video.channel)? else { return Ok(()) };
    let account = Party::Account(publisher.account);
    let mut followers = Hearers::new(here);
    followers.add_followers(write, &[account])?;
    followers.say(write, now, account, Said::VideoCreated(video.id), &deed())?;
    if is_announced(video) {
        let hearers = hearers(write, here, publisher)?;
        for by in announcers(video) {
            hearers.say(write, now, by, Said::VideoShared(video.id), &deed())?;
        }
    }
    Ok(())
}

fn say_hidden(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    video: &Video,
) -> Result<(), StoreError> {
    let Some(publisher) = Publisher::of(write, video.channel)? else { return Ok(()) };
    let mut hearers = hearers(write, here, publisher)?;
    hearers.add_sharers(write, video.id)?;
    hearers.say(write, now, Party::Account(publisher.account), Said::VideoDeleted(video.uuid), &deed())
}

fn say_changed(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    old: &Video,
    new: &Video,
) -> Result<(), StoreError> {
    if looks_alike(old, new) {
        return Ok(());
    }
    let Some(publisher) = Publisher::of(write, new.channel)? else { return Ok(()) };
    let mut hearers = hearers(write, here, publisher)?;
    if let Some(former) = Publisher::of(write, old.channel)?.filter(|former| *former != publisher) {
        hearers.add_followers(write, &former.heard_through())?;
    }
    let (before, after) = (announcers(old), announcers(new));
    for by in before.iter().copied().filter(|by| !after.contains(by)) {
        hearers.say(write, now, by, Said::VideoUnshared(new.id), &deed())?;
    }
    for by in after.iter().copied().filter(|by| !before.contains(by)) {
        hearers.say(write, now, by, Said::VideoShared(new.id), &deed())?;
    }
    let by = Party::Account(publisher.account);
    hearers.say(write, now, by, Said::VideoUpdated(new.id), &latest(about(new.id)))
}

/// Who announced a video that is published.
fn announcers(video: &Video) -> Vec<Party> {
    if is_announced(video) { vec![Party::Channel(video.channel), Party::Instance] } else { Vec::new() }
}

/// Whether others see no difference. Counts differ all the time, and are told now and then.
fn looks_alike(one: &Video, other: &Video) -> bool {
    fn seen(video: &Video) -> impl PartialEq {
        let words = (&video.name, &video.description, &video.support, &video.language, &video.tags);
        let kinds = (video.category, video.licence, video.nsfw, &video.nsfw_summary);
        let rules = (video.privacy, video.comments_policy, video.download_enabled, video.wait_transcoding);
        let place =
            (video.channel, video.sharing, &video.embed, video.published_at, video.originally_published_at);
        let film = (&video.facts, &video.playlist, &video.captions, &video.chapters);
        let pictures = (&video.thumbnail, &video.preview, &video.storyboard);
        (words, kinds, rules, place, film, pictures)
    }
    seen(one) == seen(other)
}

fn about(video: VideoId) -> String {
    format!("video {video}")
}

/// All who follow anybody who published a video.
fn hearers<'h>(write: &Write<'_>, here: Here<'h>, publisher: Publisher) -> Result<Hearers<'h>, StoreError> {
    let mut hearers = Hearers::new(here);
    hearers.add_followers(write, &publisher.heard_through())?;
    Ok(hearers)
}

/// Tells that views and thumbs of a video of ours are others than before.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn tell_counts(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    video: VideoId,
) -> Result<(), StoreError> {
    let Some(video) = write.get(&VideoKey { video })? else { return Ok(()) };
    if !is_published(&video, here.with_unlisted) {
        return Ok(());
    }
    let Some(publisher) = Publisher::of(write, video.channel)? else { return Ok(()) };
    let kept = Kept { lane: Lane::Counts, about: Some(about(video.id)) };
    let by = Party::Account(publisher.account);
    hearers(write, here, publisher)?.say(write, now, by, Said::VideoUpdated(video.id), &kept)
}

/// Tells the server of a video of theirs that it was viewed here; nothing where it is ours.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn tell_views(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    video: &Video,
    views: u64,
) -> Result<(), StoreError> {
    let mut origin = Hearers::new(here);
    origin.add_origin(write, video)?;
    let kept = Kept { lane: Lane::Counts, about: None };
    for _ in 0..views.min(VIEWS_AT_ONCE) {
        origin.say(write, now, Party::Instance, Said::Viewed(video.id), &kept)?;
    }
    Ok(())
}

/// Tells how many watch a video now: its own server where it is another's, and those who hear of it where it is ours.
/// What nobody has heard yet gives way to the next.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn tell_watching(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    video: VideoId,
) -> Result<(), StoreError> {
    let Some(video) = write.get(&VideoKey { video })? else { return Ok(()) };
    let mut hearers = Hearers::new(here);
    if video.remote.is_some() {
        hearers.add_origin(write, &video)?;
    } else {
        if !is_published(&video, here.with_unlisted) {
            return Ok(());
        }
        let Some(publisher) = Publisher::of(write, video.channel)? else { return Ok(()) };
        hearers.add_followers(write, &publisher.heard_through())?;
    }
    let kept = Kept { lane: Lane::Counts, about: Some(format!("watching {}", video.id)) };
    hearers.say(write, now, Party::Instance, Said::Watching(video.id), &kept)
}

/// Tells the server of a video of theirs what somebody watched of it here, now that they left; nothing where it is ours.
/// `name` is thrown for it.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn tell_watched(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    (viewing, name): (&Left, Uuid),
) -> Result<(), StoreError> {
    let Some(video) = write.get(&VideoKey { video: viewing.video })? else { return Ok(()) };
    let mut origin = Hearers::new(here);
    origin.add_origin(write, &video)?;
    let length = video.facts.as_ref().map_or(0, |facts| facts.duration_ms);
    let said = Said::Watched(Box::new(Viewing {
        video: video.id,
        name,
        from: to_the_minute(viewing.from),
        to: to_the_minute(viewing.to),
        seconds: viewing.watched.as_secs(),
        sections: sections(Duration::from_millis(length), viewing.parts),
    }));
    let kept = Kept { lane: Lane::Counts, about: None };
    origin.say(write, now, Party::Instance, said, &kept)
}

/// Who left a video, as far as others learn of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Left {
    /// Which.
    pub video: VideoId,
    /// When they began.
    pub from: Timestamp,
    /// When they left.
    pub to: Timestamp,
    /// How long they watched.
    pub watched: Duration,
    /// A bit for each part that they watched, as `domain::views` counts them.
    pub parts: u128,
}

/// A time without its seconds: who knows when somebody was elsewhere learns nothing from when they left here.
fn to_the_minute(at: Timestamp) -> Timestamp {
    const MINUTE_MS: i64 = 60_000;
    Timestamp(at.0.div_euclid(MINUTE_MS) * MINUTE_MS)
}

impl Hearers<'_> {
    /// That of whose a video of another server is; nothing where it is of this one.
    pub(super) fn add_origin(&mut self, read: &impl Read, video: &Video) -> Result<(), StoreError> {
        if video.remote.is_none() {
            return Ok(());
        }
        let Some(channel) = read.get(&ChannelKey { channel: video.channel })? else { return Ok(()) };
        match read.get(&AccountKey { account: channel.account })? {
            Some(owner) => self.add_account(read, &owner),
            None => Ok(()),
        }
    }
}
