//! Reports: what people think should not be there, what moderators make of it, and what the two say to each other.
//!
//! The surprise is what a report outlives: the video, the comment, the account and the reporter may all go, and the
//! report stays with what it knew of them, until a moderator removes it.

mod error;
mod forget;
mod judge;
mod list;
mod make;
mod talk;

pub use error::AbuseError;
pub use forget::forget_account;
pub use judge::{Judgement, judge, remove};
pub use list::{Asked, Sort, Source, count_of, counts, list};
pub use make::{NewAbuse, NewSubject, make};
pub use talk::{messages, remove_message, say};

#[cfg(test)]
mod tests;
