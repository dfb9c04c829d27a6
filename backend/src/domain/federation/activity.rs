//! What somebody did, as others read it.

use serde::Serialize;
use shared::id::{Uuid, VideoId};

use super::address::Announcer;
use super::{Addresses, Audience, PUBLIC};
use crate::store::records::{Account, Channel, Opinion};

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

impl Deed {
    /// The same about something of another server, by its address.
    #[must_use]
    pub fn about(self, object: String) -> Deed {
        Deed { object, ..self }
    }
}

/// A video's owner says yes to what somebody said about it. Servers that hold a reply back until then ask for it.
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
    /// The yes of `owner` to the comment at an address, which answers what is at another.
    #[must_use]
    pub fn new(addresses: &Addresses<'_>, owner: &str, comment: String, in_reply_to: String) -> ApproveReply {
        ApproveReply {
            kind: "ApproveReply",
            id: format!("{comment}/approve-reply"),
            actor: addresses.account(owner),
            in_reply_to,
            object: comment,
        }
    }
}
