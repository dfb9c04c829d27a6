//! Who hears of what happens here: from what a unit of work changed to what other servers are told of it.
//!
//! Owns which change is told at all, by whom and to whom. Looks at rows as they were and as they will be rather than
//! asking each place that changes them, and stages what is said in the same unit of work, so that there is never one
//! without the other. Rows of other servers are theirs to tell of.

mod actor;
mod comment;
mod counts;
mod flag;
mod follow;
mod hearers;
mod mirror;
mod playlist;
mod rating;
#[cfg(test)]
mod tests;
mod video;

pub use counts::{COUNTED_EVERY, Counts};
pub use follow::follow;
pub use hearers::Here;
pub use video::{Left, VIEWS_AT_ONCE, tell_counts, tell_views, tell_watched, tell_watching};
