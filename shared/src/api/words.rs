//! Watched words, and the tags that follow from them.

use serde::{Deserialize, Serialize};

use super::abuse::AbuseMadeId;
use crate::id::WordListId;
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
