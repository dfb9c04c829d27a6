//! Stories of subscriptions over a real store.

use shared::id::{AccountId, ChannelId, UserId};
use shared::time::Timestamp;

use super::*;
use crate::domain::account::{NewUser, create};
use crate::store::records::Role;
use crate::store::tables::{AccountKey, ChannelKey};
use crate::store::{Durability, Read, Store, StoreError, Write};

struct World {
    store: Store,
    _folder: tempfile::TempDir,
}

/// Accounts and channels 1 to 4.
fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let world = World { store: Store::open(folder.path()).unwrap(), _folder: folder };
    for number in 1..=4 {
        let new = NewUser {
            username: format!("user{number}"),
            email: format!("user{number}@films.example"),
            password: String::new(),
            role: Role::User,
            channel: format!("channel{number}"),
            video_quota: None,
            video_quota_daily: None,
        };
        let made = world.store.write(Durability::Relaxed, |write| create(write, Timestamp(0), new)).unwrap();
        assert_eq!(made, UserId(number));
    }
    world
}

impl World {
    fn write<T, E: From<StoreError> + std::fmt::Debug>(
        &self,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.write(Durability::Relaxed, work)
    }

    fn follow(&self, account: u64, channel: u64) {
        self.write(|write| follow(write, Timestamp(5), AccountId(account), ChannelId(channel))).unwrap();
    }

    fn following(&self, account: u64) -> u64 {
        self.store.get(&AccountKey { account: AccountId(account) }).unwrap().unwrap().following
    }

    fn followers(&self, channel: u64) -> u64 {
        self.store.get(&ChannelKey { channel: ChannelId(channel) }).unwrap().unwrap().followers
    }

    fn listed(&self, channels: &[u64], latest_first: bool, page: (usize, usize)) -> (u64, Vec<(u64, u64)>) {
        let channels: Vec<ChannelId> = channels.iter().map(|channel| ChannelId(*channel)).collect();
        let (total, rows) = followers(&self.store, &channels, latest_first, None, page).unwrap();
        (total, rows.into_iter().map(|row| (row.account.0, row.channel.0)).collect())
    }
}

#[test]
fn following_counts_once_at_both_ends() {
    let world = world();
    world.follow(1, 2);
    world.follow(1, 2);
    assert_eq!((world.following(1), world.followers(2)), (1, 1));
    assert!(is_following(&world.store, AccountId(1), ChannelId(2)).unwrap());
    let stop = || world.write(|write| unfollow(write, AccountId(1), ChannelId(2)));
    stop().unwrap();
    assert!(matches!(stop(), Err(FollowError::NotFollowed)));
    assert_eq!((world.following(1), world.followers(2)), (0, 0));
    let nobody = world.write(|write| follow(write, Timestamp(5), AccountId(1), ChannelId(99)));
    assert!(matches!(nobody, Err(FollowError::NoSuchChannel)));
}

#[test]
fn lists_run_both_ways() {
    let world = world();
    for channel in [2, 3, 4] {
        world.follow(1, channel);
    }
    let page = |latest_first, page| followed(&world.store, AccountId(1), latest_first, None, page).unwrap();
    assert_eq!(page(true, (0, 2)), (3, vec![ChannelId(4), ChannelId(3)]));
    assert_eq!(page(false, (1, 9)), (3, vec![ChannelId(3), ChannelId(4)]));
    let odd = |channel: ChannelId| channel.0 % 2 == 1;
    let found = followed(&world.store, AccountId(1), true, Some(&odd), (0, 9)).unwrap();
    assert_eq!(found, (1, vec![ChannelId(3)]));

    world.follow(4, 2);
    world.follow(3, 2);
    world.follow(2, 3);
    assert_eq!(world.listed(&[2], true, (0, 9)), (3, vec![(3, 2), (4, 2), (1, 2)]));
    assert_eq!(world.listed(&[2, 3], true, (0, 3)), (5, vec![(2, 3), (3, 2), (4, 2)]));
    assert_eq!(world.listed(&[2, 3], false, (3, 9)), (5, vec![(3, 2), (2, 3)]));
    let few = |account: AccountId| account.0 < 3;
    let (total, rows) = followers(&world.store, &[ChannelId(2)], true, Some(&few), (0, 9)).unwrap();
    assert_eq!((total, rows.len()), (1, 1));
}

#[test]
fn nobody_follows_more_than_anybody_reads() {
    let world = world();
    world
        .write::<_, StoreError>(|write| {
            let key = AccountKey { account: AccountId(1) };
            let mut account = write.get(&key)?.unwrap();
            account.following = SUBSCRIPTIONS_MAX;
            write.insert(&key, &account)
        })
        .unwrap();
    let one_more = world.write(|write| follow(write, Timestamp(5), AccountId(1), ChannelId(2)));
    assert!(matches!(one_more, Err(FollowError::TooMany)));
}

#[test]
fn subscriptions_go_with_either_end() {
    let world = world();
    for account in [1, 3, 4] {
        world.follow(account, 2);
    }
    world.follow(1, 3);
    let piece = || world.write::<_, StoreError>(|write| forget_channel(write, ChannelId(2), 2)).unwrap();
    assert_eq!((piece(), piece(), piece()), (2, 1, 0));
    assert_eq!((world.following(1), world.following(4)), (1, 0));
    let piece = || world.write::<_, StoreError>(|write| forget_account(write, AccountId(1), 9)).unwrap();
    assert_eq!((piece(), piece()), (1, 0));
    assert_eq!(world.followers(3), 0);
}
