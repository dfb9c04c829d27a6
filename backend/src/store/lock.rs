//! One process a store: whoever opens it holds a lock on a file in its folder until the process ends.
//!
//! The surprise is the second look: a lock outlives its holder for a moment when the holder was starting a program
//! just then, since the child has a copy of every open file between `fork` and `exec`.

use std::fs::File;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::StoreError;

/// How often a lock that is held is looked at again. With the pauses that is a second: many times what lies between
/// `fork` and `exec`, and short for a person who started a second server.
const LOOKS: u32 = 200;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// The lock, held as long as this lives.
pub(super) struct Lock {
    _file: File,
}

/// Takes the lock of the store in `path`.
///
/// # Errors
/// [`StoreError::InUse`] when another process has it, and keeps it.
pub(super) fn lock(path: &Path) -> Result<Lock, StoreError> {
    let file_path = path.join("lock");
    let failed = |source| StoreError::File { path: file_path.clone(), source };
    let file = File::options().create(true).truncate(false).write(true).open(&file_path).map_err(failed)?;
    for _ in 0..LOOKS {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(Lock { _file: file }),
            Err(Errno::WOULDBLOCK) => thread::sleep(PAUSE),
            Err(error) => return Err(failed(error.into())),
        }
    }
    Err(StoreError::InUse { path: path.to_owned() })
}
