//! Why something was not said, shown or removed, and who decides about it.

use crate::domain::makers::Makers;
use crate::domain::viewer::Person;
use crate::store::StoreError;

/// Why something was not said, shown or removed.
#[derive(Debug, thiserror::Error)]
pub enum CommentError {
    /// There is no such video, or no more.
    #[error("there is no such video")]
    NoSuchVideo,
    /// There is no such comment at this video.
    #[error("there is no such comment")]
    NoSuchComment,
    /// The video's owner wants no comments.
    #[error("the video takes no comments")]
    Disabled,
    /// It was deleted, and only its place is left.
    #[error("the comment is deleted")]
    Deleted,
    /// It waits for the video's owner, so nobody answers it yet.
    #[error("the comment is held for review")]
    Held,
    /// It does not wait for anybody.
    #[error("the comment is not held for review")]
    NotHeld,
    /// It is for others to decide.
    #[error("the comment is another's")]
    NotYours,
    /// The store failed.
    #[error("the comment could not be read or written")]
    Store(#[from] StoreError),
}

/// Whether this person decides about comments on the videos of `makers`.
#[must_use]
pub fn may_review(who: &Person, makers: &Makers) -> bool {
    makers.manage(who.account) || who.keeps_order()
}
