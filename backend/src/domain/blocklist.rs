//! Lists of mutes that are kept elsewhere, and the log of one's own.
//!
//! A mute of the instance has origins: somebody's hand, or lists, or both. It ends with the last of them. What somebody
//! decides by hand comes first: who is heard again by hand is taken from all lists, until one of them names them anew.

use shared::id::{BlocklistSubscriptionId, Handle, JobId};
use shared::time::Timestamp;

use super::account::account_named;
use super::mute::INSTANCE;
use super::reading::{self, Known};
use super::{host, work};
use crate::store::records::{Account, BlocklistSubscription, JobKind, MuteDeed, MuteOrigin, Party, TalkJob};
use crate::store::tables::{
    AccountKey, AccountMuteKey, AccountMutesBy, AllMuteDeeds, BlocklistSubscriptionKey, ListedMuteKey,
    ListedMutesOf, MuteDeedKey, MuteOriginKey, RemoteNameKey, ServerMuteKey, ServerMutesBy,
};
use crate::store::{Key, Read, StoreError, Write};

/// Lists that one instance is subscribed to: each is a question an hour, and stands beside each mute it brought.
pub const SUBSCRIPTIONS_MAX: usize = 20;
/// Accounts, and servers, that all lists may name together: the longest that instances share have some thousands. The
/// instance may mute as many again, so that no list takes the room of what is muted by hand.
const LISTED_MAX: u64 = 10_000;
/// Mutes that go in the same unit of work as their subscription: a few milliseconds of the writer's lock. The rest goes in
/// pieces.
const GO_AT_ONCE_MAX: usize = 1000;
/// Lines of the log that are kept: all that may be muted at a time, some times over. The oldest go.
const DEEDS_MAX: usize = 50_000;
/// Lines that are removed at a time, so that none is looked for at each deed.
const DEEDS_DROPPED: u64 = 1000;
/// Lines of the log that are told at once (PeerTube's number); who wants more asks from the last one's date on.
pub const DEEDS_TOLD: usize = 500;

/// Why a subscription was not made, or a list not done.
#[derive(Debug, thiserror::Error)]
pub enum BlocklistError {
    /// There is no such subscription, or no more.
    #[error("there is no such subscription")]
    NoSuchSubscription,
    /// The instance is subscribed to this address.
    #[error("the instance is subscribed to this list")]
    Known,
    /// There are as many as may be.
    #[error("at most {SUBSCRIPTIONS_MAX} subscriptions")]
    TooMany,
    /// The lists name more than are muted.
    #[error(
        "The lists together name more than the {LISTED_MAX} accounts and {LISTED_MAX} servers that are muted."
    )]
    TooLong,
    /// The store failed.
    #[error("the list could not be read or written")]
    Store(#[from] StoreError),
}

/// Whom a list names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// An account of this instance, by its lower-case name.
    Local(String),
    /// An account of another instance, by its lower-case name and its host.
    Remote(String, String),
    /// Another instance, by its host.
    Server(String),
}

impl Target {
    /// Whom a text means, to the instance of this host; none for what is neither an account nor another instance.
    #[must_use]
    pub fn parse(text: &str, own_host: &str) -> Option<Target> {
        let text = text.trim();
        if !text.contains('@') {
            return host::parse(text).filter(|host| host != own_host).map(Target::Server);
        }
        let handle: Handle = text.parse().ok()?;
        let name = handle.name.to_lowercase();
        match handle.host {
            Some(host) if host == own_host => Some(Target::Local(name)),
            Some(host) => Some(Target::Remote(name, host::parse(&host)?)),
            None => Some(Target::Local(name)),
        }
    }

    /// An account, of this instance or another.
    #[must_use]
    pub fn of(account: &Account) -> Target {
        let name = account.name.to_lowercase();
        match account.host() {
            Some(host) => Target::Remote(name, host.to_owned()),
            None => Target::Local(name),
        }
    }

