//! Videos elsewhere.

use std::collections::BTreeMap;

use serde_json::Value;
use shared::id::{InfoHash, Uuid};
use shared::time::Timestamp;

use super::actor::{Picture, cut, pictures};
use super::read::{Elsewhere, Flaw, Thing, is_same_host, is_url, url_of};

/// The longest video: PeerTube's own bound is a day, but nobody is refused for a long concert.
const DURATION_MAX_S: u64 = 30 * 24 * 60 * 60;
/// Letters of its name.
const NAME_LENGTH_MAX: usize = 120;
/// Letters of its description.
const CONTENT_LENGTH_MAX: usize = 10_000;
/// Letters of what else is said of it.
const SUPPORT_LENGTH_MAX: usize = 1000;
/// Words it is filed under.
const TAGS_MAX: usize = 5;
/// Files and streams of one video.
const FILES_MAX: usize = 60;
/// Parts of one video.
const PARTS_MAX: usize = 100;
/// Reasons why it is not for all eyes: PeerTube has five.
const REASONS_MAX: usize = 20;
/// Letters of one.
const REASON_LENGTH_MAX: usize = 50;
/// Letters of the name of a type of file.
const MEDIA_TYPE_LENGTH_MAX: usize = 100;
/// Letters of a magnet address, which has those of trackers and files in it.
const MAGNET_LENGTH_MAX: usize = 8000;
/// Heights and rates that something stands beside.
const BESIDE_MAX: usize = 120;
/// Swarms of one stream: one a rendition.
const SWARMS_MAX: usize = 60;
/// Streams of one video: PeerTube has one.
const STREAMS_MAX: usize = 4;
/// Trackers of one video.
const TRACKERS_MAX: usize = 20;
/// Letters of a part's title.
const PART_LENGTH_MAX: usize = 100;

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Format {
    /// One that streams are cut from.
    Fragmented,
    /// One that is played as it is.
    Whole,
}

/// A file of a video.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Its address.
    pub url: String,
    /// Such as `video/mp4`.
    pub media_type: String,
    /// Pixels; 0 for sound.
    pub height: u32,
    /// Pixels, where that is told.
    pub width: u32,
    /// Frames a second, where that is told.
    pub fps: Option<u32>,
    /// Its length.
    pub bytes: u64,
    /// What it is.
    pub format: Format,
    /// Where more is said of it.
    pub metadata: Option<String>,
    /// Its torrent.
    pub torrent: Option<String>,
    /// The same for people's programs.
    pub magnet: Option<String>,
}

/// A stream of a video.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stream {
    /// The address of its first playlist.
    pub url: String,
    /// Where the digests of its segments are.
    pub digests: Option<String>,
    /// The names of its swarms, one a rendition, in the order of the playlist.
    pub swarms: Vec<InfoHash>,
    /// What it is cut from.
    pub files: Vec<File>,
}

/// Words of a video.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caption {
    /// The language's code.
    pub language: String,
    /// Where its WebVTT is.
    pub url: String,
    /// Whether a program wrote it.
    pub is_automatic: bool,
}

/// Small pictures for the scrub bar, on one sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Storyboard {
    /// Where the sheet is.
    pub url: String,
    /// Pixels of the sheet.
    pub size: (u32, u32),
    /// Pixels of a picture.
    pub tile: (u32, u32),
    /// Seconds from picture to picture.
    pub every_s: u64,
}

/// A part of a video.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// What it is called.
    pub title: String,
    /// When it begins, in seconds.
    pub start_s: u64,
}

