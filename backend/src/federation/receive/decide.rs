//! Which room a deed is for, and what rooms give.
//!
//! Owns the order in which things are looked at: who says it, whether they are heard, what it is about.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;
use shared::id::{AccountId, ChannelId, CommentId, PlaylistId, VideoId};
use shared::time::Timestamp;

use crate::config::AcceptFrom;
use crate::domain::abuse::NewAbuse;
use crate::domain::views::Teller;
use crate::federation::keep::Place;
use crate::federation::vocab::{self, Activity, Deed, Elsewhere, Thing, host_of, url_of};
use crate::store::records::{Opinion, Party, RemoteMirror};

use super::facts::{ActorFact, Facts, Need};
use super::{actor, cache_file, comment, flag, playlist, rating, remove, share, video, view};

/// Why an activity may be believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trust {
    /// Its actor signed it, or their own server gave it.
    Word,
    /// Somebody else brought it: only what is fetched from where it belongs counts.
    Hint,
}

/// Somebody's word.
#[derive(Clone, Copy, Debug)]
pub struct Said<'s> {
    /// What they say they did.
    pub activity: &'s Activity,
    /// Who.
    pub by: &'s ActorFact,
    /// The server that brought it: mostly theirs.
    pub bringer: &'s str,
    /// Why to believe it.
    pub trust: Trust,
    /// When it came.
    pub at: Timestamp,
}

/// What is true of this instance.
#[derive(Clone, Copy, Debug)]
pub struct Here<'h> {
    /// Its host.
    pub host: &'h str,
    /// Which ids of others count.
    pub elsewhere: Elsewhere<'h>,
    /// Whose copies of its videos it takes.
    pub accept_from: AcceptFrom,
}

/// What is to be done.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// A video is kept as it is now.
    KeepVideo {
        /// As it is now.
        said: Box<vocab::Video>,
        /// Whose it is.
        channel: ChannelId,
    },
    /// A comment is kept as it is now.
    KeepComment {
        /// As it is now.
        said: Box<vocab::Note>,
        /// Where it belongs.
        at: Place,
        /// Whose video it is about: who is not heard by them says nothing there.
        owner: AccountId,
    },
    /// A list of videos is kept as it is now.
    KeepPlaylist {
        /// As it is now.
        said: Box<vocab::Playlist>,
        /// Where it is shown.
        channel: ChannelId,
    },
    /// Those who follow a channel of ours hear the same words, where these show by themselves whose they are.
    PassOn(ChannelId),
    /// Somebody is gone with all that is theirs.
    RemoveActor(Party),
    /// A video is gone.
    RemoveVideo(VideoId),
    /// A list of videos is gone.
    RemovePlaylist(PlaylistId),
    /// A comment is gone.
    RemoveComment(CommentId),
    /// A comment that waited may be seen.
    ShowComment {
        /// Which.
        comment: CommentId,
        /// The id of the yes that it was given.
        approval: Option<String>,
    },
    /// Those who follow a channel of ours hear the same words once more, where they are of a comment that waited and says now
    /// that it may be seen.
    PassOnApproved {
        /// Which.
        comment: CommentId,
        /// Where.
        channel: ChannelId,
    },
    /// Somebody shares a video.
    Share {
        /// Which.
        video: VideoId,
        /// Who.
        by: Party,
        /// The id of the `Announce`.
        url: String,
    },
    /// Somebody does no more.
    Unshare {
        /// Which.
        video: VideoId,
        /// Who.
        by: Party,
        /// The id of the `Announce`.
        url: String,
    },
    /// Somebody thinks something of a video.
    Rate {
        /// Which.
        video: VideoId,
        /// Who.
        account: AccountId,
        /// What.
        opinion: Opinion,
    },
    /// Somebody thinks that no more.
    Unrate {
        /// Which.
        video: VideoId,
        /// Who.
        account: AccountId,
        /// What they thought.
        opinion: Opinion,
    },
    /// A video was watched.
    View(VideoId),
    /// So many watch a video on another server.
    Watching {
        /// Which.
        video: VideoId,
        /// Who says so.
        by: Teller,
        /// How many.
        viewers: u64,
        /// Until when they count.
        until: Timestamp,
    },
    /// Somebody on another server watched a video of ours, and left.
    Watched {
        /// Which.
        video: VideoId,
        /// How long.
        watched: Duration,
        /// From which second to which.
        sections: Vec<(u64, u64)>,
    },
    /// Something is reported.
    Report {
        /// By whom.
        reporter: AccountId,
        /// What, and why.
        new: NewAbuse,
    },
    /// A video can be had from elsewhere, too.
    Mirror {
        /// Which.
        video: VideoId,
        /// From where.
        mirror: RemoteMirror,
    },
    /// It cannot any more.
    Unmirror {
        /// Which.
        video: VideoId,
        /// From where, by its id.
        url: String,
        /// Whose it was: the actor's id.
        by: String,
    },
    /// Who follows one is to follow the other.
    Moved {
        /// Whom they follow.
        from: Party,
        /// Whom they shall.
        to: Party,
    },
}

/// What a room decides.
#[derive(Clone, PartialEq, Debug)]
pub enum Decision {
    /// It cannot say without these.
    Need(Vec<Need>),
    /// All of this, in one unit of work.
    Do(Vec<Effect>),
    /// It is about following: the rooms for that decide with the store at hand.
    Follow,
    /// It is not wanted, and why.
    Refuse(String),
}

/// Why a room stops.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Stop {
    Need(Vec<Need>),
    Refuse(String),
    Nothing,
}

