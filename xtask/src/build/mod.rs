//! `cargo xtask build`: the player and the pages, from sources to `target/www`.

mod bundle;
mod compress;
mod debian;
mod door;
mod package;
mod refer;
mod shorten;
mod sizes;
mod snip;
mod split;
mod toolchain;
mod wasm;

pub use compress::folder as compress;
pub use door::{Options, build, command};
pub use package::lay_out as pack;
pub use refer::names_in;
pub use sizes::Budgets;
