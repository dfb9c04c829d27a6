//! Which page an address is, and what it shows to somebody nobody knows.
//!
//! Owns PeerTube's page routes and what of a record a page's head tells. The surprise is that it never asks who asks:
//! the head is what search engines and link previews read, so a private video's page is that of an unknown one, for
//! its owner too, until the script there has signed in.

use shared::api::Image;
use shared::id::{Handle, VideoRef};

use super::head::{ActorCard, PlaylistCard, Subject, VideoCard};
use super::plain::plain_text;
use crate::app::App;
use crate::catalogue::Entry;
use crate::config::{NsfwPolicy, PublicUrl};
use crate::domain::federation::playlist::is_published;
use crate::domain::playlist::opens_to;
use crate::domain::viewer::Viewer;
use crate::federation::repair;
use crate::http::actor::{account_of, channel_of};
use crate::http::federation;
use crate::http::views::{account_summary, channel_summary, playlist_thumbnail, preview_path};
use crate::store::StoreError;
use crate::store::records::{Account, Channel, CommentsPolicy, PlaylistPrivacy, RemoteActor};

/// A page by its address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Page {
    /// A video.
    Video(VideoRef),
    /// A list of videos, by number, UUID or short UUID.
    Playlist(String),
    /// A channel.
    Channel(Handle),
    /// An account.
    Account(Handle),
    /// `/@name`: an account, or else a channel.
    Either(Handle),
    /// A page about one thing whose name is none.
    Unknown,
    /// Any other: lists, forms, and what only the script knows.
    Other,
}

/// Reads a page's path.
#[must_use]
pub fn parse_page(path: &str) -> Page {
    let mut parts = path.trim_start_matches('/').split('/');
    let (first, second, third) = (parts.next().unwrap_or(""), parts.next(), parts.next());
    match (first, second, third) {
        ("w", Some("p"), Some(id)) | ("video-playlists", Some("embed"), Some(id)) => {
            Page::Playlist(id.to_owned())
        }
        ("videos", Some("watch"), Some("playlist")) => {
            parts.next().map_or(Page::Unknown, |id| Page::Playlist(id.to_owned()))
        }
        ("w", Some("p"), None) => Page::Unknown,
        ("w", Some(id), _) | ("videos", Some("watch" | "embed"), Some(id)) => {
            // Links to a comment carry its thread: `/w/{id};threadId=3`.
            let id = id.split_once(';').map_or(id, |(id, _)| id);
            id.parse().map_or(Page::Unknown, Page::Video)
        }
        ("c" | "video-channels", Some(name), _) => parse_handle(name).map_or(Page::Unknown, Page::Channel),
        ("a" | "accounts", Some(name), _) => parse_handle(name).map_or(Page::Unknown, Page::Account),
        (name, _, _) if name.starts_with('@') => parse_handle(name).map_or(Page::Unknown, Page::Either),
        _ => Page::Other,
    }
}

fn parse_handle(name: &str) -> Option<Handle> {
    percent_encoding::percent_decode_str(name).decode_utf8().ok()?.parse().ok()
}

/// What a page shows to somebody nobody knows.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub async fn find_subject(app: &App, page: Page) -> Result<Subject, StoreError> {
    let found = match page {
        Page::Other => return Ok(Subject::Instance),
        Page::Unknown => None,
        Page::Video(name) => find_video(app, name),
        Page::Playlist(name) => find_playlist(app, &name),
        Page::Channel(handle) => app.blocking(move |app| find_channel(app, &handle)).await?,
        Page::Account(handle) => app.blocking(move |app| find_account(app, &handle)).await?,
        Page::Either(handle) => app.blocking(move |app| find_either(app, &handle)).await?,
    };
    Ok(found.unwrap_or(Subject::Unknown))
}

fn find_video(app: &App, name: VideoRef) -> Option<Subject> {
    let (entry, by) = app.catalogue().find(name)?;
    entry.listed.sight().opens_to(&Viewer::Anonymous, by).ok()?;
    repair::watched(app, &entry.listed.video);
    let policy = app.config().instance.nsfw_policy;
    Some(Subject::Video(VideoCard {
        document: federation::path_of(app, &entry),
        ..video_card(app.url().as_str(), &entry, policy)
    }))
}

