//! Files on their way to the instance, while one looks around.
//!
//! Owns the resumable protocol, what is remembered of an upload that was cut off, and what its maker says of the
//! video meanwhile. `transfer` (one file), `ships` (all of them), `draft` (what is said) and `ledger` (what is
//! remembered) decide and are tested natively; `pilot` sends, `fleet` ties them together; `replacing` does the same for
//! files that replace those of videos. The surprise: a video is private until its maker has pressed Publish, since a name
//! made from a file's is not for everybody.

pub mod draft;
mod fleet;
mod ledger;
mod pilot;
mod replacing;
mod ships;
mod transfer;

pub use fleet::{Fleet, Unfit, use_fleet};
pub use replacing::{Replacing, use_replacing};
pub use ships::{Saving, Ship};
pub use transfer::{Progress, Stage};
