//! Lists of videos of other servers: they arrive, hold what may be seen, and connect to nobody they may not.

use backend::store::Read;
use backend::store::records::{Fate, Received, Video};
use backend::store::tables::ReceivedKey;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::federation::whole;
use crate::makers::{root, until};
use crate::rig::Instance;
use crate::stranger::{Stranger, neighbour};
use crate::videos::publish;

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
const UUID: &str = "b06ce74f-9ed3-4f81-bc65-66859826daab";

fn fates(instance: &Instance) -> Vec<Received> {
    instance.running.app().store().table::<ReceivedKey>().map(|row| row.unwrap().1).collect()
}

/// What became of the last thing that came, of so many.
async fn fate(instance: &Instance, count: usize) -> Fate {
    until(|| fates(instance).len() == count).await;
    fates(instance).pop().unwrap().fate
}

/// A list as its server shows it, with its places on one page.
fn list(stranger: &Stranger, channel: &str, name: &str, places: &[Value]) -> Value {
    let id = stranger.url("/lists/1");
    let list = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "type": "Playlist", "id": id, "uuid": UUID,
        "name": name, "content": "What floats", "mediaType": "text/markdown", "totalItems": places.len(),
        "published": "2026-11-21T02:03:26.618Z", "updated": "2026-11-21T02:03:26.618Z",
        "attributedTo": [channel], "first": format!("{id}?page=1"), "to": [PUBLIC], "cc": [],
    });
    stranger.show("/lists/1", &list);
    let mut page = list.clone();
    page["id"] = json!(format!("{id}?page=1"));
    page["partOf"] = json!(id);
    page["orderedItems"] = json!(places);
    stranger.show("/lists/1?page=1", &page);
    list
}

/// A place in it, which is shown. Gives its address.
fn place(stranger: &Stranger, position: u64, video: &Value) -> Value {
    let path = format!("/lists/1/videos/{position}");
    let element = json!({
        "type": "PlaylistElement", "id": stranger.url(&path), "url": video, "position": position,
        "startTimestamp": 3,
    });
    stranger.show(&path, &element);
    json!(stranger.url(&path))
}

fn said(kind: &str, by: &str, number: u32, object: &Value) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{by}/said/{number}"),
        "type": kind, "actor": by, "object": object, "to": [PUBLIC],
    })
}

fn address(instance: &Instance, video: &Video) -> Value {
    json!(format!("{}/videos/watch/{}", instance.running.url.as_str(), video.uuid))
}

async fn get(instance: &Instance, path: &str) -> Value {
    let answer = instance.get(&format!("/api/v1/{path}")).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
    answer.json()
}