impl Stop {
    pub(super) fn refuse(why: impl Into<String>) -> Stop {
        Stop::Refuse(why.into())
    }
}

impl From<vocab::Flaw> for Stop {
    fn from(flaw: vocab::Flaw) -> Stop {
        Stop::Refuse(flaw.to_string())
    }
}

/// What a room gives.
pub(super) type Decided = Result<Vec<Effect>, Stop>;

/// Decides what follows from an activity.
#[must_use]
pub fn receive(said: &Said<'_>, facts: &Facts, here: &Here<'_>) -> Decision {
    if matches!(&said.activity.deed, Deed::Follow(_) | Deed::Accept(_) | Deed::Reject(_)) {
        return follow(said);
    }
    if let Deed::Undo(undone) = &said.activity.deed
        && matches!(undone.kind.as_str(), "Follow" | "")
    {
        return follow(said);
    }
    match decide(said, facts, here, 0) {
        Ok(effects) => Decision::Do(effects),
        Err(Stop::Need(needs)) => Decision::Need(needs),
        Err(Stop::Refuse(why)) => Decision::Refuse(why),
        Err(Stop::Nothing) => Decision::Do(Vec::new()),
    }
}

fn follow(said: &Said<'_>) -> Decision {
    match said.trust {
        Trust::Word => Decision::Follow,
        Trust::Hint => Decision::Refuse("who follows says so themselves".to_owned()),
    }
}

/// Activities that stand in each other: a group that passes on what somebody did.
pub(super) const DEPTH_MAX: usize = 1;

pub(super) fn decide(said: &Said<'_>, facts: &Facts, here: &Here<'_>, depth: usize) -> Decided {
    let takes_away = matches!(&said.activity.deed, Deed::Delete(_) | Deed::Undo(_));
    if said.by.is_muted && !takes_away {
        return Err(Stop::refuse("who says it is muted here"));
    }
    match &said.activity.deed {
        Deed::Create(object) => made(said, facts, here, object, Making::New),
        Deed::Update(object) => made(said, facts, here, object, Making::Changed),
        Deed::Delete(id) => remove::removed(said, facts, here, id),
        Deed::Announce(id) => share::shared(said, facts, here, id, depth),
        Deed::Like(id) => rating::rated(said, facts, id, Opinion::Like),
        Deed::Dislike(id) => rating::rated(said, facts, id, Opinion::Dislike),
        Deed::Undo(undone) => match undone.kind.as_str() {
            "Like" => rating::unrated(said, facts, undone, Opinion::Like),
            "Dislike" => rating::unrated(said, facts, undone, Opinion::Dislike),
            "Announce" => share::unshared(said, facts, undone),
            "Create" => cache_file::undone(said, facts, undone),
            _ => Err(Stop::Nothing),
        },
        Deed::View(seen) => view::seen(said, facts, seen),
        Deed::Flag(report) => flag::reported(said, facts, here, report),
        Deed::ApproveReply(reply) => comment::approved(said, facts, reply),
        Deed::RejectReply(reply) => comment::rejected(said, facts, reply),
        Deed::Move(target) => actor::moved(said, facts, target),
        // Followings are decided elsewhere; and what is not understood changes nothing.
        Deed::Follow(_) | Deed::Accept(_) | Deed::Reject(_) | Deed::Other(_) => Err(Stop::Nothing),
    }
}

/// Whether something is new or known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Making {
    New,
    Changed,
}

/// `Create` and `Update`: by what it is.
fn made(said: &Said<'_>, facts: &Facts, here: &Here<'_>, object: &Value, making: Making) -> Decided {
    // Nobody but who says it knows of it: it is nowhere to be asked for.
    if let Some(thing) = Thing::of(object).filter(|thing| thing.is("WatchAction")) {
        return view::watched(said, facts, thing);
    }
    if Thing::of(object).is_some_and(|thing| thing.is("Playlist")) {
        return playlist::made(said, facts, here, object);
    }
    let document = document(said, facts, here, object)?;
    let Some(thing) = Thing::of(&document) else { return Err(Stop::Nothing) };
    let is_own = matches!(document, Cow::Borrowed(_));
    match thing.kinds().next().unwrap_or_default() {
        "Video" => video::made(said, facts, here, &document, is_own),
        "Note" | "Article" | "Page" | "Question" => {
            comment::made(said, facts, here, &document, is_own, making)
        }
        "Playlist" => playlist::made(said, facts, here, object),
        "CacheFile" => cache_file::made(said, facts, here, thing),
        "Person" | "Service" | "Organization" | "Group" | "Application" if making == Making::Changed => {
            actor::changed(said, facts, url_of(&document).unwrap_or_default())
        }
        _ => Err(Stop::Nothing),
    }
}

/// The document of an object: as it stands in an activity whose actor speaks for it, else as its own server gives it.
fn document<'o>(
    said: &Said<'_>,
    facts: &'o Facts,
    here: &Here<'_>,
    object: &'o Value,
) -> Result<Cow<'o, Value>, Stop> {
    let id = url_of(object).ok_or(Stop::Nothing)?;
    let host = host_of(id);
    if host.as_deref() == Some(here.host) {
        return Err(Stop::refuse("nobody else changes what is here"));
    }
    here.elsewhere.check("id", id)?;
    let is_whole = Thing::of(object).is_some_and(|thing| thing.kinds().next().is_some());
    if is_whole && said.trust == Trust::Word && host == host_of(&said.by.url) {
        return Ok(Cow::Borrowed(object));
    }
    facts.document(id).map(|document| Cow::Owned(document.clone()))
}
