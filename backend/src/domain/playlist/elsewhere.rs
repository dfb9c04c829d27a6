//! Lists of videos of other servers: rows like ours, which nobody here changes. What they hold is read in one piece, and
//! takes the place of what they held.

use std::collections::HashMap;

use shared::id::{ElementId, PlaylistId};
use shared::limits::PLAYLISTS_PER_ACCOUNT_MAX;

use super::element::{GAP, NewElement, put as put_element, take_out};
use super::{PlaylistError, edit};
use crate::domain::event::Event;
use crate::store::records::{Element, VideoPlaylist};
use crate::store::tables::{
    AccountElementKey, AccountPlaylistKey, ChannelPlaylistKey, ElementsOf, PlaylistKey, PlaylistsOf,
    VideoElementKey, VideoKey,
};
use crate::store::{Read, StoreError, Write};

/// Videos of a list of another server that are kept: a thousand rows of each of four tables is as much as one unit of work
/// writes without others waiting for long. Nobody looks further.
pub const ELSEWHERE_ELEMENTS_MAX: usize = 1000;

/// Keeps a list of another server, which took the place of `old`.
///
/// # Errors
/// [`PlaylistError::TooMany`] and [`PlaylistError::Store`].
pub fn keep_elsewhere(
    write: &mut Write<'_>,
    old: Option<&VideoPlaylist>,
    new: &VideoPlaylist,
) -> Result<(), PlaylistError> {
    match old {
        None => {
            if PLAYLISTS_PER_ACCOUNT_MAX <= write.scan(&PlaylistsOf(new.account)).count() {
                return Err(PlaylistError::TooMany);
            }
        }
        Some(old) => {
            if let Some(channel) = old.channel.filter(|_| old.channel != new.channel) {
                write.remove(&ChannelPlaylistKey { channel, playlist: old.id });
            }
            if old.account != new.account {
                write.remove(&AccountPlaylistKey { account: old.account, playlist: old.id });
                write.note(Event::PlaylistsGiven(old.account));
            }
        }
    }
    Ok(edit::put(write, new)?)
}

/// Makes a list of another server hold these videos in this order, at most [`ELSEWHERE_ELEMENTS_MAX`] of them and none that
/// is gone. What stays where it was keeps its number.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn fill_elsewhere(
    write: &mut Write<'_>,
    playlist: PlaylistId,
    wanted: &[NewElement],
) -> Result<(), StoreError> {
    let Some(mut record) = write.get(&PlaylistKey { playlist })?.filter(|list| list.remote.is_some()) else {
        return Ok(());
    };
    let mut new = Vec::new();
    for element in wanted.iter().take(ELSEWHERE_ELEMENTS_MAX) {
        if write.get(&VideoKey { video: element.video })?.is_some() {
            new.push(*element);
        }
    }
    let rows: Vec<_> = write.scan(&ElementsOf(playlist)).collect::<Result<_, _>>()?;
    if rows.iter().map(|(_, element)| held(element)).eq(new.iter().copied()) {
        return Ok(());
    }
    let mut numbers: HashMap<NewElement, Vec<ElementId>> = HashMap::new();
    for (key, element) in rows.iter().rev() {
        take_out(write, record.account, key, element);
        numbers.entry(held(element)).or_default().push(element.id);
    }
    for (element, at) in new.iter().zip(1..) {
        let id = match numbers.get_mut(element).and_then(Vec::pop) {
            Some(id) => id,
            None => ElementId(write.next_number("elements")?),
        };
        let NewElement { video, start, stop } = *element;
        put_element(write, playlist, GAP * at, &Element { id, video, start, stop })?;
        write.insert(&VideoElementKey { video, element: id }, &playlist)?;
        write.insert(&AccountElementKey { account: record.account, video, element: id }, &playlist)?;
    }
    record.videos = u64::try_from(new.len()).unwrap_or(u64::MAX);
    record.first = new.first().map(|element| element.video);
    write.insert(&PlaylistKey { playlist }, &record)
}

/// What an element says beside its number.
fn held(element: &Element) -> NewElement {
    NewElement { video: element.video, start: element.start, stop: element.stop }
}

/// Removes a list of another server; what it held goes by a job. One that is gone stays so.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn remove_elsewhere(write: &mut Write<'_>, playlist: PlaylistId) -> Result<(), StoreError> {
    let record = write.get(&PlaylistKey { playlist })?.filter(|list| list.remote.is_some());
    if let Some(record) = record {
        edit::remove_row(write, &record);
    }
    Ok(())
}
