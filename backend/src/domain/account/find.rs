//! Finding logins, accounts and channels of this instance by name. Names are the same in every case.

use shared::id::AccountId;

use crate::domain::federation::INSTANCE;
use crate::store::records::{Account, Channel, User};
use crate::store::tables::{
    AccountKey, AccountNameKey, ChannelKey, ChannelNameKey, ChannelsOf, UserEmailKey, UserKey, UserNameKey,
};
use crate::store::{Read, StoreError};

/// Words that stand in the API's addresses where the name of a channel does: one that is called so could not be asked for.
/// Only those that are names at all count, and so none with a hyphen.
const RESERVED: [&str; 1] = ["ownership"];

/// A login by its name or its e-mail address.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn user_by_login(read: &impl Read, login: &str) -> Result<Option<User>, StoreError> {
    let name = login.trim().to_lowercase();
    let mut user = read.get(&UserNameKey { name: name.clone() })?;
    if user.is_none() {
        user = read.get(&UserEmailKey { email: name })?;
    }
    user.map_or(Ok(None), |user| read.get(&UserKey { user }))
}

/// An account by its name.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn account_named(read: &impl Read, name: &str) -> Result<Option<Account>, StoreError> {
    let account = read.get(&AccountNameKey { name: name.to_lowercase() })?;
    account.map_or(Ok(None), |account| read.get(&AccountKey { account }))
}

/// A channel by its name.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn channel_named(read: &impl Read, name: &str) -> Result<Option<Channel>, StoreError> {
    let channel = read.get(&ChannelNameKey { name: name.to_lowercase() })?;
    channel.map_or(Ok(None), |channel| read.get(&ChannelKey { channel }))
}

/// The channels of an account, first made first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn channels_of(read: &impl Read, account: AccountId) -> Result<Vec<Channel>, StoreError> {
    let mut channels = Vec::new();
    for row in read.scan(&ChannelsOf(account)) {
        let (key, ()) = row?;
        // A channel that is removed while we scan is left out.
        channels.extend(read.get(&ChannelKey { channel: key.channel })?);
    }
    Ok(channels)
}

/// Whether somebody has the e-mail address, in any case.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn is_email_taken(read: &impl Read, email: &str) -> Result<bool, StoreError> {
    Ok(read.get(&UserEmailKey { email: email.to_lowercase() })?.is_some())
}

/// Whether an account or a channel of this instance has the name, or had it: other servers may know it as somebody who
/// is gone, so it is never given again. One name is the instance's own, and some are words of addresses.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn is_name_taken(read: &impl Read, name: &str) -> Result<bool, StoreError> {
    let name = name.to_lowercase();
    if name == INSTANCE || RESERVED.contains(&name.as_str()) {
        return Ok(true);
    }
    let account = read.get(&AccountNameKey { name: name.clone() })?.is_some();
    Ok(account || read.get(&ChannelNameKey { name })?.is_some())
}
