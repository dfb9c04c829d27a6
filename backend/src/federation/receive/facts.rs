//! What rooms ask for, and what they are given.

use std::collections::HashMap;

use serde_json::Value;
use shared::id::{AccountId, ChannelId, CommentId, PlaylistId, VideoId};

use super::decide::Stop;
use crate::store::records::{ActorKind, CommentsPolicy, Party};

/// Something that a room must know.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Need {
    /// What has a row here under this id. Nobody else is asked.
    Known(String),
    /// The actor with this id.
    Actor(String),
    /// The actor with this id, as they are now.
    ActorNow(String),
    /// The video with this id.
    Video(String),
    /// The video or comment with this id: something that can be answered.
    Talk(String),
    /// What its own server says is at this address.
    Document(String),
}

/// What is known.
#[derive(Clone, PartialEq, Debug)]
pub enum Fact {
    /// Somebody.
    Actor(ActorFact),
    /// A video.
    Video(VideoFact),
    /// A comment.
    Comment(CommentFact),
    /// A list of videos of another server.
    Playlist(PlaylistFact),
    /// A document of another server, fetched from there.
    Document(Value),
    /// Nothing is known here, or nothing that rooms decide about.
    Nothing,
    /// It is gone, as its server says.
    Gone,
    /// It is not to be had, and why.
    Failed(String),
}

/// Somebody, here or elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActorFact {
    /// Their row.
    pub party: Party,
    /// Their id.
    pub url: String,
    /// Their server; none where it is this one.
    pub host: Option<String>,
    /// What they are.
    pub kind: ActorKind,
    /// Whose they are, where they are a channel.
    pub owner: Option<AccountId>,
    /// Whether the instance mutes them, their owner or their server.
    pub is_muted: bool,
    /// Whether this instance follows them.
    pub is_followed: bool,
    /// Their other ids, as they say themselves.
    pub also_known_as: Vec<String>,
}

impl ActorFact {
    /// Their account; none for channels.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        match self.party {
            Party::Account(account) => Some(account),
            Party::Instance | Party::Channel(_) => None,
        }
    }

    /// Whether they may speak for a video.
    #[must_use]
    pub fn makes(&self, video: &VideoFact) -> bool {
        self.host == video.host
            && (self.party == Party::Account(video.owner) || self.party == Party::Channel(video.channel))
    }
}

/// A video, here or elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VideoFact {
    /// Its row.
    pub id: VideoId,
    /// Its server; none where it is this one.
    pub host: Option<String>,
    /// Where it is published.
    pub channel: ChannelId,
    /// Whose that is.
    pub owner: AccountId,
    /// Who may comment.
    pub comments: CommentsPolicy,
    /// Whether other servers know of it: who is not to see it says nothing of it.
    pub is_open: bool,
}

/// A comment, here or elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommentFact {
    /// Its row.
    pub id: CommentId,
    /// Its server; none where it is this one.
    pub host: Option<String>,
    /// Whose it is; none where it was deleted.
    pub author: Option<AccountId>,
    /// Whether it waits to be seen.
    pub is_held: bool,
    /// What it is about.
    pub video: VideoFact,
}

/// A list of videos of another server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlaylistFact {
    /// Its row.
    pub id: PlaylistId,
    /// Its server.
    pub host: String,
    /// The channel it is shown in.
    pub channel: Option<ChannelId>,
    /// Whose it is.
    pub owner: AccountId,
}

/// All that is known around an activity.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Facts(HashMap<Need, Fact>);

/// Something that can be answered.
pub(super) enum Talk<'f> {
    Video(&'f VideoFact),
    Comment(&'f CommentFact),
}

impl Facts {
    /// Adds what was gathered.
    pub fn add(&mut self, need: Need, fact: Fact) {
        self.0.insert(need, fact);
    }

    fn get(&self, need: Need) -> Result<&Fact, Stop> {
        match self.0.get(&need) {
            Some(fact) => Ok(fact),
            None => Err(Stop::Need(vec![need])),
        }
    }

    pub(super) fn known(&self, url: &str) -> Result<&Fact, Stop> {
        self.get(Need::Known(url.to_owned()))
    }

    pub(super) fn actor(&self, url: &str) -> Result<&ActorFact, Stop> {
        an_actor(self.get(Need::Actor(url.to_owned()))?)
    }

    pub(super) fn actor_now(&self, url: &str) -> Result<&ActorFact, Stop> {
        an_actor(self.get(Need::ActorNow(url.to_owned()))?)
    }

    /// What was found of a video: nothing where it is none.
    pub(super) fn video(&self, url: &str) -> Result<Option<&VideoFact>, Stop> {
        match self.get(Need::Video(url.to_owned()))? {
            Fact::Video(video) => Ok(Some(video)),
            Fact::Actor(_) | Fact::Comment(_) | Fact::Playlist(_) | Fact::Document(_) | Fact::Nothing => {
                Ok(None)
            }
            Fact::Gone => Err(Stop::refuse("what it is about is gone")),
            Fact::Failed(_) => Ok(None),
        }
    }

    pub(super) fn talk(&self, url: &str) -> Result<Talk<'_>, Stop> {
        match self.get(Need::Talk(url.to_owned()))? {
            Fact::Video(video) => Ok(Talk::Video(video)),
            Fact::Comment(comment) => Ok(Talk::Comment(comment)),
            Fact::Actor(_) | Fact::Playlist(_) | Fact::Document(_) | Fact::Nothing => {
                Err(Stop::refuse("it answers nothing that is known here"))
            }
            Fact::Gone => Err(Stop::refuse("what it answers is gone")),
            Fact::Failed(why) => Err(Stop::refuse(format!("what it answers cannot be had: {why}"))),
        }
    }

    pub(super) fn document(&self, url: &str) -> Result<&Value, Stop> {
        match self.get(Need::Document(url.to_owned()))? {
            Fact::Document(document) => Ok(document),
            Fact::Actor(_) | Fact::Video(_) | Fact::Comment(_) | Fact::Playlist(_) | Fact::Nothing => {
                Err(Stop::Nothing)
            }
            Fact::Gone => Err(Stop::refuse("what it is about is gone")),
            Fact::Failed(why) => Err(Stop::refuse(format!("what it is about cannot be had: {why}"))),
        }
    }

    /// Whether its own server says that there is nothing any more.
    pub(super) fn is_gone(&self, url: &str) -> Result<bool, Stop> {
        Ok(matches!(self.get(Need::Document(url.to_owned()))?, Fact::Gone))
    }
}

fn an_actor(fact: &Fact) -> Result<&ActorFact, Stop> {
    match fact {
        Fact::Actor(actor) => Ok(actor),
        Fact::Video(_) | Fact::Comment(_) | Fact::Playlist(_) | Fact::Document(_) | Fact::Nothing => {
            Err(Stop::refuse("who it is about is not known"))
        }
        Fact::Gone => Err(Stop::refuse("who it is about is gone")),
        Fact::Failed(why) => Err(Stop::refuse(format!("who it is about cannot be asked: {why}"))),
    }
}
