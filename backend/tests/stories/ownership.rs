//! Videos that change hands.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::clips;
use crate::makers::{Maker, bob, root};
use crate::rig::{Answer, Instance, Part, instance};

async fn publish(instance: &Instance, maker: &Maker, name: &str, privacy: &str) -> String {
    let channel = maker.channel.to_string();
    let parts = [
        Part::Text("name", name),
        Part::Text("channelId", &channel),
        Part::Text("privacy", privacy),
        Part::File("videofile", "clip.mp4", clips::mp4()),
    ];
    let answer = maker.single(instance, &parts).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()["video"]["uuid"].as_str().unwrap().to_owned()
}

async fn post(instance: &Instance, who: &Maker, path: &str, body: Value) -> Answer {
    instance.post(&format!("/api/v1/videos/{path}")).bearer(&who.token).json(&body).send().await
}

async fn offers(instance: &Instance, who: &Maker) -> Value {
    instance.get("/api/v1/videos/ownership").bearer(&who.token).send().await.json()
}

/// What kinds of news about a video somebody was told, latest first, with the names of the videos.
async fn news(instance: &Instance, who: &Maker) -> Vec<(u64, String)> {
    let page = instance.get("/api/v1/users/me/notifications").bearer(&who.token).send().await.json();
    let of =
        |row: &Value| (row["type"].as_u64().unwrap(), row["video"]["name"].as_str().unwrap_or("").to_owned());
    page["data"].as_array().unwrap().iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_is_offered_and_taken_or_left() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, Some(100_000_000)).await);
    // A private one, so that who is to answer sees more than others.
    let video = publish(&instance, &root, "A gift", "3").await;
    let give = format!("{video}/give-ownership");
    let to_bob = json!({ "username": "bob" });
    for (who, body, status) in [
        (&bob, json!({ "username": "root" }), 403),
        (&root, json!({ "username": "root" }), 400),
        (&root, json!({ "username": "nobody" }), 400),
        (&root, json!({ "username": "bob@elsewhere.example" }), 400),
        (&root, json!({}), 400),
        (&root, json!({ "username": 5 }), 400),
    ] {
        assert_eq!(post(&instance, who, &give, body.clone()).await.status.as_u16(), status, "{body}");
    }
    assert_eq!(offers(&instance, &bob).await, json!({ "total": 0, "data": [] }));
    for _ in 0..2 {
        assert_eq!(post(&instance, &root, &give, to_bob.clone()).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(news(&instance, &bob).await, [(1001, "A gift".to_owned())], "offered twice, told once");
    let waiting = offers(&instance, &bob).await;
    let offer = &waiting["data"][0];
    assert_eq!(
        (&waiting["total"], &offer["status"]),
        (&json!(1), &json!("WAITING")),
        "offered twice, waits once"
    );
    let names = (&offer["initiatorAccount"]["name"], &offer["nextOwnerAccount"]["name"]);
    assert_eq!(names, (&json!("root"), &json!("bob")));
    assert_eq!(offer["video"]["uuid"], video.as_str());
    let id = offer["id"].as_u64().unwrap();
    let refuse = format!("ownership/{id}/refuse");
    assert_eq!(
        post(&instance, &root, &refuse, json!({})).await.status,
        StatusCode::NOT_FOUND,
        "not root's to say"
    );
    assert_eq!(post(&instance, &bob, &refuse, json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(offers(&instance, &bob).await["total"], 0);
    assert_eq!(news(&instance, &root).await, [(1003, "A gift".to_owned())]);

    assert_eq!(post(&instance, &root, &give, to_bob).await.status, StatusCode::NO_CONTENT);
    let instance = instance.restart().await;
    let id = offers(&instance, &bob).await["data"][0]["id"].as_u64().unwrap();
    let accept = format!("ownership/{id}/accept");
    for wrong in [json!({}), json!({ "channelId": root.channel }), json!({ "channelId": "x" })] {
        assert_eq!(
            post(&instance, &bob, &accept, wrong.clone()).await.status,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
    let channel = json!({ "channelId": bob.channel });
    assert_eq!(post(&instance, &bob, &accept, channel.clone()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(post(&instance, &bob, &accept, channel).await.status, StatusCode::NOT_FOUND);
    let page = instance.get(&format!("/api/v1/videos/{video}")).bearer(&bob.token).send().await.json();
    assert_eq!((&page["account"]["name"], &page["channel"]["name"]), (&json!("bob"), &json!("bob_channel")));
    let change = instance.ask(Method::PUT, &format!("/api/v1/videos/{video}")).bearer(&bob.token);
    assert_eq!(change.json(&json!({ "name": "Mine now" })).send().await.status, StatusCode::NO_CONTENT);
    let used = instance.get("/api/v1/users/me/video-quota-used").bearer(&bob.token).send().await.json();
    assert!(0 < used["videoQuotaUsed"].as_u64().unwrap());
    // Root keeps order, and so still sees what is Bob's alone.
    assert_eq!(news(&instance, &root).await[0], (1002, "Mine now".to_owned()));

    // What is gone is offered no more.
    let other = publish(&instance, &root, "Another", "1").await;
    let give = format!("{other}/give-ownership");
    assert_eq!(
        post(&instance, &root, &give, json!({ "username": "bob" })).await.status,
        StatusCode::NO_CONTENT
    );
    let gone =
        instance.ask(Method::DELETE, &format!("/api/v1/videos/{other}")).bearer(&root.token).send().await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(offers(&instance, &bob).await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_given_more_than_their_quota_holds() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, Some(1000)).await);
    let video = publish(&instance, &root, "Heavy", "1").await;
    let give = format!("{video}/give-ownership");
    assert_eq!(
        post(&instance, &root, &give, json!({ "username": "bob" })).await.status,
        StatusCode::NO_CONTENT
    );
    let id = offers(&instance, &bob).await["data"][0]["id"].as_u64().unwrap();
    let accept = format!("ownership/{id}/accept");
    let refused = post(&instance, &bob, &accept, json!({ "channelId": bob.channel })).await;
    assert_eq!(
        (refused.status, refused.json()["code"].clone()),
        (StatusCode::PAYLOAD_TOO_LARGE, json!("quota_reached"))
    );
    assert_eq!(offers(&instance, &bob).await["total"], 1, "it can be taken once there is room");
    let page = instance.get(&format!("/api/v1/videos/{video}")).send().await.json();
    assert_eq!(page["account"]["name"], "root");
}
