//! Videos: the card in a list, the page in full, and what only their owners see.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use shared::api::{self, Label};
use shared::id::{FileId, InfoHash, Uuid};
use shared::limits::VIDEO_DESCRIPTION_TRUNCATED_LENGTH;
use shared::meeting::InForce;

use super::{actor, elsewhere};
use crate::catalogue::Entry;
use crate::config::PublicUrl;
use crate::domain::video::list::{INCLUDE_AUTOMATIC_TAGS, INCLUDE_UNPUBLISHED};
use crate::domain::video::{embed, labels, torrent};
use crate::files::cached::{self, Owner};
use crate::files::layout::{caption_playlist_name, original_name, torrent_name};
use crate::files::picture::{PREVIEW, Size, THUMBNAIL};
use crate::store::records::{Chapter, Facts, Playlist, RemotePicture, Rendition, Video};

/// What `encodeURIComponent` leaves alone.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Who reads a video's page.
#[derive(Clone, PartialEq, Debug)]
pub enum Reader {
    /// Anybody who may see it.
    Anybody,
    /// Who may change it, and so sees the uploaded file, and how far the work on it is.
    Keeper(Option<api::Processing>),
}

/// How viewers of a video reach each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reach {
    /// Where they find each other.
    pub tracker_urls: Vec<String>,
    /// Who may meet.
    pub in_force: InForce,
}

/// What is shown of a video until pictures were taken from its file: clients put every path behind our address and ask
/// for it, and PeerTube always has one.
const NO_PICTURE: &str = "/icons/shoal-512.png";

/// A video in a list.
#[must_use]
pub fn card(url: &PublicUrl, entry: &Entry) -> api::Video {
    api::Video {
        card: video_card(url, entry, true),
        account: actor::account_summary(url, &entry.publisher.account),
        channel: actor::channel_summary(url, &entry.publisher.channel),
    }
}

/// A video in the list of whoever keeps order, with what their `include` asks for.
#[must_use]
pub fn included(url: &PublicUrl, entry: &Entry, include: u32) -> api::IncludedVideo {
    let video = &entry.listed.video;
    let unpublished = include & INCLUDE_UNPUBLISHED != 0;
    api::IncludedVideo {
        video: card(url, entry),
        state: unpublished.then(|| state(video)),
        wait_transcoding: unpublished.then_some(video.wait_transcoding),
        automatic_tags: (include & INCLUDE_AUTOMATIC_TAGS != 0).then(|| video.automatic_tags.clone()),
    }
}

/// A video in its owner's list.
#[must_use]
pub fn mine(url: &PublicUrl, entry: &Entry, processing: Option<api::Processing>) -> api::MyVideo {
    let video = &entry.listed.video;
    api::MyVideo {
        video: card(url, entry),
        state: state(video),
        wait_transcoding: video.wait_transcoding,
        blacklisted: video.blocked.is_some(),
        blacklisted_reason: video.blocked.as_ref().and_then(|block| block.reason.clone()),
        processing,
    }
}

/// A video's page.
#[must_use]
pub fn details(url: &PublicUrl, entry: &Entry, reach: Reach, reader: Reader) -> api::VideoDetails {
    let video = &entry.listed.video;
    let Reach { tracker_urls, in_force } = reach;
    let (files, scheduled_update, processing) = match reader {
        Reader::Anybody => (Vec::new(), None, None),
        Reader::Keeper(processing) => {
            (original(url, video).into_iter().collect(), scheduled_update(video), processing)
        }
    };
    let (policy, policy_name) = labels::comments(video.comments_policy);
    let (embed, embed_name) = embed::label(&video.embed);
    let (streaming_playlists, files) = match &video.remote {
        Some(remote) => elsewhere::streams_and_files(video.id, remote),
        None => {
            let of_ours = |list| playlist(url, entry, list, &tracker_urls);
            (video.playlist.iter().map(of_ours).collect(), files)
        }
    };
    api::VideoDetails {
        card: video_card(url, entry, false),
        account: actor::account(url, &entry.publisher.account),
        channel: actor::channel(url, &entry.publisher.channel, Some(&entry.publisher.account)),
        blacklisted: video.blocked.is_some(),
        blacklisted_reason: video.blocked.as_ref().and_then(|block| block.reason.clone()),
        streaming_playlists,
        files,
        support: video.support.clone(),
        description_path: format!("/api/v1/videos/{}/description", video.uuid),
        tags: video.tags.clone(),
        comments_enabled: policy != 2,
        comments_policy: Label { id: policy, label: policy_name.to_owned() },
        embed_privacy_policy: Some(Label { id: embed, label: embed_name.to_owned() }),
        download_enabled: video.download_enabled,
        wait_transcoding: video.wait_transcoding,
        input_file_updated_at: video.replaced_at,
        state: state(video),
        tracker_urls,
        sharing: video.sharing,
        sharing_in_force: Some(in_force),
        scheduled_update,
        processing,
    }
}

