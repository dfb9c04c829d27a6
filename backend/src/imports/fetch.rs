//! One file from the web: asked for, followed where it has gone, and told from a page.

use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, USER_AGENT};
use http::{HeaderMap, Request, Response, Uri};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;

use super::guard::{Guard, ReachError};
use crate::domain::upload::extension_of;

/// A server that thinks longer has forgotten the question.
const ANSWER_DURATION_MAX: Duration = Duration::from_secs(60);
/// Bytes that come no more: a line that is dead.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// Addresses that lead on; browsers allow twenty, and five are what films are behind.
const HOPS_MAX: usize = 5;
/// Letters of a name that is kept.
const NAME_LENGTH_MAX: usize = 200;

/// Why nothing came.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The host was not reached.
    #[error(transparent)]
    Reach(#[from] ReachError),
    /// It broke off, or spoke no HTTP.
    #[error("The line to the host broke off.")]
    Broken,
    /// It said nothing for too long.
    #[error("The host says nothing.")]
    Late,
    /// It has no such file, or gives it to others alone.
    #[error("The host answers {0}.")]
    Status(http::StatusCode),
    /// One address led to the next, and so on.
    #[error("The address leads on and on.")]
    Hops,
}

/// What an address leads to.
pub enum Found {
    /// A film, or the sound of one.
    File(Box<File>),
    /// Something else: a page, perhaps, that shows one.
    Page,
}

/// A film on its way.
pub struct File {
    /// What it is called, with one of the endings that are taken.
    pub filename: String,
    /// How long it is, where that was said.
    pub bytes: Option<u64>,
    body: Incoming,
}

impl File {
    /// Its bytes.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, FetchError>> + Send {
        futures_util::stream::unfold(Some(self.body), |body| async move {
            let mut body = body?;
            loop {
                let frame = match tokio::time::timeout(SILENCE_MAX, body.frame()).await {
                    Err(_) => return Some((Err(FetchError::Late), None)),
                    Ok(None) => return None,
                    Ok(Some(Err(_))) => return Some((Err(FetchError::Broken), None)),
                    Ok(Some(Ok(frame))) => frame,
                };
                if let Ok(bytes) = frame.into_data() {
                    return Some((Ok(bytes), Some(body)));
                }
            }
        })
    }
}

/// Asks for what is at an address, and follows where it has gone.
///
/// # Errors
/// [`FetchError`].
pub async fn find(guard: &Guard, url: &str) -> Result<Found, FetchError> {
    let mut address: Uri = url.parse().map_err(|_| ReachError::NoWeb)?;
    for _ in 0..=HOPS_MAX {
        let answer = ask(guard, &address).await?;
        if answer.status().is_redirection() {
            let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            address = to.and_then(|to| resolve(&address, to)).ok_or(FetchError::Broken)?;
            continue;
        }
        if answer.status() != http::StatusCode::OK {
            return Err(FetchError::Status(answer.status()));
        }
        return Ok(match name_of(&address, answer.headers()) {
            Some(filename) => {
                let length = answer.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
                let bytes = length.and_then(|length| length.parse().ok());
                Found::File(Box::new(File { filename, bytes, body: answer.into_body() }))
            }
            None => Found::Page,
        });
    }
    Err(FetchError::Hops)
}

async fn ask(guard: &Guard, address: &Uri) -> Result<Response<Incoming>, FetchError> {
    let line = guard.dial(address).await?;
    let asking = async {
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(line)).await.map_err(|_| FetchError::Broken)?;
        // It ends with the body, or when that is not wanted any more.
        tokio::spawn(async move { drop(connection.await) });
        let path = address.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let host = address.authority().map_or("", http::uri::Authority::as_str);
        let request = Request::get(path).header(HOST, host).header(ACCEPT, "*/*").header(USER_AGENT, "Shoal");
        let request = request.body(Empty::<Bytes>::new()).map_err(|_| ReachError::NoWeb)?;
        sender.send_request(request).await.map_err(|_| FetchError::Broken)
    };
    tokio::time::timeout(ANSWER_DURATION_MAX, asking).await.map_err(|_| FetchError::Late)?
}

/// Where an address leads that was found at another (RFC 3986 §5.2, as far as servers use it).
pub(crate) fn resolve(base: &Uri, to: &str) -> Option<Uri> {
    let to = to.split('#').next().unwrap_or_default();
    if to.contains("://") {
        return to.parse().ok();
    }
    let (scheme, authority) = (base.scheme_str()?, base.authority()?);
    if to.starts_with("//") {
        return format!("{scheme}:{to}").parse().ok();
    }
    if to.starts_with('/') {
        return format!("{scheme}://{authority}{to}").parse().ok();
    }
    let folder = base.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{scheme}://{authority}{folder}/{to}").parse().ok()
}

