//! The network of instances.
//!
//! Owns the line between what strangers write and the rules: `vocab` reads it, leniently where that harms nobody, `sign`
//! knows who said it, and `keep` makes rows of it.

pub mod keep;
pub mod sign;
pub mod vocab;
