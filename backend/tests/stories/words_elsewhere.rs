//! Smaller words between servers: who watches, what waits to be seen, who follows, who is somebody else now.

use std::time::Duration;

use backend::federation::find;
use backend::store::Read;
use backend::store::records::{CommentsPolicy, Fate, Received, Video};
use backend::store::tables::{ReceivedKey, SubscriptionKey};
use backend::watching;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::id::AccountId;
use shared::time::Timestamp;

use crate::federation::whole;
use crate::makers::{Maker, root, until};
use crate::rig::Instance;
use crate::stranger::{Stranger, neighbour};
use crate::videos::publish;

/// Nobody is told of anybody to the second.
const TOLERANCE: Duration = Duration::from_secs(61);

fn said(kind: &str, by: &str, number: u32, object: &Value) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{by}/said/{number}"),
        "type": kind, "actor": by, "object": object,
    })
}

fn fates(instance: &Instance) -> Vec<Received> {
    instance.running.app().store().table::<ReceivedKey>().map(|row| row.unwrap().1).collect()
}

/// Says something, and gives what became of it, as the last of so many.
async fn say(stranger: &Stranger, instance: &Instance, by: &str, body: &Value, count: usize) -> Fate {
    assert_eq!(stranger.say(instance, by, body).await.status, StatusCode::NO_CONTENT);
    until(|| fates(instance).len() == count).await;
    fates(instance).pop().unwrap().fate
}

fn address(instance: &Instance, video: &Video) -> String {
    format!("{}/videos/watch/{}", instance.running.url.as_str(), video.uuid)
}

