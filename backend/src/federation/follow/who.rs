//! Who is meant by an address or a handle.

use shared::id::{AccountId, ChannelId, FollowId};

use crate::domain::account::{account_named, channel_named};
use crate::domain::federation::{Addresses, INSTANCE};
use crate::store::records::{Party, RemoteActor};
use crate::store::tables::{AccountKey, ChannelKey};
use crate::store::{Read, StoreError};

/// Somebody's name in addresses, and their server where it is another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The name.
    pub name: String,
    /// What is known of them where they are of another server.
    pub remote: Option<Box<RemoteActor>>,
}

/// Who somebody is; none where they are gone.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn named(read: &impl Read, party: Party) -> Result<Option<Named>, StoreError> {
    Ok(match party {
        Party::Instance => Some(Named { name: INSTANCE.to_owned(), remote: None }),
        Party::Account(account) => {
            let row = read.get(&AccountKey { account })?;
            row.map(|row| Named { name: row.name, remote: row.remote })
        }
        Party::Channel(channel) => {
            let row = read.get(&ChannelKey { channel })?;
            row.map(|row| Named { name: row.name, remote: row.remote })
        }
    })
}

/// Somebody's id; none where they are gone.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn address_of(
    read: &impl Read,
    addresses: &Addresses<'_>,
    party: Party,
) -> Result<Option<String>, StoreError> {
    Ok(named(read, party)?.map(|who| match (who.remote, party) {
        (Some(remote), _) => remote.url,
        (None, Party::Channel(_)) => addresses.channel(&who.name),
        (None, Party::Instance | Party::Account(_)) => addresses.account(&who.name),
    }))
}

/// Somebody's `name@host`; none where they are gone.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn handle_of(
    read: &impl Read,
    addresses: &Addresses<'_>,
    party: Party,
) -> Result<Option<String>, StoreError> {
    Ok(named(read, party)?.map(|who| {
        let host = who.remote.as_ref().map_or(addresses.host(), |remote| remote.host.as_str());
        format!("{}@{host}", who.name)
    }))
}

/// Whom of ours an address means; none where it means nobody. The address of somebody else's row means nobody of ours.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn local_party(
    read: &impl Read,
    addresses: &Addresses<'_>,
    url: &str,
) -> Result<Option<Party>, StoreError> {
    let Some(path) = url.strip_prefix(addresses.root()) else { return Ok(None) };
    if let Some(name) = path.strip_prefix("/video-channels/") {
        let channel = channel_named(read, name)?.filter(|channel| channel.remote.is_none());
        return Ok(channel.map(|channel| Party::Channel(channel.id)));
    }
    let Some(name) = path.strip_prefix("/accounts/") else { return Ok(None) };
    if name.eq_ignore_ascii_case(INSTANCE) {
        return Ok(Some(Party::Instance));
    }
    let account = account_named(read, name)?.filter(|account| account.remote.is_none());
    Ok(account.map(|account| Party::Account(account.id)))
}

/// The number in the id of a `Follow` of ours; none where it is none.
pub(super) fn follow_numbered(addresses: &Addresses<'_>, url: &str) -> Option<FollowId> {
    let (_, number) = url.strip_prefix(addresses.root())?.rsplit_once("/follows/")?;
    number.parse().ok().map(FollowId)
}

/// The account of a party; none for others.
pub(super) fn account_of(party: Party) -> Option<AccountId> {
    match party {
        Party::Account(account) => Some(account),
        Party::Instance | Party::Channel(_) => None,
    }
}

/// The channel of a party; none for others.
pub(super) fn channel_of(party: Party) -> Option<ChannelId> {
    match party {
        Party::Channel(channel) => Some(channel),
        Party::Instance | Party::Account(_) => None,
    }
}
