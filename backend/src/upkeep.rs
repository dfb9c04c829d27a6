//! What an instance does without being asked, every few seconds, minutes or hours.

use std::time::Duration;

use crate::app::App;
use crate::domain::session;
use crate::domain::video::schedule;
use crate::federation::deliver;
use crate::store::Durability;
use crate::{federation, imports, keys, lists, mail, search, uploads, watching};

/// Ended tokens do no harm; they only take room.
const PURGE_EVERY: Duration = Duration::from_secs(60 * 60);
/// Uploads live for a day, so ten minutes more or less are nothing.
const SWEEP_EVERY: Duration = Duration::from_secs(10 * 60);
/// PeerTube looks once a minute. Looking reads one row, and people wait with the page open.
const SCHEDULES_EVERY: Duration = Duration::from_secs(2);
/// Each is a row written with its announcement to come, so a few milliseconds of the writer's lock.
const SCHEDULES_PER_WORK: usize = 20;
/// A millisecond or two of the writer's lock.
const PURGE_ROWS_MAX: usize = 1000;

/// Starts the rounds.
pub fn start(app: &App) {
    app.spawn(watching::run(app.clone()));
    app.spawn(mail::run(app.clone()));
    app.spawn(search::run(app.clone()));
    app.spawn(search::run_hearing(app.clone()));
    app.spawn(imports::run(app.clone()));
    app.spawn(lists::run(app.clone()));
    app.spawn(imports::run_syncs(app.clone()));
    app.spawn(keys::run(app.clone()));
    app.spawn(deliver::run(app.clone()));
    app.spawn(deliver::run_counting(app.clone()));
    app.spawn(federation::run::run(app.clone()));
    app.spawn(federation::follow::run_index(app.clone()));
    app.spawn(federation::mirror::run(app.clone()));
    app.spawn(federation::mirror::run_endings(app.clone()));
    app.spawn(federation::repair::run(app.clone()));
    app.spawn(federation::repair::run_absence(app.clone()));
    let ending = app.clone();
    app.spawn(async move {
        ending.stopping().cancelled().await;
        ending.blocking(|app| app.tracker().stop()).await;
    });
    let sweeping = app.clone();
    app.spawn(async move {
        let mut round = tokio::time::interval(SWEEP_EVERY);
        loop {
            tokio::select! {
                _ = round.tick() => sweeping.blocking(uploads::sweep).await,
                () = sweeping.stopping().cancelled() => return,
            }
        }
    });
    let planned = app.clone();
    app.spawn(async move {
        let mut round = tokio::time::interval(SCHEDULES_EVERY);
        loop {
            tokio::select! {
                _ = round.tick() => run_schedules(&planned).await,
                () = planned.stopping().cancelled() => return,
            }
        }
    });
    let hourly = app.clone();
    app.spawn(async move {
        let mut round = tokio::time::interval(PURGE_EVERY);
        loop {
            tokio::select! {
                _ = round.tick() => purge_tokens(&hourly).await,
                () = hourly.stopping().cancelled() => return,
            }
        }
    });
}

/// Does what was planned for now or before.
pub async fn run_schedules(app: &App) {
    loop {
        let now = app.clock().now();
        let done = match app.read(move |store| schedule::is_due(store, now)).await {
            Ok(false) => return,
            Ok(true) => {
                app.write(Durability::Flushed, |write, now| schedule::run_due(write, now, SCHEDULES_PER_WORK))
            }
            Err(error) => return tracing::error!(%error, "schedules could not be read"),
        };
        match done.await {
            Ok(videos) => tracing::info!(videos, "videos changed their privacy as planned"),
            // It stays due, and the next round tries again.
            Err(error) => return tracing::error!(%error, "what was planned could not be done"),
        }
    }
}

async fn purge_tokens(app: &App) {
    loop {
        match app.write(Durability::Relaxed, |write, now| session::purge(write, now, PURGE_ROWS_MAX)).await {
            Ok(0) => return,
            Ok(tokens) => tracing::debug!(tokens, "ended tokens were removed"),
            Err(error) => {
                tracing::error!(%error, "ended tokens could not be removed");
                return;
            }
        }
    }
}
