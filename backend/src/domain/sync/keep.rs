//! What is kept of a synchronisation, from the wish to what it asks for.

use std::time::Duration;

use sha2::{Digest as _, Sha256};
use shared::api::{ImportFault, NewVideo};
use shared::id::{AccountId, ChannelId, SyncId};
use shared::time::Timestamp;

use super::turn::Due;
use crate::domain::account::{ChannelEditError, login, own_channel};
use crate::domain::import::{self, ImportError, Reason, Wanted};
use crate::domain::viewer::Person;
use crate::store::records::{ChannelSync, ImportSource, KnownAddress, Look, SentPictures};
use crate::store::tables::{
    AccountKey, ChannelKey, ChannelSyncKey, ChannelsOf, KnownAddressKey, KnownAddressesOf, SyncKey, SyncsOf,
};
use crate::store::{Read, StoreError, Write};

/// Imports of one person that synchronisations have open at a time: what people ask for themselves finds a place beside
/// them.
pub const OPEN_PER_OWNER_MAX: usize = 20;
/// Addresses that the first look notes, though it asks for none: more than a later look reads, so that what was there
/// does not look new when something before it is taken away.
pub const BASELINE: usize = 50;
/// Imports that one unit of work asks for: each looks at all that its owner imports.
const FEED_MAX: usize = 10;
/// Letters of a reason: a few lines.
const REASON_LENGTH_MAX: usize = 1000;
/// What a synchronised video is for: everybody, as in PeerTube.
const PUBLIC: u32 = 1;
/// What is said where some imports failed.
const SOME_FAILED: &str = "Some of its videos could not be imported.";

/// Why a synchronisation was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// There is no such synchronisation, or no more.
    #[error("there is no such synchronisation")]
    NoSuchSync,
    /// It is one of another channel.
    #[error("the synchronisation is another channel's")]
    OtherChannel,
    /// The channel's owner has as many as they may; this many.
    #[error("at most {0} synchronisations")]
    TooMany(usize),
    /// The channel is not theirs.
    #[error(transparent)]
    Channel(#[from] ChannelEditError),
}

impl From<StoreError> for SyncError {
    fn from(error: StoreError) -> SyncError {
        SyncError::Channel(error.into())
    }
}

/// What is to be synchronised.
pub struct NewSync {
    /// Into which channel.
    pub channel: ChannelId,
    /// The address of the channel elsewhere.
    pub url: String,
}

/// A video that a channel elsewhere lists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Where it is.
    pub url: String,
    /// When it was published there, where that is said.
    pub published: Option<Timestamp>,
}

/// Has a channel elsewhere watched. Its owner has at most `count_max` of these.
///
/// # Errors
/// [`SyncError`].
pub fn create(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    new: NewSync,
    count_max: usize,
) -> Result<ChannelSync, SyncError> {
    let sync = fresh(write, now, who, new, count_max)?;
    // What is published from now on is new: what is there already is looked at soon.
    let sync = ChannelSync { wish: Some(Look::Latest), ..sync };
    put(write, &sync)?;
    Ok(sync)
}

fn fresh(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    new: NewSync,
    count_max: usize,
) -> Result<ChannelSync, SyncError> {
    let channel = own_channel(write, who, new.channel)?;
    let rows = write.scan(&ChannelsOf(channel.account));
    let channels: Vec<ChannelId> =
        rows.map(|row| row.map(|(key, ())| key.channel)).collect::<Result<_, _>>()?;
    if count_max <= rows_of(write, &channels)?.len() {
        return Err(SyncError::TooMany(count_max));
    }
    Ok(ChannelSync {
        id: SyncId(write.next_number("syncs")?),
        channel: new.channel,
        url: new.url,
        once: false,
        wish: None,
        looking: None,
        looks: 0,
        left: Vec::new(),
        fault: None,
        about: None,
        error: None,
        created_at: now,
        looked_at: None,
    })
}

/// Has all videos of a channel elsewhere imported, by a synchronisation of the channel where one is named, and once
/// otherwise.
///
/// # Errors
/// [`SyncError`].
pub fn ask_import(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    new: NewSync,
    sync: Option<SyncId>,
    count_max: usize,
) -> Result<(), SyncError> {
    let Some(id) = sync else {
        let sync = fresh(write, now, who, new, count_max)?;
        return Ok(put(write, &ChannelSync { once: true, wish: Some(Look::All), ..sync })?);
    };
    own_channel(write, who, new.channel)?;
    let sync = write.get(&SyncKey { sync: id })?.filter(|sync| !sync.once).ok_or(SyncError::NoSuchSync)?;
    if sync.channel != new.channel {
        return Err(SyncError::OtherChannel);
    }
    Ok(put(write, &ChannelSync { wish: Some(Look::All), ..sync })?)
}

