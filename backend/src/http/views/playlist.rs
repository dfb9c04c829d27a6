//! Lists of videos.

use shared::api::{self, Label};

use super::actor::{account_summary, channel_summary};
use super::video::thumbnail_path;
use crate::app::App;
use crate::domain::playlist::form::privacy_label;
use crate::files::cached::{Owner, video_picture_name};
use crate::files::picture::THUMBNAIL;
use crate::store::records::{PlaylistKind, VideoPlaylist};

/// A list of videos; none where its owner is being removed.
#[must_use]
pub fn playlist(app: &App, playlist: &VideoPlaylist) -> Option<api::VideoPlaylist> {
    let url = app.url();
    let account = app.catalogue().account(playlist.account)?;
    let channel = playlist.channel.and_then(|channel| app.catalogue().publisher(channel));
    let (privacy, privacy_name) = privacy_label(playlist.privacy);
    let (kind, kind_name) = match playlist.kind {
        PlaylistKind::Regular => (1, "Regular"),
        PlaylistKind::WatchLater => (2, "Watch later"),
    };
    Some(api::VideoPlaylist {
        id: playlist.id,
        uuid: playlist.uuid,
        short_uuid: playlist.uuid.short(),
        is_local: playlist.remote.is_none(),
        url: match &playlist.remote {
            Some(remote) => remote.url.clone(),
            None => format!("{url}/video-playlists/{}", playlist.uuid),
        },
        display_name: playlist.name.clone(),
        description: playlist.description.clone(),
        privacy: Label { id: privacy, label: privacy_name.to_owned() },
        thumbnail_path: thumbnail(app, playlist),
        embed_path: format!("/video-playlists/embed/{}", playlist.uuid),
        kind: Label { id: kind, label: kind_name.to_owned() },
        videos_length: playlist.videos,
        created_at: playlist.created_at,
        updated_at: playlist.updated_at,
        owner_account: account_summary(url, &account),
        video_channel_position: playlist.channel.map(|_| playlist.place).filter(|place| 0 < *place),
        video_channel: channel.map(|publisher| channel_summary(url, &publisher.channel)),
    })
}

/// The path of the picture its owner chose, of our copy of the one it has on its server, or of that of its first video where everybody may see that.
#[must_use]
pub fn thumbnail(app: &App, playlist: &VideoPlaylist) -> Option<String> {
    let chosen = playlist.thumbnail.as_ref().map(|name| format!("/lazy-static/thumbnails/{name}"));
    let there = playlist.remote.as_ref().and_then(|remote| remote.picture.as_ref());
    let there = there
        .map(|picture| Owner::Playlist(playlist.uuid).path(&video_picture_name(picture, THUMBNAIL.width)));
    chosen.or(there).or_else(|| {
        let entry = app.catalogue().video(playlist.first?)?;
        let is_open = !entry.listed.sight().has_guarded_files();
        thumbnail_path(&entry.listed.video).filter(|_| is_open)
    })
}

/// A list that everybody has.
#[must_use]
pub fn special_playlist(playlist: &VideoPlaylist) -> api::SpecialPlaylist {
    api::SpecialPlaylist { id: playlist.id.0, name: playlist.name.clone(), kind: 2 }
}
