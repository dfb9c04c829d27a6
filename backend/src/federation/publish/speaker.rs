//! Who says something.

use crate::domain::federation::{Addresses, INSTANCE};
use crate::store::records::{Party, Said};
use crate::store::tables::{AccountKey, ChannelKey};
use crate::store::{Read, StoreError};

/// Somebody of this server who says something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Speaker {
    /// Their name, by which their key is kept.
    pub name: String,
    /// Their address.
    pub address: String,
}

/// Who says something; none where they are gone, unless it is that they say.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn speaker(
    read: &impl Read,
    addresses: &Addresses<'_>,
    (by, said): (Party, &Said),
) -> Result<Option<Speaker>, StoreError> {
    let last_name = if let Said::Gone(name) = said { Some(name.clone()) } else { None };
    let speaker = match by {
        Party::Instance => Some(Speaker { name: INSTANCE.to_owned(), address: addresses.instance() }),
        Party::Account(account) => {
            let row = read.get(&AccountKey { account })?.filter(|row| row.remote.is_none());
            let name = last_name.or(row.map(|row| row.name));
            name.map(|name| Speaker { address: addresses.account(&name), name })
        }
        Party::Channel(channel) => {
            let row = read.get(&ChannelKey { channel })?.filter(|row| row.remote.is_none());
            let name = last_name.or(row.map(|row| row.name));
            name.map(|name| Speaker { address: addresses.channel(&name), name })
        }
    };
    Ok(speaker)
}
