//! `cargo xtask run`: from a checkout to an instance that runs, with clips in it if wished.

mod clips;
mod door;
mod publish;
mod server;

pub use door::command;
pub use publish::{Seen, ask, fetch};
pub use server::Server;
