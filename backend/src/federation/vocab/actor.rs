//! Who is who elsewhere.

use serde_json::Value;
use shared::time::Timestamp;

use super::read::{Elsewhere, Flaw, Thing, host_of, is_same_host, is_url, url_of};
use crate::federation::sign::pem_of_multibase;

/// Letters of a name in addresses.
const NAME_LENGTH_MAX: usize = 120;
/// Letters of the name people see.
const DISPLAY_NAME_LENGTH_MAX: usize = 120;
/// Letters somebody says of themselves; what is beyond is cut off, as PeerTube does.
const SUMMARY_LENGTH_MAX: usize = 1000;
/// Bytes of a key.
const KEY_LENGTH_MAX: usize = 5000;
/// Keys of somebody beside the first that are looked at.
const MULTIKEYS_MAX: usize = 3;
/// Sizes of one picture: PeerTube has four.
const PICTURES_MAX: usize = 20;
/// Former addresses of somebody.
const ALIASES_MAX: usize = 20;

/// What somebody is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActorKind {
    /// A person, or a program or a firm that behaves as one.
    Person,
    /// What many follow and some publish in: a channel.
    Group,
    /// A server.
    Application,
}

/// A key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// Its address.
    pub id: String,
    /// SPKI in PEM.
    pub pem: String,
}

/// A picture elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    /// Its address.
    pub url: String,
    /// Pixels, where that is told.
    pub width: Option<u32>,
    /// Pixels, where that is told.
    pub height: Option<u32>,
}

/// Somebody of another server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    /// Their address, which names them.
    pub id: String,
    /// What they are.
    pub kind: ActorKind,
    /// Their name in addresses.
    pub name: String,
    /// The name people see.
    pub display_name: String,
    /// What they say of themselves: HTML or markdown.
    pub summary: Option<String>,
    /// How to support them: markdown.
    pub support: Option<String>,
    /// Where people look at them.
    pub page: String,
    /// Where they are told things.
    pub inbox: String,
    /// Where all of their server are told things at once.
    pub shared_inbox: Option<String>,
    /// What they said.
    pub outbox: Option<String>,
    /// Who follows them.
    pub followers: Option<String>,
    /// Whom they follow.
    pub following: Option<String>,
    /// Their lists of videos.
    pub playlists: Option<String>,
    /// Whether who follows them waits for an answer.
    pub approves_followers: bool,
    /// Their key.
    pub key: Key,
    /// What else they sign with (FEP-521a): Ed25519 keys.
    pub other_keys: Vec<Key>,
    /// Whose they are, where they are a group.
    pub owners: Vec<String>,
    /// Pictures of them, largest first.
    pub avatars: Vec<Picture>,
    /// Pictures above their page, largest first.
    pub banners: Vec<Picture>,
    /// Their other addresses, as they say themselves.
    pub aliases: Vec<String>,
    /// When they came.
    pub published: Option<Timestamp>,
}

impl Actor {
    /// Reads somebody's document. All that is named in it as theirs is on their own server.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn read(document: &Value) -> Result<Actor, Flaw> {
        let thing = Thing::of(document).ok_or(Flaw::missing("type"))?;
        let kind = thing.kinds().find_map(kind_of).ok_or(Flaw { field: "type", why: "is nobody's" })?;
        let id = thing.text("id").filter(|id| is_url(id)).ok_or(Flaw::missing("id"))?;
        let own =
            |field: &'static str| thing.url(field).filter(|url| is_same_host(url, id)).map(str::to_owned);
        let name = thing.need_text("preferredUsername")?;
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
        if !is_name || NAME_LENGTH_MAX < name.len() {
            return Err(Flaw { field: "preferredUsername", why: "is no name" });
        }
        let inbox = own("inbox").ok_or(Flaw { field: "inbox", why: "is not on the same server" })?;
        let key = key_of(thing, id)?;
        let owners: Vec<String> =
            thing.urls("attributedTo").filter(|owner| is_same_host(owner, id)).map(str::to_owned).collect();
        let display_name = thing.text("name").map(str::trim).filter(|name| !name.is_empty()).unwrap_or(name);
        let shared_inbox = thing
            .things("endpoints")
            .find_map(|ends| ends.url("sharedInbox"))
            .filter(|url| is_same_host(url, id));
        let said = |field| {
            thing.text(field).map(|text| cut(text, SUMMARY_LENGTH_MAX)).filter(|text| 3 <= text.len())
        };
        Ok(Actor {
            id: id.to_owned(),
            kind,
            name: name.to_owned(),
            display_name: cut(display_name, DISPLAY_NAME_LENGTH_MAX),
            summary: said("summary"),
            support: said("support"),
            page: own("url").unwrap_or_else(|| id.to_owned()),
            inbox,
            shared_inbox: shared_inbox.map(str::to_owned),
            outbox: own("outbox"),
            followers: own("followers"),
            following: own("following"),
            playlists: own("playlists"),
            approves_followers: thing.flag("manuallyApprovesFollowers").unwrap_or(false),
            key,
            other_keys: multikeys(thing, id),
            owners,
            avatars: pictures(thing, "icon"),
            banners: pictures(thing, "image"),
            aliases: thing.urls("alsoKnownAs").take(ALIASES_MAX).map(str::to_owned).collect(),
            published: thing.date("published"),
        })
    }

    /// Refuses somebody who is, or wants to be told things, at an address that is ours or that anybody could have written.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn check(&self, elsewhere: Elsewhere<'_>) -> Result<(), Flaw> {
        elsewhere.check("id", &self.id)?;
        elsewhere.check("inbox", &self.inbox)?;
        self.shared_inbox.as_ref().map_or(Ok(()), |inbox| elsewhere.check("sharedInbox", inbox))?;
        elsewhere.check("publicKey", &self.key.id)?;
        self.owners.iter().try_for_each(|owner| elsewhere.check("attributedTo", owner))
    }

    /// How people name them: `name@host`.
    #[must_use]
    pub fn handle(&self) -> String {
        format!("{}@{}", self.name, host_of(&self.id).unwrap_or_default())
    }
}

