//! Stories of synchronisations over a real store.

use std::time::Duration;

use shared::api::{ImportFault, NewVideo};
use shared::id::{AccountId, ChannelId, ImportId, SyncId, UserId, VideoId};
use shared::time::Timestamp;

use super::*;
use crate::domain::account::{NewUser, create as create_user};
use crate::domain::import::{self, Reason, Wanted};
use crate::domain::ownership::channel::{self, Bounds};
use crate::domain::quota::Used;
use crate::domain::viewer::Person;
use crate::store::records::{ChannelSync, ImportSource, Look, Role, SentPictures, SyncState};
use crate::store::tables::{KnownAddressKey, OpenImportKey, SyncKey};
use crate::store::{Durability, Read, Store, StoreError, Write};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Timestamp = Timestamp(24 * 60 * 60 * 1000);

/// The first of those that are to look.
fn due(
    read: &impl Read,
    now: Timestamp,
    every: Duration,
    is_watching: bool,
) -> Result<Option<SyncId>, StoreError> {
    Ok(Turns::default().take(&super::due(read, now, every, is_watching)?))
}

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
        world.store.write(Durability::Relaxed, |write| create_user(write, Timestamp(0), new)).unwrap();
    }
    world
}

fn person(number: u64, role: Role) -> Person {
    Person { user: UserId(number), account: AccountId(number), role }
}

fn reason(fault: ImportFault) -> Reason {
    Reason { fault, about: Some("a.example".to_owned()), text: "because".to_owned() }
}

fn page(numbers: impl IntoIterator<Item = u32>) -> Vec<Listed> {
    numbers.into_iter().map(|number| Listed { url: url(number), published: None }).collect()
}

fn url(number: u32) -> String {
    format!("https://a.example/{number}")
}

