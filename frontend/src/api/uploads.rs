//! The resumable upload, one request a function, and what its answers mean.
//!
//! PeerTube's protocol: `POST` tells of a file and is answered with an address; `PUT` sends a chunk or asks for the
//! offset and is answered 308 with `Range`, or 200 with the video; `DELETE` forgets.

use std::time::Duration;

use shared::api::{Uploaded, UploadedVideo};
use web_sys::Blob;

use super::client::Client;
use super::failure::Failure;
use crate::browser::fetch::Body;
use crate::browser::send::{Sending, Sent};

/// Where new videos go.
const PATH: &str = "/api/v1/videos/upload-resumable";

/// Where a file goes: to a new video, or in the place of another video's.
pub fn upload_path(replaces: Option<&UploadedVideo>) -> String {
    match replaces {
        Some(video) => format!("/api/v1/videos/{}/source/replace-resumable", video.uuid),
        None => PATH.to_owned(),
    }
}

/// What an answer means.
#[derive(Clone, PartialEq, Debug)]
pub enum Heard {
    /// The instance waits for the file at this path and query.
    Began(String),
    /// It has this many bytes.
    Has(u64),
    /// It has all, and made a video.
    Finished(UploadedVideo),
    /// It has all, and puts it in the place of another file.
    Taken,
    /// No answer, or one that asks to come again.
    Lost(Option<Duration>),
    /// It does not know this upload.
    Vanished,
    /// It would not.
    Refused(Failure),
}

/// Tells the instance of a file.
pub fn begin(
    path: &str,
    name: &str,
    kind: &str,
    size: u64,
    announcement: &str,
    bearer: Option<&str>,
) -> Option<Sending> {
    let kind = if kind.is_empty() { kind_of(name) } else { kind };
    let body = Blob::new_with_str_sequence(&js_sys::Array::of1(&announcement.into())).ok()?;
    let size = size.to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("X-Upload-Content-Length", &size),
        ("X-Upload-Content-Type", kind),
    ];
    start("POST", path, &headers, Some(&body), bearer, |_| {})
}

/// Asks how much the instance has.
pub fn ask_offset(address: &str, size: u64, bearer: Option<&str>) -> Option<Sending> {
    let range = format!("bytes */{size}");
    start("PUT", address, &[("Content-Range", &range)], None, bearer, |_| {})
}

/// Sends the bytes `from..to` of a file of `size`.
pub fn send_chunk(
    address: &str,
    (from, to, size): (u64, u64, u64),
    chunk: &Blob,
    bearer: Option<&str>,
    progress: impl Fn(u64) + 'static,
) -> Option<Sending> {
    let range = format!("bytes {from}-{}/{size}", to.saturating_sub(1));
    let headers = [("Content-Type", "application/octet-stream"), ("Content-Range", range.as_str())];
    start("PUT", address, &headers, Some(chunk), bearer, progress)
}

/// Lets the instance forget an upload.
///
/// # Errors
/// As the instance refuses.
pub async fn discard(client: &Client, address: &str) -> Result<(), Failure> {
    client.send("DELETE", address, &Body::Nothing).await.map(drop)
}

fn start(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Blob>,
    bearer: Option<&str>,
    progress: impl Fn(u64) + 'static,
) -> Option<Sending> {
    let bearer = bearer.map(|bearer| format!("Bearer {bearer}"));
    let mut headers = headers.to_vec();
    headers.extend(bearer.as_deref().map(|bearer| ("Authorization", bearer)));
    Sending::start(method, path, &headers, body, progress).ok()
}

