use std::collections::BTreeSet;

use shared::id::{CommentId, Uuid, VideoId};
use shared::time::Timestamp;

use super::*;
use crate::domain::delivery::{Answer, Inbox, Kept, Lane, hurry, post, ready, settle};
use crate::store::records::{Arrived, Fate, Party, Received, Said};
use crate::store::tables::{InboxKey, ReceivedKey, ServerHostKey};
use crate::store::{Durability, Read, Store, StoreError};

const NOW: Timestamp = Timestamp(1_795_226_450_706);
const ALL: Part = Part { start: 0, count: 100 };
const UUID: Uuid = Uuid(0xce07_d2dc_d37f_4a15_8d02_8925_1c07_337b);

fn later(seconds: u64) -> Timestamp {
    NOW.after(std::time::Duration::from_secs(seconds))
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    (folder, store)
}

fn work<T>(store: &Store, work: impl FnOnce(&mut crate::store::Write<'_>) -> Result<T, StoreError>) -> T {
    store.write(Durability::Relaxed, work).unwrap()
}

fn say(store: &Store, said: Said, hosts: &[&str]) {
    let to: BTreeSet<Inbox> = hosts
        .iter()
        .map(|host| Inbox { host: (*host).to_owned(), url: format!("https://{host}/inbox") })
        .collect();
    let kept = Kept { lane: Lane::Deeds, about: None };
    work(store, |write| post(write, NOW, (Party::Instance, said), &to, &kept));
}

fn answered(store: &Store, host: &str, at: Timestamp, status: u16) {
    work(store, |write| {
        let server = write.get(&ServerHostKey { host: host.to_owned() })?.unwrap();
        let next = ready(write, server)?.unwrap();
        settle(write, at, &next, Some(Answer::Status(status, None)))
    });
}

fn video_of_ours(number: u64) -> Topic {
    let addresses = vec![format!("https://films.example/videos/watch/{UUID}")];
    Topic::Ours { addresses, thing: Thing::Video(Some(VideoId(number)), UUID) }
}

fn server(host: &str) -> Topic {
    Topic::Server(host.to_owned())
}

#[test]
fn what_was_told_of_a_thing_is_found_with_every_server() {
    let (_folder, store) = store();
    say(&store, Said::VideoCreated(VideoId(1)), &["a.example", "b.example"]);
    say(&store, Said::VideoCreated(VideoId(2)), &["b.example"]);
    say(&store, Said::CommentDeleted { comment: CommentId(9), video: UUID }, &["a.example"]);
    let topic = video_of_ours(1);
    let hosts = |found: Found<Waiting>| -> (u64, Vec<String>) {
        (found.total, found.rows.into_iter().map(|row| row.host).collect())
    };
    let all = ["a.example", "a.example", "b.example"].map(str::to_owned).to_vec();
    assert_eq!(hosts(waiting(&store, &topic, ALL).unwrap()), (3, all));
    let second = Part { start: 1, count: 1 };
    assert_eq!(hosts(waiting(&store, &topic, second).unwrap()), (3, vec!["a.example".to_owned()]));
    assert_eq!(waiting(&store, &server("b.example"), ALL).unwrap().total, 2);
    assert_eq!(waiting(&store, &server("c.example"), ALL).unwrap().total, 0);

    answered(&store, "b.example", later(1), 204);
    answered(&store, "a.example", later(2), 410);
    let found = tried(&store, &topic, ALL).unwrap();
    let rows: Vec<&str> = found.rows.iter().map(|row| row.host.as_str()).collect();
    assert_eq!((found.total, rows), (2, vec!["a.example", "b.example"]), "latest first");
    assert_eq!(tried(&store, &video_of_ours(2), ALL).unwrap().total, 0);
    assert_eq!(tried(&store, &server("b.example"), ALL).unwrap().total, 1);
}

#[test]
fn what_came_is_found_by_what_it_is_about_and_what_that_belongs_to() {
    let (_folder, store) = store();
    let video = format!("https://films.example/videos/watch/{UUID}");
    let received = |id: &str, about: &str, within: Option<&str>| Received {
        id: Some(id.to_owned()),
        kind: "Create".to_owned(),
        signer: "https://a.example/bob".to_owned(),
        about: Some(about.to_owned()),
        within: within.map(str::to_owned),
        fate: Fate::Refused("it is not for everybody".to_owned()),
        at: NOW,
    };
    let arrived = Arrived {
        id: None,
        kind: "Like".to_owned(),
        signer: "https://b.example/eve".to_owned(),
        inbox: None,
        body: format!("{{\"type\":\"Like\",\"object\":\"{video}\"}}"),
        attempts: 1,
        at: NOW,
    };
    work(&store, |write| {
        write
            .insert(&ReceivedKey { number: 1 }, &received("1", "https://a.example/notes/1", Some(&video)))?;
        write.insert(&ReceivedKey { number: 2 }, &received("2", "https://a.example/notes/2", None))?;
        write.insert(&InboxKey { number: 3 }, &arrived)
    });
    let topic = video_of_ours(1);
    let found = super::received(&store, &topic, ALL).unwrap();
    assert_eq!((found.total, found.rows[0].id.as_deref()), (1, Some("1")));
    assert_eq!(arriving(&store, &topic, ALL).unwrap().total, 1);
    assert_eq!(super::received(&store, &server("a.example"), ALL).unwrap().total, 2);
    assert_eq!(arriving(&store, &server("a.example"), ALL).unwrap().total, 0);
    let note = Topic::Theirs {
        address: "https://a.example/notes/2".to_owned(),
        host: "a.example".to_owned(),
        thing: None,
    };
    assert_eq!(super::received(&store, &note, ALL).unwrap().total, 1);
}

#[test]
fn who_is_silent_comes_first_and_is_tried_at_once_when_somebody_wants_it() {
    let (_folder, store) = store();
    say(&store, Said::VideoCreated(VideoId(1)), &["a.example", "b.example", "c.example"]);
    say(&store, Said::VideoCreated(VideoId(2)), &["b.example"]);
    answered(&store, "c.example", NOW, 503);
    let found = peers(&store, "EXAMPLE", ALL).unwrap();
    let hosts: Vec<&str> = found.rows.iter().map(|row| row.server.host.as_str()).collect();
    assert_eq!(hosts, ["c.example", "b.example", "a.example"]);
    assert_eq!(peers(&store, "c.", ALL).unwrap().total, 1);
    let silent = peer(&store, "c.example").unwrap().unwrap();
    assert!((silent.server.failures, silent.is_muted) == (1, false) && NOW < silent.server.not_before);
    assert!(NOW < waiting(&store, &server("c.example"), ALL).unwrap().rows[0].next_at);

    assert!(work(&store, |write| hurry(write, later(1), "c.example")));
    let hurried = peer(&store, "c.example").unwrap().unwrap().server;
    assert_eq!((hurried.failures, hurried.due), (1, Some(later(1))), "how ill it is, is not forgotten");
    assert!(!work(&store, |write| hurry(write, later(1), "d.example")));
}

#[test]
fn what_a_server_stumbled_over_is_tried_at_once_too() {
    let (_folder, store) = store();
    say(&store, Said::VideoCreated(VideoId(1)), &["a.example"]);
    for attempt in 0..5 {
        answered(&store, "a.example", later(attempt), 500);
    }
    let next = waiting(&store, &server("a.example"), ALL).unwrap().rows.remove(0).next_at;
    assert!(later(60) < next, "it waits behind all others");
    assert!(work(&store, |write| hurry(write, later(10), "a.example")));
    let next = waiting(&store, &server("a.example"), ALL).unwrap().rows.remove(0).next_at;
    assert_eq!(next, later(10));
    assert_eq!(peer(&store, "a.example").unwrap().unwrap().server.due, Some(later(10)));
}
