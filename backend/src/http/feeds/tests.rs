//! Each format, of one feed; and what PeerTube's readers look for in it.

use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use shared::time::Timestamp;

use super::feed::{Author, Caption, Feed, File, Film, Item};
use super::podcast::{Episode, Show, Talk, guid};
use super::{atom, json, podcast, rss};

fn author() -> Author {
    Author {
        name: "Alice & Co".into(),
        page: "https://films.example/c/alice/videos".into(),
        picture: Some("https://films.example/lazy-static/avatars/a.png".into()),
    }
}

fn feed() -> Feed {
    Feed {
        title: "Alice & Co".into(),
        description: "Films".into(),
        page: "https://films.example/c/alice/videos".into(),
        address: "https://films.example/feeds/videos.xml?a=1&b=2".into(),
        picture: "https://films.example/p.png".into(),
        author: author(),
        updated: Timestamp(1_795_226_604_871),
        rights: "Theirs".into(),
    }
}

fn item() -> Item {
    let file = |lines: u32, bytes| File {
        url: format!("https://films.example/static/web-videos/u-{lines}.mp4"),
        media_type: if lines == 0 { "audio/mp4" } else { "video/mp4" },
        has_pictures: lines != 0,
        width: lines * 16 / 9,
        lines,
        fps: if lines == 0 { 0 } else { 30 },
        bits: 1_000_000,
        bytes,
        torrent: (lines == 720).then(|| "https://films.example/t-720.torrent".to_owned()),
    };
    Item {
        title: "A <film>".into(),
        page: "https://films.example/w/abc".into(),
        id: "https://films.example/w/abc".into(),
        published: Timestamp(1_795_226_604_871),
        updated: Timestamp(1_795_226_604_871),
        summary: Some("Words".into()),
        html: Some("<p>Words</p>".into()),
        author: author(),
        category: Some((11, "News & Politics")),
        language: Some("fr".into()),
        film: Some(Film {
            embed: "https://films.example/videos/embed/u".into(),
            views: 7,
            seconds: 30,
            is_sensitive: true,
            tags: vec!["sea".into(), "sky".into()],
            pictures: vec!["https://films.example/preview.jpg".into()],
            files: vec![file(720, Some(1234)), file(0, None)],
            chosen: Some(0),
            torrents: vec!["https://films.example/t-720.torrent".into()],
            stream: Some("https://films.example/master.m3u8".into()),
            captions: vec![Caption { language: "fr".into(), url: "https://films.example/fr.vtt".into() }],
        }),
    }
}

fn check(found: &str, expect: Expect) {
    expect.assert_eq(found);
}

