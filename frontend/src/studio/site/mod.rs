//! The instance itself, for administrators: what it says, who may come in, what is made of videos, how it looks.

mod arrival;
mod arrival_words;
mod copies;
mod failed_follows;
mod fields;
mod follows;
mod head;
mod homepage;
mod pictures;
mod reasons;
pub(in crate::studio) mod say;
mod settings;
mod statistics;
mod view;
mod wizard;

pub use arrival::place as why_place;
pub use view::Site;
