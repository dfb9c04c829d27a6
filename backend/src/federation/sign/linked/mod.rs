//! Signed documents (RsaSignature2017): how an activity that somebody else passes on shows whose it is.
//!
//! Owns JSON-LD as far as the network's activities need it, the canonical form of what they say (RDF Dataset
//! Canonicalization, which is URDNA2015 but for some escapes), and the reading of it. Never fetches a context. The surprise
//! is what is believed: not the document, but a reading made anew of what was signed, since the same signature covers every
//! arrangement of the same words.

mod blank;
mod canonical;
mod context;
mod dataset;
mod expand;
mod lines;
mod number;
mod reading;
mod refusal;
mod signature;
mod terms;

#[cfg(test)]
mod captured_tests;
#[cfg(test)]
mod hostile_tests;

pub use context::Contexts;
pub use refusal::Unlinked;
pub use signature::{LinkedClaim, Reading, read, sign};
