//! Channels elsewhere: watched, imported as they publish, all at once where somebody asks, and nothing twice.

use std::sync::{Arc, Mutex};

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::clips;
use crate::imports::{lets, yt_dlp};
use crate::makers::{self, Maker, bob, root};
use crate::rig::{Answer, Instance, instance, instance_with};

const SYNCS: &str = "/api/v1/video-channel-syncs";

/// A channel elsewhere: a feed that yt-dlp reads as a list, and its films.
struct Channel {
    port: u16,
    /// The names of its films, last published first.
    films: Arc<Mutex<Vec<&'static str>>>,
    /// What was asked for, first asked first.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Channel {
    async fn open(films: &[&'static str]) -> Channel {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let films = Arc::new(Mutex::new(films.to_vec()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (listed, heard) = (films.clone(), asked.clone());
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                tokio::spawn(answer(line, port, listed.clone(), heard.clone()));
            }
        });
        Channel { port, films, asked }
    }

    fn url(&self) -> String {
        format!("http://localhost:{}/feed.xml", self.port)
    }

    fn publish(&self, film: &'static str) {
        self.films.lock().unwrap().insert(0, film);
    }

    fn looks(&self) -> usize {
        self.asked.lock().unwrap().iter().filter(|path| *path == "/feed.xml").count()
    }
}

async fn answer(
    mut line: tokio::net::TcpStream,
    port: u16,
    films: Arc<Mutex<Vec<&'static str>>>,
    asked: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    let mut heard = Vec::new();
    while !heard.ends_with(b"\r\n\r\n") {
        if line.read_buf(&mut heard).await.ok()? == 0 {
            return None;
        }
    }
    let text = String::from_utf8(heard).ok()?;
    let path = text.split(' ').nth(1)?.to_owned();
    asked.lock().unwrap().push(path.clone());
    let known = films.lock().unwrap().clone();
    let (kind, body) = if path == "/feed.xml" {
        let item = |film: &&str| {
            format!("<item><title>{film}</title><link>http://localhost:{port}/{film}.mp4</link></item>")
        };
        let items: String = known.iter().map(item).collect();
        let feed = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>A channel</title>{items}</channel></rss>"
        );
        ("application/rss+xml", feed.into_bytes())
    } else if path == "/gone.mp4" || !path.ends_with(".mp4") {
        line.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .await
            .ok()?;
        return line.shutdown().await.ok();
    } else {
        ("video/mp4", clips::mp4().to_vec())
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    line.write_all(head.as_bytes()).await.ok()?;
    line.write_all(&body).await.ok()?;
    line.shutdown().await.ok()
}

/// An instance that watches channels, and looks at each every second.
async fn watching(folder: &tempfile::TempDir) -> Instance {
    let program = yt_dlp(folder.path());
    instance_with(|config| {
        lets(config);
        config.import.yt_dlp = Some(program);
        config.video_channel_synchronization.enabled = true;
        config.video_channel_synchronization.check_interval = 1;
        config.video_channel_synchronization.max_per_user = 2;
    })
    .await
}

async fn watch(instance: &Instance, who: &Maker, channel: u64, url: &str) -> Answer {
    let body = json!({ "externalChannelUrl": url, "videoChannelId": channel });
    instance.post(SYNCS).bearer(&who.token).json(&body).send().await
}

async fn act(instance: &Instance, who: &Maker, method: Method, path: &str) -> u16 {
    instance.ask(method, &format!("{SYNCS}/{path}")).bearer(&who.token).send().await.status.as_u16()
}

async fn import_all(instance: &Instance, who: &Maker, channel: &str, body: &Value) -> Answer {
    let path = format!("/api/v1/video-channels/{channel}/import-videos");
    instance.post(&path).bearer(&who.token).json(body).send().await
}

async fn of(instance: &Instance, who: &Maker, name: &str, query: &str) -> Value {
    let path = format!("/api/v1/accounts/{name}/video-channel-syncs?{query}");
    instance.get(&path).bearer(&who.token).send().await.json()
}

