//! Videos of other servers.
//!
//! Owns what of their description is kept and how much of it. What this server decides of a video, whether it is hidden
//! and what watched words say of it, stays its own. Nothing is fetched, packaged or transcoded for such a row: it leads to
//! what lies on its own server. The surprise is the UUID: it is theirs, since addresses and programs know a video by it
//! on every server, and so it is the one thing another server could steal.

use std::time::Duration;

use shared::id::{ChannelId, Uuid, VideoId};
use shared::limits::{
    CHAPTER_TITLE_LENGTH, CHAPTERS_MAX, VIDEO_DESCRIPTION_LENGTH, VIDEO_NAME_LENGTH,
    VIDEO_NSFW_SUMMARY_LENGTH, VIDEO_SUPPORT_LENGTH, VIDEO_TAGS_MAX,
};
use shared::time::Timestamp;

use super::actor::picture;
use super::{Intake, KeepError, text};
use crate::domain::video::{blank, copies, labels};
use crate::domain::words;
use crate::federation::vocab::{self, host_of};
use crate::store::records::{
    Caption, Chapter, CommentsPolicy, Embed, Facts, Privacy, RemoteCaption, RemoteFile, RemoteObject,
    RemotePicture, RemoteStream, RemoteVideo, Storyboard, Video, VideoState,
};
use crate::store::tables::{
    AnnouncedKey, ChannelKey, ChannelVideoKey, RemoteObjectKey, TraceKey, VideoKey, VideoUuidKey,
};
use crate::store::{Read, Write};

/// Streams of one video; PeerTube has one.
const STREAMS_MAX: usize = 2;
/// Files of one stream, and beside the streams: a ladder has nine, and sound.
const FILES_MAX: usize = 20;
/// Trackers of one video.
const TRACKERS_MAX: usize = 10;
/// Languages a video has words in.
const CAPTIONS_MAX: usize = 100;
/// Letters of a magnet address, which has those of trackers and files in it.
const MAGNET_LENGTH_MAX: usize = 8000;
/// A miniature is the smallest picture that is wider than this, and the large one likewise (PeerTube's bounds).
const MINIATURE_WIDTH: u32 = 150;
const PREVIEW_WIDTH: u32 = 400;
/// A video that was published longer ago is nobody's news.
const NEWS_AGE_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// PeerTube's numbers of states in which others may know a video: published, and a live stream that has not begun or is
/// over.
const KNOWN_STATES: [u32; 3] = [1, 4, 5];

/// Keeps a video as its server describes it, new or changed. Its channel is of the same server, and may change within it.
///
/// # Errors
/// [`KeepError`].
pub fn video(
    write: &mut Write<'_>,
    now: Timestamp,
    said: &vocab::Video,
    channel: ChannelId,
    intake: Intake<'_>,
) -> Result<VideoId, KeepError> {
    let host = host_of(&said.id).ok_or(KeepError::Place("id"))?;
    if host == intake.host {
        return Err(KeepError::Ours);
    }
    if !KNOWN_STATES.contains(&said.state) {
        return Err(KeepError::NotPublic);
    }
    let publisher = write.get(&ChannelKey { channel })?.ok_or(KeepError::Place("attributedTo"))?;
    if publisher.host() != Some(host.as_str()) {
        return Err(KeepError::Place("attributedTo"));
    }
    let url_key = RemoteObjectKey { url: said.id.clone() };
    let known = match write.get(&url_key)? {
        Some(RemoteObject::Video(video)) => write.get(&VideoKey { video })?,
        Some(RemoteObject::Comment(_) | RemoteObject::Playlist(_)) => return Err(KeepError::KindChanged),
        None => None,
    };
    let (old, base) = match known {
        Some(old) => (Some(old.clone()), old),
        None => {
            claim_uuid(write, said.uuid)?;
            let id = VideoId(write.next_number("videos")?);
            let begun_at = said.published.min(now);
            (None, Video { state: VideoState::Published, ..blank(id, said.uuid, channel, begun_at) })
        }
    };
    let (id, uuid) = (base.id, base.uuid);
    let mut video = described(base, said, &host, now, intake.name);
    video.channel = channel;
    video.automatic_tags = words::tags_of(write, &video.name, video.description.as_deref(), intake.host)?;
    match &old {
        Some(old) => {
            copies::drop(write, old, Some(&video));
            if old.channel != channel {
                write.remove(&ChannelVideoKey { channel: old.channel, video: id });
            }
        }
        None => {
            let is_news = !intake.is_backfill && now <= said.published.after(NEWS_AGE_MAX);
            if !is_news {
                // As if those who follow the channel had been told already.
                write.insert(&AnnouncedKey { video: id }, &())?;
            }
            write.insert(&VideoUuidKey { uuid }, &id)?;
            write.insert(&url_key, &RemoteObject::Video(id))?;
        }
    }
    write.insert(&ChannelVideoKey { channel, video: id }, &())?;
    write.insert(&VideoKey { video: id }, &video)?;
    Ok(id)
}

