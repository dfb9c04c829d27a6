//! A channel as a podcast: RSS with Apple's names and those of Podcasting 2.0 (<https://podcasting2.org/podcast-namespace>).
//!
//! Owns which of them a video has something to say under. The surprise is the namespace's own address, which apps compare
//! letter by letter: it is PeerTube's and everybody's, though that page moved since.

use sha1::{Digest, Sha1};
use shared::id::Uuid;

use super::feed::{Author, Caption, Feed, File, Film, Item};
use super::rss::{NAMESPACES, TORRENT, begin, enclosure, words};
use super::xml::Xml;

const PODCAST: [(&str, &str); 2] = [
    ("xmlns:podcast", "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"),
    ("xmlns:itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
];
/// The namespace of podcasts' names, `ead4c236-bf58-58c6-a2c6-a6b28d128cb6`.
const PODCASTS: Uuid = Uuid(0xead4_c236_bf58_58c6_a2c6_a6b2_8d12_8cb6);

/// A channel as a podcast.
#[derive(Clone, PartialEq, Debug)]
pub struct Show {
    /// What every feed says.
    pub feed: Feed,
    /// What it mostly speaks, as an ISO 639 code; none where nobody says.
    pub language: Option<String>,
    /// What it is mostly about, as one of PeerTube's categories.
    pub category: Option<u32>,
    /// Its episodes, in the feed's order.
    pub episodes: Vec<Episode>,
}

/// A video as an episode.
#[derive(Clone, PartialEq, Debug)]
pub struct Episode {
    /// What every feed says.
    pub item: Item,
    /// Where the network speaks of it.
    pub talk: Talk,
    /// The address of its chapters; none where it has none.
    pub chapters: Option<String>,
}

/// Where the network speaks of an episode.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Talk {
    /// Here.
    At {
        /// The video's address in the network.
        url: String,
        /// `@alice@films.example`
        handle: String,
        /// The account's page.
        page: String,
    },
    /// Nowhere: its makers want no comments.
    Nowhere,
}

/// The name of a podcast for ever: a UUID of version 5 made of its address without the scheme and slashes at the end.
#[must_use]
pub fn guid(address: &str) -> Uuid {
    let name = address.split_once("://").map_or(address, |(_, rest)| rest).trim_end_matches('/');
    let digest = Sha1::new().chain_update(PODCASTS.0.to_be_bytes()).chain_update(name).finalize();
    let bits = digest.iter().take(16).fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    // Version 5, variant 1 (RFC 9562 §5.5).
    Uuid(bits & !(0xf000 << 64) & !(0xc000 << 48) | 0x5000 << 64 | 0x8000 << 48)
}

/// The podcast as RSS.
#[must_use]
pub fn write(show: &Show) -> String {
    let mut names = vec![("version", "2.0")];
    names.extend(PODCAST.into_iter().chain(NAMESPACES));
    Xml::document("rss", &names, |xml| {
        xml.element("channel", &[], |xml| {
            write_show(xml, show);
            for episode in &show.episodes {
                xml.element("item", &[], |xml| write_episode(xml, episode));
            }
        });
    })
}

fn write_show(xml: &mut Xml, show: &Show) {
    let feed = &show.feed;
    let language = show.language.as_deref().map(|language| ("language", language));
    begin(xml, feed, language.as_slice());
    xml.text("podcast:guid", &guid(&feed.address).to_string());
    let films = || show.episodes.iter().filter_map(|episode| episode.item.film.as_ref());
    let has_pictures = films().any(|film| film.files.iter().any(|file| file.has_pictures));
    xml.text("podcast:medium", if has_pictures || show.episodes.is_empty() { "video" } else { "podcast" });
    // Whoever makes it may take it elsewhere; apps ask nobody before they do.
    xml.text("podcast:locked", "no");
    person(xml, &feed.author);
    xml.text("itunes:author", &feed.author.name);
    // No address of mail: those are nobody's but their owners'.
    xml.element("itunes:owner", &[], |xml| xml.text("itunes:name", &feed.author.name));
    xml.text("itunes:summary", if feed.description.is_empty() { &feed.title } else { &feed.description });
    xml.text("itunes:type", "episodic");
    xml.text("itunes:explicit", truth(films().any(|film| film.is_sensitive)));
    xml.empty("itunes:image", &[("href", &feed.picture)]);
    let (category, within) = shelf(show.category);
    match within {
        Some(within) => xml.element("itunes:category", &[("text", category)], |xml| {
            xml.empty("itunes:category", &[("text", within)]);
        }),
        None => xml.empty("itunes:category", &[("text", category)]),
    }
}

