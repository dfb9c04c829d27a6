//! The built pages: scripts, styles, wasm, pictures and the shell, from a folder or from inside the program.

pub mod encoding;
pub mod shell;
mod sources;
pub mod table;

pub use sources::Assets;
pub use table::{Asset, Table};
