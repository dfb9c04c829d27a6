//! Telling of views and thumbs now and then.

use std::time::Duration;

use shared::id::VideoId;

use crate::app::App;
use crate::domain::federation::tell::{Counts, tell_counts};
use crate::store::{Durability, StoreError};

/// How often it is looked whose counts changed: a look walks what is in memory.
const LOOK_EVERY: Duration = Duration::from_secs(5 * 60);
/// Videos that one unit of work tells of: each is a delivery to each server that follows.
const VIDEOS_PER_WORK: usize = 5;

/// Tells of counts until the instance stops.
pub async fn run(app: App) {
    let mut counts = Counts::default();
    let mut round = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            _ = round.tick() => {}
            () = app.stopping().cancelled() => return,
        }
        let looked = app.blocking(move |app| {
            let with_unlisted = app.config().federation.unlisted;
            let all = app.catalogue().all();
            let videos = all.iter().map(|entry| &entry.listed.video);
            let due = counts.due(app.clock().instant(), with_unlisted, videos);
            (counts, due)
        });
        let due;
        (counts, due) = looked.await;
        for some in due.chunks(VIDEOS_PER_WORK) {
            if app.stopping().is_cancelled() {
                return;
            }
            if let Err(error) = say(&app, some.to_vec()).await {
                tracing::error!(%error, "counts could not be told");
            }
        }
    }
}

async fn say(app: &App, videos: Vec<VideoId>) -> Result<(), StoreError> {
    let told = app.clone();
    app.write(Durability::Relaxed, move |write, now| {
        let Some(here) = told.here() else { return Ok(()) };
        videos.iter().try_for_each(|video| tell_counts(write, now, here, *video))
    })
    .await
}
