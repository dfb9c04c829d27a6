//! What somebody watched, how far, and forgetting it.

use crate::makers::{Maker, bob, captured, root, until};
use crate::ratings::shape;
use crate::rig::{Instance, instance};
use crate::videos::publish;
use backend::store::Read;
use backend::store::tables::{HistoryKey, WatchedKey};
use http::{Method, StatusCode};
use serde_json::{Value, json};

async fn watch(instance: &Instance, who: &Maker, video: u64, seconds: u64) {
    let post = instance.post(&format!("/api/v1/videos/{video}/views")).bearer(&who.token);
    let answer = post.json(&json!({ "currentTime": seconds, "sessionId": "a" })).send().await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    // What is watched next comes later: the list goes by milliseconds.
    let app = instance.running.app();
    let now = app.clock().now();
    until(|| app.clock().now() != now).await;
}

async fn history(instance: &Instance, who: &Maker, query: &str) -> (u64, Vec<(String, u64)>) {
    let path = format!("/api/v1/users/me/history/videos?{query}");
    let page = instance.get(&path).bearer(&who.token).send().await.json();
    let row = |row: &Value| {
        (row["name"].as_str().unwrap().to_owned(), row["userHistory"]["currentTime"].as_u64().unwrap())
    };
    (page["total"].as_u64().unwrap(), page["data"].as_array().unwrap().iter().map(row).collect())
}

