//! What others send: it arrives, is believed only when it may be, and is done once.

use backend::federation::find;
use backend::store::records::{CommentsPolicy, Fate, Party, Received, Video};
use backend::store::tables::{AccountKey, InboxKey, ReceivedKey, RemoteActorKey, VideoKey};
use backend::store::{Read, Store};
use http::StatusCode;
use serde_json::{Value, json};

use crate::federation::whole;
use crate::makers::{root, until};
use crate::rig::Instance;
use crate::stranger::{Stranger, neighbour};
use crate::videos::publish;

fn store(instance: &Instance) -> &Store {
    instance.running.app().store()
}

fn address(instance: &Instance, video: &Video) -> String {
    format!("{}/videos/watch/{}", instance.running.url.as_str(), video.uuid)
}

fn likes(instance: &Instance, video: &Video) -> u64 {
    store(instance).get(&VideoKey { video: video.id }).unwrap().unwrap().likes
}

fn fates(instance: &Instance) -> Vec<Received> {
    store(instance).table::<ReceivedKey>().map(|row| row.unwrap().1).collect()
}

/// What became of the last thing that came, of so many.
async fn fate(instance: &Instance, count: usize) -> Fate {
    until(|| fates(instance).len() == count).await;
    fates(instance).pop().unwrap().fate
}

async fn comments(instance: &Instance, video: &Video) -> Vec<Value> {
    let path = format!("/api/v1/videos/{}/comment-threads", video.uuid);
    let page = instance.get(&path).send().await.json();
    page["data"].as_array().unwrap().clone()
}

