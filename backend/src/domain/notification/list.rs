//! What somebody was told.

use shared::id::{AccountId, NotificationId, UserId};

use super::settings::number;
use crate::store::records::Notification;
use crate::store::tables::{NotificationKey, NotificationsOf, TallyKey, UnreadOf};
use crate::store::{Read, StoreError};

/// Which page is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// Read ones, or unread ones.
    pub unread: Option<bool>,
    /// These kinds, by their numbers; all where there is none.
    pub kinds: Vec<u32>,
    /// Latest first.
    pub descending: bool,
    /// Rows to skip.
    pub start: usize,
    /// Rows to give.
    pub count: usize,
}

/// A page of somebody's notifications, and how many there are.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn list(
    read: &impl Read,
    user: UserId,
    account: AccountId,
    asked: &Asked,
) -> Result<(u64, Vec<Notification>), StoreError> {
    let (start, count) = (asked.start, asked.count);
    let tally = read.get(&TallyKey { account })?.unwrap_or_default();
    if asked.kinds.is_empty() && asked.unread == Some(true) {
        let prefix = UnreadOf(user);
        let rows = if asked.descending { read.scan_reverse(&prefix) } else { read.scan(&prefix) };
        let mut page = Vec::new();
        for row in rows.skip(start).take(count) {
            let notification = row?.0.notification;
            page.extend(read.get(&NotificationKey { user, notification })?);
        }
        return Ok((tally.unread, page));
    }
    let prefix = NotificationsOf(user);
    let rows = if asked.descending { read.scan_reverse(&prefix) } else { read.scan(&prefix) };
    let mut rows = rows.map(|row| row.map(|(_, notification)| notification));
    if asked.kinds.is_empty() && asked.unread.is_none() {
        return Ok((tally.notifications, rows.skip(start).take(count).collect::<Result<_, _>>()?));
    }
    let is_meant = |row: &Notification| {
        asked.unread.is_none_or(|unread| unread != row.read)
            && (asked.kinds.is_empty() || asked.kinds.contains(&number(row.kind)))
    };
    // A thousand rows at most.
    let found: Vec<Notification> =
        rows.by_ref().filter(|row| row.as_ref().map_or(true, is_meant)).collect::<Result<_, _>>()?;
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    Ok((total, found.into_iter().skip(start).take(count).collect()))
}

/// How many somebody has not read.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn unread(read: &impl Read, account: AccountId) -> Result<u64, StoreError> {
    Ok(read.get(&TallyKey { account })?.unwrap_or_default().unread)
}

/// One of somebody's notifications.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn one(
    read: &impl Read,
    user: UserId,
    notification: NotificationId,
) -> Result<Option<Notification>, StoreError> {
    read.get(&NotificationKey { user, notification })
}
