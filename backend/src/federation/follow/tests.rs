//! Stories of what servers say to each other of followings, over a real store.

use serde_json::{Value, json};
use shared::id::{AccountId, ChannelId, FollowId};
use shared::time::Timestamp;

use super::*;
use crate::domain::account::{NewUser, create};
use crate::domain::federation::Addresses;
use crate::domain::{follow, mute, subscription};
use crate::federation::vocab::{Activity, Deed, Thing, Undone, Wish};
use crate::store::records::{
    Account, ActorKind, Channel, Delivery, FollowState, JobKind, Party, RemoteActor, Role, Said,
};
use crate::store::tables::{AccountKey, ChannelKey, DeliveryKey, JobKey, PostKey};
use crate::store::{Durability, Read, Store, StoreError, Write};

const NOW: Timestamp = Timestamp(5000);
const ROOT: &str = "https://films.example";
const RULES: Rules = Rules { instance: true, approval: false, channels: true, follow_back: false };
const OWN_CHANNEL: &str = "https://films.example/video-channels/alice_films";
/// The sea's own actor, and a channel of it.
const SEA: Party = Party::Account(AccountId(11));
const TIDES: Party = Party::Channel(ChannelId(21));
const ALICE: Party = Party::Account(AccountId(1));

struct World {
    store: Store,
    _folder: tempfile::TempDir,
}

fn remote(kind: ActorKind, path: &str) -> Option<Box<RemoteActor>> {
    let url = format!("https://sea.example/{path}");
    let outbox = Some(format!("{url}/outbox"));
    let shared_inbox = Some("https://sea.example/inbox".to_owned());
    Some(Box::new(RemoteActor { shared_inbox, outbox, ..RemoteActor::new(url, "sea.example", kind, NOW) }))
}

fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let world = World { store: Store::open(folder.path()).unwrap(), _folder: folder };
    world.write(|write, _| {
        let new = NewUser {
            username: "alice".to_owned(),
            email: "alice@films.example".to_owned(),
            password: String::new(),
            role: Role::User,
            channel: "alice_films".to_owned(),
            video_quota: None,
            video_quota_daily: None,
        };
        create(write, NOW, new).unwrap();
        let own = write.get(&AccountKey { account: AccountId(1) })?.unwrap();
        let sea = Account {
            id: AccountId(11),
            name: "peertube".to_owned(),
            user: None,
            remote: remote(ActorKind::Application, "accounts/peertube"),
            ..own
        };
        write.insert(&AccountKey { account: sea.id }, &sea)?;
        let own = write.get(&ChannelKey { channel: ChannelId(1) })?.unwrap();
        let tides = Channel {
            id: ChannelId(21),
            name: "tides".to_owned(),
            account: sea.id,
            remote: remote(ActorKind::Group, "video-channels/tides"),
            ..own
        };
        write.insert(&ChannelKey { channel: tides.id }, &tides)
    });
    world
}

impl World {
    fn write<T>(&self, work: impl FnOnce(&mut Write<'_>, Here<'_>) -> Result<T, StoreError>) -> T {
        let here = Here { addresses: Addresses::new(ROOT, "films.example"), now: NOW };
        self.store.write(Durability::Relaxed, |write| work(write, here)).unwrap()
    }

    fn say<T>(&self, work: impl FnOnce(&mut Write<'_>, Here<'_>) -> Result<T, SayError>) -> T {
        let here = Here { addresses: Addresses::new(ROOT, "films.example"), now: NOW };
        self.store.write(Durability::Relaxed, |write| work(write, here)).unwrap()
    }

    fn hear(&self, rules: Rules, signer: Party, id: &str, object: &str) -> Heard {
        self.say(|write, here| received(write, here, rules, signer, (Some(id), object)))
    }

    /// What waits to be said, first first: where to, by whom, and the words.
    fn said(&self) -> Vec<(String, Party, Value)> {
        let deliveries = self.store.table::<DeliveryKey>().map(|row| row.unwrap().1);
        deliveries
            .map(|Delivery { post, inbox, .. }| {
                let post = self.store.get(&PostKey { post }).unwrap().unwrap();
                let Said::Words(words) = post.said else { panic!("{:?}", post.said) };
                (inbox, post.by, serde_json::from_str(&words).unwrap())
            })
            .collect()
    }

    fn kinds(&self) -> Vec<String> {
        self.said().iter().map(|(.., said)| said["type"].as_str().unwrap().to_owned()).collect()
    }

    fn state(&self, follower: Party, followed: Party) -> Option<FollowState> {
        follow::between(&self.store, follower, followed).unwrap().map(|row| row.state)
    }
}

/// What a reader of the network makes of the words.
fn deed(said: &Value) -> Deed {
    Activity::read(Thing::of(said).unwrap()).unwrap().deed
}

