//! What becomes of the lists of a channel that goes to somebody else: they go with it.

use shared::id::{AccountId, ChannelId, ElementId, VideoId};
use shared::limits::PLAYLISTS_PER_ACCOUNT_MAX;

use super::shelf::lists_of;
use crate::domain::event::Event;
use crate::store::tables::{
    AccountElementKey, AccountPlaylistKey, AllElementsOf, ElementPlaceKey, PlaylistKey, PlaylistsOf,
};
use crate::store::{Read, StoreError, Write};

/// Gives the lists of a channel to another account. Gives whether it has room for them; if not, nothing changed. What
/// they hold, which may be a million rows, is filed under its new owner by a job.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn give_channel(
    write: &mut Write<'_>,
    channel: ChannelId,
    from: AccountId,
    to: AccountId,
) -> Result<bool, StoreError> {
    let lists = lists_of(write, channel)?;
    if lists.is_empty() {
        return Ok(true);
    }
    if PLAYLISTS_PER_ACCOUNT_MAX < write.scan(&PlaylistsOf(to)).count().saturating_add(lists.len()) {
        return Ok(false);
    }
    for mut list in lists {
        write.remove(&AccountPlaylistKey { account: list.account, playlist: list.id });
        write.insert(&AccountPlaylistKey { account: to, playlist: list.id }, &())?;
        list.account = to;
        write.insert(&PlaylistKey { playlist: list.id }, &list)?;
    }
    write.note(Event::PlaylistsGiven(from));
    Ok(true)
}

/// Looks at no more than `rows_max` of the elements that are filed under an account, behind `after`, and files those of
/// lists that are another's now under that one. Gives the last that was looked at; none at the end.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn file_elements(
    write: &mut Write<'_>,
    account: AccountId,
    (video, element): (VideoId, ElementId),
    rows_max: usize,
) -> Result<Option<(VideoId, ElementId)>, StoreError> {
    let after = AccountElementKey { account, video, element };
    let rows = write.scan_after(&AllElementsOf(account), &after).take(rows_max);
    let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
    for (key, playlist) in &rows {
        // What a list that is gone held is removed on its own behalf, but under its last owner alone.
        let owner = write.get(&PlaylistKey { playlist: *playlist })?.map(|list| list.account);
        if owner == Some(account) {
            continue;
        }
        write.remove(key);
        let is_held = write.get(&ElementPlaceKey { element: key.element })?.is_some();
        if let Some(owner) = owner.filter(|_| is_held) {
            let (video, element) = (key.video, key.element);
            write.insert(&AccountElementKey { account: owner, video, element }, playlist)?;
        }
    }
    Ok(rows.last().map(|(key, _)| (key.video, key.element)))
}
