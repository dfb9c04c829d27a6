//! Videos that moderators hide: from whom, who hears of it, and what brings them back.

use crate::abuses::person;
use crate::clips;
use crate::makers::{Maker, bob, root};
use crate::ratings::shape;
use crate::rig::{Answer, Instance, Part, instance, instance_with};
use crate::videos::{list, names, page, publish};
use backend::store::records::{Role, Video};
use http::{Method, StatusCode};
use serde_json::{Value, json};

async fn send(instance: &Instance, who: &Maker, method: Method, video: &Video, body: &Value) -> Answer {
    let path = format!("/api/v1/videos/{}/blacklist", video.uuid);
    instance.ask(method, &path).bearer(&who.token).json(body).send().await
}

async fn get(instance: &Instance, who: &Maker, path: &str) -> Value {
    let answer = instance.get(&format!("/api/v1/{path}")).bearer(&who.token).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_video_vanishes_for_others_and_comes_back() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let carol = person(&instance, "carol", Role::User).await;
    let video = publish(&instance, &bob, "Video", |_| ()).await;
    let uuid = video.uuid.to_string();
    let reason = json!({ "reason": "Not here", "unfederate": true });
    assert_eq!(send(&instance, &root, Method::POST, &video, &reason).await.status, StatusCode::NO_CONTENT);
    assert_eq!(send(&instance, &root, Method::POST, &video, &reason).await.status, StatusCode::CONFLICT);

    assert!(list(&instance, "").await.is_empty());
    assert!(names(&instance.get("/api/v1/video-channels/bob_channel/videos").send().await).is_empty());
    assert!(names(&instance.get("/api/v1/videos").bearer(&carol.token).send().await).is_empty());
    assert_eq!(page(&instance, None, &uuid).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(page(&instance, Some(&carol), &uuid).await.status, StatusCode::FORBIDDEN);
    let own = page(&instance, Some(&bob), &uuid).await.json();
    assert_eq!((&own["blacklisted"], &own["blacklistedReason"]), (&json!(true), &json!("Not here")));
    let mine = get(&instance, &bob, "users/me/videos").await;
    assert_eq!((&mine["total"], &mine["data"][0]["blacklisted"]), (&json!(1), &json!(true)));
    let comments = format!("/api/v1/videos/{uuid}/comment-threads");
    assert_eq!(instance.get(&comments).send().await.status, StatusCode::UNAUTHORIZED);
    for (query, count) in [("include=1", 0), ("include=2", 1), ("include=3", 1)] {
        let rows = instance.get(&format!("/api/v1/videos?{query}")).bearer(&root.token).send().await;
        assert_eq!(names(&rows).len(), count, "{query}");
    }
    let told = get(&instance, &bob, "users/me/notifications").await["data"][0].clone();
    assert_eq!((&told["type"], &told["videoBlacklist"]["video"]["name"]), (&json!(4), &json!("Video")));

    let listed = get(&instance, &root, "videos/blacklist").await;
    let row = &listed["data"][0];
    assert_eq!((&listed["total"], &row["type"], &row["reason"]), (&json!(1), &json!(1), &json!("Not here")));
    assert_eq!((&row["unfederated"], &row["video"]["uuid"]), (&json!(true), &json!(uuid)));
    let fields = shape(row);
    for field in [".id", ".createdAt", ".updatedAt", ".video.name", ".video.channel.name"] {
        assert!(fields.contains(&field.to_owned()), "{field} in {fields:?}");
    }
    let change = json!({ "reason": "Still not" });
    assert_eq!(send(&instance, &root, Method::PUT, &video, &change).await.status, StatusCode::NO_CONTENT);

    let instance = instance.restart().await;
    assert_eq!(page(&instance, None, &uuid).await.status, StatusCode::UNAUTHORIZED);
    let listed = get(&instance, &root, "videos/blacklist").await;
    assert_eq!(listed["data"][0]["reason"], "Still not");
    let back = send(&instance, &root, Method::DELETE, &video, &json!({})).await;
    assert_eq!(back.status, StatusCode::NO_CONTENT);
    assert_eq!(list(&instance, "").await, ["Video"]);
    assert_eq!(get(&instance, &root, "videos/blacklist").await, json!({ "total": 0, "data": [] }));
    let told = get(&instance, &bob, "users/me/notifications").await["data"][0].clone();
    assert_eq!((&told["type"], &told["video"]["name"]), (&json!(5), &json!("Video")));
    for method in [Method::DELETE, Method::PUT] {
        let gone = send(&instance, &root, method, &video, &json!({})).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_blocks_is_filtered_and_sorted_and_forgets_deleted_videos() {
    let instance = instance().await;
    let root = root(&instance).await;
    let mut videos = Vec::new();
    for name in ["beta", "Alpha", "Gamma"] {
        let video = publish(&instance, &root, name, |_| ()).await;
        send(&instance, &root, Method::POST, &video, &json!({})).await;
        videos.push(video);
    }
    for (query, expected) in [
        ("", &["Gamma", "Alpha", "beta"][..]),
        ("sort=createdAt", &["beta", "Alpha", "Gamma"]),
        ("sort=name", &["Alpha", "beta", "Gamma"]),
        ("search=AMM", &["Gamma"]),
        ("type=2", &[]),
        ("start=1&count=1", &["Alpha"]),
    ] {
        let page = get(&instance, &root, &format!("videos/blacklist?{query}")).await;
        let rows = page["data"].as_array().unwrap();
        let found: Vec<_> = rows.iter().map(|row| row["video"]["name"].as_str().unwrap()).collect();
        assert_eq!(found, expected, "{query}");
    }
    for query in ["sort=x", "type=3", "count=101"] {
        let path = format!("/api/v1/videos/blacklist?{query}");
        let answer = instance.get(&path).bearer(&root.token).send().await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let wrong = send(&instance, &root, Method::PUT, &videos[0], &json!({ "reason": "x".repeat(301) })).await;
    assert!(wrong.json()["invalid-params"].get("reason").is_some());
    let path = format!("/api/v1/videos/{}", videos[0].uuid);
    instance.ask(Method::DELETE, &path).bearer(&root.token).send().await;
    assert_eq!(get(&instance, &root, "videos/blacklist").await["total"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_videos_wait_for_a_moderator_where_the_instance_wants_that() {
    let instance = instance_with(|config| config.moderation.block_new_videos = true).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    for (who, is_hidden) in [(&bob, true), (&root, false)] {
        let channel = who.channel.to_string();
        let parts = [
            Part::Text("channelId", &channel),
            Part::Text("name", "A clip"),
            Part::Text("privacy", "1"),
            Part::File("videofile", "a.mp4", clips::mp4()),
        ];
        let made = who.single(&instance, &parts).await;
        assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
        let uuid = made.json()["video"]["uuid"].as_str().unwrap().to_owned();
        let status = page(&instance, None, &uuid).await.status;
        assert_eq!(status == StatusCode::UNAUTHORIZED, is_hidden, "{status}");
    }
    let listed = get(&instance, &root, "videos/blacklist?type=2").await;
    assert_eq!((&listed["total"], &listed["data"][0]["type"]), (&json!(1), &json!(2)));
    let told = get(&instance, &root, "users/me/notifications").await["data"][0].clone();
    assert_eq!((&told["type"], &told["videoBlacklist"]["video"]["name"]), (&json!(12), &json!("A clip")));
    // Who is exempted is shown unseen.
    let exempt =
        instance.ask(Method::PUT, "/api/v1/users/2").bearer(&root.token).json(&json!({ "adminFlags": 1 }));
    assert_eq!(exempt.send().await.status, StatusCode::NO_CONTENT);
    let channel = bob.channel.to_string();
    let parts = [
        Part::Text("channelId", &channel),
        Part::Text("name", "Another"),
        Part::File("videofile", "a.mp4", clips::mp4()),
    ];
    bob.single(&instance, &parts).await;
    assert_eq!(get(&instance, &root, "videos/blacklist").await["total"], 1);
}