/// Has all videos of a synchronised channel imported that were not yet.
///
/// # Errors
/// [`SyncError`].
pub fn ask_all(write: &mut Write<'_>, who: &Person, id: SyncId) -> Result<(), SyncError> {
    let sync = own(write, who, id)?;
    Ok(put(write, &ChannelSync { wish: Some(Look::All), ..sync })?)
}

/// Watches a channel elsewhere no more. What it asked for still comes.
///
/// # Errors
/// [`SyncError`].
pub fn remove(write: &mut Write<'_>, who: &Person, id: SyncId) -> Result<(), SyncError> {
    let sync = own(write, who, id)?;
    write.use_reserve();
    forget(write, &sync);
    Ok(())
}

/// The synchronisation, for whoever may change it.
fn own(read: &impl Read, who: &Person, id: SyncId) -> Result<ChannelSync, SyncError> {
    let sync = read.get(&SyncKey { sync: id })?.filter(|sync| !sync.once).ok_or(SyncError::NoSuchSync)?;
    own_channel(read, who, sync.channel)?;
    Ok(sync)
}

fn put(write: &mut Write<'_>, sync: &ChannelSync) -> Result<(), StoreError> {
    write.insert(&ChannelSyncKey { channel: sync.channel, sync: sync.id }, &())?;
    write.insert(&SyncKey { sync: sync.id }, sync)
}

fn forget(write: &mut Write<'_>, sync: &ChannelSync) {
    write.remove(&ChannelSyncKey { channel: sync.channel, sync: sync.id });
    write.remove(&SyncKey { sync: sync.id });
}

fn rows_of(read: &impl Read, channels: &[ChannelId]) -> Result<Vec<ChannelSync>, StoreError> {
    let mut found = Vec::new();
    for channel in channels {
        for row in read.scan(&SyncsOf(*channel)) {
            let (key, ()) = row?;
            found.extend(read.get(&SyncKey { sync: key.sync })?);
        }
    }
    Ok(found)
}

/// The synchronisations of these channels, first made first, without those that are forgotten by themselves.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn of_channels(read: &impl Read, channels: &[ChannelId]) -> Result<Vec<ChannelSync>, StoreError> {
    let mut found = rows_of(read, channels)?;
    found.retain(|sync| !sync.once);
    found.sort_by_key(|sync| sync.id);
    Ok(found)
}

/// The synchronisations that are to look now: where that is wished for, or the last look is `every` ago. Where nothing is
/// watched, what is to be done once still is.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn due(
    read: &impl Read,
    now: Timestamp,
    every: Duration,
    is_watching: bool,
) -> Result<Vec<Due>, StoreError> {
    let mut due = Vec::new();
    for row in read.table::<SyncKey>() {
        let (key, sync) = row?;
        let is_late = sync.looked_at.is_none_or(|at| every <= now.since(at));
        let is_free = sync.looking.is_none() && sync.left.is_empty();
        if is_free && (is_watching || sync.once) && (sync.wish.is_some() || is_late) {
            let owner = read.get(&ChannelKey { channel: sync.channel })?.map(|channel| channel.account);
            let since = sync.looked_at.unwrap_or(sync.created_at);
            // One of a channel that is gone goes with it; until then it is nobody's.
            due.push(Due { sync: key.sync, owner: owner.unwrap_or(AccountId(0)), since });
        }
    }
    Ok(due)
}

/// Those that found what is still to be asked for.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn feedable(read: &impl Read) -> Result<Vec<SyncId>, StoreError> {
    let mut found = Vec::new();
    for row in read.table::<SyncKey>() {
        let (key, sync) = row?;
        if !sync.left.is_empty() {
            found.push(key.sync);
        }
    }
    Ok(found)
}

/// Lets those look again that were looking when the server stopped.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn recover(write: &mut Write<'_>) -> Result<(), StoreError> {
    let rows: Vec<_> = write.table::<SyncKey>().collect::<Result<_, _>>()?;
    for (_, sync) in rows {
        if sync.looking.is_some() {
            put(write, &stepped_back(sync))?;
        }
    }
    Ok(())
}

