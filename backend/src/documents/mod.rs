//! What others read of us, gathered: documents of videos, comments, lists and actors as they are now, for whoever asks for
//! them and for those who are told of them.
//!
//! Owns from where each part comes: what is in memory, what is in the store, and what the API says of a video to everybody,
//! which knows where its files are. The shapes are `domain::federation`'s.

mod actor;
mod comment;
mod playlist;
mod video;

pub use actor::{channel, instance, person};
pub use comment::{note, place};
pub use playlist::{readable, shown, whole};
pub use video::{addresses, announced, announcers, audience, making, object};
