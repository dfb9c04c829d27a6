//! Lists of videos of other servers.
//!
//! Owns where one may stand: in a channel of its own server, whose owner's it is. The surprise is the UUID: as with videos
//! it is theirs, and addresses know a list by it, so that one which is in use here is nobody else's. What a list holds is
//! asked for by a job, which is put in the queue with the row.

use shared::id::{ChannelId, PlaylistId};
use shared::limits::{PLAYLIST_DESCRIPTION_LENGTH, PLAYLIST_NAME_LENGTH};
use shared::time::Timestamp;

use super::actor::picture;
use super::{Intake, KeepError, text};
use crate::domain::event::Event;
use crate::domain::playlist::{PlaylistError, keep_elsewhere};
use crate::domain::work;
use crate::federation::vocab::{self, host_of};
use crate::store::records::{
    JobKind, NetworkJob, PlaylistKind, PlaylistPrivacy, RemoteObject, RemotePlaylist, VideoPlaylist,
};
use crate::store::tables::{ChannelKey, PlaylistKey, RemoteObjectKey, TraceKey};
use crate::store::{Read, Write};

/// Keeps a list as its server describes it, new or changed, and has what it holds asked for. `holder` is the list that has
/// its UUID now, if there is one.
///
/// # Errors
/// [`KeepError`].
pub fn playlist(
    write: &mut Write<'_>,
    now: Timestamp,
    said: &vocab::Playlist,
    (channel, holder): (ChannelId, Option<PlaylistId>),
    intake: Intake<'_>,
) -> Result<PlaylistId, KeepError> {
    let host = host_of(&said.id).ok_or(KeepError::Place("id"))?;
    if host == intake.host {
        return Err(KeepError::Ours);
    }
    let publisher = write.get(&ChannelKey { channel })?.ok_or(KeepError::Place("attributedTo"))?;
    if publisher.host() != Some(host.as_str()) {
        return Err(KeepError::Place("attributedTo"));
    }
    let name = text::line(&said.name, *PLAYLIST_NAME_LENGTH.end());
    if name.is_empty() {
        return Err(KeepError::Empty);
    }
    let key = RemoteObjectKey { url: said.id.clone() };
    let old = match write.get(&key)? {
        Some(RemoteObject::Playlist(playlist)) => write.get(&PlaylistKey { playlist })?,
        Some(RemoteObject::Video(_) | RemoteObject::Comment(_)) => return Err(KeepError::KindChanged),
        None => None,
    };
    let (id, uuid, held) = match &old {
        Some(old) => (old.id, old.uuid, (old.videos, old.first)),
        None => {
            if holder.is_some() || write.get(&TraceKey { uuid: said.uuid })?.is_some() {
                return Err(KeepError::UuidTaken);
            }
            (PlaylistId(write.next_number("playlists")?), said.uuid, (0, None))
        }
    };
    let before = old.as_ref().and_then(|old| old.remote.as_deref());
    let old_picture = before.and_then(|before| before.picture.as_ref());
    let shown = said.picture.as_ref();
    let shown = shown.map(|shown| picture(&shown.url, old_picture.as_slice(), now, intake.name));
    if let Some(dropped) = old_picture.filter(|old| shown.as_ref().is_none_or(|new| new.name != old.name)) {
        write.note(Event::PictureDropped { name: dropped.name });
    }
    let created_at = said.published.min(now);
    let new = VideoPlaylist {
        id,
        uuid,
        account: publisher.account,
        channel: Some(channel),
        place: said.place.unwrap_or(0),
        kind: PlaylistKind::Regular,
        name,
        description: said
            .description
            .as_deref()
            .and_then(|text| text::either(text, *PLAYLIST_DESCRIPTION_LENGTH.end())),
        privacy: if said.is_public { PlaylistPrivacy::Public } else { PlaylistPrivacy::Unlisted },
        thumbnail: None,
        videos: held.0,
        first: held.1,
        created_at,
        // Nothing is first in a list for ever by coming from the future.
        updated_at: said.updated.map_or(created_at, |updated| updated.min(now)),
        remote: Some(Box::new(RemotePlaylist {
            url: said.id.clone(),
            host,
            picture: shown,
            is_awaited: true,
            fetched_at: now,
        })),
    };
    keep_elsewhere(write, old.as_ref(), &new).map_err(refused)?;
    write.insert(&key, &RemoteObject::Playlist(id))?;
    // One that waits in the queue reads what there is when its turn comes.
    if !before.is_some_and(|before| before.is_awaited) {
        work::ask(write, now, JobKind::Network(NetworkJob::FillPlaylist(id)))?;
    }
    Ok(id)
}

fn refused(error: PlaylistError) -> KeepError {
    match error {
        PlaylistError::Store(error) => KeepError::Store(error),
        PlaylistError::TooMany
        | PlaylistError::NoSuchPlaylist
        | PlaylistError::NotYours
        | PlaylistError::NoSuchChannel
        | PlaylistError::ChannelNotYours
        | PlaylistError::PublicWithoutChannel
        | PlaylistError::WatchLater
        | PlaylistError::Full
        | PlaylistError::NoSuchElement
        | PlaylistError::BehindTheEnd(_)
        | PlaylistError::TooLong(_) => KeepError::TooMany,
    }
}
