//! One page of a list.

use serde::{Deserialize, Serialize};

/// `{ total, data }`: how many rows there are in all, and the rows asked for with `start` and `count`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Page<T> {
    /// Rows in the whole list.
    pub total: u64,
    /// Rows of this page.
    pub data: Vec<T>,
}

impl<T> Default for Page<T> {
    fn default() -> Page<T> {
        Page { total: 0, data: Vec::new() }
    }
}
