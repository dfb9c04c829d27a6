//! Whom somebody, or the instance, does not want to see or hear.
//!
//! Owns the rows; `crate::mutes` keeps them in memory for lists.

use shared::id::AccountId;
use shared::time::Timestamp;

use super::blocklist::{self, Target};
use super::host::mutable_names;
use crate::store::tables::{AccountKey, AccountMuteKey, AccountMutesBy, ServerMuteKey, ServerMutesBy};
use crate::store::{Key, Prefix, Read, StoreError, Write};

/// The instance itself, where an account mutes. Real ones are numbered from 1.
pub const INSTANCE: AccountId = AccountId(0);
/// Accounts, and servers, that one person mutes: more than anybody argues with.
const MUTES_MAX: usize = 1000;
/// Accounts, and servers, that the instance mutes: ten thousand by hand, and as many of lists that it is subscribed to.
const INSTANCE_MUTES_MAX: usize = 20_000;

/// Why somebody was not muted, or heard again.
#[derive(Debug, thiserror::Error)]
pub enum MuteError {
    /// There is no such account, or no more.
    #[error("there is no such account")]
    NoSuchAccount,
    /// Nobody mutes themselves.
    #[error("nobody mutes themselves")]
    Oneself,
    /// It is not muted.
    #[error("it is not muted")]
    NotMuted,
    /// There are as many as may be.
    #[error("too many are muted")]
    TooMany,
    /// The store failed.
    #[error("the mute could not be read or written")]
    Store(#[from] StoreError),
}

/// Mutes an account; one that is muted stays so.
///
/// # Errors
/// [`MuteError`].
pub fn mute_account(
    write: &mut Write<'_>,
    now: Timestamp,
    by: AccountId,
    target: AccountId,
) -> Result<(), MuteError> {
    if by == target {
        return Err(MuteError::Oneself);
    }
    let account = write.get(&AccountKey { account: target })?.ok_or(MuteError::NoSuchAccount)?;
    let was_muted = put(write, by, &AccountMutesBy(by), &AccountMuteKey { by, target }, now)?;
    if by == INSTANCE {
        blocklist::note_muted(write, now, &Target::of(&account), was_muted)?;
    }
    Ok(())
}

/// Mutes a server; one that is muted stays so.
///
/// # Errors
/// [`MuteError`].
pub fn mute_server(
    write: &mut Write<'_>,
    now: Timestamp,
    by: AccountId,
    host: String,
) -> Result<(), MuteError> {
    let key = ServerMuteKey { by, host };
    let was_muted = put(write, by, &ServerMutesBy(by), &key, now)?;
    if by == INSTANCE {
        blocklist::note_muted(write, now, &Target::Server(key.host), was_muted)?;
    }
    Ok(())
}

/// Gives whether they were muted before.
fn put<K: Key<Record = Timestamp>, P: Prefix<Key = K>>(
    write: &mut Write<'_>,
    by: AccountId,
    all: &P,
    key: &K,
    now: Timestamp,
) -> Result<bool, MuteError> {
    if write.get(key)?.is_some() {
        return Ok(true);
    }
    let most = if by == INSTANCE { INSTANCE_MUTES_MAX } else { MUTES_MAX };
    if most <= write.scan(all).take(most).count() {
        return Err(MuteError::TooMany);
    }
    write.insert(key, &now)?;
    Ok(false)
}

/// Hears an account again, also one that the instance mutes because of a list.
///
/// # Errors
/// [`MuteError::NotMuted`].
pub fn hear_account(
    write: &mut Write<'_>,
    now: Timestamp,
    by: AccountId,
    target: AccountId,
) -> Result<(), MuteError> {
    drop_row(write, &AccountMuteKey { by, target })?;
    if by == INSTANCE
        && let Some(account) = write.get(&AccountKey { account: target })?
    {
        blocklist::note_heard(write, now, &Target::of(&account))?;
    }
    Ok(())
}

/// Hears a server again, also one that the instance mutes because of a list.
///
/// # Errors
/// [`MuteError::NotMuted`].
pub fn hear_server(
    write: &mut Write<'_>,
    now: Timestamp,
    by: AccountId,
    host: String,
) -> Result<(), MuteError> {
    let key = ServerMuteKey { by, host };
    drop_row(write, &key)?;
    if by == INSTANCE {
        blocklist::note_heard(write, now, &Target::Server(key.host))?;
    }
    Ok(())
}

fn drop_row<K: Key<Record = Timestamp>>(write: &mut Write<'_>, key: &K) -> Result<(), MuteError> {
    write.get(key)?.ok_or(MuteError::NotMuted)?;
    write.use_reserve();
    write.remove(key);
    Ok(())
}

/// Whether somebody, or the instance, does not want to hear of an account, or of its server.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn is_muted(read: &impl Read, by: AccountId, target: AccountId) -> Result<bool, StoreError> {
    let account = read.get(&AccountKey { account: target })?;
    let host = account.as_ref().and_then(|account| account.host());
    for by in [by, INSTANCE] {
        if by != target && read.get(&AccountMuteKey { by, target })?.is_some() {
            return Ok(true);
        }
        if let Some(host) = host
            && is_server_muted(read, by, host)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody, or the instance, mutes a server, given as `host::parse` gives it. A mute of a host counts for each of
/// its ports and, as Mastodon's, for each of its subdomains; one with a port counts for that port alone.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn is_server_muted(read: &impl Read, by: AccountId, host: &str) -> Result<bool, StoreError> {
    for name in mutable_names(host) {
        if read.get(&ServerMuteKey { by, host: name.to_owned() })?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The accounts that somebody mutes, and since when, last muted first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn accounts_of(read: &impl Read, by: AccountId) -> Result<Vec<(AccountId, Timestamp)>, StoreError> {
    let rows = read.scan(&AccountMutesBy(by)).map(|row| row.map(|(key, at)| (key.target, at)));
    sorted(rows.collect::<Result<_, _>>()?)
}

/// The servers that somebody mutes, and since when, last muted first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn servers_of(read: &impl Read, by: AccountId) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let rows = read.scan(&ServerMutesBy(by)).map(|row| row.map(|(key, at)| (key.host, at)));
    sorted(rows.collect::<Result<_, _>>()?)
}

fn sorted<T>(mut rows: Vec<(T, Timestamp)>) -> Result<Vec<(T, Timestamp)>, StoreError> {
    rows.sort_by(|(_, one), (_, other)| other.cmp(one));
    Ok(rows)
}

/// Removes at most `rows_max` mutes of an account that is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_account(
    write: &mut Write<'_>,
    account: AccountId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let accounts: Vec<_> = write.scan(&AccountMutesBy(account)).take(rows_max).collect::<Result<_, _>>()?;
    let servers: Vec<_> = write.scan(&ServerMutesBy(account)).take(rows_max).collect::<Result<_, _>>()?;
    accounts.iter().for_each(|(key, _)| write.remove(key));
    servers.iter().for_each(|(key, _)| write.remove(key));
    Ok(accounts.len() + servers.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Durability, Store};

    #[test]
    fn a_muted_server_is_muted_with_what_is_below_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let me = AccountId(5);
        for host in ["films.example", "near.example:9000"] {
            let mute = |write: &mut Write<'_>| mute_server(write, Timestamp(0), INSTANCE, host.to_owned());
            store.write(Durability::Relaxed, mute).unwrap();
        }
        for (host, expected) in [
            ("films.example", true),
            ("films.example:8080", true),
            ("www.films.example", true),
            ("a.www.films.example:8080", true),
            ("myfilms.example", false),
            ("example", false),
            ("near.example:9000", true),
            ("near.example:9001", false),
            ("near.example", false),
        ] {
            assert_eq!(is_server_muted(&store, INSTANCE, host).unwrap(), expected, "{host}");
            assert!(!is_server_muted(&store, me, host).unwrap());
        }
    }
}
