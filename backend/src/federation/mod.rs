//! The network of instances.
//!
//! Owns the line between what strangers write and the rules: `vocab` reads it, leniently where that harms nobody, `sign`
//! knows who said it, `fetch` asks them, `keep` makes rows of it, and `find` brings what is not known here yet. `publish`
//! puts into words what they are told, and `deliver` tells them.

pub mod deliver;
pub mod fetch;
pub mod find;
pub mod keep;
pub mod publish;
pub mod sign;
pub mod vocab;
