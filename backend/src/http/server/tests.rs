//! Stories over real sockets.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use warp::Filter;

use super::accept::serve_crowd;
use super::crowd::Crowd;
use super::*;
use crate::config::Network;
use crate::dice::Dice;
use crate::files::layout::Layout;
use crate::http::files::room::FileRoom;
use crate::http::front::front;
use crate::http::sample::{self, PUBLIC as UUID};

/// Far more than any socket buffers.
const VIDEO_BYTES: usize = 12 * 1024 * 1024;

/// A server over a folder with one stream: `a-master.m3u8` and `a.mp4`.
struct Rig {
    address: std::net::SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<std::io::Result<()>>,
    folder: tempfile::TempDir,
}

/// A period that no block size divides, so that a shifted byte is seen.
fn video() -> Vec<u8> {
    let period: Vec<u8> = (0..251).collect();
    let mut bytes = period.repeat(VIDEO_BYTES / 251 + 1);
    bytes.truncate(VIDEO_BYTES);
    bytes
}

impl Rig {
    async fn start() -> Rig {
        Rig::start_for(1000).await
    }

    /// A server that takes so many connections at once.
    async fn start_for(connections_max: usize) -> Rig {
        let folder = tempfile::tempdir().unwrap();
        let app = sample::app(folder.path());
        let layout = app.layout();
        std::fs::create_dir_all(layout.hls(UUID)).unwrap();
        std::fs::write(layout.hls(UUID).join("a-master.m3u8"), "#EXTM3U\n").unwrap();
        std::fs::write(layout.hls(UUID).join("a.mp4"), video()).unwrap();
        let room = Arc::new(FileRoom::new(app));
        let echo = warp::path!("echo").and(warp::body::bytes()).map(|body: bytes::Bytes| body.to_vec());
        let hello = warp::path!("hello").map(|| "hello");
        let slow = warp::path!("slow").then(|| async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            "slow"
        });
        let who = warp::path!("who")
            .and(warp::ext::get::<Peer>())
            .map(|peer: Peer| format!("{} {peer:?}", peer.0.ip()));
        let socket = warp::path!("socket").and(warp::ws()).map(|ws: warp::ws::Ws| {
            ws.on_upgrade(|socket| async move {
                use futures_util::StreamExt;
                let (out, incoming) = socket.split();
                let _ = incoming.forward(out).await;
            })
        });
        let listener = bind(([127, 0, 0, 1], 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let all = hello.or(echo).or(slow).or(who).or(socket).map(warp::Reply::into_response).boxed();
        // As in the settings, loopback is where proxies are.
        let crowd = Crowd::new(connections_max, vec![Network::host([127, 0, 0, 1].into())]);
        let served = tokio::spawn(serve_crowd(crowd, listener, room, front(all, Dice), async {
            let _ = stopped.await;
        }));
        Rig { address, stop: Some(stop), served, folder }
    }

    async fn client(&self) -> Client {
        self.client_from([127, 0, 0, 1]).await
    }

    /// A client of another loopback address, which is no proxy of ours.
    async fn client_from(&self, address: [u8; 4]) -> Client {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((address, 0).into()).unwrap();
        Client { stream: socket.connect(self.address).await.unwrap(), buffer: BytesMut::new() }
    }
}

struct Client {
    stream: TcpStream,
    buffer: BytesMut,
}

struct Reply {
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn status(&self) -> u16 {
        self.head[9..12].parse().unwrap()
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// Nothing here takes longer unless it hangs.
const PATIENCE: Duration = Duration::from_secs(20);

impl Client {
    async fn send(&mut self, bytes: &str) {
        self.stream.write_all(bytes.as_bytes()).await.unwrap();
    }

    async fn more(&mut self) -> usize {
        tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.buffer))
            .await
            .expect("an answer")
            .unwrap()
    }

