//! What becomes of notifications: they are read, and go with their login.

use shared::id::{NotificationId, UserId};
use shared::time::Timestamp;

use crate::store::tables::{
    NotificationKey, NotificationSettingsKey, NotificationsOf, TallyKey, UnreadKey, UnreadOf, UserKey,
};
use crate::store::{Read, StoreError, Write};

/// Marks somebody's notifications as read. Numbers that are not theirs, or read already, change nothing.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn read(
    write: &mut Write<'_>,
    now: Timestamp,
    user: UserId,
    ids: &[NotificationId],
) -> Result<(), StoreError> {
    let mut count = 0u64;
    for id in ids {
        let key = NotificationKey { user, notification: *id };
        let Some(mut notification) = write.get(&key)? else { continue };
        if !notification.read {
            notification.read = true;
            notification.updated_at = now;
            write.insert(&key, &notification)?;
            write.remove(&UnreadKey { user, notification: *id });
            count += 1;
        }
    }
    let Some(person) = write.get(&UserKey { user })? else { return Ok(()) };
    let tally_key = TallyKey { account: person.account };
    let mut tally = write.get(&tally_key)?.unwrap_or_default();
    tally.unread = tally.unread.saturating_sub(count);
    write.insert(&tally_key, &tally)
}

/// Marks all of somebody's notifications as read; there are at most [`super::NOTIFICATIONS_MAX`].
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn read_all(write: &mut Write<'_>, now: Timestamp, user: UserId) -> Result<(), StoreError> {
    let unread = write.scan(&UnreadOf(user)).map(|row| row.map(|(key, ())| key.notification));
    let ids: Vec<NotificationId> = unread.collect::<Result<_, _>>()?;
    read(write, now, user, &ids)
}

/// Removes at most `rows_max` notifications of a login that is gone, and its settings. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_user(write: &mut Write<'_>, user: UserId, rows_max: usize) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&NotificationsOf(user)).take(rows_max).collect::<Result<_, _>>()?;
    for (key, _) in &rows {
        write.remove(key);
        write.remove(&UnreadKey { user, notification: key.notification });
    }
    write.remove(&NotificationSettingsKey { user });
    Ok(rows.len())
}
