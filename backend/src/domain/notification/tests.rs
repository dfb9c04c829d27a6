//! Stories of notifications over a real store.

use shared::id::{AccountId, ChannelId, FollowId, NotificationId, UserId, VideoId};
use shared::time::Timestamp;

use super::*;
use crate::domain::account::{NewUser, create};
use crate::domain::subscription::follow;
use crate::domain::video::tests::video;
use crate::store::records::{
    Arrival, Notification, NotificationKind, NotificationSettings, Privacy, Role, Subject, Video, VideoState,
};
use crate::store::tables::{NotificationSettingsKey, UnreadKey, VideoKey};
use crate::store::{Durability, Read, Record, Store, StoreError, Table, Write};

struct World {
    store: Store,
    _folder: tempfile::TempDir,
}

/// Logins 1 to 4, with an account and a channel of the same number each.
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
        world.store.write(Durability::Relaxed, |write| create(write, Timestamp(0), new)).unwrap();
    }
    world
}

impl World {
    fn write<T>(&self, work: impl FnOnce(&mut Write<'_>) -> Result<T, StoreError>) -> T {
        self.store.write(Durability::Relaxed, work).unwrap()
    }

    fn tell(&self, user: u64, times: u64) {
        for number in 0..times {
            let subject = Subject::Video(VideoId(number));
            self.write(|write| tell(write, Timestamp(1), UserId(user), NotificationKind::NewVideo, subject));
        }
    }

    fn listed(&self, user: u64, asked: &Asked) -> (u64, Vec<u64>) {
        let (total, rows) = list(&self.store, UserId(user), AccountId(user), asked).unwrap();
        (total, rows.into_iter().map(|row| row.id.0).collect())
    }
}

fn all() -> Asked {
    Asked { unread: None, kinds: Vec::new(), descending: true, start: 0, count: 3 }
}

#[test]
fn what_was_told_is_listed_until_it_is_read_and_after() {
    let world = world();
    world.tell(1, 4);
    world.tell(2, 1);
    assert_eq!(world.listed(1, &all()), (4, vec![4, 3, 2]));
    let ids = [NotificationId(3), NotificationId(3), NotificationId(5), NotificationId(99)];
    world.write(|write| read(write, Timestamp(2), UserId(1), &ids));
    assert_eq!(world.listed(1, &Asked { unread: Some(true), ..all() }), (3, vec![4, 2, 1]));
    assert_eq!(world.listed(1, &Asked { unread: Some(false), ..all() }), (1, vec![3]));
    assert_eq!(world.listed(1, &Asked { kinds: vec![1], descending: false, ..all() }), (4, vec![1, 2, 3]));
    assert_eq!(world.listed(1, &Asked { kinds: vec![2], ..all() }), (0, vec![]));
    assert_eq!(unread(&world.store, AccountId(2)).unwrap(), 1, "one reads one's own alone");
    world.write(|write| read_all(write, Timestamp(3), UserId(1)));
    assert_eq!(world.listed(1, &Asked { unread: Some(true), ..all() }), (0, vec![]));
    let piece = || world.write(|write| forget_user(write, UserId(1), 3));
    assert_eq!((piece(), piece(), piece()), (3, 1, 0));
}

#[test]
fn nobody_has_more_than_anybody_reads() {
    let world = world();
    world.tell(1, NOTIFICATIONS_MAX + 2);
    let (total, rows) = world.listed(1, &Asked { descending: false, ..all() });
    assert_eq!((total, rows), (NOTIFICATIONS_MAX, vec![3, 4, 5]));
    assert_eq!(unread(&world.store, AccountId(1)).unwrap(), NOTIFICATIONS_MAX);
    assert!(
        world.store.get(&UnreadKey { user: UserId(1), notification: NotificationId(1) }).unwrap().is_none()
    );
}

#[test]
fn news_arrive_as_somebody_chose() {
    let world = world();
    let choose = |web, mail| {
        let chosen = [("newVideoFromSubscription".to_owned(), Arrival { web, mail })];
        let settings = NotificationSettings(chosen.into_iter().collect());
        world.write(|write| write.insert(&NotificationSettingsKey { user: UserId(1) }, &settings));
    };
    let events = || {
        world.write(|write| {
            let subject = Subject::Video(VideoId(1));
            tell(write, Timestamp(1), UserId(1), NotificationKind::NewVideo, subject)?;
            Ok(write.take_events().len())
        })
    };
    assert_eq!((events(), world.listed(1, &all()).0), (0, 1));
    choose(false, true);
    assert_eq!((events(), world.listed(1, &all()).0), (1, 1));
    choose(true, true);
    assert_eq!((events(), world.listed(1, &all()).0), (1, 2));
    choose(false, false);
    assert_eq!((events(), world.listed(1, &all()).0), (0, 2));
}

#[test]
fn a_video_is_announced_once_and_piece_by_piece() {
    let world = world();
    let put = |change: fn(&mut Video)| {
        let mut record = Video { channel: ChannelId(4), ..video(1) };
        change(&mut record);
        world.write(|write| {
            write.insert(&VideoKey { video: record.id }, &record)?;
            note_published(write)?;
            Ok(write.take_events().len())
        })
    };
    for account in 1..=4 {
        let add = |write: &mut Write<'_>| follow(write, Timestamp(1), AccountId(account), ChannelId(4));
        world.store.write(Durability::Relaxed, add).unwrap();
    }
    assert_eq!(put(|video| video.state = VideoState::ToTranscode), 0);
    assert_eq!(put(|video| video.privacy = Privacy::Unlisted), 0);
    assert_eq!(put(|video| video.views = 1), 1);
    assert_eq!(put(|video| video.views = 2), 0);
    let begin = || world.write(|write| begin_to_announce(write, VideoId(1)));
    assert_eq!((begin(), begin()), (true, false));
    let piece = |after| world.write(|write| announce(write, Timestamp(2), VideoId(1), FollowId(after), 2));
    assert_eq!((piece(0), piece(2), piece(4)), (Some(FollowId(2)), Some(FollowId(4)), None));
    let told = [1, 2, 3, 4].map(|user| world.listed(user, &all()).0);
    assert_eq!(told, [1, 1, 1, 0], "whose it is knows");
    assert_eq!(put(|video| video.privacy = Privacy::Private), 0);
    assert_eq!(piece(0), None);
}

#[test]
fn news_of_offers_from_before_have_the_numbers_of_now() {
    for (kind, expected) in [("video-offered", 26), ("offer-accepted", 27), ("offer-refused", 28)] {
        let row = format!(
            "\u{1}{{\"id\":1,\"kind\":\"{kind}\",\"subject\":{{\"video\":3}},\"read\":false,\
             \"created_at\":\"2026-11-21T02:03:26.618Z\",\"updated_at\":\"2026-11-21T02:03:26.618Z\"}}"
        );
        let told = Notification::decode(Table::Notifications, row.as_bytes()).unwrap();
        assert_eq!((number(told.kind), told.subject), (expected, Subject::Video(VideoId(3))));
    }
}
