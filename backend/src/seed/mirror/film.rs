//! What there is to mirror: a video's streams, by its instance's API, playlists and digests.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use shared::digests;
use shared::hls::{self, Multivariant, RenditionKind};
use shared::id::InfoHash;
use shared::swarm_name::{Stream, SwarmName};

use super::fetch::{FetchError, Origin};
use crate::seed::library::{LibraryError, Segment, segments};

/// A video's page of the API, with its description and all.
const DETAILS_BYTES_MAX: usize = 1024 * 1024;

/// Why a video cannot be mirrored.
#[derive(Debug, thiserror::Error)]
pub enum FilmError {
    /// Something of it was not got.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// Its instance does not speak as PeerTube does.
    #[error("{0} says nothing of a video")]
    Details(String, #[source] serde_json::Error),
    /// Viewers do not share it.
    #[error("{0} is not shared among viewers: it has {1}")]
    NotShared(String, &'static str),
    /// A playlist is none.
    #[error("the playlist {0} cannot be read")]
    Playlist(String),
    /// A list of digests is none.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

/// The page of a video, as people copy it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Such as `https://films.example`.
    pub instance: String,
    /// Number, UUID or short UUID.
    pub video: String,
}

/// The text is no page of a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAnAddress;

impl fmt::Display for NotAnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the page of a video, such as https://films.example/w/rrBjcMzUHp9vw19EDscPnD")
    }
}

impl std::error::Error for NotAnAddress {}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Address, NotAnAddress> {
        let uri: http::Uri = text.parse().map_err(|_| NotAnAddress)?;
        let scheme =
            uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).ok_or(NotAnAddress)?;
        let host = uri.authority().filter(|host| !host.as_str().contains('@')).ok_or(NotAnAddress)?;
        let ways = ["/w/", "/videos/watch/", "/videos/embed/", "/api/v1/videos/"];
        let video = ways.iter().find_map(|way| uri.path().strip_prefix(way)).ok_or(NotAnAddress)?;
        let video = video.trim_end_matches('/');
        let is_name =
            !video.is_empty() && video.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        if !is_name || 36 < video.len() {
            return Err(NotAnAddress);
        }
        Ok(Address { instance: format!("{scheme}://{host}"), video: video.to_owned() })
    }
}

/// What the API says of a video, as far as we need it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    name: String,
    #[serde(default)]
    tracker_urls: Vec<String>,
    #[serde(default)]
    streaming_playlists: Vec<StreamingPlaylist>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StreamingPlaylist {
    playlist_url: String,
    segments_sha256_url: Option<String>,
}

/// A video and its streams.
#[derive(Debug)]
pub struct Film {
    /// For people.
    pub name: String,
    /// Where its viewers meet.
    pub trackers: Vec<String>,
    /// In the order of the master playlist, sound last.
    pub streams: Vec<Copy>,
}

/// One stream, to be copied.
#[derive(Clone, Debug)]
pub struct Copy {
    /// Its swarm.
    pub info_hash: InfoHash,
    /// Its file on the instance.
    pub url: String,
    /// Its segments.
    pub segments: Vec<Segment>,
}

impl Copy {
    /// Bytes of all segments.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.range.len()).sum()
    }
}

impl Film {
    /// Asks a video's instance.
    ///
    /// # Errors
    /// [`FilmError`].
    pub async fn ask(origin: &mut Origin, address: &Address) -> Result<Film, FilmError> {
        let url = format!("{}/api/v1/videos/{}", address.instance, address.video);
        let text = origin.text(&url, DETAILS_BYTES_MAX).await?;
        let details: Details = serde_json::from_str(&text)
            .map_err(|error| FilmError::Details(address.instance.clone(), error))?;
        let not_shared = |why| FilmError::NotShared(details.name.clone(), why);
        let playlist = details.streaming_playlists.first().ok_or_else(|| not_shared("no playlist"))?;
        let digests_url = playlist.segments_sha256_url.as_ref().ok_or_else(|| not_shared("no digests"))?;
        let trackers: Vec<String> =
            details.tracker_urls.iter().filter(|url| url.starts_with("ws")).cloned().collect();
        if trackers.is_empty() {
            return Err(not_shared("no tracker"));
        }
        let master_url = &playlist.playlist_url;
        let digests = origin.text(digests_url, digests::TEXT_BYTES_MAX).await?;
        let master = origin.text(master_url, hls::TEXT_BYTES_MAX).await?;
        let master = hls::parse_multivariant(&master).map_err(|_| FilmError::Playlist(master_url.clone()))?;
        let mut streams = Vec::new();
        for (stream, place, uri) in named(&master) {
            let url = hls::join_url(master_url, uri);
            let text = origin.text(&url, hls::TEXT_BYTES_MAX).await?;
            let info_hash = SwarmName::Place { playlist_url: master_url, stream, place }.info_hash();
            streams.extend(copy(info_hash, &url, &text, &digests)?);
        }
        Ok(Film { name: details.name, trackers, streams })
    }
}

/// The streams of a master playlist as swarms are named after them.
fn named(master: &Multivariant) -> impl Iterator<Item = (Stream, usize, &str)> {
    let variants = master.variants.iter().enumerate();
    let variants = variants.map(|(place, variant)| (Stream::Main, place, variant.uri.as_str()));
    let sounds = master.renditions.iter().filter(|rendition| rendition.kind == RenditionKind::Audio);
    let sounds = sounds.filter_map(|rendition| rendition.uri.as_deref()).enumerate();
    variants.chain(sounds.map(|(place, uri)| (Stream::Secondary, place, uri)))
}

/// A stream that lies in one file; none for one that does not, or still grows.
fn copy(info_hash: InfoHash, url: &str, text: &str, digests: &str) -> Result<Option<Copy>, FilmError> {
    let playlist = hls::parse_media(text).map_err(|_| FilmError::Playlist(url.to_owned()))?;
    let Some(first) = playlist.segments.first().filter(|_| playlist.ended) else { return Ok(None) };
    if playlist.segments.iter().any(|segment| segment.uri != first.uri) {
        return Ok(None);
    }
    let segments = segments(text, digests, hls::file_name(&first.uri))?;
    let file = hls::join_url(url, &first.uri);
    Ok((!segments.is_empty()).then_some(Copy { info_hash, url: file, segments }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_a_video_names_its_instance_and_itself() {
        for (text, instance, video) in [
            (
                "https://films.example/w/rrBjcMzUHp9vw19EDscPnD",
                "https://films.example",
                "rrBjcMzUHp9vw19EDscPnD",
            ),
            (
                "http://127.0.0.1:9000/videos/watch/ce07d2dc-d37f-4a15-8d02-89251c07337b?start=3",
                "http://127.0.0.1:9000",
                "ce07d2dc-d37f-4a15-8d02-89251c07337b",
            ),
            ("https://films.example/videos/embed/12/", "https://films.example", "12"),
        ] {
            let expected = Address { instance: instance.to_owned(), video: video.to_owned() };
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for text in [
            "",
            "films.example/w/x",
            "https://films.example",
            "https://films.example/w/",
            "https://films.example/w/../../etc",
            "https://me@films.example/w/abc",
            "file:///w/abc",
        ] {
            assert_eq!(text.parse::<Address>(), Err(NotAnAddress), "{text}");
        }
    }
}
