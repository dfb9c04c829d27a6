//! Lists of videos.

use std::sync::Arc;

use shared::limits::PLAYLIST_ELEMENTS_MAX;

use super::video::{addresses, audience};
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::federation::collection::PageAsked;
use crate::domain::federation::playlist::{self as said, Playlist, Said};
use crate::domain::playlist::elements;
use crate::http::views::playlist_thumbnail;
use crate::store::StoreError;
use crate::store::records::{Element, VideoPlaylist};

/// A place in a list whose video others may read.
pub struct Shown {
    /// Its position among all, from 1 on.
    pub position: u64,
    /// The place.
    pub element: Element,
    /// What is there.
    pub video: Arc<Entry>,
}

/// The places of a list that others may read, with their positions among all. Blocks.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn shown_videos(app: &App, playlist: &VideoPlaylist) -> Result<Vec<Shown>, StoreError> {
    let all = usize::try_from(PLAYLIST_ELEMENTS_MAX).unwrap_or(usize::MAX);
    let rows = elements(app.store(), playlist.id, (0, all))?;
    let shown = rows.into_iter().filter_map(|(position, element)| {
        let video = app.catalogue().video(element.video)?;
        // Of others each server asks where they are.
        let is_listed_elsewhere = video.listed.video.remote.is_some() && video.listed.sight().is_listed();
        if !is_listed_elsewhere {
            audience(app, &video)?;
        }
        Some(Shown { position, element, video })
    });
    Ok(shown.collect())
}

/// A list, or the page of it that is asked for, with the places of it that others may read; none where whose it is, or
/// the channel it is in, is being removed.
#[must_use]
pub fn shown(
    app: &App,
    playlist: &VideoPlaylist,
    shown: &[Shown],
    asked: Option<PageAsked>,
) -> Option<Playlist> {
    let account = app.catalogue().account(playlist.account)?;
    let channel = app.catalogue().publisher(playlist.channel?)?;
    let picture = playlist_thumbnail(app, playlist);
    let said = Said {
        playlist,
        account: &account.name,
        channel: &channel.channel.name,
        picture: picture.as_deref(),
        total: shown.len(),
    };
    let addresses = addresses(app);
    Some(match asked {
        None => said::whole(&addresses, &said),
        Some(asked) => {
            let items = shown.iter().skip(asked.start()).take(asked.size);
            let items: Vec<_> = items.map(|row| row.element.id).collect();
            said::page(&addresses, &said, asked, &items)
        }
    })
}

/// A list as others read it; none where whose it is, or the channel it is in, is being removed. Blocks.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn whole(app: &App, playlist: &VideoPlaylist) -> Result<Option<Playlist>, StoreError> {
    Ok(shown(app, playlist, &shown_videos(app, playlist)?, None))
}
