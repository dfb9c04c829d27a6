//! Words and numbers for people, and the shapes of texts.
//!
//! Owns what a duration, a count, an age or a description looks like. Never touches the browser, except through
//! what [`crate::locale::Locale`] is given: all of it is tested natively.

pub mod addresses;
pub mod ages;
pub mod bytes;
pub mod durations;
pub mod embed;
pub mod markdown;
pub mod problems;
pub mod words;
