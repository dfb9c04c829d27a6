//! Whatever is said, by whoever it is signed: nothing people see here changes unless whose it is said so, and then once.

use backend::store::records::{CommentsPolicy, Fate, Video};
use backend::store::tables::{AccountKey, HeardKey, InboxKey, ReceivedKey};
use backend::store::{Read, Store};
use http::StatusCode;
use serde_json::{Value, json};

use crate::federation::whole;
use crate::makers::{Maker, root, until};
use crate::rig::Instance;
use crate::stranger::{Letter, Stranger, neighbour};
use crate::videos::publish;

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
const CONTEXTS: [&str; 2] = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"];

fn store(instance: &Instance) -> &Store {
    instance.running.app().store()
}

/// What people see of all that could have changed.
async fn seen(instance: &Instance, root: &Maker, film: &Video) -> Value {
    let get = async |path: String| {
        let answer = instance.get(&path).bearer(&root.token).send().await;
        if answer.status == StatusCode::OK { answer.json() } else { json!(answer.status.as_u16()) }
    };
    let video = get(format!("/api/v1/videos/{}", film.uuid)).await;
    let threads = get(format!("/api/v1/videos/{}/comment-threads", film.uuid)).await;
    let said =
        |row: &Value| json!([row["text"], row["account"]["name"], row["isDeleted"], row["totalReplies"]]);
    let threads: Vec<Value> = threads["data"].as_array().unwrap().iter().map(said).collect();
    let channel = get("/api/v1/video-channels/root_channel".to_owned()).await;
    json!({
        "likes": video["likes"], "dislikes": video["dislikes"], "name": video["name"], "threads": threads,
        "channel": [channel["followersCount"], channel["displayName"]],
        "followers": get("/api/v1/server/followers".to_owned()).await["total"],
        "following": get("/api/v1/server/following".to_owned()).await["total"],
        "reports": get("/api/v1/abuses".to_owned()).await["total"],
        "videos": get("/api/v1/videos".to_owned()).await["total"],
    })
}

/// Waits until everything that came is dealt with.
async fn settle(instance: &Instance) {
    until(|| store(instance).table::<InboxKey>().count() == 0).await;
}

/// Rows of what came and of whom it made known.
fn rows(instance: &Instance) -> [usize; 4] {
    let store = store(instance);
    [
        store.table::<InboxKey>().count(),
        store.table::<HeardKey>().count(),
        store.table::<ReceivedKey>().count(),
        store.table::<AccountKey>().count(),
    ]
}

/// A server with two people, one without, and an instance with a film that the first has said something about.
struct Scene {
    instance: Instance,
    root: Maker,
    film: Video,
    sea: Stranger,
    evil: Stranger,
    bob: String,
    al: String,
    eve: String,
}

