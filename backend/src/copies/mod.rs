//! Pictures and words of other servers, fetched when somebody here looks at them for the first time and kept as long as
//! there is room, so that no other server learns who looks at what.
//!
//! Owns the folder they lie in and how much of it is taken. Never hands on bytes that were not read and written anew: a
//! picture is decoded and cut, words are parsed.

mod fill;
mod kept;

pub use fill::{Copies, CopyError, Makes, Origin, get};
