//! Copies that others offer, of videos of ours and of others.

use shared::id::{MirrorId, VideoId};
use shared::time::Timestamp;

use crate::store::records::{RemoteMirror, Video};
use crate::store::tables::VideoKey;
use crate::store::{Read, StoreError, Write};

/// Copies of one video that are known.
pub const MIRRORS_MAX: usize = 20;

/// What became of an offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offered {
    /// It is another than before.
    News,
    /// It was known.
    Known,
    /// It ended before it came.
    Over,
    /// There are as many as are kept.
    Enough,
}

/// Notes a copy that somebody offers. Its number is given here.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn offered(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    mirror: RemoteMirror,
) -> Result<Offered, StoreError> {
    if mirror.is_over(now) {
        return Ok(Offered::Over);
    }
    let Some(mut row) = write.get(&VideoKey { video })? else { return Ok(Offered::Known) };
    let mirrors = mirrors_of(&mut row);
    mirrors.retain(|known| !known.is_over(now));
    if let Some(known) = mirrors.iter_mut().find(|known| known.url == mirror.url) {
        if known.by != mirror.by {
            return Ok(Offered::Enough);
        }
        if known.playlist_url == mirror.playlist_url && known.expires_at == mirror.expires_at {
            return Ok(Offered::Known);
        }
        let (number, created_at) = (known.number, known.created_at);
        let number = if number == MirrorId::default() { next(write)? } else { number };
        *known = RemoteMirror { number, created_at, updated_at: Some(now), ..mirror };
    } else if MIRRORS_MAX <= mirrors.len() {
        return Ok(Offered::Enough);
    } else {
        let number = next(write)?;
        mirrors.push(RemoteMirror { number, created_at: Some(now), updated_at: Some(now), ..mirror });
    }
    write.insert(&VideoKey { video }, &row)?;
    Ok(Offered::News)
}

/// Forgets a copy that its server offers no more. Gives whether it was known.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn withdrawn(write: &mut Write<'_>, video: VideoId, url: &str, by: &str) -> Result<bool, StoreError> {
    drop_some(write, video, |known| known.url == url && known.by == by)
}

/// Forgets a copy by its number: administrators want nobody sent there. Gives whether it was known.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget(write: &mut Write<'_>, video: VideoId, number: MirrorId) -> Result<bool, StoreError> {
    drop_some(write, video, |known| known.number == number)
}

/// Forgets copies of these videos that ended. Gives how many videos had some.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn over(write: &mut Write<'_>, now: Timestamp, videos: &[VideoId]) -> Result<usize, StoreError> {
    let mut changed = 0;
    for video in videos {
        changed += usize::from(drop_some(write, *video, |known| known.is_over(now))?);
    }
    Ok(changed)
}

fn drop_some(
    write: &mut Write<'_>,
    video: VideoId,
    goes: impl Fn(&RemoteMirror) -> bool,
) -> Result<bool, StoreError> {
    let Some(mut row) = write.get(&VideoKey { video })? else { return Ok(false) };
    let mirrors = mirrors_of(&mut row);
    let before = mirrors.len();
    mirrors.retain(|known| !goes(known));
    if mirrors.len() == before {
        return Ok(false);
    }
    write.insert(&VideoKey { video }, &row)?;
    Ok(true)
}

fn mirrors_of(video: &mut Video) -> &mut Vec<RemoteMirror> {
    match &mut video.remote {
        Some(remote) => &mut remote.mirrors,
        None => &mut video.mirrors,
    }
}

/// Ours and those of others are numbered together, so that one number names one copy.
fn next(write: &mut Write<'_>) -> Result<MirrorId, StoreError> {
    write.next_number("mirrors").map(MirrorId)
}