/// As it was before it looked. A wish for all that came meanwhile is the greater one.
fn stepped_back(sync: ChannelSync) -> ChannelSync {
    let wish = if sync.wish == Some(Look::All) { sync.wish } else { sync.looking };
    ChannelSync { wish, looking: None, ..sync }
}

/// Begins a look, and gives the synchronisation with it; none where it is gone or looks already.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn begin(write: &mut Write<'_>, id: SyncId) -> Result<Option<(ChannelSync, Look)>, StoreError> {
    let found = write.get(&SyncKey { sync: id })?;
    let Some(mut sync) = found.filter(|sync| sync.looking.is_none()) else { return Ok(None) };
    let look = sync.wish.take().unwrap_or(Look::Latest);
    sync.looking = Some(look);
    sync.looks = sync.looks.saturating_add(1);
    (sync.fault, sync.about, sync.error) = (None, None, None);
    put(write, &sync)?;
    Ok(Some((sync, look)))
}

/// The synchronisation as it is in this look; none where it is gone, or in another.
fn in_look(read: &impl Read, of: &ChannelSync) -> Result<Option<ChannelSync>, StoreError> {
    let found = read.get(&SyncKey { sync: of.id })?;
    Ok(found.filter(|sync| sync.looking.is_some() && sync.looks == of.looks))
}

/// Lets a look be begun again that the stop of the server broke off.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn put_back(write: &mut Write<'_>, of: &ChannelSync) -> Result<(), StoreError> {
    match in_look(write, of)? {
        Some(sync) => put(write, &stepped_back(sync)),
        None => Ok(()),
    }
}

/// Notes why a look found nothing.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn fail(
    write: &mut Write<'_>,
    now: Timestamp,
    of: &ChannelSync,
    reason: &Reason,
) -> Result<(), StoreError> {
    let Some(mut sync) = in_look(write, of)? else { return Ok(()) };
    write.use_reserve();
    if sync.once {
        forget(write, &sync);
        return Ok(());
    }
    let cut = |text: &String| text.chars().take(REASON_LENGTH_MAX).collect::<String>();
    (sync.looking, sync.looked_at) = (None, Some(now));
    (sync.fault, sync.error) = (Some(reason.fault), Some(cut(&reason.text)));
    sync.about = reason.about.as_ref().map(cut);
    put(write, &sync)
}

/// Notes what a look found, newest first, and what of it is to be asked for.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn found(
    write: &mut Write<'_>,
    now: Timestamp,
    of: &ChannelSync,
    listed: Vec<Listed>,
) -> Result<(), StoreError> {
    let Some(mut sync) = in_look(write, of)? else { return Ok(()) };
    let is_first = sync.looked_at.is_none();
    let is_for_all = sync.looking == Some(Look::All);
    for one in listed {
        let key = known_key(sync.channel, &one.url);
        let known = write.get(&key)?;
        let is_wanted = match (known, is_for_all) {
            (Some(KnownAddress::Asked), _) | (Some(KnownAddress::Passed), false) => false,
            (Some(KnownAddress::Passed) | None, true) => true,
            (None, false) => is_new(&one, sync.created_at, is_first),
        };
        if is_wanted && !sync.left.contains(&one.url) {
            sync.left.push(one.url);
        } else if known.is_none() {
            write.insert(&key, &KnownAddress::Passed)?;
        }
    }
    // The oldest first, so that they stand here as they stood there.
    sync.left.reverse();
    (sync.looking, sync.looked_at) = (None, Some(now));
    settle(write, sync)
}

/// Whether what nobody knew was published since the synchronisation was made. Places that say when name the day more
/// surely than the hour. Of those that do not, all that was not there at the first look is new.
fn is_new(listed: &Listed, since: Timestamp, is_first: bool) -> bool {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    listed.published.map_or(!is_first, |at| since.0.div_euclid(DAY_MS) <= at.0.div_euclid(DAY_MS))
}

/// Keeps what is still to do; what is to be done once and is done goes.
fn settle(write: &mut Write<'_>, sync: ChannelSync) -> Result<(), StoreError> {
    if sync.once && sync.left.is_empty() {
        forget(write, &sync);
        return Ok(());
    }
    put(write, &sync)
}

