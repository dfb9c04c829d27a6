//! Thumbs and comments.

use shared::api::{
    Comment, CommentMade, CommentThreads, CommentTree, NewComment, OwnRating, Page, RatingKind, RatingWish,
};
use shared::id::CommentId;

use super::client::Client;
use super::failure::Failure;
use super::videos::Window;
use crate::browser::fetch::Body;
use crate::text::addresses::encode;

/// What the signed-in person thinks of a video.
///
/// # Errors
/// As the instance refuses.
pub async fn my_rating(client: &Client, video: &str) -> Result<RatingKind, Failure> {
    let path = format!("/api/v1/users/me/videos/{}/rating", encode(video));
    let answer: OwnRating = client.get(&path).await?;
    Ok(answer.rating)
}

/// Notes what the signed-in person thinks of a video.
///
/// # Errors
/// As the instance refuses.
pub async fn rate(client: &Client, video: &str, kind: RatingKind) -> Result<(), Failure> {
    let word = match kind {
        RatingKind::Like => "like",
        RatingKind::Dislike => "dislike",
        RatingKind::None => "none",
    };
    let wish = RatingWish { rating: Some(word.to_owned()) };
    let path = format!("/api/v1/videos/{}/rate", encode(video));
    client.send("PUT", &path, &json(&wish)).await.map(drop)
}

/// Threads of a video; `sort` as the API spells it.
///
/// # Errors
/// As the instance refuses.
pub async fn threads(
    client: &Client,
    video: &str,
    sort: &str,
    window: Window,
) -> Result<CommentThreads, Failure> {
    client.get(&format!("/api/v1/videos/{}/comment-threads?sort={sort}&{window}", encode(video))).await
}

/// A comment that begins a thread, with its first replies.
///
/// # Errors
/// As the instance refuses.
pub async fn thread(client: &Client, video: &str, thread: CommentId) -> Result<CommentTree, Failure> {
    client.get(&format!("/api/v1/videos/{}/comment-threads/{}", encode(video), thread.0)).await
}

/// More replies to a comment, each with its own first replies.
///
/// # Errors
/// As the instance refuses.
pub async fn replies(
    client: &Client,
    video: &str,
    parent: CommentId,
    window: Window,
) -> Result<Page<CommentTree>, Failure> {
    client.get(&format!("/api/v1/videos/{}/comments/{}/replies?{window}", encode(video), parent.0)).await
}

/// Says something: an answer where there is a parent, otherwise the beginning of a thread.
///
/// # Errors
/// As the instance refuses.
pub async fn say(
    client: &Client,
    video: &str,
    parent: Option<CommentId>,
    text: &str,
) -> Result<Comment, Failure> {
    let video = encode(video);
    let path = match parent {
        Some(parent) => format!("/api/v1/videos/{video}/comments/{}", parent.0),
        None => format!("/api/v1/videos/{video}/comment-threads"),
    };
    let body = json(&NewComment { text: Some(text.to_owned()) });
    let answer: CommentMade = client.ask("POST", &path, &body).await?;
    Ok(answer.comment)
}

/// Removes a comment; `approve` shows it to everybody instead.
///
/// # Errors
/// As the instance refuses.
pub async fn settle_comment(
    client: &Client,
    video: &str,
    comment: CommentId,
    approve: bool,
) -> Result<(), Failure> {
    let path = format!("/api/v1/videos/{}/comments/{}", encode(video), comment.0);
    let sent = if approve {
        client.send("POST", &format!("{path}/approve"), &Body::Nothing).await
    } else {
        client.send("DELETE", &path, &Body::Nothing).await
    };
    sent.map(drop)
}

/// A value as the body of a request.
pub(super) fn json(value: &impl serde::Serialize) -> Body {
    Body::Text("application/json", serde_json::to_string(value).unwrap_or_default())
}
