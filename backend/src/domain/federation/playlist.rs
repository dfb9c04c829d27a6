//! Lists of videos as others read them.
//!
//! The surprise is that a list is its own collection: its pages say all that it says, too, as PeerTube's do.

use serde::Serialize;
use shared::id::{ElementId, Uuid};
use shared::time::Timestamp;

use super::actor::Image;
use super::collection::{Around, PageAsked};
use super::{Addresses, Audience};
use crate::store::records::{Element, PlaylistKind, PlaylistPrivacy, VideoPlaylist};

/// The size of a list's picture.
const THUMBNAIL: (u32, u32) = (280, 157);

/// Whether a list is published on other servers: it is of this one, everybody finds it, and it is shown in a channel, which
/// others need to know whose it is.
#[must_use]
pub fn is_published(playlist: &VideoPlaylist) -> bool {
    let is_regular = match playlist.kind {
        PlaylistKind::Regular => true,
        PlaylistKind::WatchLater => false,
    };
    is_regular
        && playlist.remote.is_none()
        && playlist.privacy == PlaylistPrivacy::Public
        && playlist.channel.is_some()
}

/// All that is said of a list.
#[derive(Clone, Copy, Debug)]
pub struct Said<'p> {
    /// The list.
    pub playlist: &'p VideoPlaylist,
    /// Its owner, by name.
    pub account: &'p str,
    /// The channel it is shown in, by name.
    pub channel: &'p str,
    /// Path of its picture.
    pub picture: Option<&'p str>,
    /// Videos in it that others may read.
    pub total: usize,
}

/// A list, or a page of one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Playlist {
    #[serde(flatten)]
    audience: Audience,
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    total_items: usize,
    #[serde(flatten)]
    part: Part,
    name: String,
    content: Option<String>,
    media_type: &'static str,
    uuid: Uuid,
    published: Timestamp,
    updated: Timestamp,
    attributed_to: [String; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<Image>,
}

/// What tells a list from a page of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
enum Part {
    /// The list.
    Whole {
        #[serde(skip_serializing_if = "Option::is_none")]
        first: Option<String>,
    },
    /// A page.
    #[serde(rename_all = "camelCase")]
    Page {
        #[serde(skip_serializing_if = "Option::is_none")]
        prev: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        next: Option<String>,
        part_of: String,
        ordered_items: Vec<String>,
    },
}

/// The list.
#[must_use]
pub fn whole(addresses: &Addresses<'_>, said: &Said<'_>) -> Playlist {
    let id = addresses.playlist(said.playlist.uuid);
    let first = (0 < said.total).then(|| format!("{id}?page=1"));
    part(addresses, said, id, Part::Whole { first })
}

/// A page of the list, with what is on it.
#[must_use]
pub fn page(addresses: &Addresses<'_>, said: &Said<'_>, asked: PageAsked, items: &[ElementId]) -> Playlist {
    let uuid = said.playlist.uuid;
    let list = addresses.playlist(uuid);
    let Around { prev, next } = Around::of(&list, said.total, asked);
    let id = format!("{list}?page={}", asked.number);
    let ordered_items = items.iter().map(|element| addresses.element(uuid, *element)).collect();
    part(addresses, said, id, Part::Page { prev, next, part_of: list, ordered_items })
}

fn part(addresses: &Addresses<'_>, said: &Said<'_>, id: String, part: Part) -> Playlist {
    let playlist = said.playlist;
    Playlist {
        audience: Audience::everybody(addresses, said.account),
        id,
        kind: "Playlist",
        total_items: said.total,
        part,
        name: playlist.name.clone(),
        content: playlist.description.clone(),
        media_type: "text/markdown",
        uuid: playlist.uuid,
        published: playlist.created_at,
        updated: playlist.updated_at,
        attributed_to: [addresses.channel(said.channel)],
        icon: said.picture.map(|path| Image::new(addresses.of_path(path), THUMBNAIL)),
    }
}

/// A place in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaylistElement {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
    position: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_timestamp: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_timestamp: Option<u64>,
}

/// A place in a list at a position from 1 on, which holds the video of an address, of this server or another.
#[must_use]
pub fn element(
    addresses: &Addresses<'_>,
    playlist: Uuid,
    element: &Element,
    video: String,
    position: u64,
) -> PlaylistElement {
    PlaylistElement {
        id: addresses.element(playlist, element.id),
        kind: "PlaylistElement",
        url: video,
        position,
        start_timestamp: element.start,
        stop_timestamp: element.stop,
    }
}
