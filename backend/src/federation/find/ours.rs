//! What others' addresses mean here.
//!
//! Owns how people and servers call what is ours: by its id, and by the address of its page.

use shared::id::{CommentId, VideoId, VideoRef};

use crate::federation::keep;
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

/// What stands at an address of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Meant {
    Video(VideoRef),
    Comment(VideoRef, CommentId),
}

/// What is known by an address; none where nothing is. What was removed here has its address still, and no row.
pub(super) fn talk(read: &impl Read, own: &str, address: &str) -> Result<Option<Talk>, StoreError> {
    if let Some(meant) = meant(own, address) {
        return here(read, meant);
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

fn here(read: &impl Read, meant: Meant) -> Result<Option<Talk>, StoreError> {
    let (name, comment) = match meant {
        Meant::Video(name) => (name, None),
        Meant::Comment(name, comment) => (name, Some(comment)),
    };
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

/// Reads an address below `own`, such as `https://films.example`.
fn meant(own: &str, address: &str) -> Option<Meant> {
    let path = address.strip_prefix(own)?.strip_prefix('/')?;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.trim_end_matches('/').splitn(6, '/');
    let first = parts.next()?;
    let name = match (first, parts.next()?) {
        ("w", name) => name,
        ("videos", "watch") => parts.next()?,
        _ => return None,
    };
    // A page's address may name a comment behind the video.
    let (name, thread) = name.split_once(';').unwrap_or((name, ""));
    let name = name.parse().ok()?;
    match (parts.next(), thread.strip_prefix("threadId=")) {
        (Some("comments"), _) => {
            let comment = parts.next()?.parse().ok()?;
            parts.next().is_none().then_some(Meant::Comment(name, comment))
        }
        (Some(_), _) => None,
        (None, Some(comment)) => Some(Meant::Comment(name, comment.parse().ok()?)),
        (None, None) => Some(Meant::Video(name)),
    }
}

#[cfg(test)]
mod tests {
    use shared::id::Uuid;

    use super::*;

    const OWN: &str = "https://films.example";

    #[test]
    fn a_video_of_ours_has_several_addresses() {
        let uuid = Uuid(0xce07_d2dc_d37f_4a15_8d02_8925_1c07_337b);
        let video = Some(Meant::Video(VideoRef::Uuid(uuid)));
        for address in [
            "https://films.example/videos/watch/ce07d2dc-d37f-4a15-8d02-89251c07337b",
            "https://films.example/w/rrBjcMzUHp9vw19EDscPnD",
            "https://films.example/w/rrBjcMzUHp9vw19EDscPnD/?start=3s#x",
        ] {
            assert_eq!(meant(OWN, address), video, "{address}");
        }
        let comment = Some(Meant::Comment(VideoRef::Uuid(uuid), CommentId(7)));
        for address in [
            "https://films.example/videos/watch/ce07d2dc-d37f-4a15-8d02-89251c07337b/comments/7",
            "https://films.example/w/rrBjcMzUHp9vw19EDscPnD;threadId=7",
        ] {
            assert_eq!(meant(OWN, address), comment, "{address}");
        }
        for other in [
            "https://films.example",
            "https://films.example/",
            "https://films.example.evil/w/rrBjcMzUHp9vw19EDscPnD",
            "http://films.example/w/rrBjcMzUHp9vw19EDscPnD",
            "https://films.example/videos/watch/ce07d2dc-d37f-4a15-8d02-89251c07337b/comments/7/activity",
            "https://films.example/videos/watch/ce07d2dc-d37f-4a15-8d02-89251c07337b/likes",
            "https://films.example/videos/watch/nothing",
            "https://films.example/accounts/alice",
        ] {
            assert_eq!(meant(OWN, other), None, "{other}");
        }
    }
}
