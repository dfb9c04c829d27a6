//! What the heads of our pages say, beside those of PeerTube 6.3 for the same pages: whatever reads one reads the other.

use std::path::Path;

use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::makers::{Maker, root};
use crate::profiles::png;
use crate::rig::{Instance, Part, instance_with};
use crate::videos::publish;

/// What PeerTube's heads have and ours do not, and why.
const NOT_SAID: &[(&str, &str)] = &[
    ("meta twitter:site", "the account of PeerTube's maker there, who did not make these pages"),
    ("link stylesheet", "that of a frame stands in its page, which needs one file less"),
];
/// Said in the very same words: programs compare them.
const SAME: &[&str] = &[
    "meta viewport",
    "meta robots",
    "meta og:platform",
    "meta og:type",
    "meta og:video:type",
    "meta og:video:width",
    "meta og:video:height",
    "meta og:image:width",
    "meta og:image:height",
    "meta twitter:card",
    "meta twitter:player:width",
    "meta twitter:player:height",
    "meta twitter:image:width",
    "meta twitter:image:height",
    "ld /@context",
    "ld /@type",
    "ld /mainEntity/@type",
    "ld /mainEntity/@id",
];

/// What a head says: `meta og:title` and its value.
type Said = Vec<(String, String)>;

/// A value of an attribute that is written `name="value"`.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("&amp;", "&").replace("&#39;", "'").replace("&quot;", "\""))
}

fn flatten(value: &Value, path: &str, said: &mut Said) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                flatten(field, &format!("{path}/{name}"), said);
            }
        }
        Value::String(text) => said.push((format!("ld {path}"), text.clone())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            said.push((format!("ld {path}"), value.to_string()));
        }
    }
}

/// Reads our own head, which has one tag a line or at least no `<` within one.
fn read(html: &str) -> Said {
    let head = html.split("</head>").next().unwrap();
    let mut said = Said::new();
    for tag in head.split('<') {
        if let Some(title) = tag.strip_prefix("title>") {
            said.push(("title title".into(), title.to_owned()));
        } else if tag.starts_with("meta ") {
            let name = attribute(tag, "name").or_else(|| attribute(tag, "property"));
            if let (Some(name), Some(content)) = (name, attribute(tag, "content")) {
                said.push((format!("meta {name}"), content));
            }
        } else if tag.starts_with("link ") {
            let rel = attribute(tag, "rel").unwrap();
            let kind = attribute(tag, "type").filter(|_| rel == "alternate");
            let name = kind.map_or_else(|| format!("link {rel}"), |kind| format!("link {rel} {kind}"));
            said.push((name, attribute(tag, "href").unwrap()));
        } else if let Some(json) = tag.strip_prefix("script type=\"application/ld+json\">") {
            flatten(&serde_json::from_str(json).unwrap(), "", &mut said);
        }
    }
    said
}

/// What a value is: an address of the same place, a date, a duration, a number, or words.
fn kind(value: &str) -> String {
    let value = percent_decode_str(value).decode_utf8().unwrap();
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let address = value.strip_prefix("http://").and_then(|rest| rest.split_once('/').or(Some((rest, ""))));
    if let Some((_, path)) = address {
        // What comes after it names the one thing.
        let place = path.split_once('/').map_or("", |(place, _)| place);
        format!("an address of /{place}")
    } else if value.len() == 24 && value.ends_with('Z') && value.as_bytes().get(10) == Some(&b'T') {
        "a date".into()
    } else if value.starts_with("PT") && value.ends_with('S') {
        "a duration".into()
    } else if is_number {
        "a number".into()
    } else {
        "words".into()
    }
}

