//! Which document is at which path. Owns PeerTube's paths and our own short ones; never looks whether there is something.

use shared::id::{CommentId, ElementId, Handle, Uuid, VideoId, VideoRef};

use crate::store::records::Opinion;

/// A document by its address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// An actor, or a list of its own.
    Actor(Whose, Part),
    /// A thumb of an account.
    Rate(Handle, Opinion, VideoId),
    /// A video, or what belongs to it.
    Video(VideoRef, VideoPart),
    /// What somebody said of a video, or what belongs to that.
    Comment(VideoRef, CommentId, CommentPart),
    /// A list of videos.
    Playlist(String),
    /// A place in a list of videos.
    Element(String, ElementId),
    /// Our copy of another server's video.
    Mirror(Uuid),
}

/// Whose document it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose {
    /// An account's, or the instance's.
    Account(Handle),
    /// A channel's.
    Channel(Handle),
    /// Whoever's who has the name.
    Either(Handle),
}

/// Of an actor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Itself.
    Whole,
    /// What it did.
    Outbox,
    /// Who follows it.
    Followers,
    /// Whom it follows.
    Following,
    /// Its lists of videos.
    Playlists,
}

/// Of a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VideoPart {
    /// Itself.
    Whole,
    /// Its making.
    Activity,
    /// Who announced it.
    Announces,
    /// One announcement.
    Announce(u64),
    /// Thumbs up or down.
    Rates(Opinion),
    /// What is said of it.
    Comments,
    /// Its parts.
    Chapters,
}

/// Of a comment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommentPart {
    /// Itself.
    Whole,
    /// Its making.
    Activity,
    /// The yes of the video's owner.
    Approval,
}

impl Place {
    /// Whether people, too, know a page by this address.
    #[must_use]
    pub fn is_page(&self) -> bool {
        match self {
            Place::Actor(_, Part::Whole)
            | Place::Video(_, VideoPart::Whole)
            | Place::Comment(_, _, CommentPart::Whole)
            | Place::Playlist(_) => true,
            Place::Actor(_, Part::Outbox | Part::Followers | Part::Following | Part::Playlists)
            | Place::Rate(..)
            | Place::Video(
                _,
                VideoPart::Activity
                | VideoPart::Announces
                | VideoPart::Announce(_)
                | VideoPart::Rates(_)
                | VideoPart::Comments
                | VideoPart::Chapters,
            )
            | Place::Comment(_, _, CommentPart::Activity | CommentPart::Approval)
            | Place::Element(..)
            | Place::Mirror(_) => false,
        }
    }
}

/// More parts than any path of ours has.
const PARTS_MAX: usize = 8;

/// Reads a path.
#[must_use]
pub fn read(path: &str) -> Option<Place> {
    let parts: Vec<&str> = path.strip_prefix('/')?.trim_end_matches('/').split('/').take(PARTS_MAX).collect();
    match parts.as_slice() {
        ["w", "p", id] | ["videos", "watch", "playlist", id] | ["video-playlists", id] => {
            Some(Place::Playlist((*id).to_owned()))
        }
        ["video-playlists", id, "videos", element] => {
            Some(Place::Element((*id).to_owned(), element.parse().ok()?))
        }
        ["redundancy", "streaming-playlists", "hls", video] => Some(Place::Mirror(video.parse().ok()?)),
        ["w", id] => video(id.split(';').next().unwrap_or_default(), VideoPart::Whole),
        ["videos", "watch", id, rest @ ..] => watched(id.split(';').next().unwrap_or_default(), rest),
        ["accounts", name, "likes", video] => {
            Some(Place::Rate(handle(name)?, Opinion::Like, video.parse().ok()?))
        }
        ["accounts", name, "dislikes", video] => {
            Some(Place::Rate(handle(name)?, Opinion::Dislike, video.parse().ok()?))
        }
        ["accounts" | "a", name, rest @ ..] => {
            let part = part(rest).or_else(|| (*rest == ["video-channels"]).then_some(Part::Whole))?;
            Some(Place::Actor(Whose::Account(handle(name)?), part))
        }
        ["video-channels" | "c", name, rest @ ..] => {
            let part = part(rest).or_else(|| (*rest == ["videos"]).then_some(Part::Whole))?;
            Some(Place::Actor(Whose::Channel(handle(name)?), part))
        }
        [name] if name.starts_with('@') || name.starts_with("%40") => {
            Some(Place::Actor(Whose::Either(handle(name)?), Part::Whole))
        }
        _ => None,
    }
}