fn kind_of(kind: &str) -> Option<ActorKind> {
    match kind {
        "Person" | "Service" | "Organization" => Some(ActorKind::Person),
        "Group" => Some(ActorKind::Group),
        "Application" => Some(ActorKind::Application),
        _ => None,
    }
}

fn key_of(thing: Thing<'_>, id: &str) -> Result<Key, Flaw> {
    let mut keys = thing.things("publicKey").filter(|key| key.url("owner").is_none_or(|owner| owner == id));
    let key = keys.next().ok_or(Flaw { field: "publicKey", why: "is not theirs" })?;
    let key_id = key.text("id").filter(|key| is_same_host(key, id));
    let key_id = key_id.ok_or(Flaw { field: "publicKey", why: "has no address on the same server" })?;
    let pem = key.text("publicKeyPem").filter(|pem| pem.len() <= KEY_LENGTH_MAX);
    let pem = pem.filter(|pem| pem.trim_start().starts_with("-----BEGIN PUBLIC KEY-----"));
    let pem = pem.ok_or(Flaw { field: "publicKey", why: "is no SPKI key in PEM" })?;
    Ok(Key { id: key_id.to_owned(), pem: pem.to_owned() })
}

/// Keys of theirs that are published as Multikeys.
fn multikeys(thing: Thing<'_>, id: &str) -> Vec<Key> {
    let key = |key: Thing<'_>| {
        let key_id = key.text("id").filter(|key| is_url(key) && is_same_host(key, id))?;
        let is_theirs = key.is("Multikey") && key.url("controller").is_none_or(|owner| owner == id);
        let pem = key.text("publicKeyMultibase").filter(|_| is_theirs).and_then(pem_of_multibase)?;
        Some(Key { id: key_id.to_owned(), pem })
    };
    thing.things("assertionMethod").take(MULTIKEYS_MAX).filter_map(key).collect()
}

/// Pictures of a field, largest first; those that do not say how large they are last.
pub(super) fn pictures(thing: Thing<'_>, field: &str) -> Vec<Picture> {
    let mut pictures: Vec<Picture> = thing
        .all(field)
        .filter_map(|value| {
            // Some write the address alone.
            let Some(picture) = Thing::of(value) else {
                let url = url_of(value)?.to_owned();
                return Some(Picture { url, width: None, height: None });
            };
            if picture.text("mediaType").is_some_and(|kind| !kind.starts_with("image/")) {
                return None;
            }
            let pixels = |field| picture.number(field).and_then(|pixels| u32::try_from(pixels).ok());
            let url = picture.url("url").or_else(|| picture.url("href"))?.to_owned();
            Some(Picture { url, width: pixels("width"), height: pixels("height") })
        })
        .take(PICTURES_MAX)
        .collect();
    pictures.sort_by_key(|picture| std::cmp::Reverse(picture.width));
    pictures
}

/// The beginning of a text.
pub(super) fn cut(text: &str, letters: usize) -> String {
    text.chars().take(letters).collect()
}
