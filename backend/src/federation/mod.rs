//! What servers say to each other, and how they know who said it.

pub mod sign;
//! The network of instances.
//!
//! Owns the line between what strangers write and the rules: `vocab` reads it, leniently where that harms nobody.

pub mod vocab;
