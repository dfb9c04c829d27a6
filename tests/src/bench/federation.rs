//! What following costs: signatures beside the bare library, telling two thousand servers of which a third is dead or slow,
//! and hearing from many.
//!
//! Everybody else's server is one program here: each has an address of its own on this machine (127.x.y.z), so that each
//! has its own queue. Their people are written into the store of the stopped instance, as if they had followed long ago.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use backend::domain::follow;
use backend::federation::sign::{
    KeyId, Outgoing, PrivateKey, PublicKey, Query, Request, Skew, read, sign_cavage,
};
use backend::store::records::{Account, ActorKind, FollowState, Party, RemoteActor, RemoteKey};
use backend::store::tables::{AccountKey, ChannelNameKey, RemoteActorKey};
use backend::store::{Durability, Read as _, Store};
use http::Method;
use serde_json::{Value, json};
use shared::id::{AccountId, ChannelId};
use shared::time::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::processes::Usage;
use super::trial::{Figure, Trial};
use crate::rig::{Clip, Instance, Options, Sound, Upload, clip, eventually};

const KEY: &[u8] = include_bytes!("../../vectors/federation/key-2048.pk8");
/// A server that everybody has in their lists.
const SERVERS: usize = 2000;
/// One in so many refuses every connection, and one in so many answers late: 30 % together.
const DEAD_ONE_IN: usize = 20;
const DEAD: usize = 3;
const SLOW: usize = 3;
/// How late.
const SLOW_DURATION: Duration = Duration::from_secs(10);
const FOLLOWERS: usize = 10_000;
/// Rows of one unit of work.
const BATCH: usize = 500;
/// What is taken from others, at so many connections.
const LIKES: usize = 3000;
const CONNECTIONS: usize = 16;
const SIGNATURES: usize = 400;
const ROUNDS: usize = 3;
const SOON: Duration = Duration::from_secs(120);

const SIGNED: Figure = Figure::yield_of("requests signed per CPU second", "");
const VERIFIED: Figure = Figure::yield_of("requests verified per CPU second", "");

/// Measures.
///
/// # Errors
/// When a part is missing or an answer is wrong.
pub async fn run() -> Result<()> {
    signatures()?;
    deliveries().await
}

fn now() -> Result<Timestamp> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(Timestamp(i64::try_from(since.as_millis())?))
}

/// Whole requests, beside RSA alone over as many bytes as are signed.
fn signatures() -> Result<()> {
    let key = PrivateKey::from_pkcs8(KEY)?;
    let public = PublicKey::from_pem(&key.public_pem())?;
    let bare = KeyPair::from_pkcs8(KEY)?;
    let bare_public =
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, bare.public_key().as_ref().to_vec());
    let random = SystemRandom::new();
    let sign = |message: &[u8]| -> Result<Vec<u8>> {
        let mut signature = vec![0; bare.public_modulus_len()];
        bare.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
        Ok(signature)
    };
    let key_id = KeyId::parse("https://a.test/accounts/x#main-key").context("no address")?;
    let body = json!({ "type": "Like", "actor": "https://a.test/accounts/x", "object": "x".repeat(2000) });
    let body = body.to_string().into_bytes();
    let method = Method::POST;
    let outgoing = Outgoing {
        method: &method,
        scheme: "https",
        authority: "b.test",
        path: "/inbox",
        query: None,
        body: Some(("application/activity+json", &body)),
    };
    let me = std::process::id();
    let mut trial = Trial::new("federation: signatures", &["shoal", "the bare library"], ROUNDS);
    for turn in trial.turns() {
        let is_whole = turn.1 == 0;
        let at = now()?;
        let headers = sign_cavage(&outgoing, Query::Signed, &key_id, &key, at)?;
        // What a request's signature is of: four lines.
        let message = [b'x'; 200];
        let signature = sign(&message)?;
        let before = Usage::of(me)?;
        for _ in 0..SIGNATURES {
            if is_whole {
                std::hint::black_box(sign_cavage(&outgoing, Query::Signed, &key_id, &key, at)?);
            } else {
                std::hint::black_box(sign(&message)?);
            }
        }
        let between = Usage::of(me)?;
        for _ in 0..SIGNATURES {
            if is_whole {
                let request = Request {
                    method: &method,
                    scheme: "https",
                    authority: "b.test",
                    path: "/inbox",
                    query: None,
                    headers: &headers,
                    body: &body,
                };
                read(&request, at, &Skew::USUAL)?.verify(&public)?;
            } else {
                bare_public.verify(&message, &signature)?;
            }
        }
        let after = Usage::of(me)?;
        #[expect(clippy::cast_precision_loss, reason = "far below 53 bits")]
        let count = SIGNATURES as f64;
        trial.note(turn, SIGNED, count / (between - before).own.as_secs_f64());
        trial.note(turn, VERIFIED, count / (after - between).own.as_secs_f64());
    }
    trial.finish()
}

