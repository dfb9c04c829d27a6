//! Watched words, and the tags that follow from them.

use serde::{Deserialize, Serialize};

use super::Label;
use super::abuse::AbuseMadeId;
use super::mute::ListFault;
use crate::id::{WordListId, WordSubscriptionId};
use crate::time::Timestamp;

/// A row of `GET /api/v1/watched-words/…/lists`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WordList {
    /// Number on this instance.
    pub id: WordListId,
    /// 1–100 letters; also the name of its tag.
    pub list_name: String,
    /// At most 500 of 1–100 letters.
    pub words: Vec<String>,
    /// Where the list is kept that it comes from; none for one that was made here. PeerTube 9's field.
    #[serde(default)]
    pub subscription_url: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Answer to a new list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WordListMade {
    /// It.
    pub watched_words_list: AbuseMadeId<WordListId>,
}

/// `GET /api/v1/automatic-tags/policies/accounts/{name}/comments`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommentTagPolicies {
    /// Tags with which a comment waits for the video's owner.
    pub review: Vec<String>,
}

/// `GET /api/v1/automatic-tags/…/available`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AvailableTags {
    /// All of them.
    pub available: Vec<AvailableTag>,
}

/// A tag that texts may be marked with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AvailableTag {
    /// Its name.
    pub name: String,
    /// `core`, or `watched-words-list`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A row of `GET /api/v1/watched-words/…/subscriptions`, as PeerTube 9 has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WordSubscription {
    /// Number on this instance.
    pub id: WordSubscriptionId,
    /// What the list calls itself.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Words that came from it.
    pub imported_words_count: u64,
    /// When it was last read to its end.
    pub last_sync_at: Option<Timestamp>,
    /// 1: was not read yet, 2: is being read, 3: was read, 4: could not be read.
    pub state: Label<u32>,
    /// When it was last asked for, whatever came of that. Shoal's own field.
    #[serde(default)]
    pub last_try_at: Option<Timestamp>,
    /// Why it could not be read. Shoal's own field.
    #[serde(default)]
    pub error: Option<String>,
    /// The same as a word. Shoal's own field.
    #[serde(default)]
    pub error_code: Option<ListFault>,
    /// Since when somebody is subscribed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