#[test]
fn who_follows_a_channel_is_let_in_and_told_so_in_its_own_inbox() {
    let world = world();
    let id = "https://sea.example/accounts/peertube/follows/9";
    assert_eq!(world.hear(RULES, SEA, id, OWN_CHANNEL), Heard::Done);
    assert_eq!(world.state(SEA, Party::Channel(ChannelId(1))), Some(FollowState::Accepted));
    let said = world.said();
    let (inbox, by, words) = &said[0];
    assert_eq!(inbox, "https://sea.example/accounts/peertube/inbox");
    assert_eq!(*by, Party::Channel(ChannelId(1)));
    assert_eq!(words["type"], json!("Accept"));
    assert_eq!(words["actor"], json!(OWN_CHANNEL));
    assert!(words["@context"].is_array());
    let wish = json!({ "type": "Follow", "id": id,
        "actor": "https://sea.example/accounts/peertube", "object": OWN_CHANNEL });
    assert_eq!(words["object"], wish);

    // Asked again, told again; taken back, gone.
    assert_eq!(world.hear(RULES, SEA, id, OWN_CHANNEL), Heard::Done);
    assert_eq!(world.kinds(), ["Accept", "Accept"]);
    let back = Undone {
        id: Some(id.to_owned()),
        kind: "Follow".to_owned(),
        actor: None,
        object: Some(OWN_CHANNEL.to_owned()),
        thing: None,
    };
    assert_eq!(world.write(|write, here| undone(write, here, SEA, &back)), Some(Heard::Done));
    assert_eq!(world.state(SEA, Party::Channel(ChannelId(1))), None);
    assert_eq!(world.write(|write, here| undone(write, here, SEA, &back)), Some(Heard::Nothing));
}

#[test]
fn a_wish_is_taken_back_by_its_id_alone() {
    let world = world();
    let id = "https://sea.example/wish";
    world.hear(RULES, SEA, id, "https://films.example/accounts/peertube");
    let by_id = |id: &str| Undone {
        id: Some(id.to_owned()),
        kind: String::new(),
        actor: None,
        object: None,
        thing: None,
    };
    let other = by_id("https://sea.example/like");
    assert_eq!(world.write(|write, here| undone(write, here, SEA, &other)), None);
    assert_eq!(world.write(|write, here| undone(write, here, SEA, &by_id(id))), Some(Heard::Done));
    assert_eq!(world.state(SEA, Party::Instance), None);
}

#[test]
fn administrators_say_who_follows_the_instance() {
    let world = world();
    let own = "https://films.example/accounts/peertube";
    let waits = Rules { approval: true, ..RULES };
    assert_eq!(world.hear(waits, SEA, "https://sea.example/1", own), Heard::Done);
    assert_eq!(world.state(SEA, Party::Instance), Some(FollowState::Pending));
    assert_eq!(world.kinds(), [""; 0]);
    let row = follow::between(&world.store, SEA, Party::Instance).unwrap().unwrap().id;
    world.say(|write, here| judge(write, here, row, FollowState::Accepted));
    assert_eq!(world.kinds(), ["Accept"]);
    world.say(|write, here| judge(write, here, row, FollowState::Rejected));
    assert_eq!(world.kinds(), ["Accept", "Reject"]);
    // Asking again changes nothing.
    assert!(matches!(world.hear(RULES, SEA, "https://sea.example/2", own), Heard::Refused(_)));
    assert_eq!(world.state(SEA, Party::Instance), Some(FollowState::Rejected));
    // Who was taken out may ask again.
    world.say(|write, here| withdraw(write, here, row));
    assert_eq!(world.hear(RULES, SEA, "https://sea.example/3", own), Heard::Done);
    assert_eq!(world.state(SEA, Party::Instance), Some(FollowState::Accepted));

    let closed = Rules { instance: false, channels: false, ..RULES };
    for object in [own, OWN_CHANNEL] {
        assert!(matches!(world.hear(closed, TIDES, "https://sea.example/4", object), Heard::Refused(_)));
    }
    let nobody = world.hear(RULES, SEA, "https://sea.example/5", "https://films.example/accounts/nobody");
    assert!(matches!(nobody, Heard::Refused(_)));
}

#[test]
fn who_is_muted_does_not_follow() {
    let world = world();
    world
        .store
        .write(Durability::Relaxed, |write| {
            mute::mute_server(write, NOW, mute::INSTANCE, "sea.example".to_owned())
        })
        .unwrap();
    assert!(matches!(world.hear(RULES, SEA, "https://sea.example/1", OWN_CHANNEL), Heard::Refused(_)));
    assert_eq!(world.kinds(), ["Reject"]);
    assert_eq!(world.state(SEA, Party::Channel(ChannelId(1))), None);
}

#[test]
fn instances_are_followed_back_where_that_is_wished() {
    let world = world();
    let rules = Rules { follow_back: true, ..RULES };
    world.hear(rules, SEA, "https://sea.example/1", "https://films.example/accounts/peertube");
    assert_eq!(world.kinds(), ["Accept", "Follow"]);
    assert_eq!(world.state(Party::Instance, SEA), Some(FollowState::Pending));
}

