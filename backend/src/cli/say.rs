//! What is said on standard output and standard error.
//!
//! Owns what happens when nobody listens there: a reader that has closed its end, as in `shoal settings | head`, has
//! what it wanted, and the work goes on. Only what could not be kept (`> /dev/full`) is an error.

use std::io::{ErrorKind, Write};

/// Why something could not be said.
#[derive(Debug, thiserror::Error)]
#[error("standard output takes nothing")]
pub struct Unsaid(#[source] std::io::Error);

/// Prints one line, or several.
///
/// # Errors
/// [`Unsaid`] when it was neither taken nor refused by a reader that has gone.
pub fn say(lines: &str) -> Result<(), Unsaid> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{lines}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Unsaid(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Prints why a command failed. Whoever closed standard error still has the exit code.
pub fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
