//! Stories of followings across servers over a real store.

use shared::id::{AccountId, ChannelId};
use shared::time::Timestamp;

use super::*;
use crate::domain::account::{NewUser, create};
use crate::domain::event::Event;
use crate::store::records::{Account, ActorKind, FollowState, Party, RemoteActor, Role};
use crate::store::tables::{AccountKey, ChannelKey, ListenersOf};
use crate::store::{Durability, Read, Store, StoreError, Write};

const NOW: Timestamp = Timestamp(5000);
const CHANNEL: Party = Party::Channel(ChannelId(1));

struct World {
    store: Store,
    _folder: tempfile::TempDir,
}

fn remote_of(name: &str, host: &str, shared: bool) -> RemoteActor {
    let shared_inbox = shared.then(|| format!("https://{host}/inbox"));
    let url = format!("https://{host}/users/{name}");
    RemoteActor { shared_inbox, ..RemoteActor::new(url, host, ActorKind::Person, NOW) }
}

/// Alice with her channel, and three people of two other servers, numbered from 11 on.
fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let world = World { store: Store::open(folder.path()).unwrap(), _folder: folder };
    world.write(|write| {
        let new = NewUser {
            username: "alice".to_owned(),
            email: "alice@films.example".to_owned(),
            password: String::new(),
            role: Role::User,
            channel: "alice_films".to_owned(),
            video_quota: None,
            video_quota_daily: None,
        };
        create(write, NOW, new).unwrap();
        let strangers =
            [("bob", "one.example", true), ("carol", "one.example", true), ("dave", "two.example", false)];
        for (number, (name, host, shared)) in (11..).zip(strangers) {
            let account = Account {
                id: AccountId(number),
                name: name.to_owned(),
                display_name: name.to_owned(),
                description: None,
                user: None,
                remote: Some(Box::new(remote_of(name, host, shared))),
                avatar: None,
                seeders_since: None,
                following: 0,
                created_at: NOW,
                updated_at: NOW,
            };
            write.insert(&AccountKey { account: account.id }, &account)?;
        }
        Ok(())
    });
    world
}

fn stranger(number: u64) -> Party {
    Party::Account(AccountId(number))
}

impl World {
    fn write<T>(&self, work: impl FnOnce(&mut Write<'_>) -> Result<T, StoreError>) -> T {
        self.store.write(Durability::Relaxed, work).unwrap()
    }

    fn ask(&self, follower: Party, followed: Party) -> shared::id::FollowId {
        let url = |id| format!("https://one.example/follows/{id}");
        self.store.write(Durability::Relaxed, |write| ask(write, NOW, follower, followed, url)).unwrap()
    }

    fn accept(&self, follower: Party, followed: Party) -> shared::id::FollowId {
        let id = self.ask(follower, followed);
        self.write(|write| answer(write, NOW, id, FollowState::Accepted));
        id
    }

    fn listeners(&self, followed: Party) -> Vec<(String, u64)> {
        let rows = self.store.scan(&ListenersOf(followed));
        rows.map(|row| row.map(|(key, count)| (key.inbox, count)).unwrap()).collect()
    }

    fn followers(&self) -> u64 {
        self.store.get(&ChannelKey { channel: ChannelId(1) }).unwrap().unwrap().followers
    }
}

#[test]
fn a_server_is_told_once_for_all_of_its_followers() {
    let world = world();
    let first = world.accept(stranger(11), CHANNEL);
    assert_eq!(world.accept(stranger(11), CHANNEL), first);
    world.accept(stranger(12), CHANNEL);
    world.accept(stranger(13), CHANNEL);
    let one = ("https://one.example/inbox".to_owned(), 2);
    let two = ("https://two.example/users/dave/inbox".to_owned(), 1);
    assert_eq!(world.listeners(CHANNEL), [one, two]);
    assert_eq!(world.followers(), 3);

    world.write(|write| end(write, first));
    assert!(world.write(|write| end(write, first)).is_none());
    assert_eq!(world.listeners(CHANNEL)[0].1, 1);
    assert_eq!(world.followers(), 2);
    assert!(between(&world.store, stranger(11), CHANNEL).unwrap().is_none());
}

#[test]
fn who_was_not_answered_or_refused_is_told_nothing() {
    let world = world();
    let id = world.ask(stranger(11), CHANNEL);
    assert_eq!((world.listeners(CHANNEL), world.followers()), (Vec::new(), 0));
    world.write(|write| answer(write, NOW, id, FollowState::Accepted));
    assert!(!world.write(|write| answer(write, NOW, id, FollowState::Accepted)));
    assert_eq!(world.followers(), 1);
    assert!(world.write(|write| answer(write, NOW, id, FollowState::Rejected)));
    assert_eq!((world.listeners(CHANNEL), world.followers()), (Vec::new(), 0));
    world.write(|write| end(write, id));
    assert_eq!(world.followers(), 0);
}

#[test]
fn an_inbox_that_moves_takes_its_followers_along() {
    let world = world();
    world.accept(stranger(11), CHANNEL);
    world.accept(stranger(12), CHANNEL);
    world.accept(stranger(11), Party::Instance);
    world.write(|write| {
        let key = AccountKey { account: AccountId(11) };
        let mut bob = write.get(&key)?.unwrap();
        bob.remote.as_mut().unwrap().shared_inbox = Some("https://one.example/new".to_owned());
        write.insert(&key, &bob)?;
        follow_moves(write)
    });
    let counts = |party| world.listeners(party).into_iter().map(|(_, count)| count).collect::<Vec<_>>();
    assert_eq!(counts(CHANNEL), [1, 1]);
    assert_eq!(world.listeners(Party::Instance), [("https://one.example/new".to_owned(), 1)]);
    let id = between(&world.store, stranger(11), CHANNEL).unwrap().unwrap().id;
    world.write(|write| end(write, id));
    assert_eq!(world.listeners(CHANNEL), [("https://one.example/inbox".to_owned(), 1)]);
}

#[test]
fn whom_ours_follow_is_counted_nowhere() {
    let world = world();
    world.accept(Party::Instance, stranger(11));
    assert_eq!(world.listeners(stranger(11)), []);
    let (total, page) = of_party(
        &world.store,
        (Party::Instance, Side::Follower),
        true,
        &|follow| Ok(follow.state == FollowState::Accepted),
        (0, 9),
    )
    .unwrap();
    assert_eq!((total, page.len()), (1, 1));
}

#[test]
fn followings_go_with_either_end() {
    let world = world();
    world.accept(stranger(11), CHANNEL);
    world.accept(stranger(11), Party::Instance);
    world.accept(stranger(12), CHANNEL);
    world.write(|write| {
        write.remove(&AccountKey { account: AccountId(11) });
        Ok(())
    });
    assert_eq!(world.write(|write| forget(write, stranger(11), 1)), 1);
    assert_eq!(world.write(|write| forget(write, stranger(11), 9)), 1);
    assert_eq!(world.write(|write| forget(write, stranger(11), 9)), 0);
    assert_eq!(world.listeners(Party::Instance), []);
    assert_eq!((world.listeners(CHANNEL)[0].1, world.followers()), (1, 1));
}

#[test]
fn an_owner_hears_of_who_follows_from_elsewhere() {
    let world = world();
    let id = world.ask(stranger(11), CHANNEL);
    let events = world.write(|write| {
        answer(write, NOW, id, FollowState::Accepted)?;
        Ok(write.take_events())
    });
    let followed = Event::Followed { id, follower: AccountId(11), channel: ChannelId(1) };
    assert_eq!(events, [followed]);
}
