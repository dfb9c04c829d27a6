//! The end of copies that others offer, when they said it would come; and files whose row went.

use std::time::Duration;

use shared::id::VideoId;

use super::disk;
use crate::app::App;
use crate::domain::mirror;
use crate::store::Durability;

/// A player that finds nothing at an ended copy goes elsewhere, so half a minute more or less is nothing.
const EVERY: Duration = Duration::from_secs(30);
/// Videos of which ended copies are forgotten in one unit of work.
const VIDEOS_AT_ONCE: usize = 100;

/// Forgets copies when they end, until the server stops.
pub async fn run_endings(app: App) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = app.stopping().cancelled() => return,
        }
        forget_ended(&app).await;
        if let Err(error) = app.blocking(disk::sweep).await {
            tracing::error!(%error, "files of copies that ended could not be removed");
        }
    }
}

/// Forgets all that ended by now.
async fn forget_ended(app: &App) {
    let now = app.clock().now();
    let ended: Vec<VideoId> = app
        .catalogue()
        .all()
        .iter()
        .map(|entry| &entry.listed.video)
        .filter(|video| {
            let others = video.remote.as_ref().map_or(&video.mirrors, |remote| &remote.mirrors);
            others.iter().any(|mirror| mirror.is_over(now))
        })
        .map(|video| video.id)
        .collect();
    for some in ended.chunks(VIDEOS_AT_ONCE) {
        let some = some.to_vec();
        let forgotten =
            app.write(Durability::Relaxed, move |write, now| mirror::over(write, now, &some)).await;
        if let Err(error) = forgotten {
            return tracing::error!(%error, "copies that ended could not be forgotten");
        }
    }
}
