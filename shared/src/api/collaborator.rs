//! Those who edit a channel beside its owner.

use serde::{Deserialize, Serialize};

use super::actor::Account;
use super::video::Label;
use crate::id::CollaboratorId;
use crate::time::Timestamp;

/// Asked, and has not answered yet.
pub const COLLABORATOR_PENDING: u32 = 1;
/// Edits the channel.
pub const COLLABORATOR_ACCEPTED: u32 = 2;
/// Was asked, and does not want to.
pub const COLLABORATOR_REJECTED: u32 = 3;

/// A row of `GET /api/v1/video-channels/{name}/collaborators`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Collaborator {
    /// Number on this instance.
    pub id: CollaboratorId,
    /// 1: asked, 2: edits the channel. Who refused is not listed.
    pub state: Label<u32>,
    /// Who.
    pub account: Account,
    /// When the answer was given; until then, when they were asked.
    pub updated_at: Timestamp,
    /// When they were asked.
    pub created_at: Timestamp,
}

/// What `POST /api/v1/video-channels/{name}/collaborators/invite` answers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CollaboratorMade {
    /// Who was asked.
    pub collaborator: Collaborator,
}
