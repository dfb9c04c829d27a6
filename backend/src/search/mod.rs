//! Finding videos, channels and lists of videos by words.
//!
//! Owns the index: which words of what are in it, how a word of a question meets them (accents folded, typos forgiven,
//! the last word taken for the beginning of one), and how it keeps in step. Never decides who may see what: it gives
//! numbers, best first, and the catalogue says which of them this reader finds in lists.
//!
//! The index is nothing but a copy: each entry has a stamp of what it was made of, so that at every start it is compared
//! with what the store holds, and only what differs is written anew. One that is missing, damaged or of another version
//! differs in everything.

mod any;
mod beginnings;
mod best;
mod cues;
mod desk;
mod document;
mod hearing;
mod index;
mod place;
mod terms;
mod words;

pub use cues::Met;
pub use desk::{NotReady, Search, run};
pub use document::Kind;
pub use hearing::{Hearing, run as run_hearing};
pub use index::FOUND_MAX;
pub use words::{Snippet, Words, snippet};

#[cfg(test)]
mod tests;
