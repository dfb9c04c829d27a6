//! Who is followed, and so has its turns.

use shared::time::Timestamp;

use super::absence::is_ours;
use crate::domain::repair;
use crate::store::records::{FollowState, Party, RepairTarget};
use crate::store::tables::{AccountKey, ChannelKey, FollowKey, VideosOf};
use crate::store::{Read, StoreError, Write};

/// Followings that one look goes through: a few milliseconds of the writer's lock.
const FOLLOWS_PER_LOOK: usize = 50;
/// Videos of a followed channel that are read in turns: those that people still look at.
const VIDEOS_PER_CHANNEL: usize = 10;

/// Enlists some of those who are followed. Gives where to go on; none at the end.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub(super) fn enlist(
    write: &mut Write<'_>,
    now: Timestamp,
    after: Option<&FollowKey>,
) -> Result<Option<FollowKey>, StoreError> {
    let rows: Vec<_> = match after {
        Some(after) => write.scan_after(&AllFollows, after).take(FOLLOWS_PER_LOOK).collect(),
        None => write.scan(&AllFollows).take(FOLLOWS_PER_LOOK).collect(),
    };
    let mut last = None;
    let is_full = rows.len() == FOLLOWS_PER_LOOK;
    for row in rows {
        let (key, follow) = row?;
        if follow.state == FollowState::Accepted && is_ours(write, follow.follower)? {
            followed(write, now, follow.followed)?;
        }
        last = Some(key);
    }
    Ok(last.filter(|_| is_full))
}

fn followed(write: &mut Write<'_>, now: Timestamp, party: Party) -> Result<(), StoreError> {
    match party {
        Party::Instance => Ok(()),
        Party::Account(account) => {
            let row = write.get(&AccountKey { account })?;
            if row.is_some_and(|row| row.remote.is_some()) {
                repair::enlist(write, now, RepairTarget::Account(account))?;
            }
            Ok(())
        }
        Party::Channel(channel) => {
            let row = write.get(&ChannelKey { channel })?;
            if row.is_none_or(|row| row.remote.is_none()) {
                return Ok(());
            }
            repair::enlist(write, now, RepairTarget::Channel(channel))?;
            let videos: Vec<_> = write.scan_reverse(&VideosOf(channel)).take(VIDEOS_PER_CHANNEL).collect();
            for row in videos {
                let (key, ()) = row?;
                repair::enlist(write, now, RepairTarget::Video(key.video))?;
            }
            Ok(())
        }
    }
}

/// All followings across servers.
struct AllFollows;

impl crate::store::Prefix for AllFollows {
    type Key = FollowKey;

    fn write(&self, _: &mut Vec<u8>) {}
}
