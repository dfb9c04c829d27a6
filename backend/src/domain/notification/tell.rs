//! Telling one person one thing.

use shared::id::{NotificationId, UserId};
use shared::time::Timestamp;

use super::settings::arrival;
use crate::domain::event::Event;
use crate::store::records::{Notification, NotificationKind, Subject};
use crate::store::tables::{NotificationKey, NotificationsOf, TallyKey, UnreadKey, UserKey};
use crate::store::{Read, StoreError, Write};

/// Notifications one person has: more than anybody reads back. Beyond it the oldest go, read or not.
pub const NOTIFICATIONS_MAX: u64 = 1000;

/// Tells somebody something, as they chose to hear of it. A login that is gone hears nothing.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn tell(
    write: &mut Write<'_>,
    now: Timestamp,
    user: UserId,
    kind: NotificationKind,
    subject: Subject,
) -> Result<(), StoreError> {
    let Some(person) = write.get(&UserKey { user })? else { return Ok(()) };
    let arrival = arrival(write, user, kind)?;
    if arrival.mail {
        write.note(Event::MailWanted { user, kind, subject });
    }
    if !arrival.web {
        return Ok(());
    }
    let id = NotificationId(write.next_number("notifications")?);
    let notification = Notification { id, kind, subject, read: false, created_at: now, updated_at: now };
    write.insert(&NotificationKey { user, notification: id }, &notification)?;
    write.insert(&UnreadKey { user, notification: id }, &())?;
    let tally_key = TallyKey { account: person.account };
    let mut tally = write.get(&tally_key)?.unwrap_or_default();
    tally.notifications = tally.notifications.saturating_add(1);
    tally.unread = tally.unread.saturating_add(1);
    if NOTIFICATIONS_MAX < tally.notifications {
        let oldest = write.scan(&NotificationsOf(user)).next().transpose()?;
        if let Some((key, oldest)) = oldest {
            write.remove(&key);
            write.remove(&UnreadKey { user, notification: oldest.id });
            tally.notifications = tally.notifications.saturating_sub(1);
            tally.unread = tally.unread.saturating_sub(u64::from(!oldest.read));
        }
    }
    write.insert(&tally_key, &tally)
}
