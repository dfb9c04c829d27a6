//! `/server/federation/…`: why something did not arrive here or elsewhere, for administrators.
//!
//! Owns which of the room's answers make one of the API's. What the ledgers answer is decided in `domain::explain`; the
//! pages have the sentences.

use std::collections::BTreeSet;
use std::time::Duration;

use shared::api::{Explained, ExplainedKind, Page};
use shared::time::{Instant, Timestamp};

use super::extract::{Ask, PageAsked, Segment};
use super::ledger;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use crate::app::App;
use crate::documents::{self, addresses};
use crate::domain::explain::{self, Part, Thing, Topic};
use crate::domain::right::Right;
use crate::domain::wrong::Wrong;
use crate::domain::{delivery, host, mute};
use crate::federation::follow::named;
use crate::federation::topic;
use crate::store::records::Party;
use crate::store::tables::{CommentKey, ListenersOf, PlaylistKey};
use crate::store::{Durability, Read, StoreError};

/// Longer than any host; a longer text only costs us time.
const SEARCH_LENGTH_MAX: usize = 261;
/// Where followers are told that are counted.
const LISTENERS_MAX: usize = 50_000;
/// What is asked about and is nothing.
const NOTHING: &str = "This is neither a host nor a handle, and no address of anything that was ever here";

/// `GET /api/v1/server/federation/servers`
pub async fn servers(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageServerFollow).await?;
    let part = part(ask.page()?);
    let search = ask.parameter("search").unwrap_or_default().trim().to_owned();
    if SEARCH_LENGTH_MAX < search.len() {
        let message = format!("Should be at most {SEARCH_LENGTH_MAX} characters long");
        return Err(Wrong::query("search", None, message).into());
    }
    let found = ask.app.blocking(move |app| explain::peers(app.store(), &search, part)).await?;
    json(&Page { total: found.total, data: found.rows.iter().map(ledger::federation_server).collect() })
}

/// `POST /api/v1/server/federation/servers/{host}/try`: what waits for a server is told now.
pub async fn hurry(host: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageServerFollow).await?;
    let host = host::parse(&host.0).ok_or_else(|| Wrong::path("host", &host.0, "Should be a host"))?;
    let hurried = ask.app.write(Durability::Flushed, move |write, now| delivery::hurry(write, now, &host));
    if !hurried.await? {
        return Err(Failure::not_found("Nothing waits for this server"));
    }
    ask.app.deliveries().wake();
    Ok(no_content())
}

/// `GET /api/v1/server/federation/explain`
pub async fn explain(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageServerFollow).await?;
    let about = about(&ask)?;
    let explained = ask.app.blocking(move |app| {
        let found = topic(app.store(), &addresses(app), &about)?;
        found.map(|topic| explained(app, &topic)).transpose()
    });
    json(&explained.await?.ok_or_else(|| Failure::not_found(NOTHING))?)
}

/// `GET /api/v1/server/federation/explain/{ledger}`
pub async fn list(name: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageServerFollow).await?;
    let which = match name.0.as_str() {
        "waiting" => Ledger::Waiting,
        "told" => Ledger::Told,
        "arriving" => Ledger::Arriving,
        "received" => Ledger::Received,
        other => {
            return Err(Wrong::path("ledger", other, "Should be waiting, told, arriving or received").into());
        }
    };
    let (part, about) = (part(ask.page()?), about(&ask)?);
    let page = ask.app.blocking(move |app| {
        let found = topic(app.store(), &addresses(app), &about)?;
        found.map(|topic| rows(app, which, &topic, part)).transpose()
    });
    json(&page.await?.ok_or_else(|| Failure::not_found(NOTHING))?)
}

#[derive(Clone, Copy)]
enum Ledger {
    Waiting,
    Told,
    Arriving,
    Received,
}

fn about(ask: &Ask) -> Result<String, Wrong> {
    let about = ask.parameter("about").filter(|about| !about.trim().is_empty());
    about.ok_or_else(|| Wrong::query("about", None, "Should be a host, a handle or an address"))
}

fn part(page: PageAsked) -> Part {
    Part { start: page.start, count: page.count }
}

fn rows(
    app: &App,
    which: Ledger,
    topic: &Topic,
    part: Part,
) -> Result<Page<shared::api::LedgerRow>, StoreError> {
    let store = app.store();
    Ok(match which {
        Ledger::Waiting => {
            let found = explain::waiting(store, topic, part)?;
            let data = found.rows.iter().map(|row| ledger::waiting(app, row)).collect::<Result<_, _>>();
            Page { total: found.total, data: data? }
        }
        Ledger::Told => {
            let found = explain::tried(store, topic, part)?;
            let data = found.rows.iter().map(|row| ledger::tried(app, row)).collect::<Result<_, _>>();
            Page { total: found.total, data: data? }
        }
        Ledger::Arriving => {
            let found = explain::arriving(store, topic, part)?;
            let (instant, now) = (app.clock().instant(), app.clock().now());
            let due = |number| app.arrivals().due_of(number).and_then(|due| at(due, instant, now));
            let data = found.rows.iter().map(|row| ledger::arriving(row, due(row.number))).collect();
            Page { total: found.total, data }
        }
        Ledger::Received => {
            let found = explain::received(store, topic, part)?;
            Page { total: found.total, data: found.rows.iter().map(ledger::received).collect() }
        }
    })
}

