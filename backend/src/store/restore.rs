//! From a backup to a store. The store is made beside its place and moved there when it is whole.

use std::fs::File;
use std::io::{BufReader, Seek};
use std::path::Path;

use super::backup::{self, BackupError};
use super::disk::sync_folder;
use super::write::Staged;
use super::{Store, StoreError, Write, tables};

/// Rows of one batch: a few megabytes.
const BATCH_ROWS: usize = 2000;

/// Makes a store in `path`, where there must be none, of what `file` holds. Gives the number of rows.
///
/// # Errors
/// [`BackupError`]. There is no store in `path` then.
pub fn restore(file: &File, path: &Path) -> Result<u64, BackupError> {
    // Read once to the end before anything is made: most damage is found here.
    backup::verify_backup(BufReader::new(file))?;
    let beside = path.with_extension("restoring");
    let failed = |source| BackupError::Store(StoreError::File { path: beside.clone(), source });
    if beside.exists() {
        std::fs::remove_dir_all(&beside).map_err(failed)?;
    }
    let restored = fill(file, &beside);
    if restored.is_err() {
        // What failed is of no use; why it failed is what matters.
        let _ = std::fs::remove_dir_all(&beside);
    }
    let rows = restored?;
    let parent = path.parent().unwrap_or(Path::new("."));
    std::fs::rename(&beside, path).and_then(|()| sync_folder(parent)).map_err(failed)?;
    Ok(rows)
}

fn fill(mut file: &File, path: &Path) -> Result<u64, BackupError> {
    file.rewind()?;
    let store = Store::open(path)?;
    let mut staged = Staged::new();
    let said = backup::read(BufReader::new(file), |key, value| {
        if let Some(value) = &value {
            tables::check_version(&key, value)?;
        }
        staged.insert(key, value.map(sled::IVec::from));
        if BATCH_ROWS <= staged.len() { commit(&store, std::mem::take(&mut staged)) } else { Ok(()) }
    })?;
    commit(&store, staged)?;
    if !store.writer().integrity.has_rows_of(&said) {
        return Err(BackupError::Damaged("its rows are not those it counts"));
    }
    store.flush()?;
    Ok(said.rows)
}

fn commit(store: &Store, rows: Staged) -> Result<(), BackupError> {
    let mut writer = store.writer();
    let mut write = Write::new(store);
    write.stage_all(rows);
    write.commit(&mut writer)?;
    Ok(())
}