    /// The text its rows are under. Only an account of ours ends with an `@`.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Target::Local(name) => format!("{name}@"),
            Target::Remote(name, host) => format!("{name}@{host}"),
            Target::Server(host) => host.clone(),
        }
    }

    fn of_key(key: &str) -> Target {
        match key.split_once('@') {
            Some((name, "")) => Target::Local(name.to_owned()),
            Some((name, host)) => Target::Remote(name.to_owned(), host.to_owned()),
            None => Target::Server(key.to_owned()),
        }
    }

    fn is_account(&self) -> bool {
        matches!(self, Target::Local(_) | Target::Remote(..))
    }
}

/// What a target is called elsewhere.
#[must_use]
pub fn told(key: &str, own_host: &str) -> String {
    if key.ends_with('@') { format!("{key}{own_host}") } else { key.to_owned() }
}

/// The subscriptions, first made first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn list(read: &impl Read) -> Result<Vec<BlocklistSubscription>, StoreError> {
    read.table::<BlocklistSubscriptionKey>().map(|row| row.map(|(_, subscription)| subscription)).collect()
}

/// Whether another subscription may be made to this address.
///
/// # Errors
/// [`BlocklistError::Known`], [`BlocklistError::TooMany`].
pub fn may_subscribe(read: &impl Read, url: &str) -> Result<(), BlocklistError> {
    let known = list(read)?;
    if known.iter().any(|subscription| subscription.url == url) {
        return Err(BlocklistError::Known);
    }
    if SUBSCRIPTIONS_MAX <= known.len() { Err(BlocklistError::TooMany) } else { Ok(()) }
}

/// Subscribes the instance to the list at an address, which calls itself so. It is read at once.
///
/// # Errors
/// [`BlocklistError`].
pub fn subscribe(
    write: &mut Write<'_>,
    now: Timestamp,
    url: String,
    name: String,
) -> Result<BlocklistSubscription, BlocklistError> {
    may_subscribe(write, &url)?;
    let id = BlocklistSubscriptionId(write.next_number("blocklist-subscriptions")?);
    let subscription = BlocklistSubscription {
        id,
        name,
        url,
        reading: reading::begun(now),
        accounts: 0,
        servers: 0,
        created_at: now,
        updated_at: now,
    };
    write.insert(&BlocklistSubscriptionKey { subscription: id }, &subscription)?;
    Ok(subscription)
}

/// Ends a subscription, and the mutes that came from that list alone: of a long list the first ones now, the others by a
/// job. Gives the job.
///
/// # Errors
/// [`BlocklistError::NoSuchSubscription`].
pub fn unsubscribe(
    write: &mut Write<'_>,
    now: Timestamp,
    id: BlocklistSubscriptionId,
) -> Result<Option<JobId>, BlocklistError> {
    let key = BlocklistSubscriptionKey { subscription: id };
    write.get(&key)?.ok_or(BlocklistError::NoSuchSubscription)?;
    write.use_reserve();
    write.remove(&key);
    if forget(write, id, GO_AT_ONCE_MAX)? < GO_AT_ONCE_MAX {
        return Ok(None);
    }
    Ok(Some(work::ask(write, now, JobKind::Talk(TalkJob::ForgetBlocklist(id)))?))
}

/// Takes at most `rows_max` mutes from a list that is no more. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget(
    write: &mut Write<'_>,
    id: BlocklistSubscriptionId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&ListedMutesOf(id)).take(rows_max).collect::<Result<_, _>>()?;
    for (key, ()) in &rows {
        take_out(write, id, &Target::of_key(&key.target))?;
    }
    Ok(rows.len())
}

