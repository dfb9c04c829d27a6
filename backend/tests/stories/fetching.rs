//! Asking strangers: signed questions, answers that count, and those that do not, whoever gives them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use backend::federation::fetch::{self, FetchError};
use backend::federation::find::{self, FindError};
use backend::federation::sign::{self, PublicKey, Skew};
use backend::store::Read;
use backend::store::records::Party;
use backend::store::tables::{CommentKey, VideoKey};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use shared::id::AccountId;
use shared::time::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::rig::{Instance, instance_with};

const DOCUMENT: &str = "application/activity+json; charset=utf-8";

/// What was asked of a stranger.
#[derive(Clone)]
struct Asked {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Asked {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// What a stranger answers: the head without its first line's version, and the body.
struct Says {
    status: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Says {
    fn new(status: &'static str, kind: &str, body: impl Into<Vec<u8>>) -> Says {
        Says { status, headers: vec![("content-type", kind.to_owned())], body: body.into() }
    }

    fn document(value: &Value) -> Says {
        Says::new("200 OK", DOCUMENT, value.to_string())
    }

    fn to(address: String) -> Says {
        Says { status: "302 Found", headers: vec![("location", address)], body: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: &str) -> Says {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// A server that answers as it was told.
struct Stranger {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Stranger {
    async fn open(answer: impl Fn(u16, &Asked) -> Says + Send + Sync + 'static) -> Stranger {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(answer));
        let heard = asked.clone();
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let (heard, answer) = (heard.clone(), answer.clone());
                tokio::spawn(async move {
                    let mut line = line;
                    let asked = hear(&mut line).await?;
                    heard.lock().unwrap().push(asked.clone());
                    say(&mut line, &answer(port, &asked)).await
                });
            }
        });
        Stranger { port, asked }
    }

    /// One that answers nothing, ever.
    async fn silent() -> Stranger {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = asked.clone();
        tokio::spawn(async move {
            let mut lines = Vec::new();
            while let Ok((mut line, _)) = listener.accept().await {
                if let Some(asked) = hear(&mut line).await {
                    heard.lock().unwrap().push(asked);
                }
                lines.push(line);
            }
        });
        Stranger { port, asked }
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    fn targets(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.target).collect()
    }
}

async fn hear(line: &mut TcpStream) -> Option<Asked> {
    let mut heard = Vec::new();
    let end = loop {
        if let Some(end) = heard.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if line.read_buf(&mut heard).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(heard[..end].to_vec()).ok()?;
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.parse().ok()?, first.next()?.to_owned());
    let mut headers = HeaderMap::new();
    for header in lines.filter_map(|header| header.split_once(": ")) {
        let name: HeaderName = header.0.parse().ok()?;
        headers.append(name, HeaderValue::from_str(header.1).ok()?);
    }
    let length = headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    let mut body = heard[end..].to_vec();
    while body.len() < length.unwrap_or(0) {
        if line.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Asked { method, target, headers, body })
}

async fn say(line: &mut TcpStream, says: &Says) -> Option<()> {
    let mut head = format!("HTTP/1.1 {}\r\nconnection: close\r\n", says.status);
    for (name, value) in &says.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let has_length = |name: &str| matches!(name, "content-length" | "transfer-encoding");
    if !says.headers.iter().any(|(name, _)| has_length(name)) {
        head.push_str(&format!("content-length: {}\r\n", says.body.len()));
    }
    line.write_all(format!("{head}\r\n").as_bytes()).await.ok()?;
    line.write_all(&says.body).await.ok()?;
    line.shutdown().await.ok()
}

/// An instance that may ask these.
async fn beside(strangers: &[&Stranger]) -> Instance {
    let hosts: Vec<String> = strangers.iter().map(|stranger| stranger.host()).collect();
    instance_with(|config| config.federation.allow_private_hosts = hosts).await
}

/// What our instance's own actor signs with.
async fn own_key(instance: &Instance) -> PublicKey {
    let actor = instance.get("/accounts/peertube").header("accept", "application/activity+json").send().await;
    PublicKey::from_pem(actor.json()["publicKey"]["publicKeyPem"].as_str().unwrap()).unwrap()
}

/// Whether a question was signed by that key.
fn is_signed(asked: &Asked, key: &PublicKey) -> bool {
    let (path, query) = match asked.target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (asked.target.as_str(), None),
    };
    let request = sign::Request {
        method: &asked.method,
        scheme: "http",
        authority: asked.header("host"),
        path,
        query,
        headers: &asked.headers,
        body: &asked.body,
    };
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = Timestamp(i64::try_from(since.as_millis()).unwrap());
    sign::read(&request, now, &Skew::USUAL).is_ok_and(|claim| claim.verify(key).is_ok())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_is_asked_for_with_the_instances_signature() {
    let stranger = Stranger::open(|port, asked| {
        let id = format!("http://127.0.0.1:{port}{}", asked.target);
        match asked.header("if-none-match") {
            "\"one\"" => Says::new("304 Not Modified", DOCUMENT, ""),
            _ => Says::document(&json!({ "id": id, "type": "Note" })).with("etag", "\"one\""),
        }
    })
    .await;
    let instance = beside(&[&stranger]).await;
    let app = instance.running.app();
    let found = fetch::document(app, &stranger.at("/notes?id=1")).await.unwrap();
    assert_eq!((found.url, found.etag.as_deref()), (stranger.at("/notes?id=1"), Some("\"one\"")));
    let again = fetch::document_unless(app, &stranger.at("/notes?id=1"), Some("\"one\"")).await;
    assert!(again.unwrap().is_none(), "it is as it was");
    let asked = stranger.asked();
    let key = own_key(&instance).await;
    assert!(asked.len() == 2 && asked.iter().all(|asked| is_signed(asked, &key)));
    assert!(asked[0].header("signature").contains("/accounts/peertube#main-key"));
    assert!(
        asked[0].header("accept").starts_with("application/activity+json, application/ld+json; profile=")
    );
    assert!(asked[0].header("user-agent").starts_with("shoal/"));
    assert!(asked[0].header("user-agent").ends_with(&format!("(+http://127.0.0.1:{})", instance.port())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_refuses_one_form_of_signature_is_asked_in_the_others() {
    let stranger = Stranger::open(|port, asked| {
        if asked.header("signature-input").is_empty() {
            return Says::new("401 Unauthorized", "text/plain", "");
        }
        Says::document(&json!({ "id": format!("http://127.0.0.1:{port}{}", asked.target) }))
    })
    .await;
    let instance = beside(&[&stranger]).await;
    let app = instance.running.app();
    fetch::document(app, &stranger.at("/x?y=1")).await.unwrap();
    let asked = stranger.asked();
    let forms: Vec<bool> = asked.iter().map(|asked| !asked.header("signature-input").is_empty()).collect();
    assert_eq!(forms, [false, false, true], "with the query, without it, and by the newer standard");
    let key = own_key(&instance).await;
    assert!(asked.iter().all(|asked| is_signed(asked, &key)));
    fetch::document(app, &stranger.at("/z")).await.unwrap();
    assert_eq!(stranger.asked().len(), 4, "the form that was taken is the first the next time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_counts_at_its_own_address_alone() {
    let victim = Stranger::open(|port, asked| match asked.target.as_str() {
        "/real" => Says::document(&json!({ "id": format!("http://127.0.0.1:{port}/real"), "name": "real" })),
        _ => Says::new("404 Not Found", "text/plain", ""),
    })
    .await;
    let theirs = victim.port;
    let evil = Stranger::open(move |port, asked| {
        let id = |port: u16, path: &str| format!("http://127.0.0.1:{port}{path}");
        match asked.target.as_str() {
            "/claims" => Says::document(&json!({ "id": id(theirs, "/real"), "name": "forged" })),
            "/invents" => Says::document(&json!({ "id": id(theirs, "/none"), "name": "forged" })),
            "/moves" => Says::document(&json!({ "id": id(port, "/elsewhere"), "name": "first" })),
            "/elsewhere" => Says::document(&json!({ "id": id(port, "/elsewhere"), "name": "second" })),
            "/wanders" => Says::document(&json!({ "id": id(port, "/claims") })),
            "/nameless" => Says::document(&json!({ "name": "none" })),
            "/part" => Says::document(&json!({ "id": id(port, "/part#me") })),
            "/key" => Says::document(&json!({ "id": id(port, "/key#me"), "publicKeyPem": "x" })),
            "/list" => Says::document(&json!([])),
            "/leads" => Says::to(id(theirs, "/real")),
            _ => Says::new("404 Not Found", "text/plain", ""),
        }
    })
    .await;
    let instance = beside(&[&victim, &evil]).await;
    let app = instance.running.app();
    let asked = |path: &str| {
        let address = evil.at(path);
        async move { fetch::document(app, &address).await }
    };
    for path in ["/claims", "/leads"] {
        let found = asked(path).await.unwrap();
        assert_eq!((found.url, &found.value["name"]), (victim.at("/real"), &json!("real")), "{path}");
    }
    assert!(asked("/invents").await.unwrap_err().is_gone());
    let found = asked("/moves").await.unwrap();
    assert_eq!((found.url, &found.value["name"]), (evil.at("/elsewhere"), &json!("second")));
    for path in ["/wanders", "/nameless", "/part", "/list"] {
        let refused = asked(path).await;
        assert!(matches!(refused, Err(FetchError::Elsewhere)), "{path}: {refused:?}");
    }
    assert!(asked("/key").await.is_ok(), "a key is a part of what stands there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_behind_the_door_is_asked_whoever_leads_there() {
    let private = Stranger::open(|_, _| Says::document(&json!({}))).await;
    let inside = private.port;
    let evil = Stranger::open(move |port, asked| match asked.target.as_str() {
        "/plain" => Says::to(format!("http://127.0.0.1:{inside}/")),
        "/tls" => Says::to(format!("https://127.0.0.1:{inside}/")),
        "/named" => Says::to(format!("https://localhost:{inside}/")),
        "/decimal" => Says::to(format!("https://2130706433:{inside}/")),
        "/metadata" => Says::to("https://169.254.169.254/latest/".to_owned()),
        "/id" => Says::document(&json!({ "id": format!("https://127.0.0.1:{inside}/") })),
        "/file" => Says::to("file:///etc/passwd".to_owned()),
        "/circle" => Says::to(format!("http://127.0.0.1:{port}/circle")),
        _ => Says::new("404 Not Found", "text/plain", ""),
    })
    .await;
    let instance = beside(&[&evil]).await;
    let app = instance.running.app();
    for path in ["/plain", "/tls", "/named", "/decimal", "/metadata", "/id", "/file"] {
        let refused = fetch::document(app, &evil.at(path)).await;
        let is_refused = matches!(
            refused,
            Err(FetchError::Address | FetchError::Closed | FetchError::Silent | FetchError::Broken)
        );
        assert!(is_refused, "{path}: {refused:?}");
        let refused = fetch::file(app, &evil.at(path), 100).await;
        assert!(refused.is_err() || path == "/id", "{path}");
    }
    assert!(matches!(fetch::document(app, &evil.at("/circle")).await, Err(FetchError::Leads)));
    let own = format!("http://127.0.0.1:{}/accounts/peertube", instance.port());
    assert!(matches!(fetch::document(app, &own).await, Err(FetchError::Own)));
    for address in [format!("http://127.0.0.1:{inside}/"), format!("https://127.0.0.1:{inside}/")] {
        assert!(fetch::document(app, &address).await.is_err());
        assert!(fetch::post(app, &address, Party::Instance, Bytes::from_static(b"{}")).await.is_err());
    }
    assert!(private.asked().is_empty(), "nobody came");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_document_or_too_long_is_not_read() {
    let stranger = Stranger::open(|port, asked| {
        let document = json!({ "id": format!("http://127.0.0.1:{port}{}", asked.target) }).to_string();
        let long = || format!("{{\"id\":\"http://127.0.0.1:{port}/\",\"x\":\"{}\"}}", "x".repeat(2 << 20));
        match asked.target.as_str() {
            "/json" => Says::new("200 OK", "application/json", document),
            "/ld" => Says::new("200 OK", "application/ld+json", document),
            "/html" => Says::new("200 OK", "text/html", document),
            "/words" => Says::new("200 OK", DOCUMENT, "words"),
            "/long" => Says::new("200 OK", DOCUMENT, long()),
            "/said" => Says::new("200 OK", DOCUMENT, "{}").with("content-length", "99999999999"),
            // How long it is shows only as it comes.
            "/unsaid" => {
                let body = long();
                let chunk = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
                Says::new("200 OK", DOCUMENT, chunk).with("transfer-encoding", "chunked")
            }
            "/gone" => Says::new("410 Gone", DOCUMENT, document),
            "/picture" => Says::new("200 OK", "image/png", vec![7; 500]),
            _ => Says::new(
                "200 OK",
                r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
                document,
            ),
        }
    })
    .await;
    let instance = beside(&[&stranger]).await;
    let app = instance.running.app();
    for path in ["/json", "/ld", "/html", "/words"] {
        let refused = fetch::document(app, &stranger.at(path)).await;
        assert!(matches!(refused, Err(FetchError::Type)), "{path}: {refused:?}");
    }
    assert!(fetch::document(app, &stranger.at("/fine")).await.is_ok());
    for _ in 0..2 {
        assert!(fetch::document(app, &stranger.at("/gone")).await.unwrap_err().is_gone());
    }
    let gone = stranger.targets().into_iter().filter(|target| target == "/gone").count();
    assert_eq!(gone, 1, "what is gone is not asked for again");
    assert_eq!(fetch::file(app, &stranger.at("/picture"), 500).await.unwrap().len(), 500);
    assert!(matches!(fetch::file(app, &stranger.at("/picture"), 499).await, Err(FetchError::TooLong)));
    for path in ["/long", "/said", "/unsaid"] {
        let refused = fetch::document(app, &stranger.at(path)).await;
        assert!(matches!(refused, Err(FetchError::TooLong)), "{path}: {refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_says_nothing_is_not_waited_for() {
    let silent = Stranger::silent().await;
    let instance = beside(&[&silent]).await;
    let app = instance.running.app();
    let began = std::time::Instant::now();
    let late = fetch::document(app, &silent.at("/x")).await.unwrap_err();
    assert!(matches!(late, FetchError::Late) && late.may_pass());
    assert!(began.elapsed() < Duration::from_secs(19), "{:?}", began.elapsed());
    assert_eq!(silent.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_the_one_its_own_server_says() {
    let elsewhere = Stranger::open(|_, _| Says::new("404 Not Found", "text/plain", "")).await;
    let other = elsewhere.host();
    let stranger = Stranger::open(move |port, asked| {
        let own = format!("127.0.0.1:{port}");
        let called = |name: &str, host: &str, actor: &str| {
            let told = json!({ "subject": format!("acct:{name}@{host}"), "links": [
                { "rel": "self", "type": "application/activity+json", "href": format!("http://{own}{actor}") },
            ] });
            Says::new("200 OK", "application/jrd+json; charset=utf-8", told.to_string())
        };
        let resource = asked.target.strip_prefix("/.well-known/webfinger?resource=acct%3A").unwrap_or_default();
        match resource.split("%40").next().unwrap_or_default() {
            "ann" => called("Ann", &own, "/users/ann"),
            "alias" => called("ann", &own, "/users/ann"),
            "thief" => called("ann", &own, "/users/thief"),
            "stranger" => called("bob", &other, "/users/bob"),
            "peertube" => called("peertube", &own, "/accounts/peertube"),
            _ => Says::new("404 Not Found", "text/plain", ""),
        }
    })
    .await;
    let instance = beside(&[&stranger, &elsewhere]).await;
    let app = instance.running.app();
    let host = stranger.host();
    for name in ["ann", "ANN", "alias"] {
        assert_eq!(fetch::webfinger(app, name, &host).await.unwrap(), stranger.at("/users/ann"), "{name}");
    }
    assert!(matches!(fetch::webfinger(app, "thief", &host).await, Err(FetchError::Elsewhere)));
    assert!(fetch::webfinger(app, "stranger", &host).await.unwrap_err().is_gone(), "its server knows no bob");
    assert!(fetch::webfinger(app, "nobody", &host).await.unwrap_err().is_gone());
    assert!(matches!(fetch::webfinger(app, "two words", &host).await, Err(FetchError::Address)));
    assert_eq!(fetch::instance_actor(app, &host).await.unwrap(), stranger.at("/accounts/peertube"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_is_signed_and_its_answer_given_back() {
    let stranger = Stranger::open(|_, asked| match asked.target.as_str() {
        "/inbox" => Says::new("202 Accepted", "text/plain", ""),
        "/busy" => Says::new("429 Too Many Requests", "text/plain", "").with("retry-after", "90"),
        "/moved" => Says::to("/inbox".to_owned()),
        _ => Says::new("404 Not Found", "text/plain", ""),
    })
    .await;
    let instance = beside(&[&stranger]).await;
    let app = instance.running.app();
    let body = || Bytes::from_static(b"{\"type\":\"Follow\"}");
    let answer = fetch::post(app, &stranger.at("/inbox"), Party::Instance, body()).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.retry_after), (202, None));
    let asked = stranger.asked().remove(0);
    let key = own_key(&instance).await;
    assert!(is_signed(&asked, &key) && asked.method == Method::POST && asked.body == body());
    assert_eq!(asked.header("content-type"), "application/activity+json");
    let answer = fetch::post(app, &stranger.at("/moved"), Party::Instance, body()).await.unwrap();
    assert_eq!(answer.status.as_u16(), 302, "nobody is told on somebody else's word");
    let nobody = fetch::post(app, &stranger.at("/inbox"), Party::Account(AccountId(9999)), body()).await;
    assert!(matches!(nobody, Err(FetchError::Unsigned)));
    let actor = format!("http://127.0.0.1:{}/accounts/root", instance.port());
    assert!(fetch::post_as(app, &stranger.at("/inbox"), &actor, body()).await.is_ok());
    let theirs = fetch::post_as(app, &stranger.at("/inbox"), &stranger.at("/accounts/root"), body()).await;
    assert!(matches!(theirs, Err(FetchError::Unsigned)));
    let answer = fetch::post(app, &stranger.at("/busy"), Party::Instance, body()).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.retry_after), (429, Some(Duration::from_secs(90))));
    let own = format!("http://127.0.0.1:{}/inbox", instance.port());
    assert!(matches!(fetch::post(app, &own, Party::Instance, body()).await, Err(FetchError::Own)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_that_takes_no_part_asks_nobody() {
    let stranger = Stranger::open(|_, _| Says::document(&json!({}))).await;
    let host = stranger.host();
    let instance = instance_with(|config| {
        config.federation.allow_private_hosts = vec![host.clone()];
        config.federation.enabled = false;
    })
    .await;
    let app = instance.running.app();
    assert!(matches!(fetch::document(app, &stranger.at("/x")).await, Err(FetchError::Off)));
    assert!(matches!(fetch::file(app, &stranger.at("/x"), 9).await, Err(FetchError::Off)));
    assert!(matches!(fetch::webfinger(app, "ann", &host).await, Err(FetchError::Off)));
    let told = fetch::post(app, &stranger.at("/x"), Party::Instance, Bytes::from_static(b"{}")).await;
    assert!(matches!(told, Err(FetchError::Off)));
    assert!(stranger.asked().is_empty());
}

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
const PEM: &str = "-----BEGIN PUBLIC KEY-----\nMIGf\n-----END PUBLIC KEY-----\n";

/// A server with somebody, a channel, a film and what is said of it.
fn town(port: u16, path: &str) -> Value {
    let at = |path: &str| format!("http://127.0.0.1:{port}{path}");
    let actor = |kind: &str, path: &str, name: &str| {
        json!({ "type": kind, "id": at(path), "preferredUsername": name, "inbox": at(&format!("{path}/inbox")),
            "publicKey": { "id": at(&format!("{path}#main-key")), "owner": at(path), "publicKeyPem": PEM } })
    };
    let note = |to: &str, by: &str| {
        json!({ "type": "Note", "id": at(path), "inReplyTo": at(to), "attributedTo": at(by), "content": "<p>Fine</p>",
            "to": PUBLIC, "published": "2026-11-21T02:03:26.618Z" })
    };
    match path {
        "/accounts/ann" => actor("Person", path, "ann"),
        // It leads to somebody else.
        "/accounts/mask" => actor("Person", "/accounts/ann", "ann"),
        "/video-channels/tide" => {
            let mut channel = actor("Group", path, "tide");
            channel["attributedTo"] = json!([{ "type": "Person", "id": at("/accounts/ann") }]);
            channel
        }
        "/videos/1" => {
            json!({ "type": "Video", "id": at(path), "uuid": "6eb367f5-5dcc-4f98-aefc-fe5092365ef6",
            "name": "Low tide", "duration": "PT90S", "state": 1, "views": 0, "commentsPolicy": 1, "to": [PUBLIC],
            "published": "2026-11-21T02:03:26.618Z", "updated": "2026-11-21T02:03:26.618Z",
            "url": [{ "type": "Link", "mediaType": "text/html", "href": at("/w/1") }],
            "icon": [{ "type": "Image", "mediaType": "image/jpeg", "url": at("/1.jpg"), "width": 280, "height": 157 }],
            "attributedTo": [{ "type": "Person", "id": at("/accounts/ann") },
                { "type": "Group", "id": at("/video-channels/tide") }], "hasParts": at("/videos/1/chapters") })
        }
        "/videos/1/chapters" => json!({ "id": at(path), "hasPart": [{ "name": "Begin", "startOffset": 0 }] }),
        "/comments/1" => note("/videos/1", "/accounts/ann"),
        "/comments/2" => note("/comments/1", "/accounts/ann"),
        "/comments/forged" => note("/videos/1", "/accounts/mask"),
        "/circle/1" => note("/circle/2", "/accounts/ann"),
        "/circle/2" => note("/circle/1", "/accounts/ann"),
        _ => {
            let deep: Option<u32> = path.strip_prefix("/deep/").and_then(|number| number.parse().ok());
            deep.map_or(Value::Null, |number| note(&format!("/deep/{}", number + 1), "/accounts/ann"))
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_brings_what_it_answers_and_each_thing_is_asked_for_once() {
    let is_gone = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let gone = is_gone.clone();
    let stranger = Stranger::open(move |port, asked| {
        let is_gone = gone.load(std::sync::atomic::Ordering::SeqCst) && asked.target == "/videos/1";
        let document = town(port, &asked.target);
        if document.is_null() {
            return Says::new("404 Not Found", "text/plain", "");
        }
        if is_gone {
            return Says::new("410 Gone", "text/plain", "");
        }
        Says::document(&document)
    })
    .await;
    let instance = beside(&[&stranger]).await;
    let app = instance.running.app();
    let film = stranger.at("/videos/1");
    let (one, other) = tokio::join!(find::video(app, &film), find::video(app, &film));
    let video = one.unwrap();
    assert_eq!(video, other.unwrap());
    let answer = find::comment(app, &stranger.at("/comments/2")).await.unwrap();
    let row = app.store().get(&CommentKey { comment: answer }).unwrap().unwrap();
    let parent = find::comment(app, &stranger.at("/comments/1")).await.unwrap();
    assert_eq!((row.video, row.parent), (video, Some(parent)));
    let targets = stranger.targets();
    for once in [
        "/videos/1",
        "/videos/1/chapters",
        "/video-channels/tide",
        "/accounts/ann",
        "/comments/1",
        "/comments/2",
    ] {
        assert_eq!(targets.iter().filter(|target| *target == once).count(), 1, "{once}: {targets:?}");
    }

    let forged = find::comment(app, &stranger.at("/comments/forged")).await;
    assert!(matches!(forged, Err(FindError::Fetch(FetchError::Elsewhere))), "{forged:?}");
    for endless in ["/circle/1", "/deep/1"] {
        let refused = find::comment(app, &stranger.at(endless)).await;
        assert!(matches!(refused, Err(FindError::Budget)), "{endless}: {refused:?}");
    }
    let climbed = stranger.targets().into_iter().filter(|target| target.starts_with("/deep/")).count();
    assert_eq!(climbed, 30);

    is_gone.store(true, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(find::video(app, &film).await.unwrap(), video, "it was read a moment ago");
    assert!(find::video_anew(app, &film).await.unwrap_err().is_gone());
    assert!(app.store().get(&VideoKey { video }).unwrap().is_none());
    assert!(find::video(app, &film).await.is_err(), "it does not come back");
}
