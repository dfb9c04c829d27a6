//! The rows: what waits, what was heard, what became of it.

use std::time::Duration;

use sha2::{Digest, Sha256};
use shared::time::Timestamp;

use super::queue::weight;
use crate::store::records::{Arrived, Fate, Received};
use crate::store::tables::{AllHeard, HeardKey, InboxKey, ReceivedKey};
use crate::store::{Read, StoreError, Write};

/// How much may wait in all, by [`weight`]: so many short activities, or two hundred megabytes of long ones; an hour's work.
pub const WAITING_MAX: usize = 10_000;
/// How much of one server may wait: who is told to come back keeps the rest for us.
pub const WAITING_PER_HOST_MAX: usize = 500;
/// How long it is remembered that something was heard. Signatures of requests count for twelve hours at most.
pub const HEARD_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Fates that are kept, for who asks why something did not arrive.
pub const RECEIVED_KEPT: u64 = 10_000;
/// How often something is tried whose parts could not be fetched.
pub const ATTEMPTS_MAX: u32 = 4;

/// Why something was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ArrivalError {
    /// As much waits as may.
    #[error("too many activities wait")]
    Full,
    /// As much of this server waits as may.
    #[error("too many activities of this server wait")]
    HostFull,
    /// The store failed.
    #[error("what arrived could not be read or written")]
    Store(#[from] StoreError),
}

/// How much waits already, by [`weight`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// In all.
    pub all: usize,
    /// Of this server.
    pub of_host: usize,
}

/// What came in one request, as it is told from others.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'l> {
    /// The type of the activity.
    pub kind: &'l str,
    /// Its id.
    pub id: Option<&'l str>,
    /// Whose key signed.
    pub signer: &'l str,
    /// When it was signed, as the signature says.
    pub signed_at: Timestamp,
    /// What came.
    pub body: &'l [u8],
}

/// Under what it is remembered that this was heard.
#[must_use]
pub fn heard_key(letter: &Letter<'_>) -> HeardKey {
    let of = |parts: &[&[u8]]| {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        HeardKey { digest: hash.finalize().first_chunk().copied().unwrap_or_default() }
    };
    let id = letter.id.unwrap_or_default();
    let said: [&[u8]; 3] = [id.as_bytes(), letter.signer.as_bytes(), letter.body];
    let [by_id, by_signer, by_body] = said;
    match letter.kind {
        // Each is read by every moderator.
        "Flag" if letter.id.is_some() => of(&[b"id", by_id, by_signer]),
        // Said again after it was taken back, in the same words: PeerTube's and Misskey's have the same id each time.
        "Follow" | "Accept" | "Reject" | "Undo" | "Like" | "Dislike" | "Announce" => {
            of(&[b"moment", by_id, by_signer, by_body, &letter.signed_at.0.to_be_bytes()])
        }
        _ => of(&[b"words", by_id, by_signer, by_body]),
    }
}

/// Whether this was heard before.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn is_heard(read: &impl Read, heard: &HeardKey) -> Result<bool, StoreError> {
    Ok(read.get(heard)?.is_some())
}

/// Takes what arrived: on the disk with the unit of work. Gives the numbers; none where it was heard before.
///
/// # Errors
/// [`ArrivalError`].
pub fn take(
    write: &mut Write<'_>,
    now: Timestamp,
    waiting: Waiting,
    heard: &HeardKey,
    rows: &[Arrived],
) -> Result<Vec<u64>, ArrivalError> {
    if is_heard(write, heard)? {
        return Ok(Vec::new());
    }
    let more: usize = rows.iter().map(|row| weight(row.body.len())).sum();
    if WAITING_MAX < waiting.all + more {
        return Err(ArrivalError::Full);
    }
    if WAITING_PER_HOST_MAX < waiting.of_host + more {
        return Err(ArrivalError::HostFull);
    }
    write.insert(heard, &now)?;
    let mut numbers = Vec::with_capacity(rows.len());
    for row in rows {
        let number = write.next_number("arrived")?;
        write.insert(&InboxKey { number }, row)?;
        numbers.push(number);
    }
    Ok(numbers)
}

/// What something that came is about, as far as it was understood.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct About {
    /// Its id.
    pub id: Option<String>,
    /// The id of what it belongs to.
    pub within: Option<String>,
}

/// Takes out what was dealt with, and notes what became of it. Does nothing where it is out already.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn finish(write: &mut Write<'_>, number: u64, about: About, fate: Fate) -> Result<(), StoreError> {
    let key = InboxKey { number };
    let Some(arrived) = write.get(&key)? else { return Ok(()) };
    write.remove(&key);
    let Arrived { id, kind, signer, at, .. } = arrived;
    let About { id: about, within } = about;
    note(write, &Received { id, kind, signer, about, within, fate, at })
}

/// Notes what became of something, and forgets what became of the oldest.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn note(write: &mut Write<'_>, received: &Received) -> Result<(), StoreError> {
    let number = write.next_number("received")?;
    write.insert(&ReceivedKey { number }, received)?;
    if let Some(old) = number.checked_sub(RECEIVED_KEPT) {
        write.remove(&ReceivedKey { number: old });
    }
    Ok(())
}

/// Notes that something was tried in vain. Gives how often it was.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn again(write: &mut Write<'_>, number: u64) -> Result<u32, StoreError> {
    let key = InboxKey { number };
    let Some(mut arrived) = write.get(&key)? else { return Ok(ATTEMPTS_MAX) };
    arrived.attempts = arrived.attempts.saturating_add(1);
    write.insert(&key, &arrived)?;
    Ok(arrived.attempts)
}

/// How long something waits that was tried so often: a minute, ten, an hour and a half.
#[must_use]
pub fn delay(attempts: u32) -> Duration {
    match attempts {
        0 | 1 => Duration::from_secs(60),
        2 => Duration::from_secs(10 * 60),
        _ => Duration::from_secs(90 * 60),
    }
}

/// Forgets what was heard too long ago, among a few rows behind `after`. Gives where to go on; none at the end.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn drop_heard(
    write: &mut Write<'_>,
    now: Timestamp,
    after: HeardKey,
    rows_max: usize,
) -> Result<Option<HeardKey>, StoreError> {
    let rows = write.scan_after(&AllHeard, &after).take(rows_max);
    let rows: Vec<(HeardKey, Timestamp)> = rows.collect::<Result<_, _>>()?;
    for (key, at) in &rows {
        if HEARD_FOR < now.since(*at) {
            write.remove(key);
        }
    }
    let is_end = rows.len() < rows_max;
    Ok(rows.into_iter().next_back().map(|(key, _)| key).filter(|_| !is_end))
}
