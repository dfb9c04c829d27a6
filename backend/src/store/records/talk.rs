//! What people say of videos and remember of them: thumbs, comments, subscriptions, history.

use serde::{Deserialize, Serialize};
use shared::id::{AccountId, CommentId, FollowId, VideoId};
use shared::time::Timestamp;

use super::order::CommentTag;
use super::remote::RemoteComment;
use crate::store::Record;

/// A thumb.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Opinion {
    /// Up.
    Like,
    /// Down.
    Dislike,
}

impl Record for Opinion {}

/// What an account thinks of a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rating {
    /// Which thumb.
    pub opinion: Opinion,
    /// Since when.
    pub at: Timestamp,
}

impl Record for Rating {}

/// What an account has so many of, so that no list is counted to say how long it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Thumbs up it gave.
    pub likes: u64,
    /// Thumbs down it gave.
    pub dislikes: u64,
    /// Comments it wrote, tombstones left out.
    pub comments: u64,
    /// Videos in its history.
    pub history: u64,
    /// Notifications it has.
    pub notifications: u64,
    /// Of these, not read.
    pub unread: u64,
}

impl Record for Tally {}

/// A comment or a reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Comment {
    /// Its number.
    pub id: CommentId,
    /// What it is about.
    pub video: VideoId,
    /// The comment its thread begins with; itself where it begins one.
    pub thread: CommentId,
    /// What it answers; none where it begins a thread.
    pub parent: Option<CommentId>,
    /// Who wrote it; none once it was deleted.
    pub author: Option<AccountId>,
    /// Markdown, or the safe HTML of another server; empty once it was deleted.
    pub text: String,
    /// What is known of it where it is of another server; none where it is of this one.
    #[serde(default)]
    pub remote: Option<Box<RemoteComment>>,
    /// Waits for the video's owner.
    pub held: bool,
    /// What it was marked with.
    #[serde(default)]
    pub tags: Vec<CommentTag>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was deleted; its row stays as long as others answer it.
    pub deleted_at: Option<Timestamp>,
    /// Where it begins a thread: comments in the thread that all see, itself left out.
    #[serde(default)]
    pub replies: u64,
    /// Of these, by the video's owner.
    #[serde(default)]
    pub replies_of_owner: u64,
    /// Rows that answer it, held ones left out.
    #[serde(default)]
    pub children: u64,
    /// Held rows that answer it.
    #[serde(default)]
    pub held_children: u64,
    /// The yes of whose the video is, by its id, where that is of another server and the comment of this one.
    #[serde(default)]
    pub approval: Option<String>,
}

impl Record for Comment {}

/// What others have not heard yet of a comment of another server that waits, or waited, for the owner of our video.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Withheld {
    /// Its words as they came, signed by its author, to be passed on once it is seen. None where they were: then it may be
    /// said once more, with the yes that it was given.
    pub words: Option<String>,
    /// The server that brought them.
    pub sender: String,
}

impl Record for Withheld {}

impl Comment {
    /// Whether it begins a thread.
    #[must_use]
    pub fn is_thread(&self) -> bool {
        self.parent.is_none()
    }

    /// Whether it was deleted, and only its place is left.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}

/// How much is said about a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VideoTalk {
    /// Threads that all see, tombstones too.
    pub threads: u64,
    /// Comments that all see, without tombstones.
    pub comments: u64,
    /// Comments that wait for the owner.
    pub held: u64,
}

impl Record for VideoTalk {}

/// An account follows a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Subscription {
    /// Its number.
    pub id: FollowId,
    /// Since when.
    pub at: Timestamp,
}

impl Record for Subscription {}

/// How far somebody watched a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Watched {
    /// Seconds into the video.
    pub seconds: u64,
    /// When that was said.
    pub at: Timestamp,
}

impl Record for Watched {}
