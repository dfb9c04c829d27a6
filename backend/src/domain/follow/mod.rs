//! Who follows whom across servers.
//!
//! Owns the rows of followings of which one end is on another server, and all that is counted of them: where a local
//! party's followers are told something, and how many follow a local channel. Never asks whether somebody may follow: who
//! answers decides that.

mod ends;
mod list;
mod listeners;
mod rows;
#[cfg(test)]
mod tests;

pub use ends::{is_local, remote};
pub use list::{Side, between, by_url, count, get, of_party};
pub use listeners::{follow_moves, moved_inbox};
pub use rows::{AskError, FOLLOWED_MAX, FOLLOWS_PER_HOST_MAX, answer, ask, end, forget};
