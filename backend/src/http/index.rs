//! Searching elsewhere: the index that who keeps the instance chose answers in our place.
//!
//! Owns when it is asked, and what of its answer is passed on: rows that say who they are and where they are, and nothing
//! of servers that the reader mutes. It hears the question and nothing of who asks.

use http::{StatusCode, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use shared::api;
use shared::id::AccountId;
use shared::limits::PAGE_COUNT_MAX;

use super::comment::too_many;
use super::custom::kept;
use super::extract::Ask;
use super::problem::Failure;
use super::respond::{Outcome, json as answer};
use crate::app::App;
use crate::config::NsfwPolicy;
use crate::domain::blocklist::{self, Target};
use crate::domain::host;
use crate::domain::mute::{self, INSTANCE};
use crate::domain::viewer::Viewer;
use crate::domain::wrong::Wrong;
use crate::imports::guard::{Guard, web_host};
use crate::outside::document;
use crate::store::{Read, StoreError};

/// A page of a hundred rows, each as long as ours can be.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Longer than any address.
const ADDRESS_LENGTH_MAX: usize = 2000;
/// What of a question is the index's to hear; `[]` may stand behind lists.
const HEARD: &[&str] = &[
    "start",
    "count",
    "sort",
    "search",
    "host",
    "handles",
    "uuids",
    "nsfw",
    "isLive",
    "categoryOneOf",
    "licenceOneOf",
    "languageOneOf",
    "tagsOneOf",
    "tagsAllOf",
    "startDate",
    "endDate",
    "originallyPublishedStartDate",
    "originallyPublishedEndDate",
    "durationMin",
    "durationMax",
];

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Videos.
    Videos,
    /// Channels.
    Channels,
    /// Lists of videos.
    Playlists,
}

impl Kind {
    fn path(self) -> &'static str {
        match self {
            Kind::Videos => "videos",
            Kind::Channels => "video-channels",
            Kind::Playlists => "video-playlists",
        }
    }
}

/// The index, where one is set and may be asked.
#[must_use]
pub fn index(app: &App) -> Option<String> {
    if kept(app, "search.searchIndex.enabled") != Value::Bool(true) {
        return None;
    }
    let url = kept(app, "search.searchIndex.url").as_str()?.trim().trim_end_matches('/').to_owned();
    let read: Uri = url.parse().ok()?;
    web_host(&read).is_ok().then_some(url)
}

/// Whether pages begin with what the index finds, and whether they offer what is found here at all.
#[must_use]
pub fn preference(app: &App) -> (bool, bool) {
    let is = |name: &str| kept(app, name) == Value::Bool(true);
    let only = is("search.searchIndex.disableLocalSearch");
    (only || is("search.searchIndex.isDefaultSearch"), !only)
}

/// The index, where this question is for it: the reader says so, or says nothing and who keeps the instance does.
///
/// # Errors
/// 400 for a target there is not.
pub fn asked(ask: &Ask) -> Result<Option<String>, Failure> {
    let index = index(&ask.app);
    let (first, has_local) = preference(&ask.app);
    match (ask.parameter("searchTarget").as_deref(), index) {
        (Some("search-index"), Some(index)) => Ok(Some(index)),
        (Some("local"), index) => Ok(index.filter(|_| !has_local)),
        (None | Some(""), index) => Ok(index.filter(|_| first)),
        (Some(other), _) => {
            let message = "Should be local, or search-index where this instance asks one";
            Err(Wrong::query("searchTarget", Some(other), message).into())
        }
    }
}

/// What the index finds.
///
/// # Errors
/// 429 for who asks too often, 502 where it does not answer, or nothing that can be read.
pub async fn found(ask: &Ask, viewer: &Viewer, index: &str, kind: Kind) -> Outcome {
    if let Err(wait) = ask.app.elsewhere_pace(ask.address()) {
        return Ok(too_many(wait));
    }
    let failed = |error: &dyn std::error::Error| {
        tracing::warn!(%error, "the search index did not answer");
        Failure::new(StatusCode::BAD_GATEWAY, "The search index does not answer. Try again in a moment.")
    };
    let guard = Guard::of(&ask.app).map_err(|error| Failure::internal(&error))?;
    let address = format!("{index}/api/v1/search/{}?{}", kind.path(), question(ask, viewer));
    let address: Uri = address.parse().map_err(|error| failed(&error))?;
    let text = document(&guard, &address, ANSWER_BYTES_MAX).await.map_err(|error| failed(&error))?;
    let told: Value = serde_json::from_slice(&text).map_err(|error| failed(&error))?;
    let (Some(total), Some(rows)) =
        (told.get("total").and_then(Value::as_u64), told.get("data").and_then(Value::as_array))
    else {
        return Err(failed(&std::io::Error::other("it is no page of a list")));
    };
    let most = usize::try_from(PAGE_COUNT_MAX).unwrap_or(usize::MAX);
    let ours = ask.app.url().host().to_owned();
    let rows: Vec<Row> = rows.iter().take(most).filter_map(|row| read(kind, row, &ours)).collect();
    let muter = viewer.person().map(|person| person.account);
    let rows = ask.app.read(move |store| unmuted(store, muter, rows)).await?;
    answer(&json!({ "total": total, "data": rows }))
}

