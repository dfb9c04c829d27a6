//! Lists of videos of other servers, as far as reading them takes more than one question: what one holds, and which there
//! are.
//!
//! Owns how much is asked. Nothing in a list is believed but where it leads: a place in it is read from the list's own
//! server alone, and a video from its own, as any video is.

mod fill;
mod lists;
mod pages;

pub use fill::fill;
pub use lists::find;
