//! `/search`: videos, channels and lists of videos by words.
//!
//! Owns the two steps: the index gives numbers, best first, and what is kept in memory says which of them this reader
//! finds in lists, and sorts them where another order is asked for. A question without words is a list like any other.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use shared::api::{Page as Rows, VideoCaptionSegment};
use shared::id::{ChannelId, Handle, PlaylistId, VideoId, VideoRef};

use super::channel::total;
use super::extract::{Ask, PageAsked};
use super::problem::Failure;
use super::respond::{Outcome, json, json_text};
use super::video::text;
use super::video_list::{NEWEST, card, defaults, joined};
use super::{actor, history, index, lookup, views};
use crate::app::App;
use crate::catalogue::{Entry, Page, Publisher, Scope};
use crate::domain::video::order;
use crate::domain::video::query::{self, Filter};
use crate::domain::video::span::Span;
use crate::domain::viewer::Viewer;
use crate::domain::wrong::Wrong;
use crate::playlists::{By, Order as PlaylistOrder};
use crate::search::{Kind, Met, NotReady, Words, snippet};
use crate::store::records::{PlaylistPrivacy, VideoPlaylist};

/// Longer than any name; a longer text only costs us time.
const SEARCH_LENGTH_MAX: usize = 200;
/// Handles that are looked up at once.
const HANDLES_MAX: usize = 100;
/// What a question without words looks at: lists in order are at hand, so that it may be more than words find.
const LISTED_MAX: usize = 10_000;
/// The sort by how well the words are met.
const MATCH: &str = "match";

/// `GET /api/v1/search/videos`
pub async fn videos(ask: Ask) -> Outcome {
    let viewer = ask.viewer().await?;
    if let Some(index) = index::asked(&ask)? {
        return index::found(&ask, &viewer, &index, index::Kind::Videos).await;
    }
    let asked = asked(&ask)?;
    let scope = if viewer.person().is_some() { Scope::Members } else { Scope::Public };
    let mut query = query::read(&asked.rest, ask.app.url().host(), defaults(&ask.app, &viewer))?;
    if query.filter.needs_rights() {
        let detail = "You are not allowed to see all videos, specify a custom include or auto tags filter.";
        return Err(Failure::new(StatusCode::UNAUTHORIZED, detail));
    }
    query.filter.muted = ask.app.mutes().hidden_from(&viewer);
    let span = Span::read(&asked.rest)?;
    let (words, by_match) = (asked.words.clone(), asked.by_match);
    let address = asked.address;
    let elsewhere = lookup::video(&ask, &viewer, &asked.question).await?;
    let page = ask
        .app
        .blocking(move |app| {
            if words.words.is_empty() && span == Span::default() {
                return Ok(app.catalogue().list(scope, &query));
            }
            let ids: Vec<VideoId> = match address.and_then(|name| app.catalogue().find(name)) {
                Some((entry, _)) => vec![entry.listed.video.id],
                None if elsewhere.is_some() => elsewhere.into_iter().collect(),
                None if words.words.is_empty() => all_of(app, scope, &span),
                None => found(app, Kind::Video, &words, &query.filter)?.into_iter().map(VideoId).collect(),
            };
            let host = app.url().host();
            let mut rows = app
                .catalogue()
                .picked(&ids, scope, |listed| query.filter.holds(listed) && span.holds(listed, host));
            if !by_match || words.words.is_empty() {
                order::sort(&mut rows, query.order, |entry| &entry.listed);
            }
            let total = rows.len();
            let rows = rows.into_iter().skip(query.start).take(query.count).collect();
            Ok::<_, NotReady>(Page { total, rows })
        })
        .await?;
    page_of(&ask, &viewer, &page, &asked.words).await
}

/// Languages that what is said may be in.
const LANGUAGES_MAX: usize = 50;

