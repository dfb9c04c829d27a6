//! Noticing that the instance was away, and asking for what it missed.
//!
//! Owns the moment when it was last alive, which is on the disk. What its own queue on other servers still holds comes by
//! itself, since each signed question tells them that it is back; what they gave up, or never told, is asked for here. The
//! surprise is a machine that slept: to the program it is the same as a start.

use std::time::Duration;

use shared::id::FollowId;
use shared::time::Timestamp;

use crate::app::App;
use crate::domain::{repair, work};
use crate::store::records::{FollowState, JobKind, NetworkJob, Party, Setting};
use crate::store::tables::{AccountKey, ChannelKey, FollowKey, SettingKey};
use crate::store::{Durability, Read, StoreError};

/// How often it is noted that the instance is alive: ten times before an absence counts.
const BEAT_EVERY: Duration = Duration::from_secs(60);
/// How soon it is seen that a machine slept: what is due looks at the date as often.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Followed parties whose outboxes are read anew after an absence, last followed first.
const OUTBOXES_MAX: usize = 500;
/// Rows that are looked at for these.
const LOOKED_AT_MAX: usize = 50_000;

/// Notes now and then that the instance is alive, and sees that it was not, until it stops.
pub async fn run(app: App) {
    let mut noted: Option<Timestamp> = None;
    loop {
        let now = app.clock().now();
        let is_due = noted.is_none_or(|noted| BEAT_EVERY <= now.since(noted) || now < noted);
        if is_due {
            match beat(&app).await {
                Ok(None) => {}
                Ok(Some((outboxes, looked_at))) => {
                    tracing::info!(outboxes, looked_at, "the instance was away and asks for what it missed");
                }
                Err(error) => tracing::error!(%error, "that the instance is alive could not be noted"),
            }
            noted = Some(now);
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = app.stopping().cancelled() => return,
        }
    }
}

/// Notes that it is alive. After an absence, gives how many outboxes and looked-at things are asked for.
async fn beat(app: &App) -> Result<Option<(usize, usize)>, StoreError> {
    let is_enabled = app.config().federation.enabled;
    let asked = app.write(Durability::Relaxed, move |write, now| {
        let key = SettingKey { name: "alive-at".to_owned() };
        let last = match write.get(&key)? {
            Some(Setting::Counter(at)) => i64::try_from(at).ok().map(Timestamp),
            Some(_) | None => None,
        };
        write.insert(&key, &Setting::Counter(u64::try_from(now.0).unwrap_or(0)))?;
        if !is_enabled || !repair::was_away(last, now) {
            return Ok::<_, StoreError>(None);
        }
        let follows = followed(write)?;
        for follow in &follows {
            let job = NetworkJob::Backfill { follow: *follow, page: None, pages: 0, found: 0 };
            work::ask(write, now, JobKind::Network(job))?;
        }
        Ok(Some((follows.len(), repair::urge_watched(write, now)?)))
    });
    asked.await
}

/// Followings of somebody here whose outboxes are worth reading: one for each who is followed.
fn followed(read: &impl Read) -> Result<Vec<FollowId>, StoreError> {
    let mut seen = std::collections::BTreeSet::new();
    let mut found = Vec::new();
    for row in read.table_reverse::<FollowKey>().take(LOOKED_AT_MAX) {
        let (FollowKey { follow }, row) = row?;
        if found.len() == OUTBOXES_MAX {
            break;
        }
        if row.state == FollowState::Accepted && is_ours(read, row.follower)? && seen.insert(row.followed) {
            found.push(follow);
        }
    }
    Ok(found)
}

/// Whether somebody is of this server.
pub(super) fn is_ours(read: &impl Read, party: Party) -> Result<bool, StoreError> {
    Ok(match party {
        Party::Instance => true,
        Party::Account(account) => {
            read.get(&AccountKey { account })?.is_some_and(|account| account.remote.is_none())
        }
        Party::Channel(channel) => {
            read.get(&ChannelKey { channel })?.is_some_and(|channel| channel.remote.is_none())
        }
    })
}
