//! Stories of histories over a real store.

use shared::id::{AccountId, UserId, VideoId};
use shared::time::Timestamp;

use super::*;
use crate::domain::account::{NewUser, create};
use crate::domain::video::tests::video;
use crate::store::records::Role;
use crate::store::tables::{HistoryOf, TallyKey, VideoKey};
use crate::store::{Durability, Read, Store, StoreError, Write};

const WHO: AccountId = AccountId(1);

struct World {
    store: Store,
    _folder: tempfile::TempDir,
}

fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let world = World { store: Store::open(folder.path()).unwrap(), _folder: folder };
    let new = NewUser {
        username: "alice".into(),
        email: "alice@films.example".into(),
        password: String::new(),
        role: Role::User,
        channel: "films".into(),
        video_quota: None,
        video_quota_daily: None,
    };
    let made = world.store.write(Durability::Relaxed, |write| create(write, Timestamp(0), new)).unwrap();
    assert_eq!(made, UserId(1));
    world
        .write(|write| (1..=5).try_for_each(|id| write.insert(&VideoKey { video: VideoId(id) }, &video(id))));
    world
}

impl World {
    fn write<T>(&self, work: impl FnOnce(&mut Write<'_>) -> Result<T, StoreError>) -> T {
        self.store.write(Durability::Relaxed, work).unwrap()
    }

    fn see(&self, at: i64, video: u64, seconds: u64) {
        let seen = Seen { account: WHO, video: VideoId(video), seconds, at: Timestamp(at) };
        self.write(|write| keep(write, &[seen]));
    }

    fn listed(&self) -> (u64, Vec<(u64, u64)>) {
        let (total, rows) = list(&self.store, WHO, None, (0, 100)).unwrap();
        (total, rows.into_iter().map(|(video, seconds)| (video.0, seconds)).collect())
    }
}

#[test]
fn the_last_place_counts_and_the_last_video_comes_first() {
    let world = world();
    world.see(1, 1, 10);
    world.see(2, 2, 20);
    world.see(3, 1, 15);
    assert_eq!(world.listed(), (2, vec![(1, 15), (2, 20)]));
    world.see(4, 99, 1);
    assert_eq!(world.listed().0, 2, "nobody remembers what is not there");
    let odd = |video: VideoId| video.0 % 2 == 1;
    let (total, rows) = list(&world.store, WHO, Some(&odd), (0, 9)).unwrap();
    assert_eq!((total, rows), (1, vec![(VideoId(1), 15)]));
    assert_eq!(position(&world.store, WHO, VideoId(3)).unwrap(), None);
}

#[test]
fn a_history_is_cleared_from_its_end() {
    let world = world();
    for at in 1..=5 {
        world.see(at, u64::try_from(at).unwrap(), 7);
    }
    world.write(|write| remove(write, WHO, VideoId(5)));
    world.write(|write| remove(write, WHO, VideoId(5)));
    let clear = |before: Option<i64>| world.write(|write| clear(write, WHO, before.map(Timestamp), 2));
    assert_eq!((clear(Some(3)), clear(Some(3))), (2, 0));
    assert_eq!(world.listed(), (2, vec![(4, 7), (3, 7)]));
    assert_eq!((clear(None), clear(None)), (2, 0));
    assert_eq!(world.listed(), (0, vec![]));
    world.see(9, 1, 3);
    assert_eq!(world.write(|write| forget_video(write, VideoId(1), 9)), 1);
    assert_eq!(world.listed(), (0, vec![]));
}

#[test]
fn a_history_has_an_end() {
    let world = world();
    world.see(1, 1, 7);
    world.see(2, 2, 7);
    world.write(|write| {
        let key = TallyKey { account: WHO };
        let mut tally = write.get(&key)?.unwrap();
        tally.history = HISTORY_MAX;
        write.insert(&key, &tally)
    });
    world.see(3, 3, 7);
    let left: Vec<u64> = world.store.scan(&HistoryOf(WHO)).map(|row| row.unwrap().0.video.0).collect();
    assert_eq!(left, [3, 2]);
    assert_eq!(world.listed().0, HISTORY_MAX);
}
