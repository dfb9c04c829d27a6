//! What the maker of a video learns of its viewers.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// `GET /api/v1/videos/{id}/stats/overall`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OverallStats {
    /// Seconds, of all viewers together.
    pub total_watch_time: u64,
    /// Seconds a viewer.
    pub average_watch_time: u64,
    /// How many watched.
    pub total_viewers: u64,
    /// How many watched at the same time at most.
    pub viewers_peak: u64,
    /// When that was.
    pub viewers_peak_date: Option<Timestamp>,
    /// Empty: nobody is asked where they are.
    pub countries: Vec<Place>,
    /// Empty: nobody is asked where they are.
    pub subdivisions: Vec<Place>,
}

/// Where viewers are, on servers that know.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Of a country.
    pub iso_code: String,
    /// How many.
    pub viewers: u64,
}

/// `GET /api/v1/videos/{id}/stats/user-agent`, most used first. What is not known is left out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserAgents {
    /// Programs.
    pub clients: Vec<UsedBy>,
    /// Kinds of machines, as PeerTube names them: `desktop`, `mobile`, `tablet`, `smarttv`, `console`, `xr`.
    pub devices: Vec<UsedBy>,
    /// Systems.
    pub operating_systems: Vec<UsedBy>,
}

/// How many watched with something.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UsedBy {
    /// What it is called.
    pub name: String,
    /// How many.
    pub viewers: u64,
}

/// `GET /api/v1/videos/{id}/stats/retention`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Retention {
    /// From the beginning to the end.
    pub data: Vec<Retained>,
}

/// How many watched one moment of a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Retained {
    /// Into the video.
    pub second: u64,
    /// Of all its viewers.
    pub retention_percent: u64,
}

/// `GET /api/v1/videos/{id}/stats/timeseries/{metric}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimeSeries {
    /// `1 hour`, `1 day` or `1 month`.
    pub group_interval: String,
    /// One an interval, without gaps.
    pub data: Vec<Moment>,
}

/// One point of a series.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Moment {
    /// When the interval begins.
    pub date: Timestamp,
    /// Viewers, or seconds.
    pub value: u64,
}
