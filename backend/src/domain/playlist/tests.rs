//! Stories of lists of videos over a real store.

use std::collections::HashSet;

use shared::id::{AccountId, ChannelId, ElementId, PlaylistId, UserId, Uuid, VideoId};
use shared::time::Timestamp;

use super::*;
use crate::domain::account;
use crate::domain::account::NewUser;
use crate::domain::viewer::Person;
use crate::store::records::Role;
use crate::store::tables::{AccountElementKey, ChannelKey, ElementKey, ElementsOf};
use crate::store::{Durability, Read, Store, Write};

const WHO: Person = Person { user: UserId(1), account: AccountId(1), role: Role::User };
const LIST: PlaylistId = PlaylistId(1);

/// A list of `count` videos, numbered from 1 on.
fn world(count: u64) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let new = NewUser {
        username: "alice".into(),
        email: "alice@films.example".into(),
        password: String::new(),
        role: Role::User,
        channel: "films".into(),
        video_quota: None,
        video_quota_daily: None,
    };
    store.write(Durability::Relaxed, |write| account::create(write, Timestamp(0), new)).unwrap();
    store
        .write(Durability::Relaxed, |write| {
            let form = form::Form { name: Some("list".into()), ..form::Form::default() };
            create(write, Timestamp(0), &WHO, Uuid(1), form, None)?;
            for video in 1..=count {
                let new = NewElement { video: VideoId(video), start: None, stop: None };
                assert_eq!(add(write, Timestamp(1), &WHO, LIST, new)?, ElementId(video));
            }
            Ok::<_, PlaylistError>(())
        })
        .unwrap();
    (folder, store)
}

fn order(store: &Store) -> Vec<u64> {
    elements(store, LIST, (0, 100)).unwrap().into_iter().map(|(_, element)| element.id.0).collect()
}

#[test]
fn every_move_does_what_moving_rows_of_a_table_does() {
    const COUNT: u64 = 6;
    let size = |number: u64| usize::try_from(number).unwrap();
    let (_folder, store) = world(COUNT);
    for first in 1..=COUNT {
        for count in 1..=COUNT - first + 1 {
            for behind in 0..=COUNT {
                let mut expected = order(&store);
                let moved: Vec<u64> =
                    expected.iter().copied().skip(size(first - 1)).take(size(count)).collect();
                let end = first - 1 + count;
                if !(first - 1..=end).contains(&behind) {
                    let anchor = behind.checked_sub(1).map(|at| expected[size(at)]);
                    let set: HashSet<u64> = moved.iter().copied().collect();
                    expected.retain(|row| !set.contains(row));
                    let at = anchor
                        .map_or(0, |anchor| expected.iter().position(|row| *row == anchor).unwrap() + 1);
                    expected.splice(at..at, moved);
                }
                let wish = Move { first, count, behind };
                store
                    .write(Durability::Relaxed, |write| reorder(write, Timestamp(2), &WHO, LIST, wish))
                    .unwrap();
                assert_eq!(order(&store), expected, "{wish:?}");
            }
        }
    }
}

#[test]
fn a_move_writes_what_it_moves_and_no_more() {
    let (_folder, store) = world(100);
    let mut written = 0;
    store
        .write_then::<_, PlaylistError>(
            Durability::Relaxed,
            |write| reorder(write, Timestamp(2), &WHO, LIST, Move { first: 90, count: 2, behind: 3 }),
            |changes| written = changes.of::<ElementKey>().count(),
        )
        .unwrap();
    assert_eq!(written, 4, "two places left, two taken");
}

