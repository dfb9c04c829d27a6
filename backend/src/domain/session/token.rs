//! Access and refresh tokens, always in pairs.

use std::time::Duration;

use sha2::{Digest, Sha256};
use shared::id::UserId;
use shared::time::Timestamp;

use crate::domain::viewer::Person;
use crate::store::records::{AccessToken, RefreshToken, User};
use crate::store::tables::{AccessTokenKey, RefreshTokenKey, UserKey};
use crate::store::{Read, StoreError, Write};

/// How long an access token lives: PeerTube's day, of which it always promises a second less.
pub const ACCESS_DURATION: Duration = Duration::from_secs(86_399);
/// How long a refresh token lives: PeerTube's two weeks.
pub const REFRESH_DURATION: Duration = Duration::from_secs(1_209_599);

/// SHA-256 of a token. Tokens have 160 random bits, so nobody guesses one back from its hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// The hash of a token as it was sent.
    #[must_use]
    pub fn of(token: &str) -> TokenHash {
        TokenHash(Sha256::digest(token.as_bytes()).into())
    }
}

/// A pair that was thrown but not given out yet.
#[derive(Clone)]
pub struct NewTokens {
    /// 40 hex digits.
    pub access: String,
    /// 40 hex digits.
    pub refresh: String,
}

impl NewTokens {
    /// A pair of 40 random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 40]) -> NewTokens {
        let (access, refresh) = bytes.split_at(20);
        NewTokens { access: hex::encode(access), refresh: hex::encode(refresh) }
    }
}

/// Gives `user` a pair of tokens.
///
/// # Errors
/// [`StoreError`] when the disk fails.
fn issue(write: &mut Write<'_>, now: Timestamp, user: UserId, tokens: &NewTokens) -> Result<(), StoreError> {
    let (access, refresh) = (TokenHash::of(&tokens.access).0, TokenHash::of(&tokens.refresh).0);
    let expires_at = now.after(ACCESS_DURATION);
    write.insert(&AccessTokenKey { hash: access }, &AccessToken { user, refresh, expires_at })?;
    let expires_at = now.after(REFRESH_DURATION);
    write.insert(&RefreshTokenKey { hash: refresh }, &RefreshToken { user, access, expires_at })
}

/// Gives `user` a pair of tokens and notes the login.
///
/// # Errors
/// [`StoreError`] when the disk fails or the login's row is damaged.
pub fn log_in(
    write: &mut Write<'_>,
    now: Timestamp,
    user: UserId,
    tokens: &NewTokens,
) -> Result<(), StoreError> {
    // On a full disk nobody could come in and make room.
    write.use_reserve();
    let key = UserKey { user };
    if let Some(mut record) = write.get(&key)? {
        record.last_login_at = Some(now);
        write.insert(&key, &record)?;
    }
    issue(write, now, user, tokens)
}

/// Whether there is such a refresh token at all.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn may_refresh(read: &impl Read, token: &TokenHash) -> Result<bool, StoreError> {
    Ok(read.get(&RefreshTokenKey { hash: token.0 })?.is_some())
}

/// Trades a refresh token, which serves once, for a new pair. None when the token is unknown, used, too old, or its
/// user was blocked.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn refresh(
    write: &mut Write<'_>,
    now: Timestamp,
    old: &TokenHash,
    tokens: &NewTokens,
) -> Result<Option<UserId>, StoreError> {
    write.use_reserve();
    let key = RefreshTokenKey { hash: old.0 };
    let Some(row) = write.get(&key)? else { return Ok(None) };
    write.remove(&key);
    write.remove(&AccessTokenKey { hash: row.access });
    let user = write.get(&UserKey { user: row.user })?;
    if row.expires_at <= now || user.is_none_or(|user| user.blocked.is_some()) {
        return Ok(None);
    }
    issue(write, now, row.user, tokens)?;
    Ok(Some(row.user))
}

/// Ends a session: both tokens of the pair. Nothing happens for a token that is unknown.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn revoke(write: &mut Write<'_>, access: &TokenHash) -> Result<(), StoreError> {
    write.use_reserve();
    let key = AccessTokenKey { hash: access.0 };
    if let Some(row) = write.get(&key)? {
        write.remove(&key);
        write.remove(&RefreshTokenKey { hash: row.refresh });
    }
    Ok(())
}

/// Ends every session of a user, as after a new password.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn revoke_all(write: &mut Write<'_>, user: UserId) -> Result<(), StoreError> {
    remove_where(write, usize::MAX, |of, _| of == user).map(|_| ())
}

/// Removes tokens that ended, at most `rows_max` of each kind, so that the writer's lock is not held for long. Gives
/// how many are gone.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn purge(write: &mut Write<'_>, now: Timestamp, rows_max: usize) -> Result<usize, StoreError> {
    remove_where(write, rows_max, |_, expires_at| expires_at <= now)
}

fn remove_where(
    write: &mut Write<'_>,
    rows_max: usize,
    unwanted: impl Fn(UserId, Timestamp) -> bool,
) -> Result<usize, StoreError> {
    let mut access = Vec::new();
    for row in write.table::<AccessTokenKey>() {
        let (key, token) = row?;
        if unwanted(token.user, token.expires_at) && access.len() < rows_max {
            access.push(key);
        }
    }
    let mut refresh = Vec::new();
    for row in write.table::<RefreshTokenKey>() {
        let (key, token) = row?;
        if unwanted(token.user, token.expires_at) && refresh.len() < rows_max {
            refresh.push(key);
        }
    }
    access.iter().for_each(|key| write.remove(key));
    refresh.iter().for_each(|key| write.remove(key));
    Ok(access.len() + refresh.len())
}

/// Whom an access token stands for; none when it is unknown or too old, or its user was blocked.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn whose(read: &impl Read, now: Timestamp, token: &TokenHash) -> Result<Option<Person>, StoreError> {
    let row = read.get(&AccessTokenKey { hash: token.0 })?;
    let Some(row) = row.filter(|row| now < row.expires_at) else { return Ok(None) };
    let user = read.get(&UserKey { user: row.user })?;
    Ok(user.filter(|user| user.blocked.is_none()).map(|user| person(&user)))
}

fn person(user: &User) -> Person {
    Person { user: user.id, account: user.account, role: user.role }
}
