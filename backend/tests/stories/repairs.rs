//! What another server did not tell is found out: when somebody looks, when something is not where it was, and in time.

use std::time::Duration;

use backend::federation::find;
use backend::store::records::{Repair, RepairTarget, Video};
use backend::store::tables::{CommentsOf, RepairKey, VideoKey};
use backend::store::{Durability, Read, StoreError};
use serde_json::{Value, json};
use shared::id::VideoId;

use crate::makers::until;
use crate::rig::Instance;
use crate::stranger::{Stranger, neighbour};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
const FILM: &str = "/videos/1";

/// A film with its channel, its counts and nothing said about it. Gives who made it.
fn show_film(stranger: &Stranger, picture: &str) -> String {
    let ann = stranger.person("ann");
    let mut channel = stranger.actor("tide", "Group");
    channel["attributedTo"] = json!([{ "type": "Person", "id": ann }]);
    stranger.show("/users/tide", &channel);
    let film = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "type": "Video", "id": stranger.url(FILM),
        "uuid": "6eb367f5-5dcc-4f98-aefc-fe5092365ef6", "name": "Low tide", "duration": "PT90S", "state": 1,
        "views": 0, "commentsPolicy": 1, "to": [PUBLIC],
        "published": "2026-11-21T02:03:26.618Z", "updated": "2026-11-21T02:03:26.618Z",
        "url": [{ "type": "Link", "mediaType": "text/html", "href": stranger.url("/w/1") }],
        "icon": [{ "type": "Image", "mediaType": "image/jpeg", "url": stranger.url(picture), "width": 280, "height": 157 }],
        "attributedTo": [{ "type": "Person", "id": ann }, { "type": "Group", "id": stranger.url("/users/tide") }],
        "likes": stranger.url("/videos/1/likes"), "dislikes": stranger.url("/videos/1/dislikes"),
        "comments": stranger.url("/videos/1/comments"),
    });
    stranger.show(FILM, &film);
    list(stranger, "/videos/1/likes", 0, &[]);
    list(stranger, "/videos/1/dislikes", 0, &[]);
    list(stranger, "/videos/1/comments", 0, &[]);
    ann
}

fn list(stranger: &Stranger, path: &str, total: u64, items: &[String]) {
    let document: Value = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection",
        "id": stranger.url(path), "totalItems": total, "orderedItems": items,
    });
    stranger.show(path, &document);
}

fn film_of(instance: &Instance, video: VideoId) -> Option<Video> {
    instance.running.app().store().get(&VideoKey { video }).unwrap()
}

fn row_of(instance: &Instance, video: VideoId) -> Option<Repair> {
    let target = RepairTarget::Video(video);
    instance.running.app().store().get(&RepairKey { target }).unwrap()
}

fn said(instance: &Instance, video: VideoId) -> usize {
    instance.running.app().store().scan(&CommentsOf(video)).count()
}

