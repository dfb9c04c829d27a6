//! Making, changing and deleting a list of videos.

use shared::id::{AccountId, ChannelId, PlaylistId, Uuid};
use shared::limits::PLAYLISTS_PER_ACCOUNT_MAX;
use shared::time::Timestamp;

use super::form::Form;
use super::sight::is_keeper;
use super::{PlaylistError, shelf};
use crate::domain::activity;
use crate::domain::event::Event;
use crate::domain::makers::Makers;
use crate::domain::right::Right;
use crate::domain::viewer::Person;
use crate::store::records::{Channel, Deed, PlaylistKind, PlaylistPrivacy, VideoPlaylist};
use crate::store::tables::{
    AccountPlaylistKey, ChannelKey, ChannelPlaylistKey, PlaylistKey, PlaylistsOf, RemoteObjectKey,
};
use crate::store::{Read, StoreError, Write};

/// What everybody's list of what to watch later is called.
const WATCH_LATER: &str = "Watch later";

/// Makes a list of videos. Whoever says nothing of its privacy keeps it to themselves.
///
/// # Errors
/// [`PlaylistError`].
pub fn create(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    uuid: Uuid,
    form: Form,
    thumbnail: Option<String>,
) -> Result<VideoPlaylist, PlaylistError> {
    let channel = form.channel.flatten();
    // What is shown in a channel is its owner's, whoever of its makers made it.
    let account = match channel {
        Some(channel) => managed_channel(write, channel, |makers| makers.manage(who.account))?.account,
        None => who.account,
    };
    if PLAYLISTS_PER_ACCOUNT_MAX <= write.scan(&PlaylistsOf(account)).count() {
        return Err(PlaylistError::TooMany);
    }
    let place = place_in(write, channel)?;
    let playlist = VideoPlaylist {
        id: PlaylistId(write.next_number("playlists")?),
        uuid,
        account,
        channel,
        place,
        kind: PlaylistKind::Regular,
        name: form.name.unwrap_or_default(),
        description: form.description.flatten(),
        privacy: form.privacy.unwrap_or(PlaylistPrivacy::Private),
        thumbnail,
        videos: 0,
        first: None,
        created_at: now,
        updated_at: now,
        remote: None,
    };
    check_privacy(&playlist)?;
    put(write, &playlist)?;
    activity::note_playlist(write, now, who, &playlist, Deed::Create)?;
    Ok(playlist)
}

/// Gives an account its list of what to watch later.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn give_watch_later(
    write: &mut Write<'_>,
    now: Timestamp,
    account: AccountId,
    uuid: Uuid,
) -> Result<(), StoreError> {
    let playlist = VideoPlaylist {
        id: PlaylistId(write.next_number("playlists")?),
        uuid,
        account,
        channel: None,
        place: 0,
        kind: PlaylistKind::WatchLater,
        name: WATCH_LATER.to_owned(),
        description: None,
        privacy: PlaylistPrivacy::Private,
        thumbnail: None,
        videos: 0,
        first: None,
        created_at: now,
        updated_at: now,
        remote: None,
    };
    put(write, &playlist)
}

pub(super) fn put(write: &mut Write<'_>, playlist: &VideoPlaylist) -> Result<(), StoreError> {
    write.insert(&PlaylistKey { playlist: playlist.id }, playlist)?;
    write.insert(&AccountPlaylistKey { account: playlist.account, playlist: playlist.id }, &())?;
    if let Some(channel) = playlist.channel {
        write.insert(&ChannelPlaylistKey { channel, playlist: playlist.id }, &())?;
    }
    Ok(())
}

/// Changes what `form` names. Gives the file name of a picture that is shown no more.
///
/// # Errors
/// [`PlaylistError`].
pub fn update(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: PlaylistId,
    form: Form,
    thumbnail: Option<String>,
) -> Result<Option<String>, PlaylistError> {
    let mut playlist = changeable(write, who, id)?;
    if playlist.kind == PlaylistKind::WatchLater {
        return Err(PlaylistError::WatchLater);
    }
    if let Some(channel) = form.channel
        && channel != playlist.channel
    {
        if let Some(channel) = channel {
            let keeps = who.has(Right::UpdateAnyVideoPlaylist);
            let channel = managed_channel(write, channel, |makers| keeps || makers.manage(who.account))?;
            if channel.account != playlist.account {
                return Err(PlaylistError::ChannelNotYours);
            }
        }
        if let Some(channel) = playlist.channel {
            write.remove(&ChannelPlaylistKey { channel, playlist: id });
            shelf::close_gap(write, channel)?;
        }
        playlist.channel = channel;
        playlist.place = place_in(write, channel)?;
    }
    playlist.name = form.name.unwrap_or(playlist.name);
    playlist.description = form.description.unwrap_or(playlist.description);
    playlist.privacy = form.privacy.unwrap_or(playlist.privacy);
    playlist.updated_at = now;
    check_privacy(&playlist)?;
    let replaced = match thumbnail {
        Some(thumbnail) => playlist.thumbnail.replace(thumbnail),
        None => None,
    };
    put(write, &playlist)?;
    activity::note_playlist(write, now, who, &playlist, Deed::Update)?;
    Ok(replaced)
}

