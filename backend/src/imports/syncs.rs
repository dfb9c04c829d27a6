//! Looks at channels elsewhere, one after the other, and asks for what they published.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shared::api::ImportFault;
use shared::id::SyncId;
use tokio_util::sync::CancellationToken;

use super::bench::{Bench, Work};
use super::guard::Guard;
use super::program;
use super::reason::{Trouble, of_refusal, quoted};
use crate::app::App;
use crate::domain::account::login;
use crate::domain::sync::{self, BASELINE, Listed, Turns};
use crate::domain::viewer::Person;
use crate::store::records::{ChannelSync, Look};
use crate::store::tables::{AccountKey, ChannelKey};
use crate::store::{Durability, Read, StoreError};
use crate::uploads;

/// Rings may be missed, and an hour that has passed rings nobody.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// A list of a thousand videos takes a minute or two.
const ALL_DURATION_MAX: Duration = Duration::from_secs(10 * 60);
/// The first page of a list takes seconds; others wait meanwhile.
const LATEST_DURATION_MAX: Duration = Duration::from_secs(2 * 60);

/// Looks until the server stops.
pub async fn run(app: App) {
    let recovered = app.write(Durability::Flushed, |write, _| sync::recover(write)).await;
    if let Err(error) = recovered {
        tracing::error!(%error, "looks at channels elsewhere that were broken off could not be put back");
    }
    let mut turns = Turns::default();
    loop {
        if let Err(error) = work(&app, &mut turns).await {
            tracing::error!(%error, "channels elsewhere could not be looked after");
        }
        let every = u64::from(app.config().video_channel_synchronization.check_interval.max(1));
        tokio::select! {
            () = app.syncs().woken() => {}
            () = tokio::time::sleep(LOOK_EVERY.min(Duration::from_secs(every))) => {}
            () = app.stopping().cancelled() => break,
        }
    }
}

/// Asks for what was found, and looks where it is time to.
async fn work(app: &App, turns: &mut Turns) -> Result<(), StoreError> {
    loop {
        feed(app).await?;
        let settings = app.config();
        // Where nothing is fetched, nothing is looked for either.
        if app.stopping().is_cancelled() || !settings.import.http || settings.import.concurrency == 0 {
            return Ok(());
        }
        let every =
            Duration::from_secs(u64::from(settings.video_channel_synchronization.check_interval.max(1)));
        let is_watching = settings.video_channel_synchronization.enabled;
        let now = app.clock().now();
        let due = app.read(move |store| sync::due(store, now, every, is_watching)).await?;
        let Some(id) = turns.take(&due) else { return Ok(()) };
        look(app, id).await?;
    }
}

/// Asks for what was found, as far as its owners have room.
async fn feed(app: &App) -> Result<(), StoreError> {
    for id in app.read(sync::feedable).await? {
        while app.write(Durability::Flushed, move |write, now| sync::feed(write, now, id)).await? {
            app.imports().wake();
        }
        app.imports().wake();
    }
    Ok(())
}

async fn look(app: &App, id: SyncId) -> Result<(), StoreError> {
    let begun = app.write(Durability::Flushed, move |write, _| sync::begin(write, id)).await?;
    let Some((of, look)) = begun else { return Ok(()) };
    let stop = app.stopping().child_token();
    let duration_max = match look {
        Look::All => ALL_DURATION_MAX,
        Look::Latest => LATEST_DURATION_MAX,
    };
    let listing = tokio::time::timeout(duration_max, list(app, &of, look, &stop));
    let outcome = tokio::select! {
        outcome = listing => outcome.unwrap_or_else(|_| Err(ImportFault::TooSlow.into())),
        () = stop.cancelled() => Err(Trouble::BrokenOff),
    };
    // What still runs on its behalf ends, too.
    stop.cancel();
    match outcome {
        Ok(listed) => {
            app.write(Durability::Flushed, move |write, now| sync::found(write, now, &of, listed)).await
        }
        Err(Trouble::Because(reason)) => {
            tracing::info!(sync = %id, reason = reason.text, "a channel elsewhere could not be looked at");
            app.write(Durability::Flushed, move |write, now| sync::fail(write, now, &of, &reason)).await
        }
        Err(Trouble::BrokenOff) => {
            app.write(Durability::Flushed, move |write, _| sync::put_back(write, &of)).await
        }
    }
}

/// What a channel elsewhere lists, newest first.
async fn list(
    app: &App,
    of: &ChannelSync,
    look: Look,
    stop: &CancellationToken,
) -> Result<Vec<Listed>, Trouble> {
    let settings = app.config();
    let program = settings.import.yt_dlp.clone().ok_or(ImportFault::PagesProgramMissing)?;
    let bounds = &settings.video_channel_synchronization;
    let count = match look {
        Look::All => bounds.full_sync_videos_limit,
        Look::Latest if of.looked_at.is_none() => bounds.videos_limit_per_synchronization.max(BASELINE),
        Look::Latest => bounds.videos_limit_per_synchronization,
    };
    has_room(app, of).await?;
    let guard = Guard::of(app).map_err(|error| {
        tracing::error!(%error, "TLS could not be set up");
        ImportFault::NoCare
    })?;
    let bench = Bench::open(app, &format!("sync-{}-{}", of.id, of.looks), guard, stop).await?;
    let work = Work {
        name: "program that reads pages",
        missing: ImportFault::PagesProgramMissing,
        invocation: program::listing(&program, &bench.door(), &of.url, count),
        reason: |complaint| {
            let words = program::reason(complaint);
            quoted(ImportFault::PageSays, words.clone(), words)
        },
    };
    let said = Arc::new(Mutex::new(Vec::new()));
    let heard = said.clone();
    let hear = move |piece: &[u8], _: &std::path::Path| {
        heard.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(piece);
        None
    };
    bench.run(work, hear).await?;
    let said = std::mem::take(&mut *said.lock().unwrap_or_else(PoisonError::into_inner));
    let listed = app.blocking(move |_| program::listed(&said, count)).await;
    listed.ok_or_else(|| ImportFault::NoFilm.into())
}

/// Whether there is any room in the quota of the channel's owner: what finds none is not to be asked for in vain.
async fn has_room(app: &App, of: &ChannelSync) -> Result<(), Trouble> {
    let channel = of.channel;
    let owner = app.read(move |store| -> Result<_, StoreError> {
        let Some(channel) = store.get(&ChannelKey { channel })? else { return Ok(None) };
        let Some(account) = store.get(&AccountKey { account: channel.account })? else { return Ok(None) };
        let user = login(store, &account)?.filter(|user| user.blocked.is_none());
        Ok(user.map(|user| Person { user: user.id, account: channel.account, role: user.role }))
    });
    let owner = owner.await?.ok_or(ImportFault::NoAccount)?;
    match uploads::room_for(app, owner, channel).await? {
        (0, refusal) => Err(Trouble::Because(of_refusal(&refusal))),
        _ => Ok(()),
    }
}
