//! Secrets an instance makes once and keeps.

use crate::store::records::Setting;
use crate::store::tables::SettingKey;
use crate::store::{Durability, Read, Store, StoreError};

/// The secret of this name; `fresh` becomes it where there is none yet.
///
/// # Errors
/// [`StoreError`] when the disk fails or the row is damaged.
pub fn of(store: &Store, name: &str, fresh: [u8; 32]) -> Result<[u8; 32], StoreError> {
    let key = SettingKey { name: format!("secret-{name}") };
    store.write(Durability::Flushed, |write| match write.get(&key)? {
        Some(Setting::Secret(secret)) => Ok(secret),
        Some(Setting::Counter(_) | Setting::OAuthClient { .. } | Setting::Paused(_)) | None => {
            write.insert(&key, &Setting::Secret(fresh))?;
            Ok(fresh)
        }
    })
}
