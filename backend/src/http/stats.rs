//! `/server/stats`: how much there is here, in PeerTube's words.
//!
//! Owns the counting and a memory of its last result: every crawler of the network asks for it, and counting touches
//! every row. What this server does not have is counted as none.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value, json};
use shared::id::ChannelId;
use shared::time::{Instant, Timestamp};

use super::extract::Ask;
use super::problem::Failure;
use super::respond::{Outcome, json_text};
use crate::app::App;
use crate::catalogue::{Catalogue, Entry};
use crate::domain::quota::weight;
use crate::store::records::{Role, User};
use crate::store::tables::{ChannelKey, UserKey};
use crate::store::{Read, StoreError};

/// Numbers may be this old; PeerTube's are up to a day old.
const AGE_MAX: Duration = Duration::from_secs(60);

/// The last result.
#[derive(Clone, Default)]
pub struct Stats {
    last: Arc<Mutex<Option<(Instant, Bytes)>>>,
}

/// `GET /api/v1/server/stats`
pub async fn stats(ask: Ask, stats: Stats) -> Outcome {
    let now = ask.app.clock().instant();
    let last = stats.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((_, body)) = last.filter(|(counted, _)| now.since(*counted) < AGE_MAX) {
        return Ok(json_text(body));
    }
    let counted = ask.app.blocking(count).await?;
    let body = Bytes::from(serde_json::to_vec(&counted).map_err(|error| Failure::internal(&error))?);
    *stats.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, body.clone()));
    Ok(json_text(body))
}

fn count(app: &App) -> Result<Map<String, Value>, StoreError> {
    let now = app.clock().now();
    let mut out = Map::new();
    count_users(app, now, &mut out)?;
    let channels = app.store().table::<ChannelKey>().count();
    out.insert("totalLocalVideoChannels".to_owned(), json!(channels));
    count_videos(app.catalogue(), now, &mut out);
    for name in ABSENT {
        out.insert((*name).to_owned(), json!(0));
    }
    out.insert("videosRedundancy".to_owned(), json!([]));
    if let Some(seed) = app.seed() {
        // PeerTube has no words for these.
        let done = seed.figures();
        let numbers = [
            ("seedPeers", done.peers),
            ("seedPeersTotal", done.peers_total),
            ("seedBytesSent", done.bytes_sent),
            ("seedRejected", done.rejected),
            ("seedAddressesTold", done.addresses_told),
        ];
        out.extend(numbers.map(|(name, number)| (name.to_owned(), json!(number))));
    }
    Ok(out)
}

/// PeerTube counts who was there in the last day, week and month.
const PERIODS: [(&str, u64); 3] = [("Daily", 1), ("Weekly", 7), ("Monthly", 30)];
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn count_users(app: &App, now: Timestamp, out: &mut Map<String, Value>) -> Result<(), StoreError> {
    let users = app.store().table::<UserKey>().map(|row| row.map(|(_, user)| user));
    let users: Vec<User> = users.collect::<Result<_, _>>()?;
    let with_role = |role: Role| users.iter().filter(|user| user.role == role).count();
    out.insert("totalUsers".to_owned(), json!(users.len()));
    out.insert("totalModerators".to_owned(), json!(with_role(Role::Moderator)));
    out.insert("totalAdmins".to_owned(), json!(with_role(Role::Administrator)));
    for (name, days) in PERIODS {
        let lately = |user: &&User| user.last_login_at.is_some_and(|at| is_within(now, at, days));
        out.insert(format!("total{name}ActiveUsers"), json!(users.iter().filter(lately).count()));
    }
    Ok(())
}

fn count_videos(catalogue: &Catalogue, now: Timestamp, out: &mut Map<String, Value>) {
    let mut entries = catalogue.all();
    entries.retain(|entry| entry.listed.sight().is_listed());
    let sum = |of: &dyn Fn(&Entry) -> u64| entries.iter().map(|entry| of(entry)).sum::<u64>();
    out.insert("totalVideos".to_owned(), json!(entries.len()));
    out.insert("totalLocalVideos".to_owned(), json!(entries.len()));
    out.insert("totalLocalVideoViews".to_owned(), json!(sum(&|entry| entry.listed.video.views)));
    out.insert("totalLocalVideoFilesSize".to_owned(), json!(sum(&|entry| weight(&entry.listed.video))));
    for (name, days) in PERIODS {
        let channels: HashSet<ChannelId> = entries
            .iter()
            .map(|entry| &entry.listed.video)
            .filter(|video| is_within(now, video.published_at, days))
            .map(|video| video.channel)
            .collect();
        out.insert(format!("totalLocal{name}ActiveVideoChannels"), json!(channels.len()));
    }
}

fn is_within(now: Timestamp, at: Timestamp, days: u64) -> bool {
    now.since(at).as_secs() < days * DAY.as_secs()
}

/// Counts of what this server does not have.
const ABSENT: &[&str] = &[
    "totalLocalVideoComments",
    "totalVideoComments",
    "totalLocalPlaylists",
    "totalInstanceFollowers",
    "totalInstanceFollowing",
    "totalAbuses",
    "totalAbusesProcessed",
    "totalRegistrationRequests",
    "totalRegistrationRequestsProcessed",
    "totalActivityPubMessagesProcessed",
    "totalActivityPubMessagesSuccesses",
    "totalActivityPubMessagesErrors",
    "totalActivityPubMessagesWaiting",
    "activityPubMessagesProcessedPerSecond",
];
