//! Videos: lists, one in full, and what its owner changes.

use std::collections::BTreeMap;
use std::fmt;

use shared::api::{
    Caption, ChapterEntry, ChapterList, MyVideo, NewVideo, OverallStats, Page, Retention, Storyboard,
    Storyboards, TimeSeries, UserAgents, Video, VideoDetails, VideoPassword, VideoToken,
};
use web_sys::{File, FormData};

use super::client::Client;
use super::failure::Failure;
use crate::browser::fetch::Body;
use crate::route::Shelf;
use crate::text::addresses::encode;

/// Which rows of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Rows to pass over.
    pub start: usize,
    /// Rows to take.
    pub count: usize,
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "start={}&count={}", self.start, self.count)
    }
}

/// A list of the instance's videos.
///
/// # Errors
/// As the instance refuses.
pub async fn videos(client: &Client, shelf: Shelf, window: Window) -> Result<Page<Video>, Failure> {
    let filter = match shelf {
        Shelf::Recent => "sort=-publishedAt",
        Shelf::Trending => "sort=-trending",
        Shelf::Local => "sort=-publishedAt&isLocal=true",
    };
    client.get(&format!("/api/v1/videos?{filter}&{window}")).await
}

/// One video in full.
///
/// # Errors
/// As the instance refuses: 401 and 403 where the video is not for the viewer, 404 where there is none.
pub async fn video(client: &Client, id: &str) -> Result<VideoDetails, Failure> {
    client.get(&format!("/api/v1/videos/{}", encode(id))).await
}

/// What the signed-in person published, and what is in the channels of others that they edit, newest first.
///
/// # Errors
/// As the instance refuses.
pub async fn my_videos(client: &Client, window: Window) -> Result<Page<MyVideo>, Failure> {
    client.get(&format!("/api/v1/users/me/videos?sort=-createdAt&includeCollaborations=true&{window}")).await
}

/// Pictures for the scrub bar, where the video has any.
///
/// # Errors
/// As the instance refuses.
pub async fn storyboard(client: &Client, id: &str) -> Result<Option<Storyboard>, Failure> {
    let answer: Storyboards = client.get(&format!("/api/v1/videos/{}/storyboards", encode(id))).await?;
    Ok(answer.storyboards.into_iter().next())
}

/// Captions, one a language.
///
/// # Errors
/// As the instance refuses.
pub async fn captions(client: &Client, id: &str) -> Result<Vec<Caption>, Failure> {
    let page: Page<Caption> = client.get(&format!("/api/v1/videos/{}/captions", encode(id))).await?;
    Ok(page.data)
}

/// Chapters, by when they begin.
///
/// # Errors
/// As the instance refuses.
pub async fn chapters(client: &Client, id: &str) -> Result<Vec<ChapterEntry>, Failure> {
    let list: ChapterList = client.get(&format!("/api/v1/videos/{}/chapters", encode(id))).await?;
    Ok(list.chapters)
}

/// A key to the files of a video that is not for everybody.
///
/// # Errors
/// As the instance refuses.
pub async fn file_token(client: &Client, id: &str) -> Result<String, Failure> {
    let path = format!("/api/v1/videos/{}/token", encode(id));
    let answer: VideoToken = client.ask("POST", &path, &Body::Nothing).await?;
    Ok(answer.files.token)
}

/// Languages a video can be in: codes and English names.
///
/// # Errors
/// As the instance refuses.
pub async fn languages(client: &Client) -> Result<BTreeMap<String, String>, Failure> {
    client.get("/api/v1/videos/languages").await
}