/// Waits until a list holds so many videos.
async fn holds(instance: &Instance, count: u64) {
    let uuid = UUID.parse().unwrap();
    let lists = instance.running.app().playlists();
    until(|| {
        let list = lists.holder(uuid).and_then(|id| lists.get(id));
        list.is_some_and(|list| list.videos == count && !list.remote.as_ref().unwrap().is_awaited)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_another_server_is_shown_with_what_it_holds_and_changed_by_that_server_alone() {
    let (stranger, unasked) = (Stranger::start().await, Stranger::start().await);
    let instance = neighbour(&[&stranger]).await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "A film", whole).await;
    let ann = stranger.town(|_| ());
    let tide = stranger.url("/users/tide");
    // Where a list may not lead: to who is not to be asked, to what is no address, to places of other servers.
    let mut places = vec![
        place(&stranger, 2, &address(&instance, &video)),
        place(&stranger, 1, &json!(stranger.url("/videos/1"))),
        place(&stranger, 3, &json!(unasked.url("/videos/1"))),
        json!(unasked.url("/lists/1/videos/9")),
    ];
    for (at, odd) in
        [json!("file:///etc/passwd"), json!("gopher://a.example/1"), json!(""), Value::Null, json!({})]
            .iter()
            .enumerate()
    {
        places.push(place(&stranger, 10 + u64::try_from(at).unwrap(), odd));
        places.push(odd.clone());
    }
    let create = said("Create", &ann, 1, &list(&stranger, &tide, "Boats", &places));
    assert_eq!(stranger.say(&instance, &ann, &create).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fate(&instance, 1).await, Fate::Done);
    holds(&instance, 2).await;
    assert_eq!(unasked.asked(), Vec::<String>::new(), "nobody was asked who may not be");

    let host = stranger.host();
    let shown = get(&instance, &format!("video-playlists/{UUID}")).await;
    assert_eq!((&shown["displayName"], &shown["isLocal"]), (&json!("Boats"), &json!(false)));
    assert_eq!((&shown["url"], &shown["videosLength"]), (&json!(stranger.url("/lists/1")), &json!(2)));
    assert_eq!(shown["ownerAccount"]["host"], host);
    for path in [
        "video-playlists".to_owned(),
        format!("accounts/ann@{host}/video-playlists"),
        format!("video-channels/tide@{host}/video-playlists"),
    ] {
        assert_eq!(get(&instance, &path).await["total"], 1, "{path}");
    }
    let held = get(&instance, &format!("video-playlists/{UUID}/videos")).await;
    let names: Vec<&Value> =
        held["data"].as_array().unwrap().iter().map(|row| &row["video"]["name"]).collect();
    assert_eq!(names, [&json!("Low tide"), &json!("A film")]);
    assert_eq!(held["data"][0]["startTimestamp"], 3);
    // Other servers read it where it is.
    let asked = instance.get(&format!("/video-playlists/{UUID}"));
    let answer = asked.header("accept", "application/activity+json").send().await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::FOUND, &*stranger.url("/lists/1")));

    // Nobody here changes it, an administrator neither.
    let path = format!("/api/v1/video-playlists/{UUID}");
    for asking in [
        instance.ask(Method::PUT, &path).json(&json!({ "displayName": "Mine" })),
        instance.ask(Method::DELETE, &path),
        instance.post(&format!("{path}/videos")).json(&json!({ "videoId": video.id })),
    ] {
        assert_eq!(asking.bearer(&root.token).send().await.status, StatusCode::FORBIDDEN);
    }

    let fewer = [place(&stranger, 1, &json!(stranger.url("/videos/1")))];
    let update = said("Update", &ann, 2, &list(&stranger, &tide, "One boat", &fewer));
    assert_eq!(stranger.say(&instance, &ann, &update).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fate(&instance, 2).await, Fate::Done);
    holds(&instance, 1).await;
    assert_eq!(get(&instance, &format!("video-playlists/{UUID}")).await["displayName"], "One boat");

    let delete = said("Delete", &ann, 3, &json!(stranger.url("/lists/1")));
    assert_eq!(stranger.say(&instance, &ann, &delete).await.status, StatusCode::NO_CONTENT);
    assert_eq!(fate(&instance, 3).await, Fate::Done);
    assert_eq!(get(&instance, "video-playlists").await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_puts_a_list_into_anothers_channel() {
    let (stranger, other) = (Stranger::start().await, Stranger::start().await);
    let instance = neighbour(&[&stranger, &other]).await;
    root(&instance).await;
    let ann = stranger.town(|_| ());
    let eve = stranger.person("eve");
    other.town(|_| ());
    let ours = format!("{}/video-channels/root_channel", instance.running.url.as_str());
    let (tide, theirs) = (stranger.url("/users/tide"), other.url("/users/tide"));
    for (number, (by, channel)) in
        [(&ann, &ours), (&ann, &theirs), (&eve, &tide), (&ann, &ann)].into_iter().enumerate()
    {
        let list = list(&stranger, channel, "Boats", &[]);
        let create = said("Create", by, u32::try_from(number).unwrap(), &list);
        assert_eq!(stranger.say(&instance, by, &create).await.status, StatusCode::NO_CONTENT);
        let fate = fate(&instance, number + 1).await;
        assert!(matches!(fate, Fate::Refused(_)), "{by} {channel}: {fate:?}");
    }
    assert_eq!(get(&instance, "video-playlists").await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_found_by_its_address() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let root = root(&instance).await;
    stranger.town(|_| ());
    let places = [place(&stranger, 1, &json!(stranger.url("/videos/1")))];
    list(&stranger, &stranger.url("/users/tide"), "Boats", &places);
    let path = format!("/api/v1/search/video-playlists?search={}", stranger.url("/lists/1"));
    // Strangers have nobody asked.
    drop(instance.get(&path).send().await);
    assert_eq!(stranger.asked(), Vec::<String>::new());
    let found = instance.get(&path).bearer(&root.token).send().await.json();
    assert_eq!((&found["total"], &found["data"][0]["uuid"]), (&json!(1), &json!(UUID)), "{found}");
    holds(&instance, 1).await;
}