/// `GET /api/v1/search/video-caption-segments`, PeerTube 9's: what is said in public videos, and when. Of very many cues
/// those five hundred are looked at that were written last; nobody finds more.
pub async fn caption_segments(ask: Ask) -> Outcome {
    if !ask.app.config().search.captions {
        let detail = "Caption search is not enabled on this instance.";
        return Err(Failure::new(StatusCode::CONFLICT, detail));
    }
    let viewer = ask.viewer().await?;
    let asked = asked(&ask)?;
    // No order but that of how well the words are met.
    asked.sort(&[])?;
    let worst_first = ask.parameter("sort").as_deref() == Some(MATCH);
    let pairs = ask.pairs();
    let is_language = |name: &str| name == "languageOneOf" || name.starts_with("languageOneOf[");
    let languages: Vec<String> = pairs
        .into_iter()
        .filter(|(name, _)| is_language(name))
        .map(|(_, code)| code)
        .take(LANGUAGES_MAX + 1)
        .collect();
    if LANGUAGES_MAX < languages.len() {
        let message = format!("Should have at most {LANGUAGES_MAX} values");
        return Err(Wrong::query("languageOneOf", None, message).into());
    }
    let mut filter = query::read(&[], ask.app.url().host(), defaults(&ask.app, &viewer))?.filter;
    filter.muted = ask.app.mutes().hidden_from(&viewer);
    let words = asked.words.clone();
    let rows = ask.app.blocking(move |app| {
        if words.words.is_empty() {
            return Ok(Vec::new());
        }
        let mut met = app.hearing().find(&words, &languages)?;
        if worst_first {
            met.reverse();
        }
        let mut ids: Vec<VideoId> = met.iter().map(|met| met.video).collect();
        ids.sort_unstable();
        ids.dedup();
        // What is not for everybody is in nobody's answer, whatever the index holds.
        let shown: HashMap<VideoId, Arc<Entry>> = app
            .catalogue()
            .picked(&ids, Scope::Public, |listed| filter.holds(listed))
            .into_iter()
            .map(|entry| (entry.listed.video.id, entry))
            .collect();
        let row = |met: Met| {
            let video = &shown.get(&met.video)?.listed.video;
            Some(VideoCaptionSegment {
                video_uuid: video.uuid,
                video_name: video.name.clone(),
                language: met.language,
                automatically_generated: met.automatic,
                start_ms: met.cue.start_ms,
                end_ms: met.cue.end_ms,
                text: met.cue.text,
                similarity: f64::from(met.similarity),
            })
        };
        Ok::<_, NotReady>(met.into_iter().filter_map(row).collect::<Vec<_>>())
    });
    json(&asked.page.cut(rows.await?))
}

/// What a question without words, but with bounds, looks at.
fn all_of(app: &App, scope: Scope, span: &Span) -> Vec<VideoId> {
    match &span.uuids {
        Some(uuids) => {
            let id = |uuid| Some(app.catalogue().find(VideoRef::Uuid(uuid))?.0.listed.video.id);
            uuids.iter().copied().filter_map(id).collect()
        }
        None => {
            let newest = query::Query {
                start: 0,
                count: LISTED_MAX,
                order: NEWEST,
                filter: Filter::default(),
                skip_count: false,
            };
            app.catalogue().list(scope, &newest).rows.iter().map(|entry| entry.listed.video.id).collect()
        }
    }
}

fn found(app: &App, kind: Kind, words: &Words, filter: &Filter) -> Result<Vec<u64>, NotReady> {
    app.search().find(kind, words, filter)
}

/// Cards, with how far their reader is, and with the piece of the description that was met.
async fn page_of(ask: &Ask, viewer: &Viewer, page: &Page, words: &Words) -> Outcome {
    let app = &ask.app;
    let positions = match viewer.person() {
        Some(who) => history::positions(app, who, &page.rows).await?,
        None => HashMap::default(),
    };
    let cards: Vec<Bytes> = page
        .rows
        .iter()
        .map(|entry| {
            let mut text = card(app, entry);
            if let Some(seconds) = positions.get(&entry.listed.video.id) {
                text = history::with_position(&text, *seconds);
            }
            with_snippet(text, entry, words)
        })
        .collect();
    Ok(json_text(joined(&cards, page.total, false)))
}

fn with_snippet(card: Bytes, entry: &Entry, words: &Words) -> Bytes {
    let description = entry.listed.video.description.as_deref();
    let Some(snippet) = description.and_then(|description| snippet(description, words)) else { return card };
    let mut out = BytesMut::from(card.strip_suffix(b"}").unwrap_or(&card));
    out.extend_from_slice(b",\"snippet\":");
    out.extend_from_slice(&text(&snippet));
    out.extend_from_slice(b"}");
    out.freeze()
}

