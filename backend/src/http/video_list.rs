//! Lists of videos: everybody's, a channel's, an account's, one's own.
//!
//! Owns how a page becomes text: the cards of its rows one after the other, each rendered once in its life. The whole
//! text of a page is kept too, until anything in it changes.

use bytes::{Bytes, BytesMut};
use serde_json::json;

use super::extract::{Ask, Segment};
use super::problem::Failure;
use super::respond::{self, Outcome, json_text, kept_json};
use super::video::text;
use super::{actor, history, views};
use crate::app::App;
use crate::catalogue::{Entry, Page, Scope, Text};
use crate::config::NsfwPolicy;
use crate::domain::history::watched;
use crate::domain::right::Right;
use crate::domain::truth::truth;
use crate::domain::video::list::{INCLUDE_AUTOMATIC_TAGS, INCLUDE_MUTED, INCLUDE_UNPUBLISHED};
use crate::domain::video::order::{Order, Sort};
use crate::domain::video::query::{self, Defaults, Filter, Query};
use crate::domain::viewer::Viewer;
use crate::store::StoreError;
use crate::store::records::Sensitive;
use crate::{histories, jobs};

/// What the front page begins with.
pub(super) const NEWEST: Order = Order { sort: Sort::PublishedAt, descending: true };
/// What one's own videos begin with: also those that are not published yet.
const LATEST: Order = Order { sort: Sort::CreatedAt, descending: true };

/// `GET /api/v1/videos`
pub async fn all(ask: Ask) -> Outcome {
    let viewer = ask.viewer().await?;
    let scope = match viewer {
        Viewer::Anonymous => Scope::Public,
        Viewer::Person(_) => Scope::Members,
    };
    page(&ask, &viewer, scope, |query| {
        // Who keeps order may ask for what others do not find.
        match (query.filter.needs_rights(), query.filter.wants_unpublished()) {
            (false, _) => scope,
            (true, true) => Scope::Everything,
            (true, false) => Scope::Published,
        }
    })
    .await
}

/// `GET /api/v1/video-channels/{name}/videos`
pub async fn of_channel(name: Segment, ask: Ask) -> Outcome {
    let viewer = ask.viewer().await?;
    let scope = Scope::Channel(actor::find_channel(&name, &ask).await?.id);
    page(&ask, &viewer, scope, |_| scope).await
}

/// `GET /api/v1/accounts/{name}/videos`
pub async fn of_account(name: Segment, ask: Ask) -> Outcome {
    let viewer = ask.viewer().await?;
    let scope = Scope::Account(actor::find_account(&name, &ask).await?.id);
    page(&ask, &viewer, scope, |_| scope).await
}

/// `GET /api/v1/users/me/videos`
pub async fn mine(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let app = &ask.app;
    let mut query = query::read(&ask.pairs(), app.url().host(), Defaults::new(LATEST, false))?;
    query.filter.channels = actor::named_channels(&ask).await?.map(Into::into);
    let with_edited = ask.truth("includeCollaborations")? == Some(true);
    let scope = if with_edited { Scope::Managed(who.account) } else { Scope::Own(who.account) };
    // Privacies of one's own videos are no secret, and of what `include` asks for nothing else is in this list.
    let of_order = Filter { include: 0, privacies: Vec::new(), ..query.filter.clone() };
    allow(&Viewer::Person(who), &of_order)?;
    let page = app.catalogue().list(scope, &query);
    let videos: Vec<_> = page.rows.iter().map(|entry| entry.listed.video.id).collect();
    let mut processing = app.blocking(move |app| jobs::processing(app, &videos)).await?;
    let mut row = |entry| views::mine(app.url(), entry, processing.remove(&entry.listed.video.id));
    let rows: Vec<_> = page.rows.iter().map(|entry| row(entry)).collect();
    respond::json(&json!({ "total": page.total, "data": rows }))
}

/// `GET /api/v1/overviews/videos`
pub async fn overview(ask: Ask) -> Outcome {
    let viewer = ask.viewer().await?;
    Ok(json_text(super::overview::text(&ask.app, &viewer, number(&ask, "page")?)))
}

fn number(ask: &Ask, name: &str) -> Result<usize, Failure> {
    let pairs = ask.pairs();
    let Some((_, value)) = pairs.iter().find(|(given, _)| given == name) else { return Ok(1) };
    let number = value.parse().ok().filter(|number| (1..=10).contains(number));
    number.ok_or_else(|| {
        crate::domain::wrong::Wrong::query(name, Some(value), "Should be a number from 1 to 10").into()
    })
}

