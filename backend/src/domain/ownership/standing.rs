//! What holds for offers of videos and of channels alike.

use shared::id::AccountId;

use crate::domain::account::login;
use crate::domain::right::Right;
use crate::store::tables::AccountKey;
use crate::store::{Read, StoreError};

/// Offers that may wait for one person, of each kind: more than anybody answers, and few enough to be looked through each
/// time.
pub(super) const OFFERS_MAX: usize = 100;

/// Whether an account may give away what is anybody's; not while it is blocked.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub(super) fn gives_anything(read: &impl Read, account: AccountId) -> Result<bool, StoreError> {
    let Some(record) = read.get(&AccountKey { account })? else { return Ok(false) };
    let login = login(read, &record)?.filter(|login| login.blocked.is_none());
    Ok(login.is_some_and(|login| Right::ChangeOwnership.of(login.role)))
}
