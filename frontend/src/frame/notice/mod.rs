//! What administrators say above every page, and what a new instance asks of them.
//!
//! Owns what the server wrote of both into the page's head, so that nobody waits for them. Markdown is read in the second
//! part of the program; until that is here the text stands as it was written.

mod broadcast;
mod view;

pub use broadcast::Broadcast;
pub use view::notice;
