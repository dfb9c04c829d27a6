//! What people are told: of what happened, as they chose, until they have read it.

mod cause;
mod keep;
mod list;
mod settings;
mod tell;

pub use cause::{Around, announce, begin_to_announce, note_published, tell_of};
pub use keep::{forget_user, read, read_all};
pub use list::{Asked, list, one, unread};
pub use settings::{arrival, number};
pub use tell::{NOTIFICATIONS_MAX, tell};

#[cfg(test)]
mod tests;
