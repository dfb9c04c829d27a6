//! From what others say to rows: actors, videos, comments, lists of videos and opinions of other servers.
//!
//! Owns what may become of a reading (`vocab`) in the store. Never asks the network, and believes that whoever calls knows
//! that the reading came from where it says. The surprise is how little is refused: what is too long is cut, and only what
//! would let somebody speak for another is turned away.

mod actor;
mod comment;
mod error;
mod names;
mod opinion;
mod place;
mod playlist;
pub mod remove;
#[cfg(test)]
mod tests;
mod text;
mod video;

pub use actor::{actor, counts};
pub use comment::{approve, comment, comment_read};
pub use error::KeepError;
pub use names::{actor_named, actor_of, is_muted, object_of};
pub use opinion::{add_views, likes, rate, share, unshare, watched};
pub use place::{Intake, Place};
pub use playlist::playlist;
pub use video::{chapters, fetched, video};
