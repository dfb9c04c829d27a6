//! One file on its way: `machine` decides, its stories stand in `tests`.

mod machine;
#[cfg(test)]
mod tests;

pub use machine::{CHUNK_BYTES, Input, Output, Progress, Stage, Transfer};
