//! What somebody did, as others read it.

use serde::Serialize;
use shared::id::{AbuseId, PostId, Uuid, VideoId};
use shared::time::Timestamp;

use super::address::Announcer;
use super::{Addresses, Audience, PUBLIC};
use crate::store::records::{AbuseReason, Account, Channel, Opinion, Viewing};

/// Something was made.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Create<T> {
    /// For whom.
    #[serde(flatten)]
    pub audience: Audience,
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    actor: String,
    /// What.
    pub object: T,
}

impl<T> Create<T> {
    /// The making of the object at an address by an actor.
    pub fn new(audience: Audience, address: &str, actor: String, object: T) -> Create<T> {
        Create { audience, kind: "Create", id: format!("{address}/activity"), actor, object }
    }
}

/// Something is now as it stands here.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Update<T> {
    #[serde(flatten)]
    audience: Audience,
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    actor: String,
    object: T,
}

impl<T> Update<T> {
    /// The change of the object at an address by an actor, at some time.
    pub fn new(audience: Audience, (address, at): (&str, Timestamp), actor: String, object: T) -> Update<T> {
        Update { audience, kind: "Update", id: format!("{address}/updates/{at}"), actor, object }
    }
}

/// An object that does not say itself for whom it is.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Addressed<T> {
    /// For whom.
    #[serde(flatten)]
    pub audience: Audience,
    /// What.
    #[serde(flatten)]
    pub object: T,
}

/// Something is gone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Delete {
    #[serde(flatten)]
    audience: Option<Audience>,
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    actor: String,
    object: String,
}

impl Delete {
    /// The end of the object at an address, by an actor.
    #[must_use]
    pub fn new(audience: Option<Audience>, actor: String, object: String) -> Delete {
        let id = format!("{object}/delete");
        Delete::called(audience, id, actor, object)
    }

    /// The same, under an id of its own: what goes is somebody else's.
    #[must_use]
    pub fn called(audience: Option<Audience>, id: String, actor: String, object: String) -> Delete {
        Delete { audience, kind: "Delete", id, actor, object }
    }
}

/// Something that was done is taken back. It stands here whole: nobody looks for it by its id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Undo {
    #[serde(flatten)]
    audience: Audience,
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    actor: String,
    object: Deed,
}

impl Undo {
    /// The taking back of a deed, for some.
    #[must_use]
    pub fn new(audience: Audience, deed: Deed) -> Undo {
        Undo {
            audience,
            kind: "Undo",
            id: format!("{}/undo", deed.id),
            actor: deed.actor.clone(),
            object: deed,
        }
    }
}

/// Something was done to what has an address.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Deed {
    #[serde(flatten)]
    audience: Audience,
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    actor: String,
    object: String,
}

/// Whose video is announced, and by whom.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Announced<'v> {
    /// The video.
    pub video: Uuid,
    /// Its channel.
    pub channel: &'v Channel,
    /// Its owner.
    pub account: &'v Account,
}

impl Announced<'_> {
    /// The address of the announcement by its channel or by the instance.
    #[must_use]
    pub fn address(&self, addresses: &Addresses<'_>, by: Announcer) -> String {
        match by {
            Announcer::Instance => addresses.announce_by_instance(self.video),
            Announcer::Channel(channel) => addresses.announce_by_channel(self.video, channel),
        }
    }

    /// The announcement as its address gives it: for all who follow anybody who announced it.
    #[must_use]
    pub fn whole(&self, addresses: &Addresses<'_>, by: Announcer) -> Deed {
        let followers = |actor: String| format!("{actor}/followers");
        let to = vec![
            PUBLIC.to_owned(),
            followers(addresses.channel(&self.channel.name)),
            followers(addresses.instance()),
            followers(addresses.account(&self.account.name)),
        ];
        self.deed(addresses, by, Audience { to, cc: Vec::new() })
    }

    /// The announcement taken back.
    #[must_use]
    pub fn undone(&self, addresses: &Addresses<'_>, by: Announcer) -> Undo {
        let deed = self.whole(addresses, by);
        Undo::new(deed.audience.clone(), deed)
    }

    /// The announcement as an outbox holds it.
    #[must_use]
    pub fn in_outbox(&self, addresses: &Addresses<'_>, by: Announcer) -> Deed {
        self.deed(addresses, by, Audience::everybody(addresses, &self.account.name))
    }

    fn deed(&self, addresses: &Addresses<'_>, by: Announcer, audience: Audience) -> Deed {
        let actor = match by {
            Announcer::Instance => addresses.instance(),
            Announcer::Channel(_) => addresses.channel(&self.channel.name),
        };
        Deed {
            audience,
            kind: "Announce",
            id: self.address(addresses, by),
            actor,
            object: addresses.video(self.video),
        }
    }
}

