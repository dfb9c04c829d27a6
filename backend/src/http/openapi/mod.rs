//! `/openapi.json`: what may be asked, with what, and what is answered, for programs.
//!
//! What stands in the document is in `rows`, one line a route, and in the types that handlers answer with, whose schemas
//! serde's own attributes give. Every story holds each answer it gets against the document, and fails for a route, a status
//! or a field that is not in it.

mod document;
mod row;
mod rows;

pub use document::show;
