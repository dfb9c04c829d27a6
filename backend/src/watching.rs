//! Who watches what: the shell around `domain::views`.
//!
//! Owns the counters' lock, the salt and the clockwork that writes views down. What tells one viewer from another is
//! hashed with a salt that dies with the process, and is never written anywhere.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use shared::id::{Uuid, VideoId};
use shared::time::{Instant, Timestamp};

use crate::app::App;
use crate::catalogue::{DAYS_KEPT, day_of};
use crate::clock::Clock;
use crate::dice::Dice;
use crate::domain::agent::Agent;
use crate::domain::federation::tell::{Here, Left, tell_views, tell_watched, tell_watching};
use crate::domain::statistics::{self, CHANNEL_DAYS};
use crate::domain::views::{AddressKey, Ended, Report, Teller, ViewerKey, Views};
use crate::histories;
use crate::store::tables::{ChannelViewDayKey, VideoKey, ViewDayKey};
use crate::store::{Durability, Key, Read, StoreError, Write};

/// How often views are written and viewers who left are noticed. What a crash takes is this much.
const TICK: Duration = Duration::from_secs(5);
/// How often statistics are written: two rows for each video that is watched. What a crash takes is this much.
const STATISTICS_TICKS: u32 = 12;
/// How often others are told how many watch: what they were told counts for two minutes.
const TELLING_TICKS: u32 = 12;
/// Videos of ours of whose viewers others are told each time, the most watched first: each is a delivery to each server that
/// follows.
const TOLD_MAX: usize = 20;
/// Videos of others of whose viewers here their servers are told each time: each is one delivery.
const TOLD_ELSEWHERE_MAX: usize = 200;
/// Videos that one unit of work tells of.
const TOLD_PER_WORK: usize = 5;
/// Viewers who left of whom others are told in five seconds.
const LEFT_PER_TICK: usize = 200;
/// Videos whose statistics one unit of work writes, so that none holds the writer's lock for long.
const STATISTICS_PER_WORK: usize = 200;
/// Rows of days gone by that one unit of work removes, so that none holds the writer's lock for long.
const ROWS_PER_WORK: usize = 1000;

/// The counters of one server.
pub struct Watching {
    views: Mutex<Views>,
    salt: [u8; 16],
}

/// What a request tells of its viewer.
pub struct Trace<'r> {
    /// Where it comes from.
    pub address: IpAddr,
    /// The browser.
    pub user_agent: &'r str,
    /// What the player made up, so that viewers behind one address count apart.
    pub session: Option<&'r str>,
}

impl Watching {
    /// Counters that know nobody.
    #[must_use]
    pub fn new(dice: Dice) -> Watching {
        Watching { views: Mutex::default(), salt: dice.bytes() }
    }

    /// Takes one report of a player.
    pub fn hear(&self, clock: &Clock, video: VideoId, duration: Duration, heard: &Heard, trace: &Trace<'_>) {
        let address = self.hash(&[b"address", trace.address.to_string().as_bytes()]);
        let viewer = match trace.session {
            // With the address, since sessions are made up by whoever sends them.
            Some(session) => self.hash(&[b"session", &address.to_be_bytes(), session.as_bytes()]),
            None => self.hash(&[b"viewer", &address.to_be_bytes(), trace.user_agent.as_bytes()]),
        };
        let report = Report {
            video,
            duration,
            viewer: ViewerKey(viewer),
            address: AddressKey(address),
            agent: Agent::of(trace.user_agent),
            position: heard.position,
            jumped: heard.jumped,
        };
        self.views().report(clock.instant(), &report);
    }

    /// Takes what another server says: so many watch until then.
    pub fn hear_elsewhere(&self, clock: &Clock, video: VideoId, by: Teller, viewers: u64, span: Duration) {
        self.views().hear_elsewhere(video, by, viewers, clock.instant() + span);
    }

    /// How many watch a video now, here and elsewhere.
    #[must_use]
    pub fn viewers(&self, video: VideoId) -> u64 {
        self.views().viewers(video)
    }

