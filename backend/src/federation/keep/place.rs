//! What a reading does not say of itself.

use shared::id::{AccountId, CommentId, Uuid, VideoId};

/// What is known around something that comes from another server.
#[derive(Clone, Copy)]
pub struct Intake<'i> {
    /// This instance's host, with its port where that is not the usual one: links to elsewhere are told by it.
    pub host: &'i str,
    /// Throws a name for ever.
    pub name: &'i dyn Fn() -> Uuid,
    /// Whether it is history that is fetched later, such as an outbox after a follow: nobody is told of that.
    pub is_backfill: bool,
}

/// Where a comment belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// What it is about, local or remote.
    pub video: VideoId,
    /// What it answers, local or remote; none to begin a thread.
    pub parent: Option<CommentId>,
    /// Whose it is: a remote account.
    pub author: AccountId,
}
