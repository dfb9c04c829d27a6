//! Videos offered to somebody else.

use serde::{Deserialize, Serialize};
use shared::id::AccountId;
use shared::time::Timestamp;

use crate::store::Record;

/// An offer that waits for an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Offer {
    /// Its number on this instance.
    pub number: u64,
    /// Whose the video is.
    pub from: AccountId,
    /// When it was made.
    pub at: Timestamp,
}

impl Record for Offer {}