/// One page, from the kept ones where it is among them. `scope` is what the page is kept under, `wider` what it is cut
/// from once the query is known.
async fn page(ask: &Ask, viewer: &Viewer, scope: Scope, wider: impl FnOnce(&Query) -> Scope) -> Outcome {
    let app = &ask.app;
    // Read before anything else, so that a page is never kept as younger than it is.
    let generation = app.catalogue().generation();
    let kept = app.catalogue().kept_page(generation, scope, ask.query());
    // Who mutes somebody has lists of their own.
    let sees_as_all = app.mutes().sees_as_all(viewer);
    let kept = kept.filter(|_| sees_as_all);
    if let (Some(kept), Viewer::Anonymous) = (&kept, viewer) {
        return Ok(kept_json(kept.clone()));
    }
    let defaults = defaults(app, viewer);
    // Kept pages are what those get who said nothing about sensitive content.
    let is_common = defaults == Defaults::new(NEWEST, hides_nsfw(app));
    let kept = kept.filter(|_| is_common);
    let mut query = query::read(&ask.pairs(), app.url().host(), defaults)?;
    allow(viewer, &query.filter)?;
    let cut_from = wider(&query);
    if query.filter.include & INCLUDE_MUTED == 0 {
        query.filter.muted = app.mutes().hidden_from(viewer);
    }
    if let Some(who) = viewer.person().filter(|_| leaves_out_watched(ask)) {
        let account = who.account;
        let found = app.blocking(move |app| -> Result<_, StoreError> {
            // What is in memory alone, too.
            histories::write_of(app, account)?;
            watched(app.store(), account)
        });
        query.filter.watched = found.await?.into();
    }
    let kept = kept.filter(|_| query.filter.watched.is_empty());
    let page = app.catalogue().list(cut_from, &query);
    let include = query.filter.include;
    if include & (INCLUDE_UNPUBLISHED | INCLUDE_AUTOMATIC_TAGS) != 0 {
        let row = |entry| text(&views::included(app.url(), entry, include));
        let rows: Vec<Bytes> = page.rows.iter().map(|entry| row(entry)).collect();
        return Ok(json_text(joined(&rows, page.total, query.skip_count)));
    }
    if let Some(who) = viewer.person() {
        let positions = history::positions(app, who, &page.rows).await?;
        if !positions.is_empty() {
            return Ok(json_text(history::page_text(app, &page, &positions, query.skip_count)));
        }
    }
    if let Some(kept) = kept {
        return Ok(kept_json(kept));
    }
    let text = Text::from(page_text(app, &page, query.skip_count));
    if cut_from == scope
        && sees_as_all
        && is_common
        && query.filter.watched.is_empty()
        && !query.filter.needs_rights()
    {
        app.catalogue().keep_page(generation, scope, ask.query(), text.clone());
    }
    Ok(kept_json(text))
}

/// Lets pass what everybody may ask for, and whoever may see all videos.
pub(super) fn allow(viewer: &Viewer, filter: &Filter) -> Result<(), Failure> {
    let may_see_all = viewer.person().is_some_and(|who| who.has(Right::SeeAllVideos));
    if may_see_all || !filter.needs_rights() {
        return Ok(());
    }
    let detail = "You are not allowed to see all videos, specify a custom include or auto tags filter.";
    Err(Failure::new(http::StatusCode::UNAUTHORIZED, detail))
}

/// Whether a list is to leave out what its viewer has watched: `best` is `hot` without that.
fn leaves_out_watched(ask: &Ask) -> bool {
    ask.pairs().iter().any(|(name, value)| match name.as_str() {
        "sort" => value.trim_start_matches('-') == "best",
        "excludeAlreadyWatched" => truth(value) == Some(true),
        _ => false,
    })
}

/// What lists give this viewer who asks for nothing in particular: newest first, with as much of what is not for all
/// eyes as they, or else the instance, like to see.
pub(super) fn defaults(app: &App, viewer: &Viewer) -> Defaults {
    let common = Defaults::new(NEWEST, hides_nsfw(app));
    let Some(user) = viewer.person().and_then(|person| app.directory().user(person.user)) else {
        return common;
    };
    let likes = &user.preferences;
    Defaults {
        hides_nsfw: likes.sensitive.map_or(common.hides_nsfw, |policy| policy == Sensitive::DoNotList),
        nsfw_flags_shown: likes.sensitive_displayed | likes.sensitive_warned | likes.sensitive_blurred,
        nsfw_flags_hidden: likes.sensitive_hidden,
        ..common
    }
}

/// Whether lists leave out what is not for all eyes, unless they are asked for it.
fn hides_nsfw(app: &App) -> bool {
    app.config().instance.nsfw_policy == NsfwPolicy::DoNotList
}

/// A page's text.
pub(super) fn page_text(app: &App, page: &Page, skip_count: bool) -> Bytes {
    let cards: Vec<Bytes> = page.rows.iter().map(|entry| card(app, entry)).collect();
    joined(&cards, page.total, skip_count)
}

/// Cards as a page.
pub(super) fn joined(cards: &[Bytes], total: usize, skip_count: bool) -> Bytes {
    let mut out = BytesMut::with_capacity(64 + cards.iter().map(|card| card.len() + 1).sum::<usize>());
    if skip_count {
        out.extend_from_slice(b"{\"data\":[");
    } else {
        out.extend_from_slice(format!("{{\"total\":{total},\"data\":[").as_bytes());
    }
    join(&mut out, cards);
    out.extend_from_slice(b"]}");
    out.freeze()
}

/// A row's text.
pub(super) fn card(app: &App, entry: &Entry) -> Bytes {
    entry.card(|entry| text(&views::card(app.url(), entry)))
}

/// Texts with commas between them.
pub(super) fn join(out: &mut BytesMut, texts: &[Bytes]) {
    for (at, text) in texts.iter().enumerate() {
        if 0 < at {
            out.extend_from_slice(b",");
        }
        out.extend_from_slice(text);
    }
}
