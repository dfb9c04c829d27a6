//! What is typed after `shoal`, and what is answered in the terminal.

mod arguments;
mod keep;
mod log;
mod run;
mod say;
mod seed;
mod serve;

pub use run::run;
