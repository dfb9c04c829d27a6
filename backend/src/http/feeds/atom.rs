//! Atom (RFC 4287), in PeerTube's order (capture `rest/feeds-videos-atom.http`).

use super::feed::{Feed, Item};
use super::rss::{GENERATOR, TORRENT};
use super::xml::Xml;

const NAMESPACES: [(&str, &str); 2] =
    [("xmlns", "http://www.w3.org/2005/Atom"), ("xmlns:media", "http://search.yahoo.com/mrss/")];

/// The feed as Atom.
#[must_use]
pub fn write(feed: &Feed, items: &[Item]) -> String {
    Xml::document("feed", &NAMESPACES, |xml| {
        xml.text("id", &feed.page);
        xml.text("title", &feed.title);
        xml.text("updated", &feed.updated.to_string());
        xml.text("generator", GENERATOR);
        author(xml, &feed.author.name, &feed.author.page);
        xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.page)]);
        xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &feed.address)]);
        if !feed.description.is_empty() {
            xml.text("subtitle", &feed.description);
        }
        xml.text("logo", &feed.picture);
        xml.text("rights", &feed.rights);
        for item in items {
            xml.element("entry", &[], |xml| write_entry(xml, item));
        }
    })
}

fn author(xml: &mut Xml, name: &str, page: &str) {
    xml.element("author", &[], |xml| {
        xml.text("name", name);
        if !page.is_empty() {
            xml.text("uri", page);
        }
    });
}

fn write_entry(xml: &mut Xml, item: &Item) {
    xml.text("title", &item.title);
    xml.text("id", &item.id);
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &item.page)]);
    if let Some(film) = &item.film {
        if let Some(file) = film.choice() {
            let bytes = file.bytes.map(|bytes| bytes.to_string());
            let mut says = vec![("rel", "enclosure"), ("type", file.media_type), ("href", file.url.as_str())];
            says.extend(bytes.as_deref().map(|bytes| ("length", bytes)));
            xml.empty("link", &says);
        }
        for torrent in &film.torrents {
            xml.empty("link", &[("rel", "enclosure"), ("type", TORRENT), ("href", torrent)]);
        }
    }
    xml.text("updated", &item.updated.to_string());
    xml.text("published", &item.published.to_string());
    if let Some(summary) = &item.summary {
        xml.text("summary", summary);
    }
    if let Some(html) = &item.html {
        xml.text_with("content", &[("type", "html")], html);
    }
    author(xml, &item.author.name, &item.author.page);
    if let Some((_, name)) = item.category {
        xml.empty("category", &[("term", name), ("label", name)]);
    }
    let picture = item.film.as_ref().and_then(|film| film.pictures.first());
    if let Some(picture) = picture {
        xml.empty("media:thumbnail", &[("url", picture)]);
    }
}
