//! What a player knows of a video before it asks anybody for a segment.

use anyhow::{Context, Result};
use serde_json::Value;
use shared::digests::Digests;
use shared::hls::{self, MediaPlaylist};
use shared::id::InfoHash;
use shared::swarm_name::{Stream, SwarmName};

use super::client::Client;

/// The first rendition of a video, as its swarm knows it.
pub struct Film {
    /// A WebSocket.
    pub tracker: String,
    /// Its swarm.
    pub info_hash: InfoHash,
    /// Its segments.
    pub playlist: MediaPlaylist,
    /// What they should be.
    pub digests: Digests,
    /// Where its media playlist lies.
    pub playlist_url: String,
}

impl Film {
    /// Asks the server that has it.
    ///
    /// # Errors
    /// When the video has no playlist, digests or tracker.
    pub async fn of(client: &Client, video: &Value) -> Result<Film> {
        let text = |path: &str| {
            video.pointer(path).and_then(Value::as_str).map(str::to_owned).context("no playlist")
        };
        let master_url = text("/streamingPlaylists/0/playlistUrl")?;
        let base = client.base();
        let fetch = async |url: &str| {
            let path = url.strip_prefix(base).context("an address elsewhere")?;
            let answer = client.get(path).await?.expect(200)?;
            anyhow::Ok(String::from_utf8(answer.body.to_vec())?)
        };
        let master = hls::parse_multivariant(&fetch(&master_url).await?)?;
        let first = master.variants.first().context("no variant")?;
        let playlist_url = hls::join_url(&master_url, &first.uri);
        let playlist = hls::parse_media(&fetch(&playlist_url).await?)?;
        let digests = Digests::parse(&fetch(&text("/streamingPlaylists/0/segmentsSha256Url")?).await?)?;
        let name = SwarmName::Place { playlist_url: &master_url, stream: Stream::Main, place: 0 };
        let trackers = video.get("trackerUrls").and_then(Value::as_array).context("no trackers")?;
        let tracker = trackers.iter().filter_map(Value::as_str).find(|url| url.starts_with("ws"));
        let tracker = tracker.context("no WebSocket among the trackers")?.to_owned();
        Ok(Film { tracker, info_hash: name.info_hash(), playlist, digests, playlist_url })
    }

    /// What a segment is hashed to, in hexadecimal digits.
    ///
    /// # Errors
    /// When there is no such segment, or it has no digest.
    pub fn digest(&self, segment: usize) -> Result<String> {
        let segment = self.playlist.segments.get(segment).context("no such segment")?;
        let range = segment.range.context("a whole file")?;
        let digest = self.digests.get(hls::file_name(&segment.uri), range);
        Ok(digest.context("a segment without a digest")?.to_string())
    }

    /// Looks for its swarm under the name of another address of the same playlist.
    pub fn name_after(&mut self, playlist_url: &str) {
        let name = SwarmName::Place { playlist_url, stream: Stream::Main, place: 0 };
        self.info_hash = name.info_hash();
    }

    /// How many segments there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.playlist.segments.len()
    }

    /// The swarm's name as twenty letters, as pages write it.
    #[must_use]
    pub fn letters(&self) -> String {
        self.info_hash.0.iter().copied().map(char::from).collect()
    }
}
