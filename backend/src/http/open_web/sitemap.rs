//! `/sitemap.xml`: what there is to find, for search engines (sitemaps.org, with Google's words for videos).
//!
//! Owns what is named and how many rows one file has. What is not for everybody, what is of other servers, and what the
//! instance does not list is left out. Above [`ROWS_MAX`] rows the file names its parts, `?part=1` and on.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::header::CACHE_CONTROL;
use shared::id::{AccountId, ChannelId};
use shared::time::Timestamp;

use crate::app::App;
use crate::catalogue::Entry;
use crate::config::NsfwPolicy;
use crate::domain::wrong::Wrong;
use crate::http::extract::Ask;
use crate::http::feeds::xml::{Attribute, Xml};
use crate::http::pages::plain::plain_text;
use crate::http::problem::Failure;
use crate::http::respond::{Outcome, text_of, with_header};
use crate::http::views;
use crate::playlists::{By, Order};
use crate::store::records::{Embed, VideoPlaylist};

/// Rows of one file. Search engines take 50 000, and 50 MB; a row about a video has at most three kilobytes.
const ROWS_MAX: usize = 10_000;
/// Search engines take no more parts than this.
const PARTS_MAX: usize = 50_000;
/// Lists of videos that are looked at: as many as nobody has made.
const LISTS_MAX: usize = 1_000_000;
/// Search engines read no longer videos: eight hours, in seconds.
const VIDEO_DURATION_MAX: u64 = 28_800;
/// Pages that every instance has.
const PAGES: [&str; 4] =
    ["/videos/browse", "/videos/browse?scope=local", "/videos/browse?sort=-trending", "/about"];

const SITEMAP: Attribute<'_> = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
const VIDEO: Attribute<'_> = ("xmlns:video", "http://www.google.com/schemas/sitemap-video/1.1");

