//! A new login, with its account and its first channel.

use shared::id::{AccountId, ChannelId, UserId};
use shared::limits::USERNAME_LENGTH;
use shared::time::Timestamp;

use super::find::is_name_taken;
use crate::store::records::{Account, Channel, Role, User};
use crate::store::tables::{
    AccountChannelKey, AccountKey, AccountNameKey, ChannelKey, ChannelNameKey, UserEmailKey, UserKey,
    UserNameKey,
};
use crate::store::{Read, StoreError, Write};

/// A login to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewUser {
    /// Login name, and the account's name in addresses.
    pub username: String,
    /// Where mail goes.
    pub email: String,
    /// argon2id, in PHC form.
    pub password: String,
    /// What it may do.
    pub role: Role,
    /// The first channel's name in addresses.
    pub channel: String,
    /// Bytes of video allowed in all; none for no bound.
    pub video_quota: Option<u64>,
    /// Bytes of video allowed in 24 hours; none for no bound.
    pub video_quota_daily: Option<u64>,
}

/// Why a login was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The name is too short, too long, or has letters that do not fit an address.
    #[error("{0:?} cannot be a name: names have 1 to 50 small letters, digits, '_' and '.'")]
    BadName(String),
    /// Somebody has the name, or a channel has it.
    #[error("the name {0} is taken")]
    NameTaken(String),
    /// Somebody has the address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The store failed.
    #[error("the login could not be stored")]
    Store(#[from] StoreError),
}

/// Makes a login, its account and its first channel.
///
/// # Errors
/// [`CreateError`].
pub fn create(write: &mut Write<'_>, now: Timestamp, new: NewUser) -> Result<UserId, CreateError> {
    for name in [&new.username, &new.channel] {
        if !is_name(name) {
            return Err(CreateError::BadName(name.clone()));
        }
        // Accounts and channels share one space of handles in the network.
        if is_name_taken(write, name)? {
            return Err(CreateError::NameTaken(name.clone()));
        }
    }
    if new.username == new.channel {
        return Err(CreateError::NameTaken(new.channel));
    }
    let email = UserEmailKey { email: new.email.to_lowercase() };
    if write.get(&email)?.is_some() {
        return Err(CreateError::EmailTaken);
    }
    let user = UserId(write.next_number("users")?);
    let account = AccountId(write.next_number("accounts")?);
    let channel = ChannelId(write.next_number("channels")?);
    write.insert(&UserNameKey { name: new.username.clone() }, &user)?;
    write.insert(&email, &user)?;
    let account_record = Account {
        id: account,
        name: new.username.clone(),
        display_name: new.username.clone(),
        description: None,
        seeders_since: None,
        following: 0,
        user,
        created_at: now,
        updated_at: now,
    };
    write.insert(&AccountKey { account }, &account_record)?;
    write.insert(&AccountNameKey { name: new.username.clone() }, &account)?;
    let channel_record = Channel {
        id: channel,
        name: new.channel.clone(),
        display_name: format!("Main {} channel", new.username),
        description: None,
        support: None,
        sharing: None,
        account,
        followers: 0,
        created_at: now,
        updated_at: now,
    };
    write.insert(&ChannelKey { channel }, &channel_record)?;
    write.insert(&ChannelNameKey { name: new.channel }, &channel)?;
    write.insert(&AccountChannelKey { account, channel }, &())?;
    let user_record = User {
        id: user,
        username: new.username,
        email: new.email,
        password: new.password,
        role: new.role,
        account,
        video_quota: new.video_quota,
        video_quota_daily: new.video_quota_daily,
        blocked: None,
        last_login_at: None,
        created_at: now,
        updated_at: now,
    };
    write.insert(&UserKey { user }, &user_record)?;
    Ok(user)
}

/// PeerTube's rule for names of accounts and channels here: what other servers can spell in a handle.
fn is_name(name: &str) -> bool {
    USERNAME_LENGTH.contains(&name.len())
        && name.bytes().all(|letter| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_' || letter == b'.'
        })
}
