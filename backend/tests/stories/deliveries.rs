//! What happens on an instance, told to another server: in order, signed, and after a restart.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use backend::Server;
use backend::config::Config;
use backend::domain::delivery::heard_from;
use backend::store::Durability;
use backend::store::records::Party;
use backend::store::tables::ListenerKey;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use shared::id::{AccountId, ChannelId};
use tokio::net::TcpListener;

use crate::federation::whole;
use crate::makers::{once, root, until};
use crate::rig::{Instance, settings};
use crate::videos::publish;

/// What came to the other server.
struct Told {
    path: String,
    headers: HeaderMap,
    activity: Value,
}

/// Another server, which takes what it is told while it has time.
#[derive(Clone)]
struct Other {
    address: SocketAddr,
    /// Where the instance listens that tells it, before a restart and after.
    home: SocketAddr,
    told: Arc<Mutex<Vec<Told>>>,
    answers: Arc<Mutex<StatusCode>>,
}

impl Other {
    async fn start() -> Other {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let home = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let other = Other {
            address,
            home,
            told: Arc::default(),
            answers: Arc::new(Mutex::new(StatusCode::NO_CONTENT)),
        };
        let door = other.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let door = door.clone();
                let take = service_fn(move |request| door.clone().take(request));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), take),
                );
            }
        });
        other
    }

    async fn take(self, request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let status = *self.answers.lock().unwrap();
        if status.is_success() && head.method == Method::POST {
            let activity = serde_json::from_slice(&body).unwrap_or_default();
            let told = Told { path: head.uri.path().to_owned(), headers: head.headers, activity };
            self.told.lock().unwrap().push(told);
        }
        let mut answer = Response::new(Empty::new());
        *answer.status_mut() = status;
        Ok(answer)
    }

    fn answer_with(&self, status: StatusCode) {
        *self.answers.lock().unwrap() = status;
    }

    /// What was told so far as types, each with that of its object; waits until there are so many.
    async fn told(&self, count: usize) -> Vec<String> {
        until(|| count <= self.told.lock().unwrap().len()).await;
        let told = self.told.lock().unwrap();
        let name = |told: &Told| {
            let object = told.activity["object"]["type"].as_str().unwrap_or_default();
            format!("{} {object}", told.activity["type"].as_str().unwrap()).trim().to_owned()
        };
        told.iter().map(name).collect()
    }

    fn activity(&self, at: usize) -> Value {
        self.told.lock().unwrap()[at].activity.clone()
    }
}

fn open_to(config: &mut Config, other: &Other) {
    config.server.listen = other.home;
    config.federation.allow_private_hosts = vec![other.address.to_string()];
}

