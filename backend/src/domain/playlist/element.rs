//! What a list of videos holds, in its order.
//!
//! Owns the places: numbers with gaps between them, so that moving a few videos writes a few rows. Only when a gap is
//! used up is the whole list numbered anew. People see positions: 1, 2, 3 in the order of places.

use shared::id::{AccountId, ElementId, PlaylistId, VideoId};
use shared::limits::PLAYLIST_ELEMENTS_MAX;
use shared::time::Timestamp;

use super::PlaylistError;
use super::edit::changeable;
use crate::domain::activity;
use crate::domain::viewer::Person;
use crate::store::records::{Deed, Element, ElementPlace, VideoPlaylist};
use crate::store::tables::{
    AccountElementKey, AccountElementsOf, ElementKey, ElementPlaceKey, ElementsOf, PlaylistKey,
    VideoElementKey,
};
use crate::store::{Read, StoreError, Write};

/// Between two places that were not moved: 32 moves into the same spot before a list is numbered anew, and four
/// thousand million appended ones.
pub(super) const GAP: u64 = 1 << 32;
/// A video may stand in one list several times; more of its places than this are not told of.
const EXISTING_MAX: usize = 50;

/// A video that is put into a list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NewElement {
    /// The video.
    pub video: VideoId,
    /// Second to begin at.
    pub start: Option<u64>,
    /// Second to stop at.
    pub stop: Option<u64>,
}

/// What is moved where, in positions from 1 on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Move {
    /// The first that is moved.
    pub first: u64,
    /// How many are moved.
    pub count: u64,
    /// Behind which they come to stand; 0 for the beginning.
    pub behind: u64,
}

/// Puts a video at the end of a list.
///
/// # Errors
/// [`PlaylistError`].
pub fn add(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    playlist: PlaylistId,
    new: NewElement,
) -> Result<ElementId, PlaylistError> {
    let record = changeable(write, who, playlist)?;
    if PLAYLIST_ELEMENTS_MAX <= record.videos {
        return Err(PlaylistError::Full);
    }
    let last = write.scan_reverse(&ElementsOf(playlist)).next().transpose()?;
    let place = match last {
        None => GAP,
        Some((last, _)) => match last.place.checked_add(GAP) {
            Some(place) => place,
            None => renumber(write, playlist)?,
        },
    };
    let id = ElementId(write.next_number("elements")?);
    let element = Element { id, video: new.video, start: new.start, stop: new.stop };
    put(write, playlist, place, &element)?;
    write.insert(&VideoElementKey { video: new.video, element: id }, &playlist)?;
    write.insert(&AccountElementKey { account: record.account, video: new.video, element: id }, &playlist)?;
    activity::note_playlist(write, now, who, &record, Deed::Elements)?;
    note_change(write, now, record, 1)?;
    Ok(id)
}

/// Changes where in its video an element begins and stops; what is absent stays as it is.
///
/// # Errors
/// [`PlaylistError`].
pub fn change(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    (playlist, element): (PlaylistId, ElementId),
    start: Option<Option<u64>>,
    stop: Option<Option<u64>>,
) -> Result<(), PlaylistError> {
    let record = changeable(write, who, playlist)?;
    let (key, mut element) = find(write, playlist, element)?;
    element.start = start.unwrap_or(element.start);
    element.stop = stop.unwrap_or(element.stop);
    write.insert(&key, &element)?;
    activity::note_playlist(write, now, who, &record, Deed::Elements)?;
    note_change(write, now, record, 0)?;
    Ok(())
}

/// Takes an element out of a list.
///
/// # Errors
/// [`PlaylistError`].
pub fn remove(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    (playlist, element): (PlaylistId, ElementId),
) -> Result<(), PlaylistError> {
    let record = changeable(write, who, playlist)?;
    let (key, element) = find(write, playlist, element)?;
    write.use_reserve();
    take_out(write, record.account, &key, &element);
    activity::note_playlist(write, now, who, &record, Deed::Elements)?;
    note_change(write, now, record, -1)?;
    Ok(())
}

/// Moves elements to another position.
///
/// # Errors
/// [`PlaylistError`].
pub fn reorder(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    playlist: PlaylistId,
    wish: Move,
) -> Result<(), PlaylistError> {
    let record = changeable(write, who, playlist)?;
    let Move { first, count, behind } = wish;
    if first == 0 || record.videos < first || record.videos < behind {
        return Err(PlaylistError::BehindTheEnd(record.videos));
    }
    if record.videos - first + 1 < count {
        return Err(PlaylistError::TooLong(record.videos - first + 1));
    }
    let end = first - 1 + count;
    if count == 0 || (first - 1..=end).contains(&behind) {
        return Ok(());
    }
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let wanted = size(end.max(behind.saturating_add(1)));
    let rows: Vec<(ElementKey, Element)> =
        write.scan(&ElementsOf(playlist)).take(wanted).collect::<Result<_, _>>()?;
    let moved: Vec<_> = rows.iter().skip(size(first - 1)).take(size(count)).cloned().collect();
    // Neither neighbour is among the moved: they would stay where they are.
    let before = behind.checked_sub(1).and_then(|at| rows.get(size(at))).map_or(0, |(key, _)| key.place);
    let after = rows.get(size(behind)).map(|(key, _)| key.place);
    let step = match after {
        Some(after) => (after - before) / (count + 1),
        None => GAP,
    };
    let is_room = after.is_some() || before.checked_add(GAP.saturating_mul(count)).is_some();
    if 0 < step && is_room {
        for ((key, element), at) in moved.iter().zip(1..) {
            write.remove(key);
            put(write, playlist, before + step * at, element)?;
        }
    } else {
        let mut all: Vec<Element> = write
            .scan(&ElementsOf(playlist))
            .map(|row| row.map(|(_, element)| element))
            .collect::<Result<_, _>>()?;
        let taken: Vec<Element> = all.drain(size(first - 1)..size(end)).collect();
        let at = if behind < first { behind } else { behind - count };
        all.splice(size(at)..size(at), taken);
        number(write, playlist, &all)?;
    }
    activity::note_playlist(write, now, who, &record, Deed::Elements)?;
    note_change(write, now, record, 0)?;
    Ok(())
}

