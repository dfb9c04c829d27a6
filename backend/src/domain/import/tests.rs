//! Stories of imports over a real store.

use shared::api::{ImportFault, NewVideo};
use shared::id::{AccountId, ChannelId, CollaboratorId, ImportId, UserId, VideoId};
use shared::time::Timestamp;

use super::*;
use crate::domain::account::{NewUser, create};
use crate::domain::event::Event;
use crate::domain::makers::Makers;
use crate::domain::viewer::Person;
use crate::store::records::{
    Attempt, Channel, Collaborator, CollaboratorState, ImportSource, ImportState, Role, SentPictures,
    SentTorrent,
};
use crate::store::tables::{ChannelKey, ImportKey, ImportTorrentKey, UserImportKey};
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
        let torrent = Some(SentTorrent { base64: "eA==".to_owned() });
        let wanted = Wanted { source, torrent, pictures: SentPictures::default(), sync: None };
        let who = person(who, Role::User);
        self.write(|write| ask(write, Timestamp(1), &who, form, wanted).map(|import| import.id))
    }

    fn begin(&self, id: ImportId) -> Attempt {
        let begun = self.write(|write| Ok(begin(write, Timestamp(2), id)?)).unwrap();
        begun.expect("it waits").attempt()
    }

    /// Whether a video of this beginning is wanted.
    fn arrives(&self, attempt: Attempt) -> bool {
        self.write(|write| Ok(arrive(write, Timestamp(5), attempt, VideoId(9))?)).unwrap()
    }

    fn state(&self, id: ImportId) -> ImportState {
        self.store.get(&ImportKey { import: id }).unwrap().unwrap().state
    }
}

fn reason() -> Reason {
    Reason { fault: ImportFault::NoFilm, about: None, text: "no such film".to_owned() }
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
        fail(write, Timestamp(3), Attempt { import: first, begun: 2 }, &reason())?;
        Ok(write.take_events())
    });
    assert_eq!(events.unwrap(), [Event::ImportEnded(first)]);
    assert_eq!(world.state(first), ImportState::Failed);
    let me = person(1, Role::User);
    world.write(|write| retry(write, Timestamp(4), &me, first)).unwrap();
    begin(first);
    assert!(world.arrives(Attempt { import: first, begun: 3 }));
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
    remove(&me).unwrap();
    assert!(matches!(remove(&me), Err(ImportError::NoSuchImport)));
    assert_eq!(world.store.table::<UserImportKey>().count(), 0);
}

#[test]
fn what_a_beginning_brings_counts_for_that_beginning_alone() {
    let world = world();
    let me = person(1, Role::User);
    let id = world.ask(1, 1).unwrap();
    let first = world.begin(id);
    let called_off = world.write(|write| cancel(write, Timestamp(3), &me, id)).unwrap();
    assert_eq!(called_off, first, "what is to be ended is known");
    assert!(!world.arrives(first), "nobody wants it");
    assert_eq!(world.state(id), ImportState::Cancelled);
    world.write(|write| retry(write, Timestamp(4), &me, id)).unwrap();
    assert!(!world.arrives(first), "it waits for another beginning");
    let second = world.begin(id);
    assert_ne!(first, second);
    // What the first does at its end, it does to nobody.
    world.write(|write| Ok(fail(write, Timestamp(5), first, &reason())?)).unwrap();
    world.write(|write| Ok(put_back(write, first)?)).unwrap();
    assert!(!world.arrives(first));
    assert_eq!(world.state(id), ImportState::Running);
    // A stop is no try, and yet another beginning.
    world.write(|write| Ok(put_back(write, second)?)).unwrap();
    let third = world.begin(id);
    assert_eq!((third.begun, world.arrives(second), world.arrives(third)), (3, false, true));
    let done = world.store.get(&ImportKey { import: id }).unwrap().unwrap();
    assert_eq!((done.state, done.attempts), (ImportState::Done, 2));
    assert!(matches!(world.write(|write| cancel(write, Timestamp(6), &me, id)), Err(ImportError::Over)));
}

#[test]
fn an_editor_may_import_into_the_channel_of_its_owner() {
    let world = world();
    let edit = |state| {
        let editor = Collaborator {
            id: CollaboratorId(1),
            account: AccountId(2),
            state,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        };
        world
            .write(|write| {
                let key = ChannelKey { channel: ChannelId(1) };
                let channel = write.get(&key)?.unwrap();
                Ok(write.insert(&key, &Channel { collaborators: vec![editor], ..channel })?)
            })
            .unwrap();
    };
    edit(CollaboratorState::Pending);
    assert!(matches!(world.ask(2, 1), Err(ImportError::Channel(_))), "who did not answer is none");
    edit(CollaboratorState::Accepted);
    let id = world.ask(2, 1).unwrap();
    assert_eq!(list(&world.store, UserId(2)).unwrap().first().map(|import| import.id), Some(id));
    // What its owner brings into it stands in the editor's list, where they ask for that.
    let (own, other) = (world.ask(1, 1).unwrap(), world.ask(2, 2).unwrap());
    let channel = world.store.get(&ChannelKey { channel: ChannelId(1) }).unwrap().unwrap();
    let with = |user, channels: &[_]| -> Vec<ImportId> {
        let found = list_with_channels(&world.store, UserId(user), channels).unwrap();
        found.iter().map(|import| import.id).collect()
    };
    let edited = [(ChannelId(1), Makers::of(&channel))];
    assert_eq!((with(2, &edited), with(2, &[])), (vec![id, own, other], vec![id, other]));
    assert_eq!(with(1, &edited), [id, own], "and not what is brought elsewhere");
}

#[test]
fn the_torrents_of_the_imports_that_ended_last_are_kept() {
    let world = world();
    let me = person(1, Role::User);
    let ids: Vec<ImportId> = (0..TORRENTS_KEPT_MAX + 2)
        .map(|round| {
            let id = world.ask(1, 1).unwrap();
            if round % 2 == 0 {
                world.write(|write| cancel(write, Timestamp(2), &me, id)).unwrap();
            } else {
                let attempt = world.begin(id);
                world.write(|write| Ok(fail(write, Timestamp(2), attempt, &reason())?)).unwrap();
            }
            id
        })
        .collect();
    let waits = world.ask(1, 1).unwrap();
    let kept = |import: ImportId| world.store.get(&ImportTorrentKey { import }).unwrap().is_some();
    let gone: Vec<ImportId> = ids.iter().copied().filter(|id| !kept(*id)).collect();
    assert_eq!(gone, ids[..2], "those that ended first");
    assert!(kept(waits), "what is not over has its own");
    assert_eq!(world.store.table::<ImportTorrentKey>().count(), TORRENTS_KEPT_MAX + 1);
    assert_eq!(list(&world.store, UserId(1)).unwrap().len(), TORRENTS_KEPT_MAX + 3, "the imports stay");
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