/// The address of one of the others; each is in a network of its own.
fn address_of(server: usize) -> Result<Ipv4Addr> {
    Ok(Ipv4Addr::new(127, u8::try_from(1 + server / 250)?, u8::try_from(server % 250)?, 1))
}

/// How one of the others behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Well,
    Dead,
    Slow,
}

fn manner_of(server: usize) -> Manner {
    match server % DEAD_ONE_IN {
        place if place < DEAD => Manner::Dead,
        place if place < DEAD + SLOW => Manner::Slow,
        _ => Manner::Well,
    }
}

/// All the others.
struct Sink {
    port: u16,
    /// When each address first heard something that holds these words.
    heard: Arc<Mutex<BTreeMap<(Ipv4Addr, String), Instant>>>,
}

impl Sink {
    async fn start(words: &'static [&'static str]) -> Result<Sink> {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
        let port = listener.local_addr()?.port();
        let heard: Arc<Mutex<BTreeMap<(Ipv4Addr, String), Instant>>> = Arc::default();
        let into = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let into = Arc::clone(&into);
                tokio::spawn(async move { drop(answer(stream, words, &into).await) });
            }
        });
        Ok(Sink { port, heard })
    }

    fn host(&self, server: usize) -> Result<String> {
        // Where nobody listens is told by a port that is in no use.
        let port = if manner_of(server) == Manner::Dead { 9 } else { self.port };
        Ok(format!("{}:{port}", address_of(server)?))
    }

    fn times(&self, word: &str) -> Vec<Instant> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.iter().filter(|((_, heard), _)| heard == word).map(|(_, at)| *at).collect()
    }
}

/// Takes requests until the other side is done.
async fn answer(
    mut stream: TcpStream,
    words: &[&str],
    heard: &Mutex<BTreeMap<(Ipv4Addr, String), Instant>>,
) -> Result<()> {
    let SocketAddr::V4(own) = stream.local_addr()? else { return Ok(()) };
    let [_, b, c, _] = own.ip().octets();
    let server = usize::from(b).saturating_sub(1) * 250 + usize::from(c);
    let mut buffer = Vec::new();
    loop {
        let Some(body) = request(&mut stream, &mut buffer).await? else { return Ok(()) };
        let text = String::from_utf8_lossy(&body);
        for word in words.iter().filter(|word| text.contains(**word)) {
            let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.entry((*own.ip(), (*word).to_owned())).or_insert_with(Instant::now);
        }
        if manner_of(server) == Manner::Slow {
            tokio::time::sleep(SLOW_DURATION).await;
        }
        stream.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await?;
    }
}

