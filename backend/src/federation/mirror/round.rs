//! Looking again and again at what deserves a copy.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use shared::id::{MirrorId, VideoId};
use shared::time::Timestamp;

use super::copy::{CopyError, Wanted, copy};
use super::disk;
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::mirror::{
    self, COPIES_MAX, Candidate, Make, Plan, Rule, Standing, bytes_of, is_same_stream, stream_of,
};
use crate::domain::mute::{INSTANCE, is_server_muted};
use crate::store::records::{Mirror, MirrorStrategy};
use crate::store::tables::{AccountMuteKey, MirrorKey, MirrorWishKey};
use crate::store::{Durability, Read, Store, StoreError};

/// After a failure of our own.
const NAP_AFTER_FAILURE: Duration = Duration::from_secs(30);
/// Copies that are given up or lengthened in one unit of work.
const CHANGED_AT_ONCE: usize = 200;

/// Makes and gives up copies until the server stops.
pub async fn run(app: App) {
    if let Err(error) = put_in_order(&app).await {
        tracing::error!(%error, "what a crash left of copies could not be put in order");
    }
    loop {
        let pause = match round(&app).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%error, "it could not be seen what deserves a copy");
                NAP_AFTER_FAILURE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = app.mirrors().woken() => {}
            () = app.stopping().cancelled() => return,
        }
    }
}

/// What went wrong with ourselves.
#[derive(Debug, thiserror::Error)]
enum RoundError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the folder of copies fails")]
    Disk(#[from] std::io::Error),
}

/// No folder without a row, and no row without all of its files: after a restored backup or a power cut there may be some.
/// What is given up is copied anew where it still deserves it.
async fn put_in_order(app: &App) -> Result<(), RoundError> {
    let gone: Vec<MirrorId> = app
        .blocking(|app| {
            disk::reopen(app)?;
            let mut gone = Vec::new();
            for row in app.store().table::<MirrorKey>().take(COPIES_MAX) {
                let (key, mirror) = row?;
                if !disk::is_whole(app.layout(), &mirror)? {
                    gone.push(key.mirror);
                }
            }
            Ok::<_, RoundError>(gone)
        })
        .await?;
    give_up(app, gone).await?;
    Ok(())
}

async fn give_up(app: &App, copies: Vec<MirrorId>) -> Result<(), StoreError> {
    for some in copies.chunks(CHANGED_AT_ONCE) {
        let some = some.to_vec();
        let ended = app.write(Durability::Flushed, move |write, _| {
            some.into_iter().try_for_each(|id| mirror::end(write, id).map(drop))
        });
        ended.await?;
    }
    Ok(())
}

async fn lengthen(app: &App, copies: Vec<(MirrorId, Timestamp)>) -> Result<(), StoreError> {
    for some in copies.chunks(CHANGED_AT_ONCE) {
        let some = some.to_vec();
        app.write(Durability::Flushed, move |write, now| mirror::lengthen(write, now, &some)).await?;
    }
    Ok(())
}

/// What there is to do.
struct Look {
    plan: Plan,
    wanted: Vec<Wanted>,
}

/// One look, and one copy at most, since a copy takes its time and all may be different then. Gives how long to wait for
/// the next.
async fn round(app: &App) -> Result<Duration, RoundError> {
    let config = app.config();
    let interval = Duration::from_secs(u64::from(config.redundancy.check_interval.max(1)));
    if !config.federation.enabled {
        return Ok(interval);
    }
    let Look { plan, wanted } = app.blocking(look).await?;
    give_up(app, plan.give_up).await?;
    lengthen(app, plan.lengthen).await?;
    let kept: BTreeSet<_> = wanted.iter().map(|one| one.uuid).collect();
    app.blocking(move |app| disk::sweep(app).and_then(|()| disk::sweep_parts(app, &kept))).await?;
    let several = wanted.len();
    for (place, one) in wanted.into_iter().enumerate() {
        if app.mirrors().is_paused(one.video, app.clock().instant()) {
            continue;
        }
        match copy(app, &one).await {
            Ok(()) => {
                tracing::info!(video = one.video.0, "a video of another server is copied");
                app.mirrors().succeeded(one.video);
                return Ok(if place + 1 < several { Duration::ZERO } else { interval });
            }
            Err(CopyError::Spent(wait)) => return Ok(interval.min(wait)),
            Err(CopyError::Stopping) => return Ok(interval),
            Err(error @ CopyError::NoRoom) => {
                tracing::warn!(%error, "no more videos are copied");
                return Ok(interval);
            }
            Err(error) => {
                tracing::warn!(
                    video = one.video.0,
                    error = &error as &dyn std::error::Error,
                    "a video could not be copied"
                );
                app.mirrors().failed(one.video, app.clock().instant());
                if !error.may_pass() {
                    abandon(app, &one).await?;
                }
            }
        }
    }
    Ok(interval)
}

/// Nothing stays of what will never be a copy. Who asked for it sees that it is waited for no more.
async fn abandon(app: &App, wanted: &Wanted) -> Result<(), RoundError> {
    let uuid = wanted.uuid;
    app.blocking(move |app| disk::remove(&app.layout().mirror_part(uuid))).await?;
    if wanted.make.strategy == MirrorStrategy::Manual {
        let video = wanted.video;
        let forgotten = app.write(Durability::Flushed, move |write, _| {
            write.remove(&MirrorWishKey { video });
            Ok::<_, StoreError>(())
        });
        forgotten.await?;
    }
    Ok(())
}

