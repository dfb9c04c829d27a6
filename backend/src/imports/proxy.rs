//! The only way out for the program that knows pages: a proxy on the loopback interface, for as long as one import takes,
//! that reaches what the guard lets it reach and nobody else.
//!
//! Owns one door with a key of its own, since other people may have accounts on the machine. Speaks as much of HTTP as a
//! proxy must (RFC 9110 §7.6, §9.3.6): the head of a request, and bytes both ways after it.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use base64::Engine as _;
use http::Uri;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::guard::Guard;

/// Longer than the heads of programs.
const HEAD_BYTES_MAX: usize = 64 * 1024;
const HEADERS_MAX: usize = 100;
/// A program beside us asks at once.
const HEAD_DURATION_MAX: Duration = Duration::from_secs(20);
/// After a connection that could not be taken.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Lines at a time: a program that takes a film in pieces opens a few.
const LINES_MAX: usize = 64;

/// The door. It closes when this is dropped, with all that goes through it.
pub struct Proxy {
    address: SocketAddr,
    key: String,
    _lines: JoinSet<()>,
}

impl Proxy {
    /// Opens a door; `key` is what shows who may go through.
    ///
    /// # Errors
    /// What the system says.
    pub async fn open(guard: Guard, key: [u8; 16]) -> std::io::Result<Proxy> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let key = hex::encode(key);
        let shown = base64::engine::general_purpose::STANDARD.encode(format!("shoal:{key}"));
        let expected = format!("Basic {shown}");
        let mut all = JoinSet::new();
        all.spawn(async move {
            let mut lines = JoinSet::new();
            loop {
                tokio::select! {
                    taken = listener.accept(), if lines.len() < LINES_MAX => {
                        let Ok((line, _)) = taken else {
                            // Descriptors are free again in a moment.
                            tokio::time::sleep(ACCEPT_PAUSE).await;
                            continue;
                        };
                        let (guard, expected) = (guard.clone(), expected.clone());
                        lines.spawn(async move {
                            // Whatever breaks off here, the program on the other side sees it.
                            let _ = serve(line, &guard, &expected).await;
                        });
                    }
                    Some(_) = lines.join_next() => {}
                }
            }
        });
        Ok(Proxy { address, key, _lines: all })
    }

    /// Its address with its key.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://shoal:{}@{}", self.key, self.address)
    }
}

/// The head of a request.
struct Head {
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    /// What came after it.
    rest: Vec<u8>,
}

async fn serve(mut line: TcpStream, guard: &Guard, expected: &str) -> std::io::Result<()> {
    let head = tokio::time::timeout(HEAD_DURATION_MAX, read_head(&mut line)).await;
    let Ok(Some(head)) = head.unwrap_or(Ok(None)) else {
        return refuse(&mut line, "400 Bad Request").await;
    };
    let shown = head.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("proxy-authorization"));
    if shown.is_none_or(|(_, value)| value != expected.as_bytes()) {
        return refuse(
            &mut line,
            "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"shoal\"",
        )
        .await;
    }
    let is_tunnel = head.method == "CONNECT";
    let Some((host, port, path)) = target(&head, is_tunnel) else {
        return refuse(&mut line, "400 Bad Request").await;
    };
    let mut to = match guard.reach(&host, port).await {
        Ok(to) => to,
        Err(error) => {
            tracing::info!(%error, "an import was kept from a host");
            return refuse(&mut line, "403 Forbidden").await;
        }
    };
    if is_tunnel {
        line.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
        to.write_all(&head.rest).await?;
    } else {
        to.write_all(&onward(&head, &path)).await?;
    }
    copy_bidirectional(&mut line, &mut to).await.map(drop)
}

async fn refuse(line: &mut TcpStream, status: &str) -> std::io::Result<()> {
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    line.write_all(answer.as_bytes()).await
}