/// Deletes a list of videos.
///
/// # Errors
/// [`PlaylistError`].
pub fn delete(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: PlaylistId,
) -> Result<(), PlaylistError> {
    let playlist = write.get(&PlaylistKey { playlist: id })?.ok_or(PlaylistError::NoSuchPlaylist)?;
    let makers = makers_of(write, &playlist)?;
    let may = is_keeper(&playlist, makers.as_ref(), who) || who.has(Right::RemoveAnyVideoPlaylist);
    // Its own server would say it again.
    if !may || playlist.remote.is_some() {
        return Err(PlaylistError::NotYours);
    }
    if playlist.kind == PlaylistKind::WatchLater {
        return Err(PlaylistError::WatchLater);
    }
    remove_row(write, &playlist);
    if let Some(channel) = playlist.channel {
        shelf::close_gap(write, channel)?;
    }
    Ok(activity::note_playlist(write, now, who, &playlist, Deed::Delete)?)
}

fn place_in(read: &impl Read, channel: Option<ChannelId>) -> Result<u64, StoreError> {
    channel.map_or(Ok(0), |channel| shelf::behind_the_last(read, channel))
}

/// Removes a list's row; a job removes what it held.
pub(super) fn remove_row(write: &mut Write<'_>, playlist: &VideoPlaylist) {
    write.use_reserve();
    write.remove(&PlaylistKey { playlist: playlist.id });
    write.remove(&AccountPlaylistKey { account: playlist.account, playlist: playlist.id });
    if let Some(channel) = playlist.channel {
        write.remove(&ChannelPlaylistKey { channel, playlist: playlist.id });
    }
    write.note(Event::PlaylistRemoved { id: playlist.id, account: playlist.account });
    if playlist.thumbnail.is_some() {
        write.note(Event::PictureDropped { name: playlist.uuid });
    }
    if let Some(remote) = &playlist.remote {
        write.remove(&RemoteObjectKey { url: remote.url.clone() });
        if let Some(picture) = &remote.picture {
            write.note(Event::PictureDropped { name: picture.name });
        }
    }
}

/// The list, if this person may change it.
///
/// # Errors
/// [`PlaylistError`].
pub fn changeable(read: &impl Read, who: &Person, id: PlaylistId) -> Result<VideoPlaylist, PlaylistError> {
    let playlist = read.get(&PlaylistKey { playlist: id })?.ok_or(PlaylistError::NoSuchPlaylist)?;
    let makers = makers_of(read, &playlist)?;
    if is_keeper(&playlist, makers.as_ref(), who) { Ok(playlist) } else { Err(PlaylistError::NotYours) }
}

/// Who makes what is shown in the channel of a list.
fn makers_of(read: &impl Read, playlist: &VideoPlaylist) -> Result<Option<Makers>, StoreError> {
    let Some(channel) = playlist.channel else { return Ok(None) };
    Ok(read.get(&ChannelKey { channel })?.map(|channel| Makers::of(&channel)))
}

/// A list is shown in channels that its maker manages: nobody puts one on another's page.
fn managed_channel(
    read: &impl Read,
    channel: ChannelId,
    may: impl FnOnce(&Makers) -> bool,
) -> Result<Channel, PlaylistError> {
    let channel = read.get(&ChannelKey { channel })?.ok_or(PlaylistError::NoSuchChannel)?;
    if may(&Makers::of(&channel)) { Ok(channel) } else { Err(PlaylistError::ChannelNotYours) }
}

fn check_privacy(playlist: &VideoPlaylist) -> Result<(), PlaylistError> {
    if playlist.privacy == PlaylistPrivacy::Public && playlist.channel.is_none() {
        return Err(PlaylistError::PublicWithoutChannel);
    }
    Ok(())
}