/// Refuses a UUID that is in use. A video is found by its UUID alone, in addresses of pages, in what others embed and in
/// what programs ask for: whoever could claim one that another server's video has, or one of ours, would show their film
/// at its addresses. For the same reason those of videos that were removed here stay taken.
fn claim_uuid(read: &impl Read, uuid: Uuid) -> Result<(), KeepError> {
    let is_taken = read.get(&VideoUuidKey { uuid })?.is_some() || read.get(&TraceKey { uuid })?.is_some();
    if is_taken { Err(KeepError::UuidTaken) } else { Ok(()) }
}

/// The video with everything its server says of it.
fn described(old: Video, said: &vocab::Video, host: &str, now: Timestamp, name: &dyn Fn() -> Uuid) -> Video {
    let description = said.description.as_deref().and_then(|description| {
        let longest = *VIDEO_DESCRIPTION_LENGTH.end();
        if said.is_html {
            text::from_html(description, &[], longest)
        } else {
            text::typed(description, longest)
        }
    });
    let shown = text::line(&said.name, *VIDEO_NAME_LENGTH.end());
    let summary = said.nsfw_summary.as_deref().and_then(|summary| {
        // Their texts say more in HTML than in words.
        text::either(summary, *VIDEO_NSFW_SUMMARY_LENGTH.end())
    });
    let (captions, remote_captions) = captions(&old, said, now, name);
    let remote = remote(old.remote.as_deref(), said, host, now, name);
    let remote = RemoteVideo { captions: remote_captions, ..remote };
    Video {
        // A name is the least anybody needs to see.
        name: if shown.is_empty() { said.uuid.to_string() } else { shown },
        description,
        support: said.support.as_deref().and_then(|text| text::typed(text, *VIDEO_SUPPORT_LENGTH.end())),
        category: said.category.filter(|number| labels::category_name(*number).is_some()),
        licence: said.licence.filter(|number| labels::name_of(labels::LICENCES, *number).is_some()),
        language: said.language.clone().filter(|code| labels::language_name(code).is_some()),
        tags: tags(said),
        // Whom it is addressed to says for whom it is meant: everybody, or everybody who has the address.
        privacy: if said.is_public { Privacy::Public } else { Privacy::Unlisted },
        nsfw: said.nsfw,
        nsfw_flags: if said.nsfw { nsfw_flags(&said.nsfw_reasons) } else { 0 },
        nsfw_summary: summary.filter(|_| said.nsfw),
        comments_policy: labels::comments_policy(said.comments_policy).unwrap_or(CommentsPolicy::Disabled),
        embed: if said.is_for_frames { Embed::Everywhere } else { Embed::Theirs },
        download_enabled: said.download_enabled,
        facts: Some(facts(said, &remote)),
        storyboard: said.storyboard.as_ref().zip(remote.storyboard.as_ref()).map(storyboard),
        captions,
        remote: Some(Box::new(remote)),
        views: said.views,
        updated_at: said.updated.min(now),
        // Nobody is first in a list for ever by coming from the future.
        published_at: said.published.min(now),
        originally_published_at: said.originally_published,
        ..old
    }
}

