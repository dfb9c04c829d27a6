//! The pages where order is kept.
//!
//! All of them are lists of rows with a few deeds, so there is one page for all: `rows` makes rows of what the instance
//! answers, `view` draws them and does what is asked.

mod rows;
mod sheet;
mod talk;
mod view;

pub use view::Order;
