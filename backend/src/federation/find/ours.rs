//! What others' addresses mean here.
//!
//! Owns how people and servers call what is ours: by its id, and by the address of its page.

use shared::id::{CommentId, VideoId, VideoRef};

use crate::federation::keep;
use crate::federation::ours::{self, Ours};
use crate::store::records::RemoteObject;
use crate::store::tables::{CommentKey, VideoKey, VideoUuidKey};
use crate::store::{Read, StoreError};

/// Something that can be answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Talk {
    /// A video.
    Video(VideoId),
    /// A comment of a video.
    Comment(VideoId, CommentId),
}

/// What is known by an address; none where nothing is. What was removed here has its address still, and no row.
pub(super) fn talk(read: &impl Read, own: &str, address: &str) -> Result<Option<Talk>, StoreError> {
    match ours::read(own, address) {
        Some(Ours::Video(name)) => return here(read, name, None),
        Some(Ours::Comment(name, comment)) => return here(read, name, Some(comment)),
        Some(Ours::Instance | Ours::Account(_) | Ours::Channel(_)) | None => {}
    }
    match keep::object_of(read, address)? {
        Some(RemoteObject::Video(video)) => Ok(Some(Talk::Video(video))),
        Some(RemoteObject::Comment(comment)) => {
            let row = read.get(&CommentKey { comment })?;
            Ok(row.map(|row| Talk::Comment(row.video, comment)))
        }
        Some(RemoteObject::Playlist(_)) | None => Ok(None),
    }
}

fn here(read: &impl Read, name: VideoRef, comment: Option<CommentId>) -> Result<Option<Talk>, StoreError> {
    let video = match name {
        VideoRef::Id(video) => Some(video),
        VideoRef::Uuid(uuid) => read.get(&VideoUuidKey { uuid })?,
    };
    let Some(video) = video else { return Ok(None) };
    // Others' things are known by their own addresses alone.
    let is_ours = read.get(&VideoKey { video })?.is_some_and(|video| video.remote.is_none());
    let Some(comment) = comment else { return Ok(is_ours.then_some(Talk::Video(video))) };
    let row = read.get(&CommentKey { comment })?;
    let row = row.filter(|row| row.remote.is_none() && row.video == video);
    Ok(row.map(|row| Talk::Comment(row.video, comment)))
}
