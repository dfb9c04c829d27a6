//! A video as others read it, and what of our videos others read at all.
//!
//! Owns the shape that PeerTube 6.3 to 8 and everybody else take: where they differ, what all of them read.

use serde::{Serialize, Serializer};
use sha1::{Digest, Sha1};
use shared::api;
use shared::id::Uuid;
use shared::time::Timestamp;

use super::actor::{Attribution, Image};
use super::{Addresses, Audience, PUBLIC};
use crate::domain::video::labels;
use crate::store::records::{
    Account, Channel, Chapter, CommentsPolicy, Embed, Facts, Privacy, Video, VideoState,
};

/// Texts shorter than this are refused by others with all that is around them.
const CONTENT_LETTERS_MIN: usize = 3;
/// The size of a video's small picture.
const THUMBNAIL: (u32, u32) = (280, 157);
/// The size of its large one.
const PREVIEW: (u32, u32) = (850, 480);
/// Stands for a video that has no picture: nobody takes one without.
const NO_PICTURE: (&str, (u32, u32)) = ("/icons/shoal-512.png", (512, 512));

/// For whom a video is published on other servers; none where it is not: it is not for everybody, cannot be watched yet,
/// or is still growing, which no other player follows. One that is not in lists is published where the instance does that.
#[must_use]
pub fn audience(
    addresses: &Addresses<'_>,
    video: &Video,
    account: &str,
    with_unlisted: bool,
) -> Option<Audience> {
    is_published(video, with_unlisted).then(|| {
        if is_announced(video) { Audience::everybody(addresses, account) } else { Audience::default() }
    })
}

/// Whether a video of this server is published on others.
#[must_use]
pub fn is_published(video: &Video, with_unlisted: bool) -> bool {
    let playlist = video.playlist.as_ref().filter(|playlist| !playlist.is_growing());
    let is_ready = video.state == VideoState::Published && playlist.is_some();
    if !is_ready || video.blocked.is_some() || video.remote.is_some() {
        return false;
    }
    match video.privacy {
        Privacy::Public => true,
        Privacy::Unlisted => with_unlisted,
        Privacy::Private | Privacy::Internal | Privacy::Password => false,
    }
}

/// Whether a video that is published is announced, too: it is in lists.
#[must_use]
pub fn is_announced(video: &Video) -> bool {
    match video.privacy {
        Privacy::Public => true,
        Privacy::Unlisted | Privacy::Private | Privacy::Internal | Privacy::Password => false,
    }
}

/// All that is said of a video.
#[derive(Clone, Copy, Debug)]
pub struct Said<'v> {
    /// The video.
    pub video: &'v Video,
    /// Its owner.
    pub account: &'v Account,
    /// Its channel.
    pub channel: &'v Channel,
    /// What the API says of it to everybody, which knows where its files are.
    pub page: &'v api::VideoDetails,
    /// Its words.
    pub captions: &'v [api::Caption],
    /// Its small pictures.
    pub storyboards: &'v [api::Storyboard],
}

/// A video.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of its own to others")]
pub struct VideoObject {
    #[serde(flatten)]
    audience: Audience,
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    name: String,
    duration: String,
    uuid: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    licence: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Named>,
    views: u64,
    sensitive: bool,
    /// Why it is sensitive, which Mastodon shows in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    wait_transcoding: bool,
    state: u32,
    comments_enabled: bool,
    can_reply: Option<&'static str>,
    comments_policy: u32,
    download_enabled: bool,
    published: Timestamp,
    originally_published_at: Option<Timestamp>,
    updated: Timestamp,
    tag: Vec<Link>,
    media_type: &'static str,
    content: Option<String>,
    support: Option<String>,
    subtitle_language: Vec<Subtitle>,
    icon: Vec<Image>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    preview: Vec<Preview>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aspect_ratio: Option<f64>,
    url: Vec<Link>,
    likes: String,
    dislikes: String,
    shares: String,
    comments: String,
    has_parts: String,
    attributed_to: Vec<Attribution>,
    /// The group it belongs to, as Lemmy asks for it (FEP-1b12).
    #[serde(rename = "audience")]
    group: String,
    is_live_broadcast: bool,
    live_save_replay: Option<bool>,
    permanent_live: Option<bool>,
    latency_mode: Option<u32>,
    /// There where it is not framed everywhere.
    #[serde(skip_serializing_if = "Framed::is_everywhere")]
    embed_url: Framed,
}

/// Who may frame it. PeerTube 8 says with null that not everybody may, and everybody may frame what says nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Framed {
    Everywhere,
    NotEverywhere,
}