    /// How many watch a video here now.
    #[must_use]
    pub fn viewers_here(&self, video: VideoId) -> u64 {
        self.views().viewers_here(video)
    }

    fn hash(&self, parts: &[&[u8]]) -> u64 {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        for part in parts {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }

    fn views(&self) -> MutexGuard<'_, Views> {
        self.views.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a player says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heard {
    /// Where in the video.
    pub position: Duration,
    /// Whether the viewer jumped there.
    pub jumped: bool,
}

/// Counts until the server stops, and writes what is left then.
pub async fn run(app: App) {
    let mut today = Timestamp(0);
    let mut ticks: u32 = 0;
    loop {
        let stopping = tokio::select! {
            () = tokio::time::sleep(TICK) => false,
            () = app.stopping().cancelled() => true,
        };
        tick(&app).await;
        ticks = ticks.wrapping_add(1);
        if stopping || ticks.is_multiple_of(STATISTICS_TICKS) {
            write_statistics(&app).await;
        }
        if ticks.is_multiple_of(TELLING_TICKS) {
            tell_viewers(&app).await;
        }
        let day = day_of(app.clock().now());
        if day != today {
            app.catalogue().begin_day(day);
            forget_old_days(&app).await;
            today = day;
        }
        if stopping {
            return;
        }
    }
}

/// Shows who watches now, and writes the views that were counted.
pub async fn tick(app: &App) {
    tick_at(app, app.clock().instant()).await;
}

/// The same as of a moment that may still come: whoever is silent until then has left.
pub async fn tick_at(app: &App, at: Instant) {
    if let Err(error) = app.blocking(histories::write_all).await {
        tracing::warn!(%error, "histories could not be written; they are kept for the next time");
    }
    let (viewers, counted, ended) = {
        let mut views = app.watching().views();
        views.tick(at);
        (views.take_viewers(), views.take_counted(), views.take_ended())
    };
    app.catalogue().set_viewers(&viewers);
    tell_left(app, &ended).await;
    if counted.is_empty() {
        return;
    }
    let rows = counted.clone();
    let told = app.clone();
    let written = app.write(Durability::Relaxed, move |write, now| count(write, now, told.here(), &rows));
    if let Err(error) = written.await {
        tracing::warn!(%error, "views could not be written; they are kept for the next time");
        app.watching().views().give_back(counted);
    }
}

/// Writes down what was watched.
pub async fn write_statistics(app: &App) {
    let watched = app.watching().views().take_watched();
    for some in watched.chunks(STATISTICS_PER_WORK) {
        let rows = some.to_vec();
        let written = app.write(Durability::Relaxed, move |write, now| -> Result<(), StoreError> {
            for (video, watch) in &rows {
                // A video that was removed meanwhile takes it along.
                if write.get(&VideoKey { video: *video })?.is_some() {
                    statistics::add(write, now, *video, watch)?;
                }
            }
            Ok(())
        });
        if let Err(error) = written.await {
            tracing::warn!(%error, "statistics could not be written; what was watched since the last time is lost");
        }
    }
}

/// Tells the servers of videos that were watched here what was watched of them. Of what a stop takes they hear nothing.
async fn tell_left(app: &App, ended: &[Ended]) {
    let (now, instant) = (app.clock().now(), app.clock().instant());
    let ago = |then: Instant| {
        let ms = i64::try_from(instant.since(then).as_millis()).unwrap_or(i64::MAX);
        Timestamp(now.0.saturating_sub(ms))
    };
    let is_elsewhere = |viewing: &&Ended| {
        let entry = app.catalogue().video(viewing.video);
        entry.is_some_and(|entry| entry.listed.video.remote.is_some())
    };
    let left: Vec<(Left, Uuid)> = ended
        .iter()
        .filter(is_elsewhere)
        .take(LEFT_PER_TICK)
        .map(|viewing| {
            let Ended { video, began, ended, watched, parts } = *viewing;
            (Left { video, from: ago(began), to: ago(ended), watched, parts }, app.dice().uuid())
        })
        .filter(|(left, _)| !left.watched.is_zero())
        .collect();
    if left.is_empty() || app.here().is_none() {
        return;
    }
    let told = app.clone();
    let written = app.write(Durability::Relaxed, move |write, now| -> Result<(), StoreError> {
        let Some(here) = told.here() else { return Ok(()) };
        left.iter().try_for_each(|(left, name)| tell_watched(write, now, here, (left, *name)))
    });
    if let Err(error) = written.await {
        tracing::warn!(%error, "what was watched of videos elsewhere could not be told");
    }
}

/// Tells who wants to know how many watch what.
pub async fn tell_viewers(app: &App) {
    let watched = app.watching().views().watched_now();
    let is_elsewhere = |video: VideoId| {
        let entry = app.catalogue().video(video)?;
        Some(entry.listed.video.remote.is_some())
    };
    let of = |elsewhere: bool, videos_max: usize| {
        let wanted = watched.iter().filter(move |(video, viewers)| {
            let viewers = if elsewhere { app.watching().viewers_here(*video) } else { *viewers };
            0 < viewers && is_elsewhere(*video) == Some(elsewhere)
        });
        wanted.map(|(video, _)| *video).take(videos_max).collect::<Vec<_>>()
    };
    let videos: Vec<VideoId> = [of(false, TOLD_MAX), of(true, TOLD_ELSEWHERE_MAX)].concat();
    for some in videos.chunks(TOLD_PER_WORK) {
        let (told, some) = (app.clone(), some.to_vec());
        let written = app.write(Durability::Relaxed, move |write, now| -> Result<(), StoreError> {
            let Some(here) = told.here() else { return Ok(()) };
            some.iter().try_for_each(|video| tell_watching(write, now, here, *video))
        });
        if let Err(error) = written.await {
            tracing::warn!(%error, "how many watch could not be told");
        }
    }
}

fn count(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Option<Here<'_>>,
    counted: &[(VideoId, u64)],
) -> Result<(), StoreError> {
    for (video, views) in counted {
        statistics::count(write, now, *video, *views)?;
        if let (Some(here), Some(record)) = (here, write.get(&VideoKey { video: *video })?) {
            tell_views(write, now, here, &record, *views)?;
        }
    }
    Ok(())
}

/// Removes the views of days that nothing is told of any more.
pub async fn forget_old_days(app: &App) {
    let day = day_of(app.clock().now());
    let first = |days: i64| Timestamp(day.0 - (days - 1) * 86_400_000);
    let (first, first_of_channels) = (first(DAYS_KEPT), first(CHANNEL_DAYS));
    let removed = app.blocking(move |app| {
        forget_rows::<ViewDayKey>(app, |key| key.day < first)?;
        // A channel that is gone is not looked for: its days end like all others.
        forget_rows::<ChannelViewDayKey>(app, |key| key.day < first_of_channels)
    });
    if let Err(error) = removed.await {
        tracing::warn!(%error, "views of days gone by could not be removed");
    }
}

/// Removes rows of days gone by, piece by piece. The days come first in the keys, so the old ones are in front. Blocks.
fn forget_rows<K: Key>(app: &App, is_old: impl Fn(&K) -> bool) -> Result<(), StoreError> {
    let rows = app.store().table::<K>().map(|row| row.map(|(key, _)| key));
    let mut old = rows.take_while(|key| key.as_ref().map_or(true, &is_old));
    loop {
        let some: Vec<K> = old.by_ref().take(ROWS_PER_WORK).collect::<Result<_, _>>()?;
        if some.is_empty() {
            return Ok(());
        }
        app.write_here(Durability::Relaxed, |write, _| -> Result<(), StoreError> {
            some.iter().for_each(|key| write.remove(key));
            Ok(())
        })?;
    }
}
