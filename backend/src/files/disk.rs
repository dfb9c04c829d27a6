//! The disk: files that are there whole or not at all, and how much room is left.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Makes what was done in a folder (files made, renamed, removed) outlive a power cut.
///
/// # Errors
/// What the system says.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Renames a file and makes that outlive a power cut.
///
/// # Errors
/// What the system says.
pub fn rename_durably(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)?;
    for folder in [from.parent(), to.parent()].into_iter().flatten() {
        sync_folder(folder)?;
    }
    Ok(())
}

/// Writes a file that is there whole or not at all, whatever happens meanwhile. `scratch` is a name of its own on the
/// same disk.
///
/// # Errors
/// What the system says; nothing is left then.
pub fn write_whole(to: &Path, scratch: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = File::create(scratch)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| rename_durably(scratch, to));
    if written.is_err() {
        remove_if_there(scratch)?;
    }
    written
}

/// Removes a file; one that is not there is removed already.
///
/// # Errors
/// What the system says of a file that is there.
pub fn remove_if_there(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Bytes that programs such as ours may still write to the disk that holds `path`.
///
/// # Errors
/// What the system says.
pub fn bytes_free(path: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(path)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Whether a write failed for want of room.
#[must_use]
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_and_leaves_no_scratch() {
        let folder = tempfile::tempdir().unwrap();
        let (to, scratch) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&to, "old").unwrap();
        write_whole(&to, &scratch, b"new").unwrap();
        assert_eq!(std::fs::read(&to).unwrap(), b"new");
        assert!(!scratch.exists());
        let nowhere = folder.path().join("none").join("a");
        assert!(write_whole(&nowhere, &scratch, b"new").is_err());
        assert!(!scratch.exists());
    }

    #[test]
    fn removing_what_is_not_there_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(remove_if_there(&folder.path().join("a")).is_ok());
        assert!(remove_if_there(folder.path()).is_err());
    }

    #[test]
    fn a_disk_says_how_much_fits() {
        assert!(0 < bytes_free(&std::env::temp_dir()).unwrap());
    }
}
