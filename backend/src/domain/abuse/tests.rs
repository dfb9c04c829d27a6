//! Stories of reports over a real store.

use shared::id::{AbuseId, AccountId, UserId};
use shared::time::Timestamp;

use super::*;
use crate::domain::account::{NewUser, create};
use crate::domain::viewer::Person;
use crate::store::records::{AbuseState, Role};
use crate::store::tables::{AbuseMessageKey, AccountReportsKey, ReporterAbuseKey};
use crate::store::{Durability, Read, Store};

/// Logins 1 to 3, the last of them a moderator.
fn world() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for (number, role) in [(1, Role::User), (2, Role::User), (3, Role::Moderator)] {
        let new = NewUser {
            username: format!("user{number}"),
            email: format!("user{number}@films.example"),
            password: String::new(),
            role,
            channel: format!("channel{number}"),
            video_quota: None,
            video_quota_daily: None,
        };
        store.write(Durability::Relaxed, |write| create(write, Timestamp(0), new)).unwrap();
    }
    (store, folder)
}

fn person(number: u64, role: Role) -> Person {
    Person { user: UserId(number), account: AccountId(number), role }
}

fn report(store: &Store, by: u64, of: u64) -> AbuseId {
    let subject = NewSubject::Account(AccountId(of));
    let new = NewAbuse { subject, reason: "spam".into(), predefined: Vec::new() };
    store.write(Durability::Relaxed, |write| make(write, Timestamp(1), AccountId(by), new)).unwrap()
}

fn asked(sort: Sort, descending: bool) -> Asked {
    Asked { sort, descending, start: 0, count: 10 }
}

fn numbers(store: &Store, source: Source, asked: Asked) -> (u64, Vec<u64>) {
    let (total, rows) = list(store, source, asked, None).unwrap();
    (total, rows.into_iter().map(|abuse| abuse.id.0).collect())
}

#[test]
fn lists_are_in_the_order_of_time_or_of_what_became_of_reports() {
    let (store, _folder) = world();
    for (by, of) in [(1, 2), (2, 1), (1, 3)] {
        report(&store, by, of);
    }
    let state = Judgement { state: Some(AbuseState::Accepted), comment: None };
    store.write(Durability::Relaxed, |write| judge(write, Timestamp(2), AbuseId(2), state)).unwrap();
    let by_time = asked(Sort::CreatedAt, true);
    assert_eq!(numbers(&store, Source::Everything, by_time), (3, vec![3, 2, 1]));
    assert_eq!(numbers(&store, Source::By(AccountId(1)), by_time), (2, vec![3, 1]));
    assert_eq!(numbers(&store, Source::Everything, asked(Sort::CreatedAt, false)), (3, vec![1, 2, 3]));
    assert_eq!(numbers(&store, Source::Everything, asked(Sort::State, true)), (3, vec![2, 3, 1]));
    assert_eq!(numbers(&store, Source::Everything, asked(Sort::State, false)), (3, vec![3, 1, 2]));
    let holds = |abuse: &crate::store::records::Abuse| abuse.flagged == AccountId(1);
    let (total, rows) = list(&store, Source::Everything, by_time, Some(&holds)).unwrap();
    assert_eq!((total, rows.len()), (1, 1));
}

#[test]
fn a_report_is_between_its_reporter_and_moderators() {
    let (store, _folder) = world();
    let id = report(&store, 1, 2);
    let (reporter, other, moderator) =
        (person(1, Role::User), person(2, Role::User), person(3, Role::Moderator));
    let speak = |who: Person| {
        store.write(Durability::Relaxed, |write| say(write, Timestamp(2), &who, id, "hm".into()))
    };
    let (first, second) = (speak(reporter).unwrap(), speak(moderator).unwrap());
    assert!(matches!(speak(other), Err(AbuseError::NotYours)));
    assert!(matches!(messages(&store, &other, id), Err(AbuseError::NotYours)));
    let said: Vec<bool> =
        messages(&store, &reporter, id).unwrap().iter().map(|message| message.by_moderator).collect();
    assert_eq!(said, [false, true]);
    let take_back = |who: Person, message| {
        store.write(Durability::Relaxed, |write| remove_message(write, &who, id, message))
    };
    assert!(matches!(take_back(reporter, second), Err(AbuseError::NotYours)));
    take_back(moderator, first).unwrap();
    assert!(matches!(take_back(moderator, first), Err(AbuseError::NoSuchMessage)));
    assert_eq!(messages(&store, &reporter, id).unwrap().len(), 1);
}

#[test]
fn a_removed_report_leaves_nothing() {
    let (store, _folder) = world();
    let id = report(&store, 1, 2);
    let who = person(1, Role::User);
    store.write(Durability::Relaxed, |write| say(write, Timestamp(2), &who, id, "hm".into())).unwrap();
    store.write(Durability::Relaxed, |write| remove(write, id)).unwrap();
    assert!(matches!(
        store.write(Durability::Relaxed, |write| remove(write, id)),
        Err(AbuseError::NoSuchAbuse)
    ));
    assert_eq!(store.table::<AbuseMessageKey>().count(), 0);
    assert_eq!(store.table::<AccountReportsKey>().count(), 0);
    assert_eq!(store.table::<ReporterAbuseKey>().count(), 0);
}

#[test]
fn reports_outlive_their_reporter() {
    let (store, _folder) = world();
    for _ in 0..3 {
        report(&store, 1, 2);
    }
    let forget =
        |rows| store.write(Durability::Relaxed, |write| forget_account(write, AccountId(1), rows)).unwrap();
    assert_eq!([forget(2), forget(2), forget(2)], [2, 1, 0]);
    assert_eq!(numbers(&store, Source::Everything, asked(Sort::CreatedAt, true)), (3, vec![3, 2, 1]));
    assert_eq!(numbers(&store, Source::By(AccountId(1)), asked(Sort::CreatedAt, true)), (0, vec![]));
}
