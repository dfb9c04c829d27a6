//! What is found by words, lists of videos, and what stands beside a video.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::api::{
    Channel, ExistingElement, Label, MadeElement, MadePlaylist, MadePlaylistNames, Page, PlaylistElement,
    Video, VideoCaptionSegment, VideoPlaylist,
};
use shared::id::ElementId;
use web_sys::{Blob, FormData};

use super::client::Client;
use super::failure::Failure;
use super::people::json;
use super::videos::Window;
use crate::browser::fetch::Body;
use crate::playlist::Whose;
use crate::text::addresses::encode;

/// A video that was found, with the piece of its description that was met.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct FoundVideo {
    /// The video.
    #[serde(flatten)]
    pub video: Video,
    /// What was met in its description; nothing where its name was met.
    #[serde(default)]
    pub snippet: Option<Snippet>,
    /// Where its picture is, for one of another server.
    #[serde(default, rename = "thumbnailUrl")]
    pub thumbnail_url: Option<String>,
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
pub async fn find_videos(client: &Client, query: &str, window: Window) -> Result<Page<FoundVideo>, Failure> {
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

/// What is said in videos, found by words.
///
/// # Errors
/// As [`find_videos`].
pub async fn find_said(
    client: &Client,
    query: &str,
    window: Window,
) -> Result<Page<VideoCaptionSegment>, Failure> {
    client.get(&format!("/api/v1/search/video-caption-segments?{query}&{window}")).await
}

/// A video beside another, with the reason.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Recommended {
    /// The video.
    #[serde(flatten)]
    pub video: Video,
    /// Why it stands there.
    pub reason: Reason,
}

/// Why a video stands beside another.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Reason {
    /// They share these tags.
    Tags {
        /// As the other video spells them.
        tags: Vec<String>,
    },
    /// They are of one channel.
    Channel,
    /// They are of one category.
    Category {
        /// Which.
        category: Label<u32>,
    },
    /// They are in one language.
    Language {
        /// Which.
        language: Label<String>,
    },
    /// It was published lately.
    #[serde(other)]
    New,
}

/// What stands beside a video.
///
/// # Errors
/// As the instance refuses.
pub async fn recommendations(
    client: &Client,
    video: &str,
    window: Window,
) -> Result<Page<Recommended>, Failure> {
    client.get(&format!("/api/v1/videos/{}/recommendations?{window}", encode(video))).await
}

/// What somebody says of a list; what is absent stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaylistWish {
    /// Its name.
    pub display_name: String,
    /// Markdown; none takes it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// 1: everybody finds it, 2: whoever has its address, 3: its owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<u32>,
    /// The channel it is shown in; none takes it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_channel_id: Option<Option<u64>>,
}

/// Rows of one request, where all are wanted.
const PAGE: usize = 100;

/// Lists of videos: all of them to who manages them, the public ones to others.
///
/// # Errors
/// As the instance refuses.
pub async fn playlists(
    client: &Client,
    whose: &Whose,
    window: Window,
) -> Result<Page<VideoPlaylist>, Failure> {
    let (kind, name, sort) = match whose {
        Whose::Channel(name) => ("video-channels", name, "videoChannelPosition"),
        Whose::Account(name) => ("accounts", name, "-updatedAt"),
        Whose::Own(name) => ("accounts", name, "-updatedAt&includeCollaborations=true"),
    };
    client.get(&format!("/api/v1/{kind}/{}/video-playlists?sort={sort}&{window}", encode(name))).await
}

/// All lists of a channel or an account.
///
/// # Errors
/// As the instance refuses.
pub async fn all_playlists(client: &Client, whose: &Whose) -> Result<Vec<VideoPlaylist>, Failure> {
    let mut rows: Vec<VideoPlaylist> = Vec::new();
    loop {
        let page = playlists(client, whose, Window { start: rows.len(), count: PAGE }).await?;
        let is_last = page.data.len() < PAGE;
        rows.extend(page.data);
        if is_last {
            return Ok(rows);
        }
    }
}

/// A list by number, UUID or short UUID.
///
/// # Errors
/// As the instance refuses.
pub async fn playlist(client: &Client, list: &str) -> Result<VideoPlaylist, Failure> {
    client.get(&format!("/api/v1/video-playlists/{}", encode(list))).await
}

/// All that is in a list, in its order.
///
/// # Errors
/// As the instance refuses.
pub async fn elements(client: &Client, list: &str) -> Result<Vec<PlaylistElement>, Failure> {
    let mut rows: Vec<PlaylistElement> = Vec::new();
    loop {
        let window = Window { start: rows.len(), count: PAGE };
        let path = format!("/api/v1/video-playlists/{}/videos?{window}", encode(list));
        let page: Page<PlaylistElement> = client.get(&path).await?;
        let is_last = page.data.len() < PAGE;
        rows.extend(page.data);
        if is_last {
            return Ok(rows);
        }
    }
}