#[test]
fn rss_is_in_peertubes_order() {
    check(
        &rss::write(&feed(), &[item()]),
        expect![[r#"
            <?xml version="1.0" encoding="utf-8"?>
            <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
              <channel>
                <title>Alice &amp; Co</title>
                <link>https://films.example/c/alice/videos</link>
                <description>Films</description>
                <lastBuildDate>Sat, 21 Nov 2026 02:03:24 GMT</lastBuildDate>
                <docs>https://www.rssboard.org/rss-specification</docs>
                <generator>Shoal</generator>
                <image>
                  <title>Alice &amp; Co</title>
                  <url>https://films.example/p.png</url>
                  <link>https://films.example/c/alice/videos</link>
                </image>
                <copyright>Theirs</copyright>
                <atom:link href="https://films.example/feeds/videos.xml?a=1&amp;b=2" rel="self" type="application/rss+xml"/>
                <item>
                  <title>A &lt;film&gt;</title>
                  <link>https://films.example/w/abc</link>
                  <guid isPermaLink="true">https://films.example/w/abc</guid>
                  <pubDate>Sat, 21 Nov 2026 02:03:24 GMT</pubDate>
                  <description>Words</description>
                  <content:encoded>&lt;p&gt;Words&lt;/p&gt;</content:encoded>
                  <dc:creator>Alice &amp; Co</dc:creator>
                  <category>News &amp; Politics</category>
                  <enclosure url="https://films.example/static/web-videos/u-720.mp4" length="1234" type="video/mp4"/>
                  <media:community>
                    <media:statistics views="7"/>
                  </media:community>
                  <media:embed url="https://films.example/videos/embed/u"/>
                  <media:player url="https://films.example/w/abc"/>
                  <media:group>
                    <media:peerLink type="application/x-bittorrent" href="https://films.example/t-720.torrent" isDefault="false"/>
                    <media:content type="video/mp4" medium="video" height="720" width="1280" fileSize="1234" url="https://films.example/static/web-videos/u-720.mp4" framerate="30" duration="30" isDefault="true"/>
                    <media:content type="audio/mp4" medium="audio" url="https://films.example/static/web-videos/u-0.mp4" duration="30" isDefault="false"/>
                  </media:group>
                  <media:subTitle type="text/vtt" lang="fr" href="https://films.example/fr.vtt"/>
                  <media:thumbnail url="https://films.example/preview.jpg"/>
                  <media:category label="News &amp; Politics">11</media:category>
                  <media:keywords>sea, sky</media:keywords>
                  <media:rating>adult</media:rating>
                  <media:title type="plain">A &lt;film&gt;</media:title>
                  <media:description type="plain">Words</media:description>
                </item>
              </channel>
            </rss>
        "#]],
    );
}

#[test]
fn atom_has_all_that_its_rules_ask_for() {
    check(
        &atom::write(&feed(), &[item()]),
        expect![[r#"
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
              <id>https://films.example/c/alice/videos</id>
              <title>Alice &amp; Co</title>
              <updated>2026-11-21T02:03:24.871Z</updated>
              <generator>Shoal</generator>
              <author>
                <name>Alice &amp; Co</name>
                <uri>https://films.example/c/alice/videos</uri>
              </author>
              <link rel="alternate" type="text/html" href="https://films.example/c/alice/videos"/>
              <link rel="self" type="application/atom+xml" href="https://films.example/feeds/videos.xml?a=1&amp;b=2"/>
              <subtitle>Films</subtitle>
              <logo>https://films.example/p.png</logo>
              <rights>Theirs</rights>
              <entry>
                <title>A &lt;film&gt;</title>
                <id>https://films.example/w/abc</id>
                <link rel="alternate" type="text/html" href="https://films.example/w/abc"/>
                <link rel="enclosure" type="video/mp4" href="https://films.example/static/web-videos/u-720.mp4" length="1234"/>
                <link rel="enclosure" type="application/x-bittorrent" href="https://films.example/t-720.torrent"/>
                <updated>2026-11-21T02:03:24.871Z</updated>
                <published>2026-11-21T02:03:24.871Z</published>
                <summary>Words</summary>
                <content type="html">&lt;p&gt;Words&lt;/p&gt;</content>
                <author>
                  <name>Alice &amp; Co</name>
                  <uri>https://films.example/c/alice/videos</uri>
                </author>
                <category term="News &amp; Politics" label="News &amp; Politics"/>
                <media:thumbnail url="https://films.example/preview.jpg"/>
              </entry>
            </feed>
        "#]],
    );
}

#[test]
fn json_is_read_by_both_versions() {
    let told: serde_json::Value = serde_json::from_str(&json::write(&feed(), &[item()])).unwrap();
    assert_eq!(told["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(told["author"]["name"], "Alice & Co");
    assert_eq!(told["authors"][0]["avatar"], "https://films.example/lazy-static/avatars/a.png");
    let item = &told["items"][0];
    assert_eq!(item["content_html"], "<p>Words</p>");
    assert_eq!(item["date_published"], "2026-11-21T02:03:24.871Z");
    assert_eq!(item["tags"], serde_json::json!(["News & Politics"]));
    let attachments = serde_json::json!([
        {
            "title": "A <film>",
            "url": "https://films.example/static/web-videos/u-720.mp4",
            "mime_type": "video/mp4",
            "duration_in_seconds": 30,
            "size_in_bytes": 1234,
        },
        {
            "title": "A <film>",
            "url": "https://films.example/t-720.torrent",
            "mime_type": "application/x-bittorrent",
        },
    ]);
    assert_eq!(item["attachments"], attachments);
}

#[test]
fn a_channel_is_a_podcast() {
    let episode = Episode {
        item: item(),
        talk: Talk::At {
            url: "https://films.example/videos/watch/u".into(),
            handle: "@alice@films.example".into(),
            page: "https://films.example/a/alice/video-channels".into(),
        },
        chapters: Some("https://films.example/chapters.json".into()),
    };
    let show = Show { feed: feed(), language: Some("fr".into()), category: Some(7), episodes: vec![episode] };
    let told = podcast::write(&show);
    let from = told.find("    <podcast:guid>").unwrap();
    check(
        &told[from..],
        expect![[r#"
                <podcast:guid>c0289b77-5a4b-5596-938c-a028121d14b3</podcast:guid>
                <podcast:medium>video</podcast:medium>
                <podcast:locked>no</podcast:locked>
                <podcast:person href="https://films.example/c/alice/videos" img="https://films.example/lazy-static/avatars/a.png">Alice &amp; Co</podcast:person>
                <itunes:author>Alice &amp; Co</itunes:author>
                <itunes:owner>
                  <itunes:name>Alice &amp; Co</itunes:name>
                </itunes:owner>
                <itunes:summary>Films</itunes:summary>
                <itunes:type>episodic</itunes:type>
                <itunes:explicit>true</itunes:explicit>
                <itunes:image href="https://films.example/p.png"/>
                <itunes:category text="Leisure">
                  <itunes:category text="Video Games"/>
                </itunes:category>
                <item>
                  <title>A &lt;film&gt;</title>
                  <link>https://films.example/w/abc</link>
                  <guid isPermaLink="true">https://films.example/w/abc</guid>
                  <pubDate>Sat, 21 Nov 2026 02:03:24 GMT</pubDate>
                  <description>Words</description>
                  <content:encoded>&lt;p&gt;Words&lt;/p&gt;</content:encoded>
                  <dc:creator>Alice &amp; Co</dc:creator>
                  <podcast:person href="https://films.example/c/alice/videos" img="https://films.example/lazy-static/avatars/a.png">Alice &amp; Co</podcast:person>
                  <category>News &amp; Politics</category>
                  <podcast:socialInteract uri="https://films.example/videos/watch/u" protocol="activitypub" accountId="@alice@films.example" accountUrl="https://films.example/a/alice/video-channels"/>
                  <enclosure url="https://films.example/static/web-videos/u-720.mp4" length="1234" type="video/mp4"/>
                  <podcast:alternateEnclosure type="video/mp4" length="1234" bitrate="1000000" height="720" lang="fr" title="720p" default="true">
                    <podcast:source uri="https://films.example/static/web-videos/u-720.mp4"/>
                    <podcast:source uri="https://films.example/t-720.torrent" contentType="application/x-bittorrent"/>
                  </podcast:alternateEnclosure>
                  <podcast:alternateEnclosure type="audio/mp4" bitrate="1000000" lang="fr" title="Audio" default="false">
                    <podcast:source uri="https://films.example/static/web-videos/u-0.mp4"/>
                  </podcast:alternateEnclosure>
                  <podcast:alternateEnclosure type="application/x-mpegURL" title="HLS" default="false">
                    <podcast:source uri="https://films.example/master.m3u8"/>
                  </podcast:alternateEnclosure>
                  <podcast:transcript url="https://films.example/fr.vtt" type="text/vtt" language="fr" rel="captions"/>
                  <itunes:duration>30</itunes:duration>
                  <itunes:image href="https://films.example/preview.jpg"/>
                  <itunes:explicit>true</itunes:explicit>
                  <podcast:chapters url="https://films.example/chapters.json" type="application/json+chapters"/>
                  <itunes:title>A &lt;film&gt;</itunes:title>
                  <itunes:author>Alice &amp; Co</itunes:author>
                  <itunes:episodeType>full</itunes:episodeType>
                </item>
              </channel>
            </rss>
        "#]],
    );
}

#[test]
fn a_podcast_has_one_name_for_ever() {
    // The example of the namespace's own page.
    for address in [
        "mp3s.nashownotes.com/pc20rss.xml",
        "https://mp3s.nashownotes.com/pc20rss.xml",
        "http://mp3s.nashownotes.com/pc20rss.xml/",
    ] {
        assert_eq!(guid(address).to_string(), "917393e3-1b1e-5cef-ace4-edaa54e1f810", "{address}");
    }
    assert_eq!(guid("https://podnews.net/rss").to_string(), "9b024349-ccf0-5f69-a609-6b82873eab3c");
}

#[test]
fn whatever_people_write_is_well_formed() {
    let odd = "a\u{0}\u{b}\u{fffe} ]]> & < > \" ' \r\n\t \u{1f600} <!-- &amp; <![CDATA[";
    let mut feed = feed();
    feed.title = odd.into();
    let mut item = item();
    item.title = odd.into();
    item.summary = Some(odd.into());
    item.html = Some(odd.into());
    item.author.name = odd.into();
    for text in [rss::write(&feed, &[item.clone()]), atom::write(&feed, &[item])] {
        assert!(!text.contains("<!") && !text.contains("]]>"), "{text}");
        assert!(text.chars().all(|letter| matches!(letter, '\n' | '\t') || ' ' <= letter), "{text}");
        assert_eq!(text.matches('<').count(), text.matches('>').count());
    }
}

/// What is in a document: each element, and each of its attributes behind it.
fn names(xml: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let plain = xml.split("<![CDATA[").map(|part| part.split_once("]]>").map_or(part, |(_, rest)| rest));
    for tag in plain.collect::<String>().split('<').filter_map(|part| part.split('>').next()) {
        let tag = tag.trim_end_matches('/');
        let Some(element) = tag.split_whitespace().next().filter(|name| !name.starts_with(['/', '?'])) else {
            continue;
        };
        names.insert(element.to_owned());
        // Every second piece is a value.
        let said = tag.split('"').step_by(2).filter_map(|part| part.trim().strip_suffix('='));
        let last = |part: &str| part.split_whitespace().last().unwrap_or_default().to_owned();
        names.extend(said.map(|part| format!("{element} {}", last(part))));
    }
    names
}

fn lacks(ours: &str, captured: &str) -> Vec<String> {
    names(captured).difference(&names(ours)).cloned().collect()
}

macro_rules! captured {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/vectors/feeds/peertube-6.3-", $name))
    };
}

#[test]
fn whatever_peertubes_feeds_tell_ours_tell() {
    assert_eq!(lacks(&rss::write(&feed(), &[item()]), captured!("videos.xml")), [""; 0]);
    let comment = Item { film: None, category: None, ..item() };
    let lacked = lacks(&rss::write(&feed(), &[comment]), captured!("comments.xml"));
    assert_eq!(lacked, [""; 0]);
    // Texts are texts here, and the small picture is left to the page.
    let lacked = lacks(&atom::write(&feed(), &[item()]), captured!("videos.atom"));
    assert_eq!(lacked, ["icon", "summary type", "title type"]);
    let episode = Episode {
        item: item(),
        talk: Talk::At { url: "u".into(), handle: "h".into(), page: "p".into() },
        chapters: None,
    };
    let show = Show { feed: feed(), language: None, category: None, episodes: vec![episode] };
    // Nobody's address of mail, not even an empty one; and no app knows a tracker.
    let lacked = lacks(&podcast::write(&show), captured!("podcast.xml"));
    assert_eq!(lacked, ["itunes:email", "podcast:tracker"]);

    let ours = json::write(&feed(), &[item()]);
    let [ours, theirs] = [ours.as_str(), captured!("videos.json")]
        .map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap());
    let keys =
        |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert!(keys(&theirs).is_subset(&keys(&ours)), "{ours}");
    assert!(keys(&theirs["items"][0]).is_subset(&keys(&ours["items"][0])), "{ours}");
    let attachment = |feed: &serde_json::Value| keys(&feed["items"][0]["attachments"][0]);
    assert!(attachment(&theirs).is_subset(&attachment(&ours)), "{ours}");
}