/// Does a piece of what a list says: whom it mutes from now on, and whom no more. Doing it twice does nothing more.
///
/// # Errors
/// [`BlocklistError`]. Then nothing of the piece may be kept.
pub fn apply(
    write: &mut Write<'_>,
    now: Timestamp,
    id: BlocklistSubscriptionId,
    says: &[(Target, bool)],
) -> Result<(), BlocklistError> {
    let key = BlocklistSubscriptionKey { subscription: id };
    let mut subscription = write.get(&key)?.ok_or(BlocklistError::NoSuchSubscription)?;
    let all = list(write)?;
    let mut accounts = Room::of(all.iter().map(|subscription| subscription.accounts).sum());
    let mut servers = Room::of(all.iter().map(|subscription| subscription.servers).sum());
    for (target, puts) in says {
        let (room, count) = if target.is_account() {
            (&mut accounts, &mut subscription.accounts)
        } else {
            (&mut servers, &mut subscription.servers)
        };
        if *puts {
            if put_in(write, now, id, target)? {
                *count += 1;
                room.take()?;
            }
        } else if take_out(write, id, target)? {
            *count = count.saturating_sub(1);
        }
    }
    write.insert(&key, &subscription)?;
    Ok(())
}

/// What lists may still bring.
struct Room(u64);

impl Room {
    fn of(taken: u64) -> Room {
        Room(LISTED_MAX.saturating_sub(taken))
    }

    fn take(&mut self) -> Result<(), BlocklistError> {
        self.0 = self.0.checked_sub(1).ok_or(BlocklistError::TooLong)?;
        Ok(())
    }
}

/// Notes that all of a list is done, up to a date.
///
/// # Errors
/// [`BlocklistError::NoSuchSubscription`].
pub fn note_done(
    write: &mut Write<'_>,
    now: Timestamp,
    id: BlocklistSubscriptionId,
    name: String,
    (upto, known): (Option<Timestamp>, Known),
) -> Result<(), BlocklistError> {
    change(write, id, |subscription| {
        if subscription.name != name || subscription.reading.upto != upto {
            subscription.updated_at = now;
        }
        subscription.name = name;
        reading::note_done(&mut subscription.reading, now, upto, known);
    })
}

/// Notes that a list is as it was.
///
/// # Errors
/// [`BlocklistError::NoSuchSubscription`].
pub fn note_same(
    write: &mut Write<'_>,
    now: Timestamp,
    id: BlocklistSubscriptionId,
) -> Result<(), BlocklistError> {
    change(write, id, |subscription| reading::note_same(&mut subscription.reading, now))
}

/// Notes that a list could not be read or done.
///
/// # Errors
/// [`BlocklistError::NoSuchSubscription`].
pub fn note_failed(
    write: &mut Write<'_>,
    now: Timestamp,
    id: BlocklistSubscriptionId,
    failed: &reading::Failed,
) -> Result<(), BlocklistError> {
    change(write, id, |subscription| reading::note_failed(&mut subscription.reading, now, failed))
}

fn change(
    write: &mut Write<'_>,
    id: BlocklistSubscriptionId,
    change: impl FnOnce(&mut BlocklistSubscription),
) -> Result<(), BlocklistError> {
    let key = BlocklistSubscriptionKey { subscription: id };
    let mut subscription = write.get(&key)?.ok_or(BlocklistError::NoSuchSubscription)?;
    change(&mut subscription);
    Ok(write.insert(&key, &subscription)?)
}

/// The lists by which the instance mutes somebody; none for whom it mutes by hand, or does not mute.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn lists_of(read: &impl Read, target: &Target) -> Result<Vec<BlocklistSubscriptionId>, StoreError> {
    let origin = read.get(&MuteOriginKey { target: target.key() })?;
    Ok(origin.filter(|origin| !origin.by_hand).map(|origin| origin.lists).unwrap_or_default())
}

/// Mutes somebody of another instance who is known here from now on, where a list said so before.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn meet(write: &mut Write<'_>, now: Timestamp, account: &Account) -> Result<(), StoreError> {
    let origin = write.get(&MuteOriginKey { target: Target::of(account).key() })?;
    if origin.is_some() {
        let key = AccountMuteKey { by: INSTANCE, target: account.id };
        write.insert(&key, &now)?;
    }
    Ok(())
}

/// A row that says that the instance mutes somebody.
enum MuteRow {
    Account(AccountMuteKey),
    Server(ServerMuteKey),
}

