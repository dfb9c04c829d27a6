//! What administrators gave the instance while it runs.

use serde::{Deserialize, Serialize};
use shared::time::Timestamp;

use super::person::ActorPicture;
use crate::store::Record;

/// What a field of the custom configuration holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Custom {
    /// Yes or no.
    Truth(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// Several texts.
    Words(Vec<String>),
    /// Several numbers.
    Numbers(Vec<i64>),
}

impl Record for Custom {}

/// A page that administrators wrote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SitePage {
    /// Markdown.
    pub content: String,
    /// When it was last written.
    pub updated_at: Timestamp,
}

impl Record for SitePage {}

/// The instance's own pictures.
impl Record for ActorPicture {}
