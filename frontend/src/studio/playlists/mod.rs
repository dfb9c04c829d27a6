//! One's own lists of videos: all of them, what is said of one, what is in one.

mod form;
mod list;
mod order;
mod pages;
mod videos;

pub use pages::playlist_page;