/// The head; none where it is none.
async fn read_head(line: &mut TcpStream) -> std::io::Result<Option<Head>> {
    let mut bytes = Vec::new();
    loop {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut request = httparse::Request::new(&mut headers);
        match request.parse(&bytes) {
            Err(_) => return Ok(None),
            Ok(httparse::Status::Complete(length)) => {
                let (Some(method), Some(target)) = (request.method, request.path) else { return Ok(None) };
                let pairs = request.headers.iter();
                return Ok(Some(Head {
                    method: method.to_owned(),
                    target: target.to_owned(),
                    headers: pairs.map(|header| (header.name.to_owned(), header.value.to_vec())).collect(),
                    rest: bytes.get(length..).unwrap_or_default().to_vec(),
                }));
            }
            Ok(httparse::Status::Partial) => {}
        }
        if HEAD_BYTES_MAX <= bytes.len() || line.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
}

/// Whom a request is for: host, port, and the rest of the address.
fn target(head: &Head, is_tunnel: bool) -> Option<(String, u16, String)> {
    let address: Uri = head.target.parse().ok()?;
    let authority = address.authority()?;
    if authority.as_str().contains('@') {
        return None;
    }
    if is_tunnel {
        return Some((authority.host().to_owned(), authority.port_u16()?, String::new()));
    }
    if address.scheme_str() != Some("http") {
        return None;
    }
    let path = address.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    Some((authority.host().to_owned(), authority.port_u16().unwrap_or(80), path.to_owned()))
}

/// The head as the host is to hear it: in its own terms, without our key, and for this one request.
fn onward(head: &Head, path: &str) -> Vec<u8> {
    let mut out = format!("{} {path} HTTP/1.1\r\n", head.method).into_bytes();
    for (name, value) in &head.headers {
        let is_ours = ["proxy-authorization", "proxy-connection", "connection", "keep-alive"]
            .iter()
            .any(|ours| name.eq_ignore_ascii_case(ours));
        if !is_ours {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(value);
            out.extend_from_slice(b"\r\n");
        }
    }
    out.extend_from_slice(b"Connection: close\r\n\r\n");
    out.extend_from_slice(&head.rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::mirror::Dialer;

    async fn door(allowed: &[&str]) -> (Proxy, String) {
        let allowed = allowed.iter().map(|network| network.parse().unwrap()).collect();
        let guard = Guard::new(Dialer::new(b"").unwrap(), allowed, "films.example");
        let proxy = Proxy::open(guard, [7; 16]).await.unwrap();
        let key = base64::engine::general_purpose::STANDARD.encode(format!("shoal:{}", hex::encode([7; 16])));
        (proxy, key)
    }

    async fn say(proxy: &Proxy, words: &str) -> String {
        let mut line = TcpStream::connect(proxy.address).await.unwrap();
        line.write_all(words.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        line.read_to_end(&mut heard).await.unwrap();
        String::from_utf8(heard).unwrap()
    }

    /// A server that says what it heard.
    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut line, _)) = listener.accept().await {
                let mut heard = vec![0; 4096];
                let length = line.read(&mut heard).await.unwrap();
                line.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                line.write_all(&heard[..length]).await.unwrap();
            }
        });
        address
    }

    #[tokio::test]
    async fn who_has_the_key_reaches_what_the_guard_lets_them() {
        let (proxy, key) = door(&["127.0.0.0/8"]).await;
        let to = echo().await;
        let shown = format!("Proxy-Authorization: Basic {key}\r\n");
        let got = say(&proxy, &format!("GET http://{to}/a?b HTTP/1.1\r\nHost: x\r\n{shown}\r\n")).await;
        assert!(got.contains("GET /a?b HTTP/1.1\r\nHost: x\r\nConnection: close"), "{got}");
        assert!(!got.to_lowercase().contains("proxy-"), "{got}");
        let got = say(&proxy, &format!("CONNECT {to} HTTP/1.1\r\n{shown}\r\nhello")).await;
        assert!(got.starts_with("HTTP/1.1 200 Connection established") && got.ends_with("hello"), "{got}");
        let got = say(&proxy, &format!("GET http://{to}/ HTTP/1.1\r\n\r\n")).await;
        assert!(got.starts_with("HTTP/1.1 407"), "{got}");
        for target in ["ftp://127.0.0.1/", "/path", &format!("http://a:b@{to}/")] {
            let got = say(&proxy, &format!("GET {target} HTTP/1.1\r\n{shown}\r\n")).await;
            assert!(got.starts_with("HTTP/1.1 400"), "{target}: {got}");
        }
    }

    #[tokio::test]
    async fn nobody_else_is_reached() {
        let (proxy, key) = door(&[]).await;
        let to = echo().await;
        for words in [format!("CONNECT {to} HTTP/1.1"), format!("GET http://{to}/ HTTP/1.1")] {
            let got = say(&proxy, &format!("{words}\r\nProxy-Authorization: Basic {key}\r\n\r\n")).await;
            assert!(got.starts_with("HTTP/1.1 403"), "{words}: {got}");
        }
    }
}
