//! Who hears what next.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use shared::id::{PostId, ServerId};
use shared::time::Timestamp;

use super::pace::{ATTEMPTS_IN_TURN, Answer, Judged, USEFUL_DURATION, delay, is_nothing_new, judge, pause};
use crate::store::records::{Delivery, Outcome, Party, Post, Said, Server, Verdict};
use crate::store::tables::{
    DeliveriesTo, DeliveryKey, LatestDeliveryKey, OutcomeKey, PostKey, ServerDueKey, ServerHostKey, ServerKey,
};
use crate::store::{Read, StoreError, Write};

/// Deliveries that may wait for one server. Beyond it counts are left out and the oldest deeds given up: who was away for
/// so much asks for what it missed.
pub const WAITING_MAX: u64 = 10_000;
/// Outcomes that are kept of one server, for who asks why something did not arrive.
pub const OUTCOMES_KEPT: u64 = 100;

/// Deliveries that are looked at in one unit of work when a server was away for too long.
const GIVEN_UP_AT_ONCE: usize = 500;
/// Servers that are looked at in one pass for those that are due. As many ill ones in front of it are tried first, a few
/// with each pass.
const LOOK_AHEAD: usize = 2_000;
/// What an outcome keeps of words that were passed on as they are: they are kept a hundred times a server.
const EXCERPT_LETTERS: usize = 200;
/// The number of a late delivery is the time it is tried again and, in these last bits, what tells it from others.
const LATE_BITS: u32 = 22;

/// Which deliveries go before others to the same server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Lane {
    /// What is made, changed, deleted, asked and answered.
    Deeds,
    /// Views and thumbs.
    Counts,
    /// What the server stumbled over again and again.
    Late,
}

impl Lane {
    fn number(self) -> u64 {
        match self {
            Lane::Deeds => 0,
            Lane::Counts => 1,
            Lane::Late => 2,
        }
    }
}

/// Where something is delivered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Inbox {
    /// Whose it is: host, with its port where that is not the usual one, in lower case.
    pub host: String,
    /// Its address.
    pub url: String,
}

/// How something is delivered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Before what.
    pub lane: Lane,
    /// Of what it is the newest word, where older ones that nobody heard yet need not be heard.
    pub about: Option<String>,
}

/// Says something to other servers, at each of these inboxes. Of what has newer words, a server hears at one of them.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn post(
    write: &mut Write<'_>,
    now: Timestamp,
    (by, said): (Party, Said),
    to: &BTreeSet<Inbox>,
    kept: &Kept,
) -> Result<Option<PostId>, StoreError> {
    if to.is_empty() {
        return Ok(None);
    }
    let id = PostId(write.next_number("posts")?);
    let mut waiting = 0;
    for inbox in to {
        waiting += u64::from(put(write, now, id, inbox, kept)?);
    }
    if 0 < waiting {
        write.insert(&PostKey { post: id }, &Post { by, said, at: now, waiting })?;
    }
    Ok(Some(id))
}

/// Puts one delivery in its server's queue. Gives whether it is there.
fn put(
    write: &mut Write<'_>,
    now: Timestamp,
    post: PostId,
    inbox: &Inbox,
    kept: &Kept,
) -> Result<bool, StoreError> {
    let (server, mut record) = met(write, now, &inbox.host)?;
    if let Some(about) = &kept.about {
        let latest = LatestDeliveryKey { server, about: about.clone() };
        if let Some((lane, number)) = write.get(&latest)? {
            let key = DeliveryKey { server, lane, number };
            match write.get(&key)? {
                // Another inbox of the same server.
                Some(old) if old.post == post => return Ok(false),
                // What stumbled over the older word may take the newer one: it does not wait with it.
                Some(old) if lane == Lane::Late.number() => take_out(write, &mut record, &key, &old)?,
                // The newer word takes the older one's place in the queue.
                Some(old) => {
                    leave(write, old.post)?;
                    write.insert(&key, &Delivery { post, inbox: inbox.url.clone(), at: now, ..old })?;
                    return Ok(true);
                }
                None => {}
            }
        }
    }
    if WAITING_MAX <= record.waiting {
        if kept.lane != Lane::Deeds {
            return Ok(false);
        }
        // Counts, and what it stumbled over, go before deeds; of deeds the oldest.
        let last = write.scan_reverse(&DeliveriesTo(server)).next().transpose()?;
        let given_up = match last.filter(|(key, _)| key.lane != Lane::Deeds.number()) {
            Some(row) => Some(row),
            None => write.scan(&DeliveriesTo(server)).next().transpose()?,
        };
        if let Some((key, delivery)) = given_up {
            take_out(write, &mut record, &key, &delivery)?;
        }
    }
    let (lane, number) = (kept.lane.number(), write.next_number("deliveries")?);
    let delivery =
        Delivery { post, inbox: inbox.url.clone(), about: kept.about.clone(), attempts: 0, at: now };
    if let Some(about) = &kept.about {
        write.insert(&LatestDeliveryKey { server, about: about.clone() }, &(lane, number))?;
    }
    write.insert(&DeliveryKey { server, lane, number }, &delivery)?;
    record.waiting += 1;
    keep(write, now, server, record)?;
    Ok(true)
}

