//! What a reporter and moderators say to each other about a report.

use shared::id::{AbuseId, AbuseMessageId};
use shared::time::Timestamp;

use super::AbuseError;
use crate::domain::event::Event;
use crate::domain::right::Right;
use crate::domain::viewer::Person;
use crate::store::records::{Abuse, AbuseMessage};
use crate::store::tables::{AbuseKey, AbuseMessageKey, AbuseMessagesOf};
use crate::store::{Read, Write};

/// Messages about one report: they are shown on one page.
const MESSAGES_MAX: u64 = 500;

/// All that was said about a report, first first.
///
/// # Errors
/// [`AbuseError`] when there is none, or it is another's.
pub fn messages(read: &impl Read, who: &Person, id: AbuseId) -> Result<Vec<AbuseMessage>, AbuseError> {
    find(read, who, id)?;
    let rows = read.scan(&AbuseMessagesOf(id)).map(|row| row.map(|(_, message)| message));
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Says something about a report, as its reporter or as a moderator.
///
/// # Errors
/// [`AbuseError`].
pub fn say(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: AbuseId,
    text: String,
) -> Result<AbuseMessageId, AbuseError> {
    let abuse = find(write, who, id)?;
    if MESSAGES_MAX <= abuse.messages {
        return Err(AbuseError::TooManyMessages);
    }
    let number = AbuseMessageId(write.next_number("abuse-messages")?);
    // A moderator who reported something speaks for themselves.
    let by_moderator = abuse.reporter != who.account;
    let message = AbuseMessage { id: number, author: who.account, by_moderator, text, created_at: now };
    write.insert(&AbuseMessageKey { abuse: id, message: number }, &message)?;
    let messages = abuse.messages.saturating_add(1);
    write.insert(&AbuseKey { abuse: id }, &Abuse { messages, ..abuse })?;
    write.note(Event::AbuseDiscussed { abuse: id, author: who.account, by_moderator });
    Ok(number)
}

/// Takes back what one said oneself; moderators take back anything.
///
/// # Errors
/// [`AbuseError`].
pub fn remove_message(
    write: &mut Write<'_>,
    who: &Person,
    id: AbuseId,
    number: AbuseMessageId,
) -> Result<(), AbuseError> {
    let abuse = find(write, who, id)?;
    let key = AbuseMessageKey { abuse: id, message: number };
    let message = write.get(&key)?.ok_or(AbuseError::NoSuchMessage)?;
    if message.author != who.account && !who.has(Right::ManageAbuses) {
        return Err(AbuseError::NotYours);
    }
    write.use_reserve();
    write.remove(&key);
    let messages = abuse.messages.saturating_sub(1);
    write.insert(&AbuseKey { abuse: id }, &Abuse { messages, ..abuse })?;
    Ok(())
}

/// A report that this person may talk about.
fn find(read: &impl Read, who: &Person, id: AbuseId) -> Result<Abuse, AbuseError> {
    let abuse = read.get(&AbuseKey { abuse: id })?.ok_or(AbuseError::NoSuchAbuse)?;
    if abuse.reporter == who.account || who.has(Right::ManageAbuses) {
        Ok(abuse)
    } else {
        Err(AbuseError::NotYours)
    }
}
