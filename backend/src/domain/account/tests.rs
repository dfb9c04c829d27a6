use super::*;
use crate::store::records::Role;
use crate::store::{Durability, Store};
use shared::time::Timestamp;

const NOW: Timestamp = Timestamp(5);

fn new(username: &str, channel: &str) -> NewUser {
    NewUser {
        username: username.into(),
        email: format!("{username}@films.example"),
        password: "hash".into(),
        role: Role::User,
        channel: channel.into(),
        video_quota: Some(7),
        video_quota_daily: None,
    }
}

#[test]
fn a_new_login_has_an_account_and_a_channel_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let make = |new| store.write(Durability::Relaxed, |write| create(write, NOW, new));
    let user = make(new("alice", "alice_films")).unwrap();
    for login in ["alice", "ALICE", " alice ", "Alice@Films.example"] {
        assert_eq!(user_by_login(&store, login).unwrap().map(|user| user.id), Some(user), "{login:?}");
    }
    let account = account_named(&store, "Alice").unwrap().unwrap();
    let channels = channels_of(&store, account.id).unwrap();
    assert_eq!((account.user, channels.len(), channels[0].name.as_str()), (Some(user), 1, "alice_films"));
    assert_eq!(channel_named(&store, "alice_films").unwrap().as_ref(), channels.first());
    assert_eq!(channel_named(&store, "alice").unwrap(), None);
}

#[test]
fn names_that_are_taken_or_none_are_refused_and_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let make = |new| store.write(Durability::Relaxed, |write| create(write, NOW, new));
    make(new("alice", "alice_films")).unwrap();
    for (username, channel, sentence) in [
        ("alice", "other", "the name alice is taken"),
        ("alice_films", "other", "the name alice_films is taken"),
        ("bob", "alice", "a channel cannot be called alice"),
        ("bob", "bob", "a channel cannot be called bob"),
    ] {
        assert_eq!(make(new(username, channel)).unwrap_err().to_string(), sentence);
    }
    for name in ["", "Alice", "a b", "é", "a/b", "a@b", &"a".repeat(51)] {
        assert!(matches!(make(new(name, "other")), Err(CreateError::BadName(_))), "{name:?}");
    }
    let same_address = NewUser { email: "ALICE@films.example".into(), ..new("bob", "bob_films") };
    assert!(matches!(make(same_address), Err(CreateError::EmailTaken)));
    assert_eq!(account_named(&store, "bob").unwrap(), None);
    assert_eq!(make(new("bob", "bob_films")).unwrap().0, 2, "numbers of what failed are given again");
}
