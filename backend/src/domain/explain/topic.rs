//! What is asked about.

use shared::id::{CommentId, MirrorId, PlaylistId, Uuid, VideoId};

use crate::domain::host;
use crate::store::records::{Arrived, Party, Received, Said};
use crate::store::tables::{CommentKey, MirrorKey};
use crate::store::{Read, StoreError};

/// What somebody asks about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Topic {
    /// All that is between this instance and another server, by its host.
    Server(String),
    /// Something of another server, or somebody there.
    Theirs {
        /// Its id.
        address: String,
        /// Its server.
        host: String,
        /// What it is here; none where it never came.
        thing: Option<Thing>,
    },
    /// Something of this instance, or somebody here.
    Ours {
        /// Its id first, then other addresses that others may know it by.
        addresses: Vec<String>,
        /// What it is.
        thing: Thing,
    },
}

/// What something is to the ledgers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Thing {
    /// Somebody.
    Party(Party),
    /// A video, and its number as long as it has one.
    Video(Option<VideoId>, Uuid),
    /// A comment.
    Comment(CommentId),
    /// A list of videos, and its number as long as it has one.
    Playlist(Option<PlaylistId>, Uuid),
}

impl Topic {
    /// The other server; none for what is ours, which all may hear of.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match self {
            Topic::Server(host) | Topic::Theirs { host, .. } => Some(host),
            Topic::Ours { .. } => None,
        }
    }

    /// Its id; none for a server as a whole.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        match self {
            Topic::Server(_) => None,
            Topic::Theirs { address, .. } => Some(address),
            Topic::Ours { addresses, .. } => addresses.first().map(String::as_str),
        }
    }

    /// Whether everything that its server is told is told because of it: a server, or somebody who may follow anybody here.
    pub(super) fn is_whole_server(&self) -> bool {
        matches!(self, Topic::Server(_) | Topic::Theirs { thing: Some(Thing::Party(_)), .. })
    }

    /// Whether something that others are told concerns it.
    pub(super) fn is_in_said(&self, read: &impl Read, by: Party, said: &Said) -> Result<bool, StoreError> {
        let thing = match self {
            Topic::Server(_) => return Ok(true),
            Topic::Theirs { thing, .. } => *thing,
            Topic::Ours { thing, .. } => Some(*thing),
        };
        if let Said::Words(words) = said
            && self.addresses().any(|address| words.contains(&quoted(address)))
        {
            return Ok(true);
        }
        Ok(match (thing, named(said)) {
            (Some(Thing::Party(party)), _) => self.is_whole_server() || party == by,
            (Some(Thing::Video(video, _)), Named::Video(one)) => video == Some(one),
            (Some(Thing::Video(_, uuid)), Named::VideoGone(one)) => uuid == one,
            (Some(Thing::Video(video, _)), Named::Mirror(mirror)) => {
                read.get(&MirrorKey { mirror })?.is_some_and(|row| video == Some(row.video))
            }
            (Some(Thing::Video(video, uuid)), Named::Comment(comment, about)) => match about {
                Some(about) => uuid == about,
                // What was said of a video comes with it.
                None => read.get(&CommentKey { comment })?.is_some_and(|row| video == Some(row.video)),
            },
            (Some(Thing::Comment(wanted)), Named::Comment(one, _)) => wanted == one,
            (Some(Thing::Playlist(playlist, _)), Named::Playlist(one)) => playlist == Some(one),
            (Some(Thing::Playlist(_, uuid)), Named::PlaylistGone(one)) => uuid == one,
            (None | Some(Thing::Video(..) | Thing::Comment(_) | Thing::Playlist(..)), _) => false,
        })
    }

    /// Whether something that came concerns it.
    pub(super) fn is_in_received(&self, received: &Received) -> bool {
        match self {
            Topic::Server(wanted) => host::of_address(&received.signer).as_ref() == Some(wanted),
            Topic::Theirs { .. } | Topic::Ours { .. } => {
                let named = [&received.id, &received.about, &received.within];
                self.addresses().any(|address| {
                    received.signer == *address || named.iter().any(|named| named.as_ref() == Some(address))
                })
            }
        }
    }

    /// Whether something that came and is not done yet concerns it, as far as its words say.
    pub(super) fn is_in_arrived(&self, arrived: &Arrived) -> bool {
        match self {
            Topic::Server(wanted) => host::of_address(&arrived.signer).as_ref() == Some(wanted),
            Topic::Theirs { .. } | Topic::Ours { .. } => self
                .addresses()
                .any(|address| arrived.signer == *address || arrived.body.contains(&quoted(address))),
        }
    }

    fn addresses(&self) -> impl Iterator<Item = &String> {
        let (one, many) = match self {
            Topic::Server(_) => (None, &[][..]),
            Topic::Theirs { address, .. } => (Some(address), &[][..]),
            Topic::Ours { addresses, .. } => (None, addresses.as_slice()),
        };
        one.into_iter().chain(many)
    }
}

/// An address as JSON has it: `…/videos/1` is not in `…/videos/12`.
fn quoted(address: &str) -> String {
    format!("\"{address}\"")
}

/// What something said names.
enum Named {
    Video(VideoId),
    VideoGone(Uuid),
    /// A comment; with its video where that is said.
    Comment(CommentId, Option<Uuid>),
    Playlist(PlaylistId),
    PlaylistGone(Uuid),
    /// A copy of a video.
    Mirror(MirrorId),
    /// Who says it, or nothing that has a row.
    Nothing,
}

fn named(said: &Said) -> Named {
    match said {
        Said::VideoCreated(video)
        | Said::VideoUpdated(video)
        | Said::VideoShared(video)
        | Said::VideoUnshared(video)
        | Said::Viewed(video)
        | Said::Watching(video)
        | Said::Liked(video)
        | Said::Unliked(video)
        | Said::Disliked(video)
        | Said::Undisliked(video) => Named::Video(*video),
        Said::Watched(viewing) => Named::Video(viewing.video),
        Said::VideoDeleted(uuid) => Named::VideoGone(*uuid),
        Said::MirrorEnded { video, .. } => Named::VideoGone(*video),
        Said::CommentCreated(comment) | Said::CommentUpdated(comment) | Said::CommentApproved(comment) => {
            Named::Comment(*comment, None)
        }
        Said::CommentRejected { comment, video, .. }
        | Said::CommentRemoved { comment, video, .. }
        | Said::CommentDeleted { comment, video } => Named::Comment(*comment, Some(*video)),
        Said::PlaylistCreated(playlist) | Said::PlaylistUpdated(playlist) => Named::Playlist(*playlist),
        Said::PlaylistDeleted(uuid) => Named::PlaylistGone(*uuid),
        Said::MirrorCreated(mirror) | Said::MirrorUpdated(mirror) => Named::Mirror(*mirror),
        Said::Flagged(_) | Said::Changed | Said::Gone(_) | Said::Words(_) => Named::Nothing,
    }
}
