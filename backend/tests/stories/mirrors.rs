//! Copies of other servers' videos, fetched from a server in the story's own process; and copies that others offer of ours.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use backend::Server;
use backend::config::{ByteSize, MirrorRule};
use backend::domain::follow;
use backend::federation::find;
use backend::store::records::{FollowState, MirrorStrategy, Party, Playlist};
use backend::store::tables::{MirrorKey, MirrorWishKey, VideoKey};
use backend::store::{Durability, Read};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use shared::id::{Uuid, VideoId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::makers::{Maker, root, until};
use crate::rig::{Instance, instance_with, settings};
use crate::stranger::{Stranger, neighbour};
use crate::videos::publish;

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
const PEM: &str = "-----BEGIN PUBLIC KEY-----\nMIGf\n-----END PUBLIC KEY-----\n";
const REDUNDANCY: &str = "/api/v1/server/redundancy/videos";
const SEGMENTS: usize = 3;
const SEGMENT_BYTES: usize = 1000;
const HEAD_BYTES: usize = 10;
const FILM_BYTES: usize = HEAD_BYTES + SEGMENTS * SEGMENT_BYTES;

/// A server with videos, and what it was told.
#[derive(Clone)]
struct Sea {
    port: u16,
    shown: Arc<Mutex<HashMap<String, Vec<u8>>>>,
    told: Arc<Mutex<Vec<Value>>>,
}

impl Sea {
    async fn open() -> Sea {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let sea = Sea { port, shown: Arc::default(), told: Arc::default() };
        let serving = sea.clone();
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(line));
            }
        });
        for (kind, path, name) in [
            ("Application", "/accounts/peertube", "peertube"),
            ("Person", "/accounts/ann", "ann"),
            ("Group", "/video-channels/tide", "tide"),
        ] {
            let mut actor = json!({
                "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
                "type": kind, "id": sea.at(path), "preferredUsername": name, "name": name, "url": sea.at(path),
                "inbox": sea.at(&format!("{path}/inbox")), "outbox": sea.at(&format!("{path}/outbox")),
                "endpoints": { "sharedInbox": sea.at("/inbox") },
                "publicKey": { "id": sea.at(&format!("{path}#main-key")), "owner": sea.at(path), "publicKeyPem": PEM },
            });
            if kind == "Group" {
                actor["attributedTo"] = json!([{ "type": "Person", "id": sea.at("/accounts/ann") }]);
            }
            sea.show(path, actor.to_string());
        }
        sea
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.host())
    }

    fn show(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.shown.lock().unwrap().insert(path.to_owned(), bytes.into());
    }

    /// What it was told of a type, by whoever.
    fn told(&self, kind: &str) -> Vec<Value> {
        self.told.lock().unwrap().iter().filter(|told| told["type"] == kind).cloned().collect()
    }

    /// Shows a video with one quality. Gives its id.
    fn film(&self, number: u8, views: u64, is_forged: bool) -> (String, BTreeMap<String, Vec<u8>>) {
        let uuid = Uuid::from_random(u128::from(number) + 1);
        let folder = format!("/static/streaming-playlists/hls/{uuid}");
        let name = format!("{uuid}-240-fragmented.mp4");
        let mut film = vec![number; HEAD_BYTES];
        let mut playlist = format!(
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n\
             #EXT-X-MAP:URI=\"{name}\",BYTERANGE=\"{HEAD_BYTES}@0\"\n"
        );
        let mut digests = json!({});
        for segment in 0..SEGMENTS {
            let at = film.len();
            let bytes = vec![number ^ u8::try_from(segment).unwrap(); SEGMENT_BYTES];
            let digest = hex::encode(Sha256::digest(&bytes));
            digests[format!("{at}-{}", at + SEGMENT_BYTES - 1)] = json!(digest);
            playlist.push_str(&format!("#EXTINF:4.0,\n#EXT-X-BYTERANGE:{SEGMENT_BYTES}@{at}\n{name}\n"));
            film.extend(bytes);
        }
        playlist.push_str("#EXT-X-ENDLIST\n");
        if is_forged {
            film[FILM_BYTES - 1] ^= 1;
        }
        let master = format!(
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-STREAM-INF:BANDWIDTH=2000,RESOLUTION=426x240\n{uuid}-240.m3u8\n"
        );
        let files: BTreeMap<String, Vec<u8>> = [
            (format!("{uuid}-master.m3u8"), master.into_bytes()),
            (format!("{uuid}-240.m3u8"), playlist.into_bytes()),
            (
                format!("{uuid}-segments-sha256.json"),
                json!({ name.clone(): digests }).to_string().into_bytes(),
            ),
            (name.clone(), film),
        ]
        .into();
        for (name, bytes) in &files {
            self.show(&format!("{folder}/{name}"), bytes.clone());
        }
        let path = format!("/videos/watch/{uuid}");
        let at = |path: &str| self.at(path);
        let video = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "type": "Video", "id": at(&path), "uuid": uuid, "name": format!("Film {number}"),
            "duration": "PT12S", "state": 1, "views": views, "commentsPolicy": 1, "to": [PUBLIC], "cc": [],
            "published": "2026-11-21T02:03:26.618Z", "updated": "2026-11-21T02:03:26.618Z",
            "icon": [{ "type": "Image", "mediaType": "image/jpeg", "url": at("/1.jpg"), "width": 280, "height": 157 }],
            "attributedTo": [{ "type": "Person", "id": at("/accounts/ann") },
                { "type": "Group", "id": at("/video-channels/tide") }],
            "url": [
                { "type": "Link", "mediaType": "text/html", "href": at(&path) },
                { "type": "Link", "mediaType": "application/x-mpegURL",
                    "href": at(&format!("{folder}/{uuid}-master.m3u8")), "tag": [
                    { "type": "Link", "name": "sha256", "mediaType": "application/json",
                        "href": at(&format!("{folder}/{uuid}-segments-sha256.json")) },
                    { "type": "Link", "mediaType": "video/mp4", "href": at(&format!("{folder}/{name}")),
                        "height": 240, "width": 426, "size": FILM_BYTES, "fps": 25 },
                ] },
            ],
        });
        self.show(&path, video.to_string());
        (self.at(&path), files)
    }

    async fn serve(self, mut line: TcpStream) -> Option<()> {
        let mut heard = Vec::new();
        let end = loop {
            if let Some(end) = heard.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if line.read_buf(&mut heard).await.ok()? == 0 {
                return None;
            }
        };
        let head = String::from_utf8_lossy(&heard[..end]).into_owned();
        let field = |name: &str| {
            let mut fields = head.lines().filter_map(|line| line.split_once(':'));
            fields
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim().to_owned())
        };
        let length = field("content-length").map_or(0, |length| length.parse::<usize>().unwrap());
        while heard.len() < end + length {
            if line.read_buf(&mut heard).await.ok()? == 0 {
                return None;
            }
        }
        let mut words = head.split(' ');
        let (method, path) = (words.next()?, words.next()?);
        if method == "POST" {
            self.told.lock().unwrap().extend(serde_json::from_slice::<Value>(&heard[end..]));
            line.write_all(b"HTTP/1.1 204 -\r\nconnection: close\r\n\r\n").await.ok()?;
            return Some(());
        }
        let shown = self.shown.lock().unwrap().get(path).cloned();
        let range = field("range").and_then(|range| {
            let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
            Some((first.parse::<usize>().ok()?, last.parse::<usize>().ok()?))
        });
        let (status, told, body) = match (shown, range) {
            (None, _) => (404, String::new(), Vec::new()),
            (Some(bytes), Some((first, last))) if last < bytes.len() => {
                let told = format!("content-range: bytes {first}-{last}/{}\r\n", bytes.len());
                (206, told, bytes[first..=last].to_vec())
            }
            (Some(_), Some(_)) => (416, String::new(), Vec::new()),
            (Some(bytes), None) => (200, String::new(), bytes),
        };
        let answer = format!(
            "HTTP/1.1 {status} -\r\ncontent-type: application/activity+json\r\n{told}content-length: {}\r\n\
             connection: close\r\n\r\n",
            body.len()
        );
        line.write_all(answer.as_bytes()).await.ok()?;
        line.write_all(&body).await.ok()?;
        line.shutdown().await.ok()
    }
}