/// Makes a list.
///
/// # Errors
/// As the instance refuses: 400 names the wrong field.
pub async fn create_playlist(client: &Client, wish: &PlaylistWish) -> Result<MadePlaylistNames, Failure> {
    let made: MadePlaylist = client.ask("POST", "/api/v1/video-playlists", &json(wish)).await?;
    Ok(made.video_playlist)
}

/// Changes what is said of a list.
///
/// # Errors
/// As the instance refuses.
pub async fn change_playlist(client: &Client, list: &str, wish: &PlaylistWish) -> Result<(), Failure> {
    client.send("PUT", &format!("/api/v1/video-playlists/{}", encode(list)), &json(wish)).await.map(drop)
}

/// Gives a list another picture.
///
/// # Errors
/// As the instance refuses.
pub async fn set_playlist_picture(client: &Client, list: &str, picture: &Blob) -> Result<(), Failure> {
    let parts = FormData::new().map_err(|_| Failure::Unreadable)?;
    parts
        .append_with_blob_and_filename("thumbnailfile", picture, "picture.jpg")
        .map_err(|_| Failure::Unreadable)?;
    let path = format!("/api/v1/video-playlists/{}", encode(list));
    client.send("PUT", &path, &Body::Parts(parts)).await.map(drop)
}

/// Deletes a list for ever.
///
/// # Errors
/// As the instance refuses.
pub async fn delete_playlist(client: &Client, list: &str) -> Result<(), Failure> {
    client
        .send("DELETE", &format!("/api/v1/video-playlists/{}", encode(list)), &Body::Nothing)
        .await
        .map(drop)
}

/// Where in the lists of the signed-in person a video is.
///
/// # Errors
/// As the instance refuses.
pub async fn places(client: &Client, video: u64) -> Result<Vec<ExistingElement>, Failure> {
    let path = format!("/api/v1/users/me/video-playlists/videos-exist?videoIds={video}");
    let mut answer: BTreeMap<String, Vec<ExistingElement>> = client.get(&path).await?;
    Ok(answer.remove(&video.to_string()).unwrap_or_default())
}

/// Puts a video at the end of a list.
///
/// # Errors
/// As the instance refuses.
pub async fn put_in(client: &Client, list: u64, video: u64) -> Result<ElementId, Failure> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Wish {
        video_id: u64,
    }
    let path = format!("/api/v1/video-playlists/{list}/videos");
    let made: MadeElement = client.ask("POST", &path, &json(&Wish { video_id: video })).await?;
    Ok(made.video_playlist_element.id)
}

/// Takes a video out of a list.
///
/// # Errors
/// As the instance refuses.
pub async fn take_out(client: &Client, list: u64, element: ElementId) -> Result<(), Failure> {
    let path = format!("/api/v1/video-playlists/{list}/videos/{}", element.0);
    client.send("DELETE", &path, &Body::Nothing).await.map(drop)
}

/// Says from which second to which a video is played in a list.
///
/// # Errors
/// As the instance refuses.
pub async fn set_part(
    client: &Client,
    list: u64,
    element: ElementId,
    start: Option<u64>,
    stop: Option<u64>,
) -> Result<(), Failure> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Wish {
        start_timestamp: Option<u64>,
        stop_timestamp: Option<u64>,
    }
    let path = format!("/api/v1/video-playlists/{list}/videos/{}", element.0);
    let body = json(&Wish { start_timestamp: start, stop_timestamp: stop });
    client.send("PUT", &path, &body).await.map(drop)
}

/// Moves the video at a position behind another; 0 for the front.
///
/// # Errors
/// As the instance refuses.
pub async fn move_element(client: &Client, list: u64, position: usize, behind: usize) -> Result<(), Failure> {
    reorder(client, &format!("/api/v1/video-playlists/{list}/videos/reorder"), position, behind).await
}

/// Moves a list on the page of its channel behind another; 0 for the front.
///
/// # Errors
/// As the instance refuses.
pub async fn move_playlist(
    client: &Client,
    channel: &str,
    position: usize,
    behind: usize,
) -> Result<(), Failure> {
    let path = format!("/api/v1/video-channels/{}/video-playlists/reorder", encode(channel));
    reorder(client, &path, position, behind).await
}

async fn reorder(client: &Client, path: &str, position: usize, behind: usize) -> Result<(), Failure> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Wish {
        start_position: usize,
        insert_after_position: usize,
    }
    let body = json(&Wish { start_position: position, insert_after_position: behind });
    client.send("POST", path, &body).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_read() {
        let read = |text: &str| serde_json::from_str::<Reason>(text).unwrap();
        assert_eq!(read(r#"{"kind":"tags","tags":["sea"]}"#), Reason::Tags { tags: vec!["sea".into()] });
        assert_eq!(read(r#"{"kind":"channel"}"#), Reason::Channel);
        let language = Label { id: "fr".to_owned(), label: "French".to_owned() };
        assert_eq!(
            read(r#"{"kind":"language","language":{"id":"fr","label":"French"}}"#),
            Reason::Language { language }
        );
        assert_eq!(read(r#"{"kind":"new"}"#), Reason::New);
        assert_eq!(read(r#"{"kind":"of another day"}"#), Reason::New);
    }
}
