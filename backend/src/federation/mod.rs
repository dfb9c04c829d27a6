//! The network of instances.
//!
//! Owns the line between what strangers write and the rules: `vocab` reads it, leniently where that harms nobody, `sign`
//! knows who said it, `fetch` asks them, `keep` makes rows of it, `find` brings what is not known here yet, `follow` knows
//! who follows whom, and `receive` decides what follows from what they send. `publish` puts into words what they are told,
//! and `deliver` tells them. `repair` reads again what is known, so that nothing that was never told stays missing.

mod about;
mod apply;
pub mod arrivals;
pub mod deliver;
pub mod fetch;
pub mod find;
pub mod follow;
mod follows;
mod gather;
pub mod keep;
mod meant;
pub mod mirror;
mod ours;
mod pieces;
mod playlists;
pub mod publish;
pub mod receive;
pub mod repair;
pub mod run;
pub mod sign;
pub mod verify;
pub mod vocab;

pub use meant::topic;
pub use pieces::{Piece, pieces};
