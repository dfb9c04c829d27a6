//! From videos and comments to what a feed tells of them.
//!
//! Owns which file is given to who takes one. What is not for everybody has no file in a feed: its address would have to
//! hold a key to it. What its makers do not offer for download is a stream alone, since podcast apps keep what they fetch.

use std::cmp::Reverse;

use super::feed::{Author, Caption, File, Film, Item};
use super::measure::Measure;
use super::podcast::{Episode, Talk};
use crate::app::App;
use crate::catalogue::Entry;
use crate::config::PublicUrl;
use crate::domain::federation::html::html;
use crate::domain::video::{labels, torrent};
use crate::files::layout::torrent_name;
use crate::http::files::room::sources_of;
use crate::http::pages::plain::plain_text;
use crate::http::views;
use crate::store::records::{
    Account, Channel, Comment, CommentsPolicy, Playlist, RemoteFile, RemoteVideo, Rendition, Video,
};

/// Who takes one file takes it over any line and keeps it: no taller than this where there is one. Pixels.
const LINES_MAX: u32 = 720;

/// The page of an account.
#[must_use]
pub fn account_page(url: &PublicUrl, account: &Account) -> String {
    format!("{url}/a/{}/video-channels", handle(&account.name, account.host()))
}

/// The page of a channel.
#[must_use]
pub fn channel_page(url: &PublicUrl, channel: &Channel) -> String {
    format!("{url}/c/{}/videos", handle(&channel.name, channel.host()))
}

fn handle(name: &str, host: Option<&str>) -> String {
    host.map_or_else(|| name.to_owned(), |host| format!("{name}@{host}"))
}

fn shown<'n>(display_name: &'n str, name: &'n str) -> &'n str {
    if display_name.is_empty() { name } else { display_name }
}

/// An account as whoever made something.
#[must_use]
pub fn account(url: &PublicUrl, account: &Account) -> Author {
    let avatars = views::account_summary(url, account).avatars;
    Author {
        name: shown(&account.display_name, &account.name).to_owned(),
        page: account_page(url, account),
        picture: avatars.last().map(|image| format!("{url}{}", image.path)),
    }
}

/// A channel as whoever made something.
#[must_use]
pub fn channel(url: &PublicUrl, channel: &Channel) -> Author {
    let avatars = views::channel_summary(url, channel).avatars;
    Author {
        name: shown(&channel.display_name, &channel.name).to_owned(),
        page: channel_page(url, channel),
        picture: avatars.last().map(|image| format!("{url}{}", image.path)),
    }
}

/// A comment on a video; none where its author is gone.
#[must_use]
pub fn comment(app: &App, entry: &Entry, comment: &Comment) -> Option<Item> {
    let (url, video) = (app.url(), &entry.listed.video);
    let author = account(url, &app.catalogue().account(comment.author?)?);
    let html = match &comment.remote {
        // Another server's, and made safe when it came.
        Some(_) => comment.text.clone(),
        None => html(&comment.text, url.host(), &[]),
    };
    Some(Item {
        title: format!("{} - {}", video.name, author.name),
        page: format!("{url}/w/{};threadId={}", video.uuid.short(), comment.thread),
        // Not the page: that is the same for all of a thread.
        id: match &comment.remote {
            Some(remote) => remote.url.clone(),
            None => format!("{url}/videos/watch/{}/comments/{}", video.uuid, comment.id),
        },
        published: comment.created_at,
        updated: comment.updated_at,
        summary: None,
        html: Some(html),
        author,
        category: None,
        language: None,
        film: None,
    })
}

/// A video. Blocks where files have to be measured.
#[must_use]
pub fn video(measure: &mut Measure<'_>, app: &App, entry: &Entry) -> Item {
    let (url, video) = (app.url(), &entry.listed.video);
    let page = format!("{url}/w/{}", video.uuid.short());
    let description = video.description.as_deref().filter(|text| !text.trim().is_empty());
    Item {
        title: video.name.clone(),
        id: page.clone(),
        page,
        published: video.published_at,
        // Readers show anew what changed, and a thumb or another quality is no news.
        updated: video.published_at,
        summary: description.map(plain_text).filter(|text| !text.is_empty()),
        html: description.map(|text| html(text, url.host(), &[])),
        author: channel(url, &entry.publisher.channel),
        category: video.category.and_then(|number| Some((number, labels::category_name(number)?))),
        language: video.language.clone(),
        film: Some(film(measure, url, entry)),
    }
}

/// A video as an episode. Blocks where files have to be measured.
#[must_use]
pub fn episode(measure: &mut Measure<'_>, app: &App, entry: &Entry) -> Episode {
    let (url, video, owner) = (app.url(), &entry.listed.video, &entry.publisher.account);
    let talk = match video.comments_policy {
        CommentsPolicy::Disabled => Talk::Nowhere,
        CommentsPolicy::Enabled | CommentsPolicy::RequiresApproval => Talk::At {
            url: views::video_address(url, video),
            handle: format!("@{}@{}", owner.name, owner.host().unwrap_or(url.host())),
            page: account_page(url, owner),
        },
    };
    let chapters = (!video.chapters.is_empty()).then(|| chapters_address(url, video));
    Episode { item: Item { author: account(url, owner), ..self::video(measure, app, entry) }, talk, chapters }
}

fn chapters_address(url: &PublicUrl, video: &Video) -> String {
    format!("{url}/feeds/podcast/videos/{}/chapters.json", video.uuid)
}

