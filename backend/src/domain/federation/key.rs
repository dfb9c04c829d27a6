//! What actors sign with.
//!
//! Owns when an actor gets its key: in the unit of work that makes it, where one lies ready, and else before anybody is
//! told that there is such an actor. Making one takes a good part of a second, so it is never made here: whoever holds the
//! writer's lock would stop everybody.

use shared::time::Timestamp;

use crate::store::records::{Account, Actor, ActorKey, Channel};
use crate::store::tables::{AccountKey, ActorNameKey, ChannelKey};
use crate::store::{Read, StoreError, Write};

/// A key that nobody has yet.
#[derive(Clone, PartialEq, Eq)]
pub struct FreshKey {
    /// PKCS #8, as base64.
    pub private: String,
    /// SPKI, as PEM.
    pub public: String,
}

impl FreshKey {
    fn given(self, now: Timestamp) -> ActorKey {
        ActorKey { private: self.private, public: self.public, since: now }
    }
}

/// Follows what a unit of work did to accounts and channels of this server, since others have their own keys: gives those that it made a key out of `ready`, and notes
/// when those went that it removed. Their keys stay, since others are still to be told that they went.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn follow(
    write: &mut Write<'_>,
    now: Timestamp,
    ready: &dyn Fn() -> Option<FreshKey>,
) -> Result<(), StoreError> {
    for (old, new) in write.changes_of::<AccountKey>()? {
        let name = |account: Account| account.remote.is_none().then_some(account.name);
        follow_one(write, now, ready, (old.and_then(name), new.and_then(name)))?;
    }
    for (old, new) in write.changes_of::<ChannelKey>()? {
        let name = |channel: Channel| channel.remote.is_none().then_some(channel.name);
        follow_one(write, now, ready, (old.and_then(name), new.and_then(name)))?;
    }
    Ok(())
}

fn follow_one(
    write: &mut Write<'_>,
    now: Timestamp,
    ready: &dyn Fn() -> Option<FreshKey>,
    change: (Option<String>, Option<String>),
) -> Result<(), StoreError> {
    match change {
        (None, Some(name)) => {
            let Some(fresh) = ready() else { return Ok(()) };
            give(write, now, &name, fresh).map(drop)
        }
        (Some(name), None) => {
            let key = key(&name);
            let mut actor = write.get(&key)?.unwrap_or_default();
            actor.removed_at = Some(now);
            write.insert(&key, &actor)
        }
        (Some(_), Some(_)) | (None, None) => Ok(()),
    }
}

/// Gives an actor a key where it has none, and gives the one it has then.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn give(
    write: &mut Write<'_>,
    now: Timestamp,
    name: &str,
    fresh: FreshKey,
) -> Result<ActorKey, StoreError> {
    let key = key(name);
    let mut actor = write.get(&key)?.unwrap_or_default();
    if let Some(kept) = actor.key {
        return Ok(kept);
    }
    let given = fresh.given(now);
    actor.key = Some(given.clone());
    write.insert(&key, &actor)?;
    Ok(given)
}

/// What is known of the actor of this name: its key, and whether it is gone.
///
/// # Errors
/// [`StoreError`] when the disk fails or the row is damaged.
pub fn of(read: &impl Read, name: &str) -> Result<Actor, StoreError> {
    Ok(read.get(&key(name))?.unwrap_or_default())
}

fn key(name: &str) -> ActorNameKey {
    ActorNameKey { name: name.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::domain::account::{NewUser, create};
    use crate::store::records::Role;
    use crate::store::tables::AccountNameKey;
    use crate::store::{Durability, Store};

    const NOW: Timestamp = Timestamp(5000);

    fn fresh(number: u32) -> FreshKey {
        FreshKey { private: format!("private {number}"), public: format!("public {number}") }
    }

    /// Makes Alice with her channel while so many keys lie ready.
    fn make_alice(store: &Store, ready: u32) {
        let left = Cell::new(ready);
        let take = || {
            let number = left.get();
            left.set(number.saturating_sub(1));
            (0 < number).then(|| fresh(number))
        };
        let new = NewUser {
            username: "alice".to_owned(),
            email: "alice@films.example".to_owned(),
            password: String::new(),
            role: Role::User,
            channel: "alice_films".to_owned(),
            video_quota: None,
            video_quota_daily: None,
        };
        store
            .write(Durability::Relaxed, |write| {
                create(write, NOW, new).unwrap();
                follow(write, NOW, &take)
            })
            .unwrap();
    }

    #[test]
    fn whoever_is_made_has_a_key_in_the_same_unit_of_work() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        make_alice(&store, 2);
        let key = |name: &str| of(&store, name).unwrap().key.map(|key| key.public);
        assert_eq!(key("alice").as_deref(), Some("public 2"));
        assert_eq!(key("Alice_Films").as_deref(), Some("public 1"));
        assert_eq!(key("bob"), None);
    }

    #[test]
    fn where_none_lies_ready_it_comes_later_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        make_alice(&store, 1);
        assert_eq!(of(&store, "alice_films").unwrap(), Actor::default());
        let given = |number: u32| {
            let give = |write: &mut Write<'_>| give(write, NOW, "alice_films", fresh(number));
            store.write(Durability::Relaxed, give).unwrap().public
        };
        assert_eq!((given(7), given(8)), ("public 7".to_owned(), "public 7".to_owned()));
    }

    #[test]
    fn whoever_goes_leaves_the_key_and_a_date() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        make_alice(&store, 2);
        let later = Timestamp(6000);
        store
            .write::<_, StoreError>(Durability::Relaxed, |write| {
                let account = write.get(&AccountNameKey { name: "alice".to_owned() })?.unwrap();
                write.remove(&AccountKey { account });
                follow(write, later, &|| None)
            })
            .unwrap();
        let alice = of(&store, "alice").unwrap();
        assert_eq!((alice.removed_at, alice.key.is_some()), (Some(later), true));
        assert_eq!(of(&store, "alice_films").unwrap().removed_at, None);
        assert!(!format!("{alice:?}").contains("private"), "{alice:?}");
    }
}