#[test]
fn a_gap_that_is_used_up_numbers_the_list_anew() {
    let (_folder, store) = world(4);
    for _ in 0..100 {
        let wish = Move { first: 4, count: 1, behind: 1 };
        store.write(Durability::Relaxed, |write| reorder(write, Timestamp(2), &WHO, LIST, wish)).unwrap();
    }
    // Three take turns behind the first: after 99 moves all stand where they stood, after one more the last is second.
    assert_eq!(order(&store), [1, 4, 2, 3]);
    let places: Vec<u64> = store.scan(&ElementsOf(LIST)).map(|row| row.unwrap().0.place).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn a_list_holds_no_more_than_it_may() {
    let (_folder, store) = world(3);
    let refused = store.write(Durability::Relaxed, |write| {
        let mut list = changeable(write, &WHO, LIST)?;
        list.videos = shared::limits::PLAYLIST_ELEMENTS_MAX;
        write.insert(&crate::store::tables::PlaylistKey { playlist: LIST }, &list)?;
        add(write, Timestamp(3), &WHO, LIST, NewElement { video: VideoId(9), start: None, stop: None })
    });
    assert!(matches!(refused, Err(PlaylistError::Full)));
}

#[test]
fn what_lists_hold_is_filed_under_whom_they_are_given_to() {
    let (_folder, store) = world(0);
    let (alice, bob) = (AccountId(1), AccountId(2));
    let add = |write: &mut Write<'_>, list, video| {
        let new = NewElement { video: VideoId(video), start: None, stop: None };
        add(write, Timestamp(1), &WHO, list, new)
    };
    let (given, gone) = store
        .write(Durability::Relaxed, |write| {
            let form = || form::Form {
                name: Some("of the channel".into()),
                channel: Some(Some(ChannelId(1))),
                ..form::Form::default()
            };
            let given = create(write, Timestamp(0), &WHO, Uuid(2), form(), None)?.id;
            for video in 1..=5 {
                add(write, given, video)?;
            }
            let gone = add(write, given, 6)?;
            add(write, LIST, 1)?;
            Ok::<_, PlaylistError>((given, gone))
        })
        .unwrap();
    let held = |account, video| {
        let rows = existing(&store, account, VideoId(video)).unwrap();
        rows.into_iter().map(|(list, _)| list.id).collect::<Vec<_>>()
    };
    assert_eq!(held(alice, 1), [given, LIST]);
    let moved =
        store.write(Durability::Relaxed, |write| give_channel(write, ChannelId(1), alice, bob)).unwrap();
    assert!(moved);
    // Its new owner changes it before the job has come to it.
    let owner = Person { account: bob, ..WHO };
    store
        .write(Durability::Relaxed, |write| {
            let key = ChannelKey { channel: ChannelId(1) };
            let mut channel = write.get(&key)?.unwrap();
            channel.account = bob;
            write.insert(&key, &channel)?;
            remove(write, Timestamp(2), &owner, (given, gone))
        })
        .unwrap();
    assert_eq!((held(alice, 1), held(bob, 1)), (vec![LIST], vec![]));
    let mut next = Some((VideoId(0), ElementId(0)));
    while let Some(after) = next {
        let file = |write: &mut Write<'_>| file_elements(write, alice, after, 2);
        next = store.write(Durability::Relaxed, file).unwrap();
    }
    assert_eq!((held(alice, 1), held(bob, 1), held(bob, 5)), (vec![LIST], vec![given], vec![given]));
    let rows = store.table::<AccountElementKey>().map(|row| row.unwrap().0.account);
    assert_eq!(rows.collect::<Vec<_>>(), [alice, bob, bob, bob, bob, bob], "nothing of what was taken out");
}

#[test]
fn an_element_is_found_by_its_number_in_its_own_list_alone() {
    let (_folder, store) = world(6);
    for (position, found) in elements(&store, LIST, (0, 100)).unwrap() {
        assert_eq!(element(&store, LIST, found.id).unwrap(), Some((position, found)));
    }
    assert_eq!(element(&store, PlaylistId(2), ElementId(3)).unwrap(), None);
    assert_eq!(element(&store, LIST, ElementId(7)).unwrap(), None);
    store
        .write(Durability::Relaxed, |write| remove(write, Timestamp(2), &WHO, (LIST, ElementId(2))))
        .unwrap();
    let places: Vec<_> = (1..=6).map(|id| element(&store, LIST, ElementId(id)).unwrap()).collect();
    let places: Vec<_> = places.into_iter().map(|found| found.map(|(position, _)| position)).collect();
    assert_eq!(places, [Some(1), None, Some(2), Some(3), Some(4), Some(5)]);
}
