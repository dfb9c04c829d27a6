//! Thumbs up and down.

use crate::makers::{Maker, bob, captured, root, until};
use crate::rig::{Answer, Instance, PASSWORD, instance};
use crate::videos::{list, page, publish};
use backend::store::Read;
use backend::store::records::Privacy;
use backend::store::tables::{RatingKey, TallyKey};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::id::AccountId;

async fn rate(instance: &Instance, maker: &Maker, video: &str, rating: &Value) -> Answer {
    let path = format!("/api/v1/videos/{video}/rate");
    instance.ask(Method::PUT, &path).bearer(&maker.token).json(&json!({ "rating": rating })).send().await
}

async fn mine(instance: &Instance, maker: &Maker, video: &str) -> Value {
    let path = format!("/api/v1/users/me/videos/{video}/rating");
    instance.get(&path).bearer(&maker.token).send().await.json()["rating"].clone()
}

/// Every field name on the way to a value, of the first row of each list.
pub fn shape(value: &Value) -> Vec<String> {
    fn walk(value: &Value, path: &str, out: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    walk(value, &format!("{path}.{name}"), out);
                }
            }
            Value::Array(rows) => {
                if let Some(row) = rows.first() {
                    walk(row, &format!("{path}[]"), out);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => out.push(path.to_owned()),
        }
    }
    let mut out = Vec::new();
    walk(value, "", &mut out);
    // Pictures have a story of their own.
    out.retain(|path| !path.contains("avatar"));
    out.sort();
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumb_counts_in_every_view_and_order_and_once() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let first = publish(&instance, &root, "First", |_| ()).await;
    publish(&instance, &root, "Second", |_| ()).await;
    let uuid = first.uuid.to_string();
    assert_eq!(list(&instance, "sort=-likes").await, ["Second", "First"]);
    for _ in 0..2 {
        assert_eq!(rate(&instance, &bob, &uuid, &json!("like")).await.status, StatusCode::NO_CONTENT);
        assert_eq!(rate(&instance, &root, "1", &json!("dislike")).await.status, StatusCode::NO_CONTENT);
    }
    let shown = page(&instance, None, &uuid).await.json();
    assert_eq!((&shown["likes"], &shown["dislikes"]), (&json!(1), &json!(1)));
    let rows = instance.get("/api/v1/videos?sort=-likes").send().await.json();
    assert_eq!((&rows["data"][0]["name"], &rows["data"][0]["likes"]), (&json!("First"), &json!(1)));
    assert_eq!(
        (mine(&instance, &bob, &uuid).await, mine(&instance, &root, "1").await),
        (json!("like"), json!("dislike"))
    );

    assert_eq!(rate(&instance, &bob, &uuid, &json!("none")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(page(&instance, None, &uuid).await.json()["likes"], 0);
    assert_eq!(mine(&instance, &bob, &uuid).await, "none");
    assert_eq!(list(&instance, "sort=-likes").await, ["Second", "First"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_lists_its_own_thumbs_alone() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    for name in ["Alpha", "Beta", "Gamma"] {
        publish(&instance, &root, name, |video| video.description = Some("said".into())).await;
    }
    for (video, rating) in [("1", "like"), ("2", "dislike"), ("3", "like")] {
        rate(&instance, &bob, video, &json!(rating)).await;
    }
    let ask = async |query: &str| {
        instance.get(&format!("/api/v1/accounts/bob/ratings?{query}")).bearer(&bob.token).send().await
    };
    let named = |answer: &Answer| -> Vec<String> {
        let rows = answer.json();
        let name = |row: &Value| row["video"]["name"].as_str().unwrap().to_owned();
        rows["data"].as_array().unwrap().iter().map(name).collect()
    };
    for (query, total, expected) in [
        ("", 3, &["Gamma", "Beta", "Alpha"][..]),
        ("sort=createdAt", 3, &["Alpha", "Beta", "Gamma"]),
        ("rating=like", 2, &["Gamma", "Alpha"]),
        ("rating=dislike&sort=-createdAt", 1, &["Beta"]),
        ("start=1&count=1", 3, &["Beta"]),
    ] {
        let answer = ask(query).await;
        assert_eq!(
            (named(&answer), &answer.json()["total"]),
            (expected.iter().map(|name| (*name).to_owned()).collect(), &json!(total)),
            "{query}"
        );
    }
    assert_eq!(shape(&ask("count=1").await.json()), shape(&captured("account-ratings")));
    for query in ["sort=name", "rating=love", "count=101", "start=-1"] {
        assert_eq!(ask(query).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let others = instance.get("/api/v1/accounts/bob/ratings").bearer(&root.token).send().await;
    assert_eq!(others.status, StatusCode::FORBIDDEN);
    let anonymous = instance.get("/api/v1/accounts/bob/ratings").send().await;
    assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
    let nobody = instance.get("/api/v1/accounts/nobody/ratings").bearer(&bob.token).send().await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_thumb_is_refused_and_changes_nothing() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Video", |_| ()).await;
    let uuid = video.uuid.to_string();
    let hidden = publish(&instance, &root, "Hidden", |video| video.privacy = Privacy::Private).await;
    let mut expected = captured("error-400-rate");
    expected["instance"] = json!(format!("/api/v1/videos/{uuid}/rate"));
    assert_eq!(rate(&instance, &bob, &uuid, &json!("love")).await.json(), expected);
    for rating in [json!(null), json!(1), json!(["like"]), json!({})] {
        assert_eq!(rate(&instance, &bob, &uuid, &rating).await.status, StatusCode::BAD_REQUEST, "{rating}");
    }
    let path = format!("/api/v1/videos/{uuid}/rate");
    let put = |body: Vec<u8>| instance.ask(Method::PUT, &path).bearer(&bob.token).bytes(body).send();
    assert_eq!(put(vec![b' '; 10_000_000]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(put(b"{\"rating\":\"\xff\"}".to_vec()).await.status, StatusCode::BAD_REQUEST);
    let anonymous = instance.ask(Method::PUT, &path).json(&json!({ "rating": "like" })).send().await;
    assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
    assert_eq!(rate(&instance, &bob, "99", &json!("like")).await.status, StatusCode::NOT_FOUND);
    let others = rate(&instance, &bob, &hidden.uuid.to_string(), &json!("like")).await;
    assert_eq!(others.status, StatusCode::FORBIDDEN);
    let shown = page(&instance, None, &uuid).await.json();
    assert_eq!((&shown["likes"], &shown["dislikes"]), (&json!(0), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn thumbs_survive_a_restart_and_go_with_their_video() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Video", |_| ()).await;
    let uuid = video.uuid.to_string();
    rate(&instance, &bob, &uuid, &json!("like")).await;
    let instance = instance.restart().await;
    assert_eq!(page(&instance, None, &uuid).await.json()["likes"], 1);
    assert_eq!(mine(&instance, &bob, &uuid).await, "like");

    let delete =
        instance.ask(Method::DELETE, &format!("/api/v1/videos/{uuid}")).bearer(&root.token).send().await;
    assert_eq!(delete.status, StatusCode::NO_CONTENT);
    let app = instance.running.app();
    let account = AccountId(2);
    let key = RatingKey { video: video.id, account };
    until(|| app.store().get(&key).unwrap().is_none()).await;
    until(|| app.store().get(&TallyKey { account }).unwrap().unwrap().likes == 0).await;
    let rows = instance.get("/api/v1/accounts/bob/ratings").bearer(&bob.token).send().await.json();
    assert_eq!(rows, json!({ "total": 0, "data": [] }));
    assert_eq!(instance.log_in("bob", &PASSWORD.replace(' ', "+")).await.status, StatusCode::OK);
}