/// A video.
#[derive(Clone, PartialEq, Debug)]
pub struct Video {
    /// Its address.
    pub id: String,
    /// Its name for ever.
    pub uuid: Uuid,
    /// What it is called.
    pub name: String,
    /// Markdown, or HTML where `is_html`.
    pub description: Option<String>,
    /// Whether the description is HTML.
    pub is_html: bool,
    /// How to support its makers: markdown.
    pub support: Option<String>,
    /// How long it is.
    pub duration_s: u64,
    /// PeerTube's number.
    pub category: Option<u32>,
    /// PeerTube's number.
    pub licence: Option<u32>,
    /// ISO 639 code.
    pub language: Option<String>,
    /// What it is filed under.
    pub tags: Vec<String>,
    /// Not for all eyes.
    pub nsfw: bool,
    /// Why, in its maker's words.
    pub nsfw_summary: Option<String>,
    /// Why, in PeerTube's names (8.0).
    pub nsfw_reasons: Vec<String>,
    /// Whether everybody finds it; else whoever has its address.
    pub is_public: bool,
    /// PeerTube's number: 1 can be watched.
    pub state: u32,
    /// PeerTube's number: 1 everybody, 2 nobody, 3 once its owner said yes.
    pub comments_policy: u32,
    /// Whether viewers are offered its files.
    pub download_enabled: bool,
    /// Whether all sites may show it in a frame. PeerTube 8.1 says null for its frame's address where they may not.
    pub is_for_frames: bool,
    /// Whether it is happening now.
    pub is_live: bool,
    /// Counted views.
    pub views: u64,
    /// Its channel.
    pub channel: String,
    /// Whose it is, where that was told.
    pub account: Option<String>,
    /// Where people look at it.
    pub page: String,
    /// Pictures of it, largest first.
    pub pictures: Vec<Picture>,
    /// Small pictures for the scrub bar.
    pub storyboard: Option<Storyboard>,
    /// Its words.
    pub captions: Vec<Caption>,
    /// Its streams.
    pub streams: Vec<Stream>,
    /// Files that are played as they are.
    pub files: Vec<File>,
    /// Where viewers find each other.
    pub trackers: Vec<String>,
    /// Where its likes are counted.
    pub likes: Option<String>,
    /// Where the contrary is.
    pub dislikes: Option<String>,
    /// Who passed it on.
    pub shares: Option<String>,
    /// What is said about it.
    pub comments: Option<String>,
    /// Where its parts are named.
    pub parts: Option<String>,
    /// When it was published.
    pub published: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it first appeared elsewhere.
    pub originally_published: Option<Timestamp>,
}

impl Video {
    /// Reads a video's document. Who made it, and its page, are on its own server; its files may be anywhere.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn read(document: &Value) -> Result<Video, Flaw> {
        let thing = Thing::of(document).filter(|thing| thing.is("Video"));
        let thing = thing.ok_or(Flaw { field: "type", why: "is not a video's" })?;
        let id = thing.text("id").filter(|id| is_url(id)).ok_or(Flaw::missing("id"))?;
        let (channel, account) = makers(thing, id)?;
        let is_html = thing.text("mediaType") == Some("text/html");
        let content = thing.text("content").map(|text| cut(text, CONTENT_LENGTH_MAX));
        let links: Vec<Thing<'_>> = thing.things("url").collect();
        let page = links.iter().filter(|link| link.text("mediaType") == Some("text/html"));
        let page = page.filter_map(|link| link.url("href")).find(|page| is_same_host(page, id));
        // One that shows none is shown without, and is no worse for it.
        let pictures = pictures(thing, "icon");
        let published = thing.date("published").ok_or(Flaw::missing("published"))?;
        let allows = thing.flag("commentsEnabled").map(|all| if all { 1 } else { 2 });
        let reasons =
            thing.things("tag").filter(|tag| tag.is("SensitiveTag")).filter_map(|tag| tag.text("name"));
        let small = |field| thing.number(field).and_then(|number| u32::try_from(number).ok());
        Ok(Video {
            id: id.to_owned(),
            uuid: thing.need_text("uuid")?.parse().map_err(|_| Flaw { field: "uuid", why: "is no UUID" })?,
            name: cut(thing.need_text("name")?.trim(), NAME_LENGTH_MAX),
            description: content.filter(|text| 3 <= text.len()),
            is_html,
            support: thing.text("support").map(|text| cut(text, SUPPORT_LENGTH_MAX)),
            duration_s: seconds(thing.need_text("duration")?)
                .filter(|seconds| *seconds <= DURATION_MAX_S)
                .ok_or(Flaw { field: "duration", why: "is no length" })?,
            category: coded(thing, "category").and_then(|code| code.parse().ok()),
            licence: coded(thing, "licence").and_then(|code| code.parse().ok()),
            language: coded(thing, "language").filter(|code| code.len() <= 20).map(str::to_owned),
            tags: tags(thing),
            nsfw: thing.flag("sensitive").unwrap_or(false),
            nsfw_summary: thing.text("summary").map(|text| cut(text, SUPPORT_LENGTH_MAX)),
            nsfw_reasons: reasons
                .filter(|reason| reason.len() <= REASON_LENGTH_MAX)
                .take(REASONS_MAX)
                .map(str::to_owned)
                .collect(),
            is_public: thing.audience("to").iter().any(|name| name == super::PUBLIC),
            state: small("state").unwrap_or(1),
            comments_policy: small("commentsPolicy").or(allows).unwrap_or(1),
            download_enabled: thing.flag("downloadEnabled").unwrap_or(true),
            is_for_frames: !document.get("embedUrl").is_some_and(Value::is_null),
            is_live: thing.flag("isLiveBroadcast").unwrap_or(false),
            views: thing.number("views").unwrap_or(0),
            channel: channel.to_owned(),
            account: account.map(str::to_owned),
            page: page.unwrap_or(id).to_owned(),
            pictures,
            storyboard: storyboard(thing),
            captions: captions(thing),
            streams: links.iter().filter_map(|link| stream(*link)).take(STREAMS_MAX).collect(),
            files: files(links.iter().copied(), Format::Whole),
            trackers: links
                .iter()
                .filter_map(|link| tracker(*link))
                .take(TRACKERS_MAX)
                .map(str::to_owned)
                .collect(),
            likes: theirs(thing, "likes", id),
            dislikes: theirs(thing, "dislikes", id),
            shares: theirs(thing, "shares", id),
            comments: theirs(thing, "comments", id),
            parts: theirs(thing, "hasParts", id),
            published,
            updated: thing.date("updated").unwrap_or(published),
            originally_published: thing.date("originallyPublishedAt"),
        })
    }
}

