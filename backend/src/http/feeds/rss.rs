//! RSS 2.0 with Media RSS: names and order are PeerTube's (captures `rest/feeds-*-xml.http`), which readers of it know.

use super::feed::{Feed, File, Film, Item, rss_date};
use super::xml::{Attribute, Xml};

/// What every feed of ours names.
pub const NAMESPACES: [Attribute<'static>; 3] = [
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
];
const MEDIA: Attribute<'static> = ("xmlns:media", "http://search.yahoo.com/mrss/");
/// What makes our feeds.
pub const GENERATOR: &str = "Shoal";
/// Where RSS is described.
const DOCS: &str = "https://www.rssboard.org/rss-specification";
/// `Content-Type` of a torrent.
pub const TORRENT: &str = "application/x-bittorrent";

/// The feed as RSS.
#[must_use]
pub fn write(feed: &Feed, items: &[Item]) -> String {
    let mut names = vec![("version", "2.0")];
    names.extend(NAMESPACES);
    if items.iter().any(|item| item.film.is_some()) {
        names.push(MEDIA);
    }
    Xml::document("rss", &names, |xml| {
        xml.element("channel", &[], |xml| {
            begin(xml, feed, &[]);
            for item in items {
                xml.element("item", &[], |xml| write_item(xml, item));
            }
        });
    })
}

/// What a channel begins with.
pub fn begin(xml: &mut Xml, feed: &Feed, more: &[(&'static str, &str)]) {
    xml.text("title", &feed.title);
    xml.text("link", &feed.page);
    // It has to be there (RSS 2.0), and validators want words in it.
    xml.text("description", if feed.description.is_empty() { &feed.title } else { &feed.description });
    xml.text("lastBuildDate", &rss_date(feed.updated));
    xml.text("docs", DOCS);
    xml.text("generator", GENERATOR);
    for (name, text) in more {
        xml.text(name, text);
    }
    xml.element("image", &[], |xml| {
        xml.text("title", &feed.title);
        xml.text("url", &feed.picture);
        xml.text("link", &feed.page);
    });
    xml.text("copyright", &feed.rights);
    let own = [("href", feed.address.as_str()), ("rel", "self"), ("type", "application/rss+xml")];
    xml.empty("atom:link", &own);
}

/// What an item begins with: its words.
pub fn words(xml: &mut Xml, item: &Item) {
    xml.text("title", &item.title);
    xml.text("link", &item.page);
    let is_page = if item.id == item.page { "true" } else { "false" };
    xml.text_with("guid", &[("isPermaLink", is_page)], &item.id);
    xml.text("pubDate", &rss_date(item.published));
    if let Some(summary) = &item.summary {
        xml.text("description", summary);
    }
    if let Some(html) = &item.html {
        xml.text("content:encoded", html);
    }
    xml.text("dc:creator", &item.author.name);
}

fn write_item(xml: &mut Xml, item: &Item) {
    words(xml, item);
    if let Some((_, category)) = item.category {
        xml.text("category", category);
    }
    if let Some(film) = &item.film {
        enclosure(xml, film);
        media(xml, item, film);
    }
}

/// The one file that programs fetch by themselves; the stream where there is none.
pub fn enclosure(xml: &mut Xml, film: &Film) {
    if let Some(file) = film.choice() {
        // 0 stands for a length that is not known (RSS Advisory Board, "enclosure").
        let bytes = file.bytes.unwrap_or(0).to_string();
        xml.empty("enclosure", &[("url", &file.url), ("length", &bytes), ("type", file.media_type)]);
    } else if let Some(stream) = &film.stream {
        xml.empty("enclosure", &[("url", stream), ("length", "0"), ("type", "application/x-mpegURL")]);
    }
}

fn media(xml: &mut Xml, item: &Item, film: &Film) {
    let views = film.views.to_string();
    xml.element("media:community", &[], |xml| xml.empty("media:statistics", &[("views", &views)]));
    xml.empty("media:embed", &[("url", &film.embed)]);
    xml.empty("media:player", &[("url", &item.page)]);
    if !film.files.is_empty() || !film.torrents.is_empty() {
        xml.element("media:group", &[], |xml| {
            for torrent in &film.torrents {
                xml.empty("media:peerLink", &[("type", TORRENT), ("href", torrent), ("isDefault", "false")]);
            }
            for (at, file) in film.files.iter().enumerate() {
                content(xml, film, file, film.chosen == Some(at));
            }
        });
    }
    for caption in &film.captions {
        let (language, url) = (caption.language.as_str(), caption.url.as_str());
        xml.empty("media:subTitle", &[("type", "text/vtt"), ("lang", language), ("href", url)]);
    }
    for picture in &film.pictures {
        xml.empty("media:thumbnail", &[("url", picture)]);
    }
    if let Some((number, name)) = item.category {
        xml.text_with("media:category", &[("label", name)], &number.to_string());
    }
    if !film.tags.is_empty() {
        xml.text("media:keywords", &film.tags.join(", "));
    }
    xml.text("media:rating", if film.is_sensitive { "adult" } else { "nonadult" });
    xml.text_with("media:title", &[("type", "plain")], &item.title);
    if let Some(summary) = &item.summary {
        xml.text_with("media:description", &[("type", "plain")], summary);
    }
}

fn content(xml: &mut Xml, film: &Film, file: &File, is_default: bool) {
    let (lines, width) = (file.lines.to_string(), file.width.to_string());
    let (fps, seconds) = (file.fps.to_string(), film.seconds.to_string());
    let bytes = file.bytes.map(|bytes| bytes.to_string());
    let medium = if file.has_pictures { "video" } else { "audio" };
    let mut says = vec![("type", file.media_type), ("medium", medium)];
    if file.has_pictures {
        // Height is the quality's name here, as in all of PeerTube's feeds.
        says.push(("height", lines.as_str()));
        if file.width != 0 {
            says.push(("width", width.as_str()));
        }
    }
    if let Some(bytes) = &bytes {
        says.push(("fileSize", bytes.as_str()));
    }
    says.push(("url", file.url.as_str()));
    if file.fps != 0 {
        says.push(("framerate", fps.as_str()));
    }
    says.extend([("duration", seconds.as_str()), ("isDefault", if is_default { "true" } else { "false" })]);
    xml.empty("media:content", &says);
}
