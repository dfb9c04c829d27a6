//! What a crash left, and what nobody came back for.

use std::collections::HashSet;

use tracing::{info, warn};

use super::finish::move_back;
use super::proceed::forget;
use super::{UploadError, UploadId};
use crate::app::App;
use crate::files::disk;
use crate::files::layout::Layout;
use crate::store::records::Upload;
use crate::store::tables::UploadKey;
use crate::store::{Read, StoreError};

/// Puts `DATA/uploads` in order before the first request: moves back files whose upload was about to end, removes what
/// no row knows, and rows whose file is gone. Blocks. Never runs while uploads live.
///
/// # Errors
/// When the store or the disk fails.
pub fn tidy_at_start(app: &App) -> Result<(), UploadError> {
    let mut kept = HashSet::new();
    for (id, upload) in rows(app)? {
        if upload.finished.is_some() {
            // Its file is the video's now. The row answers a client that did not hear of it, if there is one.
            if !upload.resumable {
                forget(app, id)?;
            }
            continue;
        }
        move_back(app, id, &upload)?;
        if upload.resumable && app.layout().upload(&id.0).exists() {
            kept.insert(id);
        } else {
            forget(app, id)?;
        }
    }
    let mut removed = 0;
    for file in std::fs::read_dir(app.layout().uploads())? {
        let file = file?;
        let owner = file.file_name().to_str().and_then(Layout::upload_of).map(UploadId);
        if owner.is_some_and(|id| !kept.contains(&id)) {
            disk::remove_if_there(&file.path())?;
            removed += 1;
        }
    }
    if 0 < removed {
        info!(files = removed, "removed what unfinished requests left");
    }
    remove_unreferenced_pictures(app)
}

/// A picture whose video shows another one was replaced at the moment of a crash. Pictures of videos we do not know are
/// let be: after a restored backup they may be all that is left of them.
fn remove_unreferenced_pictures(app: &App) -> Result<(), UploadError> {
    let layout = app.layout();
    for is_thumbnail in [true, false] {
        let folder = if is_thumbnail { layout.thumbnail("") } else { layout.preview("") };
        for file in std::fs::read_dir(folder)? {
            let file = file?;
            let name = file.file_name();
            let Some(entry) = app.catalogue().owner_of(&name) else { continue };
            let video = &entry.listed.video;
            let shown = if is_thumbnail { &video.thumbnail } else { &video.preview };
            if shown.as_deref() != name.to_str() {
                disk::remove_if_there(&file.path())?;
            }
        }
    }
    Ok(())
}

/// Forgets uploads nobody came back for. Blocks; call it every few minutes.
pub fn sweep(app: &App) {
    let now = app.clock().now();
    let rows = match rows(app) {
        Ok(rows) => rows,
        Err(error) => return warn!(%error, "could not look for expired uploads"),
    };
    for (id, _) in rows.into_iter().filter(|(_, upload)| upload.expires_at <= now) {
        // Whoever has the turn is about to touch it.
        let Some(_turn) = app.uploads().turns.try_take(id) else { continue };
        let expired = app.store().get(&UploadKey { upload: id.0 });
        if expired.is_ok_and(|upload| upload.is_some_and(|upload| upload.expires_at <= now))
            && let Err(error) = forget(app, id)
        {
            warn!(%error, "could not remove an expired upload");
        }
    }
}

fn rows(app: &App) -> Result<Vec<(UploadId, Upload)>, StoreError> {
    app.store()
        .table::<UploadKey>()
        .map(|row| row.map(|(key, upload)| (UploadId(key.upload), upload)))
        .collect()
}
