//! Why a document cannot be signed, or its signature does not count.

use thiserror::Error;

/// What is wrong with a signed document, or one to be signed.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Unlinked {
    /// Not signed, or not by this kind of signature: then the request's signature alone counts.
    #[error("the document has no signature of the kind that is understood")]
    Missing,
    /// A part of the signature is not as it should be.
    #[error("the document's signature cannot be read: {0}")]
    Unreadable(&'static str),
    /// Contexts are never fetched.
    #[error("the context `{0}` is not known")]
    UnknownContext(String),
    /// A context that defines what need not be defined.
    #[error("the context's `{0}` is not understood")]
    Context(String),
    /// `@graph`, `@reverse`, `@included` and the like, with which the same could be said in another shape.
    #[error("the keyword `{0}` is not accepted")]
    Keyword(String),
    /// A term that has no meaning, so that nobody can sign it.
    #[error("the term `{0}` is not defined")]
    Undefined(String),
    /// An address that is none.
    #[error("`{0}` is no absolute address")]
    Relative(String),
    /// A value that has no one meaning.
    #[error("`{0}` has a value that is not understood")]
    Value(String),
    /// Something refers to the activity itself, so that the document could begin elsewhere.
    #[error("the document refers to its own beginning")]
    Circular,
    /// More than any activity needs, or made to be laborious.
    #[error("the document is too {0}")]
    Excessive(&'static str),
    /// The key did not make this signature of this document.
    #[error("the document's signature is not by that key")]
    Forged,
}

/// As much of a text of theirs as a log line should hold.
pub(super) fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