fn scheduled_update(video: &Video) -> Option<api::ScheduledUpdate> {
    let schedule = video.schedule?;
    let privacy = Some(labels::privacy_number(schedule.privacy));
    Some(api::ScheduledUpdate { update_at: schedule.at, privacy })
}

/// A video's whole description.
#[must_use]
pub fn description(video: &Video) -> api::Description {
    api::Description { description: video.description.clone() }
}

/// The small pictures of a video.
#[must_use]
pub fn storyboards(video: &Video) -> api::Storyboards {
    let path = |file_name: &str| match &video.remote {
        Some(remote) => {
            let name = remote.storyboard.as_ref().map(cached::storyboard_name)?;
            Some(Owner::Video(video.uuid).path(&name))
        }
        None => Some(format!("/lazy-static/storyboards/{file_name}")),
    };
    let shown =
        video.storyboard.iter().filter_map(|storyboard| Some((path(&storyboard.file_name)?, storyboard)));
    let storyboards = shown.map(|(storyboard_path, storyboard)| api::Storyboard {
        storyboard_path,
        total_height: storyboard.total_height,
        total_width: storyboard.total_width,
        sprite_height: storyboard.sprite_height,
        sprite_width: storyboard.sprite_width,
        sprite_duration: storyboard.sprite_duration,
    });
    api::Storyboards { storyboards: storyboards.collect() }
}

/// The captions of a video.
#[must_use]
pub fn captions(url: &PublicUrl, video: &Video, guarded: bool) -> api::Page<api::Caption> {
    let rows = video.captions.iter().map(|caption| {
        let path = match &video.remote {
            // A copy of ours: who reads it asks no other server.
            Some(_) => Owner::Video(video.uuid).path(&caption.file_name),
            None => format!("/lazy-static/video-captions/{}", caption.file_name),
        };
        let label = labels::language_name(&caption.language).unwrap_or(&caption.language);
        let playlist = caption_playlist_name(&caption.file_name);
        let folder = playlist_folder(video.uuid, guarded);
        api::Caption {
            language: Label { id: caption.language.clone(), label: label.to_owned() },
            file_url: format!("{url}{path}"),
            caption_path: path,
            playlist_url: video.playlist.as_ref().map(|_| format!("{url}{folder}/{playlist}")),
            automatically_generated: caption.automatic,
            updated_at: caption.updated_at,
        }
    });
    let data: Vec<_> = rows.collect();
    api::Page { total: u64::try_from(data.len()).unwrap_or(u64::MAX), data }
}

/// The chapters of a video.
#[must_use]
pub fn chapters(video: &Video) -> api::ChapterList {
    let entry =
        |chapter: &Chapter| api::ChapterEntry { timecode: chapter.timecode, title: chapter.title.clone() };
    api::ChapterList { chapters: video.chapters.iter().map(entry).collect() }
}

/// What the uploaded file was, for its owner, and a key to it where it is kept.
#[must_use]
pub fn source(url: &PublicUrl, video: &Video, key: Uuid) -> serde_json::Value {
    let kept = source_file(url, video).filter(|_| video.source_kept);
    let facts = video.facts.as_ref();
    let of_facts = |field: fn(&Facts) -> u32| facts.map_or(0, field);
    let (width, height, fps) =
        (of_facts(|facts| facts.width), of_facts(|facts| facts.height), of_facts(|facts| facts.fps));
    let resolution = width.min(height);
    let streams = facts.map_or_else(Vec::new, |facts| {
        streams(facts.has_video.then_some((width, height, fps)), facts.has_audio)
    });
    json!({
        "filename": video.source.filename,
        "inputFilename": video.source.filename,
        // Until all is made of it, it is listed among the video's files.
        "fileUrl": kept.as_ref().map(|file| &file.file_url),
        "fileDownloadUrl": kept.as_ref().map(|file| format!("{}?videoFileToken={key}", file.file_download_url)),
        "resolution": Label { id: resolution, label: resolution_name(resolution, fps) },
        "size": video.source.bytes,
        "width": width,
        "height": height,
        "fps": fps,
        "metadata": metadata(video.source.bytes, facts, streams),
        "createdAt": video.replaced_at.unwrap_or(video.created_at),
    })
}