/// An instance beside the sea, with these rules.
async fn beside(sea: &Sea, rules: Vec<MirrorRule>) -> (Instance, Maker) {
    let host = sea.host();
    let instance = instance_with(move |config| {
        config.federation.allow_private_hosts = vec![host];
        config.redundancy.strategies = rules;
        config.redundancy.check_interval = 1;
    })
    .await;
    let root = root(&instance).await;
    (instance, root)
}

/// The same instance, stopped and started again.
async fn restart(instance: Instance, sea: &Sea) -> Instance {
    let Instance { running, folder } = instance;
    running.stop().await.unwrap();
    let mut config = settings(folder.path());
    config.federation.allow_private_hosts = vec![sea.host()];
    Instance { running: Server::start(config).await.unwrap(), folder }
}

/// The instance follows that of the sea, as if it had said yes.
async fn follow_sea(instance: &Instance, sea: &Sea) {
    let app = instance.running.app();
    let url = sea.at("/accounts/peertube");
    let whom = find::actor(app, &url).await.unwrap();
    let done = app.write(Durability::Flushed, move |write, now| {
        let id = follow::ask(write, now, Party::Instance, whom, |id| format!("http://here/{id}")).unwrap();
        follow::answer(write, now, id, FollowState::Accepted)
    });
    assert!(done.await.unwrap());
}