/// The first synchronisation of an account, once `claim` holds of it.
async fn once(instance: &Instance, who: &Maker, name: &str, claim: impl Fn(&Value) -> bool) -> Value {
    makers::once(async || of(instance, who, name, "sort=createdAt").await["data"][0].clone(), claim).await
}

/// What somebody imports once so many of these have ended, by their addresses' ends.
async fn ended(instance: &Instance, who: &Maker, count: usize) -> Vec<(String, u64)> {
    let ended = async || -> Vec<(String, u64)> {
        let path = "/api/v1/users/me/videos/imports?sort=createdAt&count=100";
        let list = instance.get(path).bearer(&who.token).send().await.json();
        list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let name = row["targetUrl"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
                (name, row["state"]["id"].as_u64().unwrap())
            })
            .filter(|(_, state)| !matches!(state, 1 | 6))
            .collect()
    };
    makers::once(ended, |rows| count <= rows.len()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_channel_elsewhere_publishes_comes_once() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = Channel::open(&["Two", "One"]).await;
    let instance = watching(&folder).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let config = instance.get("/api/v1/config").send().await.json();
    assert_eq!(config["import"]["videoChannelSynchronization"]["enabled"], true);

    let made = watch(&instance, &bob, bob.channel, &elsewhere.url()).await;
    assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
    let made = made.json()["videoChannelSync"].clone();
    assert_eq!(made["state"], json!({ "id": 1, "label": "Waiting first run" }));
    assert_eq!(
        (&made["externalChannelUrl"], &made["channel"]["name"], &made["lastSyncAt"]),
        (&json!(elsewhere.url()), &json!("bob_channel"), &Value::Null)
    );
    let synced = once(&instance, &bob, "bob", |sync| sync["state"]["id"] == 3).await;
    assert!(synced["lastSyncAt"].is_string(), "{synced}");

    // What was there stays there; what is published from now on comes.
    elsewhere.publish("Three");
    assert_eq!(ended(&instance, &bob, 1).await, [("Three.mp4".to_owned(), 2)]);
    let path = "/api/v1/users/me/videos/imports";
    let import = instance.get(path).bearer(&bob.token).send().await.json()["data"][0].clone();
    assert_eq!(
        import["videoChannelSync"],
        json!({ "id": made["id"], "externalChannelUrl": elsewhere.url() })
    );
    let path = format!("/api/v1/videos/{}", import["video"]["uuid"].as_str().unwrap());
    let video = instance.get(&path).send().await.json();
    assert_eq!((&video["privacy"]["id"], &video["channel"]["name"]), (&json!(1), &json!("bob_channel")));
    let looks = elsewhere.looks();
    let seen = || looks + 2 <= elsewhere.looks();
    crate::makers::until(seen).await;
    let (films, sync) = (ended(&instance, &bob, 1).await, made["id"].to_string());
    assert_eq!(films.len(), 1, "once");

    // All there is, and nothing a second time; what fails is said.
    elsewhere.publish("gone");
    assert_eq!(act(&instance, &root, Method::POST, &format!("{sync}/sync")).await, 204, "by who keeps order");
    let films = ended(&instance, &bob, 4).await;
    let has = |name: &str, state: u64| films.iter().filter(|row| **row == (name.to_owned(), state)).count();
    let counts = [("One.mp4", 2), ("Two.mp4", 2), ("Three.mp4", 2), ("gone.mp4", 3)];
    assert!(counts.iter().all(|(name, state)| has(name, *state) == 1) && films.len() == 4, "{films:?}");

    assert_eq!(act(&instance, &bob, Method::DELETE, &sync).await, 204);
    assert_eq!(act(&instance, &bob, Method::DELETE, &sync).await, 404);
    assert_eq!(of(&instance, &bob, "bob", "").await["total"], 0);
    let films = instance.get("/api/v1/users/me/videos").bearer(&bob.token).send().await.json();
    assert_eq!(films["total"], 3, "what came stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_have_what_watched() {
    let closed = instance().await;
    let keeper = root(&closed).await;
    let refused = watch(&closed, &keeper, keeper.channel, "http://films.example/c").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "nobody allowed it");
    let all = json!({ "externalChannelUrl": "http://films.example/c" });
    assert_eq!(import_all(&closed, &keeper, "root_channel", &all).await.status, StatusCode::FORBIDDEN);

    let folder = tempfile::tempdir().unwrap();
    let instance = watching(&folder).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    for (body, status, field) in [
        (json!({ "videoChannelId": bob.channel }), 400, "externalChannelUrl"),
        (
            json!({ "externalChannelUrl": "ftp://films.example/", "videoChannelId": bob.channel }),
            400,
            "externalChannelUrl",
        ),
        (
            json!({ "externalChannelUrl": "http://a:b@films.example/", "videoChannelId": bob.channel }),
            400,
            "externalChannelUrl",
        ),
        (json!({ "externalChannelUrl": "http://films.example/" }), 400, "videoChannelId"),
        (json!({ "externalChannelUrl": "http://films.example/", "videoChannelId": root.channel }), 403, ""),
        (json!({ "externalChannelUrl": "http://films.example/", "videoChannelId": 999_999 }), 404, ""),
        (json!({ "externalChannelUrl": "http://10.0.0.1/", "videoChannelId": bob.channel }), 403, ""),
    ] {
        let refused = instance.post(SYNCS).bearer(&bob.token).json(&body).send().await;
        assert_eq!(refused.status.as_u16(), status, "{body}: {:?}", refused.body);
        assert!(field.is_empty() || refused.json()["invalid-params"][field].is_object(), "{body}");
    }
    // A page that lists nothing: why stands beside it.
    let elsewhere = Channel::open(&[]).await;
    let broken = format!("http://localhost:{}/nothing", elsewhere.port);
    let made = watch(&instance, &bob, bob.channel, &broken).await.json();
    let failed = once(&instance, &bob, "bob", |sync| sync["state"]["id"] == 4).await;
    assert_eq!(failed["errorCode"], "page-says");
    assert!(failed["error"].as_str().unwrap().contains("404"), "{failed}");
    watch(&instance, &bob, bob.channel, &elsewhere.url()).await;
    let third = watch(&instance, &bob, bob.channel, &elsewhere.url()).await;
    assert_eq!(third.status, StatusCode::BAD_REQUEST, "as many as one may");
    assert!(third.json()["detail"].as_str().unwrap().contains("more than 2"));

    let sync = made["videoChannelSync"]["id"].clone();
    let path = "/api/v1/accounts/root/video-channel-syncs";
    assert_eq!(instance.get(path).bearer(&bob.token).send().await.status, StatusCode::FORBIDDEN);
    assert_eq!(of(&instance, &root, "bob", "sort=-lastSyncAt").await["total"], 2, "who keeps order sees it");
    assert_eq!(of(&instance, &bob, "bob", "sort=name").await["status"], 400);
    let crossed = json!({ "externalChannelUrl": "http://films.example/c", "videoChannelSyncId": sync });
    assert_eq!(import_all(&instance, &root, "root_channel", &crossed).await.status, StatusCode::FORBIDDEN);
    assert_eq!(import_all(&instance, &bob, "root_channel", &all).await.status, StatusCode::FORBIDDEN);
    assert_eq!(act(&instance, &bob, Method::POST, "999999/sync").await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_channel_comes_though_the_server_stops_on_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = Channel::open(&["Three", "Two", "One"]).await;
    let instance = watching(&folder).await;
    let root = root(&instance).await;
    let all = json!({ "externalChannelUrl": elsewhere.url(), "videoChannelSyncId": null });
    assert_eq!(import_all(&instance, &root, "root_channel", &all).await.status, StatusCode::NO_CONTENT);
    assert_eq!(of(&instance, &root, "root", "").await["total"], 0, "it is watched no further");
    let instance = instance.restart().await;
    // After a start that allows no imports it waits.
    let allow = json!({ "import": { "videos": { "http": { "enabled": true } } } });
    let put = instance.ask(Method::PUT, "/api/v1/config/custom").bearer(&root.token).json(&allow);
    assert_eq!(put.send().await.status, StatusCode::OK);
    crate::makers::until(|| {
        use backend::store::Read;
        instance.running.app().store().table::<backend::store::tables::SyncKey>().next().is_none()
    })
    .await;
}
