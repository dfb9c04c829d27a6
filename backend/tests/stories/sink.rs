//! A mail server on loopback that takes every mail and keeps it, for stories that read them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A mail as it arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// From the envelope.
    pub to: String,
    /// Headers and body, as sent.
    pub raw: String,
}

impl Arrived {
    /// The mail with its lines joined again that quoted-printable broke (RFC 2045 §6.7).
    pub fn readable(&self) -> String {
        let joined = self.raw.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let Some((byte, after)) = rest.split_first() {
            let code = after.get(..2).filter(|_| *byte == b'=').and_then(|hex| std::str::from_utf8(hex).ok());
            match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                Some(byte) => {
                    bytes.push(byte);
                    rest = &after[2..];
                }
                None => {
                    bytes.push(*byte);
                    rest = after;
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The first address in the text that begins so.
    pub fn link(&self, beginning: &str) -> String {
        let text = self.readable();
        let at = text.find(beginning).unwrap_or_else(|| panic!("no {beginning} in {text}"));
        text[at..].split(|letter: char| letter.is_whitespace() || letter == '"').next().unwrap().to_owned()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap();
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_default().to_owned()
    }
}

/// The mail server.
pub struct Sink {
    pub address: SocketAddr,
    arrived: watch::Sender<Vec<Arrived>>,
    /// Mails that are refused for the moment before one is taken.
    refusals: Arc<Mutex<u32>>,
}

impl Sink {
    pub async fn start() -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Sink {
            address: listener.local_addr().unwrap(),
            arrived: watch::Sender::default(),
            refusals: Arc::default(),
        };
        let (arrived, refusals) = (sink.arrived.clone(), sink.refusals.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, arrived.clone(), refusals.clone()));
            }
        });
        sink
    }

    /// Refuses the next mails for the moment, as greylisting does.
    pub fn refuse(&self, times: u32) {
        *self.refusals.lock().unwrap() = times;
    }

    pub fn count(&self) -> usize {
        self.arrived.borrow().len()
    }

    /// The mail that arrives as number `number`, from 1 on; waits for it.
    pub async fn mail(&self, number: usize) -> Arrived {
        let mut arrived = self.arrived.subscribe();
        let waiting = arrived.wait_for(|mails| number <= mails.len());
        let mails = tokio::time::timeout(std::time::Duration::from_secs(30), waiting).await;
        mails.expect("the mail arrives").unwrap()[number - 1].clone()
    }
}

/// One conversation (RFC 5321).
async fn serve(stream: TcpStream, arrived: watch::Sender<Vec<Arrived>>, refusals: Arc<Mutex<u32>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut to = String::new();
    if write.write_all(b"220 sink ESMTP\r\n").await.is_err() {
        return;
    }
    while let Ok(Some(line)) = lines.next_line().await {
        let upper = line.to_ascii_uppercase();
        let answer = if upper.starts_with("EHLO") {
            "250-sink\r\n250 8BITMIME\r\n"
        } else if upper.starts_with("RCPT TO:") {
            to = line[8..].split_once('>').unwrap().0.trim_start_matches([' ', '<']).to_owned();
            let is_refused = {
                let mut left = refusals.lock().unwrap();
                let is_refused = 0 < *left;
                *left = left.saturating_sub(1);
                is_refused
            };
            if is_refused { "451 later\r\n" } else { "250 yes\r\n" }
        } else if upper == "DATA" {
            if write.write_all(b"354 go on\r\n").await.is_err() {
                return;
            }
            let mut raw = String::new();
            while let Ok(Some(line)) = lines.next_line().await {
                if line == "." {
                    break;
                }
                raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                raw.push_str("\r\n");
            }
            arrived.send_modify(|mails| mails.push(Arrived { to: to.clone(), raw }));
            "250 kept\r\n"
        } else if upper == "QUIT" {
            let _ = write.write_all(b"221 bye\r\n").await;
            return;
        } else {
            "250 yes\r\n"
        };
        if write.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
