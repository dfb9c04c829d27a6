//! What is known of other servers, and what is not known yet.
//!
//! Owns the way from an id to a row: what is here and young enough is taken as it is, everything else is asked for, with what
//! it belongs to, and kept. Never asks more than a call's budget allows, and the same thing once at a time however many wait
//! for it. The surprise: an answer that something is gone removes what was known of it, and one that it
//! is not found does so when it is given again after a while.

mod actor;
mod budget;
mod comment;
mod error;
mod flights;
mod others;
mod ours;
mod playlist;
mod replies;
mod thread;
mod video;

pub use actor::{actor, actor_anew, actor_at, actor_by_handle, actor_within};
pub use budget::Budget;
pub use comment::{comment, comment_anew, comment_within};
pub use error::FindError;
pub use flights::Flights;
pub use others::{FRESH_DURATION, elsewhere};
pub use playlist::playlist;
pub use thread::thread;
pub use video::{video, video_anew, video_of, video_of_before};
