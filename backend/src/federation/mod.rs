//! The network of instances.
//!
//! Owns the line between what strangers write and the rules: `vocab` reads it, leniently where that harms nobody, and `sign`
//! knows who said it, `fetch` asks others, `publish` puts into words what they are told, and `deliver` tells them.

pub mod deliver;
pub mod fetch;
pub mod publish;
pub mod sign;
pub mod vocab;
