//! Files over HTTP, for one viewer: connections that are kept, answers told as they come.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use backend::seed::mirror::Dialer;
use bytes::Bytes;
use http::header::{HOST, RANGE};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use player_core::io::{Fetch, FetchFailure};

/// The core wants to hear of a fetch about as often as a browser tells it.
const TELL_INTERVAL: Duration = Duration::from_millis(100);

type Line = SendRequest<Empty<Bytes>>;

/// The lines of one viewer.
#[derive(Clone)]
pub(super) struct Web {
    dialer: Dialer,
    idle: Arc<Mutex<Vec<(String, Line)>>>,
}

/// What became of a fetch: what came of it, and why it is not all.
pub(super) type Got = (Vec<u8>, Option<FetchFailure>);

impl Web {
    pub(super) fn new() -> Result<Web> {
        Ok(Web { dialer: Dialer::new(&[])?, idle: Arc::default() })
    }

    /// A small text.
    pub(super) async fn text(&self, url: &str) -> Result<String> {
        let (line, mut answer) = self.ask(url, None).await?;
        anyhow::ensure!(answer.status() == StatusCode::OK, "{url} answers {}", answer.status());
        let body = answer.body_mut().collect().await?.to_bytes();
        self.keep(line);
        Ok(String::from_utf8(body.to_vec())?)
    }

    /// A file or a part of one; `tell` hears how many bytes came so far.
    pub(super) async fn get(&self, fetch: &Fetch, tell: impl Fn(u64)) -> Got {
        let mut bytes = Vec::new();
        match self.get_into(fetch, &mut bytes, tell).await {
            Ok(failure) => (bytes, failure),
            Err(_) => (bytes, Some(FetchFailure::Unreachable)),
        }
    }

    async fn get_into(
        &self,
        fetch: &Fetch,
        bytes: &mut Vec<u8>,
        tell: impl Fn(u64),
    ) -> Result<Option<FetchFailure>> {
        let range = fetch.range.map(|range| format!("bytes={}-{}", range.offset(), range.last()));
        let (line, mut answer) = self.ask(&fetch.url, range).await?;
        let expected = if fetch.range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
        if answer.status() != expected {
            return Ok(Some(FetchFailure::Status(answer.status().as_u16())));
        }
        tell(0);
        let mut told = tokio::time::Instant::now();
        while let Some(frame) = answer.body_mut().frame().await {
            if let Some(data) = frame?.data_ref() {
                bytes.extend_from_slice(data);
            }
            if fetch.bytes_max < u64::try_from(bytes.len())? {
                return Ok(Some(FetchFailure::Length));
            }
            if TELL_INTERVAL <= told.elapsed() {
                told = tokio::time::Instant::now();
                tell(u64::try_from(bytes.len())?);
            }
        }
        self.keep(line);
        let is_whole = fetch.range.is_none_or(|range| Ok(range.len()) == u64::try_from(bytes.len()));
        Ok((!is_whole).then_some(FetchFailure::Length))
    }

    async fn ask(
        &self,
        url: &str,
        range: Option<String>,
    ) -> Result<((String, Line), http::Response<hyper::body::Incoming>)> {
        let uri: Uri = url.parse()?;
        let host = uri.authority().with_context(|| format!("{url} names no host"))?.to_string();
        let key = format!("{}://{host}", uri.scheme_str().unwrap_or_default());
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        loop {
            let kept = self.take(&key);
            let was_kept = kept.is_some();
            let mut line = match kept {
                Some(line) => line,
                None => self.connect(&uri).await?,
            };
            let mut request = Request::get(path).header(HOST, &host);
            if let Some(range) = &range {
                request = request.header(RANGE, range);
            }
            match line.send_request(request.body(Empty::new())?).await {
                Ok(answer) => return Ok(((key, line), answer)),
                // It was closed while nobody looked.
                Err(_) if was_kept => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn connect(&self, uri: &Uri) -> Result<Line> {
        let (sender, connection) = http1::handshake(TokioIo::new(self.dialer.dial(uri).await?)).await?;
        // What goes wrong on it is told to whoever asks next.
        tokio::spawn(async move { drop(connection.await) });
        Ok(sender)
    }

    fn take(&self, key: &str) -> Option<Line> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, line)| !line.is_closed());
        let place = idle.iter().position(|(of, line)| of == key && line.is_ready())?;
        Some(idle.swap_remove(place).1)
    }

    fn keep(&self, line: (String, Line)) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}