fn find_playlist(app: &App, name: &str) -> Option<Subject> {
    let (playlist, by) = app.playlists().find(name)?;
    opens_to(&playlist, None, &Viewer::Anonymous, by).ok()?;
    Some(Subject::Playlist(PlaylistCard {
        name: playlist.name.clone(),
        description: plain_text(playlist.description.as_deref().unwrap_or_default()),
        picture: playlist_thumbnail(app, &playlist),
        path: format!("/w/p/{}", playlist.uuid.short()),
        embed: format!("/video-playlists/embed/{}", playlist.uuid),
        videos: playlist.videos,
        created: playlist.created_at,
        updated: playlist.updated_at,
        listed: playlist.privacy == PlaylistPrivacy::Public && playlist.remote.is_none(),
        document: is_published(&playlist).then(|| format!("/video-playlists/{}", playlist.uuid)),
        origin: playlist.remote.as_ref().map(|remote| remote.url.clone()),
    }))
}

fn find_channel(app: &App, handle: &Handle) -> Result<Option<Subject>, StoreError> {
    Ok(channel_of(app, handle)?.map(|channel| Subject::Actor(channel_card(app.url(), &channel))))
}

fn find_account(app: &App, handle: &Handle) -> Result<Option<Subject>, StoreError> {
    Ok(account_of(app, handle)?.map(|account| Subject::Actor(account_card(app.url(), &account))))
}

fn find_either(app: &App, handle: &Handle) -> Result<Option<Subject>, StoreError> {
    let account = find_account(app, handle)?;
    if account.is_some() { Ok(account) } else { find_channel(app, handle) }
}

/// The path of the tallest file that has picture and sound, where everybody may have it.
fn whole_file(entry: &Entry) -> Option<String> {
    let video = &entry.listed.video;
    let playlist = video.playlist.as_ref().filter(|_| !entry.listed.sight().has_guarded_files())?;
    let films = playlist.whole_files().filter(|film| film.has_video);
    let lines = films.map(|film| film.width.min(film.height)).max()?;
    video.remote.is_none().then(|| format!("/static/web-videos/{}-{lines}.mp4", video.uuid))
}

/// The name of a video's channel, and the address of its page.
fn maker_of(url: &str, entry: &Entry) -> (String, String) {
    let channel = &entry.publisher.channel;
    let page = channel.remote.as_deref().map(origin);
    let page = page.unwrap_or_else(|| format!("{url}/c/{}/videos", channel.name));
    (shown_name(&channel.display_name, &channel.name), page)
}

fn video_card(url: &str, entry: &Entry, policy: NsfwPolicy) -> VideoCard {
    let video = &entry.listed.video;
    VideoCard {
        name: video.name.clone(),
        description: plain_text(video.description.as_deref().unwrap_or_default()),
        preview: preview_path(video),
        path: format!("/w/{}", video.uuid.short()),
        embed: format!("/videos/embed/{}", video.uuid),
        uploaded: video.created_at,
        file: whole_file(entry),
        views: video.views,
        maker: maker_of(url, entry),
        comments: (video.remote.is_none() && video.comments_policy != CommentsPolicy::Disabled)
            .then(|| format!("/feeds/video-comments.xml?videoId={}", video.uuid)),
        duration: video.facts.as_ref().map_or(0, |facts| (facts.duration_ms + 500) / 1000),
        listed: entry.listed.sight().is_listed() && video.remote.is_none(),
        origin: video.remote.as_ref().map(|remote| remote.page.clone()),
        document: None,
        sensitive: (video.nsfw && policy != NsfwPolicy::Display)
            .then(|| video.nsfw_summary.clone().unwrap_or_default()),
    }
}

/// The largest of somebody's pictures, which are sorted by size.
fn largest(pictures: Vec<Image>) -> Option<(String, u32)> {
    pictures.into_iter().next_back().map(|picture| (picture.path, picture.width))
}

