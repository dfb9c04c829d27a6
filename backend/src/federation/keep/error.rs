//! Why something of another server was not kept.

use crate::domain::comment::CommentError;
use crate::store::StoreError;

/// Why something of another server was not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// It is of this server, whose rows nobody else writes.
    #[error("it is of this server")]
    Ours,
    /// Another actor has the name on its server.
    #[error("another actor of its server has the name")]
    NameTaken,
    /// It is of another kind than what is known by its id.
    #[error("it was of another kind")]
    KindChanged,
    /// A channel has an owner on its own server, and one owner for ever.
    #[error("its owner is nobody of its server")]
    Owner,
    /// Its channel, its parent or its author is not of the server that says so, or is not known.
    #[error("`{0}` is not where it should be")]
    Place(&'static str),
    /// A video of this server, or of another, has the UUID.
    #[error("another video has the UUID")]
    UuidTaken,
    /// It is not for everybody, or not ready to be watched.
    #[error("it is not for everybody")]
    NotPublic,
    /// Whose video it is about does not hear who says it, or nobody here does.
    #[error("who says it is not heard there")]
    Unheard,
    /// Nothing is left of its text.
    #[error("it says nothing")]
    Empty,
    /// It was removed here and does not come back.
    #[error("it was removed")]
    Gone,
    /// Whose it is has as many as are kept of anybody.
    #[error("there are too many of them")]
    TooMany,
    /// The rules for comments refuse it.
    #[error("the comment is refused")]
    Comment(#[source] CommentError),
    /// The store failed.
    #[error("it could not be read or written")]
    Store(#[from] StoreError),
}