fn person(xml: &mut Xml, author: &Author) {
    let mut says = Vec::new();
    if !author.page.is_empty() {
        says.push(("href", author.page.as_str()));
    }
    says.extend(author.picture.as_deref().map(|picture| ("img", picture)));
    xml.text_with("podcast:person", &says, &author.name);
}

fn truth(is_true: bool) -> &'static str {
    if is_true { "true" } else { "false" }
}

fn write_episode(xml: &mut Xml, episode: &Episode) {
    let item = &episode.item;
    words(xml, item);
    person(xml, &item.author);
    if let Some((_, category)) = item.category {
        xml.text("category", category);
    }
    match &episode.talk {
        Talk::At { url, handle, page } => {
            let says = [
                ("uri", url.as_str()),
                ("protocol", "activitypub"),
                ("accountId", handle.as_str()),
                ("accountUrl", page.as_str()),
            ];
            xml.empty("podcast:socialInteract", &says);
        }
        Talk::Nowhere => xml.empty("podcast:socialInteract", &[("protocol", "disabled")]),
    }
    if let Some(film) = &item.film {
        write_film(xml, item, film);
    }
    if let Some(url) = &episode.chapters {
        xml.empty("podcast:chapters", &[("url", url), ("type", CHAPTERS)]);
    }
    xml.text("itunes:title", &item.title);
    xml.text("itunes:author", &item.author.name);
    xml.text("itunes:episodeType", "full");
}

/// `Content-Type` of chapters.
pub const CHAPTERS: &str = "application/json+chapters";

fn write_film(xml: &mut Xml, item: &Item, film: &Film) {
    enclosure(xml, film);
    for (at, file) in film.files.iter().enumerate() {
        alternate(xml, item, file, film.chosen == Some(at));
    }
    if let Some(stream) = &film.stream {
        let is_default = truth(film.chosen.is_none());
        let says = [("type", "application/x-mpegURL"), ("title", "HLS"), ("default", is_default)];
        xml.element("podcast:alternateEnclosure", &says, |xml| {
            xml.empty("podcast:source", &[("uri", stream)]);
        });
    }
    for Caption { language, url } in &film.captions {
        let says = [
            ("url", url.as_str()),
            ("type", "text/vtt"),
            ("language", language.as_str()),
            ("rel", "captions"),
        ];
        xml.empty("podcast:transcript", &says);
    }
    xml.text("itunes:duration", &film.seconds.to_string());
    if let Some(picture) = film.pictures.first() {
        xml.empty("itunes:image", &[("href", picture)]);
    }
    xml.text("itunes:explicit", truth(film.is_sensitive));
}

fn alternate(xml: &mut Xml, item: &Item, file: &File, is_default: bool) {
    let bytes = file.bytes.map(|bytes| bytes.to_string());
    let (bits, lines, quality) = (file.bits.to_string(), file.lines.to_string(), file.quality());
    let mut says = vec![("type", file.media_type)];
    says.extend(bytes.as_deref().map(|bytes| ("length", bytes)));
    if file.bits != 0 {
        says.push(("bitrate", bits.as_str()));
    }
    if file.has_pictures {
        says.push(("height", lines.as_str()));
    }
    says.extend(item.language.as_deref().map(|language| ("lang", language)));
    says.extend([("title", quality.as_str()), ("default", truth(is_default))]);
    xml.element("podcast:alternateEnclosure", &says, |xml| {
        xml.empty("podcast:source", &[("uri", &file.url)]);
        if let Some(torrent) = &file.torrent {
            xml.empty("podcast:source", &[("uri", torrent), ("contentType", TORRENT)]);
        }
    });
}

/// Apple's category for one of PeerTube's, and the one within it. A podcast without is not taken up there.
fn shelf(category: Option<u32>) -> (&'static str, Option<&'static str>) {
    match category {
        Some(1) => ("Music", None),
        Some(2) => ("TV & Film", None),
        Some(3) => ("Leisure", Some("Automotive")),
        Some(4) => ("Arts", None),
        Some(5) => ("Sports", None),
        Some(6) => ("Society & Culture", Some("Places & Travel")),
        Some(7) => ("Leisure", Some("Video Games")),
        Some(9) => ("Comedy", None),
        Some(11) => ("News", None),
        Some(12) => ("Education", Some("How To")),
        Some(13) => ("Education", None),
        Some(14) => ("News", Some("Politics")),
        Some(15) => ("Technology", None),
        Some(16) => ("Science", Some("Nature")),
        Some(17) => ("Kids & Family", None),
        Some(18) => ("Arts", Some("Food")),
        // People, entertainment, what came later, and nothing.
        Some(_) | None => ("Society & Culture", None),
    }
}
