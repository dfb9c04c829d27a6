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
use crate::domain::follow::{self, Side};
use crate::domain::quota::weight;
use crate::federation::arrivals::Judged;
use crate::store::records::{
    AbuseState, Follow, FollowState, Party, RegistrationState, Role, User, VideoPlaylist,
};
use crate::store::tables::{AbuseKey, TallyKey, UserKey, VideoTalkKey};
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

pub(super) fn count(app: &App) -> Result<Map<String, Value>, StoreError> {
    let now = app.clock().now();
    let mut out = Map::new();
    count_users(app, now, &mut out)?;
    count_registrations(app, &mut out);
    let (mut reports, mut judged) = (0u64, 0u64);
    for row in app.store().table::<AbuseKey>() {
        reports += 1;
        judged += u64::from(row?.1.state != AbuseState::Pending);
    }
    out.insert("totalAbuses".to_owned(), json!(reports));
    out.insert("totalAbusesProcessed".to_owned(), json!(judged));
    let mut comments = 0;
    for row in app.store().table::<VideoTalkKey>() {
        comments += row?.1.comments;
    }
    out.insert("totalLocalVideoComments".to_owned(), json!(own_comments(app)?));
    out.insert("totalVideoComments".to_owned(), json!(comments));
    out.insert("totalLocalVideoChannels".to_owned(), json!(app.directory().count_own_channels()));
    count_videos(app.catalogue(), now, &mut out);
    count_messages(app, &mut out);
    count_follows(app, &mut out)?;
    let is_own = |list: &VideoPlaylist| {
        app.directory().account(list.account).is_some_and(|account| account.remote.is_none())
    };
    out.insert("totalLocalPlaylists".to_owned(), json!(app.playlists().count_public(is_own)));
    out.insert("videosRedundancy".to_owned(), json!(super::redundancy::figures(app)?));
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

/// Comments that people of this server wrote, wherever. Blocks.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub(super) fn own_comments(app: &App) -> Result<u64, StoreError> {
    let mut comments = 0u64;
    for account in app.directory().own_accounts() {
        let tally = app.store().get(&TallyKey { account: account.id })?.unwrap_or_default();
        comments = comments.saturating_add(tally.comments);
    }
    Ok(comments)
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
    out.insert("totalVideos".to_owned(), json!(entries.len()));
    entries.retain(|entry| entry.listed.video.remote.is_none());
    let sum = |of: &dyn Fn(&Entry) -> u64| entries.iter().map(|entry| of(entry)).sum::<u64>();
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

/// Who asked to be let in, and how long they waited for a word.
fn count_registrations(app: &App, out: &mut Map<String, Value>) {
    let all = app.directory().registrations((0, usize::MAX), |_| true, None);
    let judged: Vec<u64> = all
        .rows
        .iter()
        .map(|row| &row.1)
        .filter(|registration| registration.state != RegistrationState::Pending)
        .map(|registration| registration.updated_at.since(registration.created_at))
        .map(|waited| u64::try_from(waited.as_millis()).unwrap_or(u64::MAX))
        .collect();
    let count = u64::try_from(judged.len()).unwrap_or(u64::MAX);
    let average = judged.iter().sum::<u64>().checked_div(count);
    out.insert("totalRegistrationRequests".to_owned(), json!(all.total));
    out.insert("totalRegistrationRequestsProcessed".to_owned(), json!(count));
    out.insert("averageRegistrationRequestResponseTimeMs".to_owned(), json!(average));
}

/// Kinds of messages that PeerTube counts of what it got from other servers.
const MESSAGES: &[&str] = &[
    "Create",
    "Update",
    "Delete",
    "Follow",
    "Accept",
    "Reject",
    "Announce",
    "Undo",
    "Like",
    "Dislike",
    "Flag",
    "View",
    "ApproveReply",
    "RejectReply",
];

/// What came from other servers since the start, and what waits.
fn count_messages(app: &App, out: &mut Map<String, Value>) {
    let judged = app.arrivals().judged();
    for kind in MESSAGES {
        let sums = judged.get(*kind).copied().unwrap_or_default();
        out.insert(format!("totalActivityPub{kind}MessagesSuccesses"), json!(sums.successes));
        out.insert(format!("totalActivityPub{kind}MessagesErrors"), json!(sums.errors));
    }
    let sum = |of: fn(&Judged) -> u64| judged.values().map(of).fold(0, u64::saturating_add);
    let (successes, errors) = (sum(|sums| sums.successes), sum(|sums| sums.errors));
    let processed = successes.saturating_add(errors);
    // Without the moments in which nothing could have come yet.
    let seconds = app.clock().instant().since(Instant::ZERO).as_secs().max(1);
    #[expect(clippy::cast_precision_loss, reason = "a rate, which nobody counts with")]
    let rate = processed as f64 / seconds as f64;
    for (name, number) in [
        ("totalActivityPubMessagesSuccesses", json!(successes)),
        ("totalActivityPubMessagesErrors", json!(errors)),
        ("totalActivityPubMessagesProcessed", json!(processed)),
        ("totalActivityPubMessagesWaiting", json!(app.arrivals().count_waiting())),
        ("activityPubMessagesProcessedPerSecond", json!(rate)),
    ] {
        out.insert(name.to_owned(), number);
    }
    out.insert("averageAbuseResponseTimeMs".to_owned(), Value::Null);
}

/// Who follows the instance and whom it follows, on other servers and accepted.
fn count_follows(app: &App, out: &mut Map<String, Value>) -> Result<(), StoreError> {
    let is_accepted = |follow: &Follow| Ok(follow.state == FollowState::Accepted);
    for (name, side) in
        [("totalInstanceFollowers", Side::Followed), ("totalInstanceFollowing", Side::Follower)]
    {
        let (total, _) = follow::of_party(app.store(), (Party::Instance, side), false, &is_accepted, (0, 0))?;
        out.insert(name.to_owned(), json!(total));
    }
    Ok(())
}
