//! What stands before an instance out there: TLS, and a count of what passed.
//!
//! Owns one socket and a certificate for `localhost` that nobody else believes.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto};

use super::instance::in_checkout;

/// Certificate and key, made for stories; good for a hundred years.
const PEM: &str = "tests/src/rig/localhost.pem";

/// A front that passes everything on, once it knows to whom.
pub struct Front {
    address: SocketAddr,
    passed: Arc<AtomicU64>,
    socket: Option<TcpListener>,
    listening: Option<JoinHandle<()>>,
}

impl Front {
    /// Takes a port. Nobody is answered yet.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn open() -> Result<Front> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        Ok(Front { address, passed: Arc::default(), socket: Some(socket), listening: None })
    }

    /// Its address, as people type it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// The file with its certificate.
    #[must_use]
    pub fn authority() -> PathBuf {
        in_checkout(PEM)
    }

    /// Begins to pass on to an instance.
    ///
    /// # Errors
    /// When its certificate cannot be read, or it passes on already.
    pub fn lead_to(&mut self, instance: SocketAddr) -> Result<()> {
        let pem = std::fs::read(Front::authority())?;
        let chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_slice(&pem)?;
        let config = ServerConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let socket = self.socket.take().context("it leads somewhere already")?;
        let passed = self.passed.clone();
        self.listening = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let (acceptor, passed) = (acceptor.clone(), passed.clone());
                // Whoever hangs up asks again if it still wants something.
                tokio::spawn(async move { drop(pass(stream, acceptor, instance, &passed).await) });
            }
        }));
        Ok(())
    }

    /// Bytes from the instance to others so far.
    #[must_use]
    pub fn passed(&self) -> u64 {
        self.passed.load(Ordering::Relaxed)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        if let Some(listening) = &self.listening {
            listening.abort();
        }
    }
}

async fn pass(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    instance: SocketAddr,
    passed: &AtomicU64,
) -> Result<()> {
    let (mut asked, mut answered) = split(acceptor.accept(stream).await?);
    let (mut from, mut to) = TcpStream::connect(instance).await?.into_split();
    let back = async {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = from.read(&mut buffer).await?;
            let Some(bytes @ [_, ..]) = buffer.get(..count) else { return anyhow::Ok(()) };
            answered.write_all(bytes).await?;
            passed.fetch_add(u64::try_from(count)?, Ordering::Relaxed);
        }
    };
    // Who is done on one side is done.
    tokio::select! {
        done = copy(&mut asked, &mut to) => done.map(|_| ()).map_err(Into::into),
        done = back => done,
    }
}
