//! People who asked to be let in.

use serde::{Deserialize, Serialize};
use shared::id::UserId;
use shared::time::Timestamp;

use crate::store::Record;

/// Where a request to be let in stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegistrationState {
    /// Nobody judged it yet.
    Pending,
    /// It was refused.
    Rejected,
    /// It became a login.
    Accepted,
}

/// A request to be let in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Registration {
    /// Where it stands.
    pub state: RegistrationState,
    /// Why somebody wants to come in.
    pub reason: String,
    /// What was answered.
    pub answer: Option<String>,
    /// Login name to be.
    pub username: String,
    /// Where mail goes.
    pub email: String,
    /// Whether somebody showed that mail reaches them there; none while nobody asked.
    pub email_verified: Option<bool>,
    /// argon2id, in PHC form; empty once it was judged.
    pub password: String,
    /// Name people are to see; none for the login's.
    pub display_name: Option<String>,
    /// The first channel's name in addresses; none for one made of the login's.
    pub channel: Option<String>,
    /// The first channel's name people are to see.
    pub channel_display_name: Option<String>,
    /// The language of its pages and mails, where that is known.
    pub language: Option<String>,
    /// The login it became.
    pub user: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for Registration {}
