//! The way to a server for programs that insist on `https` and a name: a proxy that speaks TLS in the server's stead.
//!
//! Owns one socket and a certificate nobody has signed. Speaks `CONNECT` (RFC 9110 §9.3.6) and nothing else, and leads
//! to the one server whatever name is asked for, so a story may use any.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use backend::seed::certificate;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Longer heads than programs send are not read on.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// A proxy, until it is dropped.
pub struct Tunnel {
    address: SocketAddr,
    listening: JoinHandle<()>,
}

impl Tunnel {
    /// Opens it before a server.
    ///
    /// # Errors
    /// When no port is free or no certificate can be made.
    pub async fn open(server: SocketAddr) -> Result<Tunnel> {
        let folder = tempfile::tempdir()?;
        let pair = certificate::of(&folder.path().join("pair.pem"), &certificate::crypto())?;
        let key = PrivateKeyDer::try_from(pair.private_key).map_err(anyhow::Error::msg)?;
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(pair.certificate)], key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let acceptor = acceptor.clone();
                // Whoever asked notices when it breaks.
                tokio::spawn(async move { drop(lead(stream, &acceptor, server).await) });
            }
        });
        Ok(Tunnel { address, listening })
    }

    /// Its address, as programs take it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn lead(mut stream: TcpStream, acceptor: &TlsAcceptor, server: SocketAddr) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        ensure!(head.len() < HEAD_BYTES_MAX, "a head without an end");
        ensure!(stream.read_buf(&mut head).await? != 0, "a head that breaks off");
    }
    ensure!(head.starts_with(b"CONNECT "), "it asks for something else");
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    let mut open = acceptor.accept(stream).await.context("no handshake")?;
    let mut behind = TcpStream::connect(server).await?;
    copy_bidirectional(&mut open, &mut behind).await?;
    Ok(())
}
