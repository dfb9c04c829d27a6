//! What a page says of itself before any script runs: title, OpenGraph, Twitter card, JSON-LD, canonical address.
//!
//! Owns the tags and their escaping; never decides who may see what it is given. Everything in it was typed by
//! strangers, so each value passes through [`escape`] or [`script_safe`]. The order and the odd names (`property="name"`)
//! are PeerTube's: other software reads them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use shared::time::Timestamp;

/// What stands as it is within a parameter of an address (RFC 3986, section 2.3).
const PARAMETER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What the instance says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// Its name.
    pub name: &'a str,
    /// One sentence.
    pub description: &'a str,
    /// `https://films.example`, no slash at the end.
    pub url: &'a str,
    /// Path of its picture.
    pub picture: Option<&'a str>,
}

/// What a page shows.
#[derive(Clone, Debug)]
pub enum Subject {
    /// The instance itself, or a page of it.
    Instance,
    /// A video.
    Video(VideoCard),
    /// A list of videos.
    Playlist(PlaylistCard),
    /// A channel or an account.
    Actor(ActorCard),
    /// Nothing, or nothing the asker may know of.
    Unknown,
}

/// A video as the head tells it.
#[derive(Clone, Debug)]
pub struct VideoCard {
    /// Its name.
    pub name: String,
    /// Its description as one line of plain text.
    pub description: String,
    /// Path of the 850×480 picture.
    pub preview: Option<String>,
    /// Path of its page.
    pub path: String,
    /// Path of its player alone.
    pub embed: String,
    /// When it was uploaded.
    pub uploaded: Timestamp,
    /// Seconds.
    pub duration: u64,
    /// Path of a file with picture and sound; none where it is not for everybody.
    pub file: Option<String>,
    /// Counted views.
    pub views: u64,
    /// The channel: its name, and the address of its page.
    pub maker: (String, String),
    /// Path of its comments as a feed, where there are any to read.
    pub comments: Option<String>,
    /// Whether search engines may list it.
    pub listed: bool,
    /// Path of what other servers read of it; none where they do not.
    pub document: Option<String>,
    /// Where players ask before they show it: why, in its maker's words.
    pub sensitive: Option<String>,
    /// The address of its page where it is of another server, which search engines are to list instead.
    pub origin: Option<String>,
}

/// A list of videos as the head tells it.
#[derive(Clone, Debug)]
pub struct PlaylistCard {
    /// Its name.
    pub name: String,
    /// Its description as one line of plain text.
    pub description: String,
    /// Path of its picture.
    pub picture: Option<String>,
    /// Path of its page.
    pub path: String,
    /// Path of its player alone.
    pub embed: String,
    /// Videos in it.
    pub videos: u64,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// Whether search engines may list it.
    pub listed: bool,
    /// Path of what other servers read of it; none where they do not.
    pub document: Option<String>,
    /// Where it is on its own server; none for one of this instance.
    pub origin: Option<String>,
}

