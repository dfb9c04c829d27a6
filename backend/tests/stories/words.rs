//! Watched words: lists, the tags they give comments, and what waits because of them.

use crate::makers::{Maker, bob, root};
use crate::rig::{Answer, Instance, instance};
use crate::videos::publish;
use http::{Method, StatusCode};
use serde_json::{Value, json};

async fn send(instance: &Instance, who: &Maker, method: Method, path: &str, body: &Value) -> Answer {
    instance.ask(method, &format!("/api/v1/{path}")).bearer(&who.token).json(body).send().await
}

async fn get(instance: &Instance, who: &Maker, path: &str) -> Value {
    let answer = instance.get(&format!("/api/v1/{path}")).bearer(&who.token).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_with_a_watched_word_is_marked_and_waits_where_its_owner_wants_that() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &bob, "Video", |_| ()).await.uuid;
    let own = "watched-words/accounts/bob/lists";
    let list = json!({ "listName": "sales", "words": ["buy", " free offer "] });
    let made = send(&instance, &bob, Method::POST, own, &list).await;
    assert_eq!(made.json(), json!({ "watchedWordsList": { "id": 1 } }));
    let listed = get(&instance, &bob, own).await;
    assert_eq!(listed["data"][0]["words"], json!(["buy", "free offer"]));
    let server = json!({ "listName": "rude", "words": ["fool"] });
    send(&instance, &root, Method::POST, "watched-words/server/lists", &server).await;
    let available = get(&instance, &bob, "automatic-tags/accounts/bob/available").await;
    assert_eq!(
        available["available"],
        json!([
            { "name": "external-link", "type": "core" },
            { "name": "sales", "type": "watched-words-list" },
        ])
    );
    let policy = "automatic-tags/policies/accounts/bob/comments";
    assert_eq!(get(&instance, &bob, policy).await, json!({ "review": [] }));
    let hold = json!({ "review": ["sales", "external-link"] });
    assert_eq!(send(&instance, &bob, Method::PUT, policy, &hold).await.status, StatusCode::NO_CONTENT);

    let mut held = Vec::new();
    for text in ["Nice", "BUY now, fool", "see https://elsewhere.example/x", "a buyer"] {
        let path = format!("videos/{video}/comment-threads");
        let made = send(&instance, &root, Method::POST, &path, &json!({ "text": text })).await.json();
        held.push(made["comment"]["heldForReview"].clone());
    }
    // Who keeps order decides about comments, so root's own do not wait.
    assert_eq!(held, [json!(false), json!(false), json!(false), json!(false)]);
    let carol = crate::abuses::person(&instance, "carol", backend::store::records::Role::User).await;
    let mut held = Vec::new();
    for text in ["Nice", "BUY now, fool", "see https://elsewhere.example/x", "a buyer"] {
        let path = format!("videos/{video}/comment-threads");
        let made = send(&instance, &carol, Method::POST, &path, &json!({ "text": text })).await.json();
        held.push(made["comment"]["heldForReview"].clone());
    }
    assert_eq!(held, [json!(false), json!(true), json!(true), json!(false)]);
    let texts = |page: &Value| -> Vec<String> {
        page["data"].as_array().unwrap().iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect()
    };
    let waiting = get(&instance, &bob, "users/me/videos/comments?isHeldForReview=true").await;
    assert_eq!(texts(&waiting), ["see https://elsewhere.example/x", "BUY now, fool"]);
    assert_eq!(waiting["data"][1]["automaticTags"], json!(["sales"]));
    let of_all = get(&instance, &root, "videos/comments?autoTagOneOf=rude&searchAccount=carol").await;
    assert_eq!(texts(&of_all), ["BUY now, fool"]);
    assert_eq!(of_all["data"][0]["automaticTags"], json!(["rude"]));
    assert_eq!(get(&instance, &root, "videos/comments?autoTagOneOf=sales").await["total"], 0);

    // A list that is renamed goes on to hold, one that is removed does not.
    let one = format!("{own}/1");
    let renamed = json!({ "listName": "adverts" });
    assert_eq!(send(&instance, &bob, Method::PUT, &one, &renamed).await.status, StatusCode::NO_CONTENT);
    let instance = instance.restart().await;
    assert_eq!(get(&instance, &bob, policy).await, json!({ "review": ["external-link", "adverts"] }));
    assert_eq!(send(&instance, &bob, Method::DELETE, &one, &json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(get(&instance, &bob, policy).await, json!({ "review": ["external-link"] }));
    assert_eq!(send(&instance, &bob, Method::DELETE, &one, &json!({})).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_lists_are_refused_by_name() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let own = "watched-words/accounts/bob/lists";
    let words = json!(["x"]);
    for (body, field) in [
        (json!({ "words": words }), "listName"),
        (json!({ "listName": "", "words": words }), "listName"),
        (json!({ "listName": "x".repeat(101), "words": words }), "listName"),
        (json!({ "listName": "x" }), "words"),
        (json!({ "listName": "x", "words": [] }), "words"),
        (json!({ "listName": "x", "words": ["x".repeat(101)] }), "words"),
        (json!({ "listName": "x", "words": vec!["x"; 501] }), "words"),
        (json!({ "listName": "x", "words": [1] }), "words"),
    ] {
        let answer = send(&instance, &bob, Method::POST, own, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field}");
        assert!(answer.json()["invalid-params"].get(field).is_some(), "{field}: {:?}", answer.body);
    }
    let list = |name: &str| json!({ "listName": name, "words": ["x"] });
    assert_eq!(
        send(&instance, &bob, Method::POST, own, &list("external-link")).await.status,
        StatusCode::CONFLICT
    );
    assert_eq!(send(&instance, &bob, Method::POST, own, &list("a")).await.status, StatusCode::OK);
    assert_eq!(send(&instance, &bob, Method::POST, own, &list("a")).await.status, StatusCode::CONFLICT);
    let policy = "automatic-tags/policies/accounts/bob/comments";
    let unknown = json!({ "review": ["nothing"] });
    assert_eq!(send(&instance, &bob, Method::PUT, policy, &unknown).await.status, StatusCode::BAD_REQUEST);
    let others = send(&instance, &bob, Method::POST, "watched-words/accounts/root/lists", &list("a")).await;
    assert_eq!(others.status, StatusCode::FORBIDDEN);
    assert_eq!(get(&instance, &root, own).await["total"], 1);
}