/// `GET /api/v1/search/video-channels`
pub async fn channels(ask: Ask) -> Outcome {
    let viewer = ask.viewer().await?;
    if let Some(index) = index::asked(&ask)? {
        return index::found(&ask, &viewer, &index, index::Kind::Channels).await;
    }
    let asked = asked(&ask)?;
    let sort = asked.sort(&["createdAt"])?;
    let handles = handles(&ask)?;
    let host = ask.app.url().host().to_owned();
    let (words, handle) = (asked.words.clone(), asked.handle.clone());
    let elsewhere = match &handles {
        Some(_) => None,
        None => lookup::channel(&ask, &viewer, &asked.question).await?,
    };
    let mut rows: Vec<Arc<Publisher>> = ask
        .app
        .blocking(move |app| {
            let named = |handle: &Handle| {
                Ok::<_, Failure>(actor::channel_of(app, handle)?.map(|channel| channel.id.0))
            };
            let ids: Vec<u64> = match (&handles, handle) {
                (Some(handles), _) => {
                    handles.iter().map(named).filter_map(Result::transpose).collect::<Result<_, _>>()?
                }
                (None, _) if elsewhere.is_some() => elsewhere.iter().map(|channel| channel.0).collect(),
                (None, Some(handle)) => named(&handle)?.into_iter().collect(),
                (None, None) if words.words.is_empty() => {
                    let cut = app.directory().channels((0, LISTED_MAX), None);
                    cut.rows.iter().map(|channel| channel.id.0).collect()
                }
                (None, None) => found(app, Kind::Channel, &words, &Filter::default())?,
            };
            let publisher = |id: u64| app.catalogue().publisher(ChannelId(id));
            Ok::<_, Failure>(ids.into_iter().filter_map(publisher).collect())
        })
        .await?;
    let muted = ask.app.mutes().hidden_from(&viewer);
    rows.retain(|publisher| {
        let at = publisher.channel.host().unwrap_or(&host);
        asked.host.as_deref().is_none_or(|asked| asked == at)
            && muted.binary_search(&publisher.account.id).is_err()
    });
    if let Some((_, descending)) = sort {
        rows.sort_by_key(|publisher| publisher.channel.id);
        if descending {
            rows.reverse();
        }
    }
    let url = ask.app.url();
    json(&asked.cut(&rows, |row| views::channel(url, &row.channel, Some(&row.account))))
}

/// `GET /api/v1/search/video-playlists`
pub async fn playlists(ask: Ask) -> Outcome {
    let viewer = ask.viewer().await?;
    if let Some(index) = index::asked(&ask)? {
        return index::found(&ask, &viewer, &index, index::Kind::Playlists).await;
    }
    let asked = asked(&ask)?;
    let sort = asked.sort(&["createdAt", "updatedAt", "name", "displayName"])?;
    let own_host = ask.app.url().host().to_owned();
    let words = asked.words.clone();
    let elsewhere = lookup::playlist(&ask, &viewer, &asked.question).await?;
    let mut rows: Vec<Arc<VideoPlaylist>> = ask
        .app
        .blocking(move |app| {
            if let Some(found) = elsewhere {
                return Ok(app.playlists().get(found).into_iter().collect());
            }
            if words.words.is_empty() {
                let order = PlaylistOrder { by: By::Updated, descending: true };
                return Ok(app.playlists().public((0, LISTED_MAX), order, &[]).rows);
            }
            let ids = found(app, Kind::Playlist, &words, &Filter::default())?;
            Ok::<_, NotReady>(ids.into_iter().filter_map(|id| app.playlists().get(PlaylistId(id))).collect())
        })
        .await?;
    let muted = ask.app.mutes().hidden_from(&viewer);
    rows.retain(|playlist| {
        // Who knows the address of one on another server sees it, though what it holds may not have been read yet.
        let is_found =
            elsewhere.is_some() || (playlist.privacy == PlaylistPrivacy::Public && 0 < playlist.videos);
        let at = playlist.remote.as_ref().map_or(own_host.as_str(), |remote| remote.host.as_str());
        asked.host.as_deref().is_none_or(|asked| asked == at)
            && is_found
            && muted.binary_search(&playlist.account).is_err()
    });
    if let Some((name, descending)) = sort {
        match name {
            "createdAt" => rows.sort_by_key(|playlist| playlist.id),
            "updatedAt" => rows.sort_by_key(|playlist| playlist.updated_at),
            _ => rows.sort_by_cached_key(|playlist| playlist.name.to_lowercase()),
        }
        if descending {
            rows.reverse();
        }
    }
    let page = asked.cut(&rows, |playlist| views::playlist(&ask.app, playlist));
    json(&Rows { total: page.total, data: page.data.into_iter().flatten().collect() })
}

