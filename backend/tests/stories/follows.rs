//! Whom the instance follows and who follows it: what administrators see and change, as another server said it.

use backend::domain::account::account_named;
use backend::domain::federation::Addresses;
use backend::federation::follow::{Heard, Here, Rules, received};
use backend::store::records::{Account, ActorKind, JobKind, NetworkJob, Party, RemoteActor};
use backend::store::tables::{AccountKey, JobKey};
use backend::store::{Durability, Read, StoreError};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::id::AccountId;
use shared::time::Timestamp;

use crate::makers::{Maker, bob, root};
use crate::rig::{Answer, Instance, instance};

/// The number of the sea's own actor in these stories.
const SEA: AccountId = AccountId(900);

/// Another instance, as it is kept once it was met.
async fn meet_the_sea(instance: &Instance) {
    let app = instance.running.app();
    app.write(Durability::Relaxed, |write, now| {
        let root = account_named(write, "root")?.expect("the first administrator has an account");
        let url = "https://sea.example/accounts/peertube".to_owned();
        let remote = RemoteActor {
            shared_inbox: Some("https://sea.example/inbox".to_owned()),
            ..RemoteActor::new(url, "sea.example", ActorKind::Application, now)
        };
        let sea = Account {
            id: SEA,
            name: "peertube".to_owned(),
            display_name: "The sea".to_owned(),
            user: None,
            remote: Some(Box::new(remote)),
            ..root
        };
        write.insert(&AccountKey { account: SEA }, &sea)
    })
    .await
    .unwrap();
}

/// It asks to follow this instance.
async fn ask(instance: &Instance, approval: bool) -> Heard {
    let app = instance.running.app();
    let url = instance.running.url.clone();
    app.write(Durability::Relaxed, move |write, now: Timestamp| {
        let root = url.to_string();
        let here = Here { addresses: Addresses::new(&root, url.host()), now };
        let rules = Rules { instance: true, approval, channels: true, follow_back: false };
        let object = format!("{root}/accounts/peertube");
        let wish = (Some("https://sea.example/accounts/peertube/follows/1"), object.as_str());
        received(write, here, rules, Party::Account(SEA), wish)
    })
    .await
    .unwrap()
}

async fn list(instance: &Instance, query: &str) -> Value {
    let answer = instance.get(&format!("/api/v1/server/{query}")).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {:?}", answer.body);
    answer.json()
}

async fn act(instance: &Instance, who: &Maker, method: Method, path: &str) -> StatusCode {
    instance.ask(method, &format!("/api/v1/server/{path}")).bearer(&who.token).send().await.status
}

async fn wish(instance: &Instance, who: &Maker, body: &Value) -> Answer {
    instance.post("/api/v1/server/following").bearer(&who.token).json(body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_to_follow_is_seen_judged_and_taken_out() {
    let instance = instance().await;
    let root = root(&instance).await;
    meet_the_sea(&instance).await;
    assert_eq!(list(&instance, "followers").await, json!({ "total": 0, "data": [] }));
    assert_eq!(ask(&instance, true).await, Heard::Done);

    let page = list(&instance, "followers").await;
    assert_eq!(page["total"], 1);
    let row = &page["data"][0];
    assert_eq!((&row["state"], &row["score"]), (&json!("pending"), &json!(1000)));
    assert_eq!(row["follower"]["name"], "peertube");
    assert_eq!(row["following"]["name"], "peertube");
    assert_eq!(row["following"]["host"], instance.running.url.host());
    for (query, total) in [
        ("followers?state=pending", 1),
        ("followers?state=accepted", 0),
        ("followers?search=SEA.example", 1),
        ("followers?search=harbour", 0),
        ("followers?actorType=Application", 1),
        ("followers?actorType=Person", 0),
        ("followers?sort=-score&count=0", 1),
        ("following", 0),
    ] {
        assert_eq!(list(&instance, query).await["total"], total, "{query}");
    }
    // Whoever administers it is told.
    let news = instance.get("/api/v1/users/me/notifications").bearer(&root.token).send().await.json();
    let told: Vec<&Value> = news["data"].as_array().unwrap().iter().filter(|one| one["type"] == 13).collect();
    assert_eq!(told.len(), 1, "{news}");
    assert_eq!(told[0]["actorFollow"]["state"], "pending");

    let name = "followers/peertube@sea.example";
    for (method, path, status) in [
        (Method::POST, format!("{name}/accept"), StatusCode::NO_CONTENT),
        (Method::POST, format!("{name}/accept"), StatusCode::BAD_REQUEST),
        (Method::POST, format!("{name}/reject"), StatusCode::NO_CONTENT),
        (Method::POST, "followers/nobody@sea.example/accept".to_owned(), StatusCode::NOT_FOUND),
        (Method::DELETE, "followers/nobody@sea.example".to_owned(), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(act(&instance, &root, method.clone(), &path).await, status, "{method} {path}");
    }
    assert_eq!(list(&instance, "followers?state=rejected").await["total"], 1);
    assert!(matches!(ask(&instance, false).await, Heard::Refused(_)));
    assert_eq!(act(&instance, &root, Method::DELETE, name).await, StatusCode::NO_CONTENT);
    assert_eq!(list(&instance, "followers").await["total"], 0);
    // Who was taken out may ask again.
    assert_eq!(ask(&instance, false).await, Heard::Done);
    assert_eq!(list(&instance, "followers?state=accepted").await["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_followed_is_read_and_asked_for_after_the_answer() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let host = instance.running.url.host().to_owned();
    for body in [
        json!({}),
        json!({ "hosts": [], "handles": [] }),
        json!({ "hosts": [host] }),
        json!({ "hosts": ["no host"] }),
        json!({ "hosts": ["https://sea.example"] }),
        json!({ "handles": ["tides"] }),
        json!({ "hosts": vec!["sea.example"; 101] }),
        json!({ "hosts": "sea.example" }),
    ] {
        assert_eq!(wish(&instance, &root, &body).await.status, StatusCode::BAD_REQUEST, "{body}");
    }
    let body = json!({ "hosts": ["sea.invalid"], "handles": ["tides@sea.invalid"] });
    assert_eq!(wish(&instance, &bob, &body).await.status, StatusCode::FORBIDDEN);
    let app = instance.running.app();
    // Nobody works, so that what is to be done can be looked at.
    app.write(Durability::Relaxed, |write, _| backend::domain::work::set_paused(write, true)).await.unwrap();
    assert_eq!(wish(&instance, &root, &body).await.status, StatusCode::NO_CONTENT);
    let jobs = app
        .read(|store| {
            let rows = store.table::<JobKey>().map(|row| row.map(|(_, job)| job.kind));
            rows.collect::<Result<Vec<JobKind>, StoreError>>()
        })
        .await
        .unwrap();
    let host = "sea.invalid".to_owned();
    for job in [
        NetworkJob::FollowHost { host: host.clone(), by_itself: false },
        NetworkJob::FollowHandle { name: "tides".to_owned(), host },
    ] {
        assert!(jobs.contains(&JobKind::Network(job)), "{jobs:?}");
    }
    for path in ["following/sea.invalid", "following/tides@sea.invalid"] {
        assert_eq!(act(&instance, &root, Method::DELETE, path).await, StatusCode::NOT_FOUND, "{path}");
    }
}