async fn fill(instance: &Instance, root: &Maker) -> (String, String, String, String) {
    let video = publish(instance, root, "Test pattern", |video| {
        video.description = Some("A clip.\n\nTwo paragraphs.".into());
        video.preview = Some("a.jpg".into());
    })
    .await;
    let picture = png(1500, 1500);
    for path in ["/api/v1/users/me/avatar/pick", "/api/v1/video-channels/root_channel/avatar/pick"] {
        let parts = [Part::File("avatarfile", "a.png", &picture)];
        let picked = instance.post(path).bearer(&root.token).parts(&parts).send().await;
        assert_eq!(picked.status, StatusCode::OK, "{path}: {:?}", picked.body);
    }
    for path in ["/api/v1/users/me", "/api/v1/video-channels/root_channel"] {
        let change = json!({ "description": "I am root." });
        let changed = instance.ask(Method::PUT, path).bearer(&root.token).json(&change).send().await;
        assert_eq!(changed.status, StatusCode::NO_CONTENT, "{path}: {:?}", changed.body);
    }
    let channel = root.channel.to_string();
    let parts = [
        Part::Text("displayName", "My list"),
        Part::Text("description", "A list"),
        Part::Text("privacy", "1"),
        Part::Text("videoChannelId", &channel),
        Part::File("thumbnailfile", "a.png", &picture),
    ];
    let made = instance.post("/api/v1/video-playlists").bearer(&root.token).parts(&parts).send().await;
    let list = made.json()["videoPlaylist"].clone();
    let text = |field: &str| list[field].as_str().unwrap_or_else(|| panic!("{list}")).to_owned();
    (video.uuid.to_string(), video.uuid.short(), text("uuid"), text("shortUUID"))
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_say_what_peertubes_say() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let instance = instance_with(|config| config.www.dir = Some(here.join("../www"))).await;
    let root = root(&instance).await;
    let (uuid, short, list, short_list) = fill(&instance, &root).await;
    let captures = std::fs::read(here.join("../tests/vectors/heads/peertube-6.3.json")).unwrap();
    let captures: Value = serde_json::from_slice(&captures).unwrap();
    let pages = [
        ("account", "/a/root/video-channels".to_owned()),
        ("at-account", "/@root".to_owned()),
        ("channel", "/c/root_channel/videos".to_owned()),
        ("embed", format!("/videos/embed/{uuid}")),
        ("embed-short", format!("/videos/embed/{short}")),
        ("home", "/".to_owned()),
        ("playlist-embed", format!("/video-playlists/embed/{list}")),
        ("playlist-watch", format!("/w/p/{short_list}")),
        ("watch", format!("/w/{short}")),
        ("watch-404", "/w/qJ2sgTrMGFMTvzKCVweBtD".to_owned()),
        ("watch-fr", format!("/w/{short}")),
        ("watch-legacy", format!("/videos/watch/{uuid}")),
    ];
    assert_eq!(captures.as_object().unwrap().len(), pages.len());
    let mut missing = Vec::new();
    for (name, path) in pages {
        let language = if name == "watch-fr" { "fr" } else { "en" };
        let answer = instance.get(&path).header("accept-language", language).send().await;
        assert_eq!(answer.status == StatusCode::NOT_FOUND, name == "watch-404", "{path}");
        let ours = read(&String::from_utf8_lossy(&answer.body));
        for row in captures[name].as_array().unwrap() {
            let text = |place: usize| row[place].as_str().unwrap();
            let (key, theirs) = (format!("{} {}", text(0), text(1)), text(2));
            if NOT_SAID.iter().any(|(known, _)| *known == key) {
                continue;
            }
            let is_file =
                key.starts_with("link ") && !key.contains("alternate") && !key.contains("canonical");
            let agrees = |value: &str| {
                is_file
                    || if SAME.contains(&key.as_str()) {
                        value == theirs
                    } else {
                        kind(value) == kind(theirs)
                    }
            };
            let said: Vec<_> = ours.iter().filter(|(known, _)| *known == key).collect();
            if !said.iter().any(|(_, value)| agrees(value)) {
                missing.push(format!("{name}: {key}: {theirs:?}, ours: {said:?}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
