use std::time::Duration;

use expect_test::expect;
use shared::time::{Instant, Timestamp};

use super::*;
use crate::store::records::{Arrived, Fate};
use crate::store::tables::{HeardKey, InboxKey, ReceivedKey};
use crate::store::{Durability, Read, Store, StoreError};

const NOW: Timestamp = Timestamp(1_700_000_000_000);
const EMPTY: Waiting = Waiting { all: 0, of_host: 0 };

fn at(seconds: u64) -> Instant {
    Instant::ZERO + Duration::from_secs(seconds)
}

fn letter<'l>(kind: &'l str, body: &'l [u8], signed_at: i64) -> Letter<'l> {
    let (id, signer) = (Some("https://a.example/1"), "https://a.example/a");
    Letter { kind, id, signer, signed_at: Timestamp(signed_at), body }
}

fn arrived(id: &str) -> Arrived {
    Arrived {
        id: Some(id.to_owned()),
        kind: "Like".to_owned(),
        signer: "https://a.example/a".to_owned(),
        inbox: None,
        body: "{}".to_owned(),
        attempts: 0,
        at: NOW,
    }
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    (folder, store)
}

#[test]
fn one_server_in_its_order_and_servers_in_turns() {
    let mut queue = Queue::default();
    for (number, host) in [(1, "a"), (2, "a"), (3, "b"), (4, "a")] {
        queue.put(host, number, 100);
    }
    assert_eq!((queue.weight(), queue.weight_of("a"), queue.weight_of("c")), (4, 3, 0));
    // The longest weigh as much as many.
    queue.put("c", 5, 500_000);
    assert_eq!((queue.weight(), queue.weight_of("c")), (30, 26));
    queue.remove(5);
    let is = |host: &str, number| Some((host.to_owned(), number));
    assert_eq!((queue.take(at(0)), queue.take(at(0)), queue.take(at(0))), (is("a", 1), is("b", 3), None));
    queue.remove(1);
    queue.release("a");
    assert_eq!(queue.take(at(0)), is("a", 2));
    // What cannot be fetched lets others pass, and waits.
    queue.hold(2, at(60));
    assert_eq!((queue.due_of(2), queue.due_of(1)), (Some(at(60)), None));
    queue.release("a");
    assert_eq!(queue.take(at(1)), is("a", 4));
    queue.remove(4);
    queue.release("a");
    queue.remove(3);
    queue.release("b");
    assert_eq!((queue.take(at(59)), queue.next_due()), (None, Some(at(60))));
    assert_eq!(queue.take(at(60)), is("a", 2));
    queue.remove(2);
    queue.release("a");
    assert_eq!((queue.weight(), queue.next_due(), queue.lines_kept()), (0, None, 0));
}

#[test]
fn a_report_is_told_by_its_address_and_a_thumb_by_its_moment() {
    let differ = |kind, body, signed_at| {
        heard_key(&letter(kind, b"one", 1)) != heard_key(&letter(kind, body, signed_at))
    };
    assert!(!differ("Flag", b"two", 2));
    assert!(differ("Like", b"one", 2) && !differ("Like", b"one", 1));
    assert!(differ("Create", b"two", 1) && !differ("Create", b"one", 2));
    let other = Letter { signer: "https://a.example/b", ..letter("Flag", b"one", 1) };
    assert_ne!(heard_key(&other), heard_key(&letter("Flag", b"one", 1)));
}

#[test]
fn what_was_heard_is_not_taken_again_until_it_is_forgotten() {
    let (_folder, store) = store();
    let heard = heard_key(&letter("Create", b"one", 1));
    let take = |now: Timestamp, waiting| {
        let rows = [arrived("https://a.example/1")];
        store.write(Durability::Relaxed, |write| take(write, now, waiting, &heard, &rows))
    };
    assert_eq!(take(NOW, EMPTY).unwrap(), [1]);
    assert_eq!(take(NOW, EMPTY).unwrap(), Vec::<u64>::new());
    let forget = |now: Timestamp| {
        let first = HeardKey { digest: [0; 16] };
        store.write(Durability::Relaxed, |write| drop_heard(write, now, first, 10)).unwrap()
    };
    assert_eq!(forget(NOW), None);
    assert_eq!(take(NOW, EMPTY).unwrap(), Vec::<u64>::new());
    let later = NOW.after(HEARD_FOR + Duration::from_secs(1));
    assert_eq!(forget(later), None);
    assert_eq!(take(later, EMPTY).unwrap(), [2]);
}

#[test]
fn who_sends_too_much_is_told_so() {
    let (_folder, store) = store();
    let heard = heard_key(&letter("Create", b"one", 1));
    let try_with = |all, of_host| {
        let waiting = Waiting { all, of_host };
        let rows = [arrived("https://a.example/1")];
        store.write(Durability::Relaxed, |write| take(write, NOW, waiting, &heard, &rows))
    };
    assert!(matches!(try_with(WAITING_MAX, 0), Err(ArrivalError::Full)));
    assert!(matches!(try_with(0, WAITING_PER_HOST_MAX), Err(ArrivalError::HostFull)));
    assert!(try_with(WAITING_MAX - 1, WAITING_PER_HOST_MAX - 1).is_ok());
}

#[test]
fn what_became_of_it_is_kept() {
    let (_folder, store) = store();
    let heard = heard_key(&letter("Create", b"one", 1));
    let numbers = store
        .write(Durability::Relaxed, |write| {
            take(write, NOW, EMPTY, &heard, &[arrived("https://a.example/1")])
        })
        .unwrap();
    let number = *numbers.first().unwrap();
    let tried = store.write(Durability::Relaxed, |write| again(write, number)).unwrap();
    assert_eq!((tried, delay(tried)), (1, Duration::from_secs(60)));
    for _ in 0..2 {
        let about = About { id: Some("https://b.example/v".to_owned()), within: None };
        let done = |write: &mut crate::store::Write<'_>| finish(write, number, about, Fate::Done);
        store.write::<_, StoreError>(Durability::Relaxed, done).unwrap();
    }
    assert_eq!(store.get(&InboxKey { number }).unwrap(), None);
    let kept: Vec<_> = store.table::<ReceivedKey>().map(|row| row.unwrap().1).collect();
    expect![[r#"
        [
            Received {
                id: Some(
                    "https://a.example/1",
                ),
                kind: "Like",
                signer: "https://a.example/a",
                about: Some(
                    "https://b.example/v",
                ),
                within: None,
                fate: Done,
                at: Timestamp(
                    1700000000000,
                ),
            },
        ]
    "#]]
    .assert_debug_eq(&kept);
}
