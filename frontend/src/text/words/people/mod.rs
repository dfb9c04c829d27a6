//! Sentences of the pages of people and their settings: only the studio draws them, so only the studio carries them.

pub mod en;
pub mod fr;
mod list;

pub use list::PeopleWords;
