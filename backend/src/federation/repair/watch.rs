//! Readings that somebody here causes.

use crate::app::App;
use crate::domain::repair;
use crate::store::records::{RepairTarget, Video};
use crate::store::{Durability, StoreError};

/// Somebody opens a video, its page or what is said about it: where it is of another server, it is read again behind their
/// back, at most once in ten minutes. Returns at once.
pub fn watched(app: &App, video: &Video) {
    let target = RepairTarget::Video(video.id);
    let is_new = video.remote.is_some() && app.repairs().is_new_look(app.clock().instant(), target);
    if !is_new || !app.config().federation.enabled {
        return;
    }
    note(app, move |write, now| repair::look(write, now, target));
}

/// Something was not found at the address that its server told: the server is asked again, and what it says now is used.
/// Returns at once.
pub fn lost(app: &App, target: RepairTarget) {
    if !app.repairs().is_new_loss(app.clock().instant(), target) || !app.config().federation.enabled {
        return;
    }
    note(app, move |write, now| repair::reread(write, now, target));
}

fn note(
    app: &App,
    work: impl FnOnce(&mut crate::store::Write<'_>, shared::time::Timestamp) -> Result<(), StoreError>
    + Send
    + 'static,
) {
    let noting = app.clone();
    app.spawn(async move {
        // What a crash forgets of this is noted with the next look.
        if let Err(error) = noting.write(Durability::Relaxed, work).await {
            tracing::error!(%error, "that something is to be read again could not be noted");
        }
    });
}
