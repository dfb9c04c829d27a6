//! The network of instances.
//!
//! Owns the line between what strangers write and the rules: `vocab` reads it, leniently where that harms nobody, and `sign`
//! knows who said it.

pub mod fetch;
pub mod sign;
pub mod vocab;
