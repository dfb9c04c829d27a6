//! What is said to other servers, in words.
//!
//! Owns from what was said, which is kept as numbers, to the activity as it is sent: what is true now, in PeerTube's dress,
//! signed by whoever says it so that others can pass it on. The surprise is what is not said: who was away hears nothing of
//! what is gone by now.

mod actor;
mod comment;
mod elsewhere;
mod mirror;
mod playlist;
mod speaker;
#[cfg(test)]
mod tests;
mod video;
mod words;

pub use speaker::{Speaker, speaker};
pub use words::{WordsError, words};
