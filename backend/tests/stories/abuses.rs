//! Reports: made, judged, talked about, removed, and heard of.

use crate::makers::{Maker, bob, captured, maker, root, without_sentences};
use crate::ratings::shape;
use crate::rig::{Answer, Instance, PASSWORD, instance};
use crate::videos::publish;
use backend::domain::account::{self, NewUser};
use backend::domain::password;
use backend::store::Durability;
use backend::store::records::{Privacy, Role, Video};
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// Somebody with this role, signed in.
pub async fn person(instance: &Instance, name: &str, role: Role) -> Maker {
    let new = NewUser {
        username: name.into(),
        email: format!("{name}@films.example"),
        password: password::hash(PASSWORD, [7; 16]).unwrap(),
        role,
        channel: format!("{name}_channel"),
        video_quota: None,
        video_quota_daily: None,
    };
    let app = instance.running.app();
    app.write(Durability::Relaxed, |write, now| account::create(write, now, new)).await.unwrap();
    let tokens = instance.log_in(name, &PASSWORD.replace(' ', "+")).await.json();
    maker(instance, tokens["access_token"].as_str().unwrap().to_owned()).await
}

struct Order {
    instance: Instance,
    root: Maker,
    bob: Maker,
    video: Video,
}

async fn order() -> Order {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Video", |_| ()).await;
    Order { instance, root, bob, video }
}

impl Order {
    async fn report(&self, who: &Maker, body: &Value) -> Answer {
        self.instance.post("/api/v1/abuses").bearer(&who.token).json(body).send().await
    }

    async fn report_video(&self, who: &Maker) -> u64 {
        let made = self.report(who, &json!({ "reason": "spam", "video": { "id": self.video.id } })).await;
        assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
        made.json()["abuse"]["id"].as_u64().unwrap()
    }

    async fn get(&self, who: &Maker, path: &str) -> Value {
        let answer = self.instance.get(&format!("/api/v1/{path}")).bearer(&who.token).send().await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
        answer.json()
    }

    async fn send(&self, who: &Maker, method: Method, path: &str, body: &Value) -> Answer {
        let ask = self.instance.ask(method, &format!("/api/v1/{path}")).bearer(&who.token);
        ask.json(body).send().await
    }

    async fn numbers(&self, query: &str) -> Vec<u64> {
        let page = self.get(&self.root, &format!("abuses?{query}")).await;
        page["data"].as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect()
    }