fn tags(said: &vocab::Video) -> Vec<String> {
    let words = said.tags.iter().map(|tag| text::line(tag, 30)).filter(|tag| !tag.is_empty());
    words.take(VIDEO_TAGS_MAX).collect()
}

/// Why it is not for all eyes, as bits: 1 violence, 2 explicit sex.
fn nsfw_flags(reasons: &[String]) -> u32 {
    reasons.iter().fold(0, |flags, reason| {
        let reason = reason.to_ascii_lowercase();
        let violence = u32::from(reason.contains("violen"));
        let sex = u32::from(reason.contains("sex"));
        flags | violence | (sex << 1)
    })
}

/// What is known of the film without having it: the largest file says how large it is.
fn facts(said: &vocab::Video, remote: &RemoteVideo) -> Facts {
    let files = remote.streams.iter().flat_map(|stream| &stream.files).chain(&remote.files);
    let largest = files.clone().max_by_key(|file| (file.resolution, file.fps));
    let has_video = remote.is_live || largest.is_none_or(|file| 0 < file.resolution);
    let (width, height, fps) = largest.map_or((0, 0, 0), |file| (file.width, file.height, file.fps));
    Facts {
        duration_ms: said.duration_s.saturating_mul(1000),
        width,
        height,
        fps,
        has_audio: true,
        has_video,
    }
}

fn storyboard((said, picture): (&vocab::Storyboard, &RemotePicture)) -> Storyboard {
    Storyboard {
        // What a copy of it is called here.
        file_name: format!("{}.jpg", picture.name),
        total_width: said.size.0,
        total_height: said.size.1,
        sprite_width: said.tile.0,
        sprite_height: said.tile.1,
        sprite_duration: u32::try_from(said.every_s).unwrap_or(u32::MAX),
    }
}

/// Words of a video, with where they lie, one entry a language. Words of the same address keep the name of their copy.
fn captions(
    old: &Video,
    said: &vocab::Video,
    now: Timestamp,
    name: &dyn Fn() -> Uuid,
) -> (Vec<Caption>, Vec<RemoteCaption>) {
    let was_there = |language: &str, url: &str| {
        let there = old.remote.iter().flat_map(|remote| &remote.captions);
        let is_same = there.clone().any(|caption| caption.language == language && caption.url == url);
        old.captions.iter().find(|caption| is_same && caption.language == language)
    };
    let (mut captions, mut remote): (Vec<Caption>, Vec<RemoteCaption>) = (Vec::new(), Vec::new());
    for caption in &said.captions {
        let language = caption.language.clone();
        // A language becomes part of a file's name.
        let is_code = language.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
        let is_twice = captions.iter().any(|other| other.language == language);
        if !is_code || language.is_empty() || is_twice || CAPTIONS_MAX <= captions.len() {
            continue;
        }
        let before = was_there(&language, &caption.url);
        captions.push(Caption {
            file_name: match before {
                Some(before) => before.file_name.clone(),
                None => format!("{}-{language}.vtt", name()),
            },
            automatic: caption.is_automatic,
            bytes: 0,
            updated_at: before.map_or(now, |before| before.updated_at),
            language: language.clone(),
        });
        remote.push(RemoteCaption { language, url: caption.url.clone() });
    }
    (captions, remote)
}

/// What only a video of another server has, but for its captions.
fn remote(
    old: Option<&RemoteVideo>,
    said: &vocab::Video,
    host: &str,
    now: Timestamp,
    name: &dyn Fn() -> Uuid,
) -> RemoteVideo {
    let before: Vec<&RemotePicture> =
        old.into_iter().flat_map(|old| old.pictures.iter().chain(&old.storyboard)).collect();
    let kept = |url: &str| picture(url, &before, now, name);
    RemoteVideo {
        url: said.id.clone(),
        host: host.to_owned(),
        page: said.page.clone(),
        embed: None,
        pictures: pictures(said).into_iter().map(|picture| kept(&picture.url)).collect(),
        storyboard: said.storyboard.as_ref().map(|sheet| kept(&sheet.url)),
        streams: said.streams.iter().take(STREAMS_MAX).map(stream).collect(),
        files: files(&said.files),
        trackers: said.trackers.iter().take(TRACKERS_MAX).cloned().collect(),
        captions: Vec::new(),
        chapters_url: said.parts.clone(),
        likes_url: said.likes.clone(),
        dislikes_url: said.dislikes.clone(),
        shares_url: said.shares.clone(),
        comments_url: said.comments.clone(),
        is_live: said.is_live,
        mirrors: old.map(|old| old.mirrors.clone()).unwrap_or_default(),
        // What it is known by is noted with a document that was fetched: [`fetched`].
        etag: None,
        fetched_at: now,
    }
}

