//! Lists of videos elsewhere.

use serde_json::Value;
use shared::id::Uuid;
use shared::time::Timestamp;

use super::actor::{Picture, cut, pictures};
use super::read::{Elsewhere, Flaw, Thing, is_same_host, is_url};

/// Letters of a list's name.
const NAME_LENGTH_MAX: usize = 120;
/// Letters of what is said of it.
const CONTENT_LENGTH_MAX: usize = 1000;
/// Nobody has more lists.
const PLACE_MAX: u64 = 100_000;

/// A list of videos.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Playlist {
    /// Its address.
    pub id: String,
    /// Its name for ever.
    pub uuid: Uuid,
    /// What it is called.
    pub name: String,
    /// Markdown.
    pub description: Option<String>,
    /// The channel it is shown in.
    pub channel: String,
    /// Whether everybody finds it.
    pub is_public: bool,
    /// Its place among the lists of its channel, from 1 on (PeerTube 7.3).
    pub place: Option<u64>,
    /// Its picture.
    pub picture: Option<Picture>,
    /// When it was made.
    pub published: Timestamp,
    /// When it last changed.
    pub updated: Option<Timestamp>,
}

/// A place in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Element {
    /// Its address.
    pub id: String,
    /// The video in it, by its address.
    pub video: String,
    /// From 1 on.
    pub position: u64,
    /// From which second it is played.
    pub start: Option<u64>,
    /// To which.
    pub stop: Option<u64>,
}

impl Playlist {
    /// Whether all addresses in it are of other servers.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn check(&self, elsewhere: Elsewhere<'_>) -> Result<(), Flaw> {
        elsewhere.check("id", &self.id)?;
        elsewhere.check("attributedTo", &self.channel)
    }

    /// Reads one. Its channel is on its own server.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn read(document: &Value) -> Result<Playlist, Flaw> {
        let thing = Thing::of(document).filter(|thing| thing.is("Playlist"));
        let thing = thing.ok_or(Flaw { field: "type", why: "is not a playlist's" })?;
        let id = thing.text("id").filter(|id| is_url(id)).ok_or(Flaw::missing("id"))?;
        let channel = thing.need_url("attributedTo")?;
        if !is_same_host(channel, id) {
            return Err(Flaw { field: "attributedTo", why: "is not on the same server" });
        }
        let content = thing.text("content").map(|text| cut(text, CONTENT_LENGTH_MAX));
        Ok(Playlist {
            id: id.to_owned(),
            uuid: thing.need_text("uuid")?.parse().map_err(|_| Flaw { field: "uuid", why: "is no UUID" })?,
            name: cut(thing.need_text("name")?, NAME_LENGTH_MAX),
            description: content.filter(|text| 3 <= text.len()),
            channel: channel.to_owned(),
            is_public: thing.audience("to").iter().any(|name| name == super::PUBLIC),
            place: thing.number("videoChannelPosition").filter(|place| (1..=PLACE_MAX).contains(place)),
            picture: pictures(thing, "icon").into_iter().next(),
            published: thing.date("published").ok_or(Flaw::missing("published"))?,
            updated: thing.date("updated"),
        })
    }
}

impl Element {
    /// Reads one.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn read(document: &Value) -> Result<Element, Flaw> {
        let thing = Thing::of(document).filter(|thing| thing.is("PlaylistElement"));
        let thing = thing.ok_or(Flaw { field: "type", why: "is not a place in a playlist" })?;
        Ok(Element {
            id: thing.text("id").filter(|id| is_url(id)).ok_or(Flaw::missing("id"))?.to_owned(),
            video: thing.need_url("url")?.to_owned(),
            position: thing
                .number("position")
                .filter(|position| 0 < *position)
                .ok_or(Flaw::missing("position"))?,
            start: thing.number("startTimestamp"),
            stop: thing.number("stopTimestamp"),
        })
    }
}