/// Reads what there is, and decides. Blocks.
fn look(app: &App) -> Result<Look, StoreError> {
    let store = app.store();
    let config = app.config();
    let rules: Vec<Rule> = config
        .redundancy
        .strategies
        .iter()
        .map(|rule| Rule {
            strategy: rule.strategy,
            bytes_max: rule.size.0,
            lifetime_min: rule.lifetime(),
            views_min: u64::from(rule.min_views),
        })
        .collect();
    let mut hosts = Hosts::read(store)?;
    let mut candidates = Vec::new();
    for entry in app.catalogue().all() {
        if let Some(candidate) = candidate(store, &entry, &mut hosts)? {
            candidates.push(candidate);
        }
    }
    let mut standing = Vec::new();
    for row in store.table::<MirrorKey>().take(COPIES_MAX) {
        let (_, mirror) = row?;
        standing.push(stands(app, &mirror, &mut hosts)?);
    }
    let plan = mirror::plan(app.clock().now(), &rules, &candidates, &standing);
    let mut makes = Vec::new();
    for row in store.table::<MirrorWishKey>().take(COPIES_MAX) {
        let (key, _) = row?;
        makes.push(Make { video: key.video, strategy: MirrorStrategy::Manual, lifetime: None });
    }
    let wished: BTreeSet<VideoId> = makes.iter().map(|make| make.video).collect();
    makes.extend(plan.make.iter().filter(|make| !wished.contains(&make.video)));
    // What would be one too many is not even fetched.
    makes.truncate(COPIES_MAX.saturating_sub(standing.len().saturating_sub(plan.give_up.len())));
    let wanted = makes.into_iter().filter_map(|make| wanted(app, make)).collect();
    Ok(Look { plan, wanted })
}

fn wanted(app: &App, make: Make) -> Option<Wanted> {
    let entry: Arc<Entry> = app.catalogue().video(make.video)?;
    let video = &entry.listed.video;
    Some(Wanted { video: video.id, uuid: video.uuid, stream: stream_of(video)?.clone(), make })
}

/// What is known of servers.
struct Hosts {
    /// Those that are followed and allowed.
    open: BTreeSet<String>,
    muted: BTreeMap<String, bool>,
}

impl Hosts {
    fn read(store: &Store) -> Result<Hosts, StoreError> {
        let allowed = mirror::allowed(store)?;
        let followed = if allowed.is_empty() { BTreeSet::new() } else { mirror::followed_hosts(store)? };
        Ok(Hosts { open: allowed.intersection(&followed).cloned().collect(), muted: BTreeMap::new() })
    }

    fn is_muted(&mut self, store: &Store, host: &str) -> Result<bool, StoreError> {
        if let Some(known) = self.muted.get(host) {
            return Ok(*known);
        }
        let is_muted = is_server_muted(store, INSTANCE, host)?;
        self.muted.insert(host.to_owned(), is_muted);
        Ok(is_muted)
    }
}

/// A video that a rule may choose.
fn candidate(store: &Store, entry: &Entry, hosts: &mut Hosts) -> Result<Option<Candidate>, StoreError> {
    let video = &entry.listed.video;
    let Some(host) = video.host().filter(|host| hosts.open.contains(*host)) else { return Ok(None) };
    let Some(stream) = stream_of(video).filter(|_| entry.listed.sight().is_listed()) else {
        return Ok(None);
    };
    if hosts.is_muted(store, host)? || is_owner_muted(store, entry)? {
        return Ok(None);
    }
    Ok(Some(Candidate {
        video: video.id,
        bytes: bytes_of(stream),
        views: video.views,
        views_lately: entry.listed.counts.views_lately,
        published_at: video.published_at,
    }))
}

fn is_owner_muted(store: &Store, entry: &Entry) -> Result<bool, StoreError> {
    let target = entry.publisher.account.id;
    Ok(store.get(&AccountMuteKey { by: INSTANCE, target })?.is_some())
}

/// A copy, and whether it still has a reason.
fn stands(app: &App, mirror: &Mirror, hosts: &mut Hosts) -> Result<Standing, StoreError> {
    let entry = app.catalogue().video(mirror.video);
    let stream = entry.as_ref().and_then(|entry| stream_of(&entry.listed.video));
    let is_same = stream.is_some_and(|stream| is_same_stream(stream, &mirror.stream));
    let is_owner_muted = match &entry {
        Some(entry) => is_owner_muted(app.store(), entry)?,
        None => false,
    };
    let is_right = is_same
        && !is_owner_muted
        && !hosts.is_muted(app.store(), &mirror.host)?
        && (mirror.strategy == MirrorStrategy::Manual
            || (hosts.open.contains(&mirror.host)
                && entry.is_some_and(|entry| entry.listed.sight().is_listed())));
    Ok(Standing {
        id: mirror.id,
        video: mirror.video,
        strategy: mirror.strategy,
        bytes: mirror.bytes,
        made_at: mirror.created_at,
        expires_at: mirror.expires_at,
        is_right,
    })
}
