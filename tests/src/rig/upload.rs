//! Uploading as clients do it: resumable in pieces, or as one form.
//!
//! Owns the protocol from the client's side. Each step is its own call, so that a story can break off between any two.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::body::{Body, full};
use super::client::{Answer, Client};
use super::wait::eventually_every;

/// Large enough to be quick, small enough that a story can stop in the middle.
const PIECE_BYTES: usize = 4 * 1024 * 1024;

/// A resumable upload under way.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Path and query its pieces go to.
    pub location: String,
    /// Of the whole file.
    pub size: u64,
}

impl Upload {
    /// Announces a file. `metadata` is the JSON body without channel and file name, which are added where absent.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn begin(client: &Client, metadata: &Value, file_name: &str, size: u64) -> Result<Upload> {
        let answer = Upload::try_begin(client, metadata, file_name, size).await?.expect(201)?;
        let location = answer.header("location");
        // PeerTube sends `//host/path`, without the scheme.
        let path =
            match location.strip_prefix("//").or_else(|| location.split_once("://").map(|(_, rest)| rest)) {
                Some(rest) => {
                    rest.find('/').and_then(|at| rest.get(at..)).context("a Location without a path")?
                }
                None => location,
            };
        Ok(Upload { location: path.to_owned(), size })
    }

    /// The answer to announcing a file, good or bad.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn try_begin(client: &Client, metadata: &Value, file_name: &str, size: u64) -> Result<Answer> {
        let mut body = metadata.clone();
        let fields = body.as_object_mut().context("metadata is an object")?;
        if !fields.contains_key("channelId") {
            fields.insert("channelId".to_owned(), first_channel(client).await?);
        }
        fields.entry("filename").or_insert_with(|| json!(file_name));
        let size = size.to_string();
        let headers = [
            ("content-type", "application/json"),
            ("x-upload-content-length", size.as_str()),
            ("x-upload-content-type", "video/mp4"),
        ];
        client.send(Method::POST, "/api/v1/videos/upload-resumable", &headers, full(body.to_string())).await
    }

    /// Sends bytes that begin at `start`.
    ///
    /// # Errors
    /// When the server cannot be reached or hangs up.
    pub async fn put(&self, client: &Client, start: u64, bytes: Bytes) -> Result<Answer> {
        let length = bytes.len() as u64;
        self.put_stream(client, start, length, full(bytes)).await
    }

    /// Sends `length` bytes that begin at `start` and are made while they are sent.
    ///
    /// # Errors
    /// When the server cannot be reached or hangs up.
    pub async fn put_stream(&self, client: &Client, start: u64, length: u64, body: Body) -> Result<Answer> {
        let range = format!("bytes {start}-{}/{}", (start + length).saturating_sub(1), self.size);
        let headers = [("content-type", "application/octet-stream"), ("content-range", range.as_str())];
        client.send(Method::PUT, &self.location, &headers, body).await
    }

    /// How many bytes the server holds, as it says itself; none when the upload is complete or gone.
    ///
    /// # Errors
    /// When the server cannot be reached or its answer is not in the protocol.
    pub async fn received(&self, client: &Client) -> Result<Option<u64>> {
        let range = format!("bytes */{}", self.size);
        let answer = client
            .send(Method::PUT, &self.location, &[("content-range", range.as_str())], full(Bytes::new()))
            .await?;
        match answer.status {
            308 => Ok(Some(received_in(&answer)?)),
            200 | 404 => Ok(None),
            _ => bail!("asked how much it has, the server said: {answer:?}"),
        }
    }

    /// Sends all from `start` on, in pieces, and returns the new video as the server names it.
    ///
    /// # Errors
    /// When a piece is refused.
    pub async fn send_from(&self, client: &Client, start: u64, bytes: &Bytes) -> Result<Value> {
        ensure!(bytes.len() as u64 == self.size, "these are not the bytes that were announced");
        let mut at = usize::try_from(start)?;
        loop {
            let end = (at + PIECE_BYTES).min(bytes.len());
            let answer = self.put(client, at as u64, bytes.slice(Range { start: at, end })).await?;
            if answer.status == 308 {
                at = usize::try_from(received_in(&answer)?)?;
            } else {
                return answer.expect(200)?.json()?.get("video").cloned().context("no video in the answer");
            }
        }
    }

    /// Uploads a whole file and returns the new video's uuid.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn file(client: &Client, metadata: &Value, path: &Path) -> Result<String> {
        let bytes =
            Bytes::from(fs::read(path).with_context(|| format!("could not read {}", path.display()))?);
        let name = path.file_name().and_then(|name| name.to_str()).context("a file without a name")?;
        let upload = Upload::begin(client, metadata, name, bytes.len() as u64).await?;
        uuid_of(&upload.send_from(client, 0, &bytes).await?)
    }

    /// Waits until a video is published and all its renditions are made.
    ///
    /// # Errors
    /// When it fails instead, or `deadline` passes.
    pub async fn finished(client: &Client, uuid: &str, deadline: Duration) -> Result<Value> {
        let pause = Duration::from_millis(200);
        eventually_every(pause, &format!("video {uuid} is finished"), deadline, async || {
            let video = client.get(&format!("/api/v1/videos/{uuid}")).await?.expect(200)?.json()?;
            let failure = video.pointer("/processing/failure").and_then(Value::as_str);
            if let Some(why) = failure {
                bail!("video {uuid} failed: {why}");
            }
            let is_published = video.pointer("/state/id").and_then(Value::as_u64) == Some(1);
            let is_idle = video.get("processing").is_none_or(Value::is_null);
            Ok((is_published && is_idle).then_some(video))
        })
        .await
    }

    /// Waits until a video can be watched, though more renditions may follow.
    ///
    /// # Errors
    /// When `deadline` passes.
    pub async fn published(client: &Client, uuid: &str, deadline: Duration) -> Result<Value> {
        eventually_every(
            Duration::from_millis(50),
            &format!("video {uuid} is published"),
            deadline,
            async || {
                let video = client.get(&format!("/api/v1/videos/{uuid}")).await?.expect(200)?.json()?;
                let is_published = video.pointer("/state/id").and_then(Value::as_u64) == Some(1);
                Ok(is_published.then_some(video))
            },
        )
        .await
    }
}

/// `POST /api/v1/videos/upload` with text fields and one file.
///
/// # Errors
/// When the server cannot be reached.
pub async fn multipart(
    client: &Client,
    fields: &[(&str, &str)],
    file_name: &str,
    bytes: &[u8],
) -> Result<Answer> {
    const BOUNDARY: &str = "a-line-that-stands-in-no-clip-of-ours";
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"videofile\"; filename=\"{file_name}\"\r\nContent-Type: video/mp4\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    client.send(Method::POST, "/api/v1/videos/upload", &[("content-type", kind.as_str())], full(body)).await
}

/// `Range: bytes=0-99` → 100; no header → 0.
fn received_in(answer: &Answer) -> Result<u64> {
    match answer.header("range") {
        "" => Ok(0),
        range => {
            let last =
                range.strip_prefix("bytes=0-").with_context(|| format!("{range} is no range we know"))?;
            Ok(last.parse::<u64>()? + 1)
        }
    }
}

async fn first_channel(client: &Client) -> Result<Value> {
    let me = client.get("/api/v1/users/me").await?.expect(200)?.json()?;
    me.pointer("/videoChannels/0/id").cloned().context("this user has no channel")
}

fn uuid_of(video: &Value) -> Result<String> {
    Ok(video.get("uuid").and_then(Value::as_str).context("no uuid in the answer")?.to_owned())
}
