//! What other servers know of somebody or something here, and what is left of it when it is gone.

use std::fmt;

use serde::{Deserialize, Serialize};
use shared::time::Timestamp;

use crate::store::Record;

/// An account, a channel or the instance as others know it. Stays when that is gone: its name is never given again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Actor {
    /// What it signs with; none until it is needed for the first time, where none was at hand when it was made.
    pub key: Option<ActorKey>,
    /// When it went; none while it is here.
    #[serde(default)]
    pub removed_at: Option<Timestamp>,
}

impl Record for Actor {}

/// An RSA key of 2048 bits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActorKey {
    /// PKCS #8, as base64. Nobody's but this instance's.
    pub private: String,
    /// SPKI, as PEM: `-----BEGIN PUBLIC KEY-----`.
    pub public: String,
    /// When it was given.
    pub since: Timestamp,
}

impl fmt::Debug for ActorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActorKey")
            .field("public", &self.public)
            .field("since", &self.since)
            .finish_non_exhaustive()
    }
}

/// What is left of something that others may have read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Trace {
    /// What it was.
    pub kind: TraceKind,
    /// When it went.
    pub removed_at: Timestamp,
}

impl Record for Trace {}

/// What something was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TraceKind {
    /// A video.
    Video,
    /// A list of videos.
    Playlist,
}
