//! Whom the signed-in person follows, what they watched, and what they were told.

use std::collections::BTreeMap;

use serde::Serialize;
use shared::api::{Channel, Notification, NotificationsRead, Page, SubscriptionWish, Video};
use shared::id::NotificationId;
use shared::id::VideoId;

use super::client::Client;
use super::failure::Failure;
use super::talk::json;
use super::videos::Window;
use crate::browser::fetch::Body;
use crate::text::addresses::encode;

/// Whether the signed-in person follows all of these channels, each named with its host.
///
/// # Errors
/// As the instance refuses.
pub async fn follows(client: &Client, channels: &[String]) -> Result<bool, Failure> {
    let uris: Vec<String> = channels.iter().map(|uri| format!("uris={}", encode(uri))).collect();
    let path = format!("/api/v1/users/me/subscriptions/exist?{}", uris.join("&"));
    let answer: BTreeMap<String, bool> = client.get(&path).await?;
    Ok(channels.iter().all(|channel| answer.get(channel).copied().unwrap_or(false)))
}

/// Follows a channel, named with its host, or ends that.
///
/// # Errors
/// As the instance refuses.
pub async fn follow(client: &Client, channel: &str, follows: bool) -> Result<(), Failure> {
    let path = "/api/v1/users/me/subscriptions";
    if follows {
        let wish = SubscriptionWish { uri: Some(channel.to_owned()) };
        return client.send("POST", path, &json(&wish)).await.map(drop);
    }
    match client.send("DELETE", &format!("{path}/{}", encode(channel)), &Body::Nothing).await {
        // Ended in another tab: it is no more all the same.
        Err(failure) if failure.status() == Some(404) => Ok(()),
        outcome => outcome.map(drop),
    }
}

/// New videos of the channels the signed-in person follows.
///
/// # Errors
/// As the instance refuses.
pub async fn followed_videos(client: &Client, window: Window) -> Result<Page<Video>, Failure> {
    client.get(&format!("/api/v1/users/me/subscriptions/videos?sort=-publishedAt&{window}")).await
}

/// The channels the signed-in person follows whose name has this text, last followed first.
///
/// # Errors
/// As the instance refuses.
pub async fn followed_channels(
    client: &Client,
    search: &str,
    window: Window,
) -> Result<Page<Channel>, Failure> {
    let search = encode(search);
    client.get(&format!("/api/v1/users/me/subscriptions?sort=-createdAt&search={search}&{window}")).await
}

/// What the signed-in person watched whose name has this text, last watched first.
///
/// # Errors
/// As the instance refuses.
pub async fn history(client: &Client, search: &str, window: Window) -> Result<Page<Video>, Failure> {
    client.get(&format!("/api/v1/users/me/history/videos?search={}&{window}", encode(search))).await
}

/// Forgets that one video was watched.
///
/// # Errors
/// As the instance refuses.
pub async fn forget(client: &Client, video: VideoId) -> Result<(), Failure> {
    client
        .send("DELETE", &format!("/api/v1/users/me/history/videos/{}", video.0), &Body::Nothing)
        .await
        .map(drop)
}

/// Forgets all that was watched.
///
/// # Errors
/// As the instance refuses.
pub async fn forget_all(client: &Client) -> Result<(), Failure> {
    let body = Body::Text("application/json", "{}".to_owned());
    client.send("POST", "/api/v1/users/me/history/videos/remove", &body).await.map(drop)
}

/// Whether from now on it is noted what the signed-in person watches.
///
/// # Errors
/// As the instance refuses.
pub async fn keep_history(client: &Client, keep: bool) -> Result<(), Failure> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Wish {
        videos_history_enabled: bool,
    }
    let body = json(&Wish { videos_history_enabled: keep });
    client.send("PUT", "/api/v1/users/me", &body).await.map(drop)
}

/// What the signed-in person was told, latest first.
///
/// # Errors
/// As the instance refuses.
pub async fn notifications(
    client: &Client,
    only_unread: bool,
    window: Window,
) -> Result<Page<Notification>, Failure> {
    let unread = if only_unread { "&unread=true" } else { "" };
    client.get(&format!("/api/v1/users/me/notifications?sort=-createdAt{unread}&{window}")).await
}

/// Notes that one notification was read, or all of them.
///
/// # Errors
/// As the instance refuses.
pub async fn read_notifications(client: &Client, which: Option<NotificationId>) -> Result<(), Failure> {
    let path = "/api/v1/users/me/notifications/read";
    let sent = match which {
        Some(id) => client.send("POST", path, &json(&NotificationsRead { ids: vec![id] })).await,
        None => client.send("POST", &format!("{path}-all"), &Body::Nothing).await,
    };
    sent.map(drop)
}
