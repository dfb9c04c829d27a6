//! Lists that are kept elsewhere, of mutes and of watched words: asked for in time, read, and done.
//!
//! Owns the clockwork and the one translator of what publishers write. Whom one may ask is the guard's to say, what is
//! news and when a list is read again `domain::reading`'s, what follows of it `domain::blocklist`'s and
//! `domain::word_subscription`'s.

mod desk;
mod read;
mod run;

pub use desk::{Lists, Which};
pub use read::{MuteNames, WordNames};
pub use run::{Trouble, look, round, run};
