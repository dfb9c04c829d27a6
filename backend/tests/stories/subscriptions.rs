//! Following channels: both ends, the feed, and what goes when an end goes.

use crate::makers::{Maker, bob, captured, root, until};
use crate::ratings::shape;
use crate::rig::{Answer, Instance, instance};
use crate::videos::{names, publish};
use backend::domain::event::Event;
use backend::store::records::Privacy;
use backend::store::tables::{FollowerKey, SubscriptionKey};
use backend::store::{Durability, Read, StoreError};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::id::{AccountId, ChannelId};

const PATH: &str = "/api/v1/users/me/subscriptions";

async fn follow(instance: &Instance, who: &Maker, uri: &Value) -> Answer {
    instance.post(PATH).bearer(&who.token).json(&json!({ "uri": uri })).send().await
}

async fn get(instance: &Instance, who: &Maker, path: &str) -> Answer {
    instance.get(&format!("/api/v1/{path}")).bearer(&who.token).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_followed_listed_and_left() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let host = instance.running.url.host().to_owned();
    let uri = json!(format!("root_channel@{host}"));
    for _ in 0..2 {
        assert_eq!(follow(&instance, &bob, &uri).await.status, StatusCode::NO_CONTENT);
    }
    follow(&instance, &bob, &json!(format!("bob_channel@{host}"))).await;
    let list = get(&instance, &bob, "users/me/subscriptions").await.json();
    assert_eq!(
        (&list["total"], &list["data"][0]["name"], &list["data"][1]["name"]),
        (&json!(2), &json!("bob_channel"), &json!("root_channel"))
    );
    assert_eq!(list["data"][1]["followersCount"], 1);
    // Whether there is a banner or a support text is the channel's own business.
    let own = |path: &String| !path.contains("banner");
    let one = get(&instance, &bob, "users/me/subscriptions?sort=createdAt&count=1").await.json();
    let expected: Vec<String> = shape(&captured("users-me-subscriptions")).into_iter().filter(own).collect();
    let shown: Vec<String> =
        shape(&one).into_iter().filter(own).filter(|path| expected.contains(path)).collect();
    assert_eq!(shown, expected);
    for (query, names) in
        [("search=ROOT", &["root_channel"][..]), ("search=nothing", &[]), ("start=1", &["root_channel"])]
    {
        let page = get(&instance, &bob, &format!("users/me/subscriptions?{query}")).await.json();
        let found: Vec<&str> =
            page["data"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
        assert_eq!(found, names, "{query}");
    }
    let path = format!("{PATH}/exist?uris=root_channel@{host}&uris=foo@{host}");
    let exist = instance.get(&path).bearer(&bob.token).send().await.json();
    assert_eq!(exist, json!({ format!("root_channel@{host}"): true, format!("foo@{host}"): false }));

    let me = get(&instance, &bob, "accounts/bob").await.json();
    assert_eq!(me["followingCount"], 2);
    let channel = get(&instance, &bob, "video-channels/root_channel").await.json();
    assert_eq!(channel["followersCount"], 1);
    let path = format!("users/me/subscriptions/root_channel@{host}");
    assert_eq!(get(&instance, &bob, &path).await.json()["name"], "root_channel");
    assert_eq!(get(&instance, &root, &path).await.status, StatusCode::NOT_FOUND);
    let leave = || instance.ask(Method::DELETE, &format!("/api/v1/{path}")).bearer(&bob.token).send();
    assert_eq!((leave().await.status, leave().await.status), (StatusCode::NO_CONTENT, StatusCode::NOT_FOUND));
    assert_eq!(get(&instance, &bob, "video-channels/root_channel").await.json()["followersCount"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_handles_are_refused() {
    let instance = instance().await;
    let bob = bob(&instance, None).await;
    let bad = follow(&instance, &bob, &json!("bad")).await;
    assert_eq!((bad.status.as_u16(), bad.json()), (400, captured("error-400-subscription")));
    let host = instance.running.url.host().to_owned();
    for (uri, status) in [
        (json!(null), 400),
        (json!(7), 400),
        (json!("a b@c"), 400),
        // Whether there is such a channel is asked there, after the answer.
        (json!("films@elsewhere.invalid"), 204),
        (json!(format!("nobody@{host}")), 404),
    ] {
        assert_eq!(follow(&instance, &bob, &uri).await.status.as_u16(), status, "{uri}");
    }
    assert_eq!(get(&instance, &bob, "users/me/subscriptions/exist").await.status, StatusCode::BAD_REQUEST);
    for query in ["sort=name", "count=101"] {
        let answer = get(&instance, &bob, &format!("users/me/subscriptions?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    for path in ["", "/videos", "/exist?uris=x", "/x"] {
        let anonymous = instance.get(&format!("{PATH}{path}")).send().await;
        assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_holds_the_videos_of_followed_channels() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let host = instance.running.url.host().to_owned();
    let feed = async |query: &str| {
        names(&get(&instance, &bob, &format!("users/me/subscriptions/videos?{query}")).await)
    };
    publish(&instance, &root, "Alpha", |video| video.likes = 5).await;
    publish(&instance, &root, "Beta", |video| video.privacy = Privacy::Internal).await;
    publish(&instance, &root, "Secret", |video| video.privacy = Privacy::Private).await;
    publish(&instance, &root, "Red", |video| video.nsfw = true).await;
    publish(&instance, &bob, "Own", |_| ()).await;
    assert_eq!(feed("").await, [""; 0]);
    follow(&instance, &bob, &json!(format!("root_channel@{host}"))).await;
    for (query, expected) in [
        ("", &["Beta", "Alpha"][..]),
        ("nsfw=both", &["Red", "Beta", "Alpha"]),
        ("sort=name", &["Alpha", "Beta"]),
        ("sort=-likes&count=1", &["Alpha"]),
        ("start=1&count=1", &["Alpha"]),
        ("search=bet", &["Beta"]),
    ] {
        assert_eq!(feed(query).await, expected, "{query}");
    }
    let page = get(&instance, &bob, "users/me/subscriptions/videos?count=1").await.json();
    assert_eq!(page["total"], 2);
    follow(&instance, &bob, &json!(format!("bob_channel@{host}"))).await;
    assert_eq!(feed("").await, ["Own", "Beta", "Alpha"]);
    assert_eq!(
        get(&instance, &bob, "users/me/subscriptions/videos?sort=x").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_see_who_follows_them() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let host = instance.running.url.host().to_owned();
    for who in [&root, &bob] {
        follow(&instance, who, &json!(format!("bob_channel@{host}"))).await;
    }
    let followers = async |path: &str| {
        let page = get(&instance, &bob, path).await.json();
        let name = |row: &Value| row["follower"]["name"].as_str().unwrap().to_owned();
        (page["total"].clone(), page["data"].as_array().unwrap().iter().map(name).collect::<Vec<_>>())
    };
    for path in ["video-channels/bob_channel/followers", "accounts/bob/followers"] {
        assert_eq!(followers(path).await, (json!(2), vec!["bob".to_owned(), "root".to_owned()]));
        assert_eq!(
            followers(&format!("{path}?sort=createdAt&count=1")).await,
            (json!(2), vec!["root".to_owned()])
        );
        assert_eq!(followers(&format!("{path}?search=roo")).await, (json!(1), vec!["root".to_owned()]));
        let one = get(&instance, &bob, &format!("{path}?count=1")).await.json();
        assert_eq!(
            shape(&one).len(),
            shape(&captured("video-channel-followers"))
                .iter()
                .filter(|path| !path.contains("banners[]"))
                .count()
        );
        assert_eq!(instance.get(&format!("/api/v1/{path}")).send().await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(get(&instance, &root, path).await.status, StatusCode::OK, "who keeps order may look");
    }
    let others = get(&instance, &bob, "video-channels/root_channel/followers").await;
    assert_eq!(others.status, StatusCode::FORBIDDEN);
    assert_eq!(get(&instance, &bob, "accounts/nobody/followers").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_survive_a_restart_and_go_with_the_channel() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let host = instance.running.url.host().to_owned();
    publish(&instance, &root, "Alpha", |_| ()).await;
    follow(&instance, &bob, &json!(format!("root_channel@{host}"))).await;
    let instance = instance.restart().await;
    assert_eq!(names(&get(&instance, &bob, "users/me/subscriptions/videos").await), ["Alpha"]);
    let app = instance.running.app();
    let key = SubscriptionKey { account: AccountId(2), channel: ChannelId(1) };
    assert!(app.store().get(&key).unwrap().is_some());
    app.write(Durability::Relaxed, |write, _| {
        write.note(Event::ChannelRemoved(ChannelId(1)));
        Ok::<_, StoreError>(())
    })
    .await
    .unwrap();
    until(|| app.store().get(&key).unwrap().is_none()).await;
    assert_eq!(app.store().table::<FollowerKey>().count(), 0);
    assert_eq!(get(&instance, &bob, "accounts/bob").await.json()["followingCount"], 0);
}
