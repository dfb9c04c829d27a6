//! Stories of thumbs over a real store.

use shared::id::{AccountId, VideoId};
use shared::time::Timestamp;

use super::*;
use crate::domain::video::tests::video;
use crate::store::records::Opinion::{self, Dislike, Like};
use crate::store::tables::{RatingKey, TallyKey, VideoKey};
use crate::store::{Durability, Read, Store, StoreError, Write};

struct World {
    store: Store,
    _folder: tempfile::TempDir,
}

fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let world = World { store: Store::open(folder.path()).unwrap(), _folder: folder };
    world.write(|write| {
        for id in 1..=3 {
            write.insert(&VideoKey { video: VideoId(id) }, &video(id))?;
        }
        Ok(())
    });
    world
}

impl World {
    fn write<T>(&self, work: impl FnOnce(&mut Write<'_>) -> Result<T, StoreError>) -> T {
        self.store.write(Durability::Relaxed, work).unwrap()
    }

    fn rate(&self, at: i64, account: u64, video: u64, opinion: Option<Opinion>) {
        self.write(|write| rate(write, Timestamp(at), AccountId(account), VideoId(video), opinion));
    }

    /// Thumbs up and down beside a video.
    fn counts(&self, video: u64) -> (u64, u64) {
        let video = self.store.get(&VideoKey { video: VideoId(video) }).unwrap().unwrap();
        (video.likes, video.dislikes)
    }

    fn listed(&self, account: u64, only: Option<Opinion>) -> (u64, Vec<u64>) {
        let (total, rows) = by_account(&self.store, AccountId(account), only, true, (0, 100)).unwrap();
        (total, rows.into_iter().map(|(video, _)| video.0).collect())
    }
}

#[test]
fn a_thumb_counts_once_and_turns_and_goes() {
    let world = world();
    for _ in 0..2 {
        world.rate(1, 7, 1, Some(Like));
        assert_eq!(world.counts(1), (1, 0));
    }
    world.rate(2, 8, 1, Some(Like));
    world.rate(3, 7, 1, Some(Dislike));
    assert_eq!(world.counts(1), (1, 1));
    assert_eq!(of(&world.store, AccountId(7), VideoId(1)).unwrap(), Some(Dislike));
    for _ in 0..2 {
        world.rate(4, 7, 1, None);
        assert_eq!(world.counts(1), (1, 0));
    }
    assert_eq!(of(&world.store, AccountId(7), VideoId(1)).unwrap(), None);
    world.rate(5, 7, 99, Some(Like));
    assert_eq!(world.listed(7, None), (0, vec![]), "nobody rates what is not there");
}

#[test]
fn an_account_lists_its_thumbs_latest_first() {
    let world = world();
    world.rate(1, 7, 1, Some(Like));
    world.rate(2, 7, 2, Some(Dislike));
    world.rate(3, 7, 3, Some(Like));
    assert_eq!(world.listed(7, None), (3, vec![3, 2, 1]));
    assert_eq!(world.listed(7, Some(Like)), (2, vec![3, 1]));
    assert_eq!(world.listed(7, Some(Dislike)), (1, vec![2]));
    let oldest = by_account(&world.store, AccountId(7), None, false, (1, 1)).unwrap();
    assert_eq!(oldest, (3, vec![(VideoId(2), Dislike)]));
    world.rate(4, 7, 1, Some(Dislike));
    assert_eq!(world.listed(7, None), (3, vec![1, 3, 2]), "a turned thumb is a new one");
}

#[test]
fn thumbs_go_with_their_video_and_their_account() {
    let world = world();
    for account in 1..=5 {
        world.rate(1, account, 1, Some(Like));
        world.rate(1, account, 2, Some(Dislike));
    }
    world.write(|write| {
        write.remove(&VideoKey { video: VideoId(1) });
        Ok(())
    });
    let pieces: Vec<usize> =
        (0..4).map(|_| world.write(|write| forget_video(write, VideoId(1), 2))).collect();
    assert_eq!(pieces, [2, 2, 1, 0]);
    assert_eq!(world.listed(3, None), (1, vec![2]));
    assert_eq!(world.store.get(&TallyKey { account: AccountId(3) }).unwrap().unwrap().likes, 0);

    let forget = || world.write(|write| forget_account(write, Timestamp(9), AccountId(3), 10));
    assert_eq!((forget(), forget()), (1, 0));
    assert_eq!(world.counts(2), (0, 4));
    let key = RatingKey { video: VideoId(2), account: AccountId(3) };
    assert!(world.store.get(&key).unwrap().is_none());
}
