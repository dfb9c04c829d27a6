//! Lists that are kept elsewhere: of mutes and of watched words, and what came of reading them.

use serde::{Deserialize, Serialize};
use shared::api::ListFault;
use shared::id::{BlocklistSubscriptionId, WordSubscriptionId};
use shared::time::Timestamp;

use crate::store::Record;

/// The instance is subscribed to a list of mutes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BlocklistSubscription {
    /// Its number.
    pub id: BlocklistSubscriptionId,
    /// What the list calls itself.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// How reading it goes.
    pub reading: Reading,
    /// Accounts that it mutes.
    pub accounts: u64,
    /// Servers that it mutes.
    pub servers: u64,
    /// Since when.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for BlocklistSubscription {}

/// Somebody is subscribed to a list of watched words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WordSubscription {
    /// Its number.
    pub id: WordSubscriptionId,
    /// What the list calls itself.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// How reading it goes.
    pub reading: Reading,
    /// Since when.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for WordSubscription {}

/// How reading a list goes that is kept elsewhere.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reading {
    /// How the last try ended.
    pub state: ReadingState,
    /// When it is read next.
    pub due: Timestamp,
    /// When it was last read to its end.
    pub read_at: Option<Timestamp>,
    /// When it was last asked for.
    pub tried_at: Option<Timestamp>,
    /// Why the last try failed, told to people.
    pub trouble: Option<String>,
    /// The same as a word.
    #[serde(default)]
    pub fault: Option<ListFault>,
    /// Tries that failed since one did not.
    pub failures: u32,
    /// The date of the last action that was done: later ones are news.
    pub upto: Option<Timestamp>,
    /// The list's `ETag`, for the same question.
    pub etag: Option<String>,
    /// The list's `Last-Modified`, for the same question.
    pub modified: Option<String>,
}

/// How the last try to read a list ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadingState {
    /// There was none yet.
    Waiting,
    /// All that it says is done.
    Read,
    /// It could not be read, or not be done.
    Failed,
}

/// By what the instance mutes somebody whom lists mute. Who has no such row, and is muted, was muted by hand.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct MuteOrigin {
    /// Whether somebody muted them by hand, too.
    pub by_hand: bool,
    /// The lists, first first; never none.
    pub lists: Vec<BlocklistSubscriptionId>,
}

impl Record for MuteOrigin {}

/// What somebody who keeps order did by hand, for the public log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MuteDeed {
    /// Muted, rather than heard again.
    pub mutes: bool,
    /// Whom, as [`MuteOrigin`]'s key has it.
    pub target: String,
}

impl Record for MuteDeed {}
