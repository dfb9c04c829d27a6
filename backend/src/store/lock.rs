//! One process a store: whoever opens it holds a lock on a file in its folder until the process ends.

use std::fs::File;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::StoreError;

/// The lock, held as long as this lives.
pub(super) struct Lock {
    _file: File,
}

/// Takes the lock of the store in `path`.
///
/// # Errors
/// [`StoreError::InUse`] when another process has it.
pub(super) fn lock(path: &Path) -> Result<Lock, StoreError> {
    let file_path = path.join("lock");
    let failed = |source| StoreError::File { path: file_path.clone(), source };
    let file = File::options().create(true).truncate(false).write(true).open(&file_path).map_err(failed)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Lock { _file: file }),
        Err(Errno::WOULDBLOCK) => Err(StoreError::InUse { path: path.to_owned() }),
        Err(error) => Err(failed(error.into())),
    }
}
