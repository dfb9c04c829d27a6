//! Why something did not arrive, between this instance and others. Shoal's own; PeerTube has no such thing.

use serde::{Deserialize, Serialize};

use crate::id::JobId;
use crate::time::Timestamp;

/// `GET /api/v1/server/federation/explain`: what is known of what was asked about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// What it is.
    pub kind: ExplainedKind,
    /// Its id; none for a server as a whole.
    pub address: Option<String>,
    /// What it is called here, where it has a name.
    pub name: Option<String>,
    /// Its server; none for what is of this instance.
    pub host: Option<String>,
    /// Whether it is here: for what is of another server, whether it ever came; for ours, whether it is there still.
    pub is_here: bool,
    /// Whether others may read it and hear of it; none where that is nothing one can say, as of a server.
    pub is_public: Option<bool>,
    /// How it stands with its server; none where that was never told anything.
    pub server: Option<FederationServer>,
    /// Whether this instance mutes its server.
    pub is_muted: bool,
    /// How many servers are told of it when it changes; none for what is of another server.
    pub listeners: Option<u64>,
}

/// What somebody asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ExplainedKind {
    /// Another server as a whole.
    Server,
    /// An account, a channel, or an instance itself.
    Actor,
    /// A video.
    Video,
    /// A comment.
    Comment,
    /// A list of videos.
    Playlist,
    /// An address of another server that is of nothing known here.
    Unknown,
}

/// A row of `GET /api/v1/server/federation/servers`: how far another server has heard what it is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FederationServer {
    /// Host, with its port where that is not the usual one.
    pub host: String,
    /// What waits for it.
    pub waiting: u64,
    /// How often in a row it could not be reached, or had no time.
    pub failures: u32,
    /// Since when; none while it can be reached.
    pub failing_since: Option<Timestamp>,
    /// When it is told something next; none where nothing waits.
    pub next_at: Option<Timestamp>,
    /// When it last took something.
    pub heard_at: Option<Timestamp>,
    /// Whether this instance mutes it.
    pub is_muted: bool,
}

/// A row of `GET /api/v1/server/federation/explain/{ledger}`, where the ledger is `waiting`, `told`, `arriving` or
/// `received`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LedgerRow {
    /// The other server.
    pub host: String,
    /// When it was said, tried, or came.
    pub at: Timestamp,
    /// The type of the activity, such as `Create`; empty where it is not known any more.
    pub activity: String,
    /// What it is about, as far as it is known: an id.
    pub about: Option<String>,
    /// Who says it: `name@host` of somebody here, the id of somebody elsewhere; none where they are gone.
    pub by: Option<String>,
    /// How it stands.
    pub state: LedgerState,
    /// The HTTP status the other server answered with.
    pub status: Option<u16>,
    /// Why, in the words of who tried.
    pub reason: Option<String>,
    /// How often it was tried before.
    pub attempts: u32,
    /// When it is tried; none where it is not, or nobody knows.
    pub next_at: Option<Timestamp>,
}

/// How it stands with something told or heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LedgerState {
    /// It was not told, or not done, yet.
    Waiting,
    /// The other server took it.
    Taken,
    /// The other server does not want it.
    Declined,
    /// The other server could not take it then.
    Busy,
    /// The other server was not reached.
    Unreachable,
    /// It was not true any more when it was to be told.
    Moot,
    /// It was given up after a week.
    TooLate,
    /// What came was done.
    Done,
    /// Nothing followed from what came.
    Nothing,
    /// What came was not accepted.
    Refused,
    /// What came could not be done.
    Failed,
}

/// A row of `GET /api/v1/server/following/failures`: somebody whom administrators wanted to follow, in vain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FailedFollow {
    /// The job that was given up: `POST /api/v1/jobs/{id}/retry` has it tried again.
    pub id: JobId,
    /// Whose name; none for a whole instance.
    pub name: Option<String>,
    /// On which host.
    pub host: String,
    /// Why.
    pub fault: FollowFault,
    /// The HTTP status the other server answered with.
    pub status: Option<u16>,
    /// In English, for programs and logs.
    pub detail: String,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// Why somebody could not be followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FollowFault {
    /// Their server is not reached, or takes too long.
    Unreachable,
    /// It answers with an HTTP status.
    Answered,
    /// There is nobody by that name.
    Nobody,
    /// What it answers cannot be read or kept.
    Unreadable,
    /// It may not be asked: not of the open internet.
    Closed,
    /// This instance mutes it.
    Muted,
    /// As many are followed as may be.
    Full,
    /// This instance takes no part in the network.
    Off,
    /// Something here failed.
    Ours,
}