impl Video {
    /// Refuses a video that is, or whose makers are, at an address that is ours or that anybody could have written.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn check(&self, elsewhere: Elsewhere<'_>) -> Result<(), Flaw> {
        elsewhere.check("id", &self.id)?;
        elsewhere.check("attributedTo", &self.channel)?;
        self.account.as_ref().map_or(Ok(()), |account| elsewhere.check("attributedTo", account))
    }
}

/// The parts of a video, as they stand at `hasParts`, in their order.
#[must_use]
pub fn parts(document: &Value) -> Vec<Part> {
    let Some(thing) = Thing::of(document) else { return Vec::new() };
    let mut parts: Vec<Part> = thing
        .things("hasPart")
        .filter_map(|part| {
            Some(Part {
                title: cut(part.text("name")?, PART_LENGTH_MAX),
                start_s: part.number("startOffset")?,
            })
        })
        .take(PARTS_MAX)
        .collect();
    parts.sort_by_key(|part| part.start_s);
    parts.dedup_by_key(|part| part.start_s);
    parts
}

/// The channel and the account of a video. Some name only the channel, some both without saying which is which.
fn makers<'j>(thing: Thing<'j>, id: &str) -> Result<(&'j str, Option<&'j str>), Flaw> {
    let flaw = Flaw { field: "attributedTo", why: "names no channel on the same server" };
    let mut named = thing.all("attributedTo").filter_map(|value| {
        let kind = Thing::of(value).and_then(|thing| thing.kinds().next());
        url_of(value).filter(|url| is_same_host(url, id)).map(|url| (kind, url))
    });
    let (mut channel, mut account, mut unknown) = (None, None, Vec::new());
    for (kind, url) in named.by_ref() {
        match kind {
            Some("Group") => channel = channel.or(Some(url)),
            Some(_) => account = account.or(Some(url)),
            None => unknown.push(url),
        }
    }
    // PeerTube 8 names the person first, then the channel, as bare addresses.
    let channel = channel.or_else(|| unknown.pop()).ok_or(flaw)?;
    Ok((channel, account.or_else(|| unknown.first().copied())))
}

/// `PT1H2M3S` (ISO 8601), in seconds.
#[must_use]
pub fn seconds(text: &str) -> Option<u64> {
    let mut rest = text.strip_prefix("PT")?;
    let mut total: u64 = 0;
    for (unit, worth) in [('H', 3600), ('M', 60), ('S', 1)] {
        if let Some((number, after)) = rest.split_once(unit) {
            let number = number.split('.').next().unwrap_or_default();
            total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(worth)?)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(total)
}

fn coded<'j>(thing: Thing<'j>, field: &str) -> Option<&'j str> {
    thing.things(field).next()?.text("identifier")
}

fn tags(thing: Thing<'_>) -> Vec<String> {
    let words = thing.things("tag").filter(|tag| tag.is("Hashtag")).filter_map(|tag| tag.text("name"));
    let words = words.map(|word| word.trim().trim_start_matches('#'));
    words.filter(|word| (2..=30).contains(&word.chars().count())).take(TAGS_MAX).map(str::to_owned).collect()
}

fn theirs(thing: Thing<'_>, field: &str, id: &str) -> Option<String> {
    thing.url(field).filter(|url| is_same_host(url, id)).map(str::to_owned)
}

fn captions(thing: Thing<'_>) -> Vec<Caption> {
    let read = |caption: Thing<'_>| {
        let vtt = caption.things("url").find(|link| link.text("mediaType") == Some("text/vtt"));
        let url = vtt.and_then(|link| link.url("href")).or_else(|| caption.url("url"))?;
        let language = caption.text("identifier").filter(|code| code.len() <= 20)?;
        let is_automatic = caption.flag("automaticallyGenerated").unwrap_or(false);
        Some(Caption { language: language.to_owned(), url: url.to_owned(), is_automatic })
    };
    thing.things("subtitleLanguage").filter_map(read).collect()
}

