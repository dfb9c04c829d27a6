//! Copies of videos on other servers than their own.

use serde::Deserialize;
use serde_json::json;
use shared::api::{CopiesOfStrategy, Page, VideoRedundancy};
use shared::id::{MirrorId, VideoId};

use super::client::Client;
use super::failure::Failure;
use super::shelves::find_videos;
use super::videos::Window;
use crate::browser::fetch::Body;
use crate::text::addresses::encode;

/// Which of the two lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopyList {
    /// Copies here of videos elsewhere.
    Ours,
    /// Copies elsewhere of videos here.
    Theirs,
}

const PATH: &str = "/api/v1/server/redundancy/videos";

/// A list of copies, by the names of their videos.
///
/// # Errors
/// As the instance refuses.
pub async fn copies(
    client: &Client,
    list: CopyList,
    window: Window,
) -> Result<Page<VideoRedundancy>, Failure> {
    let target = match list {
        CopyList::Ours => "remote-videos",
        CopyList::Theirs => "my-videos",
    };
    client.get(&format!("{PATH}?target={target}&sort=name&{window}")).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Figures {
    #[serde(default)]
    videos_redundancy: Vec<CopiesOfStrategy>,
}

/// How much room copies take, by why they were made.
///
/// # Errors
/// As the instance refuses.
pub async fn copies_by_strategy(client: &Client) -> Result<Vec<CopiesOfStrategy>, Failure> {
    let figures: Figures = client.get("/api/v1/server/stats").await?;
    Ok(figures.videos_redundancy)
}

/// Has a video of another server copied. It is fetched after the answer.
///
/// # Errors
/// As the instance refuses.
pub async fn copy_video(client: &Client, video: VideoId) -> Result<(), Failure> {
    let body = Body::Text("application/json", json!({ "videoId": video }).to_string());
    client.send("POST", PATH, &body).await.map(drop)
}

/// The same for the video at an address, which is looked for there. Gives whether there is one of another server.
///
/// # Errors
/// As the instance refuses.
pub async fn copy_at(client: &Client, address: &str) -> Result<bool, Failure> {
    let found =
        find_videos(client, &format!("search={}", encode(address)), Window { start: 0, count: 1 }).await?;
    match found.data.first().filter(|found| !found.video.card.is_local) {
        Some(found) => copy_video(client, found.video.card.id).await.map(|()| true),
        None => Ok(false),
    }
}

/// Gives up a copy, or sends nobody to it any more.
///
/// # Errors
/// As the instance refuses.
pub async fn remove_copy(client: &Client, id: MirrorId) -> Result<(), Failure> {
    match client.send("DELETE", &format!("{PATH}/{id}"), &Body::Nothing).await {
        // Done in another tab: it is so all the same.
        Err(failure) if failure.status() == Some(404) => Ok(()),
        outcome => outcome.map(drop),
    }
}

/// Says whether videos of a server that is followed may be copied here.
///
/// # Errors
/// As the instance refuses.
pub async fn allow_copies(client: &Client, host: &str, is_allowed: bool) -> Result<(), Failure> {
    let path = format!("/api/v1/server/redundancy/{}", encode(host));
    let body = Body::Text("application/json", json!({ "redundancyAllowed": is_allowed }).to_string());
    client.send("PUT", &path, &body).await.map(drop)
}