/// The miniature and the large picture, smaller first; one alone where it is both.
fn pictures(said: &vocab::Video) -> Vec<&vocab::Picture> {
    let wider = |bound: u32| {
        let smallest =
            said.pictures.iter().rev().find(|picture| picture.width.is_some_and(|own| bound < own));
        smallest.or(said.pictures.first())
    };
    let (miniature, preview) = (wider(MINIATURE_WIDTH), wider(PREVIEW_WIDTH));
    let preview = preview.filter(|preview| miniature.is_none_or(|miniature| miniature.url != preview.url));
    miniature.into_iter().chain(preview).collect()
}

fn stream(said: &vocab::Stream) -> RemoteStream {
    RemoteStream {
        url: said.url.clone(),
        digests_url: said.digests.clone(),
        info_hashes: said.swarms.iter().take(FILES_MAX).map(ToString::to_string).collect(),
        files: files(&said.files),
    }
}

fn files(said: &[vocab::File]) -> Vec<RemoteFile> {
    let file = |file: &vocab::File| RemoteFile {
        url: file.url.clone(),
        media_type: text::line(&file.media_type, 100),
        resolution: if file.width == 0 { file.height } else { file.height.min(file.width) },
        width: file.width,
        height: file.height,
        fps: file.fps.unwrap_or(0),
        bytes: file.bytes,
        torrent_url: file.torrent.clone(),
        magnet: file.magnet.clone().filter(|magnet| magnet.len() <= MAGNET_LENGTH_MAX),
        metadata_url: file.metadata.clone(),
    };
    said.iter().take(FILES_MAX).map(file).collect()
}

/// Keeps the parts of a video of another server, in place of those it had.
///
/// # Errors
/// [`KeepError`].
pub fn chapters(write: &mut Write<'_>, video: VideoId, parts: &[vocab::Part]) -> Result<(), KeepError> {
    let key = VideoKey { video };
    let mut record = write.get(&key)?.filter(|video| video.remote.is_some()).ok_or(KeepError::Ours)?;
    let chapter = |part: &vocab::Part| Chapter {
        timecode: part.start_s,
        title: text::line(&part.title, *CHAPTER_TITLE_LENGTH.end()),
    };
    let mut chapters: Vec<Chapter> =
        parts.iter().map(chapter).filter(|chapter| !chapter.title.is_empty()).take(CHAPTERS_MAX).collect();
    chapters.sort_by_key(|chapter| chapter.timecode);
    chapters.dedup_by_key(|chapter| chapter.timecode);
    if record.chapters != chapters {
        record.chapters = chapters;
        write.insert(&key, &record)?;
    }
    Ok(())
}

/// Notes when a remote video's document was read last, and what it is known by.
///
/// # Errors
/// [`KeepError`].
pub fn fetched(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    etag: Option<&str>,
) -> Result<(), KeepError> {
    /// Longer ones are of use to nobody.
    const ETAG_LENGTH_MAX: usize = 200;
    let key = VideoKey { video };
    let mut record = write.get(&key)?.ok_or(KeepError::Gone)?;
    let remote = record.remote.as_deref_mut().ok_or(KeepError::Ours)?;
    remote.fetched_at = now;
    remote.etag = etag.filter(|etag| etag.len() <= ETAG_LENGTH_MAX).map(str::to_owned);
    Ok(write.insert(&key, &record)?)
}