/// A thumb of an account.
#[must_use]
pub fn rate(addresses: &Addresses<'_>, account: &str, opinion: Opinion, video: (VideoId, Uuid)) -> Deed {
    let kind = match opinion {
        Opinion::Like => "Like",
        Opinion::Dislike => "Dislike",
    };
    Deed {
        audience: Audience::everybody(addresses, account),
        kind,
        id: addresses.rate(account, opinion, video.0),
        actor: addresses.account(account),
        object: addresses.video(video.1),
    }
}

/// A thumb of an account for a video elsewhere, for its owner's server.
#[must_use]
pub fn rate_elsewhere(
    addresses: &Addresses<'_>,
    account: &str,
    opinion: Opinion,
    video: (VideoId, String),
    owner: String,
) -> Deed {
    let deed = rate(addresses, account, opinion, (video.0, Uuid(0)));
    Deed { audience: Audience::of(owner), ..deed }.about(video.1)
}

/// The same taken back.
#[must_use]
pub fn unrate_elsewhere(
    addresses: &Addresses<'_>,
    account: &str,
    opinion: Opinion,
    video: (VideoId, String),
    owner: String,
) -> Undo {
    let deed = rate_elsewhere(addresses, account, opinion, video, owner);
    Undo::new(deed.audience.clone(), deed)
}

/// A view of a video elsewhere, for its owner's server. Views are told apart by what they are said under.
#[must_use]
pub fn view(addresses: &Addresses<'_>, video: (VideoId, String), owner: String, post: PostId) -> Deed {
    let actor = addresses.instance();
    Deed {
        audience: Audience::of(owner),
        kind: "View",
        id: format!("{actor}/views/videos/{}/{post}", video.0),
        actor,
        object: video.1,
    }
}

/// How many watch a video now, which counts until `expires`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Watching {
    #[serde(flatten)]
    audience: Audience,
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    actor: String,
    object: String,
    expires: Timestamp,
    result: Counter,
}

/// How many do something at the same time (PeerTube 6.1). Who does not read it counts one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counter {
    #[serde(rename = "type")]
    kind: &'static str,
    interaction_type: &'static str,
    user_interaction_count: u64,
}

impl Watching {
    /// That so many watch the video of a number here, known by its address, until then. Each time under the same id: it
    /// takes the place of what was said before.
    #[must_use]
    pub fn new(
        addresses: &Addresses<'_>,
        audience: Audience,
        (video, object): (VideoId, String),
        viewers: u64,
        expires: Timestamp,
    ) -> Watching {
        let actor = addresses.instance();
        let kind = "InteractionCounter";
        Watching {
            audience,
            id: format!("{actor}/views/videos/{video}/viewers"),
            kind: "View",
            actor,
            object,
            expires,
            result: Counter { kind, interaction_type: "WatchAction", user_interaction_count: viewers },
        }
    }
}

/// What somebody watched, without who.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WatchAction {
    #[serde(flatten)]
    audience: Audience,
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    duration: String,
    start_time: Timestamp,
    end_time: Timestamp,
    object: String,
    uuid: Uuid,
    action_status: &'static str,
    watch_sections: Vec<Section>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Section {
    start_timestamp: u64,
    end_timestamp: u64,
}

