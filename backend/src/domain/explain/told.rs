//! What other servers are told: what waits, and what became of the rest.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use shared::id::{PostId, ServerId};
use shared::time::Timestamp;

use super::topic::Topic;
use super::{Found, Part};
use crate::domain::delivery::next_try;
use crate::store::records::{Delivery, Outcome, Post, Server};
use crate::store::tables::{
    DeliveriesTo, DeliveryKey, OutcomeKey, OutcomesOf, PostKey, ServerHostKey, ServerKey,
};
use crate::store::{Read, StoreError};

/// Rows of one ledger that are looked at for one question: a second's work. A server has a hundred outcomes and ten
/// thousand deliveries at most, so whoever asks about one has all of them looked at.
const LOOKED_AT_MAX: usize = 200_000;

/// Something that a server has not heard yet.
#[derive(Clone, PartialEq, Debug)]
pub struct Waiting {
    /// Which server.
    pub host: String,
    /// How it stands.
    pub delivery: Delivery,
    /// What it says.
    pub post: Post,
    /// Before this it is not tried; what stands before it goes first.
    pub next_at: Timestamp,
}

/// A try to tell a server something, and what became of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Tried {
    /// Which server.
    pub host: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What waits to be told that concerns something: next first for a server, servers in the order they became known.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn waiting(read: &impl Read, topic: &Topic, part: Part) -> Result<Found<Waiting>, StoreError> {
    let Some(scope) = Scope::of(read, topic)? else { return Ok(part.of(Vec::new())) };
    let posts = if topic.is_whole_server() { None } else { Some(posts(read, topic)?) };
    if posts.as_ref().is_some_and(BTreeSet::is_empty) {
        return Ok(part.of(Vec::new()));
    }
    let rows: Box<dyn Iterator<Item = Result<(DeliveryKey, Delivery), StoreError>> + '_> = match scope {
        Scope::Server(server) => Box::new(read.scan(&DeliveriesTo(server))),
        Scope::All => Box::new(read.table::<DeliveryKey>()),
    };
    let mut meant = Vec::new();
    for row in rows.take(LOOKED_AT_MAX) {
        let (key, delivery) = row?;
        if posts.as_ref().is_none_or(|posts| posts.contains(&delivery.post)) {
            meant.push((key, delivery));
        }
    }
    let Found { total, rows: meant } = part.of(meant);
    let mut servers = Servers::default();
    let mut rows = Vec::with_capacity(meant.len());
    for (key, delivery) in meant {
        // What was told while this was read is left out.
        let Some(post) = read.get(&PostKey { post: delivery.post })? else { continue };
        let Some(server) = servers.get(read, key.server)? else { continue };
        let next_at = next_try(server, &key);
        rows.push(Waiting { host: server.host.clone(), delivery, post, next_at });
    }
    Ok(Found { total, rows })
}

/// What became of what was told that concerns something, latest first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn tried(read: &impl Read, topic: &Topic, part: Part) -> Result<Found<Tried>, StoreError> {
    let Some(scope) = Scope::of(read, topic)? else { return Ok(part.of(Vec::new())) };
    let rows: Box<dyn Iterator<Item = Result<(OutcomeKey, Outcome), StoreError>> + '_> = match scope {
        Scope::Server(server) => Box::new(read.scan_reverse(&OutcomesOf(server))),
        Scope::All => Box::new(read.table_reverse::<OutcomeKey>()),
    };
    let mut meant = Vec::new();
    for row in rows.take(LOOKED_AT_MAX) {
        let (key, outcome) = row?;
        if topic.is_in_said(read, outcome.by, &outcome.said)? {
            meant.push((outcome.at, key));
        }
    }
    // Of one server they are in order already.
    meant.sort_by(|one, other| (other.0, &other.1).cmp(&(one.0, &one.1)));
    let Found { total, rows: meant } = part.of(meant);
    let mut servers = Servers::default();
    let mut rows = Vec::with_capacity(meant.len());
    for (_, key) in meant {
        let Some(outcome) = read.get(&key)? else { continue };
        let Some(server) = servers.get(read, key.server)? else { continue };
        rows.push(Tried { host: server.host.clone(), outcome });
    }
    Ok(Found { total, rows })
}

/// What is said of something.
fn posts(read: &impl Read, topic: &Topic) -> Result<BTreeSet<PostId>, StoreError> {
    let mut posts = BTreeSet::new();
    for row in read.table::<PostKey>().take(LOOKED_AT_MAX) {
        let (key, post) = row?;
        if topic.is_in_said(read, post.by, &post.said)? {
            posts.insert(key.post);
        }
    }
    Ok(posts)
}

/// Whose ledgers are looked at.
enum Scope {
    Server(ServerId),
    All,
}

impl Scope {
    /// None where the server was never told anything.
    fn of(read: &impl Read, topic: &Topic) -> Result<Option<Scope>, StoreError> {
        let Some(host) = topic.host() else { return Ok(Some(Scope::All)) };
        Ok(read.get(&ServerHostKey { host: host.to_owned() })?.map(Scope::Server))
    }
}

/// Servers that rows name, each read once.
#[derive(Default)]
struct Servers(BTreeMap<ServerId, Option<Server>>);

impl Servers {
    fn get(&mut self, read: &impl Read, server: ServerId) -> Result<Option<&Server>, StoreError> {
        let known = match self.0.entry(server) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(read.get(&ServerKey { server })?),
        };
        Ok(known.as_ref())
    }
}
