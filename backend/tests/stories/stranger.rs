//! A server of another kind on loopback, in the story's own process: it shows what it is told to show, says what it is
//! told to say, and remembers what it was asked.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use backend::federation::sign::linked::{self, Contexts};
use backend::federation::sign::{KeyId, Outgoing, PrivateKey, Query, sign_cavage};
use http::{HeaderMap, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::rig::{Answer, Instance, instance_with};

const TYPE: &str = "application/activity+json";

/// The server.
#[derive(Clone)]
pub struct Stranger {
    pub address: SocketAddr,
    key: Arc<PrivateKey>,
    memory: Arc<Mutex<Memory>>,
}

#[derive(Default)]
struct Memory {
    shown: HashMap<String, (u16, String)>,
    tags: HashMap<String, String>,
    asked: Vec<String>,
    told: Vec<(String, Value)>,
    unchanged: Vec<String>,
}

/// A request as it is sent: again and again, if one likes.
#[derive(Clone)]
pub struct Letter {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// An instance that asks these servers, though they are on loopback.
pub async fn neighbour(strangers: &[&Stranger]) -> Instance {
    let hosts: Vec<String> = strangers.iter().map(|stranger| stranger.host()).collect();
    instance_with(move |config| config.federation.allow_private_hosts = hosts).await
}

impl Stranger {
    pub async fn start() -> Stranger {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der = AsDer::<Pkcs8V1Der>::as_der(&pair).unwrap();
        let stranger = Stranger {
            address: listener.local_addr().unwrap(),
            key: Arc::new(PrivateKey::from_pkcs8(der.as_ref()).unwrap()),
            memory: Arc::default(),
        };
        let memory = stranger.memory.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, memory.clone()));
            }
        });
        stranger
    }

    pub fn host(&self) -> String {
        self.address.to_string()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Shows a document.
    pub fn show(&self, path: &str, document: &Value) {
        self.answer(path, 200, document.to_string());
    }

    /// Says that something is gone.
    pub fn bury(&self, path: &str) {
        self.answer(path, 410, String::new());
    }

    /// Says that something is not found.
    pub fn lose(&self, path: &str) {
        self.answer(path, 404, String::new());
    }

    /// Gives a document a tag, by which it is known to be unchanged.
    pub fn tag(&self, path: &str, tag: &str) {
        self.memory.lock().unwrap().tags.insert(path.to_owned(), format!("\"{tag}\""));
    }

    /// What was asked for by its tag and had not changed.
    pub fn unchanged(&self) -> Vec<String> {
        self.memory.lock().unwrap().unchanged.clone()
    }

    fn answer(&self, path: &str, status: u16, body: String) {
        self.memory.lock().unwrap().shown.insert(path.to_owned(), (status, body));
    }

    /// Somebody of this server, who is shown. Gives their id.
    pub fn person(&self, name: &str) -> String {
        let id = self.url(&format!("/users/{name}"));
        self.show(&format!("/users/{name}"), &self.actor(name, "Person"));
        id
    }

    /// An actor's document.
    pub fn actor(&self, name: &str, kind: &str) -> Value {
        let id = self.url(&format!("/users/{name}"));
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": id, "type": kind, "preferredUsername": name, "name": name, "url": id,
            "inbox": format!("{id}/inbox"), "outbox": format!("{id}/outbox"),
            "followers": format!("{id}/followers"), "following": format!("{id}/following"),
            "endpoints": { "sharedInbox": self.url("/inbox") },
            "publicKey": {
                "id": format!("{id}#main-key"), "owner": id, "publicKeyPem": self.key.public_pem(),
            },
        })
    }

    /// What somebody says about something, which is shown, and the `Create` of it.
    pub fn note(&self, by: &str, name: &str, in_reply_to: &str, text: &str) -> Value {
        let (path, public) = (format!("/notes/{name}"), "https://www.w3.org/ns/activitystreams#Public");
        let note = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.url(&path), "type": "Note", "attributedTo": by, "inReplyTo": in_reply_to,
            "content": format!("<p>{text}</p>"), "published": "2026-11-21T02:00:00.000Z",
            "to": [public], "cc": [],
        });
        self.show(&path, &note);
        json!({
            "@context": "https://www.w3.org/ns/activitystreams", "type": "Create", "actor": by,
            "id": self.url(&format!("{path}/activity")), "object": note, "to": [public], "cc": [],
        })
    }

    /// What was asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.memory.lock().unwrap().asked.clone()
    }

    /// What it was told so far, by kind: where, and what.
    pub fn told(&self, kind: &str) -> Vec<(String, Value)> {
        let told = self.memory.lock().unwrap().told.clone();
        told.into_iter().filter(|(_, said)| said["type"] == kind).collect()
    }

    /// Ann, her channel `tide`, and a video in it, changed as one likes. Gives Ann's id.
    pub fn town(&self, change: impl FnOnce(&mut Value)) -> String {
        let ann = self.person("ann");
        let mut channel = self.actor("tide", "Group");
        channel["attributedTo"] = json!([{ "type": "Person", "id": ann }]);
        channel["playlists"] = json!(self.url("/users/tide/playlists"));
        self.show("/users/tide", &channel);
        let icon = json!({
            "type": "Image", "mediaType": "image/jpeg", "url": self.url("/1.jpg"), "width": 280, "height": 157,
        });
        let mut video = json!({
            "type": "Video", "id": self.url("/videos/1"), "uuid": "6eb367f5-5dcc-4f98-aefc-fe5092365ef6",
            "name": "Low tide", "duration": "PT90S", "state": 1, "views": 0, "commentsPolicy": 1,
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "published": "2026-11-21T02:03:26.618Z", "updated": "2026-11-21T02:03:26.618Z",
            "url": [{ "type": "Link", "mediaType": "text/html", "href": self.url("/w/1") }],
            "icon": [icon],
            "attributedTo": [
                { "type": "Person", "id": ann }, { "type": "Group", "id": self.url("/users/tide") },
            ],
        });
        change(&mut video);
        self.show("/videos/1", &video);
        ann
    }

    /// Signs what is to be said, with a key of an actor of this server.
    pub fn sign(&self, instance: &Instance, path: &str, by: &str, body: &Value) -> Letter {
        let body = body.to_string().into_bytes();
        let url = &instance.running.url;
        let outgoing = Outgoing {
            method: &Method::POST,
            scheme: url.scheme(),
            authority: url.host(),
            path,
            query: None,
            body: Some((TYPE, &body)),
        };
        let key_id = KeyId::parse(&format!("{by}#main-key")).unwrap();
        let now = instance.running.app().clock().now();
        let headers = sign_cavage(&outgoing, Query::Signed, &key_id, &self.key, now).unwrap();
        Letter { path: path.to_owned(), headers, body }
    }

    /// The same words with a signature of their own, as somebody's of this server, made with its key whosever they are.
    pub fn linked(&self, instance: &Instance, creator: &str, body: &Value) -> Value {
        let Value::Object(document) = body.clone() else { panic!("no object: {body}") };
        let now = instance.running.app().clock().now();
        Value::Object(linked::sign(document, creator, now, &self.key, &Contexts::bundled()).unwrap())
    }

    /// Says something to everybody there.
    pub async fn say(&self, instance: &Instance, by: &str, body: &Value) -> Answer {
        self.sign(instance, "/inbox", by, body).send(instance).await
    }
}