async fn start(folder: tempfile::TempDir, other: &Other) -> Instance {
    let mut config = settings(folder.path());
    open_to(&mut config, other);
    Instance { running: Server::start(config).await.unwrap(), folder }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_hears_all_in_order_and_after_a_restart() {
    let other = Other::start().await;
    let instance = start(tempfile::tempdir().unwrap(), &other).await;
    let maker = root(&instance).await;
    let me = instance.get("/api/v1/users/me").bearer(&maker.token).send().await.json();
    let account = AccountId(me["account"]["id"].as_u64().unwrap());
    let inbox = format!("http://{}/inbox", other.address);
    let followed = [Party::Account(account), Party::Channel(ChannelId(maker.channel)), Party::Instance];
    let follow = instance.running.app().write(Durability::Flushed, move |write, _| {
        followed
            .into_iter()
            .try_for_each(|followed| write.insert(&ListenerKey { followed, inbox: inbox.clone() }, &1))
    });
    follow.await.unwrap();

    let video = publish(&instance, &maker, "Boats", whole).await;
    assert_eq!(other.told(3).await, ["Create Video", "Announce", "Announce"]);
    {
        let told = other.told.lock().unwrap();
        let header = |name: &str| told[0].headers.get(name).map_or("", |value| value.to_str().unwrap());
        assert_eq!(told[0].path, "/inbox");
        assert!(header("digest").starts_with("SHA-256="), "{:?}", told[0].headers);
        assert!(
            header("signature").contains(&format!("http://{}/accounts/root", other.home)),
            "who says it signs it"
        );
        assert!(header("content-type").starts_with("application/activity+json"));
        for told in told.iter() {
            let signature = &told.activity["signature"];
            assert_eq!(signature["type"], "RsaSignature2017", "others may pass it on");
            assert_eq!(signature["creator"], told.activity["actor"]);
        }
    }
    let id = format!("http://{}/videos/watch/{}", other.home, video.uuid);
    assert_eq!(other.activity(0)["object"]["id"], id);
    assert_eq!((&other.activity(1)["object"], &other.activity(2)["object"]), (&json!(id), &json!(id)));

    let said = instance.post(&format!("/api/v1/videos/{}/comment-threads", video.uuid));
    let said = said.bearer(&maker.token).json(&json!({ "text": "Look at them" })).send().await;
    assert_eq!(said.status, StatusCode::OK);
    assert_eq!(other.told(4).await[3], "Create Note");

    // It has no time for what comes now, and hears of it when both are back.
    other.answer_with(StatusCode::SERVICE_UNAVAILABLE);
    let path = format!("/api/v1/videos/{}", video.uuid);
    let put = |body: Value| instance.ask(Method::PUT, &path).bearer(&maker.token).json(&body);
    assert_eq!(put(json!({ "name": "Ships" })).send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(put(json!({ "name": "Sails" })).send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(put(json!({ "privacy": 3 })).send().await.status, StatusCode::NO_CONTENT);
    let Instance { running, folder } = instance;
    running.stop().await.unwrap();
    other.answer_with(StatusCode::NO_CONTENT);
    let instance = start(folder, &other).await;
    let host = other.address.to_string();
    let back =
        instance.running.app().write(Durability::Flushed, move |write, now| heard_from(write, now, &host));
    back.await.unwrap();
    assert_eq!(other.told(5).await[4], "Delete", "what changed before is not true any more");
    assert_eq!(other.activity(4)["object"], id);
    instance.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn why_something_did_not_arrive_is_told_and_tried_when_somebody_wants_it() {
    let other = Other::start().await;
    other.answer_with(StatusCode::SERVICE_UNAVAILABLE);
    let instance = start(tempfile::tempdir().unwrap(), &other).await;
    let maker = root(&instance).await;
    let inbox = format!("http://{}/inbox", other.address);
    let follow = instance.running.app().write(Durability::Flushed, move |write, _| {
        write.insert(&ListenerKey { followed: Party::Instance, inbox }, &1)
    });
    follow.await.unwrap();
    let video = publish(&instance, &maker, "Boats", whole).await;
    let page = format!("http://{}/w/{}", other.home, video.uuid);
    let host = other.address.to_string();
    let ask = async |path: &str| {
        instance.get(&format!("/api/v1/server/federation/{path}")).bearer(&maker.token).send().await
    };
    let told = async || ask(&format!("explain/told?about={page}")).await.json();
    let tried = once(told, |told| told["total"].as_u64() != Some(0)).await;
    let row = &tried["data"][0];
    assert_eq!(row["host"], host);
    assert_eq!(
        (&row["activity"], &row["state"], &row["status"]),
        (&json!("Announce"), &json!("busy"), &json!(503))
    );
    assert_eq!(row["about"], format!("http://{}/videos/watch/{}", other.home, video.uuid));
    assert!(row["nextAt"].is_string(), "{row}");

    let explained = ask(&format!("explain?about={page}")).await.json();
    assert_eq!((&explained["kind"], &explained["name"]), (&json!("video"), &json!("Boats")));
    assert_eq!((&explained["isPublic"], &explained["listeners"]), (&json!(true), &json!(1)));
    let waiting = ask(&format!("explain/waiting?about={host}")).await.json();
    assert_eq!((&waiting["total"], &waiting["data"][0]["state"]), (&json!(2), &json!("waiting")));
    // The channel announces it, and the instance.
    let by = format!("peertube@{}", other.home);
    assert!(waiting["data"].as_array().unwrap().iter().any(|row| row["by"] == by), "{waiting}");
    let servers = ask(&format!("servers?search={host}")).await.json();
    let server = &servers["data"][0];
    assert_eq!(
        (&servers["total"], &server["failures"], &server["waiting"]),
        (&json!(1), &json!(1), &json!(2))
    );

    other.answer_with(StatusCode::NO_CONTENT);
    let hurry = async || {
        let path = format!("/api/v1/server/federation/servers/{host}/try");
        instance.post(&path).bearer(&maker.token).send().await.status
    };
    assert_eq!(hurry().await, StatusCode::NO_CONTENT);
    assert_eq!(other.told(2).await, ["Announce"; 2]);
    once(told, |told| told["data"][0]["state"] == "taken" && told["data"][1]["state"] == "taken").await;
    assert_eq!(hurry().await, StatusCode::NOT_FOUND, "nothing waits any more");
    let explained = ask(&format!("explain?about={host}")).await.json();
    assert_eq!((&explained["kind"], &explained["server"]["failures"]), (&json!("server"), &json!(0)));

    for (path, status) in [
        ("explain?about=no%20host", StatusCode::NOT_FOUND),
        ("explain?about=", StatusCode::BAD_REQUEST),
        ("explain/nothing?about=a.example", StatusCode::BAD_REQUEST),
        ("explain/arriving?about=a.example", StatusCode::OK),
    ] {
        assert_eq!(ask(path).await.status, status, "{path}");
    }
    instance.running.stop().await.unwrap();
}