/// What every search asks.
struct Asked {
    page: PageAsked,
    words: Words,
    /// What was typed.
    question: String,
    /// The best first, rather than another order.
    by_match: bool,
    sort: Option<String>,
    host: Option<String>,
    /// The words are the address of one of our videos.
    address: Option<VideoRef>,
    /// The words are the handle of a channel.
    handle: Option<Handle>,
    /// The other parameters.
    rest: Vec<(String, String)>,
}

fn asked(ask: &Ask) -> Result<Asked, Failure> {
    let page = ask.page()?;
    let question = ask.parameter("search").unwrap_or_default();
    if SEARCH_LENGTH_MAX < question.chars().count() {
        let message = format!("Should be at most {SEARCH_LENGTH_MAX} characters long");
        return Err(Wrong::query("search", None, message).into());
    }
    let sort = ask.parameter("sort").filter(|sort| !sort.is_empty());
    let by_match = sort.as_deref().is_none_or(|sort| sort.trim_start_matches('-') == MATCH);
    let rest = ask.pairs().into_iter();
    let rest = rest.filter(|(name, _)| name != "search" && !(by_match && name == "sort")).collect();
    let trimmed = question.trim();
    Ok(Asked {
        page,
        words: Words::of(&question),
        question: trimmed.to_owned(),
        by_match,
        sort: sort.filter(|_| !by_match),
        host: ask.parameter("host").filter(|host| !host.is_empty()).map(|host| host.to_lowercase()),
        address: address(ask, trimmed),
        handle: trimmed.contains('@').then(|| trimmed.parse().ok()).flatten(),
        rest,
    })
}

/// The video whose page somebody typed the address of, here or on its own server.
fn address(ask: &Ask, question: &str) -> Option<VideoRef> {
    let named = |path: &str| {
        let name = ["/w/", "/videos/watch/"].iter().find_map(|page| path.strip_prefix(page))?;
        name.split(['?', '#', '/', ';']).next()?.parse::<VideoRef>().ok()
    };
    if let Some(path) = question.strip_prefix(&ask.app.url().to_string()) {
        return named(path);
    }
    let (_, rest) = question.split_once("://")?;
    let (host, path) = rest.split_at(rest.find('/')?);
    // Numbers are each server's own.
    let found = named(path).filter(|name| matches!(name, VideoRef::Uuid(_)))?;
    let (entry, _) = ask.app.catalogue().find(found)?;
    (entry.listed.video.host() == Some(host.to_ascii_lowercase().as_str())).then_some(found)
}

impl Asked {
    /// The order that is asked for out of those a search knows, and whether it runs downwards; none for the best first.
    fn sort<'n>(&self, known: &[&'n str]) -> Result<Option<(&'n str, bool)>, Failure> {
        let Some(sort) = &self.sort else { return Ok(None) };
        let (name, descending) = sort.strip_prefix('-').map_or((sort.as_str(), false), |name| (name, true));
        let found = known.iter().find(|known| **known == name);
        let found = found.ok_or_else(|| Wrong::query("sort", Some(sort), "Invalid value"))?;
        Ok(Some((*found, descending)))
    }

    fn cut<R, T>(&self, rows: &[R], view: impl Fn(&R) -> T) -> Rows<T> {
        let data = rows.iter().skip(self.page.start).take(self.page.count).map(view).collect();
        Rows { total: total(rows.len()), data }
    }
}

fn handles(ask: &Ask) -> Result<Option<Vec<Handle>>, Failure> {
    let pairs = ask.pairs();
    let sent: Vec<&str> = pairs
        .iter()
        .filter(|(name, _)| name == "handles" || name.starts_with("handles["))
        .map(|(_, handle)| handle.as_str())
        .collect();
    if sent.is_empty() {
        return Ok(None);
    }
    let read: Option<Vec<Handle>> = sent.iter().map(|handle| handle.parse().ok()).collect();
    let read = read.filter(|handles| handles.len() <= HANDLES_MAX);
    read.map(Some).ok_or_else(|| {
        Wrong::query("handles", None, format!("Should have at most {HANDLES_MAX} handles")).into()
    })
}

impl From<NotReady> for Failure {
    fn from(error: NotReady) -> Failure {
        tracing::warn!(error = &error as &dyn std::error::Error, "a search was refused");
        Failure::new(StatusCode::SERVICE_UNAVAILABLE, "The search is not ready. Try again in a moment.")
    }
}
