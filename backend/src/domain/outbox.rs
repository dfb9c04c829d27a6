//! Mail that waits to be sent: what is put there, whose turn it is, what becomes of one that could not be sent.
//!
//! A letter is put in the outbox in the unit of work that causes it, so there is never one without the other, and stays
//! until the mail server took it. A crash between the two sends it again, under the same `Message-ID`.

use std::time::Duration;

use shared::id::{MailId, UserId};
use shared::time::Timestamp;

use crate::store::records::{Letter, Mail, NotificationKind, Says, Subject};
use crate::store::tables::{MailKey, UserKey};
use crate::store::{Read, StoreError, Write};

/// The delay before the second try; each further one is six times as long.
const DELAY_FIRST: Duration = Duration::from_secs(5);
/// Greylisting and outages end within hours.
const DELAY_MAX: Duration = Duration::from_secs(6 * 60 * 60);

/// News are old after two days.
const NEWS_DURATION: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// Puts a letter in the outbox. It is thrown away unsent after `useful` when it could not be sent until then, and at once
/// where the instance cannot send mail.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn post(
    write: &mut Write<'_>,
    now: Timestamp,
    to: &str,
    letter: Letter,
    useful: Duration,
) -> Result<MailId, StoreError> {
    put(write, now, to, None, Says::Letter(letter), useful)
}

/// Puts a letter in the outbox that is answered to somebody else.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn post_for(
    write: &mut Write<'_>,
    now: Timestamp,
    to: &str,
    reply_to: &str,
    letter: Letter,
    useful: Duration,
) -> Result<MailId, StoreError> {
    put(write, now, to, Some(reply_to.to_owned()), Says::Letter(letter), useful)
}

/// Puts news in the outbox for somebody who chose to hear of them by mail. Not for one whose address was never confirmed
/// where the instance asks for that: it may be somebody else's.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn post_news(
    write: &mut Write<'_>,
    now: Timestamp,
    user: UserId,
    kind: NotificationKind,
    subject: Subject,
) -> Result<(), StoreError> {
    let Some(person) = write.get(&UserKey { user })? else { return Ok(()) };
    if person.email_verified == Some(false) || person.blocked.is_some() {
        return Ok(());
    }
    put(write, now, &person.email, None, Says::News { user, kind, subject }, NEWS_DURATION).map(drop)
}

fn put(
    write: &mut Write<'_>,
    now: Timestamp,
    to: &str,
    reply_to: Option<String>,
    says: Says,
    useful: Duration,
) -> Result<MailId, StoreError> {
    let id = MailId(write.next_number("mails")?);
    let mail = Mail {
        to: to.to_owned(),
        reply_to,
        says,
        name: format!("{id}.{}", now.0),
        attempts: 0,
        created_at: now,
        expires_at: now.after(useful),
    };
    write.insert(&MailKey { due: now, mail: id }, &mail)?;
    Ok(id)
}

/// The mail whose turn is next, due or not.
///
/// # Errors
/// [`StoreError`] when the disk fails or the row is damaged.
pub fn next(read: &impl Read) -> Result<Option<(MailKey, Mail)>, StoreError> {
    read.table::<MailKey>().next().transpose()
}

/// Takes a mail out of the outbox: it was sent, or will never be.
pub fn done(write: &mut Write<'_>, key: &MailKey) {
    write.use_reserve();
    write.remove(key);
}

/// Puts a mail back that could not be sent. Gives when it is tried again; none where it would come too late.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn put_back(
    write: &mut Write<'_>,
    now: Timestamp,
    key: &MailKey,
    mail: Mail,
) -> Result<Option<Timestamp>, StoreError> {
    done(write, key);
    let delay = DELAY_FIRST.saturating_mul(6u32.saturating_pow(mail.attempts)).min(DELAY_MAX);
    let due = now.after(delay);
    if mail.expires_at <= due {
        return Ok(None);
    }
    let again = Mail { attempts: mail.attempts + 1, ..mail };
    write.insert(&MailKey { due, mail: key.mail }, &again)?;
    Ok(Some(due))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Durability, Store};

    #[test]
    fn what_cannot_be_sent_is_tried_ever_more_seldom_until_it_is_of_no_use() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let letter = Letter { language: "en".into(), subject: "Hello".into(), parts: Vec::new() };
        let hour = Duration::from_secs(60 * 60);
        store
            .write(Durability::Relaxed, |write| post(write, Timestamp(0), "a@films.example", letter, hour))
            .unwrap();
        let name = next(&store).unwrap().unwrap().1.name;
        let mut delays = Vec::new();
        let mut now = Timestamp(0);
        while let Some((key, mail)) = next(&store).unwrap() {
            assert_eq!(mail.name, name, "the same mail");
            let due = store.write(Durability::Relaxed, |write| put_back(write, now, &key, mail)).unwrap();
            let Some(due) = due else { break };
            delays.push(due.since(now).as_secs());
            now = due;
        }
        assert_eq!(delays, [5, 30, 180, 1080]);
        assert_eq!(next(&store).unwrap(), None);
    }
}
