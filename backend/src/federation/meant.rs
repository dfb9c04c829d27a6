//! What somebody means who asks why something did not arrive: a server, somebody, or a thing.

use shared::id::{Handle, VideoRef};

use super::ours::{self, Ours};
use crate::domain::account::{account_named, channel_named};
use crate::domain::explain::{Thing, Topic};
use crate::domain::federation::{Addresses, INSTANCE};
use crate::domain::host;
use crate::federation::follow::address_of;
use crate::federation::keep;
use crate::store::records::{Party, RemoteObject};
use crate::store::tables::{CommentKey, PlaylistKey, RemoteActorKey, RemoteNameKey, VideoKey, VideoUuidKey};
use crate::store::{Read, StoreError};

/// Longer than any address that is kept.
const TEXT_LENGTH_MAX: usize = 2000;
/// Lists that are looked at for one with a UUID, which have no table of their own.
const LISTS_MAX: usize = 100_000;

/// What a text means: a host, a handle or an address, ours or theirs; none where it is neither, or an address of this
/// instance at which nothing ever was.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn topic(read: &impl Read, addresses: &Addresses<'_>, text: &str) -> Result<Option<Topic>, StoreError> {
    let text = text.trim();
    if TEXT_LENGTH_MAX < text.len() {
        return Ok(None);
    }
    if let Some(host) = host::of_address(text) {
        if host == addresses.host() {
            return at_ours(read, addresses, text);
        }
        let is_server =
            text.split_once("://").is_some_and(|(_, rest)| !rest.trim_end_matches('/').contains('/'));
        return Ok(Some(if is_server { Topic::Server(host) } else { at_theirs(read, text, host)? }));
    }
    if text.contains('@') {
        let Ok(Handle { name, host: Some(host) }) = text.parse() else { return Ok(None) };
        let Some(host) = host::parse(&host) else { return Ok(None) };
        return by_handle(read, addresses, &name, host);
    }
    let Some(host) = host::parse(text) else { return Ok(None) };
    if host == addresses.host() {
        return party(read, addresses, Party::Instance);
    }
    Ok(Some(Topic::Server(host)))
}

fn by_handle(
    read: &impl Read,
    addresses: &Addresses<'_>,
    name: &str,
    host: String,
) -> Result<Option<Topic>, StoreError> {
    if host == addresses.host() {
        return of_ours(read, addresses, name);
    }
    let key = RemoteNameKey { name: format!("{name}@{host}").to_lowercase() };
    let Some(known) = read.get(&key)? else { return Ok(Some(Topic::Server(host))) };
    let Some(address) = address_of(read, addresses, known)? else { return Ok(Some(Topic::Server(host))) };
    Ok(Some(Topic::Theirs { address, host, thing: Some(Thing::Party(known)) }))
}

/// Something at an address of another server.
fn at_theirs(read: &impl Read, address: &str, host: String) -> Result<Topic, StoreError> {
    let thing = match keep::object_of(read, address)? {
        Some(RemoteObject::Video(video)) => {
            read.get(&VideoKey { video })?.map(|row| Thing::Video(Some(video), row.uuid))
        }
        Some(RemoteObject::Comment(comment)) => Some(Thing::Comment(comment)),
        Some(RemoteObject::Playlist(playlist)) => {
            read.get(&PlaylistKey { playlist })?.map(|row| Thing::Playlist(Some(playlist), row.uuid))
        }
        None => read.get(&RemoteActorKey { url: address.to_owned() })?.map(Thing::Party),
    };
    Ok(Topic::Theirs { address: address.to_owned(), host, thing })
}

/// Something at an address of this instance. The pages of others' things count as these.
fn at_ours(read: &impl Read, addresses: &Addresses<'_>, text: &str) -> Result<Option<Topic>, StoreError> {
    let is_root = text.trim_end_matches('/') == addresses.root();
    if is_root {
        return party(read, addresses, Party::Instance);
    }
    match ours::read(addresses.root(), text) {
        Some(Ours::Instance) => party(read, addresses, Party::Instance),
        Some(Ours::Account(name) | Ours::Channel(name)) => match name.split_once('@') {
            Some((name, host)) => match host::parse(host) {
                Some(host) => by_handle(read, addresses, name, host),
                None => Ok(None),
            },
            None => of_ours(read, addresses, &name),
        },
        Some(Ours::Video(video)) => video_at(read, addresses, video),
        Some(Ours::Comment(video, comment)) => {
            let row = read.get(&CommentKey { comment })?;
            if let Some(remote) = row.and_then(|row| row.remote) {
                return theirs(read, remote.url).map(Some);
            }
            let VideoRef::Uuid(uuid) = video else { return Ok(None) };
            let addresses = vec![addresses.comment(uuid, comment)];
            Ok(Some(Topic::Ours { addresses, thing: Thing::Comment(comment) }))
        }
        None => list_at(read, addresses, text),
    }
}

