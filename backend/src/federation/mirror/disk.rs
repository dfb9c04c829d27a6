//! The folder of copies. All of it blocks.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use shared::id::Uuid;

use crate::app::App;
use crate::domain::mirror::{Checker, Film};
use crate::files::disk::sync_folder;
use crate::files::layout::Layout;
use crate::store::records::Mirror;

/// What is read at once of a file that is checked.
const READ_BYTES: usize = 256 * 1024;
/// Folders that are looked at: all copies, and some.
const FOLDERS_MAX: usize = 50_000;
/// Files of one folder that are counted: far more than a stream has.
const FILES_MAX: usize = 1000;

/// The folders that are there: whose, and whether whole. What has another name is none of ours, and is let be.
pub(super) fn folders(layout: &Layout) -> io::Result<Vec<(Uuid, bool)>> {
    let mut found = Vec::new();
    for folder in std::fs::read_dir(layout.mirrors())?.take(FOLDERS_MAX) {
        found.extend(folder?.file_name().to_str().and_then(Layout::mirror_of));
    }
    Ok(found)
}

/// Whether all files of a copy are there, in full length: a power cut may bring back a row whose folder was being removed.
pub(super) fn is_whole(layout: &Layout, mirror: &Mirror) -> io::Result<bool> {
    let files = match std::fs::read_dir(layout.mirror(mirror.uuid)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        files => files?,
    };
    let mut bytes = 0_u64;
    for file in files.take(FILES_MAX) {
        bytes = bytes.saturating_add(file?.metadata()?.len());
    }
    Ok(bytes == mirror.bytes)
}

/// Removes whole folders without a row.
pub(super) fn sweep(app: &App) -> io::Result<()> {
    for (video, _) in folders(app.layout())?.into_iter().filter(|(_, is_whole)| *is_whole) {
        let _turn = app.mirrors().folders();
        if !app.mirrors().has(video) {
            remove(&app.layout().mirror(video))?;
        }
    }
    Ok(())
}

/// Removes folders that are not whole, but for those of these videos.
pub(super) fn sweep_parts(app: &App, kept: &BTreeSet<Uuid>) -> io::Result<()> {
    for (video, _) in folders(app.layout())?.into_iter().filter(|(_, is_whole)| !is_whole) {
        if !kept.contains(&video) {
            remove(&app.layout().mirror_part(video))?;
        }
    }
    Ok(())
}

/// A folder that took its place and whose row was not written any more is one that is being made again: its files are
/// right, and are looked at anew.
pub(super) fn reopen(app: &App) -> io::Result<()> {
    let layout = app.layout();
    let _turn = app.mirrors().folders();
    for (video, _) in folders(layout)?.into_iter().filter(|(_, is_whole)| *is_whole) {
        if app.mirrors().has(video) {
            continue;
        }
        let part = layout.mirror_part(video);
        remove(&part)?;
        std::fs::rename(layout.mirror(video), part)?;
    }
    sync_folder(&layout.mirrors())
}

/// Removes a folder with all in it; one that is not there is removed already.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Opens a file that may be there in part, and finds up to where it is right: the rest is cut off. None where the server stops
/// meanwhile.
pub(super) fn take_up(app: &App, path: &Path, film: Arc<Film>) -> io::Result<Option<(File, Checker)>> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    let mut checker = Checker::new(film);
    let mut buffer = vec![0; READ_BYTES];
    let mut reader = &file;
    loop {
        if app.stopping().is_cancelled() {
            return Ok(None);
        }
        let length = reader.read(&mut buffer)?;
        let part = buffer.get(..length).unwrap_or_default();
        if part.is_empty() || checker.read(part).is_err() {
            break;
        }
    }
    file.set_len(checker.go_back())?;
    Ok(Some((file, checker)))
}
