//! Who watches what: the shell around `domain::views`.
//!
//! Owns the counters' lock, the salt and the clockwork that writes views down. What tells one viewer from another is
//! hashed with a salt that dies with the process, and is never written anywhere.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use shared::id::VideoId;
use shared::time::Timestamp;

use crate::app::App;
use crate::catalogue::{DAYS_KEPT, day_of};
use crate::clock::Clock;
use crate::dice::Dice;
use crate::domain::agent::Agent;
use crate::domain::statistics::{self, CHANNEL_DAYS};
use crate::domain::views::{AddressKey, Report, ViewerKey, Views};
use crate::histories;
use crate::store::tables::{ChannelViewDayKey, VideoKey, ViewDayKey};
use crate::store::{Durability, Key, Read, StoreError, Write};

/// How often views are written and viewers who left are noticed. What a crash takes is this much.
const TICK: Duration = Duration::from_secs(5);
/// How often statistics are written: two rows for each video that is watched. What a crash takes is this much.
const STATISTICS_TICKS: u32 = 12;
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
    if let Err(error) = app.blocking(histories::write_all).await {
        tracing::warn!(%error, "histories could not be written; they are kept for the next time");
    }
    let (viewers, counted) = {
        let mut views = app.watching().views();
        views.tick(app.clock().instant());
        (views.take_viewers(), views.take_counted())
    };
    app.catalogue().set_viewers(&viewers);
    if counted.is_empty() {
        return;
    }
    let rows = counted.clone();
    let written = app.write(Durability::Relaxed, move |write, now| count(write, now, &rows));
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

fn count(write: &mut Write<'_>, now: Timestamp, counted: &[(VideoId, u64)]) -> Result<(), StoreError> {
    counted.iter().try_for_each(|(video, views)| statistics::count(write, now, *video, *views))
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