fn channel_card(url: &PublicUrl, channel: &Channel) -> ActorCard {
    ActorCard {
        picture: largest(channel_summary(url, channel).avatars),
        name: shown_name(&channel.display_name, &channel.name),
        description: plain_text(channel.description.as_deref().unwrap_or_default()),
        path: format!("/c/{}/videos", address_of(&channel.name, channel.host())),
        feeds: match channel.remote {
            Some(_) => Vec::new(),
            None => vec![
                (format!("/feeds/videos.xml?videoChannelName={}", channel.name), ""),
                (format!("/feeds/podcast/videos.xml?videoChannelId={}", channel.id.0), " (podcast)"),
            ],
        },
        document: channel.remote.is_none().then(|| format!("/video-channels/{}", channel.name)),
        origin: channel.remote.as_deref().map(origin),
        created: channel.created_at,
        updated: channel.updated_at,
    }
}

fn account_card(url: &PublicUrl, account: &Account) -> ActorCard {
    ActorCard {
        picture: largest(account_summary(url, account).avatars),
        name: shown_name(&account.display_name, &account.name),
        description: plain_text(account.description.as_deref().unwrap_or_default()),
        path: format!("/a/{}/video-channels", address_of(&account.name, account.host())),
        feeds: match account.remote {
            Some(_) => Vec::new(),
            None => vec![(format!("/feeds/videos.xml?accountName={}", account.name), "")],
        },
        document: account.remote.is_none().then(|| format!("/accounts/{}", account.name)),
        origin: account.remote.as_deref().map(origin),
        created: account.created_at,
        updated: account.updated_at,
    }
}

/// A name as it stands in addresses of pages.
fn address_of(name: &str, host: Option<&str>) -> String {
    host.map_or_else(|| name.to_owned(), |host| format!("{name}@{host}"))
}

/// Where people look at somebody of another server.
fn origin(actor: &RemoteActor) -> String {
    actor.page.clone().unwrap_or_else(|| actor.url.clone())
}

fn shown_name(display_name: &str, name: &str) -> String {
    if display_name.is_empty() { name.to_owned() } else { display_name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::id::{Uuid, VideoId};

    #[test]
    fn pages_are_those_of_peertube() {
        let uuid: Uuid = "ce07d2dc-d37f-4a15-8d02-89251c07337b".parse().unwrap();
        let video = Page::Video(VideoRef::Uuid(uuid));
        let list = Page::Playlist("eEResb7JG4SJbyqkk8n1mo".to_owned());
        let handle = |text: &str| text.parse::<Handle>().unwrap();
        for (path, page) in [
            ("/w/rrBjcMzUHp9vw19EDscPnD", video.clone()),
            ("/w/ce07d2dc-d37f-4a15-8d02-89251c07337b", video.clone()),
            ("/w/rrBjcMzUHp9vw19EDscPnD;threadId=3", video.clone()),
            ("/videos/watch/ce07d2dc-d37f-4a15-8d02-89251c07337b", video.clone()),
            ("/videos/embed/ce07d2dc-d37f-4a15-8d02-89251c07337b", video),
            ("/w/12", Page::Video(VideoRef::Id(VideoId(12)))),
            ("/w/nothing", Page::Unknown),
            ("/w/", Page::Unknown),
            ("/w/p/eEResb7JG4SJbyqkk8n1mo", list.clone()),
            ("/videos/watch/playlist/eEResb7JG4SJbyqkk8n1mo", list),
            (
                "/video-playlists/embed/eEResb7JG4SJbyqkk8n1mo",
                Page::Playlist("eEResb7JG4SJbyqkk8n1mo".to_owned()),
            ),
            ("/w/p", Page::Unknown),
            ("/videos/watch/playlist", Page::Unknown),
            ("/c/alice_films/videos", Page::Channel(handle("alice_films"))),
            ("/video-channels/alice_films", Page::Channel(handle("alice_films"))),
            ("/a/alice@films.example/video-channels", Page::Account(handle("alice@films.example"))),
            ("/accounts/alice", Page::Account(handle("alice"))),
            ("/@alice", Page::Either(handle("alice"))),
            ("/@alice%40films.example", Page::Either(handle("alice@films.example"))),
            ("/c/a%2fb", Page::Unknown),
            ("/", Page::Other),
            ("", Page::Other),
            ("/videos/browse", Page::Other),
            ("/videos/watch", Page::Other),
            ("/about", Page::Other),
            ("/nothing-here.xyz", Page::Other),
        ] {
            assert_eq!(parse_page(path), page, "{path}");
        }
    }
}