/// What the uploaded file is, as long as it is kept under this number.
#[must_use]
pub fn original_metadata(video: &Video, file: FileId) -> Option<serde_json::Value> {
    let facts = video.facts.as_ref().filter(|_| video.source.file == Some(file))?;
    let pictures = facts.has_video.then_some((facts.width, facts.height, facts.fps));
    Some(metadata(video.source.bytes, Some(facts), streams(pictures, facts.has_audio)))
}

/// What one of a video's files is; none where it has no such file.
#[must_use]
pub fn file_metadata(video: &Video, file: FileId) -> Option<serde_json::Value> {
    let playlist = video.playlist.as_ref()?;
    let rendition = playlist.renditions.iter().find(|rendition| rendition.file == file)?;
    let pictures = rendition.has_video.then_some((rendition.width, rendition.height, rendition.fps));
    let streams = streams(pictures, rendition.has_audio);
    Some(metadata(rendition.bytes, video.facts.as_ref(), streams))
}

/// The fields of ffprobe's report that are known of every file.
fn metadata(bytes: u64, facts: Option<&Facts>, streams: Vec<serde_json::Value>) -> serde_json::Value {
    #[expect(clippy::cast_precision_loss, reason = "a length in milliseconds is far below 53 bits")]
    let seconds = facts.map_or(0.0, |facts| facts.duration_ms as f64 / 1000.0);
    let duration_ms = facts.map_or(0, |facts| facts.duration_ms);
    let bit_rate = bytes.saturating_mul(8000).checked_div(duration_ms).unwrap_or(0);
    json!({
        "format": { "size": bytes, "duration": seconds, "bit_rate": bit_rate, "nb_streams": streams.len() },
        "streams": streams,
        "chapters": [],
    })
}

fn streams(pictures: Option<(u32, u32, u32)>, has_audio: bool) -> Vec<serde_json::Value> {
    let pictures = pictures.map(|(width, height, fps)| {
        json!({ "codec_type": "video", "width": width, "height": height, "avg_frame_rate": format!("{fps}/1") })
    });
    let sound = has_audio.then(|| json!({ "codec_type": "audio" }));
    pictures.into_iter().chain(sound).collect()
}

/// The path of a video's streams. Guarded ones have a folder of their own in addresses, not on the disk, so that
/// players know that they need a token.
#[must_use]
pub fn playlist_folder(uuid: Uuid, guarded: bool) -> String {
    let private = if guarded { "private/" } else { "" };
    format!("/static/streaming-playlists/hls/{private}{uuid}")
}

fn video_card(url: &PublicUrl, entry: &Entry, in_list: bool) -> api::VideoCard {
    let video = &entry.listed.video;
    let uuid = video.uuid;
    let or_none = |path: Option<String>| path.unwrap_or_else(|| NO_PICTURE.to_owned());
    let truncated = video.description.as_deref().map(truncate);
    api::VideoCard {
        id: video.id,
        uuid,
        short_uuid: uuid.short(),
        url: address(url, video),
        name: video.name.clone(),
        category: label(video.category, labels::CATEGORIES),
        licence: label(video.licence, labels::LICENCES),
        language: Label {
            label: name_or_unknown(video.language.as_deref().and_then(labels::language_name)),
            id: video.language.clone(),
        },
        privacy: privacy(video),
        nsfw: video.nsfw,
        nsfw_flags: video.nsfw_flags,
        nsfw_summary: video.nsfw_summary.clone(),
        description: if in_list { truncated.clone() } else { video.description.clone() },
        truncated_description: truncated,
        is_local: video.remote.is_none(),
        duration: video.facts.as_ref().map_or(0, |facts| (facts.duration_ms + 500) / 1000),
        aspect_ratio: aspect_ratio(video),
        views: video.views,
        viewers: entry.viewers,
        likes: video.likes,
        dislikes: video.dislikes,
        comments: entry.listed.counts.comments,
        thumbnail_path: or_none(thumbnail_path(video)),
        preview_path: or_none(preview_path(video)),
        embed_path: format!("/videos/embed/{uuid}"),
        created_at: video.created_at,
        updated_at: video.updated_at,
        published_at: video.published_at,
        originally_published_at: video.originally_published_at,
        is_live: video.remote.as_ref().is_some_and(|remote| remote.is_live),
        user_history: None,
    }
}

