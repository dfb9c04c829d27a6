//! Where nobody is led, by whatever way: each address that somebody else can make the instance ask, held against every
//! spelling of what lies behind its door. A listener there must see nobody; and each way is shown to lead out, too, since
//! a way that leads nowhere proves nothing.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use backend::federation::fetch::{self, FetchError};
use backend::federation::find;
use backend::imports::Guard;
use backend::outside;
use backend::store::Read;
use backend::store::records::Party;
use backend::store::tables::InboxKey;
use bytes::Bytes;
use http::{StatusCode, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::federation::whole;
use crate::makers::{root, until};
use crate::rig::{Instance, instance_with};
use crate::stranger::{Stranger, neighbour};
use crate::videos::publish;

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// What means this machine, or what is near it, in the spellings that people have got past guards with.
const INSIDE: [&str; 38] = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:0.0.0.0]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fd00::1]",
    "[ff02::1]",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "127.0.0.1.",
];

/// A place behind the door that counts who comes, by both protocols.
struct Trap {
    port: u16,
    came: Arc<AtomicUsize>,
}

impl Trap {
    async fn set() -> Trap {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let came = Arc::new(AtomicUsize::new(0));
        // Not every machine speaks the other protocol.
        let other = TcpListener::bind(("::1", port)).await.ok();
        for listener in [Some(listener), other].into_iter().flatten() {
            let came = came.clone();
            tokio::spawn(async move {
                while listener.accept().await.is_ok() {
                    came.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        Trap { port, came }
    }

    fn came(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }

    /// Hosts with the trap's port, with the web's own and with those of other programs.
    fn hosts(&self, instance: &Instance) -> Vec<String> {
        let mut hosts: Vec<String> = INSIDE.iter().map(|host| format!("{host}:{}", self.port)).collect();
        hosts.extend(INSIDE.iter().map(|host| (*host).to_owned()));
        hosts.extend([22, 25, 6379].map(|port| format!("127.0.0.1:{port}")));
        // The instance itself: by its name, as it is written or otherwise, and what else listens there.
        hosts.push(instance.running.url.host().to_owned());
        hosts.push(format!("localhost:{}", instance.port()));
        hosts.push(format!("[::1]:{}", instance.port()));
        hosts
    }

    /// Addresses there, in both schemes, and what is none of the web.
    fn addresses(&self, instance: &Instance) -> Vec<String> {
        let hosts = self.hosts(instance);
        let mut all: Vec<String> = hosts.iter().map(|host| format!("https://{host}/x")).collect();
        all.extend(hosts.iter().map(|host| format!("http://{host}/x")));
        let port = self.port;
        all.extend([
            format!("https://films.example@127.0.0.1:{port}/x"),
            format!("https://films.example:x@127.0.0.1:{port}/x"),
            format!("https://films.example\\@127.0.0.1:{port}/x"),
            format!("https://127.0.0.1:{port}\\@films.example/x"),
            format!("//127.0.0.1:{port}/x"),
            format!("ftp://127.0.0.1:{port}/x"),
            format!("gopher://127.0.0.1:{port}/_x"),
            format!("unix://127.0.0.1:{port}/x"),
            "file:///etc/passwd".to_owned(),
            "data:application/activity+json,{}".to_owned(),
            "unix:/run/x.sock".to_owned(),
            String::new(),
        ]);
        all
    }
}

/// Whether somebody was refused before anybody was asked. A name that means nothing here may mean nothing.
fn is_refused(error: &FetchError) -> bool {
    matches!(
        error,
        FetchError::Address
            | FetchError::Own
            | FetchError::Closed
            | FetchError::Silent
            | FetchError::Paused(_)
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_behind_the_door_is_asked_for_documents_files_and_names_or_told_anything() {
    let (open, trap) = (Stranger::start().await, Trap::set().await);
    let instance = neighbour(&[&open]).await;
    let app = instance.running.app();
    for address in trap.addresses(&instance) {
        let refused = fetch::document(app, &address).await.unwrap_err();
        assert!(is_refused(&refused), "{address}: {refused:?}");
        let refused = fetch::file(app, &address, 100).await.unwrap_err();
        assert!(is_refused(&refused), "{address}: {refused:?}");
        let refused =
            fetch::post(app, &address, Party::Instance, Bytes::from_static(b"{}")).await.unwrap_err();
        assert!(is_refused(&refused), "{address}: {refused:?}");
    }
    for host in trap.hosts(&instance) {
        let refused = fetch::webfinger(app, "x", &host).await.unwrap_err();
        assert!(is_refused(&refused), "{host}: {refused:?}");
        let refused = fetch::instance_actor(app, &host).await.unwrap_err();
        assert!(is_refused(&refused), "{host}: {refused:?}");
    }
    assert_eq!(trap.came(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_behind_the_door_is_reached_for_imports_lists_indexes_and_trackers() {
    let (open, trap) = (Stranger::start().await, Trap::set().await);
    let instance = neighbour(&[&open]).await;
    // That a host was named for the network opens no other door.
    let guard = Guard::of(instance.running.app()).unwrap();
    let mut trackers = Vec::new();
    for address in trap.addresses(&instance) {
        let Ok(uri) = address.parse::<Uri>() else { continue };
        assert!(guard.dial(&uri).await.is_err(), "{address}");
        assert!(outside::document(&guard, &uri, 100).await.is_err(), "{address}");
        trackers.push(address.replace("https://", "udp://"));
        trackers.push(address);
    }
    assert_eq!(guard.clone().for_trackers().trackers(&trackers).await, Vec::<String>::new());
    assert_eq!(trap.came(), 0);
}

/// A server that leads on: `/STATUS/HOPS` through so many pages of its own, and then to where it was told.
struct Guide {
    address: SocketAddr,
    to: Arc<Mutex<String>>,
}

impl Guide {
    async fn start() -> Guide {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let guide = Guide { address: listener.local_addr().unwrap(), to: Arc::default() };
        let (address, to) = (guide.address, guide.to.clone());
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let to = to.lock().unwrap().clone();
                tokio::spawn(lead(line, address, to));
            }
        });
        guide
    }

    fn leads_to(&self, to: &str) {
        to.clone_into(&mut self.to.lock().unwrap());
    }
}

async fn lead(mut line: TcpStream, address: SocketAddr, to: String) -> Option<()> {
    let mut heard = Vec::new();
    while !heard.windows(4).any(|four| four == b"\r\n\r\n") {
        if line.read_buf(&mut heard).await.ok()? == 0 {
            return None;
        }
    }
    let text = String::from_utf8(heard.clone()).ok()?;
    let mut words = text.split(' ').nth(1)?.split('/').skip(1);
    let (status, hops) = (words.next()?, words.next()?.parse::<u32>().ok()?);
    let to = if hops == 0 { to } else { format!("http://{address}/{status}/{}", hops - 1) };
    let head = format!("HTTP/1.1 {status} Go\r\nlocation: {to}\r\n");
    line.write_all(format!("{head}content-length: 0\r\nconnection: close\r\n\r\n").as_bytes()).await.ok()?;
    line.shutdown().await.ok()?;
    // What is still on its way is read: a line that is torn is another story.
    line.read_to_end(&mut heard).await.ok().map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_led_behind_the_door_at_once_or_by_and_by() {
    let (guide, open, trap) = (Guide::start().await, Stranger::start().await, Trap::set().await);
    let hosts = vec![guide.address.to_string(), open.host()];
    let instance = instance_with(|config| config.federation.allow_private_hosts = hosts).await;
    let app = instance.running.app();
    let at = |status: u16, hops: u32| format!("http://{}/{status}/{hops}", guide.address);
    let port = trap.port;
    for to in [
        format!("https://127.0.0.1:{port}/x"),
        format!("http://127.0.0.1:{port}/x"),
        format!("//127.0.0.1:{port}/x"),
        format!("https://localhost:{port}/x"),
        format!("https://[::1]:{port}/x"),
        format!("https://2130706433:{port}/x"),
        "https://169.254.169.254/latest/".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        guide.leads_to(&to);
        for status in [301, 302, 303, 307, 308] {
            // At once, after another, and after more than anybody follows.
            for hops in [0, 1, 5] {
                let address = at(status, hops);
                assert!(fetch::document(app, &address).await.is_err(), "{address} to {to}");
                assert!(fetch::file(app, &address, 100).await.is_err(), "{address} to {to}");
                // Whoever is told something leads nobody on.
                let told = fetch::post(app, &address, Party::Instance, Bytes::from_static(b"{}")).await;
                assert!(
                    told.is_err() || told.is_ok_and(|answer| answer.status.is_redirection()),
                    "{address}"
                );
            }
        }
    }
    assert_eq!(trap.came(), 0);
    // The same ways lead where one may go.
    open.show("/note", &json!({ "id": open.url("/note"), "type": "Note" }));
    guide.leads_to(&open.url("/note"));
    for status in [301, 302, 303, 307, 308] {
        assert_eq!(fetch::document(app, &at(status, 1)).await.unwrap().url, open.url("/note"), "{status}");
    }
}

/// What is known of a server whose people name addresses.
struct Town<'t> {
    stranger: &'t Stranger,
    bob: String,
    crow: String,
    film: String,
}

/// How somebody's words make the instance ask an address: who says them, and what.
type Way = (&'static str, fn(&Town<'_>, usize, &str) -> (String, Value));

/// Every way from an inbox to an address.
const WAYS: [Way; 7] = [
    ("who did it", |town, _, to| {
        (town.bob.clone(), json!({ "type": "Like", "actor": to, "object": town.film }))
    }),
    ("what was made", |town, _, to| {
        (town.bob.clone(), json!({ "type": "Create", "object": { "type": "Note", "id": to } }))
    }),
    ("what was changed", |town, _, to| (town.bob.clone(), json!({ "type": "Update", "object": to }))),
    ("what is answered", |town, number, to| {
        let note = json!({
            "type": "Note", "id": town.stranger.url(&format!("/notes/{number}")), "attributedTo": town.bob,
            "inReplyTo": to, "content": "<p>x</p>", "published": "2026-11-21T02:00:00.000Z", "to": [PUBLIC],
        });
        (town.bob.clone(), json!({ "type": "Create", "object": note }))
    }),
    ("what is shared", |town, _, to| (town.crow.clone(), json!({ "type": "Announce", "object": to }))),
    ("what a group passes on", |town, _, to| {
        (town.stranger.url("/users/flock"), json!({ "type": "Announce", "object": to }))
    }),
    ("where somebody went", |town, _, to| {
        (town.bob.clone(), json!({ "type": "Move", "object": town.bob, "target": to }))
    }),
];

/// Activities that one body may hold.
const PIECES: usize = 60;

/// Says all of it, and waits until each was tried.
async fn say_all(instance: &Instance, town: &Town<'_>, way: Way, addresses: &[String]) {
    for (batch, some) in addresses.chunks(PIECES).enumerate() {
        let mut by = String::new();
        let said: Vec<Value> = some
            .iter()
            .enumerate()
            .map(|(at, address)| {
                let number = batch * PIECES + at;
                let (who, mut activity) = (way.1)(town, number, address);
                let map = activity.as_object_mut().unwrap();
                map.entry("actor").or_insert_with(|| json!(who));
                map.insert("id".to_owned(), json!(format!("{who}/{}/{number}", way.0.replace(' ', "-"))));
                by = who;
                activity
            })
            .collect();
        let body = json!({ "type": "OrderedCollection", "orderedItems": said });
        let answer = town.stranger.say(instance, &by, &body).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}: {:?}", way.0, answer.body);
        let store = instance.running.app().store();
        // What cannot be asked now is tried again in minutes: it was tried once by then.
        until(|| store.table::<InboxKey>().all(|row| 0 < row.unwrap().1.attempts)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_is_said_leads_behind_the_door() {
    let (stranger, open, trap) = (Stranger::start().await, Stranger::start().await, Trap::set().await);
    let instance = neighbour(&[&stranger, &open]).await;
    let video = publish(&instance, &root(&instance).await, "A film", whole).await;
    for (name, kind) in [("crow", "Application"), ("flock", "Group")] {
        let mut actor = stranger.actor(name, kind);
        actor["attributedTo"] = json!([{ "type": "Person", "id": stranger.person("bob") }]);
        stranger.show(&format!("/users/{name}"), &actor);
    }
    let town = Town {
        stranger: &stranger,
        bob: stranger.person("bob"),
        crow: stranger.url("/users/crow"),
        film: format!("{}/videos/watch/{}", instance.running.url.as_str(), video.uuid),
    };
    let addresses = trap.addresses(&instance);
    for (number, way) in WAYS.into_iter().enumerate() {
        // Outside, somebody is asked because of it.
        let path = format!("/control/{number}");
        say_all(&instance, &town, way, &[open.url(&path)]).await;
        assert!(open.asked().contains(&path), "{} leads nowhere: {:?}", way.0, open.asked());
        say_all(&instance, &town, way, &addresses).await;
        assert_eq!(trap.came(), 0, "{}", way.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_key_lies_behind_the_door() {
    let (stranger, trap) = (Stranger::start().await, Trap::set().await);
    let instance = neighbour(&[&stranger]).await;
    let bob = stranger.person("bob");
    let like =
        json!({ "type": "Like", "id": format!("{bob}/1"), "actor": bob, "object": format!("{bob}/2") });
    let letter = stranger.sign(&instance, "/inbox", &bob, &like);
    let line = letter.headers.get("signature").unwrap().to_str().unwrap().to_owned();
    let key = format!("{bob}#main-key");
    assert!(line.contains(&key), "{line}");
    for address in trap.addresses(&instance) {
        let mut letter = letter.clone();
        // What fits into no header says nothing.
        let Ok(line) = line.replace(&key, &address).parse() else { continue };
        letter.headers.insert("signature", line);
        let answer = letter.send(&instance).await;
        let is_refused = matches!(
            answer.status,
            StatusCode::UNAUTHORIZED | StatusCode::CONFLICT | StatusCode::BAD_REQUEST
        );
        assert!(is_refused, "{address}: {}", answer.status);
    }
    assert_eq!(instance.running.app().store().table::<InboxKey>().count(), 0);
    assert_eq!(trap.came(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_name_and_no_search_leads_behind_the_door() {
    let (stranger, open, trap) = (Stranger::start().await, Stranger::start().await, Trap::set().await);
    let instance = neighbour(&[&stranger, &open]).await;
    let root = root(&instance).await;
    let app = instance.running.app();
    let finger = |name: &str, subject: &str, actor: &str| {
        let resource = format!("acct:{name}@{}", stranger.host());
        let resource = utf8_percent_encode(&resource, NON_ALPHANUMERIC);
        let link = json!({ "rel": "self", "type": "application/activity+json", "href": actor });
        let told = json!({ "subject": subject, "links": [link] });
        stranger.show(&format!("/.well-known/webfinger?resource={resource}"), &told);
    };
    let own = |name: &str| format!("acct:{name}@{}", stranger.host());
    // A name may be an actor's elsewhere, or another name's.
    finger("control", &own("control"), &open.url("/control/actor"));
    assert!(find::actor_by_handle(app, "control", &stranger.host()).await.is_err(), "nobody stands there");
    assert!(open.asked().contains(&"/control/actor".to_owned()), "{:?}", open.asked());
    for (number, address) in trap.addresses(&instance).into_iter().enumerate() {
        let name = format!("x{number}");
        finger(&name, &own(&name), &address);
        assert!(find::actor_by_handle(app, &name, &stranger.host()).await.is_err(), "{address}");
    }
    for (number, host) in trap.hosts(&instance).into_iter().enumerate() {
        let name = format!("y{number}");
        finger(&name, &format!("acct:{name}@{host}"), &open.url("/control/other"));
        // Who is called otherwise by a host that cannot be read is called as they were asked for.
        drop(find::actor_by_handle(app, &name, &stranger.host()).await);
    }
    assert_eq!(trap.came(), 0);

    // Nobody may have so many asked for: each comes from somewhere else.
    let somewhere = std::sync::atomic::AtomicU32::new(0);
    let search = async |what: &str, question: &str| {
        let question = utf8_percent_encode(question, NON_ALPHANUMERIC).to_string();
        let path = format!("/api/v1/search/{what}?search={question}");
        let number = somewhere.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let from = format!("203.0.{}.{}", number / 200, number % 200);
        instance.get(&path).header("x-forwarded-for", &from).bearer(&root.token).send().await
    };
    for what in ["videos", "video-channels"] {
        let path = format!("/control/{what}");
        assert_eq!(search(what, &open.url(&path)).await.json()["total"], 0);
        assert!(open.asked().contains(&path), "{:?}", open.asked());
        for address in trap.addresses(&instance).iter().filter(|address| !address.is_empty()) {
            let answer = search(what, address).await;
            assert_eq!((answer.status, &answer.json()["total"]), (StatusCode::OK, &json!(0)), "{address}");
        }
    }
    for host in trap.hosts(&instance) {
        let answer = search("video-channels", &format!("x@{host}")).await;
        assert_eq!((answer.status, &answer.json()["total"]), (StatusCode::OK, &json!(0)), "{host}");
        let body = json!({ "uri": format!("x@{host}") });
        let asking = instance.post("/api/v1/users/me/subscriptions").bearer(&root.token).json(&body);
        assert!(!asking.send().await.status.is_server_error(), "{host}");
    }
    assert_eq!(trap.came(), 0);
}
