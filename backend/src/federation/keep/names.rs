//! Finding what is known of other servers.

use shared::id::AccountId;

use crate::domain::mute::{self, INSTANCE};
use crate::store::records::{Party, RemoteObject};
use crate::store::tables::{
    AccountKey, AccountMuteKey, ChannelKey, RemoteActorKey, RemoteNameKey, RemoteObjectKey,
};
use crate::store::{Read, StoreError};

/// The actor with this id, if it is known. One of this server has none here.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn actor_of(read: &impl Read, url: &str) -> Result<Option<Party>, StoreError> {
    let party = read.get(&RemoteActorKey { url: url.to_owned() })?;
    there(read, party)
}

/// The actor with this name on that server, if it is known; case makes no difference.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn actor_named(read: &impl Read, name: &str, host: &str) -> Result<Option<Party>, StoreError> {
    let party = read.get(&name_key(name, host))?;
    there(read, party)
}

/// Where somebody's name on their server stands.
pub(super) fn name_key(name: &str, host: &str) -> RemoteNameKey {
    RemoteNameKey { name: format!("{name}@{host}").to_lowercase() }
}

/// Whoever it is, as long as their row is there.
fn there(read: &impl Read, party: Option<Party>) -> Result<Option<Party>, StoreError> {
    let is_there = match party {
        None => false,
        Some(Party::Instance) => true,
        Some(Party::Account(account)) => read.get(&AccountKey { account })?.is_some(),
        Some(Party::Channel(channel)) => read.get(&ChannelKey { channel })?.is_some(),
    };
    Ok(party.filter(|_| is_there))
}

/// The video, comment or list with this id, if it is known. One that was removed here may still be known: then its row is
/// gone, and it does not come back.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn object_of(read: &impl Read, url: &str) -> Result<Option<RemoteObject>, StoreError> {
    read.get(&RemoteObjectKey { url: url.to_owned() })
}

/// Whether the instance does not want to hear of a server, or of somebody.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn is_muted(read: &impl Read, host: &str, account: Option<AccountId>) -> Result<bool, StoreError> {
    if mute::is_server_muted(read, INSTANCE, host)? {
        return Ok(true);
    }
    let Some(target) = account else { return Ok(false) };
    Ok(read.get(&AccountMuteKey { by: INSTANCE, target })?.is_some())
}