/// A channel or an account as the head tells it.
#[derive(Clone, Debug)]
pub struct ActorCard {
    /// Its display name.
    pub name: String,
    /// Its description as one line of plain text.
    pub description: String,
    /// Path of its largest picture, and how wide and high that is, in pixels; 0 where nobody knows.
    pub picture: Option<(String, u32)>,
    /// Path of its page.
    pub path: String,
    /// Paths of its videos as feeds, and what each is called beside its name.
    pub feeds: Vec<(String, &'static str)>,
    /// Path of what other servers read of it; none where they do not.
    pub document: Option<String>,
    /// The address of its page where it is of another server, which search engines are to list instead.
    pub origin: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

/// Size of PeerTube's embedded player.
const EMBED: (u32, u32) = (560, 315);

/// The tags, to stand where the shell has its marker.
#[must_use]
pub fn write_head(site: &Site<'_>, subject: &Subject) -> String {
    let mut tags = Tags::default();
    // yt-dlp and others recognise a PeerTube site by exactly this text.
    tags.out.push_str("<meta property=\"og:platform\" content=\"PeerTube\">\n");
    match subject {
        Subject::Instance => write_instance(&mut tags, site),
        Subject::Video(video) => write_video(&mut tags, site, video),
        Subject::Playlist(playlist) => write_playlist(&mut tags, site, playlist),
        Subject::Actor(actor) => write_actor(&mut tags, site, actor),
        Subject::Unknown => {
            tags.title(site.name);
            tags.named("robots", "noindex");
        }
    }
    tags.out
}

fn write_instance(tags: &mut Tags, site: &Site<'_>) {
    tags.title(site.name);
    tags.named("description", site.description);
    tags.property("og:type", "website");
    tags.property("og:site_name", site.name);
    tags.property("og:title", site.name);
    let picture = site.picture.map(|path| format!("{}{path}", site.url));
    tags.property_if("og:image", picture.as_deref());
    tags.property("og:url", site.url);
    tags.property("og:description", site.description);
    tags.feed(&format!("{}/feeds/videos.xml", site.url), site.name);
}

fn write_video(tags: &mut Tags, site: &Site<'_>, video: &VideoCard) {
    let full = |path: &str| format!("{}{path}", site.url);
    let (page, embed) = (full(&video.path), full(&video.embed));
    let preview = video.preview.as_deref().map(full);
    tags.title(&format!("{} - {}", video.name, site.name));
    tags.named("description", &video.description);
    tags.property("og:type", "video");
    tags.property("og:site_name", site.name);
    tags.property("og:title", &video.name);
    tags.property_if("og:image", preview.as_deref());
    tags.property("og:url", &page);
    tags.property("og:description", &video.description);
    tags.video_frame(&embed);
    tags.property("name", &video.name);
    tags.property("description", &video.description);
    tags.property_if("image", preview.as_deref());
    tags.property("twitter:card", "player");
    tags.property("twitter:title", &video.name);
    tags.property("twitter:description", &video.description);
    tags.property_if("twitter:image", preview.as_deref());
    tags.twitter_player(&embed);
    tags.unfolds(site.url, &page, &video.name);
    let file = video.file.as_deref().map(full);
    tags.json_ld(&VideoObject {
        context: SCHEMA,
        kind: "VideoObject",
        name: &video.name,
        description: &video.description,
        image: preview.as_deref(),
        url: &page,
        embed_url: &embed,
        upload_date: video.uploaded.to_string(),
        duration: format!("PT{}S", video.duration),
        thumbnail_url: preview.as_deref(),
        content_url: file.as_deref(),
        author: Author { kind: "Person", name: &video.maker.0, url: &video.maker.1 },
        interaction_statistic: Interactions {
            kind: "InteractionCounter",
            interaction_type: Kind { kind: "WatchAction" },
            user_interaction_count: video.views,
        },
    });
    if let Some(path) = &video.comments {
        tags.feed(&full(path), &video.name);
    }
    if !video.listed {
        tags.named("robots", "noindex");
    }
    if let Some(why) = &video.sensitive {
        tags.named("shoal-ask", why);
    }
    tags.document(video.document.as_deref().map(full).as_deref());
    tags.canonical(video.origin.as_deref().unwrap_or(&page));
}

fn write_playlist(tags: &mut Tags, site: &Site<'_>, playlist: &PlaylistCard) {
    let full = |path: &str| format!("{}{path}", site.url);
    let (page, embed) = (full(&playlist.path), full(&playlist.embed));
    let picture = playlist.picture.as_deref().map(full);
    tags.title(&format!("{} - {}", playlist.name, site.name));
    tags.named("description", &playlist.description);
    tags.property("og:type", "video");
    tags.property("og:site_name", site.name);
    tags.property("og:title", &playlist.name);
    tags.property_if("og:image", picture.as_deref());
    tags.property("og:url", &page);
    tags.property("og:description", &playlist.description);
    tags.video_frame(&embed);
    tags.property("name", &playlist.name);
    tags.property("description", &playlist.description);
    tags.property_if("image", picture.as_deref());
    tags.property("twitter:card", "player");
    tags.property("twitter:title", &playlist.name);
    tags.property("twitter:description", &playlist.description);
    tags.property_if("twitter:image", picture.as_deref());
    tags.twitter_player(&embed);
    tags.unfolds(site.url, &page, &playlist.name);
    tags.json_ld(&ItemList {
        context: SCHEMA,
        kind: "ItemList",
        name: &playlist.name,
        description: &playlist.description,
        image: picture.as_deref(),
        url: &page,
        number_of_items: playlist.videos,
        thumbnail_url: picture.as_deref(),
        embed_url: &embed,
        upload_date: playlist.created.to_string(),
        date_modified: playlist.updated.to_string(),
    });
    if !playlist.listed {
        tags.named("robots", "noindex");
    }
    tags.document(playlist.document.as_deref().map(full).as_deref());
    tags.canonical(playlist.origin.as_deref().unwrap_or(&page));
}

fn write_actor(tags: &mut Tags, site: &Site<'_>, actor: &ActorCard) {
    let page = format!("{}{}", site.url, actor.path);
    let picture = actor.picture.as_ref().map(|(path, _)| format!("{}{path}", site.url));
    let size = actor.picture.as_ref().filter(|(_, size)| *size != 0).map(|(_, size)| size.to_string());
    tags.title(&format!("{} - {}", actor.name, site.name));
    tags.named("description", &actor.description);
    tags.property("og:type", "website");
    tags.property("og:site_name", site.name);
    tags.property("og:title", &actor.name);
    tags.picture("og:", picture.as_deref(), size.as_deref());
    tags.property("og:url", &page);
    tags.property("og:description", &actor.description);
    tags.property("name", &actor.name);
    tags.property("description", &actor.description);
    tags.property_if("image", picture.as_deref());
    tags.property("twitter:card", "summary");
    tags.property("twitter:title", &actor.name);
    tags.property("twitter:description", &actor.description);
    tags.picture("twitter:", picture.as_deref(), size.as_deref());
    tags.json_ld(&ProfilePage {
        context: SCHEMA,
        kind: "ProfilePage",
        date_created: actor.created.to_string(),
        date_modified: actor.updated.to_string(),
        main_entity: MainEntity {
            id: "#main-author",
            kind: "Person",
            name: &actor.name,
            description: &actor.description,
            image: picture.as_deref(),
        },
    });
    for (path, what) in &actor.feeds {
        tags.feed(&format!("{}{path}", site.url), &format!("{}{what}", actor.name));
    }
    if actor.origin.is_some() {
        tags.named("robots", "noindex");
    }
    tags.document(actor.document.as_ref().map(|path| format!("{}{path}", site.url)).as_deref());
    tags.canonical(actor.origin.as_deref().unwrap_or(&page));
}

const SCHEMA: &str = "http://schema.org";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VideoObject<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    url: &'a str,
    embed_url: &'a str,
    upload_date: String,
    duration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_url: Option<&'a str>,
    author: Author<'a>,
    interaction_statistic: Interactions,
}

#[derive(Serialize)]
struct Author<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Interactions {
    #[serde(rename = "@type")]
    kind: &'static str,
    interaction_type: Kind,
    user_interaction_count: u64,
}

#[derive(Serialize)]
struct Kind {
    #[serde(rename = "@type")]
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemList<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    url: &'a str,
    number_of_items: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<&'a str>,
    embed_url: &'a str,
    upload_date: String,
    date_modified: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProfilePage<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    date_created: String,
    date_modified: String,
    main_entity: MainEntity<'a>,
}

#[derive(Serialize)]
struct MainEntity<'a> {
    #[serde(rename = "@id")]
    id: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
}

