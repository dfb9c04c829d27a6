//! One's own lists of videos: all of them, what is said of one, what is in one, their order on a channel's page.

mod form;
mod list;
mod order;
mod pages;
mod shelf;
mod sort;
mod videos;

pub use pages::playlist_page;