    /// Reads one answer; `sent_body` is false for answers to HEAD.
    async fn read(&mut self, sends_body: bool) -> Reply {
        let end = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            assert!(self.more().await != 0, "the connection ended within a head");
        };
        let head = String::from_utf8(self.buffer.split_to(end).to_vec()).unwrap();
        let mut reply = Reply { head, body: Vec::new() };
        let length: usize = reply.field("content-length").map_or(0, |length| length.parse().unwrap());
        if sends_body {
            while self.buffer.len() < length {
                assert!(self.more().await != 0, "the connection ended within a body");
            }
            reply.body = self.buffer.split_to(length).to_vec();
        }
        reply
    }

    async fn get(&mut self, path: &str, fields: &str) -> Reply {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: x\r\n{fields}\r\n")).await;
        self.read(true).await
    }

    async fn is_closed(&mut self) -> bool {
        self.buffer.is_empty() && self.more().await == 0
    }
}

fn stream(name: &str) -> String {
    format!("/static/streaming-playlists/hls/{UUID}/{name}")
}

#[tokio::test]
async fn a_connection_is_kept_for_many_files() {
    let rig = Rig::start().await;
    let mut client = rig.client().await;
    let video = video();
    for round in 0..3 {
        let reply = client.get(&stream("a-master.m3u8"), "").await;
        assert_eq!((reply.status(), reply.body.as_slice()), (200, "#EXTM3U\n".as_bytes()), "{round}");
        let reply = client.get(&stream("a.mp4"), "Range: bytes=1000-1001999\r\n").await;
        assert_eq!(
            (reply.status(), reply.field("content-range")),
            (206, Some("bytes 1000-1001999/12582912"))
        );
        assert!(reply.body == video[1000..1_002_000]);
        assert!(reply.field("date").is_some() && reply.field("connection").is_none());
    }
    let reply = client.get(&stream("a.mp4"), "").await;
    assert!(reply.body == video);
}