fn said(kind: &str, by: &str, number: u32, object: &Value) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": format!("{by}/said/{number}"), "type": kind, "actor": by, "object": object,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumb_from_elsewhere_counts_once() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let video = publish(&instance, &root(&instance).await, "A film", whole).await;
    let bob = stranger.person("bob");
    let like = said("Like", &bob, 1, &json!(address(&instance, &video)));
    let letter = stranger.sign(&instance, "/inbox", &bob, &like);
    // The same letter twice, whoever carries it.
    for _ in 0..2 {
        assert_eq!(letter.send(&instance).await.status, StatusCode::NO_CONTENT);
    }
    until(|| likes(&instance, &video) == 1).await;
    let undo = said("Undo", &bob, 2, &like);
    assert_eq!(stranger.say(&instance, &bob, &undo).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fate(&instance, 2).await, Fate::Done);
    assert_eq!(likes(&instance, &video), 0);
    // The old letter, shown again, changes nothing.
    assert_eq!(letter.send(&instance).await.status, StatusCode::NO_CONTENT);
    let dislike = said("Dislike", &bob, 3, &json!(address(&instance, &video)));
    assert_eq!(stranger.say(&instance, &bob, &dislike).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fate(&instance, 3).await, Fate::Done);
    assert_eq!(likes(&instance, &video), 0);
    // Who they are was asked once.
    let asked = stranger.asked().iter().filter(|path| *path == "/users/bob").count();
    assert_eq!(asked, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_believed_who_did_not_sign() {
    let (stranger, victim) = (Stranger::start().await, Stranger::start().await);
    let instance = neighbour(&[&stranger, &victim]).await;
    let video = publish(&instance, &root(&instance).await, "A film", whole).await;
    let (bob, alice) = (stranger.person("bob"), victim.person("alice"));
    let film = json!(address(&instance, &video));
    let like = |by: &str| said("Like", by, 1, &film);

    // Nothing signed; another body; another's key; a key that is nowhere.
    let plain = instance.post("/inbox").header("content-type", "application/activity+json");
    let plain = plain.bytes(like(&bob).to_string()).send().await;
    let mut changed = stranger.sign(&instance, "/inbox", &bob, &like(&bob));
    changed.body = like(&alice).to_string().into_bytes();
    let stolen = stranger.sign(&instance, "/inbox", &alice, &like(&alice));
    let nobody = stranger.url("/users/nobody");
    let unknown = stranger.sign(&instance, "/inbox", &nobody, &like(&nobody));
    for answer in [
        plain,
        changed.send(&instance).await,
        stolen.send(&instance).await,
        unknown.send(&instance).await,
        unknown.send(&instance).await,
    ] {
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{:?}", answer.body);
    }
    // What is not there is not asked for again and again.
    assert_eq!(stranger.asked().iter().filter(|path| *path == "/users/nobody").count(), 1);
    assert_eq!(store(&instance).table::<InboxKey>().count(), 0);

    // Well signed, and another says to have done it: nothing follows.
    assert_eq!(stranger.say(&instance, &bob, &like(&alice)).await.status, StatusCode::NO_CONTENT);
    assert!(matches!(fate(&instance, 1).await, Fate::Refused(_)));
    assert_eq!(likes(&instance, &video), 0);

    // Who is here speaks for themselves.
    let ours = format!("{}/accounts/root", instance.running.url.as_str());
    assert_eq!(stranger.say(&instance, &bob, &like(&ours)).await.status, StatusCode::CONFLICT);
    assert_eq!(stranger.say(&instance, &ours, &like(&ours)).await.status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_from_elsewhere_arrives_and_goes_with_its_author_alone() {
    let (stranger, other) = (Stranger::start().await, Stranger::start().await);
    let instance = neighbour(&[&stranger, &other]).await;
    let maker = root(&instance).await;
    let video = publish(&instance, &maker, "A film", whole).await;
    let closed = publish(&instance, &maker, "Nothing to say", |video| {
        whole(video);
        video.comments_policy = CommentsPolicy::Disabled;
    });
    let closed = closed.await;
    let (bob, eve) = (stranger.person("bob"), other.person("eve"));

    let create = stranger.note(&bob, "1", &address(&instance, &video), "Fine fish");
    assert_eq!(stranger.say(&instance, &bob, &create).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fate(&instance, 1).await, Fate::Done);
    let shown = comments(&instance, &video).await;
    assert_eq!(shown.len(), 1);
    assert!(shown[0]["text"].as_str().unwrap().contains("Fine fish"), "{}", shown[0]);

    let create = stranger.note(&bob, "2", &address(&instance, &closed), "And here");
    assert_eq!(stranger.say(&instance, &bob, &create).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fate(&instance, 2).await, Fate::Refused("the video takes no comments".to_owned()));

    // Somebody else may not take it away; its author may.
    let note = json!(stranger.url("/notes/1"));
    // Nobody knows her yet, so nobody asks who she is because of what she removes.
    let delete = said("Delete", &eve, 1, &note);
    assert_eq!(other.say(&instance, &eve, &delete).await.status, StatusCode::ACCEPTED);
    let like = said("Like", &eve, 2, &json!(address(&instance, &video)));
    assert_eq!(other.say(&instance, &eve, &like).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fate(&instance, 3).await, Fate::Done);
    assert_eq!(other.say(&instance, &eve, &delete).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fate(&instance, 4).await, Fate::Refused("it is another's".to_owned()));
    assert_eq!(comments(&instance, &video).await.len(), 1);
    let delete = said("Delete", &bob, 3, &note);
    assert_eq!(stranger.say(&instance, &bob, &delete).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fate(&instance, 5).await, Fate::Done);
    assert_eq!(comments(&instance, &video).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_one_server_touches_no_other() {
    let (flooding, quiet) = (Stranger::start().await, Stranger::start().await);
    let instance = neighbour(&[&flooding, &quiet]).await;
    let video = publish(&instance, &root(&instance).await, "A film", whole).await;
    let (bob, eve) = (flooding.person("bob"), quiet.person("eve"));
    let film = json!(address(&instance, &video));
    let letter = flooding.sign(&instance, "/inbox", &bob, &said("Like", &bob, 1, &film));
    let mut refused = None;
    for _ in 0..4000 {
        let answer = letter.send(&instance).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    let refused = refused.expect("a flood is told to stop");
    assert!(0 < refused.header("retry-after").parse::<u64>().unwrap());
    let answer = quiet.say(&instance, &eve, &said("Like", &eve, 1, &film)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    until(|| likes(&instance, &video) == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_deletes_themselves_and_is_not_known_is_not_asked() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    for number in 0..20 {
        let gone = stranger.url(&format!("/users/gone{number}"));
        let delete = said("Delete", &gone, number, &json!(gone));
        assert_eq!(stranger.say(&instance, &gone, &delete).await.status, StatusCode::ACCEPTED);
    }
    assert_eq!(stranger.asked(), Vec::<String>::new());
    assert_eq!(store(&instance).table::<InboxKey>().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_gone_goes_here_too() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let video = publish(&instance, &root(&instance).await, "A film", whole).await;
    let bob = stranger.person("bob");
    let like = said("Like", &bob, 1, &json!(address(&instance, &video)));
    assert_eq!(stranger.say(&instance, &bob, &like).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fate(&instance, 1).await, Fate::Done);
    let party = store(&instance).get(&RemoteActorKey { url: bob.clone() }).unwrap();
    let Some(Party::Account(account)) = party else { panic!("{party:?}") };
    stranger.bury("/users/bob");
    let delete = said("Delete", &bob, 2, &json!(bob));
    assert_eq!(stranger.say(&instance, &bob, &delete).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fate(&instance, 2).await, Fate::Done);
    until(|| store(&instance).get(&AccountKey { account }).unwrap().is_none()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_has_a_door() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let bob = stranger.person("bob");
    let nothing = said("Arrive", &bob, 1, &json!(bob));
    for (path, expected) in [
        ("/inbox", StatusCode::NO_CONTENT),
        ("/accounts/root/inbox", StatusCode::NO_CONTENT),
        ("/accounts/peertube/inbox", StatusCode::NO_CONTENT),
        ("/video-channels/root_channel/inbox", StatusCode::NO_CONTENT),
        ("/accounts/nobody/inbox", StatusCode::NOT_FOUND),
        ("/video-channels/root/inbox", StatusCode::NOT_FOUND),
    ] {
        let answer = stranger.sign(&instance, path, &bob, &nothing).send(&instance).await;
        assert_eq!(answer.status, expected, "{path}");
    }
    let letter = stranger.sign(&instance, "/inbox", &bob, &nothing);
    let mut untyped = letter.clone();
    untyped.headers.insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(untyped.send(&instance).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let mut long = letter.clone();
    long.body = vec![b' '; 500_001];
    assert_eq!(long.send(&instance).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    for odd in [
        json!([]),
        json!({}),
        json!({ "type": "Like" }),
        json!("Like"),
        json!({ "type": "Like", "actor": 7 }),
    ] {
        let answer = stranger.say(&instance, &bob, &odd).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{odd}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_several_steps_need_is_asked_for_once() {
    for answered in ["/notes/1", "/videos/1"] {
        let stranger = Stranger::start().await;
        let instance = neighbour(&[&stranger]).await;
        let ann = stranger.town(|_| {});
        let bob = stranger.person("bob");
        stranger.note(&ann, "1", &stranger.url("/videos/1"), "The first");
        let create = stranger.note(&bob, "2", &stranger.url(answered), "The second");
        assert_eq!(stranger.say(&instance, &bob, &create).await.status, StatusCode::NO_CONTENT);
        assert_eq!(fate(&instance, 1).await, Fate::Done);
        let asked = stranger.asked();
        for path in [answered, "/videos/1", "/users/tide", "/users/ann", "/users/bob"] {
            assert_eq!(asked.iter().filter(|asked| *asked == path).count(), 1, "{path}: {asked:?}");
        }
        instance.running.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stands_at_an_address_is_asked_for_once() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let bob = stranger.person("bob");
    // A page that shows the same as the address that is its own.
    let carl = stranger.person("carl");
    stranger.show("/@carl", &stranger.actor("carl", "Person"));
    for (address, path, id) in
        [(bob.clone(), "/users/bob", bob), (stranger.url("/@carl"), "/users/carl", carl)]
    {
        let found = find::actor_at(instance.running.app(), &address).await.unwrap();
        assert_eq!(store(&instance).get(&RemoteActorKey { url: id }).unwrap(), Some(found));
        assert_eq!(stranger.asked().iter().filter(|asked| *asked == path).count(), 1, "{path}");
    }
    instance.running.stop().await.unwrap();
}
