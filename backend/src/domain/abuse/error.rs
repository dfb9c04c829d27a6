//! Why something was not reported, judged or said.

use crate::store::StoreError;

/// Why something was not reported, judged or said.
#[derive(Debug, thiserror::Error)]
pub enum AbuseError {
    /// What was to be reported is not there, or no more.
    #[error("what was to be reported is not there")]
    NoSubject,
    /// There is no such report.
    #[error("there is no such report")]
    NoSuchAbuse,
    /// There is no such message about this report.
    #[error("there is no such message")]
    NoSuchMessage,
    /// It is between the reporter and moderators.
    #[error("the report is another's")]
    NotYours,
    /// Enough was said about it.
    #[error("there are too many messages about this report")]
    TooManyMessages,
    /// The store failed.
    #[error("the report could not be read or written")]
    Store(#[from] StoreError),
}
