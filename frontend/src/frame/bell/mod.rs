//! The bell: how much is unread, at once, and what it is.
//!
//! `state` counts and says when to knock again, `line` keeps the socket, `view` draws.

mod line;
mod state;
mod view;

pub use view::Bell;
