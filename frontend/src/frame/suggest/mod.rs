//! What the search field of the header suggests while one types.
//!
//! `state` says what is suggested and which line is chosen, `view` listens to the field and draws. The surprise: the
//! field itself stands in the header, which comes first, and works without all this.

mod state;
mod view;

pub use view::Suggest;