/// When that is, as people count; none for what is due already.
fn at(due: Instant, instant: Instant, now: Timestamp) -> Option<Timestamp> {
    let wait = due.since(instant);
    (wait != Duration::ZERO).then(|| now.after(wait))
}

fn explained(app: &App, topic: &Topic) -> Result<Explained, StoreError> {
    let store = app.store();
    let (peer, is_muted) = match topic.host() {
        Some(host) => (explain::peer(store, host)?, mute::is_server_muted(store, mute::INSTANCE, host)?),
        None => (None, false),
    };
    let known = known(app, topic)?;
    let listeners = match topic {
        Topic::Server(_) | Topic::Theirs { .. } => None,
        Topic::Ours { thing, .. } => listeners(app, *thing)?,
    };
    Ok(Explained {
        kind: known.kind,
        address: topic.address().map(str::to_owned),
        name: known.name,
        host: topic.host().map(str::to_owned),
        is_here: known.is_here,
        is_public: known.is_public,
        server: peer.as_ref().map(ledger::federation_server),
        is_muted,
        listeners,
    })
}

/// What is known of a thing beside what the ledgers say.
struct Known {
    kind: ExplainedKind,
    name: Option<String>,
    is_here: bool,
    is_public: Option<bool>,
}

fn known(app: &App, topic: &Topic) -> Result<Known, StoreError> {
    let nothing = |kind| Known { kind, name: None, is_here: false, is_public: None };
    let thing = match topic {
        Topic::Server(host) => {
            let is_here = explain::peer(app.store(), host)?.is_some();
            return Ok(Known { is_here, ..nothing(ExplainedKind::Server) });
        }
        Topic::Theirs { thing: None, .. } => return Ok(nothing(ExplainedKind::Unknown)),
        Topic::Theirs { thing: Some(thing), .. } | Topic::Ours { thing, .. } => *thing,
    };
    let store = app.store();
    Ok(match thing {
        Thing::Party(party) => {
            let name = named(store, party)?.map(|named| named.name);
            Known { is_here: name.is_some(), name, ..nothing(ExplainedKind::Actor) }
        }
        Thing::Video(video, _) => match video.and_then(|video| app.catalogue().video(video)) {
            Some(entry) => Known {
                kind: ExplainedKind::Video,
                name: Some(entry.listed.video.name.clone()),
                is_here: true,
                // What is of another server is told by that.
                is_public: topic.host().is_none().then(|| documents::audience(app, &entry).is_some()),
            },
            None => nothing(ExplainedKind::Video),
        },
        Thing::Comment(comment) => {
            let row = store.get(&CommentKey { comment })?.filter(|row| row.deleted_at.is_none());
            let is_public = row.as_ref().filter(|_| topic.host().is_none()).map(|row| !row.held);
            Known { is_here: row.is_some(), is_public, ..nothing(ExplainedKind::Comment) }
        }
        Thing::Playlist(playlist, _) => {
            let row = match playlist {
                Some(playlist) => store.get(&PlaylistKey { playlist })?,
                None => None,
            };
            Known {
                is_here: row.is_some(),
                name: row.map(|row| row.name),
                ..nothing(ExplainedKind::Playlist)
            }
        }
    })
}

/// How many servers are told of something of ours; none where that depends on who speaks.
fn listeners(app: &App, thing: Thing) -> Result<Option<u64>, StoreError> {
    let store = app.store();
    let parties = match thing {
        Thing::Party(party) => vec![party],
        Thing::Video(Some(video), _) => match app.catalogue().video(video) {
            Some(entry) => {
                let (account, channel) = (entry.publisher.account.id, entry.publisher.channel.id);
                vec![Party::Account(account), Party::Channel(channel), Party::Instance]
            }
            None => return Ok(None),
        },
        Thing::Video(None, _) | Thing::Comment(_) | Thing::Playlist(..) => return Ok(None),
    };
    let mut hosts = BTreeSet::new();
    for party in parties {
        for row in store.scan(&ListenersOf(party)).take(LISTENERS_MAX) {
            hosts.extend(host::of_address(&row?.0.inbox));
        }
    }
    Ok(Some(u64::try_from(hosts.len()).unwrap_or(u64::MAX)))
}