/// By which the network knows a video.
#[must_use]
pub fn address(url: &PublicUrl, video: &Video) -> String {
    match &video.remote {
        Some(remote) => remote.url.clone(),
        None => format!("{url}/videos/watch/{}", video.uuid),
    }
}

/// The path of a video's miniature; none where it has none.
#[must_use]
pub fn thumbnail_path(video: &Video) -> Option<String> {
    match &video.remote {
        Some(remote) => copy(video, remote.pictures.first(), THUMBNAIL),
        None => video.thumbnail.as_ref().map(|name| format!("/lazy-static/thumbnails/{name}")),
    }
}

/// The path of a video's large picture; none where it has none.
#[must_use]
pub fn preview_path(video: &Video) -> Option<String> {
    match &video.remote {
        Some(remote) => copy(video, remote.pictures.last(), PREVIEW),
        None => video.preview.as_ref().map(|name| format!("/lazy-static/previews/{name}")),
    }
}

/// The path of a copy of a picture of another server, which is made when somebody asks for it.
fn copy(video: &Video, picture: Option<&RemotePicture>, size: Size) -> Option<String> {
    let name = cached::video_picture_name(picture?, size.width);
    Some(Owner::Video(video.uuid).path(&name))
}

fn label(id: Option<u32>, list: &'static [(u32, &'static str)]) -> Label<Option<u32>> {
    Label { id, label: name_or_unknown(id.and_then(|id| labels::name_of(list, id))) }
}

fn name_or_unknown(name: Option<&str>) -> String {
    name.unwrap_or(labels::UNKNOWN).to_owned()
}

fn privacy(video: &Video) -> Label<u32> {
    let id = labels::privacy_number(video.privacy);
    Label { id, label: name_or_unknown(labels::name_of(labels::PRIVACIES, id)) }
}

fn state(video: &Video) -> Label<u32> {
    let (id, label) = labels::state(video.state);
    Label { id, label: label.to_owned() }
}

/// Width by height with four decimals.
fn aspect_ratio(video: &Video) -> Option<f64> {
    let facts = video.facts.as_ref().filter(|facts| 0 < facts.width && 0 < facts.height)?;
    let ratio = f64::from(facts.width) / f64::from(facts.height);
    Some((ratio * 10_000.0).round() / 10_000.0)
}

/// The first letters of a description, with dots for the rest.
fn truncate(description: &str) -> String {
    if description.chars().count() <= VIDEO_DESCRIPTION_TRUNCATED_LENGTH {
        return description.to_owned();
    }
    let kept = description.chars().take(VIDEO_DESCRIPTION_TRUNCATED_LENGTH - 3);
    kept.chain("...".chars()).collect()
}

fn playlist(
    url: &PublicUrl,
    entry: &Entry,
    playlist: &Playlist,
    tracker_urls: &[String],
) -> api::StreamingPlaylist {
    let video = &entry.listed.video;
    let folder = playlist_folder(video.uuid, entry.listed.sight().has_guarded_files());
    let of_rendition = |rendition: &Rendition| file(url, video, &folder, rendition, tracker_urls);
    let mut files: Vec<api::VideoFile> = playlist.whole_files().map(of_rendition).collect();
    files.sort_by_key(|file| std::cmp::Reverse(file.resolution.id));
    api::StreamingPlaylist {
        id: playlist.id,
        kind: 1,
        playlist_url: format!("{url}{folder}/{}", playlist.master),
        segments_sha256_url: format!("{url}{folder}/{}", playlist.digests),
        // What is not for everybody is served by nobody else.
        redundancies: match entry.listed.sight().has_guarded_files() {
            true => Vec::new(),
            false => elsewhere::redundancies(&video.mirrors),
        },
        files,
    }
}