fn watched(id: &str, rest: &[&str]) -> Option<Place> {
    match rest {
        [] => video(id, VideoPart::Whole),
        ["activity"] => video(id, VideoPart::Activity),
        ["announces"] => video(id, VideoPart::Announces),
        ["announces", number] => video(id, VideoPart::Announce(number.parse().ok()?)),
        ["likes"] => video(id, VideoPart::Rates(Opinion::Like)),
        ["dislikes"] => video(id, VideoPart::Rates(Opinion::Dislike)),
        ["comments"] => video(id, VideoPart::Comments),
        ["chapters"] => video(id, VideoPart::Chapters),
        ["comments", comment, rest @ ..] => {
            let part = match rest {
                [] => CommentPart::Whole,
                ["activity"] => CommentPart::Activity,
                ["approve-reply"] => CommentPart::Approval,
                _ => return None,
            };
            Some(Place::Comment(id.parse().ok()?, comment.parse().ok()?, part))
        }
        _ => None,
    }
}

fn video(id: &str, part: VideoPart) -> Option<Place> {
    Some(Place::Video(id.parse().ok()?, part))
}

fn part(rest: &[&str]) -> Option<Part> {
    match rest {
        [] => Some(Part::Whole),
        ["outbox"] => Some(Part::Outbox),
        ["followers"] => Some(Part::Followers),
        ["following"] => Some(Part::Following),
        ["playlists"] => Some(Part::Playlists),
        _ => None,
    }
}

fn handle(name: &str) -> Option<Handle> {
    percent_encoding::percent_decode_str(name).decode_utf8().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_where_peertube_has_them() {
        let uuid: Uuid = "ce07d2dc-d37f-4a15-8d02-89251c07337b".parse().unwrap();
        let id = VideoRef::Uuid(uuid);
        let handle = |text: &str| text.parse::<Handle>().unwrap();
        let account = |part: Part| Place::Actor(Whose::Account(handle("alice")), part);
        let channel = |part: Part| Place::Actor(Whose::Channel(handle("films")), part);
        let of_video = |part: VideoPart| Place::Video(id, part);
        let watch = format!("/videos/watch/{uuid}");
        for (path, place) in [
            ("/accounts/alice", account(Part::Whole)),
            ("/a/alice/", account(Part::Whole)),
            ("/accounts/alice/video-channels", account(Part::Whole)),
            ("/accounts/alice/outbox", account(Part::Outbox)),
            ("/accounts/alice/followers", account(Part::Followers)),
            ("/accounts/alice/following", account(Part::Following)),
            ("/accounts/alice/playlists", account(Part::Playlists)),
            ("/accounts/alice/likes/1", Place::Rate(handle("alice"), Opinion::Like, VideoId(1))),
            ("/accounts/alice/dislikes/2", Place::Rate(handle("alice"), Opinion::Dislike, VideoId(2))),
            ("/video-channels/films", channel(Part::Whole)),
            ("/c/films/videos", channel(Part::Whole)),
            ("/video-channels/films/outbox", channel(Part::Outbox)),
            ("/@films", Place::Actor(Whose::Either(handle("films")), Part::Whole)),
            ("/w/rrBjcMzUHp9vw19EDscPnD", of_video(VideoPart::Whole)),
            ("/w/rrBjcMzUHp9vw19EDscPnD;threadId=3", of_video(VideoPart::Whole)),
            (&watch, of_video(VideoPart::Whole)),
            (&format!("{watch}/activity"), of_video(VideoPart::Activity)),
            (&format!("{watch}/announces"), of_video(VideoPart::Announces)),
            (&format!("{watch}/announces/1"), of_video(VideoPart::Announce(1))),
            (&format!("{watch}/likes"), of_video(VideoPart::Rates(Opinion::Like))),
            (&format!("{watch}/dislikes"), of_video(VideoPart::Rates(Opinion::Dislike))),
            (&format!("{watch}/comments"), of_video(VideoPart::Comments)),
            (&format!("{watch}/chapters"), of_video(VideoPart::Chapters)),
            (&format!("{watch}/comments/7"), Place::Comment(id, CommentId(7), CommentPart::Whole)),
            (
                &format!("{watch}/comments/7/activity"),
                Place::Comment(id, CommentId(7), CommentPart::Activity),
            ),
            (
                &format!("{watch}/comments/7/approve-reply"),
                Place::Comment(id, CommentId(7), CommentPart::Approval),
            ),
            ("/w/p/eEResb7JG4SJbyqkk8n1mo", Place::Playlist("eEResb7JG4SJbyqkk8n1mo".to_owned())),
            ("/videos/watch/playlist/4", Place::Playlist("4".to_owned())),
            ("/video-playlists/4", Place::Playlist("4".to_owned())),
            ("/video-playlists/4/videos/2", Place::Element("4".to_owned(), ElementId(2))),
        ] {
            assert_eq!(read(path), Some(place), "{path}");
        }
        for path in [
            "/",
            "",
            "/videos/browse",
            "/videos/watch",
            "/w/nothing",
            "/accounts",
            "/accounts/alice/inbox",
            "/accounts/a%2fb",
            "/video-channels/films/outbox/1",
            "/accounts/alice/likes/x",
            "/a/b/c/d/e/f/g/h/i/j/k",
            "/videos/embed/ce07d2dc-d37f-4a15-8d02-89251c07337b",
        ] {
            assert_eq!(read(path), None, "{path}");
        }
    }
}
