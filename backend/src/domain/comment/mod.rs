//! What people say of videos: threads of comments, held back or shown, removed one by one or all of somebody's.
//!
//! The surprise is the tombstone: a comment that others answer leaves its place when it is deleted, and the place goes
//! with the last answer.

mod counts;
mod edit;
mod error;
mod forget;
mod list;
mod mention;
mod remove;
mod say;
mod search;

pub use edit::edit;
pub use error::{CommentError, may_review};
pub use forget::{forget_video, remove_by};
pub use list::{Eyes, Order, Sort, Tree, replies, thread, threads};
pub use mention::mentioned;
pub use remove::{remove, take_back};
pub use say::{Heard, NewComment, approve, hear, say, show_approved, show_held};
pub use search::{Asked, Source, latest, search};