/// Asks for the next of what was found, as much as its owner has room for. Gives whether there is more for which there is
/// room.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn feed(write: &mut Write<'_>, now: Timestamp, id: SyncId) -> Result<bool, StoreError> {
    let Some(mut sync) = write.get(&SyncKey { sync: id })? else { return Ok(false) };
    let Some((owner, support)) = owner_of(write, sync.channel)? else {
        // Nobody is there any more who may publish.
        sync.left.clear();
        (sync.fault, sync.error) =
            (Some(ImportFault::NoAccount), Some("The account may publish nothing.".into()));
        settle(write, sync)?;
        return Ok(false);
    };
    let imports = import::list(write, owner.user)?;
    let open = imports.iter().filter(|import| import.state.is_open());
    let (of_people, of_syncs) = open.fold((0usize, 0usize), |(people, syncs), import| {
        if import.sync.is_some() { (people, syncs + 1) } else { (people + 1, syncs) }
    });
    let room = import::OPEN_PER_USER_MAX.saturating_sub(of_people.saturating_add(of_syncs));
    let room = room.min(OPEN_PER_OWNER_MAX.saturating_sub(of_syncs));
    let count = room.min(FEED_MAX).min(sync.left.len());
    let next: Vec<String> = sync.left.drain(..count).collect();
    for url in next {
        let key = known_key(sync.channel, &url);
        // Somebody imported it meanwhile.
        if write.get(&key)? == Some(KnownAddress::Asked) {
            continue;
        }
        write.insert(&key, &KnownAddress::Asked)?;
        let form = NewVideo {
            channel_id: Some(sync.channel),
            privacy: Some(PUBLIC),
            support: support.clone().map(Some),
            ..NewVideo::default()
        };
        let wanted = Wanted {
            source: ImportSource::Address(url),
            torrent: None,
            pictures: SentPictures::default(),
            sync: Some(sync.id).filter(|_| !sync.once),
        };
        match import::ask(write, now, &owner, form, wanted) {
            Ok(_) => {}
            Err(ImportError::Store(error)) => return Err(error),
            Err(error) => {
                // Room and channel were looked at in this very unit of work.
                tracing::error!(%error, "what a channel elsewhere published could not be asked for");
            }
        }
    }
    let is_more = !sync.left.is_empty() && count == FEED_MAX;
    settle(write, sync)?;
    Ok(is_more)
}

/// The owner of a channel, where they may publish, and what its videos say of support.
fn owner_of(read: &impl Read, channel: ChannelId) -> Result<Option<(Person, Option<String>)>, StoreError> {
    let Some(channel) = read.get(&ChannelKey { channel })? else { return Ok(None) };
    let Some(account) = read.get(&AccountKey { account: channel.account })? else { return Ok(None) };
    let user = login(read, &account)?.filter(|user| user.blocked.is_none());
    Ok(user
        .map(|user| (Person { user: user.id, account: channel.account, role: user.role }, channel.support)))
}

fn known_key(channel: ChannelId, url: &str) -> KnownAddressKey {
    let digest: [u8; 32] = Sha256::digest(url.as_bytes()).into();
    let [address @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = digest;
    KnownAddressKey { channel, address }
}

/// Notes that a video of this address is in a channel, whoever asked for it.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn note_imported(write: &mut Write<'_>, channel: ChannelId, url: &str) -> Result<(), StoreError> {
    write.insert(&known_key(channel, url), &KnownAddress::Asked)
}

/// Notes that something did not come that a synchronisation asked for.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn note_failed(write: &mut Write<'_>, id: SyncId) -> Result<(), StoreError> {
    let Some(mut sync) = write.get(&SyncKey { sync: id })? else { return Ok(()) };
    (sync.fault, sync.about) = (Some(ImportFault::SomeFailed), None);
    sync.error = Some(SOME_FAILED.to_owned());
    put(write, &sync)
}

/// Forgets what is imported into a channel that goes. The addresses it knows go piece by piece.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_channel(write: &mut Write<'_>, channel: ChannelId) -> Result<(), StoreError> {
    for sync in rows_of(write, &[channel])? {
        forget(write, &sync);
    }
    Ok(())
}

/// Forgets some of the addresses that a channel knew which is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_addresses(
    write: &mut Write<'_>,
    channel: ChannelId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&KnownAddressesOf(channel)).take(rows_max).collect::<Result<_, _>>()?;
    for (key, _) in &rows {
        write.remove(key);
    }
    Ok(rows.len())
}
