//! The login behind an account.

use crate::store::records::{Account, User};
use crate::store::tables::UserKey;
use crate::store::{Read, StoreError};

/// The login behind an account; none for somebody of another server.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn login(read: &impl Read, account: &Account) -> Result<Option<User>, StoreError> {
    account.user.map_or(Ok(None), |user| read.get(&UserKey { user }))
}
