//! What was watched of a video, in sums.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::time::Timestamp;

use crate::store::Record;

/// Since there is a video.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct WatchTotal {
    /// How many watched.
    pub viewers: u64,
    /// How long, all together.
    pub seconds: u64,
    /// How many watched at the same time at most.
    pub peak: u64,
    /// When that was.
    pub peak_at: Option<Timestamp>,
    /// How many watched each hundredth of it.
    pub reached: Vec<u64>,
    /// What they watched with.
    #[serde(default)]
    pub with: WatchedWith,
}

/// On one day.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct WatchDay {
    /// Hours in which somebody watched.
    pub hours: BTreeMap<u8, WatchHour>,
    /// How many watched at the same time at most.
    pub peak: u64,
    /// When that was.
    pub peak_at: Option<Timestamp>,
    /// What they watched with.
    #[serde(default)]
    pub with: WatchedWith,
}

/// How many watched with what, each by itself: together they would tell more of a viewer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct WatchedWith {
    /// Programs.
    pub clients: BTreeMap<String, u64>,
    /// Kinds of machines.
    pub devices: BTreeMap<String, u64>,
    /// Systems.
    pub systems: BTreeMap<String, u64>,
}

/// In one hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct WatchHour {
    /// How many began to watch.
    pub viewers: u64,
    /// How long, all together.
    pub seconds: u64,
}

impl Record for WatchTotal {}
impl Record for WatchDay {}
