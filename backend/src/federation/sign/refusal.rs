//! Why the signature of a request does not count.

use std::time::Duration;

use thiserror::Error;

/// What is wrong with a signed request, in words for whoever reads the log of either server.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Refusal {
    /// Nothing is signed.
    #[error("there is no signature")]
    Missing,
    /// A header of which there may be one.
    #[error("the header `{0}` is there more than once")]
    Repeated(&'static str),
    /// More than is ever needed.
    #[error("the header `{0}` is too long")]
    TooLong(&'static str),
    /// The words are not of the form that they should have.
    #[error("the signature cannot be read: {0}")]
    Unreadable(&'static str),
    /// The key's address is none of the web.
    #[error("the key's address is none that can be asked")]
    KeyId,
    /// An algorithm that is not used here, or whose secrets are not.
    #[error("the algorithm `{0}` is not accepted")]
    Algorithm(String),
    /// What must be signed and is not.
    #[error("`{0}` is not signed")]
    Uncovered(&'static str),
    /// What is said to be signed and is not there.
    #[error("`{0}` is said to be signed, and is not there")]
    Absent(String),
    /// A component that is not understood.
    #[error("the component `{0}` is not understood")]
    Component(String),
    /// The date is none.
    #[error("the date cannot be read")]
    Undated,
    /// Signed too long ago; clocks may differ.
    #[error("signed {} s ago", by.as_secs())]
    Old {
        /// How long ago by our clock.
        by: Duration,
    },
    /// Signed in the future; clocks differ.
    #[error("signed {} s ahead of our clock", by.as_secs())]
    Ahead {
        /// How far ahead of our clock.
        by: Duration,
    },
    /// It said itself until when it counts.
    #[error("expired {} s ago", by.as_secs())]
    Expired {
        /// How long ago by our clock.
        by: Duration,
    },
    /// A body without a digest that we know.
    #[error("there is no SHA-256 digest of the body")]
    Undigested,
    /// The body is not the one that was signed.
    #[error("the digest is of another body")]
    Digest,
    /// The key is of another algorithm than the signature.
    #[error("the key is not of the signature's algorithm")]
    KeyKind,
    /// The key did not make this signature of this request.
    #[error("the signature is not by that key")]
    Forged,
}
