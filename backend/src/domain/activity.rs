//! What was done in a channel, for its makers to see.
//!
//! A channel remembers its last deeds, numbered without a gap from the oldest that is kept, so that how many there are and
//! any page of them are found without counting. Names are kept as they were: what or who is gone is still told of.

use shared::id::{AccountId, ChannelId};
use shared::time::Timestamp;

use super::viewer::Person;
use crate::store::records::{Account, Activity, Deed, DeedAccount, DeedTarget, Video, VideoPlaylist};
use crate::store::tables::{AccountKey, ActivitiesOf, ActivityKey};
use crate::store::{Read, StoreError, Write};

/// Deeds that a channel remembers: months of a busy one. Beyond it the oldest are forgotten.
pub const ACTIVITIES_MAX: u64 = 500;

/// Notes what somebody did in a channel.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn note(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    channel: ChannelId,
    deed: Deed,
    target: DeedTarget,
) -> Result<(), StoreError> {
    put(write, now, who, (channel, target), (deed, None))
}

/// Notes what somebody did with an offer of a channel, or of a video of it, to an account.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn note_offer(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    target: (ChannelId, DeedTarget),
    deed: Deed,
    to: AccountId,
) -> Result<(), StoreError> {
    let to = DeedAccount { account: to, name: name_of(write, to)? };
    put(write, now, who, target, (deed, Some(to)))
}

/// A name as it is now, for a row that keeps it.
fn name_of(read: &impl Read, account: AccountId) -> Result<String, StoreError> {
    let record: Option<Account> = read.get(&AccountKey { account })?;
    Ok(record.map_or_else(String::new, |account| account.name))
}

fn put(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    (channel, target): (ChannelId, DeedTarget),
    (deed, to): (Deed, Option<DeedAccount>),
) -> Result<(), StoreError> {
    let by = name_of(write, who.account)?;
    let last = write.scan_reverse(&ActivitiesOf(channel)).next().transpose()?;
    let number = last.map_or(1, |(key, _)| key.number + 1);
    if ACTIVITIES_MAX < number {
        write.remove(&ActivityKey { channel, number: number - ACTIVITIES_MAX });
    }
    let activity = Activity { account: who.account, by, deed, target, to, at: now };
    write.insert(&ActivityKey { channel, number }, &activity)
}

/// Notes what somebody did to a video of a channel.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn note_video(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    video: &Video,
    deed: Deed,
) -> Result<(), StoreError> {
    let (channel, target) = of_video(video);
    note(write, now, who, channel, deed, target)
}

/// A video as a target, and where it is published.
#[must_use]
pub fn of_video(video: &Video) -> (ChannelId, DeedTarget) {
    (video.channel, DeedTarget::Video { id: video.id, uuid: video.uuid, name: video.name.clone() })
}

/// Notes what somebody did to a list of videos, where it is shown in a channel.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn note_playlist(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    playlist: &VideoPlaylist,
    deed: Deed,
) -> Result<(), StoreError> {
    let Some(channel) = playlist.channel else { return Ok(()) };
    let target = DeedTarget::Playlist { id: playlist.id, uuid: playlist.uuid, name: playlist.name.clone() };
    note(write, now, who, channel, deed, target)
}

/// A page of what was done in a channel, and how much there is; latest first where `descending`.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn list(
    read: &impl Read,
    channel: ChannelId,
    (start, count): (usize, usize),
    descending: bool,
) -> Result<(u64, Vec<(u64, Activity)>), StoreError> {
    let prefix = ActivitiesOf(channel);
    let first = read.scan(&prefix).next().transpose()?.map(|(key, _)| key.number);
    let last = read.scan_reverse(&prefix).next().transpose()?.map(|(key, _)| key.number);
    let total = first.zip(last).map_or(0, |(first, last)| last - first + 1);
    let rows = if descending { read.scan_reverse(&prefix) } else { read.scan(&prefix) };
    let page = rows.skip(start).take(count).map(|row| row.map(|(key, activity)| (key.number, activity)));
    Ok((total, page.collect::<Result<_, _>>()?))
}

/// Forgets what was done in a channel that goes.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_channel(write: &mut Write<'_>, channel: ChannelId) -> Result<(), StoreError> {
    let rows: Vec<_> = write.scan(&ActivitiesOf(channel)).collect::<Result<_, _>>()?;
    rows.iter().for_each(|(key, _)| write.remove(key));
    Ok(())
}

#[cfg(test)]
mod tests {
    use shared::id::{AccountId, UserId};

    use super::*;
    use crate::store::records::Role;
    use crate::store::{Durability, Store};

    #[test]
    fn a_channel_remembers_its_last_deeds_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let who = Person { user: UserId(1), account: AccountId(1), role: Role::User };
        let count = i64::try_from(ACTIVITIES_MAX).unwrap() + 5;
        store
            .write::<_, StoreError>(Durability::Relaxed, |write| {
                for at in 0..count {
                    note(write, Timestamp(at), &who, ChannelId(1), Deed::Update, DeedTarget::Channel)?;
                }
                note(write, Timestamp(0), &who, ChannelId(2), Deed::Update, DeedTarget::Channel)
            })
            .unwrap();
        let times = |channel, page, descending| {
            let (total, rows) = list(&store, ChannelId(channel), page, descending).unwrap();
            (total, rows.iter().map(|(_, row)| row.at.0).collect::<Vec<_>>())
        };
        assert_eq!(times(1, (0, 2), true), (ACTIVITIES_MAX, vec![count - 1, count - 2]));
        assert_eq!(times(1, (1, 2), false), (ACTIVITIES_MAX, vec![6, 7]));
        assert_eq!(times(2, (0, 9), true), (1, vec![0]));
        store.write(Durability::Relaxed, |write| forget_channel(write, ChannelId(1))).unwrap();
        assert_eq!((times(1, (0, 9), true), times(2, (0, 9), true).0), ((0, vec![]), 1));
    }
}