/// Tags under way.
#[derive(Default)]
struct Tags {
    out: String,
}

impl Tags {
    fn title(&mut self, text: &str) {
        self.out.push_str(&format!("<title>{}</title>\n", escape(text)));
    }

    fn named(&mut self, name: &str, content: &str) {
        self.out.push_str(&format!("<meta name=\"{name}\" content=\"{}\">\n", escape(content)));
    }

    fn property(&mut self, property: &str, content: &str) {
        self.out.push_str(&format!("<meta property=\"{property}\" content=\"{}\">\n", escape(content)));
    }

    fn property_if(&mut self, property: &str, content: Option<&str>) {
        if let Some(content) = content {
            self.property(property, content);
        }
    }

    /// A square picture.
    fn picture(&mut self, of: &str, url: Option<&str>, size: Option<&str>) {
        self.property_if(&format!("{of}image"), url);
        self.property_if(&format!("{of}image:width"), size);
        self.property_if(&format!("{of}image:height"), size);
    }

    /// The player alone, for who shows OpenGraph's videos.
    fn video_frame(&mut self, url: &str) {
        self.property("og:video:url", url);
        self.property("og:video:secure_url", url);
        self.property("og:video:type", "text/html");
        self.property("og:video:width", &EMBED.0.to_string());
        self.property("og:video:height", &EMBED.1.to_string());
    }

    /// The player alone, for Twitter's cards.
    fn twitter_player(&mut self, url: &str) {
        self.property("twitter:player", url);
        self.property("twitter:player:width", &EMBED.0.to_string());
        self.property("twitter:player:height", &EMBED.1.to_string());
    }

    /// Where servers find what people find here: some ask for the page of an address they were given.
    fn document(&mut self, url: Option<&str>) {
        if let Some(url) = url {
            let (url, kind) = (escape(url), "application/activity+json");
            self.out.push_str(&format!("<link rel=\"alternate\" type=\"{kind}\" href=\"{url}\">\n"));
        }
    }

    /// Where other sites learn how a link to this page unfolds (oEmbed 1.0, section 4).
    fn unfolds(&mut self, site: &str, page: &str, title: &str) {
        let page = utf8_percent_encode(page, PARAMETER);
        let (url, title) = (escape(&format!("{site}/services/oembed?url={page}")), escape(title));
        self.out.push_str(&format!(
            "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"{url}\" title=\"{title}\">\n"
        ));
    }

    /// Where readers find what is new.
    fn feed(&mut self, url: &str, title: &str) {
        let (url, title) = (escape(url), escape(title));
        self.out.push_str(&format!(
            "<link rel=\"alternate\" type=\"application/rss+xml\" href=\"{url}\" title=\"{title}\">\n"
        ));
    }

    fn canonical(&mut self, url: &str) {
        self.out.push_str(&format!("<link rel=\"canonical\" href=\"{}\">\n", escape(url)));
    }

    fn json_ld(&mut self, object: &impl Serialize) {
        let json = script_safe(&serde_json::to_string(object).unwrap_or_default());
        self.out.push_str(&format!("<script type=\"application/ld+json\">{json}</script>\n"));
    }
}

/// Text for an element or a quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // HTML has no way to write it; parsers replace it.
            '\0' => {}
            _ => out.push(letter),
        }
    }
    out
}

/// JSON inside a script element, where neither `</script>` nor `<!--` may appear. Outside strings JSON has no `<`, so
/// its escape is still the same JSON.
fn script_safe(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
