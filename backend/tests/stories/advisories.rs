//! What other software was told to mend, told as stories here. Which advisory is held by which test stands in
//! `docs/SECURITY-TESTS.md`.

use backend::federation::find;
use backend::store::records::{Fate, JobKind};
use backend::store::tables::{FollowKey, InboxKey, JobKey, ReceivedKey};
use backend::store::{Read, Store};
use http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::federation::whole;
use crate::makers::{root, until};
use crate::rig::{Instance, Part};
use crate::stranger::{Stranger, neighbour};
use crate::videos::publish;

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
/// What would be a program, were it read as a page.
const SCRIPT: &str = "<script>alert(1)</script>";

fn store(instance: &Instance) -> &Store {
    instance.running.app().store()
}

async fn settle(instance: &Instance) {
    until(|| store(instance).table::<InboxKey>().count() == 0).await;
}

/// Somebody's channel, with a list of what was published in it, that is found by its name.
fn channel(stranger: &Stranger, name: &str) -> String {
    let mut actor = stranger.actor(name, "Group");
    actor["attributedTo"] = json!([{ "type": "Person", "id": stranger.person("bob") }]);
    stranger.show(&format!("/users/{name}"), &actor);
    let id = stranger.url(&format!("/users/{name}"));
    let handle = format!("acct:{name}@{}", stranger.host());
    let resource = utf8_percent_encode(&handle, NON_ALPHANUMERIC).to_string();
    let link = json!({ "rel": "self", "type": "application/activity+json", "href": id });
    let told = json!({ "subject": handle, "links": [link] });
    stranger.show(&format!("/.well-known/webfinger?resource={resource}"), &told);
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_lead_back_or_on_for_ever_are_left() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let root = root(&instance).await;
    let page = |path: &str, next: &str| {
        let page = json!({
            "type": "OrderedCollectionPage", "id": stranger.url(path), "next": next,
            "orderedItems": [stranger.url("/said/1")],
        });
        stranger.show(path, &page);
    };
    let list = |name: &str, first: Value| {
        let path = format!("/users/{name}/outbox");
        stranger
            .show(&path, &json!({ "type": "OrderedCollection", "id": stranger.url(&path), "first": first }));
    };
    let ours = format!("{}/accounts/peertube/outbox", instance.running.url.as_str());
    list("home", json!(ours));
    list("circle", json!(stranger.url("/users/circle/outbox")));
    list("pair", json!(stranger.url("/pair/1")));
    page("/pair/1", &stranger.url("/pair/2"));
    page("/pair/2", &stranger.url("/pair/1"));
    list("homeward", json!(stranger.url("/homeward/1")));
    page("/homeward/1", &ours);
    list("long", json!(stranger.url("/long/0")));
    for number in 0..60 {
        page(&format!("/long/{number}"), &stranger.url(&format!("/long/{}", number + 1)));
    }
    // Pages within pages, which nobody asks for.
    let nested = (0..100).fold(
        json!({}),
        |within, _| json!({ "type": "OrderedCollectionPage", "orderedItems": [], "next": within }),
    );
    list("nest", nested);
    let names = ["home", "circle", "pair", "homeward", "long", "nest"];
    let handles: Vec<String> = names
        .iter()
        .map(|name| {
            channel(&stranger, name);
            format!("{name}@{}", stranger.host())
        })
        .collect();
    let asking = instance.post("/api/v1/server/following").bearer(&root.token);
    let asked = asking.json(&json!({ "hosts": [], "handles": handles })).send().await;
    assert_eq!(asked.status, StatusCode::NO_CONTENT, "{:?}", asked.body);
    until(|| store(&instance).table::<FollowKey>().count() == names.len()).await;
    for (number, name) in names.iter().enumerate() {
        let by = stranger.url(&format!("/users/{name}"));
        let follower = format!("{}/accounts/peertube", instance.running.url.as_str());
        let accept = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{by}/accepts/{number}"),
            "type": "Accept", "actor": by,
            "object": { "type": "Follow", "actor": follower, "object": by },
        });
        assert_eq!(stranger.say(&instance, &by, &accept).await.status, StatusCode::NO_CONTENT);
        settle(&instance).await;
    }
    let is_reading = |job: &JobKind| matches!(job, JobKind::Network(_));
    until(|| !store(&instance).table::<JobKey>().any(|row| is_reading(&row.unwrap().1.kind))).await;
    let asked = stranger.asked();
    let count = |begin: &str| asked.iter().filter(|path| path.starts_with(begin)).count();
    assert_eq!((count("/users/home/outbox"), count("/users/circle/outbox")), (1, 1));
    assert_eq!((count("/pair/"), count("/homeward/")), (2, 1));
    assert!((10..=30).contains(&count("/long/")), "{}", count("/long/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_something_before_it_is_there_keeps_nobody_from_saying_it() {
    let (stranger, evil) = (Stranger::start().await, Stranger::start().await);
    let instance = neighbour(&[&stranger, &evil]).await;
    let film = publish(&instance, &root(&instance).await, "A film", whole).await;
    let film_url = format!("{}/videos/watch/{}", instance.running.url.as_str(), film.uuid);
    let (bob, eve) = (stranger.person("bob"), evil.person("eve"));
    let note = json!(stranger.url("/notes/1"));
    let about = |number: usize, kind: &str, object: &Value| json!({ "id": format!("{eve}/said/{number}"), "type": kind, "actor": eve, "object": object, "to": [PUBLIC] });
    for (number, kind) in
        ["Like", "Delete", "Announce", "Flag", "ApproveReply", "View"].into_iter().enumerate()
    {
        evil.say(&instance, &eve, &about(number, kind, &note)).await;
        settle(&instance).await;
    }
    // Also where their words are that it is another's, or that it is nothing any more.
    let tombstone = json!({ "type": "Tombstone", "id": note });
    let forged = json!({
        "type": "Note", "id": note, "attributedTo": eve, "inReplyTo": film_url, "content": "Forged", "to": [PUBLIC],
        "published": "2026-11-21T02:00:00.000Z",
    });
    for (number, object) in [tombstone, forged].into_iter().enumerate() {
        evil.say(&instance, &eve, &about(10 + number, "Create", &object)).await;
        evil.say(&instance, &eve, &about(20 + number, "Update", &object)).await;
        settle(&instance).await;
    }
    let create = stranger.note(&bob, "1", &film_url, "Fine fish");
    assert_eq!(stranger.say(&instance, &bob, &create).await.status, StatusCode::NO_CONTENT);
    settle(&instance).await;
    let fate = store(&instance).table::<ReceivedKey>().last().unwrap().unwrap().1.fate;
    assert_eq!(fate, Fate::Done);
    let path = format!("/api/v1/videos/{}/comment-threads", film.uuid);
    let threads = instance.get(&path).send().await.json();
    assert_eq!(threads["total"], 1, "{threads}");
    assert!(threads["data"][0]["text"].as_str().unwrap().contains("Fine fish"), "{threads}");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_from_elsewhere_stay_words_on_every_page() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let own = publish(&instance, &root(&instance).await, "A film", whole).await;
    let hostile = format!("\"></title>{SCRIPT}<img src=x onerror=alert(2)>");
    let mut bob = stranger.actor("bob", "Person");
    (bob["name"], bob["summary"]) = (json!(hostile), json!(format!("<p>{hostile}</p>")));
    channel(&stranger, "tide");
    stranger.show("/users/bob", &bob);
    let mut tide = stranger.actor("tide", "Group");
    tide["attributedTo"] = json!([{ "type": "Person", "id": stranger.url("/users/bob") }]);
    (tide["name"], tide["support"]) = (json!(hostile), json!(hostile));
    stranger.show("/users/tide", &tide);
    let uuid = "6eb367f5-5dcc-4f98-aefc-fe5092365ef6";
    let film = json!({
        "type": "Video", "id": stranger.url("/videos/1"), "uuid": uuid, "name": hostile, "duration": "PT90S", "state": 1,
        "views": 0, "commentsPolicy": 1, "to": [PUBLIC], "published": "2026-11-21T02:03:26.618Z",
        "updated": "2026-11-21T02:03:26.618Z", "mediaType": "text/html", "content": format!("<p>{hostile}</p>"),
        "support": hostile, "tag": [{ "type": "Hashtag", "name": "\"><script>x" }],
        "language": { "identifier": "en", "name": hostile },
        "url": [{ "type": "Link", "mediaType": "text/html", "href": stranger.url("/w/1") }],
        "icon": [{ "type": "Image", "mediaType": "image/jpeg", "url": stranger.url("/1.jpg"), "width": 280, "height": 157 }],
        "attributedTo": [{ "type": "Person", "id": stranger.url("/users/bob") },
            { "type": "Group", "id": stranger.url("/users/tide") }],
    });
    stranger.show("/videos/1", &film);
    find::video(instance.running.app(), &stranger.url("/videos/1")).await.unwrap();
    let film_url = format!("{}/videos/watch/{}", instance.running.url.as_str(), own.uuid);
    let create = stranger.note(&stranger.url("/users/bob"), "1", &film_url, &hostile);
    assert_eq!(
        stranger.say(&instance, &stranger.url("/users/bob"), &create).await.status,
        StatusCode::NO_CONTENT
    );
    settle(&instance).await;
    let host = stranger.host();
    for path in [
        format!("/w/{uuid}"),
        format!("/videos/watch/{uuid}"),
        format!("/videos/embed/{uuid}"),
        format!("/c/tide@{host}"),
        format!("/a/bob@{host}"),
        format!("/w/{}", own.uuid),
    ] {
        let answer = instance.get(&path).send().await;
        let text = String::from_utf8_lossy(&answer.body).to_lowercase();
        let is_json = answer.header("content-type").contains("json");
        // In JSON they are letters of a text.
        assert!(is_json || !text.contains(SCRIPT), "{path}: {text}");
        assert!(is_json || !text.contains("<img src=x"), "{path}: {text}");
    }
    // Who reads what was said reads what was said, and no marks.
    let path = format!("/api/v1/videos/{}/comment-threads", own.uuid);
    let threads = instance.get(&path).send().await.json();
    let text = threads["data"][0]["text"].as_str().unwrap();
    assert!(!text.contains("<script") && !text.contains("<img"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_that_somebody_sent_is_a_document_of_the_network() {
    let instance = crate::rig::instance().await;
    let root = root(&instance).await;
    let film = publish(&instance, &root, "A film", whole).await;
    let victim = json!({ "type": "Person", "id": "https://victim.example/u", "publicKey": {} }).to_string();
    let words = format!("WEBVTT\n\n00:00.000 --> 00:01.000\n{victim}\n");
    let path = format!("/api/v1/videos/{}/captions/en", film.uuid);
    let put = instance.ask(Method::PUT, &path).bearer(&root.token);
    let put = put.parts(&[Part::File("captionfile", "actor.json", words.as_bytes())]).send().await;
    assert!(put.status == StatusCode::NO_CONTENT || put.status.is_client_error(), "{:?}", put.body);
    // Nothing but captions is taken for captions.
    let put = instance.ask(Method::PUT, &path).bearer(&root.token);
    let put = put.parts(&[Part::File("captionfile", "actor.vtt", victim.as_bytes())]).send().await;
    assert!(put.status.is_client_error(), "{:?}", put.body);
    let put = instance.ask(Method::PUT, &path).bearer(&root.token);
    let put = put.parts(&[Part::File("captionfile", "words.vtt", words.as_bytes())]).send().await;
    assert_eq!(put.status, StatusCode::NO_CONTENT, "{:?}", put.body);
    let listed = instance.get(&format!("/api/v1/videos/{}/captions", film.uuid)).send().await.json();
    let file = listed["data"][0]["captionPath"].as_str().unwrap();
    for accept in [
        "application/activity+json",
        r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
        "application/json",
        "*/*",
    ] {
        let answer = instance.get(file).header("accept", accept).send().await;
        assert_eq!(answer.status, StatusCode::OK, "{accept}");
        assert!(
            answer.header("content-type").starts_with("text/vtt"),
            "{accept}: {}",
            answer.header("content-type")
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{accept}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_takes_nothing_that_is_too_deep_to_be_read() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let bob = stranger.person("bob");
    let like = json!({ "type": "Like", "actor": bob, "object": bob });
    let letter = stranger.sign(&instance, "/inbox", &bob, &like);
    for (open, close) in [("[", "]"), ("{\"object\":", "}")] {
        let mut letter = letter.clone();
        letter.body = format!("{}1{}", open.repeat(20_000), close.repeat(20_000)).into_bytes();
        let digest = backend::federation::sign::digest(&letter.body);
        letter.headers.insert("digest", digest.parse().unwrap());
        let answer = letter.send(&instance).await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
    }
    assert_eq!(stranger.say(&instance, &bob, &like).await.status, StatusCode::NO_CONTENT);
}