impl Scene {
    async fn set() -> Scene {
        let (sea, evil) = (Stranger::start().await, Stranger::start().await);
        let instance = neighbour(&[&sea, &evil]).await;
        let root = root(&instance).await;
        let film = publish(&instance, &root, "A film", |video| {
            whole(video);
            video.comments_policy = CommentsPolicy::Enabled;
        })
        .await;
        let (bob, al, eve) = (sea.person("bob"), sea.person("al"), evil.person("eve"));
        let scene = Scene { instance, root, film, sea, evil, bob, al, eve };
        let said = scene.sea.note(&scene.bob, "1", &scene.address(), "Fine fish");
        for activity in [said, scene.by_bob("Dislike", 100, &json!(scene.address()))] {
            let answer = scene.sea.say(&scene.instance, &scene.bob, &activity).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT);
            settle(&scene.instance).await;
        }
        scene
    }

    fn address(&self) -> String {
        format!("{}/videos/watch/{}", self.instance.running.url.as_str(), self.film.uuid)
    }

    async fn seen(&self) -> Value {
        seen(&self.instance, &self.root, &self.film).await
    }

    /// Something that bob is said to have done.
    fn by_bob(&self, kind: &str, number: u32, object: &Value) -> Value {
        json!({
            "@context": CONTEXTS, "id": format!("{}/said/{number}", self.bob), "type": kind, "actor": self.bob,
            "object": object, "to": [PUBLIC],
        })
    }

    /// One of each that would change something, whosever it is.
    fn deeds(&self) -> Vec<Value> {
        let film = json!(self.address());
        let channel = format!("{}/video-channels/root_channel", self.instance.running.url.as_str());
        let instance = format!("{}/accounts/peertube", self.instance.running.url.as_str());
        let other = json!({
            "type": "Note", "id": self.sea.url("/notes/1"), "attributedTo": self.bob, "inReplyTo": film,
            "content": "<p>Forged fish</p>", "published": "2026-11-21T02:00:00.000Z",
            "updated": "2026-11-21T03:00:00.000Z", "to": [PUBLIC],
        });
        let mut new = other.clone();
        new["id"] = json!(self.sea.url("/notes/never-said"));
        let mut ours =
            self.by_bob("Update", 9, &json!({ "type": "Video", "id": film, "name": "Forged film" }));
        ours["object"]["attributedTo"] = json!([self.bob]);
        let undone = json!({ "type": "Dislike", "id": format!("{}/said/100", self.bob), "actor": self.bob, "object": film });
        vec![
            self.by_bob("Like", 1, &film),
            self.by_bob("Undo", 2, &undone),
            self.by_bob("Create", 3, &new),
            self.by_bob("Update", 4, &other),
            self.by_bob("Delete", 5, &json!(self.sea.url("/notes/1"))),
            self.by_bob("Delete", 6, &json!(self.bob)),
            self.by_bob("Follow", 7, &json!(channel)),
            self.by_bob("Follow", 8, &json!(instance)),
            ours,
            self.by_bob("Delete", 10, &film),
            self.by_bob("Delete", 11, &json!(channel)),
            self.by_bob("Flag", 12, &film),
            self.by_bob("Undo", 13, &json!({ "type": "Follow", "actor": self.bob, "object": channel })),
        ]
    }

    async fn send(&self, letter: &Letter) -> StatusCode {
        let status = letter.send(&self.instance).await.status;
        settle(&self.instance).await;
        status
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_signed_leaves_nothing_at_all() {
    let scene = Scene::set().await;
    let (seen, rows_before) = (scene.seen().await, rows(&scene.instance));
    for deed in scene.deeds() {
        let plain = scene.instance.post("/inbox").header("content-type", "application/activity+json");
        let answer = plain.bytes(deed.to_string()).send().await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{deed}");
        // Signed, and then the words were changed; another's key under bob's name; for another inbox.
        let mut changed = scene.sea.sign(&scene.instance, "/inbox", &scene.bob, &deed);
        changed.body.push(b' ');
        let stolen = scene.evil.sign(&scene.instance, "/inbox", &scene.bob, &deed);
        let mut moved = scene.sea.sign(&scene.instance, "/inbox", &scene.bob, &deed);
        moved.path = "/accounts/root/inbox".to_owned();
        for letter in [changed, stolen, moved] {
            assert_eq!(scene.send(&letter).await, StatusCode::UNAUTHORIZED, "{deed}");
        }
    }
    assert_eq!((scene.seen().await, rows(&scene.instance)), (seen, rows_before));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_signed_changes_nothing_people_see() {
    let scene = Scene::set().await;
    let seen = scene.seen().await;
    for deed in scene.deeds() {
        // Somebody of the same server, and somebody of another, who say that bob did it.
        for (server, signer) in [(&scene.sea, &scene.al), (&scene.evil, &scene.eve)] {
            let letter = server.sign(&scene.instance, "/inbox", signer, &deed);
            let status = scene.send(&letter).await;
            assert!(matches!(status, StatusCode::NO_CONTENT | StatusCode::ACCEPTED), "{deed}: {status}");
            assert_eq!(scene.seen().await, seen, "{signer} says {deed}");
            // With what looks like bob's own signature in it, made with a key that is not his.
            let forged = scene.evil.linked(&scene.instance, &scene.bob, &deed);
            let letter = server.sign(&scene.instance, "/inbox", signer, &forged);
            scene.send(&letter).await;
            assert_eq!(scene.seen().await, seen, "{signer} says {forged}");
        }
    }
    // As their own deed what they say is theirs: a thumb, and nothing of bob's.
    let delete = json!({
        "@context": CONTEXTS, "id": format!("{}/said/1", scene.eve), "type": "Delete", "actor": scene.eve,
        "object": scene.sea.url("/notes/1"),
    });
    let letter = scene.evil.sign(&scene.instance, "/inbox", &scene.eve, &delete);
    scene.send(&letter).await;
    assert_eq!(scene.seen().await, seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_own_author_signed_as_a_document_counts_whoever_brings_it() {
    let scene = Scene::set().await;
    let mut said = scene.sea.note(&scene.bob, "2", &scene.address(), "Passed on");
    said["@context"] = json!(CONTEXTS);
    said["object"].as_object_mut().unwrap().remove("@context");
    let linked = scene.sea.linked(&scene.instance, &scene.bob, &said);
    // Nobody shows it any more: what was signed is all there is.
    scene.sea.bury("/notes/2");
    let letter = scene.evil.sign(&scene.instance, "/inbox", &scene.eve, &linked);
    assert_eq!(scene.send(&letter).await, StatusCode::NO_CONTENT);
    let seen = scene.seen().await;
    assert!(seen["threads"].to_string().contains("Passed on"), "{seen}");
    // Each word of it is signed.
    let mut changed = linked.clone();
    changed["id"] = json!(format!("{}/said/500", scene.bob));
    changed["object"]["id"] = json!(scene.sea.url("/notes/3"));
    let letter = scene.evil.sign(&scene.instance, "/inbox", &scene.eve, &changed);
    scene.send(&letter).await;
    assert_eq!(scene.seen().await, seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_whose_it_is_signed_counts_once_however_often_it_comes() {
    let scene = Scene::set().await;
    let mut seen = scene.seen().await;
    let deeds = scene.deeds();
    // A thumb, what was thought before taken back, a new comment, another text, a comment gone, two followings, a report.
    for (at, changes) in
        [(0, true), (1, false), (2, true), (3, true), (4, true), (6, true), (7, true), (11, true), (12, true)]
    {
        let deed = &deeds[at];
        let letter = scene.sea.sign(&scene.instance, "/inbox", &scene.bob, deed);
        assert_eq!(scene.send(&letter).await, StatusCode::NO_CONTENT, "{deed}");
        let now = scene.seen().await;
        assert_eq!(now != seen, changes, "{deed}: {now}");
        // The same letter, and the same by another way.
        for _ in 0..2 {
            assert_eq!(scene.send(&letter).await, StatusCode::NO_CONTENT, "{deed}");
            assert_eq!(scene.seen().await, now, "again: {deed}");
        }
        seen = now;
    }
    // What is here is nobody's elsewhere to change or to remove.
    for at in [8, 9, 10] {
        let letter = scene.sea.sign(&scene.instance, "/inbox", &scene.bob, &deeds[at]);
        scene.send(&letter).await;
        assert_eq!(scene.seen().await, seen, "{}", deeds[at]);
        let fate = store(&scene.instance).table::<ReceivedKey>().last().unwrap().unwrap().1.fate;
        assert!(matches!(fate, Fate::Refused(_) | Fate::Nothing), "{fate:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_server_says_nothing_here_however_well_it_signs() {
    let scene = Scene::set().await;
    let body = json!({ "host": scene.sea.host() });
    let muting =
        scene.instance.post("/api/v1/server/blocklist/servers").bearer(&scene.root.token).json(&body);
    assert_eq!(muting.send().await.status, StatusCode::NO_CONTENT);
    let (seen, rows_before) = (scene.seen().await, rows(&scene.instance));
    let asked = scene.sea.asked().len();
    // What they take back is gone here, too; nothing else is taken.
    let (removals, deeds): (Vec<_>, Vec<_>) =
        scene.deeds().into_iter().partition(|deed| deed["type"] == "Delete");
    for deed in &deeds {
        let letter = scene.sea.sign(&scene.instance, "/inbox", &scene.bob, deed);
        assert_eq!(scene.send(&letter).await, StatusCode::ACCEPTED, "{deed}");
    }
    assert_eq!((scene.seen().await, rows(&scene.instance)), (seen.clone(), rows_before));
    for deed in &removals {
        let letter = scene.sea.sign(&scene.instance, "/inbox", &scene.bob, deed);
        let status = scene.send(&letter).await;
        assert!(status.is_success(), "{deed}: {status}");
    }
    // Nor through another, as far as it is bob's.
    for deed in scene.deeds() {
        let letter = scene.evil.sign(&scene.instance, "/inbox", &scene.eve, &deed);
        scene.send(&letter).await;
        let linked = scene.sea.linked(&scene.instance, &scene.bob, &deed);
        let letter = scene.evil.sign(&scene.instance, "/inbox", &scene.eve, &linked);
        scene.send(&letter).await;
    }
    let after = scene.seen().await;
    for name in ["likes", "followers", "reports", "name", "channel", "videos"] {
        assert_eq!(after[name], seen[name], "{name}");
    }
    assert!(!after.to_string().contains("Forged"), "{after}");
    let again = scene.sea.asked();
    assert!(again[asked..].iter().all(|path| !path.starts_with("/users/")), "{:?}", &again[asked..]);
}