/// What the index hears: the question, and what is not for all eyes as its reader or the instance wants it.
fn question(ask: &Ask, viewer: &Viewer) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let base = |name: &str| name.split('[').next().unwrap_or_default().to_owned();
    let pairs = ask.pairs();
    let heard = pairs.iter().filter(|(name, _)| HEARD.contains(&base(name).as_str()));
    let mut pairs: Vec<String> =
        heard.map(|(name, value)| format!("{}={}", encode(&base(name)), encode(value))).collect();
    if ask.parameter("nsfw").is_none_or(|nsfw| nsfw.is_empty()) {
        let hides = super::video_list::defaults(&ask.app, viewer).hides_nsfw
            || ask.app.config().instance.nsfw_policy == NsfwPolicy::DoNotList;
        pairs.push(format!("nsfw={}", if hides { "false" } else { "both" }));
    }
    pairs.join("&")
}

/// A row with the hosts it is of, and whose it is.
struct Row {
    row: Map<String, Value>,
    hosts: Vec<String>,
    owner: Option<Target>,
}

/// A row as ours are, where it says what it is and where; none for any other. What else stands in it is left out.
fn read(kind: Kind, row: &Value, ours: &str) -> Option<Row> {
    let mut sent = row.as_object()?.clone();
    let url: Uri = web(sent.get("url")?)?.parse().ok()?;
    // Indexes leave out what is counted from moment to moment.
    for count in ["viewers", "comments", "dislikes", "followingCount", "followersCount"] {
        sent.entry(count).or_insert_with(|| Value::from(0));
    }
    sent.entry("hostRedundancyAllowed").or_insert(Value::Bool(false));
    sent.entry("banners").or_insert_with(|| Value::Array(Vec::new()));
    sent.insert("isLocal".to_owned(), Value::Bool(false));
    let pictures = (kind != Kind::Channels).then(|| addresses(&sent, &url));
    let sent = Value::Object(sent);
    let owner_of = |name: &str, host: &str| Target::parse(&format!("{name}@{host}"), ours);
    let (row, hosts, owner) = match kind {
        Kind::Videos => {
            let mut video: api::Video = serde_json::from_value(sent).ok()?;
            let hosts = vec![host::parse(&video.account.host)?, host::parse(&video.channel.host)?];
            (web_address(&video.account.url) && web_address(&video.channel.url)).then_some(())?;
            video.card.is_local = hosts.iter().all(|host| host == ours);
            let owner = owner_of(&video.account.name, &video.account.host);
            (serde_json::to_value(video), hosts, owner)
        }
        Kind::Channels => {
            let mut channel: api::Channel = serde_json::from_value(sent).ok()?;
            let hosts = vec![host::parse(&channel.host)?];
            channel.is_local = hosts.iter().all(|host| host == ours);
            let owner = channel.owner_account.as_ref();
            let owner = owner.and_then(|account| owner_of(&account.name, &account.host));
            (serde_json::to_value(channel), hosts, owner)
        }
        Kind::Playlists => {
            let mut playlist: api::VideoPlaylist = serde_json::from_value(sent).ok()?;
            let hosts = vec![host::parse(&playlist.owner_account.host)?];
            web_address(&playlist.owner_account.url).then_some(())?;
            playlist.is_local = hosts.iter().all(|host| host == ours);
            let owner = owner_of(&playlist.owner_account.name, &playlist.owner_account.host);
            (serde_json::to_value(playlist), hosts, owner)
        }
    };
    let Ok(Value::Object(mut row)) = row else { return None };
    row.extend(pictures.into_iter().flatten());
    Some(Row { row, hosts, owner })
}

