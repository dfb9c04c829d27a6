//! What two PeerTubes told each other on one evening, told again to an instance that stands in the place of one of them,
//! in its order: each thing is answered as it was answered then, and has become what it became there.
//!
//! The surprise: their keys are of 1024 bits, as PeerTube in test mode has them, which nobody here takes. That they signed
//! is shown by the tests of signatures over the same letters; here each letter is signed anew, with the names of the two
//! servers changed to those of this evening, and its dates moved with it.

use backend::domain::account::{self, NewUser};
use backend::domain::password;
use backend::store::records::{CommentsPolicy, Fate, Role, Video};
use backend::store::tables::{CommentKey, FollowKey, InboxKey, ReceivedKey};
use backend::store::{Durability, Read, Store};
use http::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use shared::id::VideoId;
use shared::time::Timestamp;

use crate::federation::whole;
use crate::makers::{Maker, bob, maker, root, until};
use crate::rig::{Answer, Instance, PASSWORD};
use crate::stranger::{Stranger, neighbour};
use crate::videos::publish_as;

/// When the evening began.
const BEGAN: &str = "2026-11-21T02:23:30.000Z";
const ALICE: &str = "localhost:9001";
const BOB: &str = "localhost:9002";

const PATTERN: &str = "ce07d2dc-d37f-4a15-8d02-89251c07337b";
const RESUMABLE: &str = "cb9324b4-796d-4164-905a-79871403782f";
const THIRD: &str = "1eb1961a-7d99-4805-a2a5-55a28c8c5064";
const OLD: &str = "78cad8e8-77c3-4a00-9647-f98bd9105748";
const FIFTH: &str = "d99d4982-4b99-402e-bc94-09bb7fcd0b69";

fn vector(path: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    std::fs::read_to_string(folder.join(path)).unwrap()
}

/// Everything that was said and shown, in its order.
fn evening() -> Vec<Value> {
    serde_json::from_str(&vector("federation/peertube-6.3-traffic.json")).unwrap()
}

/// What should become of something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Becomes {
    Done,
    Nothing,
    /// It is understood, and this tells no more.
    Taken,
    Refused,
    /// Who it came to is not here.
    Unknown,
}

/// An instance in the place of one PeerTube, and a stranger in that of the other.
struct Play {
    instance: Instance,
    stranger: Stranger,
    ours: &'static str,
    theirs: &'static str,
    /// What had one number then, and has another now.
    numbers: Vec<(String, String)>,
}

impl Play {
    async fn begin(ours: &'static str, theirs: &'static str) -> Play {
        let stranger = Stranger::start().await;
        let instance = neighbour(&[&stranger]).await;
        Play { instance, stranger, ours, theirs, numbers: Vec::new() }
    }

    fn store(&self) -> &Store {
        self.instance.running.app().store()
    }

    /// A text of that evening in the words of this one.
    fn now(&self, text: &str) -> String {
        let text = text.replace(self.theirs, &self.stranger.host());
        let text = text.replace(self.ours, self.instance.running.url.host());
        self.numbers.iter().fold(text, |text, (then, now)| text.replace(then, now))
    }

    /// Shows what the other showed, with a key that is in use tonight.
    fn show(&self, path: &str, document: &Value) {
        let mut document: Value = serde_json::from_str(&self.now(&document.to_string())).unwrap();
        if let Some(key) = document.get_mut("publicKey") {
            key["publicKeyPem"] =
                self.stranger.actor("anybody", "Person")["publicKey"]["publicKeyPem"].clone();
        }
        self.stranger.show(&self.now(path), &document);
    }

    /// Whoever asks for a film that changes is told what it is then.
    fn show_what_is_new(&self, event: &Value) {
        let body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
        if body["type"] != "Update" || body["object"]["type"] != "Video" {
            return;
        }
        let mut film = body["object"].clone();
        film["@context"] = body["@context"].clone();
        let path = film["id"].as_str().unwrap().splitn(4, '/').nth(3).unwrap().to_owned();
        self.show(&format!("/{path}"), &film);
    }

    /// What a name means to the other.
    fn name(&self, name: &str, path: &str) {
        let host = self.stranger.host();
        let resource = utf8_percent_encode(&format!("acct:{name}@{host}"), NON_ALPHANUMERIC).to_string();
        let link =
            json!({ "rel": "self", "type": "application/activity+json", "href": self.stranger.url(path) });
        let told = json!({ "subject": format!("acct:{name}@{host}"), "links": [link] });
        self.stranger.show(&format!("/.well-known/webfinger?resource={resource}"), &told);
    }