#[test]
fn a_channel_elsewhere_is_followed_and_left() {
    let world = world();
    let (account, channel) = (AccountId(1), ChannelId(21));
    world.say(|write, here| subscribe(write, here, account, channel));
    assert!(subscription::is_following(&world.store, account, channel).unwrap());
    let (inbox, by, words) = world.said()[0].clone();
    assert_eq!((inbox.as_str(), by), ("https://sea.example/video-channels/tides/inbox", ALICE));
    assert_eq!(deed(&words), Deed::Follow("https://sea.example/video-channels/tides".to_owned()));
    let id = words["id"].as_str().unwrap().to_owned();
    let row = follow::between(&world.store, ALICE, TIDES).unwrap().unwrap();
    assert_eq!(id, format!("https://films.example/accounts/alice/follows/{}", row.id));

    // Only who was asked can answer.
    let wish = Wish { id: Some(id.clone()), follower: None, followed: None };
    let forged = world.write(|write, here| accepted(write, here, SEA, (None, &wish)));
    assert!(matches!(forged, Heard::Refused(_)));
    let answered =
        |wish: &Wish, inbox| world.write(|write, here| accepted(write, here, TIDES, (inbox, wish)));
    assert_eq!(answered(&wish, None), Heard::Done);
    assert_eq!(answered(&wish, None), Heard::Nothing);
    assert_eq!(answered(&Wish::default(), Some(ALICE)), Heard::Nothing);
    let jobs: Vec<_> = world.store.table::<JobKey>().map(|row| row.unwrap().1.kind).collect();
    assert!(matches!(&jobs[..], [JobKind::Network(_), JobKind::Network(_)]), "{jobs:?}");

    world.say(|write, here| unsubscribe(write, here, account, channel));
    // Nobody heard of the wish yet: its end stands in its place.
    assert_eq!(world.kinds(), ["Undo"]);
    let Deed::Undo(back) = deed(&world.said()[0].2) else { panic!("no undo") };
    assert_eq!((back.kind.as_str(), back.id), ("Follow", Some(id)));
    assert_eq!(world.state(ALICE, TIDES), None);
    assert!(!subscription::is_following(&world.store, account, channel).unwrap());
    assert_eq!(follow::get(&world.store, FollowId(row.id.0)).unwrap(), None);
}

#[test]
fn who_is_refused_is_not_subscribed_any_more_and_may_ask_again() {
    let world = world();
    let (account, channel) = (AccountId(1), ChannelId(21));
    world.say(|write, here| subscribe(write, here, account, channel));
    let wish = Wish {
        id: None,
        follower: Some("https://films.example/accounts/alice".to_owned()),
        followed: Some("https://sea.example/video-channels/tides".to_owned()),
    };
    let heard = world.write(|write, here| rejected(write, here, TIDES, (None, &wish)));
    assert_eq!(heard, Heard::Done);
    assert_eq!(world.state(ALICE, TIDES), Some(FollowState::Rejected));
    assert!(!subscription::is_following(&world.store, account, channel).unwrap());
    world.say(|write, here| subscribe(write, here, account, channel));
    assert_eq!(world.state(ALICE, TIDES), Some(FollowState::Pending));
    // Nobody heard of the first wish yet: the second stands in its place.
    assert_eq!(world.kinds(), ["Follow"]);
}

#[test]
fn who_moves_takes_followers_along_piece_by_piece_but_not_who_was_refused() {
    let world = world();
    let (account, channel, other) = (AccountId(1), ChannelId(21), ChannelId(22));
    let surf = Party::Channel(other);
    world.write(|write, _| {
        let tides = write.get(&ChannelKey { channel })?.unwrap();
        let remote = remote(ActorKind::Group, "video-channels/surf");
        write.insert(
            &ChannelKey { channel: other },
            &Channel { id: other, name: "surf".to_owned(), remote, ..tides },
        )
    });
    world.say(|write, here| subscribe(write, here, account, channel));
    world.say(|write, here| begin(write, here, Party::Instance, TIDES).map(drop));
    let piece = || world.say(|write, here| moved(write, here, (TIDES, surf), 1));
    assert_eq!((piece(), piece(), piece()), (1, 1, 0));
    assert!(subscription::is_following(&world.store, account, other).unwrap());
    assert!(!subscription::is_following(&world.store, account, channel).unwrap());
    for follower in [ALICE, Party::Instance] {
        assert_eq!(world.state(follower, TIDES), None);
        assert_eq!(world.state(follower, surf), Some(FollowState::Pending));
    }
    let mut kinds = world.kinds();
    kinds.sort();
    assert_eq!(kinds, ["Follow", "Follow", "Undo", "Undo"]);

    let wish = Wish { id: None, follower: None, followed: None };
    world.write(|write, here| rejected(write, here, surf, (Some(ALICE), &wish)));
    assert_eq!(world.say(|write, here| moved(write, here, (surf, TIDES), 9)), 1, "the instance alone");
    assert_eq!(world.state(ALICE, surf), Some(FollowState::Rejected));
    assert_eq!(world.state(ALICE, TIDES), None);
}
