//! Channels elsewhere whose videos are imported as they come.

use serde::{Deserialize, Serialize};
use shared::api::ImportFault;
use shared::id::{ChannelId, SyncId};
use shared::time::Timestamp;

use crate::store::Record;

/// A channel elsewhere whose videos are imported into one of ours.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ChannelSync {
    /// Its number.
    pub id: SyncId,
    /// Into which channel.
    pub channel: ChannelId,
    /// The address of the channel elsewhere.
    pub url: String,
    /// Whether it is forgotten once all that was found is asked for.
    pub once: bool,
    /// What is to be looked for though its hour has not come.
    pub wish: Option<Look>,
    /// What is being looked for. After a restart it is wished for again.
    pub looking: Option<Look>,
    /// Which of its looks the last one was.
    pub looks: u64,
    /// What was found and is still to be asked for, the next first.
    pub left: Vec<String>,
    /// Why the last look failed, or what came of it, as a word.
    pub fault: Option<ImportFault>,
    /// What that word is about.
    pub about: Option<String>,
    /// The same as a sentence in English.
    pub error: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last looked.
    pub looked_at: Option<Timestamp>,
}

impl Record for ChannelSync {}

/// What is looked for in a channel elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// What was published there since the synchronisation was made.
    Latest,
    /// All there is.
    All,
}

/// Where a synchronisation stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SyncState {
    /// It has not looked yet.
    Waiting,
    /// It looks, or asks for what it found.
    Processing,
    /// All that was found is asked for.
    Synced,
    /// The last look failed, or what it found did not come.
    Failed,
}

impl ChannelSync {
    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> SyncState {
        let is_busy = self.looking.is_some() || !self.left.is_empty() || self.wish == Some(Look::All);
        match (is_busy, self.fault, self.looked_at) {
            (true, _, _) => SyncState::Processing,
            (false, Some(_), _) => SyncState::Failed,
            (false, None, Some(_)) => SyncState::Synced,
            (false, None, None) => SyncState::Waiting,
        }
    }
}

/// What is known of an address whose video may be imported into a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KnownAddress {
    /// It was there before, and nobody asked for it.
    Passed,
    /// It was asked for, or imported.
    Asked,
}

impl Record for KnownAddress {}
