//! Videos: what may be said of one, who may see it, and what becomes of it.

pub mod edit;
pub mod form;
pub mod labels;
pub mod lifecycle;
pub mod sight;
#[cfg(test)]
pub(crate) mod tests;