fn file(
    url: &PublicUrl,
    video: &Video,
    folder: &str,
    rendition: &Rendition,
    tracker_urls: &[String],
) -> api::VideoFile {
    let uuid = video.uuid;
    let resolution = rendition.resolution();
    let file_url = format!("{url}{folder}/{}", rendition.file_name);
    let torrent = torrent_name(uuid, resolution);
    let torrent_url = format!("{url}/lazy-static/torrents/{torrent}");
    let is_shared = torrent::is_shared(video);
    let torrent_made = rendition.torrent.as_ref().filter(|_| is_shared);
    api::VideoFile {
        id: rendition.file,
        resolution: Label { id: resolution, label: resolution_name(resolution, rendition.fps) },
        width: rendition.width,
        height: rendition.height,
        magnet_uri: torrent_made
            .map(|torrent| magnet(&torrent_url, torrent.info_hash, &video.name, tracker_urls, &file_url)),
        size: rendition.bytes,
        fps: rendition.fps,
        torrent_url: is_shared.then_some(torrent_url),
        torrent_download_url: is_shared.then(|| format!("{url}/download/torrents/{torrent}")),
        file_download_url: format!(
            "{url}/download/streaming-playlists/hls/videos/{uuid}-{resolution}-fragmented.mp4"
        ),
        file_url,
        metadata_url: format!("{url}/api/v1/videos/{uuid}/metadata/{}", rendition.file),
        has_audio: rendition.has_audio,
        has_video: rendition.has_video,
        storage: 0,
    }
}

/// The uploaded file, as PeerTube lists it until renditions took its place, but not to everybody: it may say where it
/// was filmed. PeerTube's own command line asks again and again until the first file has a torrent. This one is never
/// shared; it names the torrent of the rendition that is made of it, which is there for others once that is.
fn original(url: &PublicUrl, video: &Video) -> Option<api::VideoFile> {
    source_file(url, video).filter(|_| !video.source_kept)
}

fn source_file(url: &PublicUrl, video: &Video) -> Option<api::VideoFile> {
    let (file, facts) = video.source.file.zip(video.facts.as_ref())?;
    let uuid = video.uuid;
    let resolution = facts.width.min(facts.height);
    let name = original_name(video.stem(), resolution, &video.source.extension);
    let torrent = torrent_name(uuid, resolution);
    Some(api::VideoFile {
        id: file,
        resolution: Label { id: resolution, label: resolution_name(resolution, facts.fps) },
        width: facts.width,
        height: facts.height,
        magnet_uri: None,
        size: video.source.bytes,
        fps: facts.fps,
        torrent_url: Some(format!("{url}/lazy-static/torrents/{torrent}")),
        torrent_download_url: Some(format!("{url}/download/torrents/{torrent}")),
        file_url: format!("{url}/static/web-videos/private/{name}"),
        file_download_url: format!("{url}/download/web-videos/{name}"),
        metadata_url: format!("{url}/api/v1/videos/{uuid}/metadata/{file}"),
        has_audio: facts.has_audio,
        has_video: facts.has_video,
        storage: 0,
    })
}

pub(super) fn resolution_name(resolution: u32, fps: u32) -> String {
    match (resolution, fps) {
        (0, _) => "Audio only".to_owned(),
        (_, 50..) => format!("{resolution}p{fps}"),
        (_, _) => format!("{resolution}p"),
    }
}

/// A magnet link as PeerTube writes it: where the torrent lies (`xs`), what it is called by peers (`xt`) and by people
/// (`dn`), where peers meet (`tr`), and the file itself (`ws`, BEP 19).
fn magnet(
    torrent_url: &str,
    info_hash: InfoHash,
    name: &str,
    tracker_urls: &[String],
    file_url: &str,
) -> String {
    let encode = |text: &str| utf8_percent_encode(text, COMPONENT).to_string();
    let name = encode(name).replace("%20", "+");
    let mut link = format!("magnet:?xs={}&xt=urn:btih:{info_hash}&dn={name}", encode(torrent_url));
    for tracker in tracker_urls {
        link += &format!("&tr={}", encode(tracker));
    }
    link + &format!("&ws={}", encode(file_url))
}

#[cfg(test)]
#[path = "video_tests.rs"]
mod tests;
