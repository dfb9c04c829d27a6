//! A list of videos, one after the other: `/w/p/{id}`.
//!
//! Owns the list; each of its videos has the page every video has, with the list beside it.

mod view;

pub use view::Play;