impl MuteRow {
    /// None for an account that is not known here: its origin is all there is of its mute.
    fn of(read: &impl Read, target: &Target) -> Result<Option<MuteRow>, StoreError> {
        Ok(match target {
            Target::Local(name) => account_named(read, name)?
                .map(|account| MuteRow::Account(AccountMuteKey { by: INSTANCE, target: account.id })),
            Target::Remote(name, host) => {
                match read.get(&RemoteNameKey { name: format!("{name}@{host}") })? {
                    Some(Party::Account(target)) => {
                        Some(MuteRow::Account(AccountMuteKey { by: INSTANCE, target }))
                    }
                    Some(Party::Instance | Party::Channel(_)) | None => None,
                }
            }
            Target::Server(host) => Some(MuteRow::Server(ServerMuteKey { by: INSTANCE, host: host.clone() })),
        })
    }

    fn is_there(&self, read: &impl Read) -> Result<bool, StoreError> {
        Ok(match self {
            MuteRow::Account(key) => read.get(key)?.is_some(),
            MuteRow::Server(key) => read.get(key)?.is_some(),
        })
    }

    fn put(&self, write: &mut Write<'_>, now: Timestamp) -> Result<(), StoreError> {
        fn put<K: Key<Record = Timestamp>>(
            write: &mut Write<'_>,
            key: &K,
            now: Timestamp,
        ) -> Result<(), StoreError> {
            if write.get(key)?.is_none() { write.insert(key, &now) } else { Ok(()) }
        }
        match self {
            MuteRow::Account(key) => put(write, key, now),
            MuteRow::Server(key) => put(write, key, now),
        }
    }

    fn remove(&self, write: &mut Write<'_>) {
        match self {
            MuteRow::Account(key) => write.remove(key),
            MuteRow::Server(key) => write.remove(key),
        }
    }
}

/// Whether the list did not have them before. Nobody is remembered who is not here, and may never come.
fn put_in(
    write: &mut Write<'_>,
    now: Timestamp,
    id: BlocklistSubscriptionId,
    target: &Target,
) -> Result<bool, StoreError> {
    let row = MuteRow::of(write, target)?;
    if row.is_none() && matches!(target, Target::Local(_)) {
        return Ok(false);
    }
    let key = MuteOriginKey { target: target.key() };
    let mut origin = match write.get(&key)? {
        Some(origin) => origin,
        None => {
            let by_hand = row.as_ref().map(|row| row.is_there(write)).transpose()?.unwrap_or(false);
            MuteOrigin { by_hand, lists: Vec::new() }
        }
    };
    if origin.lists.contains(&id) {
        return Ok(false);
    }
    origin.lists.push(id);
    write.insert(&key, &origin)?;
    write.insert(&ListedMuteKey { subscription: id, target: key.target }, &())?;
    if let Some(row) = row {
        row.put(write, now)?;
    }
    Ok(true)
}

/// Whether the list had them.
fn take_out(write: &mut Write<'_>, id: BlocklistSubscriptionId, target: &Target) -> Result<bool, StoreError> {
    let listed = ListedMuteKey { subscription: id, target: target.key() };
    let had = write.get(&listed)?.is_some();
    write.remove(&listed);
    let key = MuteOriginKey { target: target.key() };
    let Some(mut origin) = write.get(&key)? else { return Ok(had) };
    origin.lists.retain(|list| *list != id);
    if !origin.lists.is_empty() {
        write.insert(&key, &origin)?;
        return Ok(had);
    }
    write.remove(&key);
    if !origin.by_hand
        && let Some(row) = MuteRow::of(write, target)?
    {
        row.remove(write);
    }
    Ok(had)
}

/// Notes that the instance was told by hand to mute somebody. `was_muted` is whether it did before.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn note_muted(
    write: &mut Write<'_>,
    now: Timestamp,
    target: &Target,
    was_muted: bool,
) -> Result<(), StoreError> {
    let key = MuteOriginKey { target: target.key() };
    match write.get(&key)? {
        Some(origin) if origin.by_hand => return Ok(()),
        Some(origin) => write.insert(&key, &MuteOrigin { by_hand: true, ..origin })?,
        None if was_muted => return Ok(()),
        None => {}
    }
    log(write, now, target, true)
}