/// The body of the next request; none at the end.
async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Option<Vec<u8>>> {
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(buffer.get(..end).unwrap_or_default()).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.map_or(Ok(0), |length| length.trim().parse())?;
            let whole = end + 4 + length;
            if whole <= buffer.len() {
                let rest = buffer.split_off(whole);
                let body = buffer.split_off(end + 4);
                *buffer = rest;
                return Ok(Some(body));
            }
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

/// Writes the others' people into the store: they follow a channel.
fn people(store: &Store, sink: &Sink, channel: ChannelId) -> Result<()> {
    let pem = PrivateKey::from_pkcs8(KEY)?.public_pem();
    let at = now()?;
    let all: Vec<usize> = (0..FOLLOWERS).collect();
    for batch in all.chunks(BATCH) {
        store.write(Durability::Relaxed, |write| -> Result<()> {
            for number in batch {
                let host = sink.host(number % SERVERS)?;
                let url = format!("http://{host}/users/{number}");
                let id = AccountId(write.next_number("accounts")?);
                let remote = RemoteActor {
                    shared_inbox: Some(format!("http://{host}/inbox")),
                    keys: vec![RemoteKey { id: format!("{url}#main-key"), pem: pem.clone() }],
                    ..RemoteActor::new(url.clone(), &host, ActorKind::Person, at)
                };
                let account = Account {
                    id,
                    name: format!("person{number}"),
                    display_name: format!("Person {number}"),
                    description: None,
                    user: None,
                    remote: Some(Box::new(remote)),
                    avatar: None,
                    seeders_since: None,
                    following: 0,
                    created_at: at,
                    updated_at: at,
                };
                write.insert(&AccountKey { account: id }, &account)?;
                write.insert(&RemoteActorKey { url: url.clone() }, &Party::Account(id))?;
                let (follower, followed) = (Party::Account(id), Party::Channel(channel));
                let follow = follow::ask(write, at, follower, followed, |_| format!("{url}#follow"))?;
                follow::answer(write, at, follow, FollowState::Accepted)?;
            }
            Ok(())
        })?;
    }
    Ok(store.flush()?)
}

#[expect(clippy::cast_precision_loss, reason = "far below 53 bits")]
async fn deliveries() -> Result<()> {
    const COMMENT: &str = "Heard everywhere";
    const VIEW: &str = "\"View\"";
    let sink = Sink::start(&[COMMENT, VIEW]).await?;
    let hosts: Result<BTreeSet<String>> = (0..SERVERS).map(|server| sink.host(server)).collect();
    let hosts: Vec<String> = hosts?.into_iter().collect();
    let options = Options::default()
        .set("federation.allow_private_hosts", hosts.join(","))
        .set("transcoding.heights", "240");
    let mut server = Instance::start_with(options).await?;
    let admin = server.admin().await?;
    let film = clip(&Clip { seconds: 2, width: 426, height: 240, sound: Sound::None, ..Clip::default() })?;
    let uuid = Upload::file(&admin, &json!({ "name": "Bench", "privacy": 1 }), &film).await?;
    Upload::finished(&admin, &uuid, SOON).await?;
    server.stop().await?;
    {
        let store = Store::open(&server.data().join("store"))?;
        let key = ChannelNameKey { name: "root_channel".to_owned() };
        let channel = store.get(&key)?.context("no channel")?;
        people(&store, &sink, channel)?;
    }
    server.restart().await?;
    let pid = server.pid().context("the server does not run")?;
    let live = (0..SERVERS).filter(|server| manner_of(*server) == Manner::Well).count();
    let hear = live + (0..SERVERS).filter(|server| manner_of(*server) == Manner::Slow).count();

    let before = Usage::of(pid)?;
    let said_at = Instant::now();
    let threads = format!("/api/v1/videos/{uuid}/comment-threads");
    admin.post(&threads, &json!({ "text": COMMENT })).await?.expect(200)?;
    let mut resident = 0;
    eventually("all who live to hear", SOON, async || {
        resident = resident.max(server.resident_bytes()?);
        Ok((hear <= sink.times(COMMENT).len()).then_some(()))
    })
    .await?;
    let spent = (Usage::of(pid)? - before).total();
    let mut times: Vec<Duration> =
        sink.times(COMMENT).into_iter().map(|at| at.saturating_duration_since(said_at)).collect();
    times.sort_unstable();
    let quantile = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    let last = times.last().copied().unwrap_or_default();
    println!("federation: one comment to {SERVERS} servers, of which {} are dead or slow", SERVERS - live);
    println!("  heard by {} within {:.2} s", times.len(), last.as_secs_f64());
    println!(
        "  half within {:.2} s, 95 % within {:.2} s",
        quantile(50).as_secs_f64(),
        quantile(95).as_secs_f64()
    );
    println!("  {:.0} deliveries a second", times.len() as f64 / last.as_secs_f64());
    println!("  {:.2} ms of processor time a delivery", spent.as_secs_f64() * 1e3 / times.len() as f64);
    println!("  memory at most {:.0} MB", resident as f64 / 1e6);

    let before = Usage::of(pid)?;
    let begun = Instant::now();
    let body = json!({ "currentTime": 2 });
    admin.post(&format!("/api/v1/videos/{uuid}/views"), &body).await?.expect(204)?;
    let answered = begun.elapsed();
    let spent = (Usage::of(pid)? - before).total();
    println!(
        "  one view with {FOLLOWERS} followers: answered in {:.1} ms, {:.1} ms of processor time",
        answered.as_secs_f64() * 1e3,
        spent.as_secs_f64() * 1e3
    );

    let before = Usage::of(pid)?;
    let begun = Instant::now();
    let video = server.url(&format!("/videos/watch/{uuid}"));
    let taken = likes(&server, &sink, &video).await?;
    let wall = begun.elapsed();
    eventually("all likes to count", SOON, async || {
        let said: Value = admin.get(&format!("/api/v1/videos/{uuid}")).await?.json()?;
        Ok((said.pointer("/likes").and_then(Value::as_u64) == u64::try_from(taken).ok()).then_some(()))
    })
    .await?;
    let done = begun.elapsed();
    let spent = (Usage::of(pid)? - before).total();
    println!(
        "federation: {taken} likes from {taken} people of {live} servers, over {CONNECTIONS} connections"
    );
    println!(
        "  {:.0} taken a second, {:.0} done a second",
        taken as f64 / wall.as_secs_f64(),
        taken as f64 / done.as_secs_f64()
    );
    println!("  {:.2} ms of processor time each", spent.as_secs_f64() * 1e3 / taken as f64);
    server.stop().await?;
    Ok(())
}

/// Sends likes of the people who live. Gives how many were taken.
async fn likes(server: &Instance, sink: &Sink, video: &str) -> Result<usize> {
    let people: Vec<usize> =
        (0..FOLLOWERS).filter(|number| manner_of(number % SERVERS) == Manner::Well).take(LIKES).collect();
    let shared = Arc::new(Mutex::new(people.into_iter()));
    let to = server.address();
    let mut senders = Vec::new();
    for _ in 0..CONNECTIONS {
        let (shared, video, port) = (Arc::clone(&shared), video.to_owned(), sink.port);
        senders.push(tokio::spawn(async move {
            let key = PrivateKey::from_pkcs8(KEY)?;
            let mut taken = 0;
            loop {
                let next = shared.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(number) = next else { return Ok::<usize, anyhow::Error>(taken) };
                like(&key, number, &video, (port, to)).await?;
                taken += 1;
            }
        }));
    }
    let mut taken = 0;
    for sender in senders {
        taken += sender.await??;
    }
    Ok(taken)
}

/// One like, sent from the address of its server.
async fn like(key: &PrivateKey, number: usize, video: &str, (port, to): (u16, SocketAddr)) -> Result<()> {
    let own = address_of(number % SERVERS)?;
    let actor = format!("http://{own}:{port}/users/{number}");
    let body = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": format!("{actor}/likes/1"),
        "type": "Like",
        "actor": actor,
        "object": video,
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
    });
    let body = body.to_string();
    let authority = to.to_string();
    let method = Method::POST;
    let outgoing = Outgoing {
        method: &method,
        scheme: "http",
        authority: &authority,
        path: "/inbox",
        query: None,
        body: Some(("application/activity+json", body.as_bytes())),
    };
    let key_id = KeyId::parse(&format!("{actor}#main-key")).context("no address")?;
    let headers = sign_cavage(&outgoing, Query::Signed, &key_id, key, now()?)?;
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(IpAddr::V4(own), 0))?;
    let mut stream = socket.connect(to).await?;
    let mut head = "POST /inbox HTTP/1.1\r\nconnection: close\r\n".to_owned();
    for (name, value) in &headers {
        head.push_str(&format!("{name}: {}\r\n", value.to_str()?));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    ensure!(answer.starts_with("HTTP/1.1 20"), "{answer}");
    Ok(())
}