/// Has it read now, as if somebody had missed something of it.
async fn read_now(instance: &Instance, video: VideoId) {
    let app = instance.running.app();
    let asking = app.write(Durability::Relaxed, move |write, now| {
        backend::domain::repair::reread(write, now, RepairTarget::Video(video))
    });
    asking.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_opens_a_video_causes_that_what_was_missed_appears() {
    let stranger = Stranger::start().await;
    let ann = show_film(&stranger, "/1.jpg");
    stranger.tag(FILM, "first");
    let instance = neighbour(&[&stranger]).await;
    let video = find::video(instance.running.app(), &stranger.url(FILM)).await.unwrap();
    assert_eq!(said(&instance, video), 0);

    // Much happens, of which nobody tells: an answer stands before what it answers.
    stranger.note(&ann, "1", &stranger.url(FILM), "The first");
    stranger.note(&ann, "2", &stranger.url("/notes/1"), "An answer");
    list(&stranger, "/videos/1/comments", 2, &[stranger.url("/notes/2"), stranger.url("/notes/1")]);
    list(&stranger, "/videos/1/likes", 7, &[]);
    let uuid = film_of(&instance, video).unwrap().uuid;
    let answer = instance.get(&format!("/api/v1/videos/{uuid}")).send().await;
    assert_eq!(answer.status, 200);
    until(|| said(&instance, video) == 2).await;
    until(|| film_of(&instance, video).is_some_and(|film| film.likes == 7)).await;
    assert_eq!(stranger.unchanged(), [FILM], "it is asked whether it changed");
    until(|| row_of(&instance, video).is_some_and(|row| row.read_at.is_some())).await;

    // Who looks again asks nobody.
    let asked = stranger.asked().len();
    instance.get(&format!("/api/v1/videos/{uuid}/comment-threads")).send().await;
    let row = row_of(&instance, video).unwrap();
    assert!(!row.is_urgent, "{row:?}");
    assert_eq!(stranger.asked().len(), asked);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_gone_goes_at_once_and_what_is_not_found_the_second_time() {
    let stranger = Stranger::start().await;
    show_film(&stranger, "/1.jpg");
    let instance = neighbour(&[&stranger]).await;
    let app = instance.running.app();
    let video = find::video(app, &stranger.url(FILM)).await.unwrap();
    stranger.lose(FILM);
    read_now(&instance, video).await;
    until(|| row_of(&instance, video).is_some_and(|row| row.missing_since.is_some())).await;
    assert!(film_of(&instance, video).is_some(), "it may be there again");

    // Some time later it is not there either.
    let aging = app.write(Durability::Relaxed, move |write, now| {
        let key = RepairKey { target: RepairTarget::Video(video) };
        let mut row = write.get(&key)?.unwrap();
        row.missing_since = Some(shared::time::Timestamp(now.0 - 7_200_000));
        write.insert(&key, &row)?;
        Ok::<_, StoreError>(())
    });
    aging.await.unwrap();
    // An answer of a moment ago counts for a minute.
    tokio::time::timeout(Duration::from_secs(150), async {
        while film_of(&instance, video).is_some() {
            read_now(&instance, video).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    })
    .await
    .expect("it is not found twice");
    assert!(row_of(&instance, video).is_none());

    let other = Stranger::start().await;
    show_film(&other, "/1.jpg");
    let instance = neighbour(&[&other]).await;
    let video = find::video(instance.running.app(), &other.url(FILM)).await.unwrap();
    other.bury(FILM);
    read_now(&instance, video).await;
    until(|| film_of(&instance, video).is_none()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_is_not_there_any_more_is_looked_for_where_it_is() {
    let stranger = Stranger::start().await;
    show_film(&stranger, "/old.jpg");
    let instance = neighbour(&[&stranger]).await;
    let video = find::video(instance.running.app(), &stranger.url(FILM)).await.unwrap();
    let film = film_of(&instance, video).unwrap();
    let shown = instance.get(&format!("/api/v1/videos/{}", film.uuid)).send().await.json();
    let path = shown["thumbnailPath"].as_str().unwrap().to_owned();
    // The reading that this look causes is over before anything moves.
    until(|| row_of(&instance, video).is_some_and(|row| row.read_at.is_some() && !row.is_urgent)).await;
    show_film(&stranger, "/new.jpg");
    assert_eq!(instance.get(&path).send().await.status, 404);
    until(|| {
        let remote = film_of(&instance, video).and_then(|film| film.remote).unwrap();
        remote.pictures.iter().any(|picture| picture.url == stranger.url("/new.jpg"))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_answers_a_comment_elsewhere_is_found_by_going_down() {
    let (stranger, other) = (Stranger::start().await, Stranger::start().await);
    let ann = show_film(&stranger, "/1.jpg");
    let instance = neighbour(&[&stranger, &other]).await;
    let app = instance.running.app();
    let bob = other.person("bob");
    let note = |from: &Stranger, by: &str, name: &str, to: &str, replies: Value| {
        let mut note = from.note(by, name, to, name)["object"].clone();
        note["replies"] = replies;
        from.show(&format!("/notes/{name}"), &note);
        from.url(&format!("/notes/{name}"))
    };
    // A first page that comes with the comment, and another behind it; a list that is an address alone.
    let list = stranger.url("/notes/root/replies");
    let second = stranger.url("/notes/root/replies?page=2");
    let deeper = other.url("/notes/far/replies");
    let near = stranger.url("/notes/near");
    let far = other.url("/notes/far");
    let stray = other.url("/notes/stray");
    let first = json!({ "type": "CollectionPage", "partOf": list, "items": [near], "next": second });
    let root = note(
        &stranger,
        &ann,
        "root",
        &stranger.url(FILM),
        json!({ "id": list, "type": "Collection", "first": first }),
    );
    note(&stranger, &ann, "near", &root, Value::Null);
    note(&other, &bob, "far", &root, json!(deeper));
    // It is in the list, and answers something else.
    note(&other, &bob, "stray", &stranger.url(FILM), Value::Null);
    let deep = note(&other, &bob, "deep", &far, Value::Null);
    stranger.show(
        "/notes/root/replies?page=2",
        &json!({ "type": "CollectionPage", "id": second, "partOf": list, "items": [far, stray] }),
    );
    other.show(
        "/notes/far/replies",
        &json!({ "type": "OrderedCollection", "id": deeper, "totalItems": 1, "orderedItems": [deep] }),
    );
    let comment = find::comment(app, &root).await.unwrap();
    let video = find::video(app, &stranger.url(FILM)).await.unwrap();
    assert_eq!(said(&instance, video), 1);
    find::comment_anew(app, comment).await.unwrap();
    assert_eq!(said(&instance, video), 4, "the comment, two answers to it, and one to these");
    for path in ["/notes/far", "/notes/far/replies", "/notes/stray", "/notes/deep"] {
        assert_eq!(other.asked().iter().filter(|asked| *asked == path).count(), 1, "{path}");
    }
    // What is known is not asked for again.
    find::comment_anew(app, comment).await.unwrap();
    assert_eq!(other.asked().iter().filter(|asked| *asked == "/notes/far").count(), 1);
    instance.running.stop().await.unwrap();
}
