use super::token::*;
use crate::domain::account::{self, NewUser};
use crate::store::records::Role;
use crate::store::tables::{AccessTokenKey, RefreshTokenKey, UserKey};
use crate::store::{Durability, Read, Store, StoreError, Write};
use shared::id::UserId;
use shared::time::Timestamp;

const NOW: Timestamp = Timestamp(1_000_000);

struct World {
    store: Store,
    user: UserId,
    _folder: tempfile::TempDir,
}

fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let new = NewUser {
        username: "alice".into(),
        email: "alice@films.example".into(),
        password: "hash".into(),
        role: Role::User,
        channel: "alice_films".into(),
        video_quota: None,
        video_quota_daily: None,
    };
    let user = store.write(Durability::Relaxed, |write| account::create(write, NOW, new)).unwrap();
    World { store, user, _folder: folder }
}

fn tokens(seed: u8) -> NewTokens {
    NewTokens::from_random(std::array::from_fn(|at| seed ^ u8::try_from(at * 5).unwrap()))
}

impl World {
    fn run<T>(&self, work: impl FnOnce(&mut Write<'_>) -> Result<T, StoreError>) -> T {
        self.store.write(Durability::Relaxed, work).unwrap()
    }

    fn log_in(&self, seed: u8) -> NewTokens {
        let pair = tokens(seed);
        self.run(|write| log_in(write, NOW, self.user, &pair));
        pair
    }

    fn is_in(&self, now: Timestamp, access: &str) -> bool {
        whose(&self.store, now, &TokenHash::of(access)).unwrap().is_some()
    }

    fn rows(&self) -> (usize, usize) {
        (self.store.table::<AccessTokenKey>().count(), self.store.table::<RefreshTokenKey>().count())
    }
}

#[test]
fn a_token_is_good_until_its_last_second() {
    let world = world();
    let pair = world.log_in(1);
    let end = NOW.after(ACCESS_DURATION);
    assert!(world.is_in(NOW, &pair.access));
    assert!(world.is_in(Timestamp(end.0 - 1), &pair.access));
    assert!(!world.is_in(end, &pair.access));
    assert!(!world.is_in(NOW, &pair.refresh), "a refresh token opens nothing");
}

#[test]
fn nothing_in_the_store_is_a_token() {
    let world = world();
    let pair = world.log_in(1);
    let keys = world.store.table::<AccessTokenKey>().map(|row| row.unwrap().0.hash);
    for hash in keys {
        assert_ne!(hex::encode(hash), pair.access);
        assert_eq!(hash, TokenHash::of(&pair.access).0);
    }
}

#[test]
fn a_refresh_trades_the_pair_for_another() {
    let world = world();
    let (old, new) = (world.log_in(1), tokens(2));
    let trade =
        |now, old: &str, new: &NewTokens| world.run(|write| refresh(write, now, &TokenHash::of(old), new));
    assert_eq!(trade(NOW, &old.refresh, &new), Some(world.user));
    assert!(!world.is_in(NOW, &old.access) && world.is_in(NOW, &new.access));
    assert_eq!(trade(NOW, &old.refresh, &tokens(3)), None);
    assert_eq!(trade(NOW, &new.access, &tokens(3)), None);
    assert_eq!(trade(NOW.after(REFRESH_DURATION), &new.refresh, &tokens(3)), None);
    assert_eq!(world.rows(), (0, 0), "what is too old is gone once it was tried");
}

#[test]
fn a_blocked_user_is_out_at_once_and_stays_out() {
    let world = world();
    let pair = world.log_in(1);
    world.run(|write| {
        let key = UserKey { user: world.user };
        let mut user = write.get(&key)?.unwrap();
        user.blocked = Some("spam".into());
        write.insert(&key, &user)
    });
    assert!(!world.is_in(NOW, &pair.access));
    assert_eq!(world.run(|write| refresh(write, NOW, &TokenHash::of(&pair.refresh), &tokens(2))), None);
}

#[test]
fn one_session_or_all_of_them_end() {
    let world = world();
    let pairs = [1, 2, 3].map(|seed| world.log_in(seed));
    world.run(|write| revoke(write, &TokenHash::of(&pairs[0].access)));
    assert_eq!(pairs.each_ref().map(|pair| world.is_in(NOW, &pair.access)), [false, true, true]);
    world.run(|write| revoke(write, &TokenHash::of("unknown")));
    world.run(|write| revoke_all(write, world.user));
    assert_eq!(world.rows(), (0, 0));
}

#[test]
fn only_ended_tokens_are_purged_and_not_too_many_at_once() {
    let world = world();
    for seed in 1..=4 {
        world.log_in(seed);
    }
    let purged = |now, rows_max| world.run(|write| purge(write, now, rows_max));
    assert_eq!(purged(NOW, 10), 0);
    assert_eq!(purged(NOW.after(ACCESS_DURATION), 3), 3);
    assert_eq!(purged(NOW.after(ACCESS_DURATION), 3), 1);
    assert_eq!(world.rows(), (0, 4));
    assert_eq!(purged(NOW.after(REFRESH_DURATION), 10), 4);
}
