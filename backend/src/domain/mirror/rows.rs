//! The rows of our copies, and of the servers whose videos may be copied.

use std::collections::BTreeSet;
use std::time::Duration;

use shared::id::{MirrorId, VideoId};
use shared::time::Timestamp;

use super::offered;
use super::reason::{is_same_stream, stream_of};
use crate::domain::{follow, work};
use crate::store::records::{
    FollowState, JobKind, Mirror, MirrorStrategy, MirrorWish, Party, RemoteMirror, RemoteStream, TalkJob,
    Video,
};
use crate::store::tables::{
    AccountKey, ChannelKey, FollowKey, FollowedAcross, MirrorKey, MirrorWishKey, MirroredHostKey, VideoKey,
    VideoMirrorKey,
};
use crate::store::{Read, StoreError, Write};

/// Copies that one instance keeps: a shelf of disks of them.
pub const COPIES_MAX: usize = 20_000;
/// Videos that wait for a copy somebody asked for.
const WISHES_MAX: usize = 500;
/// Servers that are allowed: as many as one party follows.
const HOSTS_MAX: usize = follow::FOLLOWED_MAX;

/// Why nothing was wished for.
#[derive(Debug, thiserror::Error)]
pub enum WishError {
    /// There is no such video.
    #[error("there is no such video")]
    NoSuchVideo,
    /// It is of this server.
    #[error("the video is of this server")]
    Ours,
    /// It is a live stream.
    #[error("the video is a live stream")]
    Live,
    /// It cannot be copied.
    #[error("the video has nothing that can be copied")]
    Nothing,
    /// There is a copy, or one is being made.
    #[error("there is a copy")]
    There,
    /// Too many wait.
    #[error("too many are waited for")]
    TooMany,
    /// The store failed.
    #[error("the wish could not be stored")]
    Store(#[from] StoreError),
}

/// Why a copy is not kept.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// Its video is gone or another by now, or there is a copy.
    #[error("the video changed while it was copied")]
    Changed,
    /// There are as many as are kept.
    #[error("there are copies enough")]
    Enough,
    /// The store failed.
    #[error("the copy could not be noted")]
    Store(#[from] StoreError),
}

/// A copy that is whole.
#[derive(Clone, PartialEq, Debug)]
pub struct Made {
    /// Of which video.
    pub video: VideoId,
    /// Of what of it.
    pub stream: RemoteStream,
    /// Bytes of all files.
    pub bytes: u64,
    /// Why.
    pub strategy: MirrorStrategy,
    /// Until when others may count on it.
    pub lifetime: Option<Duration>,
    /// What viewers here are told of it. Its number is given when it is noted.
    pub offer: RemoteMirror,
}

/// Notes a copy that is whole.
///
/// # Errors
/// [`MakeError`].
pub fn made(write: &mut Write<'_>, now: Timestamp, made: Made) -> Result<MirrorId, MakeError> {
    let Made { video, stream, bytes, strategy, lifetime, offer } = made;
    let row = write.get(&VideoKey { video })?;
    let row = row.filter(|row| stream_of(row).is_some_and(|now| is_same_stream(now, &stream)));
    let mut row = row.ok_or(MakeError::Changed)?;
    let remote = row.remote.as_ref().ok_or(MakeError::Changed)?;
    if write.get(&VideoMirrorKey { video })?.is_some() {
        return Err(MakeError::Changed);
    }
    let channel = write.get(&ChannelKey { channel: row.channel })?.ok_or(MakeError::Changed)?;
    let owner = write.get(&AccountKey { account: channel.account })?.and_then(|owner| owner.remote);
    let owner = owner.ok_or(MakeError::Changed)?;
    let is_wished = write.get(&MirrorWishKey { video })?.is_some();
    if strategy == MirrorStrategy::Manual {
        // Somebody may have called it off.
        if !is_wished {
            return Err(MakeError::Changed);
        }
    } else if write.get(&MirroredHostKey { host: remote.host.clone() })?.is_none() {
        return Err(MakeError::Changed);
    }
    if COPIES_MAX <= write.table::<MirrorKey>().take(COPIES_MAX).count() {
        return Err(MakeError::Enough);
    }
    let id = MirrorId(write.next_number("mirrors")?);
    let mirror = Mirror {
        id,
        video,
        uuid: row.uuid,
        host: remote.host.clone(),
        url: remote.url.clone(),
        owner: owner.url.clone(),
        strategy,
        stream,
        bytes,
        created_at: now,
        updated_at: now,
        expires_at: lifetime.map(|lifetime| now.after(lifetime)),
    };
    write.insert(&MirrorKey { mirror: id }, &mirror)?;
    write.insert(&VideoMirrorKey { video }, &id)?;
    write.remove(&MirrorWishKey { video });
    // Viewers here are served from here first.
    if let Some(remote) = &mut row.remote {
        let offer = RemoteMirror { number: id, created_at: Some(now), updated_at: Some(now), ..offer };
        remote.mirrors.insert(0, offer);
        write.insert(&VideoKey { video }, &row)?;
    }
    Ok(id)
}

/// Gives a copy up. Gives whether there was one.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn end(write: &mut Write<'_>, id: MirrorId) -> Result<bool, StoreError> {
    let Some(mirror) = write.get(&MirrorKey { mirror: id })? else { return Ok(false) };
    write.use_reserve();
    write.remove(&MirrorKey { mirror: id });
    write.remove(&VideoMirrorKey { video: mirror.video });
    offered::forget(write, mirror.video, id)?;
    Ok(true)
}