/// The number of a server, by its host.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn server(write: &mut Write<'_>, now: Timestamp, host: &str) -> Result<ServerId, StoreError> {
    met(write, now, host).map(|(server, _)| server)
}

fn met(write: &mut Write<'_>, now: Timestamp, host: &str) -> Result<(ServerId, Server), StoreError> {
    let key = ServerHostKey { host: host.to_owned() };
    if let Some(server) = write.get(&key)?
        && let Some(record) = write.get(&ServerKey { server })?
    {
        return Ok((server, record));
    }
    let server = ServerId(write.next_number("servers")?);
    let record = Server {
        host: host.to_owned(),
        waiting: 0,
        due: None,
        failures: 0,
        failing_since: None,
        not_before: now,
        heard_at: None,
        outcomes: 0,
        created_at: now,
    };
    write.insert(&key, &server)?;
    write.insert(&ServerKey { server }, &record)?;
    Ok((server, record))
}

/// Writes a server's row, and where it stands among those that are due.
pub(super) fn keep(
    write: &mut Write<'_>,
    now: Timestamp,
    server: ServerId,
    mut record: Server,
) -> Result<(), StoreError> {
    let first = write.scan(&DeliveriesTo(server)).next().transpose()?;
    let due = first.map(|(key, _)| {
        let at = record.not_before.max(late_at(&key).unwrap_or(record.not_before));
        match record.due {
            // Where it stood is kept while it is due: who waits longest goes first.
            Some(due) if at <= due && due <= now => due,
            Some(_) | None => at.max(now),
        }
    });
    if let Some(old) = record.due.filter(|_| due != record.due) {
        write.remove(&ServerDueKey { due: old, server });
    }
    if let Some(due) = due {
        write.insert(&ServerDueKey { due, server }, &u64::from(record.failures))?;
    }
    record.due = due;
    write.insert(&ServerKey { server }, &record)
}

/// When a late delivery is tried again; none where it is no late one.
pub(super) fn late_at(key: &DeliveryKey) -> Option<Timestamp> {
    let is_late = key.lane == Lane::Late.number();
    is_late.then(|| Timestamp(i64::try_from(key.number >> LATE_BITS).unwrap_or(i64::MAX)))
}

/// When the next server is due; none where nothing waits.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn next_due(read: &impl Read) -> Result<Option<Timestamp>, StoreError> {
    Ok(read.table::<ServerDueKey>().next().transpose()?.map(|(key, _)| key.due))
}

/// Servers that are to be told something now, longest due first, each with whether it is ill: it could not be reached last
/// time. `busy` are those that are being told something, with the same; with them there are at most `room`. The ill fill
/// no more than a quarter of it, so that a hundred dead ones hold up nobody.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn due(
    read: &impl Read,
    now: Timestamp,
    busy: &BTreeMap<ServerId, bool>,
    room: usize,
) -> Result<Vec<(ServerId, bool)>, StoreError> {
    let mut free = room.saturating_sub(busy.len());
    let mut free_for_ill = room.div_ceil(4).saturating_sub(busy.values().filter(|ill| **ill).count());
    let mut chosen = Vec::new();
    for row in read.table::<ServerDueKey>().take(LOOK_AHEAD) {
        let (ServerDueKey { due, server }, failures) = row?;
        if now < due || free == 0 {
            break;
        }
        let is_ill = 0 < failures;
        if busy.contains_key(&server) || (is_ill && free_for_ill == 0) {
            continue;
        }
        free -= 1;
        free_for_ill -= usize::from(is_ill);
        chosen.push((server, is_ill));
    }
    Ok(chosen)
}

