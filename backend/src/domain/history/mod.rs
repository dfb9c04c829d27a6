//! What somebody watched and how far, for themselves alone.

mod forget;
mod keep;
mod list;

pub use forget::{clear, forget_video, remove};
pub use keep::{HISTORY_MAX, Seen, keep};
pub use list::{list, position, watched};

#[cfg(test)]
mod tests;
