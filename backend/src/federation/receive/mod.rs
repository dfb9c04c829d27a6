//! What follows from what others say they did.
//!
//! Owns the decisions, one room a kind of deed: an activity and what is known around it in, what is to be done out. Never
//! fetches, never writes. The surprise is that a room asks: what it lacks is a [`Need`], whoever runs it gathers that and
//! asks again, and the answer is the same however often it is asked.
//!
//! Three things are believed: what an actor signed about what is of its own server; what was fetched from the server whose
//! it is; and nothing else. What stands here is never changed by others, and what they made is changed by them alone.

mod actor;
mod cache_file;
mod comment;
mod decide;
mod facts;
mod flag;
#[cfg(test)]
mod invariant_tests;
mod playlist;
mod rating;
mod remove;
mod share;
#[cfg(test)]
mod tests;
mod video;
mod view;

pub use decide::{Decision, Effect, Here, Said, Trust, receive};
pub use facts::{ActorFact, CommentFact, Fact, Facts, Need, PlaylistFact, VideoFact};
