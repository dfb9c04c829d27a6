//! In which order the lists of a channel stand on its page.

use shared::id::ChannelId;

use super::PlaylistError;
use super::element::Move;
use crate::domain::makers::Makers;
use crate::domain::right::Right;
use crate::domain::viewer::Person;
use crate::store::records::VideoPlaylist;
use crate::store::tables::{ChannelKey, ChannelPlaylistsOf, PlaylistKey};
use crate::store::{Read, StoreError, Write};

/// Moves lists of a channel to another position on its page.
///
/// # Errors
/// [`PlaylistError`].
pub fn reorder_channel(
    write: &mut Write<'_>,
    who: &Person,
    channel: ChannelId,
    Move { first, count, behind }: Move,
) -> Result<(), PlaylistError> {
    check_order(write, who, channel)?;
    let mut lists = lists_of(write, channel)?;
    let total = u64::try_from(lists.len()).unwrap_or(u64::MAX);
    if first == 0 || total < first || total < behind {
        return Err(PlaylistError::BehindTheEnd(total));
    }
    if total - first + 1 < count {
        return Err(PlaylistError::TooLong(total - first + 1));
    }
    let end = first - 1 + count;
    if !(first - 1..=end).contains(&behind) {
        let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let moved: Vec<_> = lists.drain(size(first - 1)..size(end)).collect();
        let at = size(if behind < first { behind } else { behind - count });
        lists.splice(at..at, moved);
    }
    Ok(number(write, lists)?)
}

/// Whether this person gives the lists of a channel their order.
///
/// # Errors
/// [`PlaylistError`] where they do not.
pub fn check_order(read: &impl Read, who: &Person, channel: ChannelId) -> Result<(), PlaylistError> {
    let record = read.get(&ChannelKey { channel })?.ok_or(PlaylistError::NoSuchChannel)?;
    let may = Makers::of(&record).manage(who.account) || who.has(Right::ManageAnyVideoChannel);
    // A channel of another server has the order that is chosen there.
    if may && record.remote.is_none() { Ok(()) } else { Err(PlaylistError::ChannelNotYours) }
}

/// The place behind the last list of a channel.
pub(super) fn behind_the_last(read: &impl Read, channel: ChannelId) -> Result<u64, StoreError> {
    Ok(u64::try_from(lists_of(read, channel)?.len()).unwrap_or(u64::MAX) + 1)
}

/// Closes the gap that a list left behind.
pub(super) fn close_gap(write: &mut Write<'_>, channel: ChannelId) -> Result<(), StoreError> {
    let lists = lists_of(write, channel)?;
    number(write, lists)
}

/// The lists of a channel, first to last. As many as their owner may have at most.
pub(super) fn lists_of(read: &impl Read, channel: ChannelId) -> Result<Vec<VideoPlaylist>, StoreError> {
    let mut lists = Vec::new();
    for row in read.scan(&ChannelPlaylistsOf(channel)) {
        let (key, ()) = row?;
        lists.extend(read.get(&PlaylistKey { playlist: key.playlist })?);
    }
    lists.sort_by_key(|list: &VideoPlaylist| (list.place, list.id));
    Ok(lists)
}

/// Gives each its place, from 1 on.
fn number(write: &mut Write<'_>, lists: Vec<VideoPlaylist>) -> Result<(), StoreError> {
    for (mut list, place) in lists.into_iter().zip(1..) {
        if list.place != place {
            list.place = place;
            write.insert(&PlaylistKey { playlist: list.id }, &list)?;
        }
    }
    Ok(())
}