    async fn kinds(&self, who: &Maker) -> Vec<u64> {
        let page = self.get(who, "users/me/notifications").await;
        page["data"].as_array().unwrap().iter().map(|row| row["type"].as_u64().unwrap()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_looks_as_captured_to_moderators_and_to_its_reporter() {
    let order = order().await;
    let body = json!({
        "reason": "This is a test abuse report",
        "predefinedReasons": ["spamOrMisleading"],
        "video": { "id": order.video.uuid, "startAt": 2, "endAt": 5 },
    });
    let made = order.report(&order.bob, &body).await;
    assert_eq!((made.status, made.json()), (StatusCode::OK, captured("abuse-create")));
    let listed = order.get(&order.root, "abuses").await;
    assert_eq!(shape(&listed), shape(&captured("abuses-admin")));
    let row = &listed["data"][0];
    assert_eq!(row["state"], json!({ "id": 1, "label": "Pending" }));
    assert_eq!((&row["video"]["startAt"], &row["video"]["endAt"]), (&json!(2), &json!(5)));
    assert_eq!((&row["video"]["nthReport"], &row["video"]["countReports"]), (&json!(1), &json!(1)));
    assert_eq!(row["reporterAccount"]["name"], "bob");
    assert_eq!(row["flaggedAccount"]["name"], "root");
    let own = order.get(&order.bob, "users/me/abuses").await;
    assert_eq!(shape(&own), shape(&captured("users-me-abuses")));
    assert_eq!(order.get(&order.root, "users/me/abuses").await, json!({ "total": 0, "data": [] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_and_accounts_are_reported_and_outlive_what_they_are_about() {
    let order = order().await;
    let path = format!("videos/{}/comment-threads", order.video.uuid);
    let said = order.send(&order.root, Method::POST, &path, &json!({ "text": "Buy this" })).await.json();
    let comment = said["comment"]["id"].as_u64().unwrap();
    for body in [
        json!({ "reason": "spam", "comment": { "id": comment } }),
        json!({ "reason": "not nice", "account": { "id": 1 } }),
        json!({ "reason": "copied", "predefinedReasons": ["rights"], "video": { "id": order.video.id } }),
    ] {
        assert_eq!(order.report(&order.bob, &body).await.status, StatusCode::OK, "{body}");
    }
    let page = order.get(&order.root, "abuses?sort=createdAt").await;
    let rows = page["data"].as_array().unwrap();
    assert_eq!(
        (&rows[0]["comment"]["text"], &rows[0]["comment"]["deleted"]),
        (&json!("Buy this"), &json!(false))
    );
    assert!(rows[0]["video"].is_null() && rows[1]["video"].is_null() && rows[1]["comment"].is_null());
    assert_eq!(rows[2]["countReportsForReportee"], 3);
    for (query, expected) in [
        ("filter=comment", &[1][..]),
        ("filter=account", &[2]),
        ("filter=video", &[3]),
        ("predefinedReason=rights", &[3]),
        ("id=2", &[2]),
        ("search=copied", &[3]),
        ("searchReporter=bob", &[3, 2, 1]),
        ("searchReportee=bob", &[]),
        ("searchVideo=vid", &[3, 1]),
        ("searchVideoChannel=root", &[3, 1]),
        ("videoIs=deleted", &[]),
        ("state=3", &[]),
        ("start=1&count=1", &[2]),
    ] {
        assert_eq!(order.numbers(query).await, expected, "{query}");
    }
    let delete = format!("videos/{}", order.video.uuid);
    order.send(&order.root, Method::DELETE, &delete, &json!({})).await;
    assert_eq!(order.numbers("videoIs=deleted").await, [3]);
    let gone = order.get(&order.root, "abuses?id=3").await["data"][0]["video"].clone();
    assert_eq!((&gone["deleted"], &gone["name"]), (&json!(true), &json!("Video")));
    for query in ["sort=name", "state=4", "filter=x", "predefinedReason=x", "videoIs=x", "count=101", "id=x"]
    {
        let path = format!("abuses?{query}");
        let answer = order.send(&order.root, Method::GET, &path, &json!({})).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn moderators_hear_of_reports_and_reporters_of_what_became_of_them() {
    let order = order().await;
    let (alice, blocked) = (
        person(&order.instance, "alice", Role::Moderator).await,
        person(&order.instance, "carol", Role::User).await,
    );
    let id = order.report_video(&order.bob).await;
    assert_eq!((order.kinds(&alice).await, order.kinds(&order.root).await), (vec![3], vec![3]));
    assert!(order.kinds(&blocked).await.is_empty() && order.kinds(&order.bob).await.is_empty());
    let told = order.get(&alice, "users/me/notifications").await["data"][0]["abuse"].clone();
    assert_eq!(
        (&told["id"], &told["state"], &told["video"]["name"]),
        (&json!(id), &json!(1), &json!("Video"))
    );

    let messages = format!("abuses/{id}/messages");
    let said = order.send(&alice, Method::POST, &messages, &json!({ "message": "Which part?" })).await;
    assert_eq!(said.json(), json!({ "abuseMessage": { "id": 1 } }));
    order.send(&order.bob, Method::POST, &messages, &json!({ "message": "All of it" })).await;
    assert_eq!((order.kinds(&order.bob).await, order.kinds(&alice).await), (vec![16], vec![16, 3]));
    let page = order.get(&order.bob, &messages).await;
    let said: Vec<_> = page["data"].as_array().unwrap().iter().map(|row| &row["byModerator"]).collect();
    assert_eq!((said, &page["total"]), (vec![&json!(true), &json!(false)], &json!(2)));
    assert_eq!(page["data"][1]["account"]["name"], "bob");

    let body = json!({ "state": 3, "moderationComment": "Clear enough" });
    let judged = order.send(&alice, Method::PUT, &format!("abuses/{id}"), &body).await;
    assert_eq!(judged.status, StatusCode::NO_CONTENT);
    assert_eq!(order.kinds(&order.bob).await, [15, 16]);
    let row = order.get(&alice, "abuses?state=3").await["data"][0].clone();
    assert_eq!((&row["moderationComment"], &row["countMessages"]), (&json!("Clear enough"), &json!(2)));
    let own = order.get(&order.bob, "users/me/abuses").await["data"][0].clone();
    assert!(own.get("moderationComment").is_none() && own.get("reporterAccount").is_none());
    // What says the same again is no news.
    order.send(&alice, Method::PUT, &format!("abuses/{id}"), &body).await;
    assert_eq!(order.kinds(&order.bob).await, [15, 16]);

    for (who, path, status) in [
        (&blocked, messages.clone(), StatusCode::FORBIDDEN),
        (&order.bob, "abuses".to_owned(), StatusCode::FORBIDDEN),
        (&order.bob, "abuses/99/messages".to_owned(), StatusCode::NOT_FOUND),
        (&order.bob, "abuses/x/messages".to_owned(), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(order.send(who, Method::GET, &path, &json!({})).await.status, status, "{path}");
    }
    let others = format!("{messages}/1");
    assert_eq!(
        order.send(&order.bob, Method::DELETE, &others, &json!({})).await.status,
        StatusCode::FORBIDDEN
    );
    let instance = order.instance.restart().await;
    let ask = |path: &str| instance.get(path).bearer(&alice.token).send();
    assert_eq!(ask("/api/v1/abuses").await.json()["total"], 1);
    let gone = instance.ask(Method::DELETE, "/api/v1/abuses/1").bearer(&alice.token).send().await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(ask("/api/v1/abuses").await.json(), json!({ "total": 0, "data": [] }));
    let again = instance.ask(Method::DELETE, "/api/v1/abuses/1").bearer(&alice.token).send().await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_report_is_refused_by_name_and_stores_nothing() {
    let order = order().await;
    let hidden =
        publish(&order.instance, &order.root, "Hidden", |video| video.privacy = Privacy::Private).await;
    let wrong = order.report(&order.bob, &json!({ "reason": "" })).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert_eq!(without_sentences(wrong.json()), without_sentences(captured("error-400-abuse")));
    let video = json!({ "id": order.video.id });
    for (body, field) in [
        (json!({ "reason": "x", "video": video }), "reason"),
        (json!({ "reason": "x".repeat(3001), "video": video }), "reason"),
        (json!({ "reason": null, "video": video }), "reason"),
        (json!({ "video": video }), "reason"),
        (json!({ "reason": "spam", "predefinedReasons": ["x"], "video": video }), "predefinedReasons"),
        (json!({ "reason": "spam", "predefinedReasons": "x", "video": video }), "predefinedReasons"),
        (json!({ "reason": "spam", "video": { "id": "x" } }), "video.id"),
        (json!({ "reason": "spam", "video": { "id": 1, "startAt": -1 } }), "video.startAt"),
        (json!({ "reason": "spam", "video": { "id": 1, "startAt": 5, "endAt": 5 } }), "video.endAt"),
        (json!({ "reason": "spam", "comment": { "id": [] } }), "comment.id"),
        (json!({ "reason": "spam", "account": { "id": "x" } }), "account.id"),
    ] {
        let answer = order.report(&order.bob, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field}");
        assert!(answer.json()["invalid-params"].get(field).is_some(), "{field}: {:?}", answer.body);
    }
    for (body, status) in [
        (json!({ "reason": "spam" }), StatusCode::BAD_REQUEST),
        (json!({ "reason": "spam", "video": { "id": 99 } }), StatusCode::NOT_FOUND),
        (json!({ "reason": "spam", "video": { "id": hidden.uuid } }), StatusCode::FORBIDDEN),
        (json!({ "reason": "spam", "comment": { "id": 99 } }), StatusCode::NOT_FOUND),
        (json!({ "reason": "spam", "account": { "id": 99 } }), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(order.report(&order.bob, &body).await.status, status, "{body}");
    }
    let long = order.instance.post("/api/v1/abuses").bearer(&order.bob.token).bytes(vec![b' '; 10_000_000]);
    assert_eq!(long.send().await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(order.get(&order.root, "abuses").await["total"], 0);
    for _ in 0..20 {
        order.report_video(&order.bob).await;
    }
    let more = order.report(&order.bob, &json!({ "reason": "spam", "video": { "id": 1 } })).await;
    assert_eq!(more.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!more.header("retry-after").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_manages_logins_reads_how_often_one_reported_and_was_reported() {
    let order = order().await;
    let (first, second) = (order.report_video(&order.bob).await, order.report_video(&order.bob).await);
    let path = format!("videos/{}/comment-threads", order.video.uuid);
    let said = order.send(&order.root, Method::POST, &path, &json!({ "text": "Welcome" })).await;
    assert_eq!(said.status, StatusCode::OK);
    let number = async |who: &Maker| order.get(who, "users/me").await["id"].clone();
    let (root, bob) = (number(&order.root).await, number(&order.bob).await);
    let counts = async |user: &Value| {
        let found = order.get(&order.root, &format!("users/{user}?withStats=true")).await;
        ["abusesCount", "abusesAcceptedCount", "abusesCreatedCount", "videoCommentsCount"]
            .map(|name| found[name].as_u64().unwrap())
    };
    assert_eq!((counts(&root).await, counts(&bob).await), ([2, 0, 0, 1], [0, 0, 2, 0]));
    let judge = async |report: u64, state: u64| {
        let path = format!("abuses/{report}");
        let judged = order.send(&order.root, Method::PUT, &path, &json!({ "state": state })).await;
        assert_eq!(judged.status, StatusCode::NO_CONTENT);
    };
    judge(first, 3).await;
    judge(first, 3).await;
    judge(second, 3).await;
    assert_eq!(counts(&root).await, [2, 2, 0, 1]);
    judge(second, 2).await;
    assert_eq!(counts(&root).await, [2, 1, 0, 1], "somebody thought better of it");
    let gone = order.send(&order.root, Method::DELETE, &format!("abuses/{first}"), &json!({})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(counts(&root).await, [1, 0, 0, 1]);
    let plain = order.get(&order.root, &format!("users/{root}")).await;
    assert!(plain["abusesCount"].is_null(), "who does not ask is not told");
}
