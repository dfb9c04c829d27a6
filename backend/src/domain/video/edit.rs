//! Making, changing and removing a video, each in one unit of work with the events it notes.

use std::collections::BTreeMap;

use shared::api::NewVideo;
use shared::id::{AccountId, ChannelId, FileId, Uuid, VideoId};
use shared::time::Timestamp;

use super::labels;
use super::lifecycle::{Milestone, advance};
use super::sight::Sight;
use super::{blank, copies, password, schedule, torrent};
use crate::domain::account::login;
use crate::domain::chapter;
use crate::domain::event::Event;
use crate::domain::makers::Makers;
use crate::domain::quota::{Over, Room, Used, weight};
use crate::domain::viewer::Person;
use crate::domain::{activity, ownership, statistics, words};
use crate::store::records::{Channel, Chapter, Deed, Facts, Privacy, Source, User, Video, VideoState};
use crate::store::tables::{
    AccountKey, BlockKey, ChannelKey, ChannelVideoKey, RemoteObjectKey, ScheduleKey, VideoKey, VideoUuidKey,
};
use crate::store::{Read, StoreError, Write};

/// Why a video was not made, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// There is no such video, or no more.
    #[error("there is no such video")]
    NoSuchVideo,
    /// It belongs to somebody else.
    #[error("the video belongs to somebody else")]
    NotYours,
    /// There is no such channel, or others publish there.
    #[error("the account has no such channel")]
    UnknownChannel,
    /// The quota of whose channel it is to go to does not hold it.
    #[error("the quota does not hold the video")]
    OverQuota(Over),
    /// Its file is being worked on.
    #[error("the video is being worked on")]
    Busy,
    /// It is to be protected by passwords, and has none.
    #[error("the video has no password")]
    NoPassword,
    /// The store failed.
    #[error("the video could not be read or written")]
    Store(#[from] StoreError),
}

/// A file that arrived whole and was found to be a video.
#[derive(Clone, PartialEq, Debug)]
pub struct Arrival {
    /// The name the video will have for ever.
    pub uuid: Uuid,
    /// Where it is published.
    pub channel: ChannelId,
    /// What its maker said of it.
    pub form: NewVideo,
    /// The file.
    pub source: Source,
    /// What the file turned out to be.
    pub facts: Facts,
    /// The parts the file says it has.
    pub chapters: Vec<Chapter>,
    /// File names of the pictures its maker sent along.
    pub pictures: Pictures,
    /// The instance's host: what a video links to elsewhere is marked.
    pub host: String,
}

/// File names of a video's pictures.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pictures {
    /// 280×157.
    pub thumbnail: Option<String>,
    /// 850×480.
    pub preview: Option<String>,
}

/// The channel, if it is one of this account's.
///
/// # Errors
/// [`EditError::UnknownChannel`] if not.
pub fn own_channel(read: &impl Read, channel: ChannelId, account: AccountId) -> Result<Channel, EditError> {
    read.get(&ChannelKey { channel })?
        .filter(|channel| channel.account == account)
        .ok_or(EditError::UnknownChannel)
}

/// The channel, if this account publishes there: its own, or one it edits.
///
/// # Errors
/// [`EditError::UnknownChannel`] if not.
pub fn managed_channel(
    read: &impl Read,
    channel: ChannelId,
    account: AccountId,
) -> Result<Channel, EditError> {
    read.get(&ChannelKey { channel })?
        .filter(|channel| Makers::of(channel).manage(account))
        .ok_or(EditError::UnknownChannel)
}

/// What is left of the quota of whoever owns a channel: all that is published there is theirs. `used` is what they have
/// already.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn room_of(read: &impl Read, owner: AccountId, used: Used) -> Result<Room, StoreError> {
    let user: Option<User> = match read.get(&AccountKey { account: owner })? {
        Some(account) => login(read, &account)?,
        None => None,
    };
    Ok(user.map_or(Room { total: Some(0), daily: Some(0) }, |user| Room::of(&user, used)))
}

/// Makes a video of a file that arrived. For a UUID that has its video already this is the
/// second end of one upload, and gives the video that is there.
///
/// # Errors
/// [`EditError`] when the channel went away meanwhile, or the store fails.
pub fn create(write: &mut Write<'_>, now: Timestamp, arrival: Arrival) -> Result<Video, EditError> {
    let uuid_key = VideoUuidKey { uuid: arrival.uuid };
    if let Some(video) = write.get(&uuid_key)? {
        return write.get(&VideoKey { video })?.ok_or(EditError::NoSuchVideo);
    }
    write.get(&ChannelKey { channel: arrival.channel })?.ok_or(EditError::UnknownChannel)?;
    let id = VideoId(write.next_number("videos")?);
    let mut form = arrival.form;
    let passwords = form.video_passwords.take();
    let video = Video {
        transcribe: form.generate_transcription.unwrap_or(false),
        source: Source { file: Some(FileId(write.next_number("files")?)), ..arrival.source },
        facts: Some(arrival.facts),
        thumbnail: arrival.pictures.thumbnail,
        preview: arrival.pictures.preview,
        ..blank(id, arrival.uuid, arrival.channel, now)
    };
    let mut video = said(video, form);
    video.chapters = arrival.chapters;
    chapter::prefer_description(&mut video);
    video.automatic_tags = words::tags_of(write, &video.name, video.description.as_deref(), &arrival.host)?;
    protect(write, now, &mut video, passwords)?;
    schedule::follow(write, None, &video)?;
    write.insert(&VideoKey { video: id }, &video)?;
    write.insert(&uuid_key, &id)?;
    write.insert(&ChannelVideoKey { channel: video.channel, video: id }, &())?;
    write.note(Event::VideoArrived(id));
    Ok(video)
}

