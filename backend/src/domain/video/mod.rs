//! Videos: what may be said of one, who may see it, what becomes of it, and how lists of them are made.

mod blank;
pub mod copies;
pub mod edit;
pub mod embed;
pub mod form;
pub mod labels;
pub mod lifecycle;
pub mod list;
pub mod order;
pub mod password;
pub mod query;
pub mod rendition;
pub mod replace;
pub mod schedule;
pub mod sight;
pub mod span;
#[cfg(test)]
pub(crate) mod tests;
pub mod torrent;

pub use blank::blank;