    /// Says something again. Gives the answer, and what became of it.
    async fn say(&self, event: &Value) -> (StatusCode, Option<Fate>) {
        let mut body: Value = serde_json::from_str(&self.now(event["body"].as_str().unwrap())).unwrap();
        let began: Timestamp = BEGAN.parse().unwrap();
        postpone(&mut body, self.instance.running.app().clock().now().since(began));
        let path = self.now(event["target"].as_str().unwrap());
        let by = body["actor"].as_str().unwrap().to_owned();
        let before = self.store().table::<ReceivedKey>().count();
        let answer = self.stranger.sign(&self.instance, &path, &by, &body).send(&self.instance).await;
        until(|| self.store().table::<InboxKey>().count() == 0).await;
        let mut fates = self.store().table::<ReceivedKey>().skip(before);
        (answer.status, fates.next().map(|row| row.unwrap().1.fate))
    }

    /// Says it and holds what becomes of it against what should.
    async fn hear(&self, event: &Value, becomes: Becomes) {
        let name = event["name"].as_str().unwrap();
        let (status, fate) = self.say(event).await;
        if becomes == Becomes::Unknown {
            assert_eq!((status, fate), (StatusCode::NOT_FOUND, None), "{name}");
            return;
        }
        assert_eq!(json!(status.as_u16()), event["status"], "{name}");
        let is_so = match becomes {
            Becomes::Done => fate == Some(Fate::Done),
            Becomes::Nothing => fate == Some(Fate::Nothing),
            Becomes::Taken => matches!(fate, Some(Fate::Done | Fate::Nothing)),
            Becomes::Refused | Becomes::Unknown => matches!(fate, Some(Fate::Refused(_))),
        };
        assert!(is_so, "{name}: {fate:?} and not {becomes:?}");
    }

    async fn ask(&self, who: &Maker, path: &str) -> Answer {
        self.instance.get(path).bearer(&who.token).send().await
    }

