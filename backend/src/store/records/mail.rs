//! Mail that waits to be sent.

use serde::{Deserialize, Serialize};
use shared::id::UserId;
use shared::time::Timestamp;

use super::notification::{NotificationKind, Subject};
use crate::store::Record;

/// A mail on its way out. Its row goes when the mail server took it, or when nobody would read it any more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Mail {
    /// Where it goes.
    pub to: String,
    /// Who is answered, where that is not us.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// What it says.
    pub says: Says,
    /// The part of its `Message-ID` before the host: the same at every try, so that who gets it twice knows.
    pub name: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is of no use any more.
    pub expires_at: Timestamp,
}

impl Record for Mail {}

/// What a mail says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// This letter.
    Letter(Letter),
    /// News, which are put into words when they are sent: what they are about may be gone by then.
    News {
        /// Who is told.
        user: UserId,
        /// What kind of news it is.
        kind: NotificationKind,
        /// What it is about.
        subject: Subject,
    },
}

/// What a mail says, in its reader's language, before it is text or HTML.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Letter {
    /// The language's ISO 639 code.
    pub language: String,
    /// One line.
    pub subject: String,
    /// What follows, in order.
    pub parts: Vec<LetterPart>,
}

/// A part of a letter. All of it is plain text, whoever wrote it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LetterPart {
    /// A paragraph.
    Text(String),
    /// What somebody else wrote.
    Quote(String),
    /// Something to open.
    Link {
        /// What opening it does.
        label: String,
        /// A whole address.
        url: String,
    },
}
