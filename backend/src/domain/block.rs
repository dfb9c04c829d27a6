//! Hiding videos from all but their owners and who keeps order, and showing them again.
//!
//! The block is part of the video's row, so that whoever asks who may see the video cannot forget it; a table beside
//! lists them in order.

use shared::id::{BlockId, VideoId};
use shared::time::Timestamp;

use super::event::Event;
use super::right::Right;
use super::video::edit::note_torrents;
use super::viewer::Person;
use crate::store::records::{Block, Video};
use crate::store::tables::{BlockKey, VideoKey};
use crate::store::{Read, StoreError, Write};

/// Blocked videos that a search, or an order that is not that of time, looks at.
pub const LOOKED_AT_MAX: usize = 20_000;

/// Why a video was not blocked, or its block not changed.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    /// There is no such video, or no more.
    #[error("there is no such video")]
    NoSuchVideo,
    /// It is not blocked.
    #[error("the video is not blocked")]
    NotBlocked,
    /// It is blocked already.
    #[error("the video is blocked already")]
    Blocked,
    /// The store failed.
    #[error("the block could not be read or written")]
    Store(#[from] StoreError),
}

/// Hides a video. Who may is asked before.
///
/// # Errors
/// [`BlockError`]. One that was blocked automatically becomes a moderator's.
pub fn block(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    reason: Option<String>,
    unfederated: bool,
) -> Result<BlockId, BlockError> {
    let video = find(write, video)?;
    if video.blocked.as_ref().is_some_and(|block| !block.automatic) {
        return Err(BlockError::Blocked);
    }
    Ok(put(write, now, video, reason, unfederated, false)?)
}

/// PeerTube's bit of what a login is exempted from: its new videos are shown unseen.
const BYPASSES: u32 = 1;

/// Whether new videos of somebody wait for a moderator where the instance wants that.
#[must_use]
pub fn must_be_seen(who: &Person, admin_flags: u32) -> bool {
    !who.has(Right::ManageVideoBlacklist) && admin_flags & BYPASSES == 0
}

/// Hides a new video until a moderator has seen it.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn block_unseen(write: &mut Write<'_>, now: Timestamp, video: Video) -> Result<(), StoreError> {
    if video.blocked.is_none() {
        put(write, now, video, None, false, true)?;
    }
    Ok(())
}

fn put(
    write: &mut Write<'_>,
    now: Timestamp,
    mut video: Video,
    reason: Option<String>,
    unfederated: bool,
    automatic: bool,
) -> Result<BlockId, StoreError> {
    let id = match &video.blocked {
        Some(block) => block.id,
        None => BlockId(write.next_number("blocks")?),
    };
    video.blocked = Some(Block { id, reason, unfederated, automatic, created_at: now, updated_at: now });
    write.insert(&BlockKey { block: id }, &video.id)?;
    settle(write, video.clone())?;
    write.note(Event::VideoBlocked { video: video.id, block: id, automatic });
    Ok(id)
}

/// Changes why a video is blocked.
///
/// # Errors
/// [`BlockError`].
pub fn change(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    reason: Option<String>,
) -> Result<(), BlockError> {
    let mut video = find(write, video)?;
    let block = video.blocked.as_mut().ok_or(BlockError::NotBlocked)?;
    block.reason = reason;
    block.updated_at = now;
    write.insert(&VideoKey { video: video.id }, &video)?;
    Ok(())
}

/// Shows a video again.
///
/// # Errors
/// [`BlockError`].
pub fn unblock(write: &mut Write<'_>, video: VideoId) -> Result<(), BlockError> {
    let mut video = find(write, video)?;
    let block = video.blocked.take().ok_or(BlockError::NotBlocked)?;
    write.remove(&BlockKey { block: block.id });
    settle(write, video.clone())?;
    write.note(Event::VideoUnblocked(video.id));
    Ok(())
}

/// From this very commit on nothing names the files of a hidden video.
fn settle(write: &mut Write<'_>, mut video: Video) -> Result<(), StoreError> {
    note_torrents(write, &video);
    super::video::torrent::settle(&mut video, &std::collections::BTreeMap::new());
    write.insert(&VideoKey { video: video.id }, &video)
}

fn find(read: &impl Read, video: VideoId) -> Result<Video, BlockError> {
    read.get(&VideoKey { video })?.ok_or(BlockError::NoSuchVideo)
}

/// The blocked videos, last blocked first, at most [`LOOKED_AT_MAX`].
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn list(read: &impl Read) -> Result<Vec<VideoId>, StoreError> {
    let rows = read.table_reverse::<BlockKey>().take(LOOKED_AT_MAX);
    rows.map(|row| row.map(|(_, video)| video)).collect()
}