    async fn json(&self, who: &Maker, path: &str) -> Value {
        let answer = self.ask(who, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
        answer.json()
    }
}

/// Moves the moments at which something is over.
fn postpone(value: &mut Value, by: std::time::Duration) {
    match value {
        Value::Object(map) => {
            for (name, value) in map.iter_mut() {
                // Where it is none, it is what the word means.
                let over = value.as_str().filter(|_| name == "expires").map(str::parse::<Timestamp>);
                match over.and_then(Result::ok) {
                    Some(over) => *value = json!(over.after(by).to_string()),
                    None => postpone(value, by),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| postpone(value, by)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Says something about a film, and gives its number.
async fn comment(play: &Play, who: &Maker, film: &str, text: &str) -> u64 {
    let path = format!("/api/v1/videos/{film}/comment-threads");
    let said = play.instance.post(&path).bearer(&who.token).json(&json!({ "text": text })).send().await;
    assert_eq!(said.status, StatusCode::OK, "{:?}", said.body);
    said.json()["comment"]["id"].as_u64().unwrap()
}

/// What becomes of what the owner of films says to who follows them.
#[expect(clippy::match_same_arms, reason = "they are told apart by what they are")]
fn heard_by_a_follower(number: &str) -> Becomes {
    match number {
        "010" | "014" | "317" | "338" | "274" | "278" => Becomes::Done,
        "037" | "043" | "051" | "060" | "063" | "113" | "119" | "127" | "133" | "153" | "165" | "404"
        | "410" => Becomes::Done,
        "073" | "074" | "385" | "386" | "381" => Becomes::Done,
        // The answer of somebody who is watched here, and the same once more.
        "091" => Becomes::Done,
        "093" => Becomes::Nothing,
        // What was seen already, and what waited.
        "081" | "098" => Becomes::Taken,
        "143" => Becomes::Done,
        "205" | "340" => Becomes::Done,
        // What was never known here.
        "344" => Becomes::Nothing,
        "267" | "273" => Becomes::Done,
        "174" | "179" | "184" | "188" | "195" | "231" => Becomes::Taken,
        "260" => Becomes::Unknown,
        other => panic!("{other} is in no table"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_peertube_told_who_followed_it_becomes_the_same_here() {
    let mut play = Play::begin(BOB, ALICE).await;
    let (root, bob) = (root(&play.instance).await, bob(&play.instance, None).await);
    let ap = |name: &str| -> Value {
        serde_json::from_str(&vector(&format!("ap/peertube-6.3-{name}.json"))).unwrap()
    };
    play.show("/.well-known/nodeinfo", &ap("wk-nodeinfo"));
    play.show("/accounts/peertube", &ap("actor-instance"));
    play.show(&format!("/videos/watch/{PATTERN}"), &ap("video"));
    let events = evening();
    // What was shown at all is there from the beginning, as it was first.
    for event in events.iter().rev().filter(|event| event["of"] == "A") {
        play.show(event["shows"].as_str().unwrap(), &event["document"]);
    }
    for (name, path) in [
        ("alice", "/accounts/alice"),
        ("alice_films", "/video-channels/alice_films"),
        ("temp_chan", "/video-channels/temp_chan"),
    ] {
        play.name(name, path);
    }
    let host = play.stranger.host();
    let body = json!({ "hosts": [host], "handles": [format!("alice@{host}")] });
    let asked = play.instance.post("/api/v1/server/following").bearer(&root.token).json(&body).send().await;
    assert_eq!(asked.status, StatusCode::NO_CONTENT, "{:?}", asked.body);
    for channel in ["alice_films", "temp_chan"] {
        let body = json!({ "uri": format!("{channel}@{host}") });
        let asking = play.instance.post("/api/v1/users/me/subscriptions").bearer(&bob.token).json(&body);
        assert_eq!(asking.send().await.status, StatusCode::NO_CONTENT, "{channel}");
    }
    until(|| play.store().table::<FollowKey>().count() == 4).await;

    for event in &events {
        let name = event["name"].as_str().unwrap();
        if event["of"] == "A" {
            play.show(event["shows"].as_str().unwrap(), &event["document"]);
        } else if name.contains("A-to-B") && event["body"].is_string() {
            let number = name.get(..3).unwrap();
            play.show_what_is_new(event);
            play.hear(event, heard_by_a_follower(number)).await;
            // What somebody here said then.
            let said: &[(&str, u64, &str)] = match number {
                "063" => &[(PATTERN, 11, "Hello from B"), (PATTERN, 13, "To delete")],
                "133" => &[(RESUMABLE, 14, "Needs approval")],
                _ => &[],
            };
            for (film, then, text) in said {
                let now = comment(&play, &bob, film, text).await;
                let at = |number: u64| {
                    format!("{}/videos/watch/{film}/comments/{number}\"", play.instance.running.url.host())
                };
                let renamed = (at(*then), at(now));
                play.numbers.push(renamed);
            }
        }
    }

    let film = play.json(&root, &format!("/api/v1/videos/{PATTERN}")).await;
    assert_eq!((&film["name"], &film["views"]), (&json!("Test pattern 30 s (updated)"), &json!(8)));
    assert_eq!(film["channel"]["host"], play.stranger.host());
    assert_eq!(film["channel"]["displayName"], "Alice Films 2");
    assert_eq!(film["account"]["displayName"], "Alice B.");
    let film = play.json(&root, &format!("/api/v1/videos/{FIFTH}")).await;
    assert_eq!(film["name"], "Federated clip 5");
    let film = play.json(&root, &format!("/api/v1/videos/{RESUMABLE}")).await;
    assert_eq!(film["commentsPolicy"]["id"], 3);
    assert_eq!(play.ask(&root, &format!("/api/v1/videos/{THIRD}")).await.status, StatusCode::NOT_FOUND);
    let comments: Vec<_> = play.store().table::<CommentKey>().map(|row| row.unwrap().1).collect();
    assert_eq!(comments.len(), 4);
    assert!(comments.iter().all(|comment| !comment.held), "what waited was let through");
    let answer = comments.iter().find(|comment| comment.remote.is_some()).unwrap();
    assert!(answer.text.contains("Reply from A"), "{}", answer.text);
    let question = answer.parent.expect("it answers what was said here");
    let question = play.store().get(&CommentKey { comment: question }).unwrap().unwrap();
    assert!(question.text.contains("Hello from B") && question.remote.is_none(), "{}", question.text);
    let following = play.json(&root, "/api/v1/server/following").await;
    assert_eq!(following["total"], 2);
    for row in following["data"].as_array().unwrap() {
        assert_eq!(row["state"], "accepted", "{row}");
    }
    assert_eq!(play.json(&root, "/api/v1/server/followers").await["total"], 0);
    let channel = format!("alice_films@{}", play.stranger.host());
    let subscription = play.ask(&bob, &format!("/api/v1/users/me/subscriptions/{channel}")).await;
    assert_eq!(subscription.status, StatusCode::OK);
    let gone = play.ask(&root, &format!("/api/v1/video-channels/temp_chan@{}", play.stranger.host())).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

/// What becomes of what a follower says to the owner of films.
#[expect(clippy::match_same_arms, reason = "they are told apart by what they are")]
fn heard_by_an_owner(number: &str) -> Becomes {
    match number {
        // What nobody here knew is taken back.
        "001" => Becomes::Nothing,
        "009" | "013" | "206" | "229" | "255" | "316" => Becomes::Done,
        "049" | "050" | "058" | "059" => Becomes::Done,
        "077" | "096" | "099" | "141" => Becomes::Done,
        // The same once more, with a permission that this instance did not give.
        "144" => Becomes::Nothing,
        "148" | "149" | "159" | "160" | "161" => Becomes::Done,
        "201" => Becomes::Done,
        // Copies of files are taken or not; those of streams are.
        "002" | "003" | "004" | "005" | "006" | "007" | "024" | "031" | "036" | "111" | "112" | "216"
        | "224" | "230" | "294" => Becomes::Taken,
        // Nobody here asked for that tonight.
        "268" => Becomes::Refused,
        "337" => Becomes::Unknown,
        other => panic!("{other} is in no table"),
    }
}

fn needs_approval(video: &mut Video) {
    whole(video);
    video.comments_policy = CommentsPolicy::RequiresApproval;
}

async fn alice(instance: &Instance) -> Maker {
    let new = NewUser {
        username: "alice".into(),
        email: "alice@films.example".into(),
        password: password::hash(PASSWORD, [7; 16]).unwrap(),
        role: Role::User,
        channel: "alice_films".into(),
        video_quota: None,
        video_quota_daily: None,
    };
    let app = instance.running.app();
    app.write(Durability::Relaxed, |write, now| account::create(write, now, new)).await.unwrap();
    let tokens = instance.log_in("alice", &PASSWORD.replace(' ', "+")).await.json();
    maker(instance, tokens["access_token"].as_str().unwrap().to_owned()).await
}

/// Who follows, and whose server that is.
fn show_bob(play: &Play) {
    let theirs = |text: String| -> Value { serde_json::from_str(&text.replace(ALICE, BOB)).unwrap() };
    play.show("/accounts/peertube", &theirs(vector("ap/peertube-6.3-actor-instance.json")));
    let person = vector("ap/peertube-6.3-actor-account.json").replace("accounts/alice", "accounts/bob");
    play.show("/accounts/bob", &theirs(person.replace("\"alice\"", "\"bob\"")));
}

/// What was said while films were watched.
fn views() -> Vec<Value> {
    serde_json::from_str(&vector("federation/peertube-6.3-views.json")).unwrap()
}

/// How many watch a film now.
fn viewers(play: &Play, film: &Value) -> u64 {
    let id = VideoId(film["id"].as_u64().unwrap());
    play.instance.running.app().watching().viewers(id)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_at_a_peertube_counts_for_the_maker_here() {
    let play = Play::begin(ALICE, BOB).await;
    let (root, alice) = (root(&play.instance).await, alice(&play.instance).await);
    publish_as(&play.instance, &alice, (PATTERN.parse().unwrap(), "Test pattern"), whole).await;
    show_bob(&play);
    for event in views().iter().filter(|event| event["name"].as_str().unwrap().contains("B-to-A")) {
        play.hear(event, Becomes::Done).await;
    }
    let film = play.json(&root, &format!("/api/v1/videos/{PATTERN}")).await;
    assert_eq!(viewers(&play, &film), 2, "two, who say so every few seconds");
    let stats = play.json(&root, &format!("/api/v1/videos/{PATTERN}/stats/overall")).await;
    assert_eq!(
        (&stats["totalWatchTime"], &stats["totalViewers"]),
        (&json!(25 + 12 + 12), &json!(3)),
        "{stats}"
    );
    let channel = play.json(&root, "/api/v1/video-channels/alice_films").await;
    assert_eq!(channel["followersCount"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_at_the_peertube_of_a_film_is_known_here() {
    let play = Play::begin(BOB, ALICE).await;
    let (root, bob) = (root(&play.instance).await, bob(&play.instance, None).await);
    let ap = |name: &str| -> Value {
        serde_json::from_str(&vector(&format!("ap/peertube-6.3-{name}.json"))).unwrap()
    };
    play.show("/.well-known/nodeinfo", &ap("wk-nodeinfo"));
    play.show("/accounts/peertube", &ap("actor-instance"));
    for event in evening().iter().rev().filter(|event| event["of"] == "A") {
        play.show(event["shows"].as_str().unwrap(), &event["document"]);
    }
    play.name("alice_films", "/video-channels/alice_films");
    let host = play.stranger.host();
    let body = json!({ "hosts": [host] });
    let asked = play.instance.post("/api/v1/server/following").bearer(&root.token).json(&body).send().await;
    assert_eq!(asked.status, StatusCode::NO_CONTENT, "{:?}", asked.body);
    let body = json!({ "uri": format!("alice_films@{host}") });
    let asking = play.instance.post("/api/v1/users/me/subscriptions").bearer(&bob.token).json(&body);
    assert_eq!(asking.send().await.status, StatusCode::NO_CONTENT);
    until(|| play.store().table::<FollowKey>().count() == 2).await;
    for event in views().iter().filter(|event| event["name"].as_str().unwrap().contains("A-to-B")) {
        play.hear(event, Becomes::Done).await;
    }
    let film = play.json(&root, &format!("/api/v1/videos/{PATTERN}")).await;
    assert_eq!(film["channel"]["host"], host);
    assert_eq!(viewers(&play, &film), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_peertube_told_whom_it_followed_becomes_the_same_here() {
    let play = Play::begin(ALICE, BOB).await;
    let (root, alice) = (root(&play.instance).await, alice(&play.instance).await);
    for (uuid, name) in [(PATTERN, "Test pattern"), (THIRD, "Federated clip 3"), (OLD, "Old")] {
        publish_as(&play.instance, &alice, (uuid.parse().unwrap(), name), whole).await;
    }
    let resumable = (RESUMABLE.parse().unwrap(), "Resumable 12 s");
    publish_as(&play.instance, &alice, resumable, needs_approval).await;
    show_bob(&play);
    let events = evening();
    for event in events.iter().filter(|event| event["of"] == "B") {
        play.show(event["shows"].as_str().unwrap(), &event["document"]);
    }
    for event in &events {
        let name = event["name"].as_str().unwrap();
        if event.get("body").is_some() && name.contains("B-to-A") {
            play.hear(event, heard_by_an_owner(name.get(..3).unwrap())).await;
        }
    }

    let film = play.json(&root, &format!("/api/v1/videos/{PATTERN}")).await;
    assert_eq!((&film["likes"], &film["dislikes"]), (&json!(1), &json!(0)));
    let threads = play.json(&root, &format!("/api/v1/videos/{PATTERN}/comment-threads")).await;
    let threads = threads["data"].as_array().unwrap();
    assert_eq!(threads.len(), 1, "what was deleted is gone: {threads:?}");
    assert!(threads[0]["text"].as_str().unwrap().contains("Hello from B"), "{}", threads[0]);
    assert_eq!(
        (&threads[0]["account"]["name"], &threads[0]["account"]["host"]),
        (&json!("bob"), &json!(play.stranger.host()))
    );
    let held: Vec<bool> = play.store().table::<CommentKey>().map(|row| row.unwrap().1.held).collect();
    assert_eq!(held.iter().filter(|held| **held).count(), 1, "what waits for its owner waits");
    let shown = play.instance.get(&format!("/api/v1/videos/{RESUMABLE}/comment-threads")).send().await;
    assert_eq!(shown.json()["total"], 0);
    let channel = play.json(&root, "/api/v1/video-channels/alice_films").await;
    assert_eq!(channel["followersCount"], 2, "who went and came back, and another");
    let followers = play.json(&root, "/api/v1/server/followers").await;
    assert!(0 < followers["total"].as_u64().unwrap(), "{followers}");
    let reports = play.json(&root, "/api/v1/abuses").await;
    assert_eq!(reports["total"], 1);
    assert_eq!(reports["data"][0]["video"]["uuid"], PATTERN);
    assert_eq!(reports["data"][0]["reporterAccount"]["host"], play.stranger.host());
}
