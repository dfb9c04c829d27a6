//! Whom people and the instance mute: what vanishes, for whom, and what comes back.

use crate::abuses::person;
use crate::makers::{Maker, bob, root};
use crate::rig::{Answer, Instance, instance};
use crate::videos::{list, names, publish};
use backend::store::records::Role;
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

async fn lists(instance: &Instance, who: &Maker) -> Vec<String> {
    names(&instance.get("/api/v1/videos").bearer(&who.token).send().await)
}

async fn threads(instance: &Instance, who: Option<&Maker>, video: &str) -> Vec<String> {
    let ask = instance.get(&format!("/api/v1/videos/{video}/comment-threads"));
    let page = match who {
        Some(who) => ask.bearer(&who.token).send().await.json(),
        None => ask.send().await.json(),
    };
    page["data"].as_array().unwrap().iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_person_mutes_vanishes_for_that_person_alone() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let carol = person(&instance, "carol", Role::User).await;
    let video = publish(&instance, &root, "Mine", |_| ()).await.uuid.to_string();
    publish(&instance, &bob, "Bob's", |_| ()).await;
    let say = format!("videos/{video}/comment-threads");
    send(&instance, &bob, Method::POST, &say, &json!({ "text": "From Bob" })).await;
    send(&instance, &carol, Method::POST, &say, &json!({ "text": "From Carol" })).await;
    let answer = format!("videos/{video}/comments/2");
    send(&instance, &bob, Method::POST, &answer, &json!({ "text": "Bob answers" })).await;

    let own = "users/me/blocklist/accounts";
    let mute = json!({ "accountName": "bob" });
    assert_eq!(send(&instance, &carol, Method::POST, own, &mute).await.status, StatusCode::NO_CONTENT);
    assert_eq!(send(&instance, &carol, Method::POST, own, &mute).await.status, StatusCode::NO_CONTENT);
    assert_eq!(lists(&instance, &carol).await, ["Mine"]);
    assert_eq!(lists(&instance, &root).await, ["Bob's", "Mine"]);
    assert_eq!(threads(&instance, Some(&carol), &video).await, ["From Carol"]);
    assert_eq!(threads(&instance, None, &video).await, ["From Carol", "From Bob"]);
    let tree = get(&instance, &carol, &format!("videos/{video}/comment-threads/2")).await;
    assert_eq!(tree["children"], json!([]));
    let hidden = instance.get(&format!("/api/v1/videos/{video}/comment-threads/1")).bearer(&carol.token);
    assert_eq!(hidden.send().await.status, StatusCode::OK, "an address goes on to work");

    let listed = get(&instance, &carol, own).await;
    let row = &listed["data"][0];
    assert_eq!((&listed["total"], &row["blockedAccount"]["name"]), (&json!(1), &json!("bob")));
    assert_eq!(row["byAccount"]["name"], "carol");
    assert_eq!(get(&instance, &carol, &format!("{own}?search=x")).await["total"], 0);
    let status = get(&instance, &carol, "blocklist/status?accounts=bob&hosts=elsewhere.example").await;
    assert_eq!(
        status,
        json!({
            "accounts": { "bob": { "blockedByServer": false, "blockedByServerSubscription": null, "blockedByUser": true } },
            "hosts": { "elsewhere.example": { "blockedByServer": false, "blockedByServerSubscription": null, "blockedByUser": false } },
        })
    );
    // Nobody is told of what they do not want to hear.
    let mine = publish(&instance, &carol, "Carol's", |_| ()).await.uuid;
    let on_mine = format!("videos/{mine}/comment-threads");
    send(&instance, &bob, Method::POST, &on_mine, &json!({ "text": "Hello @carol" })).await;
    assert_eq!(get(&instance, &carol, "users/me/notifications").await["total"], 0);

    let instance = instance.restart().await;
    assert_eq!(lists(&instance, &carol).await, ["Carol's", "Mine"]);
    let hear = format!("{own}/bob");
    assert_eq!(
        send(&instance, &carol, Method::DELETE, &hear, &json!({})).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(lists(&instance, &carol).await, ["Carol's", "Bob's", "Mine"]);
    assert_eq!(
        send(&instance, &carol, Method::DELETE, &hear, &json!({})).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_leaves_out_whom_its_reader_mutes() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let carol = person(&instance, "carol", Role::User).await;
    // A sample needs two.
    for name in ["One", "Two"] {
        publish(&instance, &bob, name, |video| video.category = Some(1)).await;
    }
    let mute = json!({ "accountName": "bob" });
    let muted = send(&instance, &carol, Method::POST, "users/me/blocklist/accounts", &mute).await;
    assert_eq!(muted.status, StatusCode::NO_CONTENT);
    let samples = async |who: &Maker| get(&instance, who, "overviews/videos").await["categories"].clone();
    assert_eq!(samples(&carol).await, json!([]));
    assert_eq!(samples(&root).await[0]["category"]["id"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_instance_mutes_vanishes_for_all_but_themselves() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    publish(&instance, &root, "Mine", |_| ()).await;
    publish(&instance, &bob, "Bob's", |_| ()).await;
    assert_eq!(list(&instance, "").await, ["Bob's", "Mine"]);
    let all = "server/blocklist/accounts";
    let mute = json!({ "accountName": format!("bob@{}", instance.running.url.host()) });
    assert_eq!(send(&instance, &root, Method::POST, all, &mute).await.status, StatusCode::NO_CONTENT);
    assert_eq!(list(&instance, "").await, ["Mine"]);
    assert_eq!(list(&instance, "sort=-views").await, ["Mine"]);
    assert_eq!(lists(&instance, &bob).await, ["Bob's", "Mine"]);
    let shown = instance.get("/api/v1/videos?include=4").bearer(&root.token).send().await;
    assert_eq!(names(&shown), ["Bob's", "Mine"]);
    let row = get(&instance, &root, all).await["data"][0].clone();
    assert!(row["byAccount"].is_null() && row["blockedAccount"]["name"] == "bob");
    let hear = format!("{all}/bob");
    send(&instance, &root, Method::DELETE, &hear, &json!({})).await;
    assert_eq!(list(&instance, "").await, ["Bob's", "Mine"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_are_muted_and_wrong_mutes_are_refused() {
    let instance = instance().await;
    let root = root(&instance).await;
    for place in ["users/me", "server"] {
        let servers = format!("{place}/blocklist/servers");
        let mute = json!({ "host": "Elsewhere.example:9000" });
        let muted = send(&instance, &root, Method::POST, &servers, &mute).await;
        assert_eq!(muted.status, StatusCode::NO_CONTENT, "{:?}", muted.body);
        let listed = get(&instance, &root, &servers).await;
        assert_eq!(listed["data"][0]["blockedServer"], json!({ "host": "elsewhere.example:9000" }));
        let own = json!({ "host": instance.running.url.host() });
        assert_eq!(send(&instance, &root, Method::POST, &servers, &own).await.status, StatusCode::CONFLICT);
        for wrong in [json!({}), json!({ "host": "a b" }), json!({ "host": 5 }), json!({ "host": "u@h" })] {
            let answer = send(&instance, &root, Method::POST, &servers, &wrong).await;
            assert!(answer.json()["invalid-params"].get("host").is_some(), "{wrong}");
        }
    }
    let status = get(&instance, &root, "blocklist/status?hosts[]=elsewhere.example:9000").await;
    let expected =
        json!({ "blockedByServer": true, "blockedByServerSubscription": null, "blockedByUser": true });
    assert_eq!(status["hosts"]["elsewhere.example:9000"], expected);
    let path = "server/blocklist/servers/elsewhere.example:9000";
    let heard = send(&instance, &root, Method::DELETE, path, &json!({})).await;
    assert_eq!(heard.status, StatusCode::NO_CONTENT);
    let own = "users/me/blocklist/accounts";
    for (body, status) in [
        (json!({ "accountName": "nobody" }), StatusCode::NOT_FOUND),
        (json!({ "accountName": "root" }), StatusCode::CONFLICT),
        (json!({ "accountName": "a b c" }), StatusCode::BAD_REQUEST),
        (json!({}), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(send(&instance, &root, Method::POST, own, &body).await.status, status, "{body}");
    }
    assert_eq!(get(&instance, &root, own).await, json!({ "total": 0, "data": [] }));
}
