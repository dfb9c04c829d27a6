//! Finding what is known of other servers.

use shared::id::AccountId;

use crate::store::records::{Party, RemoteObject};
use crate::store::tables::{RemoteActorKey, RemoteObjectKey};
use crate::store::{Read, StoreError};

/// The actor with this id, if it is known. One of this server has none here.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn actor_of(read: &impl Read, url: &str) -> Result<Option<Party>, StoreError> {
    read.get(&RemoteActorKey { url: url.to_owned() })
}

/// The actor with this name on that server, if it is known; case makes no difference.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn actor_named(read: &impl Read, name: &str, host: &str) -> Result<Option<Party>, StoreError> {
    todo!("{name} {host} {}", read.get(&RemoteActorKey { url: String::new() })?.is_some())
}

/// The video, comment or list with this id, if it is known.
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
    todo!("{host} {account:?} {}", read.get(&RemoteActorKey { url: String::new() })?.is_some())
}