#[tokio::test]
async fn files_and_routes_share_a_connection() {
    let rig = Rig::start().await;
    let mut client = rig.client().await;
    let video = video();
    for round in 0..5 {
        assert_eq!(client.get("/hello", "").await.body, b"hello");
        assert_eq!(client.get(&stream("a-master.m3u8"), "").await.body, b"#EXTM3U\n");
        let reply = client.get(&stream("a.mp4"), "Range: bytes=5-3000004\r\n").await;
        assert_eq!(reply.status(), 206, "{round}");
        assert!(reply.body == video[5..3_000_005], "{round}");
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc").await;
        assert_eq!(client.read(true).await.body, b"abc");
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order() {
    let rig = Rig::start().await;
    let mut client = rig.client().await;
    let file =
        |range: &str| format!("GET {} HTTP/1.1\r\nHost: x\r\nRange: bytes={range}\r\n\r\n", stream("a.mp4"));
    let route = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
    let slow = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
    let playlist = format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", stream("a-master.m3u8"));
    client
        .send(&[&file("0-9"), route, &file("10-2000009"), &playlist, slow, &file("7-7"), route].concat())
        .await;
    let video = video();
    assert!(client.read(true).await.body == video[0..10]);
    assert_eq!(client.read(true).await.body, b"hello");
    assert!(client.read(true).await.body == video[10..2_000_010]);
    assert_eq!(client.read(true).await.body, b"#EXTM3U\n");
    assert_eq!(client.read(true).await.body, b"slow");
    assert!(client.read(true).await.body == video[7..8]);
    assert_eq!(client.read(true).await.body, b"hello");
}

#[tokio::test]
async fn a_head_may_arrive_in_pieces() {
    let rig = Rig::start().await;
    for path in [stream("a-master.m3u8"), "/hello".to_owned()] {
        let mut client = rig.client().await;
        for letter in format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").chars() {
            client.send(&letter.to_string()).await;
            tokio::task::yield_now().await;
        }
        assert_eq!(client.read(true).await.status(), 200);
    }
}

#[tokio::test]
async fn head_and_options_send_no_body() {
    let rig = Rig::start().await;
    let mut client = rig.client().await;
    client.send(&format!("HEAD {} HTTP/1.1\r\nHost: x\r\n\r\n", stream("a.mp4"))).await;
    let reply = client.read(false).await;
    assert_eq!((reply.status(), reply.field("content-length")), (200, Some("12582912")));
    let preflight = "Host: x\r\nOrigin: https://example.org\r\nAccess-Control-Request-Method: GET\r\n\
                     Access-Control-Request-Headers: range\r\n";
    client.send(&format!("OPTIONS {} HTTP/1.1\r\n{preflight}\r\n", stream("a.mp4"))).await;
    let reply = client.read(true).await;
    assert_eq!(reply.status(), 204);
    assert_eq!(reply.field("access-control-allow-origin"), Some("*"));
    assert_eq!(reply.field("access-control-allow-methods"), Some("GET,HEAD,PUT,PATCH,POST,DELETE"));
    assert_eq!(reply.field("access-control-allow-headers"), Some("range"));
    // The connection is hyper's now, and HEAD is answered alike.
    client.send(&format!("HEAD {} HTTP/1.1\r\nHost: x\r\n\r\n", stream("a.mp4"))).await;
    assert_eq!(client.read(false).await.field("content-length"), Some("12582912"));
    assert_eq!(client.get("/hello", "").await.body, b"hello");
}

#[tokio::test]
async fn both_walls_give_the_same_answer() {
    let rig = Rig::start().await;
    let etag = rig
        .client()
        .await
        .get(&stream("a.mp4"), "Range: bytes=0-0\r\n")
        .await
        .field("etag")
        .unwrap()
        .to_owned();
    for (path, fields) in [
        (stream("a-master.m3u8"), String::new()),
        (stream("a-master.m3u8"), "Range: bytes=1-3\r\n".to_owned()),
        (stream("a.mp4"), format!("If-None-Match: {etag}\r\n")),
        (stream("a.mp4"), "Range: bytes=99999999-\r\n".to_owned()),
        (stream("a.mp4"), format!("Range: bytes=0-9\r\nIf-Range: {etag}\r\n")),
        (stream("none.mp4"), String::new()),
        (stream("..%2fx.m3u8"), String::new()),
    ] {
        // A request with a body is hyper's for sure.
        let ours = rig.client().await.get(&path, &fields).await;
        let mut client = rig.client().await;
        client.send(&format!("GET {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n{fields}\r\nx")).await;
        let hypers = client.read(true).await;
        let sorted = |reply: &Reply| {
            let mut lines: Vec<String> =
                reply.head.lines().filter(|line| !line.starts_with("date")).map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(sorted(&ours), sorted(&hypers), "{path} {fields}");
        assert!(ours.body == hypers.body, "{path} {fields}");
    }
}

#[tokio::test]
async fn hyper_sends_a_large_file_when_it_must() {
    let rig = Rig::start().await;
    let mut client = rig.client().await;
    client.send(&format!("GET {} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", stream("a.mp4"))).await;
    assert!(client.read(true).await.body == video());
}

#[tokio::test]
async fn old_clients_and_closing_ones_are_understood() {
    let rig = Rig::start().await;
    let path = stream("a-master.m3u8");
    for (request, kept) in [
        (format!("GET {path} HTTP/1.0\r\n\r\n"), false),
        (format!("GET {path} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), true),
        (format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), false),
        (format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"), true),
    ] {
        let mut client = rig.client().await;
        client.send(&request).await;
        let reply = client.read(true).await;
        assert_eq!(reply.body, b"#EXTM3U\n");
        if kept {
            assert_eq!(client.get(&path, "").await.status(), 200, "{request}");
        } else {
            assert_eq!(reply.field("connection"), Some("close"));
            assert!(client.is_closed().await, "{request}");
        }
    }
}

#[tokio::test]
async fn a_client_that_closed_its_half_still_gets_its_answer() {
    let rig = Rig::start().await;
    for path in [stream("a.mp4"), "/slow".to_owned()] {
        let mut client = rig.client().await;
        client.send(&format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
        client.stream.shutdown().await.unwrap();
        let reply = client.read(true).await;
        assert_eq!(reply.status(), 200, "{path}");
        assert!(!reply.body.is_empty());
        assert!(client.is_closed().await);
    }
}

#[tokio::test]
async fn nonsense_is_refused() {
    let rig = Rig::start().await;
    for (request, status) in [
        ("\x16\x03\x01\x02\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nbad header\r\n\r\n".to_owned(), 400),
        (format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(40_000)), 431),
        (format!("GET {} HTTP/1.1\r\n{}\r\n", stream("a.mp4"), "a: b\r\n".repeat(200)), 431),
    ] {
        let mut client = rig.client().await;
        client.send(&request).await;
        assert_eq!(client.read(true).await.status(), status, "{:?}", &request[..20]);
        assert!(client.is_closed().await);
    }
}

#[tokio::test]
async fn a_file_asked_for_with_many_headers_is_answered_once() {
    let rig = Rig::start().await;
    let mut client = rig.client().await;
    let reply = client.get(&stream("a.mp4"), &"a: b\r\n".repeat(80)).await;
    assert!(reply.body == video());
}

#[tokio::test(start_paused = true)]
async fn a_head_that_trickles_is_cut_off() {
    let rig = Rig::start().await;
    let mut client = rig.client().await;
    client.send("GET /static/").await;
    // Virtual time passes as soon as nothing else can happen.
    assert!(client.is_closed().await);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_arriving_is_given_up() {
    let rig = Rig::start().await;
    let mut client = rig.client().await;
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf of it").await;
    // The client waits for longer than the server does.
    let answer = async {
        while client.stream.read_buf(&mut client.buffer).await.unwrap() != 0 {}
        String::from_utf8_lossy(&client.buffer).into_owned()
    };
    let answer = tokio::time::timeout(Duration::from_secs(600), answer).await.expect("the server gives up");
    assert!(!answer.contains(" 200 "), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_trickles_is_given_up_and_a_slow_one_is_not() {
    let rig = Rig::start().await;
    for (bytes, is_heard_out) in [(1, false), (600, true)] {
        let mut client = rig.client().await;
        // Five minutes of it: five times what is waited for without a byte.
        let length = bytes * 300;
        client.send(&format!("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n")).await;
        for _ in 0..300 {
            if client.stream.write_all(&vec![b'x'; bytes]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let answer = async {
            while !matches!(client.stream.read_buf(&mut client.buffer).await, Ok(0) | Err(_))
                && client.buffer.len() < length
            {}
        };
        tokio::time::timeout(Duration::from_secs(600), answer).await.expect("an answer or an end");
        let answer = String::from_utf8_lossy(&client.buffer);
        assert_eq!(answer.contains(" 200 "), is_heard_out, "{bytes} a second: {answer:.100}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_kept_for_75_seconds() {
    let rig = Rig::start().await;
    let mut client = rig.client().await;
    assert_eq!(client.get("/hello", "").await.body, b"hello");
    tokio::time::advance(Duration::from_secs(75)).await;
    assert_eq!(client.get("/hello", "").await.body, b"hello");
    let ends = async { while client.stream.read_buf(&mut client.buffer).await.unwrap() != 0 {} };
    tokio::time::timeout(Duration::from_secs(80), ends).await.expect("not kept for ever");
}

#[tokio::test]
async fn websockets_pass_through() {
    let rig = Rig::start().await;
    let mut client = rig.client().await;
    // The first request makes the connection hyper's, the second switches its protocol.
    assert_eq!(client.get("/hello", "").await.body, b"hello");
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let reply = client.get("/socket", upgrade).await;
    assert_eq!(reply.status(), 101);
    assert_eq!(reply.field("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    // A masked text frame "hi" (RFC 6455 §5.2), and its echo without the mask.
    client.stream.write_all(&[0x81, 0x82, 1, 2, 3, 4, b'h' ^ 1, b'i' ^ 2]).await.unwrap();
    while client.buffer.len() < 4 {
        assert!(client.more().await != 0);
    }
    assert_eq!(&client.buffer[..], &[0x81, 2, b'h', b'i']);
}

#[tokio::test]
async fn routes_learn_who_asks_and_logs_do_not() {
    let rig = Rig::start().await;
    assert_eq!(rig.client().await.get("/who", "").await.body, b"127.0.0.1 Peer(private)");
}

#[tokio::test]
async fn a_stop_finishes_what_is_under_way_and_closes_what_is_idle() {
    let mut rig = Rig::start().await;
    let (mut idle_file, mut idle_route) = (rig.client().await, rig.client().await);
    let mut untouched = rig.client().await;
    assert_eq!(idle_file.get(&stream("a-master.m3u8"), "").await.status(), 200);
    assert_eq!(idle_route.get("/hello", "").await.status(), 200);
    let (mut file, mut route) = (rig.client().await, rig.client().await);
    file.send(&format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", stream("a.mp4"))).await;
    route.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
    // The first bytes show that the file's answer has begun.
    file.more().await;
    rig.stop.take().unwrap().send(()).unwrap();
    assert!(idle_file.is_closed().await && idle_route.is_closed().await && untouched.is_closed().await);
    assert!(file.read(true).await.body == video());
    assert_eq!(route.read(true).await.body, b"slow");
    drop((file, route));
    tokio::time::timeout(PATIENCE, rig.served).await.expect("the server stops").unwrap().unwrap();
    assert!(TcpStream::connect(rig.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_replaced_playlist_is_seen() {
    let rig = Rig::start().await;
    let mut client = rig.client().await;
    let folder = Layout::new(rig.folder.path()).hls(UUID);
    assert_eq!(client.get(&stream("a-master.m3u8"), "").await.body, b"#EXTM3U\n");
    std::fs::write(folder.join("new"), "#EXTM3U\n# more\n").unwrap();
    std::fs::rename(folder.join("new"), folder.join("a-master.m3u8")).unwrap();
    let deadline = std::time::Instant::now() + Duration::from_secs(5);
    while client.get(&stream("a-master.m3u8"), "").await.body != b"#EXTM3U\n# more\n" {
        assert!(std::time::Instant::now() < deadline, "the new playlist never came");
    }
}

#[tokio::test]
async fn idle_connections_give_way_when_room_gets_scarce() {
    let rig = Rig::start_for(8).await;
    let mut idle = Vec::new();
    for number in 0..6 {
        let mut client = rig.client().await;
        let path = if number % 2 == 0 { stream("a-master.m3u8") } else { "/hello".to_owned() };
        assert_eq!(client.get(&path, "").await.field("connection"), None, "there is room");
        idle.push(client);
    }
    let mut seventh = rig.client().await;
    assert_eq!(seventh.get("/hello", "").await.body, b"hello");
    // As many as it takes: who has not left when there is room again may stay.
    let leaving = idle.iter_mut().map(|client| Box::pin(client.is_closed()));
    assert!(futures_util::future::select_all(leaving).await.0);
}

#[tokio::test]
async fn one_address_cannot_take_all_seats() {
    let rig = Rig::start_for(8).await;
    let mut hoarded = Vec::new();
    // They say nothing, and are waited for all the same.
    for _ in 0..6 {
        hoarded.push(rig.client_from([127, 0, 0, 2]).await);
    }
    let mut refused = rig.client_from([127, 0, 0, 2]).await;
    assert!(refused.is_closed().await);
    let mut other = rig.client_from([127, 0, 0, 3]).await;
    assert_eq!(other.get("/hello", "").await.body, b"hello");
    let mut proxy = rig.client().await;
    assert_eq!(proxy.get("/hello", "").await.body, b"hello");
}

#[tokio::test]
async fn whoever_comes_when_all_seats_are_taken_waits_for_one() {
    let rig = Rig::start_for(8).await;
    let mut busy = Vec::new();
    for _ in 0..8 {
        let mut client = rig.client().await;
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab").await;
        busy.push(client);
    }
    let mut ninth = rig.client().await;
    ninth.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let waits = tokio::time::timeout(Duration::from_millis(200), ninth.stream.readable()).await;
    assert!(waits.is_err(), "nobody has left yet");
    let mut first = busy.remove(0);
    first.send("c").await;
    assert_eq!(first.read(true).await.body, b"abc");
    drop(first);
    assert_eq!(ninth.read(true).await.body, b"hello");
}
