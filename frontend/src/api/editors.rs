//! Those who edit a channel beside its owner.

use serde_json::json;
use shared::api::{Collaborator, Notification, Page};

use super::client::Client;
use super::failure::Failure;
use crate::browser::fetch::Body;
use crate::text::addresses::encode;

/// Who edits a channel and who is asked to, last asked first.
///
/// # Errors
/// As the instance refuses.
pub async fn editors(client: &Client, channel: &str) -> Result<Page<Collaborator>, Failure> {
    client.get(&format!("/api/v1/video-channels/{}/collaborators", encode(channel))).await
}

/// Asks somebody to edit a channel.
///
/// # Errors
/// As the instance refuses: 404 where there is nobody of this name, 409 where they were asked before, 400 where they own
/// it or it has as many as it may.
pub async fn invite_editor(client: &Client, channel: &str, name: &str) -> Result<(), Failure> {
    let path = format!("/api/v1/video-channels/{}/collaborators/invite", encode(channel));
    let body = Body::Text("application/json", json!({ "accountHandle": name }).to_string());
    client.send("POST", &path, &body).await.map(drop)
}

/// Answers an invitation to edit a channel.
///
/// # Errors
/// As the instance refuses: 404 where it was taken back.
pub async fn answer_invitation(
    client: &Client,
    channel: &str,
    number: u64,
    accepts: bool,
) -> Result<(), Failure> {
    let word = if accepts { "accept" } else { "reject" };
    let path = format!("/api/v1/video-channels/{}/collaborators/{number}/{word}", encode(channel));
    client.send("POST", &path, &Body::Nothing).await.map(drop)
}

/// Has somebody, or oneself, edit a channel no more.
///
/// # Errors
/// As the instance refuses.
pub async fn remove_editor(client: &Client, channel: &str, number: u64) -> Result<(), Failure> {
    let path = format!("/api/v1/video-channels/{}/collaborators/{number}", encode(channel));
    client.send("DELETE", &path, &Body::Nothing).await.map(drop)
}

/// What one was told of invitations to edit channels, last told first. Those that were answered are among them.
///
/// # Errors
/// As the instance refuses.
pub async fn invitations(client: &Client) -> Result<Page<Notification>, Failure> {
    client.get("/api/v1/users/me/notifications?typeOneOf=23&count=100").await
}
