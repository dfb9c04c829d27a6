//! `cargo xtask tidy`: the rules of the house that no compiler checks.

mod dependencies;
mod door;
mod finding;
mod packages;
mod rooms;
mod shape;
mod source;
mod vectors;
mod words;

pub use door::command;
