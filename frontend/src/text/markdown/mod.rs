//! Markdown of strangers as a tree that is safe to draw.
//!
//! Owns the part of CommonMark that people use in descriptions: emphasis, lists, quotes, code, headings, links. Never
//! produces HTML: a `<script>` in a description is those nine letters. The surprises: line breaks count as people type
//! them, bare addresses become links, and `1:02` becomes a moment one can jump to. Written here rather than taken from
//! a library, since the smallest good one weighs as much on the wire as half of all our pages.

mod blocks;
mod inline;
#[cfg(test)]
mod tests;
mod tree;

pub use blocks::parse;
pub use tree::{Node, Tag};
