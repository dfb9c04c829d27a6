//! Single facts.

use serde::{Deserialize, Serialize};

use crate::store::Record;

/// A fact that has one row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// The last number given out by a counter.
    Counter(u64),
    /// The OAuth client every program on this instance uses.
    OAuthClient {
        /// 32 letters.
        id: String,
        /// 32 letters.
        secret: String,
    },
    /// Random bytes nobody else knows.
    Secret([u8; 32]),
    /// Whether something rests until somebody says otherwise.
    Paused(bool),
}

impl Record for Setting {}
