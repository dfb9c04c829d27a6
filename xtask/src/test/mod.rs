//! `cargo xtask test`: every check there is, and a count at the end.

mod count;
mod door;
mod needs;
mod watched;

pub use door::{command, fetch};
pub use needs::{fetch_node, fetch_npm};