/// The making of what tells what somebody watched of another server's video, for its owner.
#[must_use]
pub fn watched(
    addresses: &Addresses<'_>,
    viewing: &Viewing,
    object: String,
    owner: String,
) -> Create<WatchAction> {
    let audience = Audience::of(owner);
    let id = addresses.of_path(&format!("/videos/local-viewer/{}", viewing.name));
    let section = |(start, end): &(u64, u64)| Section { start_timestamp: *start, end_timestamp: *end };
    let action = WatchAction {
        audience: audience.clone(),
        id: id.clone(),
        kind: "WatchAction",
        duration: format!("PT{}S", viewing.seconds),
        start_time: viewing.from,
        end_time: viewing.to,
        object,
        uuid: viewing.name,
        action_status: "CompletedActionStatus",
        watch_sections: viewing.sections.iter().map(section).collect(),
    };
    Create::new(audience, &id, addresses.instance(), action)
}

/// A report of what is elsewhere.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flag {
    #[serde(flatten)]
    audience: Audience,
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    actor: String,
    content: String,
    media_type: &'static str,
    object: String,
    tag: Vec<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_at: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_at: Option<u64>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct Reason {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
}

/// What is said of a report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report<'r> {
    /// Its number.
    pub id: AbuseId,
    /// Who says it, by name.
    pub reporter: &'r str,
    /// Whose it is that is reported: their address.
    pub owner: String,
    /// The address of what is reported.
    pub object: String,
    /// Why, in words.
    pub reason: &'r str,
    /// Why, from the closed list.
    pub predefined: &'r [AbuseReason],
    /// Seconds of a video that the reported part begins and ends at.
    pub part: (Option<u64>, Option<u64>),
}

impl Flag {
    /// A report.
    #[must_use]
    pub fn new(addresses: &Addresses<'_>, report: &Report<'_>) -> Flag {
        let reason = |reason: &AbuseReason| Reason { kind: "Hashtag", name: name_of(*reason) };
        Flag {
            audience: Audience::of(report.owner.clone()),
            kind: "Flag",
            id: addresses.of_path(&format!("/admin/abuses/{}", report.id)),
            actor: addresses.account(report.reporter),
            content: report.reason.to_owned(),
            media_type: "text/markdown",
            object: report.object.clone(),
            tag: report.predefined.iter().map(reason).collect(),
            start_at: report.part.0,
            end_at: report.part.1,
        }
    }
}

/// PeerTube's names, by which it finds its own.
fn name_of(reason: AbuseReason) -> &'static str {
    match reason {
        AbuseReason::ViolentOrAbusive => "violentOrRepulsive",
        AbuseReason::HatefulOrAbusive => "hatefulOrAbusive",
        AbuseReason::SpamOrMisleading => "spamOrMisleading",
        AbuseReason::Privacy => "privacy",
        AbuseReason::Rights => "rights",
        AbuseReason::ServerRules => "serverRules",
        AbuseReason::Thumbnails => "thumbnails",
        AbuseReason::Captions => "captions",
    }
}

impl Deed {
    /// The same about something of another server, by its address.
    #[must_use]
    pub fn about(self, object: String) -> Deed {
        Deed { object, ..self }
    }
}

/// A video's owner says yes, or no, to what somebody said about it. Servers that hold a reply back until then ask for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApproveReply {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    actor: String,
    in_reply_to: String,
    object: String,
}

impl ApproveReply {
    /// The yes of `owner` to a comment, which answers what is at an address. `here` is where it is on this server, and
    /// `comment` where it is known: elsewhere for somebody else's.
    #[must_use]
    pub fn new(
        addresses: &Addresses<'_>,
        owner: &str,
        here: String,
        comment: String,
        in_reply_to: String,
    ) -> ApproveReply {
        ApproveReply {
            kind: "ApproveReply",
            id: here + "/approve-reply",
            actor: addresses.account(owner),
            in_reply_to,
            object: comment,
        }
    }

    /// The no of `owner`, said alike.
    #[must_use]
    pub fn rejected(
        addresses: &Addresses<'_>,
        owner: &str,
        here: String,
        comment: String,
        in_reply_to: String,
    ) -> ApproveReply {
        ApproveReply {
            kind: "RejectReply",
            id: here + "/reject-reply",
            ..ApproveReply::new(addresses, owner, String::new(), comment, in_reply_to)
        }
    }
}