async fn allow(instance: &Instance, root: &Maker, sea: &Sea, is_allowed: bool) -> u16 {
    let path = format!("/api/v1/server/redundancy/{}", sea.host());
    let body = json!({ "redundancyAllowed": is_allowed });
    let asking = instance.ask(http::Method::PUT, &path).bearer(&root.token).json(&body);
    asking.send().await.status.as_u16()
}

async fn held(instance: &Instance, root: &Maker, target: &str) -> Vec<Value> {
    let answer = instance.get(&format!("{REDUNDANCY}?target={target}")).bearer(&root.token).send().await;
    let page = answer.json();
    let rows = page["data"].as_array().unwrap().clone();
    assert_eq!(page["total"], rows.len());
    rows
}

/// Our copies, in the store.
fn copies(instance: &Instance) -> Vec<(VideoId, u64)> {
    let rows = instance.running.app().store().table::<MirrorKey>();
    rows.map(|row| row.unwrap().1).map(|mirror| (mirror.video, mirror.bytes)).collect()
}

fn folders(instance: &Instance) -> Vec<String> {
    let folder = instance.running.app().layout().mirrors();
    let names = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_is_asked_for_is_whole_is_served_and_is_told_of() {
    let sea = Sea::open().await;
    let (instance, root) = beside(&sea, Vec::new()).await;
    let (url, files) = sea.film(1, 5, false);
    let video = find::video(instance.running.app(), &url).await.unwrap();
    let row = instance.running.app().store().get(&VideoKey { video }).unwrap().unwrap();
    let ask = || instance.post(REDUNDANCY).bearer(&root.token).json(&json!({ "videoId": video }));
    assert_eq!(ask().send().await.status, 204);
    until(|| !copies(&instance).is_empty()).await;
    assert_eq!(ask().send().await.status, 409, "there is one");

    let base = format!("/static/redundancy/hls/{}", row.uuid);
    for (name, bytes) in &files {
        let answer = instance.get(&format!("{base}/{name}")).send().await;
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &bytes[..]), "{name}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
    let film = files.keys().find(|name| name.ends_with(".mp4")).unwrap();
    let part = instance.get(&format!("{base}/{film}")).header("range", "bytes=10-1009").send().await;
    assert_eq!((part.status.as_u16(), &part.body[..]), (206, &files[film][10..1010]));

    let rows = held(&instance, &root, "remote-videos").await;
    let copy = &rows[0]["redundancies"]["streamingPlaylists"][0];
    assert_eq!((&rows[0]["url"], &rows[0]["redundancies"]["files"]), (&json!(url), &json!([])));
    assert_eq!((&copy["strategy"], &copy["expiresOn"]), (&json!("manual"), &Value::Null));
    assert_eq!(copy["fileUrl"], format!("{}{base}", instance.running.url));
    let all: usize = files.values().map(Vec::len).sum();
    assert_eq!(copy["size"], all);
    let shown = instance.get(&format!("/api/v1/videos/{}", row.uuid)).send().await.json();
    assert_eq!(shown["streamingPlaylists"][0]["redundancies"], json!([{ "baseUrl": copy["fileUrl"] }]));

    let document = format!("/redundancy/streaming-playlists/hls/{}", row.uuid);
    let read = instance.get(&document).header("accept", "application/activity+json").send().await.json();
    assert_eq!((&read["type"], &read["object"]), (&json!("CacheFile"), &json!(url)));
    assert_eq!(read["url"]["href"], copy["fileUrl"]);
    until(|| !sea.told("Create").is_empty()).await;
    let created = &sea.told("Create")[0];
    assert_eq!(created["object"]["id"], read["id"]);
    assert_eq!(created["to"], json!([sea.at("/accounts/ann")]));
    assert_eq!(created["signature"]["type"], "RsaSignature2017");

    let path = format!("{REDUNDANCY}/{}", copy["id"]);
    let removed = instance.ask(http::Method::DELETE, &path).bearer(&root.token).send().await;
    assert_eq!(removed.status, 204);
    assert_eq!(instance.get(&format!("{base}/{film}")).send().await.status, 404);
    assert_eq!(instance.get(&document).send().await.status, 404);
    assert_eq!(instance.ask(http::Method::DELETE, &path).bearer(&root.token).send().await.status, 404);
    until(|| !sea.told("Undo").is_empty()).await;
    assert_eq!(sea.told("Undo")[0]["object"]["object"]["id"], read["id"]);
    until(|| folders(&instance).is_empty()).await;
    let shown = instance.get(&format!("/api/v1/videos/{}", row.uuid)).send().await.json();
    assert_eq!(shown["streamingPlaylists"][0]["redundancies"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_stays_of_a_film_that_is_not_what_its_publisher_says() {
    let sea = Sea::open().await;
    let (instance, root) = beside(&sea, Vec::new()).await;
    let (url, _) = sea.film(1, 5, true);
    let video = find::video(instance.running.app(), &url).await.unwrap();
    let ask = || instance.post(REDUNDANCY).bearer(&root.token).json(&json!({ "videoId": video }));
    assert_eq!(ask().send().await.status, 204);
    // Once it was seen to be forged it is waited for no more, and may be asked for again.
    let store = || instance.running.app().store();
    until(|| store().table::<MirrorWishKey>().next().is_none()).await;
    assert!(copies(&instance).is_empty());
    assert_eq!(folders(&instance), Vec::<String>::new());
    assert!(sea.told("Create").is_empty());
    assert_eq!(ask().send().await.status, 204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_fill_their_room_with_videos_of_servers_that_are_followed_and_allowed() {
    let sea = Sea::open().await;
    let rule = MirrorRule {
        strategy: MirrorStrategy::MostViews,
        // One film, and half another.
        size: ByteSize(u64::try_from(FILM_BYTES * 3 / 2).unwrap()),
        min_lifetime_hours: 10,
        min_views: 2,
    };
    let (instance, root) = beside(&sea, vec![rule]).await;
    let app = instance.running.app();
    let mut videos = Vec::new();
    for (number, views) in [(1, 5), (2, 9), (3, 1)] {
        videos.push(find::video(app, &sea.film(number, views, false).0).await.unwrap());
    }
    assert_eq!(allow(&instance, &root, &sea, true).await, 404, "nobody follows it");
    follow_sea(&instance, &sea).await;
    let list = async || instance.get("/api/v1/server/following").send().await.json();
    assert_eq!(list().await["data"][0]["following"]["hostRedundancyAllowed"], false);
    assert_eq!(allow(&instance, &root, &sea, true).await, 204);
    assert_eq!(list().await["data"][0]["following"]["hostRedundancyAllowed"], true);
    until(|| !copies(&instance).is_empty()).await;
    assert_eq!(copies(&instance)[0].0, videos[1], "most viewed first");
    let rows = held(&instance, &root, "remote-videos").await;
    assert_eq!(rows[0]["redundancies"]["streamingPlaylists"][0]["strategy"], "most-views");
    assert!(rows[0]["redundancies"]["streamingPlaylists"][0]["expiresOn"].is_string());
    assert_eq!(rows.len(), 1, "there is no room for two");

    assert_eq!(allow(&instance, &root, &sea, false).await, 204);
    until(|| copies(&instance).is_empty()).await;
    until(|| folders(&instance).is_empty() && !sea.told("Undo").is_empty()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_goes_with_the_following_it_stands_on() {
    let sea = Sea::open().await;
    let (strategy, size) = (MirrorStrategy::RecentlyAdded, ByteSize::gib(1));
    let rule = MirrorRule { strategy, size, min_lifetime_hours: 10, min_views: 0 };
    let (instance, root) = beside(&sea, vec![rule]).await;
    find::video(instance.running.app(), &sea.film(1, 5, false).0).await.unwrap();
    follow_sea(&instance, &sea).await;
    allow(&instance, &root, &sea, true).await;
    until(|| !copies(&instance).is_empty()).await;
    let path = format!("/api/v1/server/following/{}", sea.host());
    assert_eq!(instance.ask(http::Method::DELETE, &path).bearer(&root.token).send().await.status, 204);
    until(|| copies(&instance).is_empty()).await;
    until(|| sea.told("Undo").iter().any(|told| told["object"]["type"] == "Create")).await;
    until(|| folders(&instance).is_empty()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_leaves_no_files_without_a_row_and_no_row_without_files() {
    let sea = Sea::open().await;
    let (instance, root) = beside(&sea, Vec::new()).await;
    let (url, files) = sea.film(1, 5, false);
    let video = find::video(instance.running.app(), &url).await.unwrap();
    let ask = instance.post(REDUNDANCY).bearer(&root.token).json(&json!({ "videoId": video }));
    assert_eq!(ask.send().await.status, 204);
    until(|| !copies(&instance).is_empty()).await;
    let layout = instance.running.app().layout().clone();
    let uuid = instance.running.app().store().get(&VideoKey { video }).unwrap().unwrap().uuid;
    let stranger = Uuid::from_random(99);
    // As if it had been killed between a folder's taking its place and its row, and files had been lost.
    std::fs::create_dir(layout.mirror(stranger)).unwrap();
    std::fs::write(layout.mirror(stranger).join("a.mp4"), "x").unwrap();
    std::fs::remove_dir_all(layout.mirror(uuid)).unwrap();
    let instance = restart(instance, &sea).await;
    until(|| copies(&instance).is_empty() && folders(&instance).is_empty()).await;
    // A copy that is there in part is gone on with: what is right of it stays.
    let film = files.keys().find(|name| name.ends_with(".mp4")).unwrap();
    std::fs::create_dir_all(layout.mirror_part(uuid)).unwrap();
    let part = [&files[film][..HEAD_BYTES + SEGMENT_BYTES], b"rubbish"].concat();
    // A look in this very moment takes it away again.
    drop(std::fs::write(layout.mirror_part(uuid).join(film), part));
    let ask = instance.post(REDUNDANCY).bearer(&root.token).json(&json!({ "videoId": video }));
    assert_eq!(ask.send().await.status, 204);
    until(|| !copies(&instance).is_empty()).await;
    assert_eq!(std::fs::read(layout.mirror(uuid).join(film)).unwrap(), files[film]);
    assert_eq!(folders(&instance), [uuid.to_string()]);
    // As if the power had failed while the folder was being removed, and the row had come back.
    std::fs::remove_file(layout.mirror(uuid).join(film)).unwrap();
    let instance = restart(instance, &sea).await;
    until(|| copies(&instance).is_empty() && folders(&instance).is_empty()).await;
    instance.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_for_goes_too_when_a_server_is_allowed_no_more() {
    let sea = Sea::open().await;
    let (instance, root) = beside(&sea, Vec::new()).await;
    follow_sea(&instance, &sea).await;
    let app = instance.running.app();
    for number in [1, 2] {
        let video = find::video(app, &sea.film(number, 5, false).0).await.unwrap();
        let ask = instance.post(REDUNDANCY).bearer(&root.token).json(&json!({ "videoId": video }));
        assert_eq!(ask.send().await.status, 204);
    }
    until(|| copies(&instance).len() == 2).await;
    assert_eq!(allow(&instance, &root, &sea, false).await, 204);
    until(|| copies(&instance).is_empty() && folders(&instance).is_empty()).await;
    // What is asked for afterwards was meant.
    let again = find::video(app, &sea.film(3, 5, false).0).await.unwrap();
    let ask = instance.post(REDUNDANCY).bearer(&root.token).json(&json!({ "videoId": again }));
    assert_eq!(ask.send().await.status, 204);
    until(|| copies(&instance).len() == 1).await;
    instance.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_others_offer_of_ours_is_shown_until_they_take_it_back() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "Low tide", |video| {
        let (master, digests) = ("m-master.m3u8".to_owned(), "m-segments-sha256.json".to_owned());
        video.playlist = Some(Playlist { id: 1, master, digests, renditions: Vec::new() });
    })
    .await;
    let by = stranger.url("/users/peertube");
    stranger.show("/users/peertube", &stranger.actor("peertube", "Application"));
    let about = format!("{}/videos/watch/{}", instance.running.url, video.uuid);
    let id = stranger.url(&format!("/redundancy/streaming-playlists/hls/{}", video.uuid));
    let base = stranger.url(&format!("/static/redundancy/hls/{}", video.uuid));
    let copy = |expires: Value| {
        json!({
            "id": id, "type": "CacheFile", "object": about, "expires": expires, "to": [PUBLIC], "cc": [],
            "url": { "type": "Link", "mediaType": "application/x-mpegURL", "href": base },
        })
    };
    let said = |kind: &str, number: u32, object: Value| {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams", "type": kind, "actor": by,
            "id": format!("{id}/{kind}/{number}"), "object": object, "to": [PUBLIC], "cc": [],
        })
    };
    let known = || {
        let row = instance.running.app().store().get(&VideoKey { video: video.id }).unwrap().unwrap();
        row.mirrors
    };
    let create = said("Create", 1, copy(json!("2099-01-01T00:00:00.000Z")));
    assert_eq!(stranger.say(&instance, &by, &create).await.status, 204);
    until(|| known().len() == 1).await;
    let rows = held(&instance, &root, "my-videos").await;
    let shown = &rows[0]["redundancies"]["streamingPlaylists"][0];
    assert_eq!((&shown["fileUrl"], &shown["strategy"]), (&json!(base), &Value::Null));
    let page = instance.get(&format!("/api/v1/videos/{}", video.uuid)).send().await.json();
    assert_eq!(page["streamingPlaylists"][0]["redundancies"], json!([{ "baseUrl": base }]));

    let update = said("Update", 2, copy(json!("2098-01-01T00:00:00.000Z")));
    assert_eq!(stranger.say(&instance, &by, &update).await.status, 204);
    until(|| known()[0].expires_at.is_some_and(|at| at.to_string().starts_with("2098"))).await;
    let undo = said("Undo", 3, said("Create", 1, copy(Value::Null)));
    assert_eq!(stranger.say(&instance, &by, &undo).await.status, 204);
    until(|| known().is_empty()).await;
    assert!(held(&instance, &root, "my-videos").await.is_empty());

    // Administrators may send nobody there, too.
    let again = said("Create", 4, copy(Value::Null));
    assert_eq!(stranger.say(&instance, &by, &again).await.status, 204);
    until(|| known().len() == 1).await;
    let path = format!("{REDUNDANCY}/{}", known()[0].number);
    assert_eq!(instance.ask(http::Method::DELETE, &path).bearer(&root.token).send().await.status, 204);
    assert!(known().is_empty());
}