/// Reads an answer.
pub fn hear(path: &str, sent: &Sent) -> Heard {
    let retry_after =
        sent.retry_after.as_deref().and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
    match sent.status {
        201 => match sent.location.as_deref().and_then(|location| address_of(path, location)) {
            Some(address) => Heard::Began(address),
            None => Heard::Refused(Failure::Unreadable),
        },
        200 => match serde_json::from_str::<Uploaded>(&sent.text) {
            Ok(uploaded) => Heard::Finished(uploaded.video),
            Err(_) => Heard::Refused(Failure::Unreadable),
        },
        204 => Heard::Taken,
        308 => Heard::Has(sent.range.as_deref().map_or(0, offset_of)),
        404 | 410 => Heard::Vanished,
        // 409 and 416: somebody else sent a part, or our count is wrong. Asking brings the right one.
        0 | 408 | 409 | 416 | 425 | 429 | 500 | 502..=506 | 508.. => Heard::Lost(retry_after),
        status => Heard::Refused(Failure::from_answer(status, &sent.text, sent.retry_after.as_deref())),
    }
}

/// The path and query of a `Location`, which names the host in PeerTube's answers: a proxy may have another.
fn address_of(path: &str, location: &str) -> Option<String> {
    let query = location.split_once("upload_id=")?.1;
    let id = query.split(['&', '#']).next().filter(|id| !id.is_empty())?;
    Some(format!("{path}?upload_id={id}"))
}

/// How many bytes `bytes=0-N` are.
fn offset_of(range: &str) -> u64 {
    let last = range.rsplit_once('-').and_then(|(_, last)| last.trim().parse::<u64>().ok());
    last.map_or(0, |last| last.saturating_add(1))
}

/// A content type from a name, where the browser knows none (Matroska on most systems).
fn kind_of(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    match extension.as_str() {
        "mkv" => "video/x-matroska",
        "flv" => "video/x-flv",
        "mts" | "m2ts" => "video/mp2t",
        "mxf" => "application/mxf",
        "mp3" => "audio/mpeg",
        "flac" => "audio/flac",
        _ => "video/mp4",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(status: u16) -> Sent {
        Sent { status, text: String::new(), range: None, retry_after: None, location: None }
    }

    #[test]
    fn the_captured_answers_are_understood() {
        let location =
            "//localhost:9001/api/v1/videos/upload-resumable?upload_id=af63af4c8601a015-e6252597593dd6a7";
        let began = hear(PATH, &Sent { location: Some(location.into()), ..sent(201) });
        assert_eq!(began, Heard::Began(format!("{PATH}?upload_id=af63af4c8601a015-e6252597593dd6a7")));
        assert_eq!(
            hear(PATH, &Sent { range: Some("bytes=0-524287".into()), ..sent(308) }),
            Heard::Has(524_288)
        );
        assert_eq!(hear(PATH, &sent(308)), Heard::Has(0));
        assert_eq!(hear(PATH, &sent(404)), Heard::Vanished);
        let text = r#"{"video":{"id":2,"shortUUID":"r92boTD3bLvNWzi8jHmwPz","uuid":"cb9324b4-796d-4164-905a-79871403782f"}}"#;
        let Heard::Finished(video) = hear(PATH, &Sent { text: text.into(), ..sent(200) }) else { panic!() };
        assert_eq!(video.short_uuid, "r92boTD3bLvNWzi8jHmwPz");
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        for status in [0, 409, 429, 500, 502, 503] {
            assert_eq!(hear(PATH, &sent(status)), Heard::Lost(None), "{status}");
        }
        assert_eq!(
            hear(PATH, &Sent { retry_after: Some("30".into()), ..sent(503) }),
            Heard::Lost(Some(Duration::from_secs(30)))
        );
    }

    #[test]
    fn what_will_not_pass_is_told() {
        for status in [400, 401, 403, 413, 415, 422, 507] {
            assert!(matches!(hear(PATH, &sent(status)), Heard::Refused(_)), "{status}");
        }
    }

    #[test]
    fn an_answer_without_an_address_is_none_of_ours() {
        for location in [None, Some("/elsewhere".to_owned()), Some("?upload_id=".to_owned())] {
            assert_eq!(hear(PATH, &Sent { location, ..sent(201) }), Heard::Refused(Failure::Unreadable));
        }
    }
}
