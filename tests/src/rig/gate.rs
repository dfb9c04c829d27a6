//! A gate before a server: everything passes through it, the films' bytes only as fast as a story wants, or not at all.
//!
//! Owns the way from browsers to the server, and a story's own pages, which so come from the server's origin. Passes
//! requests on as they are, one a connection. The surprise is what counts as a film's bytes: a range of a rendition's file
//! that does not begin it. What lies at the beginning, the init section, belongs to what a player must always have.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::instance::{Instance, Options};

/// Longer heads than browsers send are not read on.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Pieces in which a film's bytes pass: connections that share the way take turns this often.
const PIECE_BYTES: usize = 8 * 1024;

/// A gate, until it is dropped.
pub struct Gate {
    address: SocketAddr,
    rules: Arc<Rules>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct Rules {
    server: OnceLock<SocketAddr>,
    pages: Mutex<HashMap<String, Page>>,
    /// Bytes per second of all films together; 0 is as fast as it goes.
    rate: AtomicU64,
    is_shut: AtomicBool,
    passed: AtomicU64,
    /// When the way is free again.
    free: Mutex<Option<Instant>>,
}

#[derive(Clone)]
struct Page {
    kind: &'static str,
    bytes: Vec<u8>,
}

impl Gate {
    /// Opens one, and starts a server behind it that knows no other address of itself.
    ///
    /// # Errors
    /// When no port is free, or the server does not start.
    pub async fn before(options: Options) -> Result<(Gate, Instance)> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        let rules: Arc<Rules> = Arc::default();
        let taking = rules.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let rules = taking.clone();
                // Whoever hangs up in between has what it wanted, or asks again.
                tokio::spawn(async move { drop(pass(stream, &rules).await) });
            }
        });
        let gate = Gate { address, rules, listening };
        let server = Instance::start_with(options.set("server.url", gate.url(""))).await?;
        gate.rules.server.get_or_init(|| server.address());
        Ok((gate, server))
    }

    /// An address behind it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Puts a page or a script before the server's own, and gives its address.
    pub fn add(&self, path: &str, bytes: impl Into<Vec<u8>>) -> String {
        let is_script = [".js", ".mjs"].iter().any(|ending| path.ends_with(ending));
        let kind = if is_script { "text/javascript" } else { "text/html; charset=utf-8" };
        let page = Page { kind, bytes: bytes.into() };
        self.rules.pages.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), page);
        self.url(path)
    }

    /// How fast films pass from now on, bytes per second for all who watch together.
    pub fn throttle(&self, rate: Option<u64>) {
        self.rules.rate.store(rate.unwrap_or(0), Ordering::Relaxed);
    }

    /// Whether films are let through. Those that are on their way go on.
    pub fn shut(&self, is_shut: bool) {
        self.rules.is_shut.store(is_shut, Ordering::Relaxed);
    }

    /// Bytes of films that have passed so far.
    #[must_use]
    pub fn passed(&self) -> u64 {
        self.rules.passed.load(Ordering::Relaxed)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn pass(mut browser: TcpStream, rules: &Rules) -> Result<()> {
    let mut received = Vec::new();
    let end = loop {
        if let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if HEAD_BYTES_MAX < received.len() || browser.read_buf(&mut received).await? == 0 {
            return Ok(());
        }
    };
    let (head, rest) = received.split_at(end);
    let head = Head::read(std::str::from_utf8(head)?);
    if let Some(page) = rules.page(head.path()) {
        let begin = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
             Connection: close\r\n\r\n",
            page.kind,
            page.bytes.len()
        );
        browser.write_all(begin.as_bytes()).await?;
        browser.write_all(&page.bytes).await?;
        return Ok(browser.shutdown().await?);
    }
    if head.is_film() && rules.is_shut.load(Ordering::Relaxed) {
        let refusal = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        browser.write_all(refusal).await?;
        return Ok(browser.shutdown().await?);
    }
    let address = *rules.server.get().context("nobody is behind the gate yet")?;
    let mut server = TcpStream::connect(address).await?;
    server.write_all(head.for_server().as_bytes()).await?;
    server.write_all(rest).await?;
    if !head.is_film() {
        tokio::io::copy_bidirectional(&mut browser, &mut server).await?;
        return Ok(());
    }
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let count = server.read(&mut piece).await?;
        let Some(bytes) = piece.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Ok(browser.shutdown().await?);
        };
        rules.take_turn(count).await;
        browser.write_all(bytes).await?;
        rules.passed.fetch_add(u64::try_from(count)?, Ordering::Relaxed);
    }
}

impl Rules {
    fn page(&self, path: &str) -> Option<Page> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    /// Waits until so many bytes may pass: the way belongs to all.
    async fn take_turn(&self, count: usize) {
        let rate = self.rate.load(Ordering::Relaxed);
        if rate == 0 {
            return;
        }
        let turn = {
            let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
            let begin = free.map_or_else(Instant::now, |free| free.max(Instant::now()));
            let micros = u64::try_from(count).unwrap_or(u64::MAX).saturating_mul(1_000_000) / rate;
            *free = Some(begin + Duration::from_micros(micros));
            begin
        };
        tokio::time::sleep_until(turn.into()).await;
    }
}

/// The head of a request.
struct Head<'a> {
    first: &'a str,
    headers: Vec<(&'a str, &'a str)>,
}

impl Head<'_> {
    fn read(text: &str) -> Head<'_> {
        let mut lines = text.split("\r\n").filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or_default();
        Head { first, headers: lines.filter_map(|line| line.split_once(':')).collect() }
    }

    fn path(&self) -> &str {
        let target = self.first.split(' ').nth(1).unwrap_or_default();
        target.split('?').next().unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    fn is_film(&self) -> bool {
        let is_beginning = self.header("range").is_some_and(|range| range.starts_with("bytes=0-"));
        self.path().ends_with("-fragmented.mp4") && !is_beginning
    }

    /// The same for one request alone; a WebSocket's goes as it is.
    fn for_server(&self) -> String {
        let is_upgrade = self.header("upgrade").is_some();
        let mut text = format!("{}\r\n", self.first);
        for (name, value) in &self.headers {
            if is_upgrade || !name.eq_ignore_ascii_case("connection") {
                text.push_str(&format!("{name}:{value}\r\n"));
            }
        }
        text.push_str(if is_upgrade { "\r\n" } else { "Connection: close\r\n\r\n" });
        text
    }
}
