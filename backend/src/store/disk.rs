//! Files beside the rows: written whole or not at all.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use super::StoreError;

/// Writes a file so that after a crash it is the old one or the new one, and comes back when it is on the disk.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let write = || {
        let beside = path.with_extension("new");
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        sync_folder(path.parent().unwrap_or(Path::new(".")))
    };
    write().map_err(|source| StoreError::File { path: path.to_owned(), source })
}

/// Bytes that may still be written to the disk that holds `path`.
pub(super) fn bytes_free(path: &Path) -> Result<u64, StoreError> {
    let disk = rustix::fs::statvfs(path)
        .map_err(|error| StoreError::File { path: path.to_owned(), source: error.into() })?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}