/// What a film is called; none for what is none. Its kind is what the server says, or its name where the server says
/// nothing of it.
fn name_of(address: &Uri, headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = text(CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let by_disposition = text(CONTENT_DISPOSITION)
        .split(';')
        .filter_map(|part| part.trim().strip_prefix("filename="))
        .map(|name| name.trim_matches('"').to_owned())
        .next();
    let last = address.path().rsplit('/').next().unwrap_or_default();
    let by_path = percent_decode_str(last).decode_utf8_lossy().into_owned();
    let name = by_disposition.filter(|name| !name.is_empty()).unwrap_or(by_path);
    let name: String = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|letter| !letter.is_control())
        .collect();
    let has_known_ending = extension_of(&name).is_some();
    let is_nothing_in_particular = matches!(
        essence.as_str(),
        "" | "application/octet-stream" | "binary/octet-stream" | "application/mp4"
    );
    let by_kind = match essence.as_str() {
        "video/mp4" | "application/mp4" => Some(".mp4"),
        "video/webm" => Some(".webm"),
        "video/ogg" | "application/ogg" => Some(".ogv"),
        "video/quicktime" => Some(".mov"),
        "video/x-matroska" => Some(".mkv"),
        "video/mpeg" => Some(".mpg"),
        "video/x-msvideo" => Some(".avi"),
        "video/mp2t" => Some(".mts"),
        "audio/mpeg" => Some(".mp3"),
        "audio/ogg" => Some(".ogg"),
        "audio/flac" => Some(".flac"),
        "audio/wav" | "audio/x-wav" => Some(".wav"),
        "audio/mp4" | "audio/x-m4a" => Some(".m4a"),
        _ => None,
    };
    let is_media = essence.starts_with("video/") || essence.starts_with("audio/") || by_kind.is_some();
    if has_known_ending && (is_media || is_nothing_in_particular) {
        return Some(shortened(&name));
    }
    let stem = if name.is_empty() { "video".to_owned() } else { name };
    by_kind.map(|ending| shortened(&format!("{stem}{ending}")))
}

/// A name without its beginning where it is too long: what tells its kind is the end.
fn shortened(name: &str) -> String {
    let surplus = name.chars().count().saturating_sub(NAME_LENGTH_MAX);
    name.chars().skip(surplus).collect()
}

/// A title out of the name of a file, of at least `least` letters; none where it says nothing.
#[must_use]
pub fn title_of(filename: &str, least: usize, most: usize) -> Option<String> {
    let stem = filename.rsplit_once('.').map_or(filename, |(stem, _)| stem);
    let words = stem.replace(['_', '+'], " ");
    let title: String = words.trim().chars().take(most).collect();
    (least <= title.chars().count()).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(url: &str, pairs: &[(http::HeaderName, &str)]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(name, value.parse().unwrap());
        }
        name_of(&url.parse().unwrap(), &headers)
    }

    #[test]
    fn a_film_is_told_from_a_page() {
        let kind = |kind| [(CONTENT_TYPE, kind)];
        assert_eq!(name("http://a/x/My%20film.mp4?k=1", &kind("video/mp4")).unwrap(), "My film.mp4");
        assert_eq!(name("http://a/film.mp4", &[]).unwrap(), "film.mp4");
        assert_eq!(name("http://a/film.mp4", &kind("application/octet-stream")).unwrap(), "film.mp4");
        assert_eq!(name("http://a/film.mp4", &kind("text/html; charset=utf-8")), None);
        assert_eq!(name("http://a/watch", &kind("video/webm")).unwrap(), "watch.webm");
        assert_eq!(name("http://a/", &kind("video/mp4")).unwrap(), "video.mp4");
        assert_eq!(name("http://a/archive.zip", &kind("application/octet-stream")), None);
        let said = [(CONTENT_DISPOSITION, "attachment; filename=\"../../etc/a film.mkv\"")];
        assert_eq!(name("http://a/get?id=1", &said).unwrap(), "a film.mkv");
        let long = format!("http://a/{}.mp4", "x".repeat(300));
        assert_eq!(name(&long, &[]).map(|name| (name.len(), name.ends_with("x.mp4"))), Some((200, true)));
    }

    #[test]
    fn what_leads_on_leads_from_where_it_stands() {
        let base: Uri = "https://a.example/x/y?z".parse().unwrap();
        let to = |to: &str| resolve(&base, to).unwrap().to_string();
        assert_eq!(to("http://b.example/c#d"), "http://b.example/c");
        assert_eq!(to("//b.example/c"), "https://b.example/c");
        assert_eq!((to("/c"), to("c?d")), ("https://a.example/c".into(), "https://a.example/x/c?d".into()));
    }

    #[test]
    fn a_name_makes_a_title_where_it_says_something() {
        assert_eq!(title_of("A_day_at+sea.mp4", 3, 120).unwrap(), "A day at sea");
        assert_eq!(
            (title_of("ab.mp4", 3, 120), title_of("abcdef.mp4", 3, 4).unwrap()),
            (None, "abcd".to_owned())
        );
    }
}