/// Lets copies stay longer.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn lengthen(
    write: &mut Write<'_>,
    now: Timestamp,
    until: &[(MirrorId, Timestamp)],
) -> Result<(), StoreError> {
    for (mirror, until) in until {
        let key = MirrorKey { mirror: *mirror };
        let Some(mut row) = write.get(&key)? else { continue };
        (row.expires_at, row.updated_at) = (Some(*until), now);
        write.insert(&key, &row)?;
    }
    Ok(())
}

/// Asks for a copy of a video of another server.
///
/// # Errors
/// [`WishError`].
pub fn wish(write: &mut Write<'_>, now: Timestamp, video: VideoId) -> Result<(), WishError> {
    let row = write.get(&VideoKey { video })?.ok_or(WishError::NoSuchVideo)?;
    let remote = row.remote.as_ref().ok_or(WishError::Ours)?;
    if remote.is_live {
        return Err(WishError::Live);
    }
    stream_of(&row).ok_or(WishError::Nothing)?;
    let key = MirrorWishKey { video };
    if write.get(&VideoMirrorKey { video })?.is_some() || write.get(&key)?.is_some() {
        return Err(WishError::There);
    }
    if WISHES_MAX <= write.table::<MirrorWishKey>().take(WISHES_MAX).count() {
        return Err(WishError::TooMany);
    }
    Ok(write.insert(&key, &MirrorWish { at: now })?)
}

/// Says whether videos of a server may be copied. Where they may not, its copies go, those too that somebody asked for: a
/// job gives them up, since there may be thousands.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn allow(write: &mut Write<'_>, now: Timestamp, host: &str, is_allowed: bool) -> Result<(), StoreError> {
    let key = MirroredHostKey { host: host.to_owned() };
    match (is_allowed, write.get(&key)?) {
        (true, None) => write.insert(&key, &now),
        (true, Some(_)) => Ok(()),
        (false, _) => {
            write.remove(&key);
            if write.table::<MirrorKey>().next().is_some() {
                let (host, at) = (host.to_owned(), now);
                work::ask(write, now, JobKind::Talk(TalkJob::GiveUpCopies { host, at }))?;
            }
            Ok(())
        }
    }
}

