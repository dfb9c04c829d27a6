//! What other servers answer.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

/// A document of the network.
#[derive(Clone, PartialEq, Debug)]
pub struct Fetched {
    /// Its id, which is also the address it was fetched from.
    pub url: String,
    /// What it says.
    pub value: Value,
    /// What it is known by, to ask whether it changed.
    pub etag: Option<String>,
    /// How long it was.
    pub bytes: usize,
}

/// What was answered to something told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The status, whichever.
    pub status: StatusCode,
    /// How long to leave them alone, where they say so: at most a day.
    pub retry_after: Option<Duration>,
}
