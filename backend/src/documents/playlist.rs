//! Lists of videos.

use std::sync::Arc;

use super::video::{addresses, audience};
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::federation::collection::PageAsked;
use crate::domain::federation::playlist::{self as said, Playlist, Said};
use crate::domain::playlist::elements;
use crate::http::views::playlist_thumbnail;
use crate::store::StoreError;
use crate::store::records::{Element, VideoPlaylist};

/// The video of a place in a list, where others may read it. Of those of other servers each reader asks where they are.
#[must_use]
pub fn readable(app: &App, element: &Element) -> Option<Arc<Entry>> {
    let video = app.catalogue().video(element.video)?;
    let is_listed_elsewhere = video.listed.video.remote.is_some() && video.listed.sight().is_listed();
    (is_listed_elsewhere || audience(app, &video).is_some()).then_some(video)
}

/// A list, or the page of it that is asked for, with the places of it that others may read: a page is shorter by those
/// they may not. None where whose it is, or the channel it is in, is being removed. Blocks.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn shown(
    app: &App,
    playlist: &VideoPlaylist,
    asked: Option<PageAsked>,
) -> Result<Option<Playlist>, StoreError> {
    let Some(account) = app.catalogue().account(playlist.account) else { return Ok(None) };
    let channel = playlist.channel.and_then(|channel| app.catalogue().publisher(channel));
    let Some(channel) = channel else { return Ok(None) };
    let picture = playlist_thumbnail(app, playlist);
    let said = Said {
        playlist,
        account: &account.name,
        channel: &channel.channel.name,
        picture: picture.as_deref(),
        total: usize::try_from(playlist.videos).unwrap_or(usize::MAX),
    };
    let addresses = addresses(app);
    Ok(Some(match asked {
        None => said::whole(&addresses, &said),
        Some(asked) => {
            let rows = elements(app.store(), playlist.id, (asked.start(), asked.size))?;
            let rows = rows.into_iter().filter(|(_, element)| readable(app, element).is_some());
            let items: Vec<_> = rows.map(|(_, element)| element.id).collect();
            said::page(&addresses, &said, asked, &items)
        }
    }))
}

/// A list as others read it; none where whose it is, or the channel it is in, is being removed. Blocks.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn whole(app: &App, playlist: &VideoPlaylist) -> Result<Option<Playlist>, StoreError> {
    shown(app, playlist, None)
}
