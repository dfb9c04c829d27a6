//! A new login, with its account and its first channel.

use shared::api::NewChannel;
use shared::id::{AccountId, ChannelId, UserId};
use shared::limits::USERNAME_LENGTH;
use shared::time::Timestamp;

use super::find::{is_email_taken, is_name_taken};
use crate::store::records::{Account, Channel, PlayerTheme, Preferences, Role, User};
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

/// What may be said of a login to be, and need not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct More {
    /// Name of the person that people see; else the login's.
    pub display_name: Option<String>,
    /// Name of the first channel that people see; else one made of the login's.
    pub channel_display_name: Option<String>,
    /// Whether the address is known to be the person's; none where nobody asks.
    pub email_verified: Option<bool>,
    /// What it is exempted from, as PeerTube's bits.
    pub admin_flags: u32,
    /// The language of its pages and mails, where that is known.
    pub language: Option<String>,
    /// Whether it is not noted what they watch, until they choose.
    pub no_history: bool,
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
    /// An account or channel has the name that was meant for the channel.
    #[error("a channel cannot be called {0}")]
    ChannelTaken(String),
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
    create_with(write, now, new, More::default())
}

/// As [`create`], with more said of it.
///
/// # Errors
/// [`CreateError`].
pub fn create_with(
    write: &mut Write<'_>,
    now: Timestamp,
    new: NewUser,
    more: More,
) -> Result<UserId, CreateError> {
    for name in [&new.username, &new.channel] {
        if !is_name(name) {
            return Err(CreateError::BadName(name.clone()));
        }
        // Accounts and channels share one space of handles in the network.
        if is_name_taken(write, name)? {
            let name = name.clone();
            let is_channel = name == new.channel;
            return Err(if is_channel {
                CreateError::ChannelTaken(name)
            } else {
                CreateError::NameTaken(name)
            });
        }
    }
    if new.username == new.channel {
        return Err(CreateError::ChannelTaken(new.channel));
    }
    if is_email_taken(write, &new.email)? {
        return Err(CreateError::EmailTaken);
    }
    let email = UserEmailKey { email: new.email.to_lowercase() };
    let user = UserId(write.next_number("users")?);
    let account = AccountId(write.next_number("accounts")?);
    let channel = ChannelId(write.next_number("channels")?);
    write.insert(&UserNameKey { name: new.username.clone() }, &user)?;
    write.insert(&email, &user)?;
    let account_record = Account {
        id: account,
        name: new.username.clone(),
        display_name: more.display_name.unwrap_or_else(|| new.username.clone()),
        description: None,
        avatar: None,
        seeders_since: None,
        following: 0,
        user: Some(user),
        remote: None,
        created_at: now,
        updated_at: now,
    };
    write.insert(&AccountKey { account }, &account_record)?;
    write.insert(&AccountNameKey { name: new.username.clone() }, &account)?;
    let display_name = more.channel_display_name.unwrap_or_else(|| format!("Main {} channel", new.username));
    put_channel(
        write,
        now,
        channel,
        account,
        &NewChannel { name: new.channel, display_name, ..NewChannel::default() },
    )?;
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
        email_verified: more.email_verified,
        pending_email: None,
        admin_flags: more.admin_flags,
        preferences: Preferences {
            language: more.language,
            history: !more.no_history,
            ..Preferences::default()
        },
        two_factor: false,
        feed_token: None,
        last_login_at: None,
        created_at: now,
        updated_at: now,
    };
    write.insert(&UserKey { user }, &user_record)?;
    Ok(user)
}

/// Stores a new channel with its names.
pub(super) fn put_channel(
    write: &mut Write<'_>,
    now: Timestamp,
    channel: ChannelId,
    account: AccountId,
    new: &NewChannel,
) -> Result<(), StoreError> {
    let record = Channel {
        id: channel,
        name: new.name.clone(),
        display_name: new.display_name.clone(),
        description: new.description.clone(),
        support: new.support.clone(),
        avatar: None,
        banner: None,
        sharing: None,
        remote: None,
        player_theme: PlayerTheme::default(),
        account,
        collaborators: Vec::new(),
        followers: 0,
        created_at: now,
        updated_at: now,
    };
    write.insert(&ChannelKey { channel }, &record)?;
    write.insert(&ChannelNameKey { name: new.name.clone() }, &channel)?;
    write.insert(&AccountChannelKey { account, channel }, &())
}

/// A name for the first channel of somebody who chose none: theirs with a word behind it, and a number where that is
/// taken.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn first_channel(read: &impl Read, username: &str) -> Result<String, StoreError> {
    const END: &str = "_channel";
    const NUMBER_LETTERS_MAX: usize = 5;
    let room = USERNAME_LENGTH.end() - END.len() - NUMBER_LETTERS_MAX;
    let stem: String = username.chars().take(room).collect();
    let plain = format!("{stem}{END}");
    let numbered = (2..9999u32).map(|number| format!("{stem}{END}_{number}"));
    for name in std::iter::once(plain.clone()).chain(numbered) {
        if name != username && !is_name_taken(read, &name)? {
            return Ok(name);
        }
    }
    Ok(plain)
}

/// PeerTube's rule for names of accounts and channels here: what other servers can spell in a handle.
#[must_use]
pub fn is_name(name: &str) -> bool {
    USERNAME_LENGTH.contains(&name.len())
        && name.bytes().all(|letter| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_' || letter == b'.'
        })
}
