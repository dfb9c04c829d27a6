//! Comments.

use serde::{Deserialize, Serialize};

use super::actor::Account;
use crate::id::{CommentId, Uuid, VideoId};
use crate::time::Timestamp;

/// A comment or a reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// Number on this instance.
    pub id: CommentId,
    /// ActivityPub id.
    pub url: String,
    /// Markdown; empty once it was deleted.
    pub text: String,
    /// The comment its thread begins with.
    pub thread_id: CommentId,
    /// What it answers; none where it begins a thread.
    pub in_reply_to_comment_id: Option<CommentId>,
    /// What it is about.
    pub video_id: VideoId,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// Waits for the video's owner.
    pub held_for_review: bool,
    /// Only its place is left.
    pub is_deleted: bool,
    /// Where it begins a thread: replies in it by the video's owner.
    pub total_replies_from_video_author: u64,
    /// Where it begins a thread: replies in it.
    pub total_replies: u64,
    /// Who wrote it; none once it was deleted.
    pub account: Option<Account>,
}

/// `GET /api/v1/videos/{id}/comment-threads`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CommentThreads {
    /// Threads in all.
    pub total: u64,
    /// The first comments of this page's threads.
    pub data: Vec<Comment>,
    /// Comments and replies in all.
    pub total_not_deleted_comments: u64,
}

/// `GET /api/v1/videos/{id}/comment-threads/{thread}`: a comment with its first replies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CommentTree {
    /// The comment.
    pub comment: Comment,
    /// Its first replies, first first.
    pub children: Vec<CommentTree>,
    /// How many replies it has itself.
    #[serde(default)]
    pub total_children: u64,
}

/// JSON body of a new comment.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewComment {
    /// Markdown, 1–10 000 letters.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub text: Option<String>,
}

/// Answer to a new comment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommentMade {
    /// As it is now.
    pub comment: Comment,
}

/// A row of `GET /api/v1/videos/comments` and `GET /api/v1/users/me/videos/comments`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReviewedComment {
    /// Number on this instance.
    pub id: CommentId,
    /// ActivityPub id.
    pub url: String,
    /// Markdown.
    pub text: String,
    /// The comment its thread begins with.
    pub thread_id: CommentId,
    /// What it answers; none where it begins a thread.
    pub in_reply_to_comment_id: Option<CommentId>,
    /// What it is about.
    pub video_id: VideoId,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Waits for the video's owner.
    pub held_for_review: bool,
    /// What it was marked with.
    pub automatic_tags: Vec<String>,
    /// What it is about.
    pub video: ReviewedVideo,
    /// Who wrote it.
    pub account: Option<Account>,
}

/// A video beside a comment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReviewedVideo {
    /// Number on this instance.
    pub id: VideoId,
    /// For ever.
    pub uuid: Uuid,
    /// 3–120 letters.
    pub name: String,
}

/// JSON body of `POST /api/v1/bulk/remove-comments-of`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct CommentsRemoval {
    /// Whose comments.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub account_name: Option<String>,
    /// `instance`, or `my-videos`.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub scope: Option<String>,
}
