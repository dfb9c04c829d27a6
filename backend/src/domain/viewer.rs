//! Who asks.

use shared::id::{AccountId, UserId};

use super::right::Right;
use crate::store::records::Role;

/// Whoever asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Viewer {
    /// Nobody we know.
    Anonymous,
    /// A signed-in person.
    Person(Person),
}

/// A signed-in person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Person {
    /// The login.
    pub user: UserId,
    /// The person that publishes.
    pub account: AccountId,
    /// What the login may do.
    pub role: Role,
}

impl Viewer {
    /// The person, where there is one.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        match self {
            Viewer::Anonymous => None,
            Viewer::Person(person) => Some(person),
        }
    }
}

impl Person {
    /// Whether this person has a right beyond what everybody may do with their own.
    #[must_use]
    pub fn has(&self, right: Right) -> bool {
        right.of(self.role)
    }

    /// Whether this person may see and change what others own.
    #[must_use]
    pub fn keeps_order(&self) -> bool {
        match self.role {
            Role::Administrator | Role::Moderator => true,
            Role::User => false,
        }
    }
}
