//! `cargo xtask test`: every check there is, and a count at the end.

mod count;
mod door;
mod needs;
mod watched;

pub use door::{command, fetch};
pub use needs::{fetch_media, fetch_node, fetch_npm};
