//! Who makes what a channel publishes: its owner, and those the owner asked to edit it. The one place that says what each
//! of them may do.
//!
//! | | owner | editor |
//! |---|---|---|
//! | publish in the channel, change and remove its videos and lists, decide about comments on them, see their statistics | yes | yes |
//! | change the channel's texts and pictures, see who edits it and what was done | yes | yes |
//! | ask others to edit it, take that back, delete it, give it away | yes | no |
//!
//! Whoever keeps order may beside that what [`super::right`] says.

use std::sync::Arc;

use shared::id::AccountId;

use crate::store::records::{Channel, CollaboratorState};

/// Who makes what a channel publishes. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Makers {
    /// Whose the channel is.
    pub owner: AccountId,
    /// Most channels have none.
    editors: Option<Arc<[AccountId]>>,
}

impl Makers {
    /// Those of a channel.
    #[must_use]
    pub fn of(channel: &Channel) -> Makers {
        let accepted = channel.collaborators.iter().filter(|one| one.state == CollaboratorState::Accepted);
        let editors: Vec<AccountId> = accepted.map(|one| one.account).collect();
        Makers { owner: channel.account, editors: (!editors.is_empty()).then(|| editors.into()) }
    }

    /// Those of a channel that nobody edits but its owner.
    #[must_use]
    pub fn alone(owner: AccountId) -> Makers {
        Makers { owner, editors: None }
    }

    /// Those who edit it beside its owner.
    #[must_use]
    pub fn editors(&self) -> &[AccountId] {
        self.editors.as_deref().unwrap_or_default()
    }

    /// Whether an account manages what the channel publishes.
    #[must_use]
    pub fn manage(&self, account: AccountId) -> bool {
        self.decide(account) || self.editors().contains(&account)
    }

    /// Whether an account decides about the channel itself.
    #[must_use]
    pub fn decide(&self, account: AccountId) -> bool {
        self.owner == account
    }
}
