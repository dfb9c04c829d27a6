//! What people say of a video.
//!
//! `state` holds the threads and their replies, `view` draws and fetches them, `editor` is where one writes.

mod editor;
mod state;
mod view;

pub use view::Comments;
