//! A list of videos that grows as one scrolls.
//!
//! Owns paging and its place in memory: a page one returns to by Back finds the rows it had. `state` decides,
//! `view` draws and fetches.

mod state;
mod view;

pub use view::{Feed, Memory, Source};