/// A delivery whose turn it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Ready {
    /// Its place.
    pub key: DeliveryKey,
    /// Where it goes.
    pub delivery: Delivery,
    /// What it says.
    pub post: Post,
}

/// What a server that is due hears next; none where nothing waits. What it stumbled over comes behind all that is new, and
/// of that what has waited longest: ask [`due`] first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn ready(read: &impl Read, server: ServerId) -> Result<Option<Ready>, StoreError> {
    for row in read.scan(&DeliveriesTo(server)) {
        let (key, delivery) = row?;
        if let Some(post) = read.get(&PostKey { post: delivery.post })? {
            return Ok(Some(Ready { key, delivery, post }));
        }
    }
    Ok(None)
}

/// Notes what became of a delivery; none where what it was to say is gone.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn settle(
    write: &mut Write<'_>,
    now: Timestamp,
    ready: &Ready,
    answer: Option<Answer>,
) -> Result<(), StoreError> {
    write.use_reserve();
    let Ready { key, post, .. } = ready;
    let Some(mut record) = write.get(&ServerKey { server: key.server })? else { return Ok(()) };
    // A newer word may have taken its place meanwhile, which nobody heard yet.
    let there = write.get(key)?.filter(|delivery| delivery.post == ready.delivery.post);
    let judged = answer.map_or(Judged::Over(Verdict::Moot), judge);
    let is_late = there.as_ref().is_some_and(|delivery| USEFUL_DURATION <= now.since(delivery.at));
    // When this delivery is tried again, whatever else the server hears until then.
    let mut again_at = None;
    let mut verdict = match judged {
        Judged::Over(verdict) => {
            if !matches!(verdict, Verdict::Moot) {
                (record.failures, record.failing_since) = (0, None);
                record.not_before = now;
            }
            if verdict == Verdict::Taken {
                record.heard_at = Some(now);
            }
            if let Some(delivery) = &there {
                take_out(write, &mut record, key, delivery)?;
            }
            verdict
        }
        Judged::Server(verdict, after) => {
            record.failures = record.failures.saturating_add(1);
            let since = *record.failing_since.get_or_insert(now);
            let delay = pause(record.failures, now.since(since), key.server);
            record.not_before = now.after(after.unwrap_or(Duration::ZERO).max(delay));
            again_at = there.as_ref().map(|_| record.not_before);
            verdict
        }
        Judged::Delivery(verdict) => {
            (record.failures, record.failing_since) = (0, None);
            record.not_before = now;
            if let Some(delivery) = there.as_ref().filter(|_| !is_late) {
                let attempts = delivery.attempts.saturating_add(1);
                let again = Delivery { attempts, ..delivery.clone() };
                let at = now.after(delay(attempts, key.server));
                again_at = Some(at);
                if ATTEMPTS_IN_TURN <= attempts || late_at(key).is_some() {
                    move_behind(write, at, key, &again)?;
                } else {
                    // What follows may be about the same thing.
                    record.not_before = at;
                    write.insert(key, &again)?;
                }
            }
            verdict
        }
    };
    if is_late && verdict != Verdict::Taken {
        if let Some(delivery) = write.get(key)?.filter(|delivery| delivery.post == ready.delivery.post) {
            take_out(write, &mut record, key, &delivery)?;
        }
        give_up(write, now, &mut record, key.server)?;
        (verdict, again_at) = (Verdict::TooLate, None);
    }
    let outcome = Outcome {
        by: post.by,
        said: excerpt(&post.said),
        inbox: ready.delivery.inbox.clone(),
        at: now,
        verdict,
        again_at,
    };
    note(write, &mut record, key.server, &outcome)?;
    keep(write, now, key.server, record)
}

/// What is noted of something said.
fn excerpt(said: &Said) -> Said {
    match said {
        Said::Words(words) => Said::Words(words.chars().take(EXCERPT_LETTERS).collect()),
        Said::VideoCreated(_)
        | Said::VideoUpdated(_)
        | Said::VideoShared(_)
        | Said::VideoUnshared(_)
        | Said::VideoDeleted(_)
        | Said::Viewed(_)
        | Said::Watching(_)
        | Said::Watched(_)
        | Said::Liked(_)
        | Said::Unliked(_)
        | Said::Disliked(_)
        | Said::Undisliked(_)
        | Said::Flagged(_)
        | Said::CommentCreated(_)
        | Said::CommentUpdated(_)
        | Said::CommentApproved(_)
        | Said::CommentRejected { .. }
        | Said::CommentRemoved { .. }
        | Said::CommentDeleted { .. }
        | Said::PlaylistCreated(_)
        | Said::PlaylistUpdated(_)
        | Said::PlaylistDeleted(_)
        | Said::MirrorCreated(_)
        | Said::MirrorUpdated(_)
        | Said::MirrorEnded { .. }
        | Said::Changed
        | Said::Gone(_) => said.clone(),
    }
}

