//! What becomes of lists of videos when their owner, their channel or a video goes. Piece by piece, since there may be
//! thousands of rows.

use shared::id::{AccountId, ChannelId, PlaylistId, VideoId};
use shared::time::Timestamp;

use super::edit::remove_row;
use super::element::{note_change, take_out};
use crate::store::tables::{
    AccountPlaylistKey, ChannelPlaylistKey, ChannelPlaylistsOf, ElementKey, ElementPlaceKey, ElementsOf,
    PlaylistKey, PlaylistsOf, VideoElementsOf,
};
use crate::store::{Read, StoreError, Write};

/// Takes a video that is gone out of at most `rows_max` lists. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_video(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&VideoElementsOf(video)).take(rows_max).collect::<Result<_, _>>()?;
    for (key, playlist) in &rows {
        write.remove(key);
        let Some(place) = write.get(&ElementPlaceKey { element: key.element })? else { continue };
        let place = ElementKey { playlist: *playlist, place: place.place };
        // What a list that is gone held is removed on its own behalf.
        let (Some(record), Some(element)) =
            (write.get(&PlaylistKey { playlist: *playlist })?, write.get(&place)?)
        else {
            continue;
        };
        take_out(write, record.account, &place, &element);
        note_change(write, now, record, -1)?;
    }
    Ok(rows.len())
}

/// Removes at most `rows_max` elements of a list that is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_playlist(
    write: &mut Write<'_>,
    playlist: PlaylistId,
    account: AccountId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&ElementsOf(playlist)).take(rows_max).collect::<Result<_, _>>()?;
    for (key, element) in &rows {
        take_out(write, account, key, element);
    }
    Ok(rows.len())
}

/// Removes at most `rows_max` lists of a channel that is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_channel(
    write: &mut Write<'_>,
    channel: ChannelId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&ChannelPlaylistsOf(channel)).take(rows_max).collect::<Result<_, _>>()?;
    for (ChannelPlaylistKey { playlist, .. }, ()) in &rows {
        write.remove(&ChannelPlaylistKey { channel, playlist: *playlist });
        if let Some(record) = write.get(&PlaylistKey { playlist: *playlist })? {
            remove_row(write, &record);
        }
    }
    Ok(rows.len())
}

/// Removes at most `rows_max` lists of an account that is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_account(
    write: &mut Write<'_>,
    account: AccountId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&PlaylistsOf(account)).take(rows_max).collect::<Result<_, _>>()?;
    for (AccountPlaylistKey { playlist, .. }, ()) in &rows {
        write.remove(&AccountPlaylistKey { account, playlist: *playlist });
        if let Some(record) = write.get(&PlaylistKey { playlist: *playlist })? {
            remove_row(write, &record);
        }
    }
    Ok(rows.len())
}
