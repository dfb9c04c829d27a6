//! Connections to instances: TCP, and TLS where the address says so.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

/// A network that takes longer is not there.
const DIAL_DURATION_MAX: Duration = Duration::from_secs(20);

/// Why an instance was not reached.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The address names no host.
    #[error("{0} is no address of a host")]
    NoHost(String),
    /// The name in the address cannot stand in a certificate.
    #[error("the host's name cannot be certified")]
    Name(#[from] InvalidDnsNameError),
    /// Nobody answers.
    #[error("{host} could not be reached")]
    Connect {
        /// Who.
        host: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// What to believe cannot be read.
    #[error("the certificates to believe are no PEM")]
    Authorities,
    /// TLS cannot be spoken at all.
    #[error("TLS could not be set up")]
    Tls(#[from] tokio_rustls::rustls::Error),
}

/// Bytes both ways.
pub trait Line: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

/// Makes connections. Cheap to clone.
#[derive(Clone)]
pub struct Dialer {
    tls: TlsConnector,
}

impl Dialer {
    /// One that believes the authorities that browsers believe, and those in `more` (PEM).
    ///
    /// # Errors
    /// [`DialError::Tls`], and [`DialError::Authorities`] for what is no list of certificates.
    pub fn new(more: &[u8]) -> Result<Dialer, DialError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for certificate in CertificateDer::pem_slice_iter(more) {
            roots.add(certificate.map_err(|_| DialError::Authorities)?)?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Dialer { tls: TlsConnector::from(Arc::new(config)) })
    }

    /// A connection to the host of an `http`, `https`, `ws` or `wss` address.
    ///
    /// # Errors
    /// [`DialError`].
    pub async fn dial(&self, address: &Uri) -> Result<Box<dyn Line>, DialError> {
        let host = address.host().ok_or_else(|| DialError::NoHost(address.to_string()))?;
        let is_secure = matches!(address.scheme_str(), Some("https" | "wss"));
        let port = address.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
        let plain_host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let failed = |source| DialError::Connect { host: host.to_owned(), source };
        let connecting = async {
            let stream = TcpStream::connect((plain_host.as_str(), port)).await.map_err(failed)?;
            self.over(stream, host, is_secure).await
        };
        let late = || failed(std::io::ErrorKind::TimedOut.into());
        tokio::time::timeout(DIAL_DURATION_MAX, connecting).await.map_err(|_| late())?
    }

    /// What is spoken over a connection to a host that is there: TLS where it is secure.
    ///
    /// # Errors
    /// [`DialError`].
    pub async fn over(
        &self,
        stream: TcpStream,
        host: &str,
        is_secure: bool,
    ) -> Result<Box<dyn Line>, DialError> {
        let failed = |source| DialError::Connect { host: host.to_owned(), source };
        stream.set_nodelay(true).map_err(failed)?;
        if !is_secure {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(host.trim_start_matches('[').trim_end_matches(']').to_owned())?;
        Ok(Box::new(self.tls.connect(name, stream).await.map_err(failed)?))
    }
}
