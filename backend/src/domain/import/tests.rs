//! Stories of imports over a real store.

use shared::api::NewVideo;
use shared::id::{AccountId, ChannelId, ImportId, UserId, Uuid, VideoId};
use shared::time::Timestamp;

use super::*;
use crate::domain::account::{NewUser, create};
use crate::domain::event::Event;
use crate::domain::viewer::Person;
use crate::store::records::{ImportSource, ImportState, Role, SentTorrent};
use crate::store::tables::{ImportKey, ImportTorrentKey, UserImportKey};
use crate::store::{Durability, Read, Store, Write};

struct World {
    store: Store,
    _folder: tempfile::TempDir,
}

/// Logins 1 and 2, with an account and a channel of the same number each.
fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let world = World { store: Store::open(folder.path()).unwrap(), _folder: folder };
    for number in 1..=2 {
        let new = NewUser {
            username: format!("user{number}"),
            email: format!("user{number}@films.example"),
            password: String::new(),
            role: Role::User,
            channel: format!("channel{number}"),
            video_quota: None,
            video_quota_daily: None,
        };
        world.store.write(Durability::Relaxed, |write| create(write, Timestamp(0), new)).unwrap();
    }
    world
}

fn person(number: u64, role: Role) -> Person {
    Person { user: UserId(number), account: AccountId(number), role }
}

impl World {
    fn write<T>(
        &self,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        self.store.write(Durability::Relaxed, work)
    }

    fn ask(&self, who: u64, channel: u64) -> Result<ImportId, ImportError> {
        let form = NewVideo { channel_id: Some(ChannelId(channel)), ..NewVideo::default() };
        let source = ImportSource::Torrent("a.torrent".to_owned());
        let wanted = Wanted { source, torrent: Some(SentTorrent { base64: "eA==".to_owned() }) };
        let who = person(who, Role::User);
        self.write(|write| ask(write, Timestamp(1), &who, form, wanted, Uuid(7)).map(|import| import.id))
    }

    fn state(&self, id: ImportId) -> ImportState {
        self.store.get(&ImportKey { import: id }).unwrap().unwrap().state
    }
}

#[test]
fn an_import_waits_runs_and_ends_and_events_tell_of_it() {
    let world = world();
    assert!(matches!(world.ask(1, 2), Err(ImportError::Channel(_))), "the channel of somebody else");
    let (first, second) = (world.ask(1, 1).unwrap(), world.ask(1, 1).unwrap());
    let waits = || waiting(&world.store, |_| true).unwrap();
    assert_eq!(waits(), Some(first));
    assert_eq!(waiting(&world.store, |_| false).unwrap(), None, "its kind is not allowed");
    let begin = |id| world.write(|write| Ok(begin(write, Timestamp(2), id)?)).unwrap();
    assert_eq!(begin(first).map(|import| import.attempts), Some(1));
    assert_eq!(begin(first), None, "once");
    assert_eq!(waits(), Some(second));
    world.write(|write| Ok(recover(write)?)).unwrap();
    assert_eq!(waits(), Some(first), "after a restart it waits again");
    begin(first);
    let events = world.write(|write| {
        end(write, Timestamp(3), first, Err("no such film".to_owned()))?;
        Ok(write.take_events())
    });
    assert_eq!(events.unwrap(), [Event::ImportEnded(first)]);
    assert_eq!(world.state(first), ImportState::Failed);
    let me = person(1, Role::User);
    world.write(|write| retry(write, Timestamp(4), &me, first)).unwrap();
    begin(first);
    world.write(|write| Ok(end(write, Timestamp(5), first, Ok(VideoId(9)))?)).unwrap();
    let done = world.store.get(&ImportKey { import: first }).unwrap().unwrap();
    assert_eq!(
        (done.state, done.video, done.error, done.attempts),
        (ImportState::Done, Some(VideoId(9)), None, 3)
    );
    assert!(matches!(world.write(|write| retry(write, Timestamp(6), &me, first)), Err(ImportError::Over)));
    let kept = |import| world.store.get(&ImportTorrentKey { import }).unwrap().is_some();
    assert_eq!((kept(first), kept(second)), (false, true), "nobody tries it again");
}

#[test]
fn only_its_owner_and_administrators_change_an_import() {
    let world = world();
    let id = world.ask(1, 1).unwrap();
    let (me, other) = (person(1, Role::User), person(2, Role::User));
    let admin = person(2, Role::Administrator);
    let cancel = |who: &Person| world.write(|write| cancel(write, Timestamp(2), who, id));
    let remove = |who: &Person| world.write(|write| remove(write, who, id));
    assert!(matches!(cancel(&other), Err(ImportError::NotYours)));
    assert!(matches!(remove(&me), Err(ImportError::NotOver)));
    cancel(&admin).unwrap();
    assert!(matches!(cancel(&me), Err(ImportError::Over)));
    // What comes of one that was called off on its way is nothing.
    world.write(|write| Ok(end(write, Timestamp(3), id, Ok(VideoId(1)))?)).unwrap();
    assert_eq!(world.state(id), ImportState::Cancelled);
    remove(&me).unwrap();
    assert!(matches!(remove(&me), Err(ImportError::NoSuchImport)));
    assert_eq!(world.store.table::<UserImportKey>().count(), 0);
}

#[test]
fn what_waits_and_what_is_remembered_has_an_end() {
    let world = world();
    for _ in 0..OPEN_PER_USER_MAX {
        world.ask(1, 1).unwrap();
    }
    assert!(matches!(world.ask(1, 1), Err(ImportError::TooMany)));
    world.ask(2, 2).unwrap();
    let me = person(1, Role::User);
    for round in 0..KEPT_PER_USER_MAX {
        let open = list(&world.store, UserId(1)).unwrap().into_iter().find(|import| import.state.is_open());
        world.write(|write| cancel(write, Timestamp(2), &me, open.unwrap().id)).unwrap();
        world.ask(1, 1).unwrap_or_else(|error| panic!("{round}: {error}"));
    }
    assert_eq!(list(&world.store, UserId(1)).unwrap().len(), KEPT_PER_USER_MAX);
    let piece = || world.write(|write| Ok(forget_user(write, UserId(1), 300)?)).unwrap();
    assert_eq!((piece(), piece(), piece()), (300, KEPT_PER_USER_MAX - 300, 0));
    assert!(waiting(&world.store, |_| true).unwrap().is_some(), "the other's");
    assert_eq!(world.store.table::<ImportTorrentKey>().count(), 1);
}
