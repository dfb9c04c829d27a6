//! What is found by words.

use serde::Deserialize;
use shared::api::{Channel, Page, Video, VideoPlaylist};

use super::client::Client;
use super::failure::Failure;
use super::videos::Window;

/// A video that was found, with the piece of its description that was met.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct FoundVideo {
    /// The video.
    #[serde(flatten)]
    pub video: Video,
    /// What was met in its description; nothing where its name was met.
    #[serde(default)]
    pub snippet: Option<Snippet>,
}

/// A piece of a text around words that were asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
pub struct Snippet {
    /// The piece.
    pub text: String,
    /// Where those words stand in it: first letter and the one behind the last, counted in Unicode scalar values.
    pub marks: Vec<(usize, usize)>,
}

/// Videos that a query asks for.
///
/// # Errors
/// As the instance refuses: 400 where a filter cannot be read, 503 while the index is being made.
pub async fn find_videos(
    client: &Client,
    query: &str,
    window: Window,
) -> Result<Page<FoundVideo>, Failure> {
    client.get(&format!("/api/v1/search/videos?{query}&{window}")).await
}

/// Channels that a query asks for.
///
/// # Errors
/// As [`find_videos`].
pub async fn find_channels(client: &Client, query: &str, window: Window) -> Result<Page<Channel>, Failure> {
    client.get(&format!("/api/v1/search/video-channels?{query}&{window}")).await
}

/// Lists of videos that a query asks for.
///
/// # Errors
/// As [`find_videos`].
pub async fn find_playlists(
    client: &Client,
    query: &str,
    window: Window,
) -> Result<Page<VideoPlaylist>, Failure> {
    client.get(&format!("/api/v1/search/video-playlists?{query}&{window}")).await
}
