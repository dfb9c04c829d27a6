//! Accounts and channels of other servers.

use shared::id::{AccountId, Uuid};
use shared::time::Timestamp;

use super::KeepError;
use crate::federation::vocab;
use crate::store::Write;
use crate::store::records::Party;

/// Keeps an actor as it describes itself: a group with an owner is a channel, everything else an account.
///
/// # Errors
/// [`KeepError`].
pub fn actor(
    write: &mut Write<'_>,
    now: Timestamp,
    said: &vocab::Actor,
    owner: Option<AccountId>,
    name: &dyn Fn() -> Uuid,
) -> Result<Party, KeepError> {
    todo!("{now} {} {owner:?} {} {}", said.id, name(), write.take_events().len())
}

/// Notes how many follow an actor and how many it follows, as its server counts; none leaves what is known.
///
/// # Errors
/// [`KeepError`].
pub fn counts(
    write: &mut Write<'_>,
    party: Party,
    followers: Option<u64>,
    following: Option<u64>,
) -> Result<(), KeepError> {
    todo!("{party:?} {followers:?} {following:?} {}", write.take_events().len())
}
