//! Who may let seeders in: makers for their own videos, those who keep order for all.

use shared::time::Timestamp;

use super::login::login;
use crate::domain::seeder_token::Admission;
use crate::domain::viewer::Person;
use crate::store::records::Role;
use crate::store::tables::AccountKey;
use crate::store::{Read, StoreError, Write};

/// What a person may promise a seeder; none where it is more than they have.
#[must_use]
pub fn admission(who: &Person, is_for_all: bool, now: Timestamp) -> Option<Admission> {
    let is_theirs = !is_for_all || who.keeps_order();
    is_theirs.then_some(Admission { account: who.account, is_for_all, made_at: now })
}

/// Whether a promise still counts: its account is there, was not blocked, has not taken it back, and could still make it.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn still_counts(read: &impl Read, admission: &Admission) -> Result<bool, StoreError> {
    let Some(account) = read.get(&AccountKey { account: admission.account })? else { return Ok(false) };
    let Some(user) = login(read, &account)? else { return Ok(false) };
    let may_promise = match user.role {
        Role::Administrator | Role::Moderator => true,
        Role::User => !admission.is_for_all,
    };
    let is_kept = account.seeders_since.is_none_or(|since| since <= admission.made_at);
    Ok(user.blocked.is_none() && may_promise && is_kept)
}

/// Takes back every promise a person made so far.
///
/// # Errors
/// [`StoreError`].
pub fn take_back_admissions(write: &mut Write<'_>, now: Timestamp, who: &Person) -> Result<(), StoreError> {
    let key = AccountKey { account: who.account };
    if let Some(mut account) = write.get(&key)? {
        // One that was made in this very millisecond, too.
        account.seeders_since = Some(Timestamp(now.0 + 1));
        write.insert(&key, &account)?;
    }
    Ok(())
}