/// A change of what is said of a video.
pub struct Change<'h> {
    /// What is said.
    pub form: NewVideo,
    /// File names of the pictures that were sent along.
    pub pictures: Pictures,
    /// The instance's host: what a video links to elsewhere is marked.
    pub host: &'h str,
    /// What an account has used of its quota.
    pub used: &'h dyn Fn(AccountId) -> Used,
}

/// Changes what the change names. Gives the pictures that nothing names any more.
///
/// # Errors
/// [`EditError`] when the video is gone or another's, or the new channel is.
pub fn update(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: VideoId,
    change: Change<'_>,
) -> Result<Pictures, EditError> {
    let Change { mut form, pictures, host, used } = change;
    let (old, sight) = own_video(write, id, who)?;
    let moved_to = form.channel_id;
    let passwords = form.video_passwords.take();
    let mut video = said(old.clone(), form);
    if let Some(channel) = moved_to.filter(|channel| *channel != old.channel) {
        let owner = destination(write, channel, who, &sight)?;
        if owner != sight.makers.owner {
            let room = room_of(write, owner, used(owner))?;
            room.holds(weight(&old)).map_err(EditError::OverQuota)?;
            // What its former owner offered is not theirs to give any more.
            ownership::forget_video(write, id)?;
        }
        write.remove(&ChannelVideoKey { channel: old.channel, video: id });
        write.insert(&ChannelVideoKey { channel, video: id }, &())?;
        video.channel = channel;
    }
    if new_to_viewers(old.privacy, video.privacy) {
        video.published_at = now;
    }
    video.automatic_tags = words::tags_of(write, &video.name, video.description.as_deref(), host)?;
    protect(write, now, &mut video, passwords)?;
    schedule::follow(write, old.schedule, &video)?;
    chapter::follow_description(&mut video, old.description.as_deref());
    let mut replaced = Pictures::default();
    if pictures.thumbnail.is_some() {
        replaced.thumbnail = std::mem::replace(&mut video.thumbnail, pictures.thumbnail);
    }
    if pictures.preview.is_some() {
        replaced.preview = std::mem::replace(&mut video.preview, pictures.preview);
    }
    if replaced != Pictures::default() {
        video.pictures_made = false;
    }
    video.updated_at = now;
    if !video.wait_transcoding && video.playlist.is_some() {
        // Its owner no longer waits for the renditions that are still to come.
        advance(&mut video, Milestone::Playable, now);
    }
    note_torrents(write, &video);
    // From this very commit on nothing names what is not for everybody.
    torrent::settle(&mut video, &BTreeMap::new());
    write.insert(&VideoKey { video: id }, &video)?;
    if video.channel != old.channel {
        activity::note_video(write, now, who, &old, Deed::MoveOut)?;
        activity::note_video(write, now, who, &video, Deed::MoveIn)?;
    }
    activity::note_video(write, now, who, &video, Deed::Update)?;
    Ok(replaced)
}

/// Whose the channel is that a video is to go to: one where the person publishes, or, for who keeps order, another of the
/// same owner.
fn destination(
    read: &impl Read,
    channel: ChannelId,
    who: &Person,
    from: &Sight,
) -> Result<AccountId, EditError> {
    let channel = read.get(&ChannelKey { channel })?.ok_or(EditError::UnknownChannel)?;
    let is_same_owners = channel.account == from.makers.owner && who.keeps_order();
    if is_same_owners || Makers::of(&channel).manage(who.account) {
        Ok(channel.account)
    } else {
        Err(EditError::UnknownChannel)
    }
}

/// Removes a video's rows; its files follow.
///
/// # Errors
/// [`EditError`] when the video is gone or another's.
pub fn delete(write: &mut Write<'_>, now: Timestamp, who: &Person, id: VideoId) -> Result<Video, EditError> {
    let (video, _) = own_video(write, id, who)?;
    remove(write, &video)?;
    activity::note_video(write, now, who, &video, Deed::Delete)?;
    Ok(video)
}