/// A server that could not be reached spoke to us: it is back, and is told at once what it missed.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn heard_from(write: &mut Write<'_>, now: Timestamp, host: &str) -> Result<(), StoreError> {
    let Some(server) = write.get(&ServerHostKey { host: host.to_owned() })? else { return Ok(()) };
    let Some(mut record) = write.get(&ServerKey { server })? else { return Ok(()) };
    if record.failures == 0 {
        return Ok(());
    }
    record.not_before = now;
    // It stands where it stood until it is tried: one that only speaks and never hears is not tried more often for it.
    if let Some(due) = record.due.filter(|due| now < *due) {
        write.remove(&ServerDueKey { due, server });
        record.due = None;
    }
    keep(write, now, server, record)
}

/// Takes a delivery out of its queue, and what it says with the last of them.
fn take_out(
    write: &mut Write<'_>,
    record: &mut Server,
    key: &DeliveryKey,
    delivery: &Delivery,
) -> Result<(), StoreError> {
    write.remove(key);
    if let Some(about) = &delivery.about {
        let latest = LatestDeliveryKey { server: key.server, about: about.clone() };
        if write.get(&latest)? == Some((key.lane, key.number)) {
            write.remove(&latest);
        }
    }
    record.waiting = record.waiting.saturating_sub(1);
    leave(write, delivery.post)
}

/// Takes out what has waited for too long, a page of it at a time.
fn give_up(
    write: &mut Write<'_>,
    now: Timestamp,
    record: &mut Server,
    server: ServerId,
) -> Result<(), StoreError> {
    let rows = write.scan(&DeliveriesTo(server)).take(GIVEN_UP_AT_ONCE);
    let rows: Vec<(DeliveryKey, Delivery)> = rows.collect::<Result<_, _>>()?;
    for (key, delivery) in rows {
        if USEFUL_DURATION <= now.since(delivery.at) {
            take_out(write, record, &key, &delivery)?;
        }
    }
    Ok(())
}

/// Moves a delivery behind all others of its server, to be tried again then.
pub(super) fn move_behind(
    write: &mut Write<'_>,
    at: Timestamp,
    key: &DeliveryKey,
    delivery: &Delivery,
) -> Result<(), StoreError> {
    write.remove(key);
    let since = u64::try_from(at.0).unwrap_or_default() << LATE_BITS;
    let number = since | (key.number & ((1 << LATE_BITS) - 1));
    let mut behind = DeliveryKey { lane: Lane::Late.number(), number, ..key.clone() };
    // Others that are tried in the same millisecond; there are no more of them than may wait.
    while write.get(&behind)?.is_some() {
        behind.number = behind.number.saturating_add(1);
    }
    if let Some(about) = &delivery.about {
        let latest = LatestDeliveryKey { server: key.server, about: about.clone() };
        write.insert(&latest, &(behind.lane, behind.number))?;
    }
    write.insert(&behind, delivery)
}

/// One delivery less of something.
fn leave(write: &mut Write<'_>, post: PostId) -> Result<(), StoreError> {
    let key = PostKey { post };
    // What is being said just now has no row yet.
    let Some(mut record) = write.get(&key)? else { return Ok(()) };
    record.waiting = record.waiting.saturating_sub(1);
    if record.waiting == 0 {
        write.remove(&key);
        return Ok(());
    }
    write.insert(&key, &record)
}

fn note(
    write: &mut Write<'_>,
    record: &mut Server,
    server: ServerId,
    outcome: &Outcome,
) -> Result<(), StoreError> {
    // A server that is tried every few minutes for days would push out all else that is known of it.
    if !is_nothing_new(record.failures) || record.outcomes == 0 {
        record.outcomes += 1;
    }
    write.insert(&OutcomeKey { server, number: record.outcomes }, outcome)?;
    if let Some(old) = record.outcomes.checked_sub(OUTCOMES_KEPT) {
        write.remove(&OutcomeKey { server, number: old });
    }
    Ok(())
}
