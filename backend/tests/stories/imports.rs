//! Videos from elsewhere: asked for, fetched, called off, tried again, and kept from where nobody may look.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use backend::config::Config;
use backend::files::torrent::digests;
use backend::store::Read as _;
use backend::store::tables::{ImportPicturesKey, VideoKey};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use sha1::Digest as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::clips;
use crate::makers::{self, Maker, bob, root};
use crate::rig::{Answer, Instance, Part, instance, instance_with};

const IMPORTS: &str = "/api/v1/videos/imports";
const MINE: &str = "/api/v1/users/me/videos/imports";
/// Of a torrent that nobody has.
const MAGNET: &str = "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=Nobody%27s+film.mp4";

/// A film whose pictures and sound lie apart.
const MANIFEST: &str = "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" \
    mediaPresentationDuration=\"PT2S\" profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\"><Period>\
    <AdaptationSet mimeType=\"video/mp4\"><Representation id=\"v\" codecs=\"avc1.42c00d\" width=\"320\" height=\"180\" \
    bandwidth=\"100000\"><BaseURL>picture.mp4</BaseURL></Representation></AdaptationSet>\
    <AdaptationSet mimeType=\"audio/mp4\"><Representation id=\"a\" codecs=\"mp4a.40.2\" bandwidth=\"64000\">\
    <BaseURL>sound.m4a</BaseURL></Representation></AdaptationSet></Period></MPD>";

/// A place on the web: a film, a page that shows one, ways to both, and a line that never ends.
struct Elsewhere {
    port: u16,
    asked: Arc<AtomicUsize>,
}

impl Elsewhere {
    async fn open(page: &'static str) -> Elsewhere {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Elsewhere::at(listener, page)
    }

    fn at(listener: TcpListener, page: &'static str) -> Elsewhere {
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(answer(line, page));
            }
        });
        Elsewhere { port, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }
}

