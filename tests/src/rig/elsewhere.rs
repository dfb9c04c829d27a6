//! Somebody else's site: plain pages on an origin of their own.
//!
//! Owns one socket. Speaks just enough HTTP for a browser to show a page, or a program to read a file, and nothing of
//! ours.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Longer heads than browsers send are not read on.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// A site that answers every address with the same page, until it is dropped.
pub struct Elsewhere {
    address: SocketAddr,
    listening: JoinHandle<()>,
}

impl Elsewhere {
    /// Opens it.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn open(page: &str) -> Result<Elsewhere> {
        let page = page.to_owned();
        Elsewhere::answer(move |_| Some(("text/html; charset=utf-8", page.clone()))).await
    }

    /// Opens one that answers each path with a type and a text or a file, or 404.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn answer<B: AsRef<[u8]> + Send>(
        find: impl Fn(&str) -> Option<(&'static str, B)> + Send + Sync + 'static,
    ) -> Result<Elsewhere> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        let find = Arc::new(find);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let find = find.clone();
                // A browser that hangs up in between asks again if it still wants the page.
                tokio::spawn(async move { drop(show(stream, &*find).await) });
            }
        });
        Ok(Elsewhere { address, listening })
    }

    /// The page's address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn show<B: AsRef<[u8]> + Send>(
    mut stream: TcpStream,
    find: &(impl Fn(&str) -> Option<(&'static str, B)> + Sync),
) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < HEAD_BYTES_MAX {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head);
    let found = head.split(' ').nth(1).and_then(find);
    let (status, kind, body) = match &found {
        Some((kind, body)) => ("200 OK", *kind, body.as_ref()),
        None => ("404 Not Found", "text/plain", [].as_slice()),
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.write_all(body).await?;
    Ok(stream.shutdown().await?)
}
