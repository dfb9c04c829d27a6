//! Every sentence of ours, in every language we speak.
//!
//! Owns the list of sentences; each language is one file with one value of [`Words`], so a sentence that is missing
//! in a language does not compile. `{}` stands for what is filled in, in the order of the English sentence.

pub mod en;
pub mod fr;
mod list;
pub mod makers;
pub mod order;
pub mod people;
pub mod shelves;

pub use list::{CATEGORIES, LICENCES, Plural, Words};