async fn ask(instance: &Instance, who: &Maker, method: Method, path: &str, body: Value) -> Value {
    let asking = instance.ask(method, &format!("/api/v1/{path}")).bearer(&who.token).json(&body);
    let answer = asking.send().await;
    assert!(answer.status.is_success(), "{path}: {} {:?}", answer.status, answer.body);
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

async fn threads(instance: &Instance, video: &str) -> u64 {
    let page = instance.get(&format!("/api/v1/videos/{video}/comment-threads")).send().await.json();
    page["total"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_there_counts_here_and_the_other_way_round() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let video = publish(&instance, &root(&instance).await, "A film", whole).await;
    let app = instance.running.app();
    let sea = stranger.url("/users/sea");
    stranger.show("/users/sea", &stranger.actor("sea", "Application"));
    let until_then = app.clock().now().after(std::time::Duration::from_secs(120));
    let mut view = said("View", &sea, 1, &json!(address(&instance, &video)));
    view["expires"] = json!(until_then.to_string());
    view["result"] = json!({
        "type": "InteractionCounter", "interactionType": "WatchAction", "userInteractionCount": 5,
    });
    assert_eq!(say(&stranger, &instance, &sea, &view, 1).await, Fate::Done);
    until(|| app.watching().viewers(video.id) == 5).await;

    let there = stranger.town(|_| ());
    let id = find::video(app, &stranger.url("/videos/1")).await.unwrap();
    for session in ["one", "two"] {
        let report = json!({ "currentTime": 0, "sessionId": session });
        let path = "/api/v1/videos/6eb367f5-5dcc-4f98-aefc-fe5092365ef6/views";
        assert_eq!(instance.post(path).json(&report).send().await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(app.watching().viewers_here(id), 2);
    watching::tell_viewers(app).await;
    until(|| !stranger.told("View").is_empty()).await;
    let (path, told) = stranger.told("View").pop().unwrap();
    assert_eq!((path.as_str(), &told["object"]), ("/inbox", &json!(stranger.url("/videos/1"))));
    assert_eq!((&told["result"]["userInteractionCount"], &told["to"]), (&json!(2), &json!([there])));
    assert!(told["expires"].is_string() && told["signature"].is_object(), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_a_video_of_elsewhere_has_its_server_told_what_was_watched() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let app = instance.running.app();
    let there = stranger.town(|_| ());
    let id = find::video(app, &stranger.url("/videos/1")).await.unwrap();
    let began = app.clock().now();
    for position in [0, 5, 10, 15, 20, 25] {
        let report = json!({ "currentTime": position, "sessionId": "one" });
        let path = "/api/v1/videos/6eb367f5-5dcc-4f98-aefc-fe5092365ef6/views";
        assert_eq!(instance.post(path).json(&report).send().await.status, StatusCode::NO_CONTENT);
    }
    let last = app.clock().now();
    let in_a_minute = |seconds: u64| app.clock().instant() + Duration::from_secs(60 + seconds);
    watching::tick(app).await;
    assert_eq!(app.watching().viewers_here(id), 1);
    // Ten seconds and more count as a view, of which its server hears at once.
    until(|| !stranger.told("View").is_empty()).await;
    assert_eq!(stranger.told("View").pop().unwrap().1["object"], stranger.url("/videos/1"));
    assert!(stranger.told("Create").is_empty());
    watching::tick_at(app, in_a_minute(1)).await;
    assert_eq!(app.watching().viewers_here(id), 0);
    until(|| !stranger.told("Create").is_empty()).await;
    let (path, told) = stranger.told("Create").pop().unwrap();
    assert_eq!(path, "/inbox");
    let name = told["object"]["uuid"].as_str().unwrap();
    let own = |rest: &str| json!(format!("{}{rest}", instance.running.url.as_str()));
    let at = |field: &str| told["object"][field].as_str().unwrap().parse::<Timestamp>().unwrap();
    assert!(began <= at("startTime").after(TOLERANCE) && at("startTime") <= at("endTime"), "{told}");
    assert!(at("endTime") <= last, "{told}");
    assert_eq!([at("startTime").0 % 60_000, at("endTime").0 % 60_000], [0, 0], "{told}");
    assert!(told["signature"].is_object(), "{told}");
    for (pointer, expected) in [
        ("/id", own(&format!("/videos/local-viewer/{name}/activity"))),
        ("/actor", own("/accounts/peertube")),
        ("/to", json!([there])),
        ("/cc", json!([])),
        ("/object/id", own(&format!("/videos/local-viewer/{name}"))),
        ("/object/type", json!("WatchAction")),
        ("/object/to", json!([there])),
        ("/object/object", json!(stranger.url("/videos/1"))),
        ("/object/duration", json!("PT25S")),
        ("/object/actionStatus", json!("CompletedActionStatus")),
    ] {
        assert_eq!(told.pointer(pointer), Some(&expected), "{pointer} of {told}");
    }
    let sections = told["object"]["watchSections"].as_array().unwrap();
    assert_eq!((sections.len(), &sections[0]["startTimestamp"]), (1, &json!(0)), "{told}");
    let end = sections[0]["endTimestamp"].as_u64().unwrap();
    assert!((24..=26).contains(&end), "{told}");
    // Who is gone is not told of again.
    watching::tick_at(app, in_a_minute(9)).await;
    assert_eq!(stranger.told("Create").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_watched_there_is_counted_for_its_maker() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "A film", whole).await;
    let sea = stranger.url("/users/sea");
    stranger.show("/users/sea", &stranger.actor("sea", "Application"));
    let action = |number: u32, id: &str| {
        let action = json!({
            "type": "WatchAction", "id": id, "object": address(&instance, &video), "duration": "PT25S",
            "startTime": "2026-11-21T02:12:40.116Z", "endTime": "2026-11-21T02:25:57.909Z",
            "uuid": "bda22475-37ea-40d1-bdda-e78a1f01e6a9", "actionStatus": "CompletedActionStatus",
            "watchSections": [{ "startTimestamp": 0, "endTimestamp": 25 }],
        });
        said("Create", &sea, number, &action)
    };
    let own = stranger.url("/videos/local-viewer/1");
    assert_eq!(say(&stranger, &instance, &sea, &action(1, &own), 1).await, Fate::Done);
    let path = format!("videos/{}/stats/overall", video.uuid);
    let stats = instance.get(&format!("/api/v1/{path}")).bearer(&root.token).send().await.json();
    assert_eq!((&stats["totalWatchTime"], &stats["totalViewers"]), (&json!(25), &json!(1)), "{stats}");
    let other = say(&stranger, &instance, &sea, &action(2, "https://other.example/1"), 2).await;
    assert!(matches!(other, Fate::Refused(_)), "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_here_is_answered_with_yes_or_no() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "A film", |video| {
        whole(video);
        video.comments_policy = CommentsPolicy::RequiresApproval;
    });
    let video = video.await;
    let bob = stranger.person("bob");
    for name in ["1", "2"] {
        let create = stranger.note(&bob, name, &address(&instance, &video), "Fine fish");
        let count = name.parse().unwrap();
        assert_eq!(say(&stranger, &instance, &bob, &create, count).await, Fate::Done);
    }
    assert_eq!(threads(&instance, &video.uuid.to_string()).await, 0);
    let held = instance.get("/api/v1/users/me/videos/comments?isHeldForReview=true&sort=createdAt");
    let held = held.bearer(&root.token).send().await.json();
    let mut ids: Vec<u64> =
        held["data"].as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids.len(), 2, "{held}");
    let path = |id: u64| format!("videos/{}/comments/{id}", video.uuid);
    ask(&instance, &root, Method::POST, &format!("{}/approve", path(ids[0])), json!({})).await;
    ask(&instance, &root, Method::DELETE, &path(ids[1]), json!({})).await;
    assert_eq!(threads(&instance, &video.uuid.to_string()).await, 1);
    for (kind, name) in [("ApproveReply", "1"), ("RejectReply", "2")] {
        until(|| !stranger.told(kind).is_empty()).await;
        let (path, told) = stranger.told(kind).pop().unwrap();
        assert_eq!(path, "/users/bob/inbox");
        assert_eq!(told["object"], stranger.url(&format!("/notes/{name}")));
        assert_eq!(told["inReplyTo"], address(&instance, &video));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_there_is_told_to_whom_it_waits_for_and_is_seen_once_they_say_yes() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let root = root(&instance).await;
    let ann = stranger.town(|video| video["commentsPolicy"] = json!(3));
    find::video(instance.running.app(), &stranger.url("/videos/1")).await.unwrap();
    let uuid = "6eb367f5-5dcc-4f98-aefc-fe5092365ef6";
    let body = json!({ "text": "Fine fish" });
    let made = ask(&instance, &root, Method::POST, &format!("videos/{uuid}/comment-threads"), body).await;
    let comment = made["comment"]["id"].as_u64().unwrap();
    let path = format!("/videos/watch/{uuid}/comments/{comment}");
    let own = format!("{}{path}", instance.running.url.as_str());
    until(|| stranger.told("Create").len() == 1).await;
    let (_, told) = stranger.told("Create").pop().unwrap();
    assert_eq!((&told["object"]["id"], &told["object"]["replyApproval"]), (&json!(own), &Value::Null));
    assert_eq!(threads(&instance, uuid).await, 0);
    // They ask for it before they keep it.
    let asked = instance.get(&path).header("accept", "application/activity+json").send().await;
    assert_eq!((asked.status, &asked.json()["id"]), (StatusCode::OK, &json!(own)));

    let yes = stranger.url("/videos/1/comments/7/approve-reply");
    let mut approve = said("ApproveReply", &ann, 1, &json!(own));
    (approve["id"], approve["inReplyTo"]) = (json!(yes), json!(stranger.url("/videos/1")));
    assert_eq!(say(&stranger, &instance, &ann, &approve, 1).await, Fate::Done);
    assert_eq!(threads(&instance, uuid).await, 1);
    until(|| stranger.told("Create").len() == 2).await;
    let (_, told) = stranger.told("Create").pop().unwrap();
    assert_eq!(told["object"]["replyApproval"], yes);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_followed_from_elsewhere_is_told() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let root = root(&instance).await;
    let bob = stranger.person("bob");
    let url = instance.running.url.as_str().to_owned();
    for (number, followed) in (1u32..).zip(["accounts/root", "video-channels/root_channel"]) {
        let follow = said("Follow", &bob, number, &json!(format!("{url}/{followed}")));
        let count = usize::try_from(number).unwrap();
        assert_eq!(say(&stranger, &instance, &bob, &follow, count).await, Fate::Done);
    }
    let news = instance.get("/api/v1/users/me/notifications?sort=createdAt").bearer(&root.token);
    let news = news.send().await.json();
    let told: Vec<(&Value, &Value)> = news["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["type"] == 10)
        .map(|row| (&row["actorFollow"]["following"]["type"], &row["actorFollow"]["follower"]["name"]))
        .collect();
    assert_eq!(told, [(&json!("account"), &json!("bob")), (&json!("channel"), &json!("bob"))], "{news}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_the_instance_hears_what_it_is_called_now() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let root = root(&instance).await;
    let bob = stranger.person("bob");
    let own = format!("{}/accounts/peertube", instance.running.url.as_str());
    assert_eq!(say(&stranger, &instance, &bob, &said("Follow", &bob, 1, &json!(own)), 1).await, Fate::Done);
    let change = json!({
        "instance": { "name": "Reef" }, "followers": { "instance": { "manualApproval": true } },
    });
    ask(&instance, &root, Method::PUT, "config/custom", change).await;
    until(|| !stranger.told("Update").is_empty()).await;
    let (_, told) = stranger.told("Update").pop().unwrap();
    assert_eq!((&told["object"]["id"], &told["object"]["name"]), (&json!(own), &json!("Reef")));
    assert_eq!(told["object"]["manuallyApprovesFollowers"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_go_along_with_who_moves() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let root = root(&instance).await;
    let ann = stranger.town(|_| ());
    let app = instance.running.app();
    let tide = stranger.url("/users/tide");
    let channel_of = async |id: &str| match find::actor_anew(app, id).await.unwrap() {
        backend::store::records::Party::Channel(channel) => channel,
        other @ (backend::store::records::Party::Instance | backend::store::records::Party::Account(_)) => {
            panic!("{other:?}")
        }
    };
    let old = channel_of(&tide).await;
    let uri = json!({ "uri": format!("tide@{}", stranger.host()) });
    ask(&instance, &root, Method::POST, "users/me/subscriptions", uri).await;
    let me = instance.get("/api/v1/users/me").bearer(&root.token).send().await.json();
    let account = AccountId(me["account"]["id"].as_u64().unwrap());
    let follows = |channel| app.store().get(&SubscriptionKey { account, channel }).unwrap().is_some();
    until(|| follows(old)).await;

    let mut surf = stranger.actor("surf", "Group");
    surf["attributedTo"] = json!([{ "type": "Person", "id": ann }]);
    stranger.show("/users/surf", &surf);
    let mut moving = said("Move", &tide, 1, &json!(tide));
    moving["target"] = json!(stranger.url("/users/surf"));
    let early = say(&stranger, &instance, &tide, &moving, 1).await;
    assert!(matches!(early, Fate::Refused(_)), "whom it names does not say so: {early:?}");
    surf["alsoKnownAs"] = json!([tide]);
    stranger.show("/users/surf", &surf);
    moving["id"] = json!(format!("{tide}/said/2"));
    assert_eq!(say(&stranger, &instance, &tide, &moving, 2).await, Fate::Done);
    let new = channel_of(&stranger.url("/users/surf")).await;
    until(|| follows(new) && !follows(old)).await;
    until(|| !stranger.told("Undo").is_empty()).await;
}