impl Framed {
    fn of(embed: &Embed) -> Framed {
        match embed {
            Embed::Everywhere => Framed::Everywhere,
            Embed::On(_) | Embed::Nowhere | Embed::Theirs => Framed::NotEverywhere,
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    fn is_everywhere(&self) -> bool {
        *self == Framed::Everywhere
    }
}

impl Serialize for Framed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

/// One of a list of names. The identifier is a text always: PeerTube fails over numbers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct Named {
    identifier: String,
    name: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Subtitle {
    identifier: String,
    name: String,
    automatically_generated: bool,
    /// A text: PeerTube 6 does not read links here.
    url: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct Preview {
    #[serde(rename = "type")]
    kind: &'static str,
    rel: [&'static str; 1],
    url: [Grid; 1],
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Grid {
    media_type: &'static str,
    href: String,
    width: u32,
    height: u32,
    tile_width: u32,
    tile_height: u32,
    tile_duration: String,
}

/// A link, or a tag, which is one without an address.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rel: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fps: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachment: Vec<Property>,
    /// There for a stream, even an empty one: PeerTube drops a stream without.
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<Vec<Link>>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct Property {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
    value: &'static str,
}

/// The video, for whom it is published.
#[must_use]
pub fn object(addresses: &Addresses<'_>, audience: Audience, said: &Said<'_>) -> VideoObject {
    let Said { video, account, channel, page, .. } = said;
    let id = addresses.video(video.uuid);
    let below = |path: &str| format!("{id}/{path}");
    let (policy, _) = labels::comments(video.comments_policy);
    let (state, _) = labels::state(video.state);
    let content = video.description.clone();
    VideoObject {
        audience,
        kind: "Video",
        name: video.name.clone(),
        // Seconds and nothing else: PeerTube reads all digits as one number.
        duration: format!("PT{}S", page.card.duration),
        uuid: video.uuid,
        category: named(video.category, labels::CATEGORIES),
        licence: named(video.licence, labels::LICENCES),
        language: video.language.as_ref().map(|code| Named {
            identifier: code.clone(),
            name: labels::language_name(code).unwrap_or(code).to_owned(),
        }),
        views: video.views,
        sensitive: video.nsfw,
        summary: video.nsfw_summary.clone().filter(|_| video.nsfw),
        wait_transcoding: video.wait_transcoding,
        state,
        comments_enabled: page.comments_enabled,
        can_reply: match video.comments_policy {
            CommentsPolicy::Enabled => None,
            CommentsPolicy::Disabled | CommentsPolicy::RequiresApproval => Some(PUBLIC),
        },
        comments_policy: policy,
        download_enabled: video.download_enabled,
        published: video.published_at,
        originally_published_at: video.originally_published_at,
        updated: video.updated_at,
        tag: video.tags.iter().map(|tag| Link::tag("Hashtag", tag.clone())).collect(),
        media_type: "text/markdown",
        content: content.filter(|text| CONTENT_LETTERS_MIN <= text.chars().count()),
        support: video.support.clone(),
        subtitle_language: said.captions.iter().map(subtitle).collect(),
        icon: icons(addresses, video, &page.card),
        preview: said.storyboards.iter().map(|storyboard| preview(addresses, storyboard)).collect(),
        aspect_ratio: page.card.aspect_ratio,
        url: links(addresses, video, page),
        likes: below("likes"),
        dislikes: below("dislikes"),
        shares: below("announces"),
        comments: below("comments"),
        has_parts: below("chapters"),
        // The person first: some take the first alone.
        attributed_to: vec![
            Attribution::person(addresses, &account.name),
            Attribution::group(addresses, &channel.name),
        ],
        group: addresses.channel(&channel.name),
        is_live_broadcast: false,
        live_save_replay: None,
        permanent_live: None,
        latency_mode: None,
        embed_url: Framed::of(&video.embed),
        id,
    }
}

fn named(id: Option<u32>, list: &'static [(u32, &'static str)]) -> Option<Named> {
    let id = id?;
    let name = labels::name_of(list, id)?.to_owned();
    Some(Named { identifier: id.to_string(), name })
}

fn subtitle(caption: &api::Caption) -> Subtitle {
    Subtitle {
        identifier: caption.language.id.clone(),
        name: caption.language.label.clone(),
        automatically_generated: caption.automatically_generated,
        url: caption.file_url.clone(),
    }
}

fn icons(addresses: &Addresses<'_>, video: &Video, card: &api::VideoCard) -> Vec<Image> {
    let image = |path: &str, size: (u32, u32)| Image::new(addresses.of_path(path), size);
    let small = video.thumbnail.as_ref().map(|_| image(&card.thumbnail_path, THUMBNAIL));
    let large = video.preview.as_ref().map(|_| image(&card.preview_path, PREVIEW));
    let pictures: Vec<Image> = small.into_iter().chain(large).collect();
    if pictures.is_empty() { vec![image(NO_PICTURE.0, NO_PICTURE.1)] } else { pictures }
}

fn preview(addresses: &Addresses<'_>, storyboard: &api::Storyboard) -> Preview {
    Preview {
        kind: "Image",
        rel: ["storyboard"],
        url: [Grid {
            media_type: "image/jpeg",
            href: addresses.of_path(&storyboard.storyboard_path),
            width: storyboard.total_width,
            height: storyboard.total_height,
            tile_width: storyboard.sprite_width,
            tile_height: storyboard.sprite_height,
            tile_duration: format!("PT{}S", storyboard.sprite_duration),
        }],
    }
}

/// The page first, since Mastodon shows the first link that is one; then the streams; then where viewers meet. No file with
/// pictures and sound in one: older PeerTubes refuse a video with a `video/mp4` beside which no magnet stands, and a
/// torrent of what lies in other files would take reading all of it.
fn links(addresses: &Addresses<'_>, video: &Video, page: &api::VideoDetails) -> Vec<Link> {
    let html = |href: String| Link { media_type: Some("text/html"), ..Link::to(href) };
    let mut links = vec![html(addresses.video_page(video.uuid)), html(addresses.video(video.uuid))];
    links.extend(page.streaming_playlists.iter().map(stream));
    links.extend(page.tracker_urls.iter().map(|address| {
        let (name, kind) = if address.starts_with("ws") {
            ("tracker-websocket", "websocket")
        } else {
            ("tracker-http", "http")
        };
        Link { name: Some(name.to_owned()), rel: vec!["tracker", kind], ..Link::to(address.clone()) }
    }));
    links
}

fn stream(playlist: &api::StreamingPlaylist) -> Link {
    let hashes = (0..playlist.files.len()).map(|place| swarm(&playlist.playlist_url, place));
    let mut tag: Vec<Link> = hashes.map(|hash| Link::tag("Infohash", hash)).collect();
    tag.push(Link {
        name: Some("sha256".to_owned()),
        media_type: Some("application/json"),
        ..Link::to(playlist.segments_sha256_url.clone())
    });
    tag.extend(playlist.files.iter().flat_map(file));
    Link {
        media_type: Some("application/x-mpegURL"),
        tag: Some(tag),
        ..Link::to(playlist.playlist_url.clone())
    }
}

/// The name of the swarm that players of PeerTube 6 and earlier meet in.
pub(crate) fn swarm(playlist_url: &str, place: usize) -> String {
    let digest = Sha1::digest(format!("2{playlist_url}+V{place}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file, what ffprobe says of it, and where BitTorrent clients find it.
fn file(file: &api::VideoFile) -> Vec<Link> {
    let sized =
        |link: Link| Link { height: Some(file.height), width: Some(file.width), fps: Some(file.fps), ..link };
    let kind = if file.has_video { "video/mp4" } else { "audio/mp4" };
    let property = |name: &'static str, value: &'static str| Property { kind: "PropertyValue", name, value };
    let attachment = [
        file.has_audio.then(|| property("ffprobe_codec_type", "audio")),
        file.has_video.then(|| property("ffprobe_codec_type", "video")),
        Some(property("peertube_format_flag", "fragmented")),
    ];
    let itself = Link {
        media_type: Some(kind),
        size: Some(file.size),
        attachment: attachment.into_iter().flatten().collect(),
        ..Link::to(file.file_url.clone())
    };
    let metadata = Link {
        rel: vec!["metadata", kind],
        media_type: Some("application/json"),
        ..Link::to(file.metadata_url.clone())
    };
    let torrent = |media_type: &'static str, href: &Option<String>| {
        href.clone().map(|href| Link { media_type: Some(media_type), ..Link::to(href) })
    };
    // One without the other would be a file that is shared and cannot be found.
    let (torrent, magnet) = match &file.magnet_uri {
        None => (None, None),
        magnet => (
            torrent("application/x-bittorrent", &file.torrent_url),
            torrent("application/x-bittorrent;x-scheme-handler/magnet", magnet),
        ),
    };
    [Some(itself), Some(metadata), torrent, magnet].into_iter().flatten().map(sized).collect()
}

impl Link {
    fn to(href: String) -> Link {
        Link { kind: "Link", href: Some(href), ..Link::default() }
    }

    fn tag(kind: &'static str, name: String) -> Link {
        Link { kind, name: Some(name), ..Link::default() }
    }
}

/// The parts of a video.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Chapters {
    id: String,
    has_part: Vec<Part>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    name: String,
    start_offset: u64,
    end_offset: u64,
}

/// The parts of a video, each up to where the next begins.
#[must_use]
pub fn chapters(addresses: &Addresses<'_>, video: &Video) -> Chapters {
    let end = |facts: &Facts| (facts.duration_ms + 500) / 1000;
    let end = video.facts.as_ref().map_or(0, end);
    let begins = video.chapters.iter().map(|chapter| chapter.timecode);
    let ends = begins.skip(1).chain([end]);
    let part = |(chapter, end): (&Chapter, u64)| Part {
        name: chapter.title.clone(),
        start_offset: chapter.timecode,
        end_offset: end.max(chapter.timecode),
    };
    let id = format!("{}/chapters", addresses.video(video.uuid));
    Chapters { id, has_part: video.chapters.iter().zip(ends).map(part).collect() }
}
