//! What is said to the person who waits.
//!
//! Owns `say!`, for what was asked for, and `tell!`, for how it goes. Both take the words of `println!`, which panics
//! once nobody reads any more: `cargo xtask test | head` would leave a server behind that nobody ends.

use std::fmt::Arguments;
use std::io::Write;

/// A line on standard output.
macro_rules! say {
    ($($words:tt)*) => { $crate::say::write_line(std::io::stdout(), format_args!($($words)*)) };
}

/// A line on standard error.
macro_rules! tell {
    ($($words:tt)*) => { $crate::say::write_line(std::io::stderr(), format_args!($($words)*)) };
}

pub fn write_line(mut to: impl Write, words: Arguments<'_>) {
    // Work that was begun is ended, whether anybody reads of it or not.
    let _ = writeln!(to, "{words}").and_then(|()| to.flush());
}
