//! What is shown beside a video, and why; and what everybody is shown first.

use crate::makers::{Maker, bob, root};
use crate::rig::{Instance, instance};
use crate::videos::{names, publish};
use backend::store::records::{Privacy, Video};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::time::Timestamp;

async fn beside(instance: &Instance, who: Option<&Maker>, video: &Video) -> Value {
    let asking = instance.get(&format!("/api/v1/videos/{}/recommendations", video.uuid));
    let asking = match who {
        Some(who) => asking.bearer(&who.token),
        None => asking,
    };
    let answer = asking.send().await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

fn reasons(page: &Value) -> Vec<(String, String)> {
    let rows = page["data"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.map(|row| (text(&row["name"]), text(&row["reason"]["kind"]))).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn videos_with_more_in_common_come_first_and_say_why() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let shown = publish(&instance, &root, "Shown", |video| {
        video.tags = vec!["Sea".into(), "boat".into()];
        (video.category, video.language) = (Some(2), Some("fr".into()));
    })
    .await;
    publish(&instance, &bob, "Nothing", |_| ()).await;
    publish(&instance, &bob, "Language", |video| video.language = Some("fr".into())).await;
    publish(&instance, &bob, "Category", |video| video.category = Some(2)).await;
    publish(&instance, &bob, "One tag", |video| video.tags = vec!["sea".into()]).await;
    publish(&instance, &root, "Channel", |_| ()).await;
    publish(&instance, &bob, "Two tags", |video| video.tags = vec!["SEA".into(), "boat".into()]).await;
    publish(&instance, &bob, "Secret", |video| {
        (video.tags, video.privacy) = (vec!["sea".into(), "boat".into()], Privacy::Private);
    })
    .await;
    publish(&instance, &bob, "Members", |video| {
        (video.tags, video.privacy) = (vec!["sea".into(), "boat".into()], Privacy::Internal);
    })
    .await;
    publish(&instance, &bob, "Red", |video| (video.tags, video.nsfw) = (vec!["sea".into()], true)).await;
    let page = beside(&instance, None, &shown).await;
    let expected = pairs(&[
        ("Two tags", "tags"),
        ("Channel", "channel"),
        ("One tag", "tags"),
        ("Category", "category"),
        ("Language", "language"),
        ("Nothing", "new"),
    ]);
    assert_eq!((reasons(&page), &page["total"]), (expected.clone(), &json!(6)));
    assert_eq!(page["data"][0]["reason"]["tags"], json!(["SEA", "boat"]));
    assert_eq!(page["data"][3]["reason"]["category"], json!({ "id": 2, "label": "Films" }));
    assert_eq!(beside(&instance, None, &shown).await, page, "the same again");
    let members = reasons(&beside(&instance, Some(&root), &shown).await);
    assert_eq!(members.len(), 7);
    assert!(members.contains(&("Members".into(), "tags".into())));

    // What somebody watched is left out for them.
    let found = instance.get("/api/v1/videos?search=two").send().await.json();
    let path = format!("/api/v1/videos/{}/watching", found["data"][0]["uuid"].as_str().unwrap());
    let watching = instance.ask(Method::PUT, &path).bearer(&bob.token).json(&json!({ "currentTime": 5 }));
    assert_eq!(watching.send().await.status, StatusCode::NO_CONTENT);
    let rest = reasons(&beside(&instance, Some(&bob), &shown).await);
    assert!(!rest.iter().any(|(name, _)| name == "Two tags"), "{rest:?}");
    assert_eq!(reasons(&beside(&instance, None, &shown).await), expected);

    let path = format!("/api/v1/videos/{}/recommendations?start=1&count=1", shown.uuid);
    assert_eq!(names(&instance.get(&path).send().await), ["Channel"]);
    for (path, status) in [("videos/999/recommendations", 404), ("videos/x/recommendations", 400)] {
        assert_eq!(instance.get(&format!("/api/v1/{path}")).send().await.status.as_u16(), status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_sorted_by_what_is_counted() {
    let instance = instance().await;
    let root = root(&instance).await;
    publish(&instance, &root, "Old and loved", |video| {
        (video.views, video.likes, video.published_at) = (900, 90, Timestamp(1_600_000_000_000));
    })
    .await;
    publish(&instance, &root, "New", |_| ()).await;
    publish(&instance, &root, "New and liked", |video| (video.views, video.likes) = (9, 9)).await;
    for (sort, expected) in [
        ("-views", ["Old and loved", "New and liked", "New"]),
        ("-likes", ["Old and loved", "New and liked", "New"]),
        ("-hot", ["New and liked", "New", "Old and loved"]),
        ("-best", ["New and liked", "New", "Old and loved"]),
    ] {
        let list = instance.get(&format!("/api/v1/videos?sort={sort}")).send().await;
        assert_eq!(names(&list), expected, "{sort}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_does_not_want_to_see_is_not_beside_a_video() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let shown = publish(&instance, &root, "Shown", |_| ()).await;
    publish(&instance, &root, "Ours", |_| ()).await;
    publish(&instance, &root, "Red", |video| video.nsfw = true).await;
    publish(&instance, &bob, "Bob's", |_| ()).await;
    let seen = async |who: Option<&Maker>| {
        let mut names: Vec<String> =
            reasons(&beside(&instance, who, &shown).await).into_iter().map(|(name, _)| name).collect();
        names.sort();
        names
    };
    assert_eq!(seen(Some(&root)).await, ["Bob's", "Ours"]);
    let wish = instance.ask(Method::PUT, "/api/v1/users/me").bearer(&root.token);
    let wished = wish.json(&json!({ "nsfwPolicy": "display" })).send().await;
    assert_eq!(wished.status, StatusCode::NO_CONTENT);
    assert_eq!(seen(Some(&root)).await, ["Bob's", "Ours", "Red"]);
    let mute = instance.post("/api/v1/users/me/blocklist/accounts").bearer(&root.token);
    let muted = mute.json(&json!({ "accountName": "bob" })).send().await;
    assert_eq!(muted.status, StatusCode::NO_CONTENT);
    assert_eq!(seen(Some(&root)).await, ["Ours", "Red"]);
    assert_eq!(seen(None).await, ["Bob's", "Ours"]);
}
