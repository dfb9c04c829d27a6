//! The network of instances.
//!
//! Owns the line between what strangers write and the rules: `vocab` reads it, leniently where that harms nobody, `sign`
//! knows who said it, `fetch` asks them, `keep` makes rows of it, and `find` brings what is not known here yet.

pub mod fetch;
pub mod find;
pub mod keep;
pub mod sign;
pub mod vocab;
