//! Files of an instance, over one connection that is kept.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_RANGE, HOST, RANGE, USER_AGENT};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use shared::hls::ByteRange;

use super::dial::{DialError, Dialer};

/// A segment on a slow line takes a while; nothing for so long is no line.
const ANSWER_DURATION_MAX: Duration = Duration::from_secs(120);

/// Why a file was not got.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The instance was not reached.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// It hung up, or spoke no HTTP.
    #[error("{0} broke off")]
    Broken(String, #[source] hyper::Error),
    /// Its answer was not what was asked for.
    #[error("{0} answers {1}")]
    Status(String, StatusCode),
    /// Its answer was too long, or broke off.
    #[error("{0} sends more than it should, or less")]
    Body(String),
    /// Its answer did not come.
    #[error("{0} does not answer")]
    Late(String),
    /// The address is none.
    #[error("{0:?} is no address")]
    Address(String),
}

/// A line to one instance.
pub struct Origin {
    dialer: Dialer,
    /// Whom the line leads to, and the line.
    line: Option<(String, SendRequest<Empty<Bytes>>)>,
}

impl Origin {
    /// No line yet.
    #[must_use]
    pub fn new(dialer: Dialer) -> Origin {
        Origin { dialer, line: None }
    }

    /// A whole file, of no more than so many bytes.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn get(&mut self, url: &str, bytes_max: usize) -> Result<Bytes, FetchError> {
        self.ask(url, None, bytes_max).await
    }

    /// A text.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn text(&mut self, url: &str, bytes_max: usize) -> Result<String, FetchError> {
        let bytes = self.get(url, bytes_max).await?;
        String::from_utf8(bytes.to_vec()).map_err(|_| FetchError::Body(url.to_owned()))
    }

    /// Some bytes of a file, all of them.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn range(&mut self, url: &str, range: ByteRange) -> Result<Bytes, FetchError> {
        let bytes_max = usize::try_from(range.len()).unwrap_or(usize::MAX);
        let bytes = self.ask(url, Some(range), bytes_max).await?;
        if bytes.len() == bytes_max { Ok(bytes) } else { Err(FetchError::Body(url.to_owned())) }
    }

    async fn ask(
        &mut self,
        url: &str,
        range: Option<ByteRange>,
        bytes_max: usize,
    ) -> Result<Bytes, FetchError> {
        // A line that was kept may have been closed meanwhile; a fresh one is not.
        let had_line = self.line.is_some();
        match self.ask_once(url, range, bytes_max).await {
            Err(FetchError::Broken(..)) if had_line => self.ask_once(url, range, bytes_max).await,
            outcome => outcome,
        }
    }

    async fn ask_once(
        &mut self,
        url: &str,
        range: Option<ByteRange>,
        bytes_max: usize,
    ) -> Result<Bytes, FetchError> {
        let uri: Uri = url.parse().map_err(|_| FetchError::Address(url.to_owned()))?;
        let host = uri.authority().ok_or_else(|| FetchError::Address(url.to_owned()))?.to_string();
        let key = format!("{}://{host}", uri.scheme_str().unwrap_or_default());
        let mut sender = match self.line.take().filter(|(of, sender)| *of == key && !sender.is_closed()) {
            Some((_, sender)) => sender,
            None => self.connect(&uri, url).await?,
        };
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let mut request = Request::get(path).header(HOST, &host).header(USER_AGENT, "shoal-seed");
        if let Some(range) = range {
            request = request.header(RANGE, format!("bytes={}-{}", range.offset(), range.last()));
        }
        let request = request.body(Empty::new()).map_err(|_| FetchError::Address(url.to_owned()))?;
        let asking = async {
            let answer = sender
                .send_request(request)
                .await
                .map_err(|error| FetchError::Broken(url.to_owned(), error))?;
            let expected = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
            let begins = |range: ByteRange| format!("bytes {}-{}/", range.offset(), range.last());
            let told =
                answer.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
            if answer.status() != expected || range.is_some_and(|range| !told.starts_with(&begins(range))) {
                return Err(FetchError::Status(url.to_owned(), answer.status()));
            }
            let body = Limited::new(answer.into_body(), bytes_max).collect().await;
            Ok(body.map_err(|_| FetchError::Body(url.to_owned()))?.to_bytes())
        };
        let bytes = tokio::time::timeout(ANSWER_DURATION_MAX, asking)
            .await
            .map_err(|_| FetchError::Late(url.to_owned()))??;
        self.line = Some((key, sender));
        Ok(bytes)
    }

    async fn connect(&self, uri: &Uri, url: &str) -> Result<SendRequest<Empty<Bytes>>, FetchError> {
        let line = TokioIo::new(self.dialer.dial(uri).await?);
        let (sender, connection) =
            http1::handshake(line).await.map_err(|error| FetchError::Broken(url.to_owned(), error))?;
        // What goes wrong on it is told to whoever asks next.
        tokio::spawn(async move { drop(connection.await) });
        Ok(sender)
    }
}