impl World {
    fn write<T>(&self, work: impl FnOnce(&mut Write<'_>) -> Result<T, StoreError>) -> T {
        self.store.write(Durability::Relaxed, work).unwrap()
    }

    fn create(&self, who: &Person, channel: u64) -> Result<ChannelSync, SyncError> {
        let new = NewSync { channel: ChannelId(channel), url: "https://a.example/c".to_owned() };
        self.store.write(Durability::Relaxed, |write| create(write, DAY, who, new, 2))
    }

    fn ask_all(&self, who: &Person, id: SyncId) -> Result<(), SyncError> {
        self.store.write(Durability::Relaxed, |write| ask_all(write, who, id))
    }

    /// A look that finds this.
    fn look(&self, id: SyncId, now: Timestamp, listed: Vec<Listed>) -> Look {
        let (of, look) = self.write(|write| begin(write, id)).expect("it may look");
        self.write(|write| found(write, now, &of, listed));
        look
    }

    /// Asks for all that there is room for.
    fn feed(&self, id: SyncId) {
        while self.write(|write| feed(write, DAY, id)) {}
    }

    fn row(&self, id: SyncId) -> Option<ChannelSync> {
        self.store.get(&SyncKey { sync: id }).unwrap()
    }

    /// The addresses that were asked for, first asked first.
    fn asked(&self) -> Vec<String> {
        let imports = import::list(&self.store, UserId(1)).unwrap();
        imports.iter().map(|import| import.source.name().to_owned()).collect()
    }

    /// Ends the import that was asked for first and waits.
    fn end_first(&self, outcome: Result<(), ImportFault>) -> ImportId {
        let id = import::waiting(&self.store, |_| true).unwrap().expect("one waits");
        let attempt = self.write(|write| import::begin(write, DAY, id)).unwrap().attempt();
        match outcome {
            Ok(()) => assert!(self.write(|write| import::arrive(write, DAY, attempt, VideoId(id.0)))),
            Err(fault) => self.write(|write| import::fail(write, DAY, attempt, &reason(fault))),
        }
        id
    }
}

#[test]
fn what_is_published_from_now_on_is_asked_for_once() {
    let world = world();
    let me = person(1, Role::User);
    let id = world.create(&me, 1).unwrap().id;
    let due_at = |now| due(&world.store, now, HOUR, true).unwrap();
    assert_eq!(world.row(id).map(|sync| sync.state()), Some(SyncState::Waiting));
    assert_eq!(due_at(DAY), Some(id), "at once");
    assert_eq!(due(&world.store, DAY, HOUR, false).unwrap(), None, "nothing is watched here");
    assert_eq!(world.look(id, DAY, page([3, 2, 1])), Look::Latest);
    world.feed(id);
    assert_eq!(world.asked(), Vec::<String>::new(), "it was there before");
    assert_eq!(world.row(id).map(|sync| sync.state()), Some(SyncState::Synced));

    let later = DAY.after(HOUR);
    assert_eq!((due_at(DAY.after(HOUR / 2)), due_at(later)), (None, Some(id)));
    world.look(id, later, page([5, 4, 3, 2, 1]));
    assert_eq!(world.row(id).map(|sync| sync.state()), Some(SyncState::Processing));
    world.feed(id);
    assert_eq!(world.asked(), [url(4), url(5)], "the older one first");
    let imports = import::list(&world.store, UserId(1)).unwrap();
    assert!(imports.iter().all(|one| one.sync == Some(id) && one.form.privacy == Some(1)));
    world.look(id, later.after(HOUR), page([5, 4, 3, 2, 1]));
    world.feed(id);
    assert_eq!(world.asked().len(), 2, "once, though none of them is here");
}

#[test]
fn what_says_that_it_is_of_today_is_new_at_the_first_look() {
    let world = world();
    let id = world.create(&person(1, Role::User), 1).unwrap().id;
    let dated = |number, published| Listed { url: url(number), published: Some(published) };
    let listed = vec![dated(2, DAY.after(HOUR)), dated(1, Timestamp(DAY.0 - 1))];
    world.look(id, DAY, listed);
    world.feed(id);
    assert_eq!(world.asked(), [url(2)]);
    world.look(id, DAY, vec![dated(0, Timestamp(5))]);
    world.feed(id);
    assert_eq!(world.asked(), [url(2)], "what is old does not become new by being found late");
}

#[test]
fn all_of_a_channel_comes_as_its_owner_has_room() {
    let world = world();
    let me = person(1, Role::User);
    let id = world.create(&me, 1).unwrap().id;
    world.look(id, DAY, page((1..=60).rev()));
    world.ask_all(&me, id).unwrap();
    assert_eq!(due(&world.store, DAY, HOUR, true).unwrap(), Some(id), "before its hour");
    assert_eq!(world.look(id, DAY, page((1..=60).rev())), Look::All);
    world.feed(id);
    assert_eq!(world.asked().len(), OPEN_PER_OWNER_MAX);
    assert_eq!(world.asked().first(), Some(&url(1)));
    assert_eq!(due(&world.store, DAY.after(HOUR * 2), HOUR, true).unwrap(), None, "it is not through");
    // Each that ends makes room for one.
    for number in 0..40 {
        world.end_first(if number == 7 { Err(ImportFault::NoFilm) } else { Ok(()) });
        world.feed(id);
    }
    assert_eq!(world.asked().len(), 60);
    let done = world.row(id).unwrap();
    assert_eq!((done.state(), done.fault), (SyncState::Failed, Some(ImportFault::SomeFailed)));
    // What failed is tried again by whoever likes; nothing comes twice.
    world.ask_all(&me, id).unwrap();
    world.look(id, DAY, page(1..=60));
    world.feed(id);
    assert_eq!(world.asked().len(), 60);
    assert_eq!(world.row(id).map(|sync| sync.state()), Some(SyncState::Synced));
}

#[test]
fn what_somebody_imported_themselves_is_not_imported_again() {
    let world = world();
    let me = person(1, Role::User);
    let form = NewVideo { channel_id: Some(ChannelId(1)), ..NewVideo::default() };
    let source = ImportSource::Address(url(1));
    let wanted = Wanted { source, torrent: None, pictures: SentPictures::default(), sync: None };
    world.store.write(Durability::Relaxed, |write| import::ask(write, DAY, &me, form, wanted)).unwrap();
    world.end_first(Ok(()));
    let new = || NewSync { channel: ChannelId(1), url: "https://a.example/c".to_owned() };
    let ask = || {
        world.store.write(Durability::Relaxed, |write| ask_import(write, DAY, &me, new(), None, 2)).unwrap();
    };
    ask();
    // Once: it stands in no list, and is gone when all is asked for.
    assert!(of_channels(&world.store, &[ChannelId(1)]).unwrap().is_empty());
    let id = due(&world.store, DAY, HOUR, false).unwrap().expect("though nothing is watched");
    assert!(matches!(world.ask_all(&me, id), Err(SyncError::NoSuchSync)));
    world.look(id, DAY, page([2, 1]));
    world.feed(id);
    assert_eq!((world.asked(), world.row(id)), (vec![url(1), url(2)], None));
    // One that finds nothing new, or nothing at all, is gone as well.
    ask();
    let id = due(&world.store, DAY, HOUR, false).unwrap().unwrap();
    world.look(id, DAY, page([2, 1]));
    assert_eq!(world.row(id), None);
    ask();
    let id = due(&world.store, DAY, HOUR, false).unwrap().unwrap();
    let (of, _) = world.write(|write| begin(write, id)).unwrap();
    world.write(|write| fail(write, DAY, &of, &reason(ImportFault::PageSays)));
    assert_eq!(world.row(id), None);
}

#[test]
fn a_look_that_fails_says_why_and_one_that_breaks_off_begins_again() {
    let world = world();
    let me = person(1, Role::User);
    let id = world.create(&me, 1).unwrap().id;
    let (of, _) = world.write(|write| begin(write, id)).unwrap();
    assert_eq!(world.row(id).map(|sync| sync.state()), Some(SyncState::Processing));
    assert!(world.write(|write| begin(write, id)).is_none(), "one look at a time");
    world.write(recover);
    assert_eq!(due(&world.store, DAY, HOUR, true).unwrap(), Some(id), "after a start");
    // What the look of before the start finds counts no more once another began.
    let (again, look) = world.write(|write| begin(write, id)).unwrap();
    assert_eq!(look, Look::Latest);
    world.write(|write| found(write, DAY, &of, page([1])));
    assert!(world.row(id).unwrap().looking.is_some());
    world.write(|write| fail(write, DAY, &again, &reason(ImportFault::PageSays)));
    let failed = world.row(id).unwrap();
    assert_eq!((failed.state(), failed.about.as_deref()), (SyncState::Failed, Some("a.example")));
    assert_eq!(due(&world.store, DAY, HOUR, true).unwrap(), None, "in an hour again");
    // A wish for all outlives a look that breaks off.
    world.ask_all(&me, id).unwrap();
    let (of, _) = world.write(|write| begin(write, id)).unwrap();
    world.write(|write| put_back(write, &of));
    assert_eq!(world.row(id).unwrap().wish, Some(Look::All));
    // Removed while it looks: what is found is nobody's.
    let (of, _) = world.write(|write| begin(write, id)).unwrap();
    world.store.write(Durability::Relaxed, |write| remove(write, &me, id)).unwrap();
    world.write(|write| found(write, DAY, &of, page([1])));
    assert_eq!((world.row(id), world.store.table::<OpenImportKey>().count()), (None, 0));
}

#[test]
fn only_the_owner_and_those_who_keep_order_have_it_and_there_is_an_end_to_it() {
    let world = world();
    let (me, other) = (person(1, Role::User), person(2, Role::User));
    assert!(matches!(world.create(&other, 1), Err(SyncError::Channel(_))));
    let id = world.create(&me, 1).unwrap().id;
    assert!(matches!(world.ask_all(&other, id), Err(SyncError::Channel(_))));
    let other_channel = NewSync { channel: ChannelId(2), url: url(1) };
    let crossed = world
        .store
        .write(Durability::Relaxed, |write| ask_import(write, DAY, &other, other_channel, Some(id), 2));
    assert!(matches!(crossed, Err(SyncError::OtherChannel)));
    let keeper = person(2, Role::Administrator);
    world.create(&keeper, 1).unwrap();
    assert!(matches!(world.create(&me, 1), Err(SyncError::TooMany(2))), "whoever made them");
    world.create(&other, 2).unwrap();
    assert_eq!(of_channels(&world.store, &[ChannelId(1)]).unwrap().len(), 2);
    world.look(id, DAY, page([2, 1]));
    world.write(|write| forget_channel(write, ChannelId(1)));
    assert_eq!(world.store.table::<SyncKey>().count(), 1);
    let piece = || world.write(|write| forget_addresses(write, ChannelId(1), 1));
    assert_eq!((piece(), piece(), piece()), (1, 1, 0));
    assert_eq!(world.store.table::<KnownAddressKey>().count(), 0);
    assert_eq!(import::waiting(&world.store, |_| true).unwrap(), None);
}

#[test]
fn a_channel_that_is_given_away_is_synchronised_no_more() {
    let world = world();
    let (me, other) = (person(1, Role::User), person(2, Role::User));
    let id = world.create(&me, 1).unwrap().id;
    world.look(id, DAY, page([1]));
    world.ask_all(&me, id).unwrap();
    let offered = |write: &mut Write<'_>| channel::offer(write, DAY, &me, ChannelId(1), other.account);
    world.store.write(Durability::Relaxed, offered).unwrap();
    let (_, offer) = channel::list(&world.store, other.account).unwrap()[0];
    let weight = |_| Used { total: 0, daily: 0 };
    let bounds = Bounds { used: weight(ChannelId(1)), weight: &weight, channels_max: 5 };
    let taken = |write: &mut Write<'_>| channel::accept(write, DAY, &other, offer.number, bounds);
    world.store.write(Durability::Relaxed, taken).unwrap();
    assert_eq!(world.row(id), None);
    assert_eq!(due(&world.store, DAY, HOUR, true).unwrap(), None);
    assert!(of_channels(&world.store, &[ChannelId(1)]).unwrap().is_empty());
}

#[test]
fn one_that_never_looked_waits_no_longer_than_one_that_did() {
    let world = world();
    let (me, other) = (person(1, Role::User), person(2, Role::User));
    let mine = world.create(&me, 1).unwrap();
    let theirs = world.create(&other, 2).unwrap();
    world.look(theirs.id, DAY, page([1]));
    let all = super::due(&world.store, DAY.after(HOUR), HOUR, true).unwrap();
    let of = |sync: &ChannelSync, owner| Due { sync: sync.id, owner, since: DAY };
    assert_eq!(all, [of(&mine, me.account), of(&theirs, other.account)]);
}