/// One thing to find.
enum Row {
    Page(&'static str),
    /// Path of a maker's page, and when it last changed.
    Maker(String, Timestamp),
    List(Arc<VideoPlaylist>),
    Video(Arc<Entry>),
}

/// `GET /sitemap.xml`
pub async fn show(ask: Ask) -> Outcome {
    let sent = ask.parameter("part");
    let wrong = || Failure::from(Wrong::query("part", sent.as_deref(), "Should be a part of the sitemap"));
    let part = match &sent {
        Some(text) => {
            let part = text.parse().ok().filter(|part| (1..=PARTS_MAX).contains(part));
            Some(part.ok_or_else(wrong)?)
        }
        None => None,
    };
    let xml = ask.app.blocking(move |app| write(app, part)).await;
    let response = text_of("application/xml; charset=utf-8", xml.ok_or_else(wrong)?);
    Ok(with_header(response, CACHE_CONTROL, "max-age=3600"))
}

/// None where there is no such part.
fn write(app: &App, part: Option<usize>) -> Option<String> {
    let rows = rows(app);
    let parts: Vec<&[Row]> = rows.chunks(ROWS_MAX).take(PARTS_MAX).collect();
    match part {
        Some(part) => Some(urls(app, parts.get(part - 1)?)),
        None if 1 < parts.len() => Some(index(app.url().as_str(), parts.len())),
        None => Some(urls(app, &rows)),
    }
}

fn rows(app: &App) -> Vec<Row> {
    let shows_all = app.config().instance.nsfw_policy != NsfwPolicy::DoNotList;
    let mut videos = app.catalogue().all();
    videos.retain(|entry| {
        let video = &entry.listed.video;
        video.remote.is_none() && entry.listed.sight().is_listed() && (shows_all || !video.nsfw)
    });
    videos.sort_unstable_by_key(|entry| entry.listed.video.id);
    // Makers with nothing to show are nothing to find.
    let (mut accounts, mut channels) = (BTreeMap::<AccountId, _>::new(), BTreeMap::<ChannelId, _>::new());
    for entry in &videos {
        let (account, channel) = (&entry.publisher.account, &entry.publisher.channel);
        accounts
            .entry(account.id)
            .or_insert_with(|| Row::Maker(format!("/a/{}/video-channels", account.name), account.updated_at));
        channels
            .entry(channel.id)
            .or_insert_with(|| Row::Maker(format!("/c/{}/videos", channel.name), channel.updated_at));
    }
    let order = Order { by: By::Created, descending: false };
    let lists = app.playlists().public((0, LISTS_MAX), order, &[]).rows;
    let lists = lists.into_iter().filter(|list| list.remote.is_none() && 0 < list.videos);
    let makers = channels.into_values().chain(accounts.into_values());
    PAGES
        .map(Row::Page)
        .into_iter()
        .chain(makers)
        .chain(lists.map(Row::List))
        .chain(videos.into_iter().map(Row::Video))
        .collect()
}

fn index(url: &str, parts: usize) -> String {
    Xml::document("sitemapindex", &[SITEMAP], |xml| {
        for part in 1..=parts {
            xml.element("sitemap", &[], |xml| xml.text("loc", &format!("{url}/sitemap.xml?part={part}")));
        }
    })
}

fn urls(app: &App, rows: &[Row]) -> String {
    let url = app.url().as_str();
    Xml::document("urlset", &[SITEMAP, VIDEO], |xml| {
        for row in rows {
            xml.element("url", &[], |xml| match row {
                Row::Page(path) => xml.text("loc", &format!("{url}{path}")),
                Row::Maker(path, changed) => place(xml, &format!("{url}{path}"), *changed),
                Row::List(list) => {
                    place(xml, &format!("{url}/w/p/{}", list.uuid.short()), list.updated_at);
                }
                Row::Video(entry) => {
                    let video = &entry.listed.video;
                    place(xml, &format!("{url}/w/{}", video.uuid.short()), video.updated_at);
                    film(xml, url, entry);
                }
            });
        }
    })
}

fn place(xml: &mut Xml, address: &str, changed: Timestamp) {
    xml.text("loc", address);
    xml.text("lastmod", &changed.to_string());
}

/// What Google's words say of a video. One without a picture has none of them: they are required there.
fn film(xml: &mut Xml, url: &str, entry: &Entry) {
    let video = &entry.listed.video;
    let Some(picture) = views::preview_path(video) else { return };
    let said = plain_text(video.description.as_deref().unwrap_or_default());
    let said = if said.is_empty() { &video.name } else { &said };
    let seconds = video.facts.as_ref().map_or(0, |facts| (facts.duration_ms + 500) / 1000);
    let channel = &entry.publisher.channel;
    let maker = if channel.display_name.is_empty() { &channel.name } else { &channel.display_name };
    xml.element("video:video", &[], |xml| {
        xml.text("video:thumbnail_loc", &format!("{url}{picture}"));
        xml.text("video:title", &video.name);
        xml.text("video:description", said);
        if video.embed != Embed::Nowhere {
            xml.text("video:player_loc", &format!("{url}/videos/embed/{}", video.uuid));
        }
        if (1..=VIDEO_DURATION_MAX).contains(&seconds) {
            xml.text("video:duration", &seconds.to_string());
        }
        xml.text("video:view_count", &video.views.to_string());
        xml.text("video:publication_date", &video.published_at.to_string());
        xml.text("video:family_friendly", if video.nsfw { "no" } else { "yes" });
        let page = format!("{url}/c/{}/videos", channel.name);
        xml.text_with("video:uploader", &[("info", &page)], maker);
        xml.text("video:live", "no");
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::sample::{self, PUBLIC, UNLISTED};

    #[tokio::test]
    async fn what_everybody_finds_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let app = sample::app(folder.path());
        let xml = write(&app, None).unwrap();
        for named in [
            format!("<loc>http://localhost:9001/w/{}</loc>", PUBLIC.short()),
            format!("<video:player_loc>http://localhost:9001/videos/embed/{PUBLIC}</video:player_loc>"),
            "<loc>http://localhost:9001/c/alice_films/videos</loc>".to_owned(),
            "<loc>http://localhost:9001/a/alice/video-channels</loc>".to_owned(),
            "<loc>http://localhost:9001/videos/browse?scope=local</loc>".to_owned(),
            "<video:duration>30</video:duration>".to_owned(),
        ] {
            assert!(xml.contains(&named), "{named} is not in {xml}");
        }
        assert!(!xml.contains(&UNLISTED.short()), "{xml}");
        assert_eq!(write(&app, Some(1)).unwrap(), xml);
        assert_eq!(write(&app, Some(2)), None);
    }

    #[test]
    fn a_large_sitemap_names_its_parts() {
        let xml = index("https://films.example", 2);
        assert!(xml.contains("<loc>https://films.example/sitemap.xml?part=2</loc>"), "{xml}");
        assert!(!xml.contains("part=3"), "{xml}");
    }
}