/// Where the pictures of a row are, and its player: paths mean nothing elsewhere.
fn addresses(row: &Map<String, Value>, url: &Uri) -> Vec<(String, Value)> {
    let paths = [("thumbnailPath", "thumbnailUrl"), ("previewPath", "previewUrl"), ("embedPath", "embedUrl")];
    let address = |(path, full): (&str, &str)| {
        let told = row.get(full).and_then(web).map(str::to_owned);
        let made = || {
            let path = row.get(path)?.as_str().filter(|path| path.starts_with('/'))?;
            Some(format!("{}://{}{path}", url.scheme_str()?, url.authority()?))
        };
        let found = told.or_else(made).filter(|address| web_address(address))?;
        Some((full.to_owned(), Value::String(found)))
    };
    paths.into_iter().filter_map(address).collect()
}

/// The address of a page of the web.
fn web(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| web_address(text))
}

fn web_address(text: &str) -> bool {
    text.len() <= ADDRESS_LENGTH_MAX && text.parse::<Uri>().is_ok_and(|address| web_host(&address).is_ok())
}

/// The rows without those of servers that the instance or the reader mutes, and of accounts that lists have the instance
/// mute.
fn unmuted(
    store: &impl Read,
    muter: Option<AccountId>,
    rows: Vec<Row>,
) -> Result<Vec<Map<String, Value>>, StoreError> {
    let mut shown = Vec::new();
    for Row { row, hosts, owner } in rows {
        let mut is_muted = match &owner {
            Some(owner) => !blocklist::lists_of(store, owner)?.is_empty(),
            None => false,
        };
        for host in hosts {
            for by in [Some(INSTANCE), muter].into_iter().flatten() {
                is_muted |= mute::is_server_muted(store, by, &host)?;
            }
        }
        if !is_muted {
            shown.push(row);
        }
    }
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A video as another instance tells it, with more and less in it than ours has.
    fn boat() -> Value {
        let actor = json!({
            "id": 1, "name": "ana", "displayName": "Ana", "host": "far.example", "avatars": [],
            "url": "https://far.example/accounts/ana",
        });
        let unknown = json!({ "id": null, "label": "Unknown" });
        json!({
            "id": 7, "uuid": "ce07d2dc-d37f-4a15-8d02-89251c07337b", "shortUUID": "rjF1HpK4hX9pT1nJr2mQ7b",
            "url": "https://far.example/videos/watch/ce07d2dc-d37f-4a15-8d02-89251c07337b", "name": "A boat",
            "category": unknown, "licence": unknown, "language": unknown,
            "privacy": { "id": 1, "label": "Public" }, "nsfw": false, "duration": 60, "views": 3, "likes": 1,
            "thumbnailPath": "/lazy-static/thumbnails/a.jpg", "previewPath": "//evil.example/a.jpg",
            "embedPath": "/videos/embed/rjF1HpK4hX9pT1nJr2mQ7b", "embedUrl": "javascript:alert(1)",
            "createdAt": "2024-01-01T00:00:00.000Z", "updatedAt": "2024-01-01T00:00:00.000Z",
            "publishedAt": "2024-01-01T00:00:00.000Z", "isLive": false, "isLocal": true, "score": 12.5,
            "account": actor, "channel": actor,
        })
    }

    #[test]
    fn rows_are_passed_on_that_say_who_and_where_they_are() {
        let row = read(Kind::Videos, &boat(), "films.example").unwrap();
        assert_eq!(row.hosts, ["far.example", "far.example"]);
        assert_eq!(row.row["thumbnailUrl"], "https://far.example/lazy-static/thumbnails/a.jpg");
        assert_eq!(row.row["embedUrl"], "https://far.example/videos/embed/rjF1HpK4hX9pT1nJr2mQ7b");
        assert_eq!((&row.row["isLocal"], row.row.get("score")), (&json!(false), None));
        assert_eq!(read(Kind::Videos, &boat(), "far.example").unwrap().row["isLocal"], true);
        for (name, value) in [
            ("uuid", json!("../../etc")),
            ("uuid", Value::Null),
            ("url", json!("javascript:alert(1)")),
            ("url", json!("https://somebody@far.example/")),
            ("name", json!(3)),
            ("views", json!(-1)),
            ("account", json!({ "host": "two words" })),
            ("channel", json!({})),
        ] {
            let mut row = boat();
            row[name] = value.clone();
            assert!(read(Kind::Videos, &row, "films.example").is_none(), "{name} {value}");
        }
        let mut odd = boat();
        odd["channel"]["host"] = json!("far.example/evil");
        assert!(read(Kind::Videos, &odd, "films.example").is_none());
        let mut odd = boat();
        odd["channel"]["url"] = json!("javascript:alert(1)");
        assert!(read(Kind::Videos, &odd, "films.example").is_none());
        assert!(read(Kind::Videos, &json!("a text"), "films.example").is_none());
    }
}
