//! Opening a store: the only place where sled meets the real files.
//!
//! Owns the order of things: lock, format, check on a copy, and only then the rows. Whatever is wrong is said before a
//! byte is changed.

use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::check::check;
use super::disk::sync_folder;
use super::durable::Durable;
use super::format::{self, Found};
use super::handle::{Sled, Store, TREE};
use super::integrity::{INTEGRITY_KEY, Integrity};
use super::lock::lock;
use super::mark::{self, Mark};
use super::write::Writer;
use super::{StoreError, clean};

/// What relaxed commits may lose when the machine stops. Durable ones flush themselves.
const FLUSH_EVERY_MS: u64 = 500;
/// Rows are a kilobyte or two, and lists are served from the catalogue: this holds the rows of some thousand videos with
/// what is said of them. It takes two to three times as much, since sled counts rows as they are written. Its own default
/// is a gigabyte.
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

impl Store {
    /// Opens the store in `path`, making it where there is none.
    ///
    /// # Errors
    /// [`StoreError`] with a sentence for the person who starts the server. Nothing was changed then.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        let failed = |source| StoreError::File { path: path.to_owned(), source };
        match format::read(path)? {
            Found::Nothing => std::fs::create_dir_all(path).map_err(failed)?,
            Found::Format(_) => {}
        }
        keep_private(path).map_err(failed)?;
        let lock = lock(path)?;
        let found = format::read(path)?;
        match found {
            Found::Nothing => format::write(path)?,
            Found::Format(_) => check_existing(path)?,
        }
        clean::forget(path)?;
        let rows = path.join("rows");
        let db = sled::Config::new()
            .path(&rows)
            .flush_every_ms(Some(FLUSH_EVERY_MS))
            .cache_capacity(CACHE_BYTES)
            .open()?;
        let tree = db.open_tree(TREE)?;
        keep_private(path).map_err(failed)?;
        sync_folder(&rows).and_then(|()| sync_folder(path)).map_err(failed)?;
        let integrity =
            tree.get(INTEGRITY_KEY)?.and_then(|bytes| Integrity::decode(&bytes)).unwrap_or_default();
        let writer = Writer::new(integrity);
        let durable = Durable::start(db, &rows, Mark::open(path)?, writer.committed())?;
        Ok(Store::assemble(path, Sled { tree, durable }, writer, lock))
    }
}

/// Lets nobody but the user who runs the instance read the store: the keys of all actors are in it. Files that come later
/// are in a folder that nobody else may enter.
fn keep_private(path: &Path) -> std::io::Result<()> {
    set_mode(path, 0o700)?;
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            keep_private(&entry.path())?;
        } else if kind.is_file() {
            set_mode(&entry.path(), 0o600)?;
        }
    }
    Ok(())
}

/// What went meanwhile needs no mode, and what is another user's is theirs to guard.
fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    match std::fs::set_permissions(path, Permissions::from_mode(mode)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            tracing::warn!(path = %path.display(), "others may be able to read the store: it is another user's");
            Ok(())
        }
        other => other,
    }
}

fn check_existing(path: &Path) -> Result<(), StoreError> {
    let broken = |what: &str| StoreError::Broken { path: path.to_owned(), what: what.to_owned() };
    let commits_min = mark::read(path)?.ok_or_else(|| broken("its mark is unreadable"))?;
    let rows = path.join("rows");
    if !rows.exists() {
        // The first start ended before it made them.
        return if commits_min == 0 { Ok(()) } else { Err(broken("its rows are gone")) };
    }
    if clean::is_as_left(path)? { Ok(()) } else { check(path, commits_min) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_reads_a_store() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        drop(Store::open(&path).unwrap());
        // As one of before.
        std::fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        std::fs::set_permissions(path.join("format"), Permissions::from_mode(0o644)).unwrap();
        let store = Store::open(&path).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&path.join("rows"))), (0o700, 0o700));
        for file in ["format", "lock", "mark", "rows/conf"] {
            assert_eq!(mode(&path.join(file)), 0o600, "{file}");
        }
        drop(store);
    }
}