/// Removes a video's rows, whoever asks for it: what belongs to a video goes here. Its files follow.
///
/// # Errors
/// [`StoreError`].
pub fn remove(write: &mut Write<'_>, video: &Video) -> Result<(), StoreError> {
    write.use_reserve();
    write.remove(&VideoKey { video: video.id });
    write.remove(&VideoUuidKey { uuid: video.uuid });
    write.remove(&ChannelVideoKey { channel: video.channel, video: video.id });
    if let Some(block) = &video.blocked {
        write.remove(&BlockKey { block: block.id });
    }
    if let Some(schedule) = video.schedule {
        write.remove(&ScheduleKey { at: schedule.at, video: video.id });
    }
    statistics::forget(write, video.id)?;
    ownership::forget_video(write, video.id)?;
    if let Some(remote) = &video.remote {
        write.remove(&RemoteObjectKey { url: remote.url.clone() });
        copies::drop(write, video, None);
        write.note(Event::RemoteVideoRemoved(video.id));
    } else {
        write.note(Event::VideoDeleted { id: video.id, uuid: video.uuid });
    }
    Ok(())
}

/// Whether a video is new to those who see it from now on.
#[must_use]
pub fn new_to_viewers(before: Privacy, after: Privacy) -> bool {
    before == Privacy::Private && after != Privacy::Private
}

/// Lets a video have the passwords it needs, and none where it needs none.
fn protect(
    write: &mut Write<'_>,
    now: Timestamp,
    video: &mut Video,
    passwords: Option<Vec<String>>,
) -> Result<(), EditError> {
    match (video.privacy, passwords) {
        (Privacy::Password, Some(list)) if !list.is_empty() => password::set(write, now, video, list)?,
        (Privacy::Password, _) if video.passwords.is_empty() => return Err(EditError::NoPassword),
        (Privacy::Password, _) => {}
        (Privacy::Public | Privacy::Unlisted | Privacy::Private | Privacy::Internal, _) => {
            video.passwords.clear()
        }
    }
    Ok(())
}

/// What decides who may see a video of the store.
///
/// # Errors
/// [`EditError::NoSuchVideo`] when its channel went away.
pub fn sight(read: &impl Read, video: &Video) -> Result<Sight, EditError> {
    let channel = read.get(&ChannelKey { channel: video.channel })?.ok_or(EditError::NoSuchVideo)?;
    Ok(Sight::of(video, Makers::of(&channel)))
}

/// Notes that torrents are to be made or dropped, where they are not what they should be.
pub fn note_torrents(write: &mut Write<'_>, video: &Video) {
    if !torrent::is_settled(video) {
        write.note(Event::TorrentsOutdated(video.id));
    }
}

/// The video, for whoever may change it.
///
/// # Errors
/// [`EditError`] when it is gone or another's.
pub fn own_video(read: &impl Read, id: VideoId, who: &Person) -> Result<(Video, Sight), EditError> {
    let video = read.get(&VideoKey { video: id })?.ok_or(EditError::NoSuchVideo)?;
    let sight = sight(read, &video)?;
    if sight.may_change(who) { Ok((video, sight)) } else { Err(EditError::NotYours) }
}

/// The video with everything the form says.
fn said(mut video: Video, form: NewVideo) -> Video {
    if let Some(category) = form.category {
        video.category = category;
    }
    if let Some(licence) = form.licence {
        video.licence = licence;
    }
    if let Some(name) = form.name {
        video.name = name;
    }
    if let Some(language) = form.language {
        video.language = language;
    }
    if let Some(description) = form.description {
        video.description = description;
    }
    if let Some(support) = form.support {
        video.support = support;
    }
    if let Some(tags) = form.tags {
        video.tags = tags.unwrap_or_default();
    }
    if let Some(privacy) = form.privacy.and_then(labels::privacy) {
        video.privacy = privacy;
    }
    if let Some(policy) = form.comments_policy.and_then(labels::comments_policy) {
        video.comments_policy = policy;
    }
    if let Some(date) = form.originally_published_at {
        video.originally_published_at = date;
    }
    video.sharing = form.sharing.unwrap_or(video.sharing);
    video.nsfw = form.nsfw.unwrap_or(video.nsfw);
    video.nsfw_flags = form.nsfw_flags.unwrap_or(video.nsfw_flags);
    if let Some(summary) = form.nsfw_summary {
        video.nsfw_summary = summary;
    }
    if !video.nsfw {
        (video.nsfw_flags, video.nsfw_summary) = (0, None);
    }
    if let Some(schedule) = form.schedule_update {
        video.schedule = schedule.map(schedule::of_form);
    }
    video.download_enabled = form.download_enabled.unwrap_or(video.download_enabled);
    // Once it is published there is nothing left to wait for.
    if video.state != VideoState::Published {
        video.wait_transcoding = form.wait_transcoding.unwrap_or(video.wait_transcoding);
    }
    video
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;
