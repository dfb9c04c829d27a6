//! What is offered to other people of this instance: single videos, and whole channels with all that is in them.
//!
//! Offers of both are numbered together. An offer counts as long as who made it could make it again: an editor who is out
//! of a channel gives none of its videos away.

pub mod channel;
mod video;

pub use video::{
    OwnershipError, accept, forget_account, forget_video, is_offered_to, may_offer, offer, refuse, waiting,
};

use shared::id::AccountId;

use super::right::Right;
use crate::store::records::Role;
use crate::store::tables::{AccountKey, UserKey};
use crate::store::{Read, StoreError};

/// Offers that may wait for one person, of each kind: more than anybody answers, and few enough to be looked through each
/// time.
const OFFERS_MAX: usize = 100;

/// Whether an account gives away what is anybody's.
fn gives_anything(read: &impl Read, account: AccountId) -> Result<bool, StoreError> {
    let Some(record) = read.get(&AccountKey { account })? else { return Ok(false) };
    let role: Option<Role> = read.get(&UserKey { user: record.user })?.map(|login| login.role);
    Ok(role.is_some_and(|role| Right::ChangeOwnership.of(role)))
}
