//! A new password for a login.

use shared::id::UserId;
use shared::time::Timestamp;

use super::find::user_by_login;
use crate::domain::session::revoke_all;
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
    let mut user = user.ok_or_else(|| SetPasswordError::NoSuchUser(login.to_owned()))?;
    user.password = hash.to_owned();
    user.updated_at = now;
    write.insert(&UserKey { user: user.id }, &user)?;
    revoke_all(write, user.id)?;
    Ok(user.id)
}
