//! How what is known of other servers is kept true.

use serde::{Deserialize, Serialize};
use shared::id::{AccountId, ChannelId, CommentId, VideoId};
use shared::time::Timestamp;

use crate::store::Record;

/// Something of another server that is read again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RepairTarget {
    /// A video, with its counts and what is said about it.
    Video(VideoId),
    /// Somebody.
    Account(AccountId),
    /// A channel.
    Channel(ChannelId),
    /// A comment.
    Comment(CommentId),
}

/// When something of another server is read again, and what became of the last times.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Repair {
    /// When it is read next.
    pub due: Timestamp,
    /// Whether somebody waits for it: it comes before all that is read in turns.
    pub is_urgent: bool,
    /// When somebody here last looked at it.
    pub looked_at: Option<Timestamp>,
    /// When somebody here was last seen to follow whose it is.
    pub followed_at: Option<Timestamp>,
    /// When it was last read, whatever came of it.
    pub read_at: Option<Timestamp>,
    /// Since when its server does not find it (404); none while it does.
    pub missing_since: Option<Timestamp>,
    /// How often in a row it could not be read.
    pub failures: u32,
    /// The page of what is said about it to go on with; none to begin.
    pub page: Option<String>,
}

impl Record for Repair {}