impl Letter {
    pub async fn send(&self, instance: &Instance) -> Answer {
        let mut asking = instance.post(&self.path);
        for (name, value) in &self.headers {
            asking = asking.header(name.as_str(), value.to_str().unwrap());
        }
        asking.bytes(self.body.clone()).send().await
    }
}

/// One request, one answer.
async fn serve(mut stream: TcpStream, memory: Arc<Mutex<Memory>>) {
    let mut request = Vec::new();
    let end = loop {
        if let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
    };
    let head = String::from_utf8_lossy(&request[..end]).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    while request.len() < end + length.unwrap_or(0) {
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
    let known = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("if-none-match").then(|| value.trim().to_owned())
    });
    let mut tag = None;
    let (status, body) = {
        let mut memory = memory.lock().unwrap();
        if method == "POST" {
            let body = request.get(end..).unwrap_or_default();
            memory.told.push((path.clone(), serde_json::from_slice(body).unwrap_or(Value::Null)));
            (202, String::new())
        } else {
            memory.asked.push(path.clone());
            tag = memory.tags.get(&path).cloned();
            let shown = memory.shown.get(&path).cloned().unwrap_or((404, String::new()));
            if shown.0 == 200 && tag.is_some() && tag == known {
                memory.unchanged.push(path);
                (304, String::new())
            } else {
                shown
            }
        }
    };
    let tag = tag.map_or_else(String::new, |tag| format!("etag: {tag}\r\n"));
    let answer = format!(
        "HTTP/1.1 {status} -\r\n{tag}content-type: {TYPE}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    drop(stream.write_all(answer.as_bytes()).await);
    drop(stream.shutdown().await);
}