/// Notes that the instance was told by hand to hear somebody again, whom it did mute.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn note_heard(write: &mut Write<'_>, now: Timestamp, target: &Target) -> Result<(), StoreError> {
    let key = MuteOriginKey { target: target.key() };
    let origin = write.get(&key)?;
    let was_by_hand = origin.as_ref().is_none_or(|origin| origin.by_hand);
    for id in origin.into_iter().flat_map(|origin| origin.lists) {
        write.remove(&ListedMuteKey { subscription: id, target: target.key() });
        let key = BlocklistSubscriptionKey { subscription: id };
        if let Some(mut subscription) = write.get(&key)? {
            let count =
                if target.is_account() { &mut subscription.accounts } else { &mut subscription.servers };
            *count = count.saturating_sub(1);
            write.insert(&key, &subscription)?;
        }
    }
    write.remove(&key);
    // Who reads our log never heard of whom others' lists brought us.
    if was_by_hand { log(write, now, target, false) } else { Ok(()) }
}

fn log(write: &mut Write<'_>, now: Timestamp, target: &Target, mutes: bool) -> Result<(), StoreError> {
    let last = write.table_reverse::<MuteDeedKey>().next().transpose()?.map(|(key, _)| key.at);
    // No two at one moment: who asks for what is later than the last line they know misses none.
    let at = last.map_or(now, |last| now.max(Timestamp(last.0.saturating_add(1))));
    write.insert(&MuteDeedKey { at }, &MuteDeed { mutes, target: target.key() })?;
    if write.next_number("mute-deeds")?.checked_rem(DEEDS_DROPPED) == Some(0) {
        drop_old(write)?;
    }
    Ok(())
}

fn drop_old(write: &mut Write<'_>) -> Result<(), StoreError> {
    let count = write.table::<MuteDeedKey>().count();
    let old: Vec<MuteDeedKey> = write
        .table::<MuteDeedKey>()
        .take(count.saturating_sub(DEEDS_MAX))
        .map(|row| row.map(|(key, _)| key))
        .collect::<Result<_, _>>()?;
    old.iter().for_each(|key| write.remove(key));
    Ok(())
}

/// What was done by hand from a date on, first first, at most [`DEEDS_TOLD`].
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn deeds(read: &impl Read, from: Option<Timestamp>) -> Result<Vec<(Timestamp, MuteDeed)>, StoreError> {
    let before =
        MuteDeedKey { at: from.map_or(Timestamp(i64::MIN), |from| Timestamp(from.0.saturating_sub(1))) };
    let rows = read.scan_after(&AllMuteDeeds, &before).take(DEEDS_TOLD);
    rows.map(|row| row.map(|(key, deed)| (key.at, deed))).collect()
}

/// Begins the log of an instance that muted before there was one, with what it mutes.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn begin_log(write: &mut Write<'_>) -> Result<(), StoreError> {
    if write.table::<MuteDeedKey>().next().is_some() {
        return Ok(());
    }
    let mut muted = Vec::new();
    for row in write.scan(&AccountMutesBy(INSTANCE)) {
        let (key, at) = row?;
        let account = write.get(&AccountKey { account: key.target })?;
        muted.extend(account.map(|account| (at, Target::of(&account))));
    }
    for row in write.scan(&ServerMutesBy(INSTANCE)) {
        let (key, at) = row?;
        muted.push((at, Target::Server(key.host)));
    }
    let mut by_hand = Vec::new();
    for (at, target) in muted {
        let origin = write.get(&MuteOriginKey { target: target.key() })?;
        if origin.is_none_or(|origin| origin.by_hand) {
            by_hand.push((at, target));
        }
    }
    by_hand.sort();
    by_hand.iter().try_for_each(|(at, target)| log(write, *at, target, true))
}
