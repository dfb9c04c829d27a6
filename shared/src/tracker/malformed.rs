//! What becomes of a message that is none.

use std::fmt;

use crate::id::InfoHash;

/// Why a message was not understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed {
    /// What is wrong with it, for the other side.
    pub reason: &'static str,
    /// The swarm it speaks of, where that much could be read.
    pub info_hash: Option<InfoHash>,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for Malformed {}
