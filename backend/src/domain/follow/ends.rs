//! Who stands at the two ends of a following.

use crate::store::records::{Party, RemoteActor};
use crate::store::tables::{AccountKey, ChannelKey};
use crate::store::{Read, StoreError};

/// What is known of somebody of another server; none for who is of this one, or gone.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn remote(read: &impl Read, party: Party) -> Result<Option<Box<RemoteActor>>, StoreError> {
    Ok(match party {
        Party::Instance => None,
        Party::Account(account) => read.get(&AccountKey { account })?.and_then(|account| account.remote),
        Party::Channel(channel) => read.get(&ChannelKey { channel })?.and_then(|channel| channel.remote),
    })
}

/// Whether somebody is of this server.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn is_local(read: &impl Read, party: Party) -> Result<bool, StoreError> {
    Ok(match party {
        Party::Instance => true,
        Party::Account(account) => {
            read.get(&AccountKey { account })?.is_some_and(|account| account.remote.is_none())
        }
        Party::Channel(channel) => {
            read.get(&ChannelKey { channel })?.is_some_and(|channel| channel.remote.is_none())
        }
    })
}