/// Changes what is said about a video, and its picture where one is given.
///
/// # Errors
/// As the instance refuses: 400 names the wrong field.
pub async fn update(
    client: &Client,
    id: &str,
    said: &NewVideo,
    picture: Option<&File>,
) -> Result<(), Failure> {
    let path = format!("/api/v1/videos/{}", encode(id));
    let body = Body::Text("application/json", serde_json::to_string(said).unwrap_or_default());
    client.send("PUT", &path, &body).await?;
    if let Some(picture) = picture {
        let parts = FormData::new().map_err(|_| Failure::Unreadable)?;
        for field in ["thumbnailfile", "previewfile"] {
            parts
                .append_with_blob_and_filename(field, picture, &picture.name())
                .map_err(|_| Failure::Unreadable)?;
        }
        client.send("PUT", &path, &Body::Parts(parts)).await?;
    }
    Ok(())
}

/// Deletes a video for ever.
///
/// # Errors
/// As the instance refuses.
pub async fn delete(client: &Client, id: &str) -> Result<(), Failure> {
    client.send("DELETE", &format!("/api/v1/videos/{}", encode(id)), &Body::Nothing).await.map(drop)
}

/// What opens a video, for its owner.
///
/// # Errors
/// As the instance refuses.
pub async fn passwords(client: &Client, id: &str) -> Result<Vec<String>, Failure> {
    let path = format!("/api/v1/videos/{}/passwords?count=100", encode(id));
    let page: Page<VideoPassword> = client.get(&path).await?;
    Ok(page.data.into_iter().map(|row| row.password).collect())
}

/// Adds captions in a language, or replaces those there are.
///
/// # Errors
/// As the instance refuses: 400 names the line that is wrong.
pub async fn put_caption(client: &Client, id: &str, language: &str, file: &File) -> Result<(), Failure> {
    let parts = FormData::new().map_err(|_| Failure::Unreadable)?;
    parts
        .append_with_blob_and_filename("captionfile", file, &file.name())
        .map_err(|_| Failure::Unreadable)?;
    let path = format!("/api/v1/videos/{}/captions/{}", encode(id), encode(language));
    client.send("PUT", &path, &Body::Parts(parts)).await.map(drop)
}

/// Deletes the captions in a language.
///
/// # Errors
/// As the instance refuses.
pub async fn delete_caption(client: &Client, id: &str, language: &str) -> Result<(), Failure> {
    let path = format!("/api/v1/videos/{}/captions/{}", encode(id), encode(language));
    client.send("DELETE", &path, &Body::Nothing).await.map(drop)
}

/// Replaces all chapters.
///
/// # Errors
/// As the instance refuses.
pub async fn put_chapters(client: &Client, id: &str, chapters: Vec<ChapterEntry>) -> Result<(), Failure> {
    let text = serde_json::to_string(&ChapterList { chapters }).unwrap_or_default();
    let path = format!("/api/v1/videos/{}/chapters", encode(id));
    client.send("PUT", &path, &Body::Text("application/json", text)).await.map(drop)
}

/// What was watched of a video in all, for its owner.
///
/// # Errors
/// As the instance refuses.
pub async fn overall(client: &Client, id: &str) -> Result<OverallStats, Failure> {
    client.get(&format!("/api/v1/videos/{}/stats/overall", encode(id))).await
}

/// What a video was watched with, for its owner.
///
/// # Errors
/// As the instance refuses.
pub async fn user_agents(client: &Client, id: &str) -> Result<UserAgents, Failure> {
    client.get(&format!("/api/v1/videos/{}/stats/user-agent", encode(id))).await
}

/// How many watch each moment of a video, for its owner.
///
/// # Errors
/// As the instance refuses.
pub async fn retention(client: &Client, id: &str) -> Result<Retention, Failure> {
    client.get(&format!("/api/v1/videos/{}/stats/retention", encode(id))).await
}

/// What was watched from time to time since a video is there, for its owner: `viewers` or `aggregateWatchTime`.
///
/// # Errors
/// As the instance refuses.
pub async fn series(client: &Client, id: &str, metric: &str) -> Result<TimeSeries, Failure> {
    client.get(&format!("/api/v1/videos/{}/stats/timeseries/{metric}", encode(id))).await
}