fn theirs(read: &impl Read, url: String) -> Result<Topic, StoreError> {
    let host = host::of_address(&url).unwrap_or_default();
    at_theirs(read, &url, host)
}

fn video_at(
    read: &impl Read,
    addresses: &Addresses<'_>,
    video: VideoRef,
) -> Result<Option<Topic>, StoreError> {
    let (number, uuid) = match video {
        VideoRef::Uuid(uuid) => (read.get(&VideoUuidKey { uuid })?, Some(uuid)),
        VideoRef::Id(video) => (Some(video), None),
    };
    let row = match number {
        Some(video) => read.get(&VideoKey { video })?,
        None => None,
    };
    if let Some(remote) = row.as_ref().and_then(|row| row.remote.as_ref()) {
        return theirs(read, remote.url.clone()).map(Some);
    }
    // One that was deleted is known by its UUID alone.
    let Some(uuid) = row.as_ref().map(|row| row.uuid).or(uuid) else { return Ok(None) };
    let thing = Thing::Video(row.map(|row| row.id), uuid);
    Ok(Some(Topic::Ours { addresses: vec![addresses.video(uuid), addresses.video_page(uuid)], thing }))
}

/// A list of videos of ours.
fn list_at(read: &impl Read, addresses: &Addresses<'_>, text: &str) -> Result<Option<Topic>, StoreError> {
    let path = text.strip_prefix(addresses.root()).unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let places = ["/video-playlists/", "/w/p/", "/videos/watch/playlist/"];
    let name = places.iter().find_map(|place| path.strip_prefix(place));
    let Some(Ok(VideoRef::Uuid(uuid))) = name.map(str::parse) else { return Ok(None) };
    let mut number = None;
    for row in read.table::<PlaylistKey>().take(LISTS_MAX) {
        let (key, list) = row?;
        if list.uuid == uuid {
            number = Some(key.playlist);
            break;
        }
    }
    let thing = Thing::Playlist(number, uuid);
    Ok(Some(Topic::Ours { addresses: vec![addresses.playlist(uuid)], thing }))
}

/// Somebody here, by their name.
fn of_ours(read: &impl Read, addresses: &Addresses<'_>, name: &str) -> Result<Option<Topic>, StoreError> {
    if name.eq_ignore_ascii_case(INSTANCE) {
        return party(read, addresses, Party::Instance);
    }
    if let Some(account) = account_named(read, name)? {
        return party(read, addresses, Party::Account(account.id));
    }
    match channel_named(read, name)? {
        Some(channel) => party(read, addresses, Party::Channel(channel.id)),
        None => Ok(None),
    }
}

fn party(read: &impl Read, addresses: &Addresses<'_>, party: Party) -> Result<Option<Topic>, StoreError> {
    let address = address_of(read, addresses, party)?;
    Ok(address.map(|address| Topic::Ours { addresses: vec![address], thing: Thing::Party(party) }))
}

#[cfg(test)]
mod tests {
    use shared::id::Uuid;

    use super::*;
    use crate::store::Store;

    #[test]
    fn hosts_handles_and_addresses_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let addresses = Addresses::new("https://films.example", "films.example");
        let asked = |text: &str| topic(&store, &addresses, text).unwrap();
        let server = |host: &str| Some(Topic::Server(host.to_owned()));
        assert_eq!(asked(" A.example "), server("a.example"));
        assert_eq!(asked("https://a.example/"), server("a.example"));
        // Nobody of that name is known here, so all that is of their server is told.
        assert_eq!(asked("@bob@a.example"), server("a.example"));
        let theirs = Topic::Theirs {
            address: "https://a.example/w/1".to_owned(),
            host: "a.example".to_owned(),
            thing: None,
        };
        assert_eq!(asked("https://a.example/w/1"), Some(theirs));
        let instance = Topic::Ours {
            addresses: vec!["https://films.example/accounts/peertube".to_owned()],
            thing: Thing::Party(Party::Instance),
        };
        for text in ["films.example", "https://films.example", "peertube@films.example"] {
            assert_eq!(asked(text).as_ref(), Some(&instance), "{text}");
        }
        let uuid: Uuid = "ce07d2dc-d37f-4a15-8d02-89251c07337b".parse().unwrap();
        let gone = asked(&format!("https://films.example/w/{}", uuid.short())).unwrap();
        assert!(matches!(gone, Topic::Ours { thing: Thing::Video(None, found), .. } if found == uuid));
        let list = asked(&format!("https://films.example/w/p/{}", uuid.short())).unwrap();
        assert!(matches!(list, Topic::Ours { thing: Thing::Playlist(None, found), .. } if found == uuid));
        for text in
            ["", "no host!", "bob@", "https://films.example/accounts/nobody", "https://films.example/x"]
        {
            assert_eq!(asked(text), None, "{text}");
        }
        assert_eq!(asked(&"a".repeat(2001)), None);
    }
}