fn storyboard(thing: Thing<'_>) -> Option<Storyboard> {
    let mut sheets = thing.things("preview").filter(|sheet| sheet.all("rel").any(|rel| rel == "storyboard"));
    let link = sheets.next()?.things("url").next()?;
    let pixels =
        |field| link.number(field).and_then(|pixels| u32::try_from(pixels).ok()).filter(|pixels| 0 < *pixels);
    Some(Storyboard {
        url: link.url("href")?.to_owned(),
        size: (pixels("width")?, pixels("height")?),
        tile: (pixels("tileWidth")?, pixels("tileHeight")?),
        every_s: seconds(link.text("tileDuration")?).filter(|seconds| 0 < *seconds)?,
    })
}

fn tracker(link: Thing<'_>) -> Option<&str> {
    if !link.all("rel").any(|rel| rel == "tracker") {
        return None;
    }
    // A WebSocket's address is none of the web's pages, and yet one.
    link.text("href").filter(|url| is_url(&url.replacen("ws", "http", usize::from(url.starts_with("ws")))))
}

fn stream(link: Thing<'_>) -> Option<Stream> {
    let kinds = ["application/x-mpegurl", "application/vnd.apple.mpegurl"];
    let kind = link.text("mediaType")?.to_ascii_lowercase();
    if !kinds.contains(&kind.as_str()) {
        return None;
    }
    let hash = |tag: Thing<'_>| tag.is("Infohash").then(|| tag.text("name")?.parse().ok()).flatten();
    let is_digests = |tag: &Thing<'_>| tag.text("name") == Some("sha256");
    Some(Stream {
        url: link.url("href")?.to_owned(),
        digests: link.things("tag").find(is_digests).and_then(|tag| tag.url("href")).map(str::to_owned),
        swarms: link.things("tag").filter_map(hash).take(SWARMS_MAX).collect(),
        files: files(link.things("tag"), Format::Fragmented),
    })
}

/// The files among links, with what stands beside them about the same height and rate.
fn files<'j>(links: impl Iterator<Item = Thing<'j>>, format: Format) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    let mut beside: BTreeMap<(u32, Option<u32>), [Option<String>; 3]> = BTreeMap::new();
    for link in links {
        let kind = link.text("mediaType").filter(|kind| kind.len() <= MEDIA_TYPE_LENGTH_MAX);
        let Some(kind) = kind else { continue };
        let pixels = |field| link.number(field).and_then(|pixels| u32::try_from(pixels).ok());
        let Some(height) = pixels("height") else { continue };
        let (fps, place) = (pixels("fps"), kind_beside(kind, link));
        if let Some(place) = place {
            if BESIDE_MAX <= beside.len() && !beside.contains_key(&(height, fps)) {
                continue;
            }
            let told = beside.entry((height, fps)).or_default();
            let is_magnet = |href: &str| href.starts_with("magnet:?") && href.len() <= MAGNET_LENGTH_MAX;
            let href = link.text("href").filter(|href| is_url(href) || is_magnet(href));
            if let Some(slot) = told.get_mut(place) {
                *slot = slot.take().or_else(|| href.map(str::to_owned));
            }
            continue;
        }
        let is_media = kind.starts_with("video/") || kind.starts_with("audio/");
        let (Some(url), Some(bytes)) = (link.url("href").filter(|_| is_media), link.number("size")) else {
            continue;
        };
        if files.len() < FILES_MAX {
            files.push(File {
                url: url.to_owned(),
                media_type: kind.to_owned(),
                height,
                width: pixels("width").unwrap_or(0),
                fps,
                bytes,
                format,
                metadata: None,
                torrent: None,
                magnet: None,
            });
        }
    }
    for file in &mut files {
        let of_height = |height| beside.iter().find(|((other, _), _)| *other == height).map(|(_, told)| told);
        if let Some(told) = beside.get(&(file.height, file.fps)).or_else(|| of_height(file.height)) {
            let [metadata, torrent, magnet] = told.clone();
            (file.metadata, file.torrent, file.magnet) = (metadata, torrent, magnet);
        }
    }
    files
}

fn kind_beside(kind: &str, link: Thing<'_>) -> Option<usize> {
    match kind {
        "application/json" if link.all("rel").any(|rel| rel == "metadata") => Some(0),
        "application/x-bittorrent" => Some(1),
        "application/x-bittorrent;x-scheme-handler/magnet" => Some(2),
        _ => None,
    }
}