async fn answer(mut line: tokio::net::TcpStream, page: &'static str) -> Option<()> {
    let mut heard = Vec::new();
    while !heard.ends_with(b"\r\n\r\n") {
        if line.read_buf(&mut heard).await.ok()? == 0 {
            return None;
        }
    }
    let text = String::from_utf8(heard).ok()?;
    let path = text.split(' ').nth(1)?;
    let film = clips::mp4();
    let head = |kind: &str, length: usize| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
    };
    match path.rsplit('/').next()? {
        "A_day_at_sea.mp4" => {
            line.write_all(head("video/mp4", film.len()).as_bytes()).await.ok()?;
            line.write_all(film).await.ok()?;
        }
        "picture.mp4" | "sound.m4a" => {
            let (picture, sound) = clips::apart();
            let is_sound = path.ends_with("sound.m4a");
            let (kind, part) = if is_sound { ("audio/mp4", sound) } else { ("video/mp4", picture) };
            line.write_all(head(kind, part.len()).as_bytes()).await.ok()?;
            line.write_all(part).await.ok()?;
        }
        "film.mpd" => {
            line.write_all(head("application/dash+xml", MANIFEST.len()).as_bytes()).await.ok()?;
            line.write_all(MANIFEST.as_bytes()).await.ok()?;
        }
        "slow.mp4" => {
            line.write_all(head("video/mp4", film.len()).as_bytes()).await.ok()?;
            line.write_all(film.get(..film.len() / 2)?).await.ok()?;
            // Until the other side goes.
            line.read_u8().await.ok()?;
        }
        "broken.mp4" => {
            line.write_all(head("video/mp4", film.len()).as_bytes()).await.ok()?;
            line.write_all(film.get(..100)?).await.ok()?;
        }
        "no_film.mp4" => {
            line.write_all(head("video/mp4", 5).as_bytes()).await.ok()?;
            line.write_all(b"hello").await.ok()?;
        }
        "moved" => {
            line.write_all(b"HTTP/1.1 302 Found\r\nLocation: /A_day_at_sea.mp4\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await.ok()?;
        }
        "round" => {
            line.write_all(
                b"HTTP/1.1 301 Moved\r\nLocation: round\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            )
            .await
            .ok()?;
        }
        "inside" => {
            line.write_all(b"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:9/film.mp4\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await.ok()?;
        }
        "page.html" => {
            line.write_all(head("text/html; charset=utf-8", page.len()).as_bytes()).await.ok()?;
            line.write_all(page.as_bytes()).await.ok()?;
        }
        _ => {
            line.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .await
                .ok()?;
        }
    }
    line.shutdown().await.ok()
}

/// Lets makers fetch from the loopback interface.
pub fn lets(config: &mut Config) {
    config.import.http = true;
    config.import.networks_allowed = ["127.0.0.1", "::1"].map(|network| network.parse().unwrap()).to_vec();
}

async fn ask(instance: &Instance, who: &Maker, body: Value) -> Answer {
    instance.post(IMPORTS).bearer(&who.token).json(&body).send().await
}

async fn fetch(instance: &Instance, who: &Maker, url: &str) -> Value {
    let asked = ask(instance, who, json!({ "channelId": who.channel, "targetUrl": url, "privacy": 1 })).await;
    assert_eq!(asked.status, StatusCode::OK, "{:?}", asked.body);
    asked.json()
}

async fn mine(instance: &Instance, who: &Maker, query: &str) -> Value {
    instance.get(&format!("{MINE}?{query}")).bearer(&who.token).send().await.json()
}

/// The import that was asked for last, once `claim` holds of it.
async fn once(instance: &Instance, who: &Maker, claim: impl Fn(&Value) -> bool) -> Value {
    once_in(instance, who, "", claim).await
}

/// The import that was asked for first, once `claim` holds of it.
async fn once_first(instance: &Instance, who: &Maker, claim: impl Fn(&Value) -> bool) -> Value {
    once_in(instance, who, "sort=createdAt", claim).await
}

/// The first row of a list of imports, once `claim` holds of it.
async fn once_in(instance: &Instance, who: &Maker, query: &str, claim: impl Fn(&Value) -> bool) -> Value {
    makers::once(async || mine(instance, who, query).await["data"][0].clone(), claim).await
}

async fn ended(instance: &Instance, who: &Maker, state: u64) -> Value {
    let last = once(instance, who, |last| !matches!(last["state"]["id"].as_u64(), Some(1 | 6))).await;
    assert_eq!(last["state"]["id"], state, "{last}");
    last
}

async fn act(instance: &Instance, who: &Maker, method: Method, path: &str) -> u16 {
    let path = format!("{IMPORTS}/{path}");
    instance.ask(method, &path).bearer(&who.token).send().await.status.as_u16()
}

async fn news(instance: &Instance, who: &Maker) -> Value {
    let path = "/api/v1/users/me/notifications?typeOneOf=7&typeOneOf=8";
    instance.get(path).bearer(&who.token).send().await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_comes_from_its_address_and_who_asked_is_told() {
    let closed = instance().await;
    let keeper = root(&closed).await;
    let web = Elsewhere::open("").await;
    let film = web.url("/films/A_day_at_sea.mp4");
    let body = json!({ "channelId": keeper.channel, "targetUrl": film });
    assert_eq!(ask(&closed, &keeper, body).await.status, StatusCode::CONFLICT, "nobody allowed it");

    let instance = instance_with(lets).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let config = instance.get("/api/v1/config").send().await.json();
    assert_eq!(config["import"]["videos"]["http"]["enabled"], true);
    for (body, status, field) in [
        (json!({ "channelId": bob.channel }), 400, "targetUrl"),
        (json!({ "channelId": bob.channel, "targetUrl": "ftp://films.example/a.mp4" }), 400, "targetUrl"),
        (
            json!({ "channelId": bob.channel, "targetUrl": "http://a:b@films.example/a.mp4" }),
            400,
            "targetUrl",
        ),
        (json!({ "channelId": bob.channel, "targetUrl": "file:///etc/passwd" }), 400, "targetUrl"),
        (json!({ "targetUrl": film }), 400, "channelId"),
        (json!({ "channelId": bob.channel, "targetUrl": film, "name": "x" }), 400, "name"),
        (json!({ "channelId": root.channel, "targetUrl": film }), 400, ""),
        (json!({ "channelId": bob.channel, "magnetUri": "magnet:?xt=urn:btih:x" }), 400, "magnetUri"),
        (json!({ "channelId": bob.channel, "magnetUri": MAGNET }), 409, ""),
    ] {
        let refused = ask(&instance, &bob, body.clone()).await;
        assert_eq!(refused.status.as_u16(), status, "{body}: {:?}", refused.body);
        assert!(field.is_empty() || refused.json()["invalid-params"][field].is_object(), "{body}");
    }
    assert_eq!(mine(&instance, &bob, "").await["total"], 0);
    assert_eq!(instance.get(MINE).send().await.status, StatusCode::UNAUTHORIZED);

    let asked = fetch(&instance, &bob, &film).await;
    assert_eq!((&asked["targetUrl"], &asked["state"]["label"]), (&json!(film), &json!("Pending")));
    let done = ended(&instance, &bob, 2).await;
    assert_eq!((&done["video"]["name"], &done["attempts"]), (&json!("A day at sea"), &json!(1)));
    assert_eq!((&done["error"], &done["progress"]), (&Value::Null, &Value::Null));
    let path = format!("/api/v1/videos/{}", done["video"]["uuid"].as_str().unwrap());
    assert_eq!(instance.get(&path).send().await.json()["channel"]["name"], "bob_channel");
    let told = news(&instance, &bob).await["data"][0].clone();
    assert_eq!((&told["type"], &told["videoImport"]["targetUrl"]), (&json!(7), &json!(film)));
    assert_eq!(told["videoImport"]["video"]["name"], "A day at sea");

    // Where it has gone, under a name of one's own.
    let moved =
        json!({ "channelId": bob.channel, "targetUrl": web.url("/moved"), "name": "Mine", "privacy": 3 });
    assert_eq!(ask(&instance, &bob, moved).await.status, StatusCode::OK);
    assert_eq!(ended(&instance, &bob, 2).await["video"]["name"], "Mine");
    for (query, total) in [("search=sea", 1), ("search=MINE", 1), ("search=moved", 1), ("search=zzz", 0)] {
        assert_eq!(mine(&instance, &bob, query).await["total"], total, "{query}");
    }
    assert_eq!(mine(&instance, &bob, "sort=createdAt").await["data"][0]["targetUrl"], film);
    assert_eq!(mine(&instance, &bob, "sort=name").await["status"], 400);
    assert_eq!(mine(&instance, &root, "").await["total"], 0, "each their own");
    let id = done["id"].to_string();
    assert_eq!(act(&instance, &bob, Method::POST, &format!("{id}/retry")).await, 409, "it is there");
    assert_eq!(act(&instance, &bob, Method::DELETE, &id).await, 204);
    assert_eq!(instance.get(&path).send().await.status, StatusCode::OK, "the film stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_come_says_why_and_is_tried_again() {
    let web = Elsewhere::open("<p>No film</p>").await;
    let instance = instance_with(lets).await;
    let (root, bob) = (root(&instance).await, bob(&instance, Some(1000)).await);
    for (path, code, about, reason) in [
        ("/missing", "host-refuses", json!("404 Not Found"), "The host answers 404 Not Found."),
        ("/round", "leads-on", Value::Null, "The address leads on and on."),
        ("/inside", "host-closed", json!("127.0.0.1"), "The host 127.0.0.1 is not of the open internet."),
        ("/page.html", "files-only", Value::Null, "addresses of files alone"),
        ("/no_film.mp4", "unreadable", Value::Null, "no video that can be read"),
        ("/broken.mp4", "line-broken", Value::Null, "The line to the host broke off."),
    ] {
        fetch(&instance, &root, &web.url(path)).await;
        let failed = ended(&instance, &root, 3).await;
        assert!(failed["error"].as_str().unwrap().contains(reason), "{path}: {failed}");
        assert_eq!((&failed["errorCode"], &failed["errorAbout"]), (&json!(code), &about), "{path}");
    }
    let told = news(&instance, &root).await;
    assert_eq!((&told["total"], &told["data"][0]["type"]), (&json!(6), &json!(8)));
    assert!(told["data"][0]["videoImport"]["video"].is_null());
    let videos = instance.get("/api/v1/users/me/videos").bearer(&root.token).send().await.json();
    assert_eq!(videos["total"], 0, "nothing is left of what did not come");
    let last = mine(&instance, &root, "").await["data"][0]["id"].to_string();
    assert_eq!(act(&instance, &bob, Method::POST, &format!("{last}/retry")).await, 403);
    assert_eq!(act(&instance, &root, Method::POST, &format!("{last}/retry")).await, 204);
    assert_eq!(ended(&instance, &root, 3).await["attempts"], 2);

    fetch(&instance, &bob, &web.url("/A_day_at_sea.mp4")).await;
    let failed = ended(&instance, &bob, 3).await;
    assert!(failed["error"].as_str().unwrap().contains("quota"), "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_behind_the_door_is_asked() {
    let web = Elsewhere::open("").await;
    let instance = instance_with(|config| config.import.http = true).await;
    let root = root(&instance).await;
    for host in
        ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
    {
        let url = format!("http://{host}:{}/A_day_at_sea.mp4", web.port);
        let body = json!({ "channelId": root.channel, "targetUrl": url });
        let answer = ask(&instance, &root, body).await;
        if answer.status == StatusCode::OK {
            // A spelling that this system does not know for an address.
            let error = ended(&instance, &root, 3).await["error"].as_str().unwrap().to_owned();
            assert!(error.contains("is not known"), "{host}: {error}");
        } else {
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{host}: {:?}", answer.body);
        }
    }
    assert_eq!(web.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_on_its_way_is_called_off_and_survives_a_restart() {
    let web = Elsewhere::open("").await;
    let instance = instance_with(lets).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let id = fetch(&instance, &bob, &web.url("/slow.mp4")).await["id"].to_string();
    let half = |last: &Value| last["state"]["id"] == 6 && 40 < last["progress"].as_u64().unwrap_or(0);
    once(&instance, &bob, half).await;
    // The next waits for its turn.
    fetch(&instance, &bob, &web.url("/A_day_at_sea.mp4")).await;
    assert_eq!(mine(&instance, &bob, "").await["data"][0]["state"]["id"], 1);
    assert_eq!(act(&instance, &bob, Method::DELETE, &id).await, 409, "it is not over");
    assert_eq!(act(&instance, &root, Method::POST, &format!("{id}/cancel")).await, 204, "by who may");
    ended(&instance, &bob, 2).await;
    let first = mine(&instance, &bob, "sort=createdAt").await["data"][0].clone();
    assert_eq!((&first["state"]["label"], &first["video"]), (&json!("Cancelled"), &Value::Null));
    assert_eq!(act(&instance, &bob, Method::POST, &format!("{id}/cancel")).await, 409);
    assert_eq!(act(&instance, &bob, Method::DELETE, "999999").await, 404);
    // Called off and tried again at once, as often as one likes: the last beginning counts, and none of the others.
    for _ in 0..3 {
        assert_eq!(act(&instance, &bob, Method::POST, &format!("{id}/retry")).await, 204);
        assert_eq!(act(&instance, &bob, Method::POST, &format!("{id}/cancel")).await, 204);
    }
    assert_eq!(act(&instance, &bob, Method::POST, &format!("{id}/retry")).await, 204);
    once_first(&instance, &bob, |first| first["state"]["id"] == 6).await;
    // After a start that allows no imports it waits, and is nobody's failure.
    let instance = instance.restart().await;
    let first = mine(&instance, &bob, "sort=createdAt").await["data"][0].clone();
    assert_eq!(first["state"]["label"], "Pending");
    let allow = json!({ "import": { "videos": { "http": { "enabled": true } } } });
    let put = instance.ask(Method::PUT, "/api/v1/config/custom").bearer(&root.token).json(&allow);
    assert_eq!(put.send().await.status, StatusCode::OK);
    let first = once_first(&instance, &bob, |first| first["state"]["id"] == 3).await;
    assert!(first["error"].as_str().unwrap().contains("open internet"), "{first}");
    let me = instance.get("/api/v1/users/me").bearer(&bob.token).send().await.json();
    let path = format!("/api/v1/users/{}", me["id"]);
    let gone = instance.ask(Method::DELETE, &path).bearer(&root.token).send().await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let app = instance.running.app().clone();
    crate::makers::until(|| app.store().table::<backend::store::tables::ImportKey>().next().is_none()).await;
}

/// yt-dlp as its makers publish it, as one program.
pub fn yt_dlp(folder: &Path) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/python");
    assert!(packages.join("yt_dlp").is_dir(), "target/python is missing: `cargo xtask fetch` brings it");
    let path = folder.join("yt-dlp");
    let packages = packages.canonicalize().unwrap();
    let text = format!(
        "#!/bin/sh\nPYTHONDONTWRITEBYTECODE=1 PYTHONPATH='{}' exec python3 -m yt_dlp \"$@\"\n",
        packages.display()
    );
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_is_found_in_its_page_and_nothing_behind_the_door() {
    let folder = tempfile::tempdir().unwrap();
    let program = yt_dlp(folder.path());
    let web = Elsewhere::open(
        "<html><head><title>An evening in town</title></head><body><video src=\"A_day_at_sea.mp4\"></video></body></html>",
    )
    .await;
    // Whom the page of a stranger would like to be asked.
    let inside = TcpListener::bind(SocketAddr::from(([127, 0, 0, 2], 0))).await.unwrap();
    let inside = Elsewhere::at(inside, "");
    let text = format!(
        "<html><head><title>Odd</title></head><body><video src=\"http://127.0.0.2:{}/A_day_at_sea.mp4\"></video></body></html>",
        inside.port
    );
    let odd = Elsewhere::open(Box::leak(text.into_boxed_str())).await;
    let instance = instance_with(|config| {
        lets(config);
        config.import.yt_dlp = Some(program);
    })
    .await;
    let root = root(&instance).await;
    fetch(&instance, &root, &web.url("/page.html")).await;
    let done = ended(&instance, &root, 2).await;
    let name = done["video"]["name"].as_str().unwrap();
    assert!(name.contains("An evening in town"), "{name}");
    fetch(&instance, &root, &odd.url("/page.html")).await;
    let failed = ended(&instance, &root, 3).await;
    assert!(!failed["error"].as_str().unwrap().is_empty(), "{failed}");
    assert_eq!(inside.asked.load(Ordering::SeqCst), 0, "{failed}");
    let left = std::fs::read_dir(instance.running.app().layout().tmp()).unwrap();
    let left: Vec<_> = left.map(|file| file.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("import-")), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_and_sound_that_lie_apart_become_one_film() {
    let folder = tempfile::tempdir().unwrap();
    let program = yt_dlp(folder.path());
    let web = Elsewhere::open("<html><body><video src=\"A_day_at_sea.mp4\"></video></body></html>").await;
    let instance = instance_with(|config| {
        lets(config);
        config.import.yt_dlp = Some(program);
    })
    .await;
    let (root, bob) = (root(&instance).await, bob(&instance, Some(1000)).await);
    fetch(&instance, &root, &web.url("/film.mpd")).await;
    let done = ended(&instance, &root, 2).await;
    let id = done["video"]["uuid"].as_str().unwrap().to_owned();
    let app = instance.running.app().clone();
    let source = app.store().table::<VideoKey>().map(|row| row.unwrap().1).next().unwrap();
    let facts = source.facts.unwrap();
    assert!(facts.has_video && facts.has_audio, "{id}: {facts:?}");

    // Whoever has no room for it is told before it is here, by what the page or its host says.
    for path in ["/film.mpd", "/page.html"] {
        fetch(&instance, &bob, &web.url(path)).await;
        let failed = ended(&instance, &bob, 3).await;
        assert_eq!(failed["errorCode"], "over-quota", "{path}: {failed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_gets_the_picture_that_was_sent_with_its_address() {
    let web = Elsewhere::open("").await;
    let instance = instance_with(lets).await;
    let root = root(&instance).await;
    let (channel, url) = (root.channel.to_string(), web.url("/A_day_at_sea.mp4"));
    let send = async |picture: &[u8]| {
        let parts = [
            Part::Text("channelId", &channel),
            Part::Text("privacy", "1"),
            Part::Text("targetUrl", &url),
            Part::File("thumbnailfile", "picture.png", picture),
        ];
        instance.post(IMPORTS).bearer(&root.token).parts(&parts).send().await
    };
    let refused = send(b"no picture").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.json()["invalid-params"]["thumbnailfile"].is_object());
    assert_eq!(send(&crate::profiles::png(640, 360)).await.status, StatusCode::OK);
    ended(&instance, &root, 2).await;
    let app = instance.running.app().clone();
    let made = || app.store().table::<VideoKey>().map(|row| row.unwrap().1).next().unwrap();
    let sent = made();
    assert!(sent.thumbnail.is_some() && sent.preview.is_some(), "it is there with the film");
    crate::makers::until(|| made().playlist.is_some()).await;
    assert_eq!((made().thumbnail, made().pictures_made), (sent.thumbnail, false), "and stays");
    assert_eq!(app.store().table::<ImportPicturesKey>().count(), 0, "nobody needs it again");
}

/// A torrent of one clip, and who has it: a tracker that tells everybody of everybody, and aria2c that gives it away.
struct Swarm {
    torrent: Vec<u8>,
    magnet: String,
    seeder: std::process::Child,
    _folder: tempfile::TempDir,
}

impl Drop for Swarm {
    fn drop(&mut self) {
        let _ = self.seeder.kill();
        let _ = self.seeder.wait();
    }
}

impl Swarm {
    async fn open() -> Swarm {
        let film = clips::mp4();
        let tracker = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // Under another name than the server has, which fetches nothing from itself.
        let announce = format!("http://localhost:{}/announce", tracker.local_addr().unwrap().port());
        let pieces = digests(film, film.len().try_into().unwrap(), 32 * 1024).unwrap();
        let info = format!(
            "d6:lengthi{}e4:name16:A_day_at_sea.mp412:piece lengthi32768e6:pieces{}:",
            film.len(),
            pieces.len()
        );
        let info = [info.into_bytes(), pieces, b"e".to_vec()].concat();
        let hash = hex::encode(sha1::Sha1::digest(&info));
        let mut torrent = format!("d8:announce{}:{announce}4:info", announce.len()).into_bytes();
        torrent.extend([info, b"e".to_vec()].concat());
        let magnet = format!(
            "magnet:?xt=urn:btih:{hash}&dn=A+day+at+sea&tr={}",
            announce.replace(':', "%3A").replace('/', "%2F")
        );

        let has_seeder = Arc::new(tokio::sync::Notify::new());
        let bell = has_seeder.clone();
        tokio::spawn(async move {
            let mut ports: Vec<u16> = Vec::new();
            while let Ok((mut line, _)) = tracker.accept().await {
                let mut heard = Vec::new();
                while !heard.ends_with(b"\r\n\r\n")
                    && line.read_buf(&mut heard).await.is_ok_and(|read| 0 < read)
                {}
                let head = String::from_utf8_lossy(&heard).into_owned();
                let said = |name: &str| {
                    head.split(['?', '&', ' ']).find_map(|pair| pair.strip_prefix(name)?.parse::<u16>().ok())
                };
                let Some(port) = said("port=") else { continue };
                if !ports.contains(&port) {
                    ports.push(port);
                }
                let peers: Vec<u8> = ports
                    .iter()
                    .flat_map(|port| [[127, 0, 0, 1].as_slice(), &port.to_be_bytes()].concat())
                    .collect();
                let body =
                    [format!("d8:intervali2e5:peers{}:", peers.len()).into_bytes(), peers, b"e".to_vec()]
                        .concat();
                let head =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                let _ = line.write_all(&[head.into_bytes(), body].concat()).await;
                bell.notify_one();
            }
        });

        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("A_day_at_sea.mp4"), film).unwrap();
        std::fs::write(folder.path().join("a.torrent"), &torrent).unwrap();
        let seeder = std::process::Command::new("aria2c")
            .args([
                "--no-conf",
                "--quiet",
                "--seed-ratio=0.0",
                "--check-integrity=true",
                "--listen-port=7000-9999",
            ])
            .args(["--enable-dht=false", "--bt-external-ip=127.0.0.1", "a.torrent"])
            .current_dir(folder.path())
            .spawn()
            .expect("aria2c is there: `cargo xtask fetch` brings it");
        let swarm = Swarm { torrent, magnet, seeder, _folder: folder };
        tokio::time::timeout(Duration::from_secs(60), has_seeder.notified())
            .await
            .expect("the seeder announces itself");
        swarm
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_comes_from_peers_by_its_torrent_and_by_its_magnet() {
    let swarm = Swarm::open().await;
    let instance = instance_with(|config| {
        lets(config);
        config.import.torrent = true;
    })
    .await;
    let (root, bob) = (root(&instance).await, bob(&instance, Some(1000)).await);
    let config = instance.get("/api/v1/config").send().await.json();
    assert_eq!(config["import"]["videos"]["torrent"]["enabled"], true);
    let send = async |who: &Maker, name: &str, torrent: &[u8]| {
        let channel = who.channel.to_string();
        let parts = [
            Part::Text("channelId", &channel),
            Part::Text("privacy", "1"),
            Part::File("torrentfile", name, torrent),
        ];
        instance.post(IMPORTS).bearer(&who.token).parts(&parts).send().await
    };
    let two = b"d4:infod5:filesld6:lengthi5e4:pathl1:aeed6:lengthi5e4:pathl1:beee4:name1:xee";
    let refused = send(&root, "two.torrent", two).await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (StatusCode::BAD_REQUEST, &json!("incorrect_files_in_torrent"))
    );
    for noise in [b"hello".to_vec(), vec![b'l'; 300 * 1024]] {
        let refused = send(&root, "noise.torrent", &noise).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.json()["invalid-params"]["torrentfile"].is_object());
    }
    let asked = send(&root, "sea.torrent", &swarm.torrent).await;
    assert_eq!(asked.status, StatusCode::OK, "{:?}", asked.body);
    assert_eq!(
        (&asked.json()["torrentName"], &asked.json()["targetUrl"]),
        (&json!("sea.torrent"), &Value::Null)
    );
    let done = ended(&instance, &root, 2).await;
    assert_eq!(done["video"]["name"], "A day at sea");
    let told = news(&instance, &root).await["data"][0].clone();
    assert_eq!((&told["type"], &told["videoImport"]["torrentName"]), (&json!(7), &json!("sea.torrent")));

    let wish = json!({ "channelId": root.channel, "magnetUri": swarm.magnet, "name": "Mine" });
    assert_eq!(ask(&instance, &root, wish).await.status, StatusCode::OK);
    let done = ended(&instance, &root, 2).await;
    assert_eq!((&done["video"]["name"], &done["magnetUri"]), (&json!("Mine"), &json!(swarm.magnet)));
    assert_eq!(mine(&instance, &root, "search=sea.torrent").await["total"], 1);

    let wish = json!({ "channelId": root.channel, "magnetUri": MAGNET });
    assert_eq!(ask(&instance, &root, wish).await.status, StatusCode::OK);
    let failed = ended(&instance, &root, 3).await;
    assert!(failed["error"].as_str().unwrap().contains("no tracker"), "{failed}");
    send(&bob, "sea.torrent", &swarm.torrent).await;
    let failed = ended(&instance, &bob, 3).await;
    assert!(failed["error"].as_str().unwrap().contains("quota"), "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_tracker_behind_the_door_is_asked() {
    let swarm = Swarm::open().await;
    let instance = instance_with(|config| config.import.torrent = true).await;
    let root = root(&instance).await;
    let wish = json!({ "channelId": root.channel, "magnetUri": swarm.magnet });
    assert_eq!(ask(&instance, &root, wish).await.status, StatusCode::OK);
    let failed = ended(&instance, &root, 3).await;
    assert!(failed["error"].as_str().unwrap().contains("no tracker"), "{failed}");
    let missing = instance_with(|config| {
        lets(config);
        config.import.torrent = true;
        config.import.aria2c = "/nowhere/aria2c".into();
    })
    .await;
    let keeper = crate::makers::root(&missing).await;
    let wish = json!({ "channelId": keeper.channel, "magnetUri": swarm.magnet });
    assert_eq!(ask(&missing, &keeper, wish).await.status, StatusCode::OK);
    let failed = ended(&missing, &keeper, 3).await;
    assert!(failed["error"].as_str().unwrap().contains("not installed"), "{failed}");
}