/// A page of what a list holds, with positions from 1 on.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn elements(
    read: &impl Read,
    playlist: PlaylistId,
    (start, count): (usize, usize),
) -> Result<Vec<(u64, Element)>, StoreError> {
    let rows = read.scan(&ElementsOf(playlist)).zip(1..).skip(start).take(count);
    rows.map(|(row, position)| row.map(|(_, element)| (position, element))).collect()
}

/// An element of a list by its number, with its position from 1 on; none where it is not in this list.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn element(
    read: &impl Read,
    playlist: PlaylistId,
    element: ElementId,
) -> Result<Option<(u64, Element)>, StoreError> {
    let place = read.get(&ElementPlaceKey { element })?.filter(|place| place.playlist == playlist);
    let Some(place) = place else { return Ok(None) };
    let key = ElementKey { playlist, place: place.place };
    let Some(found) = read.get(&key)? else { return Ok(None) };
    let before = read.count_before(&ElementsOf(playlist), &key)?;
    Ok(Some((before.saturating_add(1), found)))
}

/// Where in the lists of an account a video is.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn existing(
    read: &impl Read,
    account: AccountId,
    video: VideoId,
) -> Result<Vec<(VideoPlaylist, Element)>, StoreError> {
    let mut found = Vec::new();
    for row in read.scan(&AccountElementsOf((account, video))).take(EXISTING_MAX) {
        let (AccountElementKey { element, .. }, playlist) = row?;
        // A list that is gone is emptied by a job a little later.
        let Some(record) = read.get(&PlaylistKey { playlist })? else { continue };
        // One that was given away is filed under its new owner a little later.
        if record.account != account {
            continue;
        }
        let Some(place) = read.get(&ElementPlaceKey { element })? else { continue };
        let element = read.get(&ElementKey { playlist, place: place.place })?;
        found.extend(element.map(|element| (record, element)));
    }
    Ok(found)
}

/// Stores an element at a place.
pub(super) fn put(
    write: &mut Write<'_>,
    playlist: PlaylistId,
    place: u64,
    element: &Element,
) -> Result<(), StoreError> {
    write.insert(&ElementKey { playlist, place }, element)?;
    write.insert(&ElementPlaceKey { element: element.id }, &ElementPlace { playlist, place })
}

/// Numbers a whole list anew in its order. Gives the place behind its end.
fn renumber(write: &mut Write<'_>, playlist: PlaylistId) -> Result<u64, StoreError> {
    let all: Vec<Element> = write
        .scan(&ElementsOf(playlist))
        .map(|row| row.map(|(_, element)| element))
        .collect::<Result<_, _>>()?;
    number(write, playlist, &all)
}

/// Gives these elements places in this order. Gives the place behind the last.
fn number(write: &mut Write<'_>, playlist: PlaylistId, all: &[Element]) -> Result<u64, StoreError> {
    let keys: Vec<ElementKey> =
        write.scan(&ElementsOf(playlist)).map(|row| row.map(|(key, _)| key)).collect::<Result<_, _>>()?;
    keys.iter().for_each(|key| write.remove(key));
    let mut place = GAP;
    for element in all {
        put(write, playlist, place, element)?;
        place += GAP;
    }
    Ok(place)
}

fn find(
    read: &impl Read,
    playlist: PlaylistId,
    element: ElementId,
) -> Result<(ElementKey, Element), PlaylistError> {
    let place = read.get(&ElementPlaceKey { element })?.filter(|place| place.playlist == playlist);
    let key = ElementKey { playlist, place: place.ok_or(PlaylistError::NoSuchElement)?.place };
    let element = read.get(&key)?.ok_or(PlaylistError::NoSuchElement)?;
    Ok((key, element))
}

/// Removes the rows of an element.
pub(super) fn take_out(write: &mut Write<'_>, account: AccountId, key: &ElementKey, element: &Element) {
    write.remove(key);
    write.remove(&ElementPlaceKey { element: element.id });
    write.remove(&VideoElementKey { video: element.video, element: element.id });
    write.remove(&AccountElementKey { account, video: element.video, element: element.id });
}

/// Notes in a list's row that what it holds changed.
pub(super) fn note_change(
    write: &mut Write<'_>,
    now: Timestamp,
    mut playlist: VideoPlaylist,
    more: i64,
) -> Result<(), StoreError> {
    let first = write.scan(&ElementsOf(playlist.id)).next().transpose()?;
    playlist.first = first.map(|(_, element)| element.video);
    playlist.videos = playlist.videos.saturating_add_signed(more);
    // When one of another server changed is for that to say.
    if playlist.remote.is_none() {
        playlist.updated_at = now;
    }
    write.insert(&PlaylistKey { playlist: playlist.id }, &playlist)
}