fn rows(rows: &[(&str, u64)]) -> Vec<(String, u64)> {
    rows.iter().map(|(name, seconds)| ((*name).to_owned(), *seconds)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_goes_on_where_they_were() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    for name in ["Alpha", "Beta", "Gamma"] {
        publish(&instance, &root, name, |video| video.description = Some("said".into())).await;
    }
    watch(&instance, &bob, 1, 5).await;
    watch(&instance, &bob, 2, 7).await;
    watch(&instance, &bob, 1, 14).await;
    let put = instance.ask(Method::PUT, "/api/v1/videos/3/watching").bearer(&bob.token);
    assert_eq!(put.json(&json!({ "currentTime": 12 })).send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(history(&instance, &bob, "").await, (3, rows(&[("Gamma", 12), ("Alpha", 14), ("Beta", 7)])));
    assert_eq!(history(&instance, &bob, "start=1&count=1").await, (3, rows(&[("Alpha", 14)])));
    assert_eq!(history(&instance, &bob, "search=ALPH").await, (1, rows(&[("Alpha", 14)])));
    assert_eq!(history(&instance, &root, "").await, (0, vec![]));
    let one = instance.get("/api/v1/users/me/history/videos?count=1").bearer(&bob.token).send().await.json();
    assert_eq!(shape(&one), shape(&captured("users-me-history")));

    watch(&instance, &bob, 1, 20).await;
    let time = async |who: Option<&Maker>, path: &str| {
        let get = instance.get(path);
        let answer = match who {
            Some(who) => get.bearer(&who.token).send().await.json(),
            None => get.send().await.json(),
        };
        let video = if answer["data"].is_array() { answer["data"][2].clone() } else { answer };
        assert_eq!(video["name"], "Alpha");
        video["userHistory"]["currentTime"].clone()
    };
    for path in ["/api/v1/videos/1", "/api/v1/videos", "/api/v1/accounts/root/videos"] {
        assert_eq!(time(Some(&bob), path).await, 20, "{path}");
        assert_eq!(time(Some(&root), path).await, Value::Null, "{path}");
        assert_eq!(time(None, path).await, Value::Null, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_best_is_what_one_has_not_watched() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    for name in ["Alpha", "Beta"] {
        publish(&instance, &root, name, |_| ()).await;
    }
    watch(&instance, &bob, 1, 5).await;
    let names = async |who: Option<&Maker>, query: &str| {
        let ask = instance.get(&format!("/api/v1/videos?{query}"));
        let ask = match who {
            Some(who) => ask.bearer(&who.token),
            None => ask,
        };
        let page = ask.send().await.json();
        let rows = page["data"].as_array().unwrap().iter();
        (
            page["total"].as_u64().unwrap(),
            rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>(),
        )
    };
    for query in ["sort=-best", "sort=name&excludeAlreadyWatched=true"] {
        assert_eq!(names(Some(&bob), query).await, (1, vec!["Beta".to_owned()]), "{query}");
        assert_eq!(names(Some(&root), query).await.0, 2, "{query}");
        assert_eq!(names(None, query).await.0, 2, "{query}");
    }
    assert_eq!(names(Some(&bob), "sort=-hot").await.0, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_forgotten_in_part_and_whole() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    for (id, name) in [(1, "Alpha"), (2, "Beta"), (3, "Gamma")] {
        publish(&instance, &root, name, |_| ()).await;
        watch(&instance, &bob, id, 5).await;
    }
    let delete = async |id: &str| {
        let path = format!("/api/v1/users/me/history/videos/{id}");
        instance.ask(Method::DELETE, &path).bearer(&bob.token).send().await.status
    };
    assert_eq!(
        (delete("2").await, delete("2").await, delete("x").await),
        (StatusCode::NO_CONTENT, StatusCode::NO_CONTENT, StatusCode::BAD_REQUEST)
    );
    assert_eq!(history(&instance, &bob, "").await.1, rows(&[("Gamma", 5), ("Alpha", 5)]));
    let clear = async |body: Value| {
        let post = instance.post("/api/v1/users/me/history/videos/remove").bearer(&bob.token);
        post.json(&body).send().await.status
    };
    assert_eq!(clear(json!({ "beforeDate": "2001-01-01T00:00:00.000Z" })).await, StatusCode::NO_CONTENT);
    assert_eq!(history(&instance, &bob, "").await.0, 2);
    assert_eq!(clear(json!({ "beforeDate": "yesterday" })).await, StatusCode::BAD_REQUEST);
    assert_eq!(clear(json!({})).await, StatusCode::NO_CONTENT);
    assert_eq!(history(&instance, &bob, "").await, (0, vec![]));
    for (method, path) in [(Method::GET, ""), (Method::DELETE, "/1"), (Method::POST, "/remove")] {
        let path = format!("/api/v1/users/me/history/videos{path}");
        let anonymous = instance.ask(method, &path).json(&json!({})).send().await;
        assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let legacy = instance.ask(Method::PUT, "/api/v1/videos/1/watching").json(&json!({ "currentTime": 1 }));
    assert_eq!(legacy.send().await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_survives_a_restart_and_a_video_leaves_it() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    publish(&instance, &root, "Alpha", |_| ()).await;
    watch(&instance, &bob, 1, 9).await;
    let instance = instance.restart().await;
    assert_eq!(history(&instance, &bob, "").await, (1, rows(&[("Alpha", 9)])));
    let delete = instance.ask(Method::DELETE, "/api/v1/videos/1").bearer(&root.token).send().await;
    assert_eq!(delete.status, StatusCode::NO_CONTENT);
    let app = instance.running.app();
    until(|| app.store().table::<WatchedKey>().count() == 0).await;
    until(|| app.store().table::<HistoryKey>().count() == 0).await;
    assert_eq!(history(&instance, &bob, "").await, (0, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_no_history_has_none() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    publish(&instance, &root, "Alpha", |_| ()).await;
    let choose = async |wish: bool| {
        let put = instance.ask(Method::PUT, "/api/v1/users/me").bearer(&bob.token);
        let answer = put.json(&json!({ "videosHistoryEnabled": wish })).send().await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    };
    choose(false).await;
    watch(&instance, &bob, 1, 5).await;
    assert_eq!(history(&instance, &bob, "").await, (0, vec![]));
    choose(true).await;
    watch(&instance, &bob, 1, 7).await;
    assert_eq!(history(&instance, &bob, "").await, (1, rows(&[("Alpha", 7)])));
}