fn film(measure: &mut Measure<'_>, url: &PublicUrl, entry: &Entry) -> Film {
    let video = &entry.listed.video;
    let pictures = [views::preview_path(video), views::thumbnail_path(video)];
    let film = Film {
        embed: format!("{url}/videos/embed/{}", video.uuid),
        views: video.views,
        seconds: video.facts.as_ref().map_or(0, |facts| (facts.duration_ms + 500) / 1000),
        is_sensitive: video.nsfw,
        tags: video.tags.clone(),
        pictures: pictures.into_iter().flatten().map(|path| format!("{url}{path}")).collect(),
        ..Film::default()
    };
    if entry.listed.sight().has_guarded_files() {
        return film;
    }
    let (mut files, stream) = match (&video.remote, &video.playlist) {
        (Some(remote), _) => (remote_files(remote), remote.streams.first().map(|stream| stream.url.clone())),
        (None, Some(playlist)) => {
            let folder = views::playlist_folder(video.uuid, false);
            (own_files(url, video, playlist), Some(format!("{url}{folder}/{}", playlist.master)))
        }
        (None, None) => (Vec::new(), None),
    };
    if !video.download_enabled {
        files.clear();
    }
    files.sort_by_key(|file| Reverse((file.lines, file.fps)));
    files.dedup_by_key(|file| file.lines);
    let chosen = choose(&files);
    for (at, file) in files.iter_mut().enumerate().filter(|(_, file)| file.bytes.is_none()) {
        let is_awaited = chosen == Some(at);
        file.bytes =
            sources_of(video, file.lines).and_then(|sources| measure.length(video.uuid, sources, is_awaited));
    }
    let captions = views::captions(url, video, false).data.into_iter();
    Film {
        torrents: files.iter().filter_map(|file| file.torrent.clone()).collect(),
        chosen,
        files,
        stream,
        captions: captions
            .map(|caption| Caption { language: caption.language.id, url: caption.file_url })
            .collect(),
        ..film
    }
}

/// The tallest that is not too tall, or the smallest; sound where there is nothing else. They are tallest first.
fn choose(files: &[File]) -> Option<usize> {
    let pictures = || files.iter().enumerate().filter(|(_, file)| file.has_pictures).map(|(at, _)| at);
    let is_small = |at: &usize| files.get(*at).is_some_and(|file| file.lines <= LINES_MAX);
    pictures().find(is_small).or_else(|| pictures().next_back()).or_else(|| (!files.is_empty()).then_some(0))
}

/// The qualities of a video of ours, each with its sound as one file.
fn own_files(url: &PublicUrl, video: &Video, playlist: &Playlist) -> Vec<File> {
    let is_sound = |rendition: &Rendition| rendition.has_audio && !rendition.has_video;
    let sound = playlist.whole_files().find(|rendition| is_sound(rendition));
    let is_shared = torrent::is_shared(video);
    let one = |rendition: &Rendition| {
        let lines = rendition.resolution();
        let beside = sound.filter(|_| !rendition.has_audio).map_or(0, |sound| sound.bandwidth_average);
        let torrent = rendition.torrent.as_ref().filter(|_| is_shared && rendition.has_video);
        File {
            url: format!("{url}/static/web-videos/{}-{lines}.mp4", video.uuid),
            media_type: if rendition.has_video { "video/mp4" } else { "audio/mp4" },
            has_pictures: rendition.has_video,
            width: rendition.width,
            lines,
            fps: rendition.fps,
            bits: rendition.bandwidth_average.saturating_add(beside),
            bytes: None,
            torrent: torrent
                .map(|_| format!("{url}/lazy-static/torrents/{}", torrent_name(video.uuid, lines))),
        }
    };
    playlist.whole_files().map(one).collect()
}

/// The files of a video of another server, with pictures and sound: whole ones, or else those of its stream.
fn remote_files(remote: &RemoteVideo) -> Vec<File> {
    let of_stream = || remote.streams.iter().flat_map(|stream| &stream.files).collect::<Vec<_>>();
    let whole: Vec<&RemoteFile> = remote.files.iter().collect();
    let found = if whole.is_empty() { of_stream() } else { whole };
    // Where sound lies apart, pictures are silent.
    if found.iter().any(|file| file.resolution == 0) && 1 < found.len() {
        return Vec::new();
    }
    let one = |file: &RemoteFile| File {
        url: file.url.clone(),
        media_type: match file.media_type.as_str() {
            "video/webm" => "video/webm",
            "video/ogg" => "video/ogg",
            _ if file.resolution == 0 => "audio/mp4",
            _ => "video/mp4",
        },
        has_pictures: file.resolution != 0,
        width: file.width,
        lines: file.resolution,
        fps: file.fps,
        bits: 0,
        bytes: (file.bytes != 0).then_some(file.bytes),
        torrent: file.torrent_url.clone(),
    };
    found.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(lines: &[u32]) -> Option<u32> {
        let one = |lines: &u32| File {
            url: String::new(),
            media_type: "video/mp4",
            has_pictures: *lines != 0,
            width: 0,
            lines: *lines,
            fps: 0,
            bits: 0,
            bytes: None,
            torrent: None,
        };
        let files: Vec<File> = lines.iter().map(one).collect();
        choose(&files).map(|at| files[at].lines)
    }

    #[test]
    fn who_takes_one_file_gets_one_that_goes_over_any_line() {
        for (lines, expected) in [
            (&[1080, 720, 480, 0][..], Some(720)),
            (&[1080, 480], Some(480)),
            (&[2160, 1080, 0], Some(1080)),
            (&[0], Some(0)),
            (&[], None),
        ] {
            assert_eq!(chosen(lines), expected, "{lines:?}");
        }
    }
}
