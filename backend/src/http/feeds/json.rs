//! JSON Feed 1.1, with the one `author` of version 1 beside `authors`: readers of either find who wrote.

use serde_json::{Value, json};

use super::feed::{Author, Feed, Film, Item};
use super::rss::TORRENT;

/// The feed as JSON.
#[must_use]
pub fn write(feed: &Feed, items: &[Item]) -> String {
    let author = author(&feed.author);
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "description": feed.description,
        "icon": feed.picture,
        "author": author,
        "authors": [author],
        "items": items.iter().map(write_item).collect::<Vec<_>>(),
    });
    feed.to_string()
}

fn author(author: &Author) -> Value {
    let mut says = json!({ "name": author.name });
    if !author.page.is_empty() {
        put(&mut says, "url", author.page.as_str().into());
    }
    if let Some(picture) = &author.picture {
        put(&mut says, "avatar", picture.as_str().into());
    }
    says
}

fn put(value: &mut Value, name: &str, with: Value) {
    if let Value::Object(fields) = value {
        fields.insert(name.to_owned(), with);
    }
}

fn write_item(item: &Item) -> Value {
    let author = author(&item.author);
    let mut says = json!({
        "id": item.id,
        "url": item.page,
        "title": item.title,
        // There has to be one or the other, even of nothing.
        "content_html": item.html.as_deref().unwrap_or_default(),
        "date_published": item.published,
        "date_modified": item.updated,
        "author": author,
        "authors": [author],
    });
    if let Some(summary) = &item.summary {
        put(&mut says, "summary", summary.as_str().into());
    }
    if let Some((_, name)) = item.category {
        put(&mut says, "tags", json!([name]));
    }
    if let Some(language) = &item.language {
        put(&mut says, "language", language.as_str().into());
    }
    if let Some(film) = &item.film {
        if let Some(picture) = film.pictures.first() {
            put(&mut says, "image", picture.as_str().into());
        }
        put(&mut says, "attachments", attachments(item, film));
    }
    says
}

fn attachments(item: &Item, film: &Film) -> Value {
    let file = film.choice().map(|file| {
        let mut says = json!({
            "title": item.title,
            "url": file.url,
            "mime_type": file.media_type,
            "duration_in_seconds": film.seconds,
        });
        if let Some(bytes) = file.bytes {
            put(&mut says, "size_in_bytes", bytes.into());
        }
        says
    });
    let torrent = |url: &String| json!({ "title": item.title, "url": url, "mime_type": TORRENT });
    file.into_iter().chain(film.torrents.iter().map(torrent)).collect()
}