/// Our copies of a server's videos that were made by then.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn copies_of(read: &impl Read, host: &str, by: Timestamp) -> Result<Vec<MirrorId>, StoreError> {
    let mut copies = Vec::new();
    for row in read.table::<MirrorKey>().take(COPIES_MAX) {
        let (key, mirror) = row?;
        if mirror.host == host && mirror.created_at <= by {
            copies.push(key.mirror);
        }
    }
    Ok(copies)
}

/// The servers whose videos may be copied.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn allowed(read: &impl Read) -> Result<BTreeSet<String>, StoreError> {
    read.table::<MirroredHostKey>().take(HOSTS_MAX).map(|row| row.map(|(key, _)| key.host)).collect()
}

/// The servers that this instance follows, or somebody of whom it follows.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn followed_hosts(read: &impl Read) -> Result<BTreeSet<String>, StoreError> {
    let mut hosts = BTreeSet::new();
    for row in read.scan(&FollowedAcross(Party::Instance)).take(HOSTS_MAX) {
        let (key, followed) = row?;
        let is_accepted = read
            .get(&FollowKey { follow: key.follow })?
            .is_some_and(|follow| follow.state == FollowState::Accepted);
        if is_accepted && let Some(actor) = follow::remote(read, followed)? {
            hosts.insert(actor.host);
        }
    }
    Ok(hosts)
}

/// Follows what a unit of work did to what copies stand on: a video that is gone, hidden or another takes its copy along,
/// and a server that is followed no more the yes to its copies, which a job gives up.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn follow(write: &mut Write<'_>, now: Timestamp) -> Result<(), StoreError> {
    for (old, new) in write.changes_of::<VideoKey>()? {
        let Some(old) = old.filter(|old| old.remote.is_some()) else { continue };
        if is_same(&old, new.as_ref()) {
            continue;
        }
        if let Some(id) = write.get(&VideoMirrorKey { video: old.id })? {
            end(write, id)?;
        }
        if new.as_ref().and_then(stream_of).is_none()
            && write.get(&MirrorWishKey { video: old.id })?.is_some()
        {
            write.remove(&MirrorWishKey { video: old.id });
        }
    }
    let mut left = BTreeSet::new();
    for (old, new) in write.changes_of::<FollowKey>()? {
        let is_ours = |state: FollowState, follower: Party| {
            state == FollowState::Accepted && follower == Party::Instance
        };
        let Some(old) = old.filter(|old| is_ours(old.state, old.follower)) else { continue };
        if new.is_some_and(|new| is_ours(new.state, new.follower)) {
            continue;
        }
        if let Some(host) = host_of(write, old.followed)? {
            left.insert(host);
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    let followed = followed_hosts(write)?;
    for host in left.difference(&followed) {
        allow(write, now, host, false)?;
    }
    Ok(())
}

/// Whether a video is still what was copied of it.
fn is_same(old: &Video, new: Option<&Video>) -> bool {
    match (stream_of(old), new.and_then(stream_of)) {
        (Some(old), Some(new)) => is_same_stream(old, new),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Whose server somebody is of, who may be going in this very unit of work.
fn host_of(write: &Write<'_>, party: Party) -> Result<Option<String>, StoreError> {
    if let Some(actor) = follow::remote(write, party)? {
        return Ok(Some(actor.host));
    }
    let gone = match party {
        Party::Instance => None,
        Party::Account(account) => {
            let changes = write.keyed_changes_of::<AccountKey>()?;
            let old =
                changes.into_iter().find(|(key, _)| key.account == account).and_then(|(_, (old, _))| old);
            old.and_then(|old| old.remote)
        }
        Party::Channel(channel) => {
            let changes = write.keyed_changes_of::<ChannelKey>()?;
            let old =
                changes.into_iter().find(|(key, _)| key.channel == channel).and_then(|(_, (old, _))| old);
            old.and_then(|old| old.remote)
        }
    };
    Ok(gone.map(|remote| remote.host))
}
