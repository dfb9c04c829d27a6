//! A new password for a login.

use shared::id::UserId;
use shared::time::Timestamp;

use super::find::user_by_login;
use crate::domain::session::revoke_all;
use crate::store::records::User;
use crate::store::tables::UserKey;
use crate::store::{StoreError, Write};

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetPasswordError {
    /// Nobody has this name.
    #[error("there is no user {0}")]
    NoSuchUser(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives a login another password, by its hash, and ends its sessions: whoever stole the old one is out.
///
/// # Errors
/// [`SetPasswordError`].
pub fn set_password(
    write: &mut Write<'_>,
    now: Timestamp,
    login: &str,
    hash: &str,
) -> Result<UserId, SetPasswordError> {
    let user = user_by_login(write, login)?;
    let user = user.ok_or_else(|| SetPasswordError::NoSuchUser(login.to_owned()))?;
    let id = user.id;
    set_password_of(write, now, user, hash.to_owned())?;
    Ok(id)
}

/// Gives a login that was found another password, by its hash, and ends its sessions.
///
/// # Errors
/// [`StoreError`].
pub fn set_password_of(
    write: &mut Write<'_>,
    now: Timestamp,
    mut user: User,
    hash: String,
) -> Result<(), StoreError> {
    user.password = hash;
    user.updated_at = now;
    write.insert(&UserKey { user: user.id }, &user)?;
    revoke_all(write, user.id)
}
