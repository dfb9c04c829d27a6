//! How far the store is known to be on the disk: the number of the last commit that was flushed.
//!
//! Owns one small file with two slots, written in turn, so that one is whole whatever happens. It is written after each
//! flush and never flushed itself: it may lag behind the rows, and never runs ahead of them. A store that comes up with
//! fewer commits than its mark has lost some, and must not go on as if nothing had been there.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::StoreError;

/// Number, then the first bytes of its SHA-256.
const SLOT_LENGTH: usize = 16;

/// The open file.
pub(super) struct Mark {
    file: File,
    path: PathBuf,
}

impl Mark {
    /// Opens the file in the store's folder, making it where there is none.
    pub(super) fn open(store: &Path) -> Result<Mark, StoreError> {
        let path = store.join("mark");
        let opened = File::options().create(true).truncate(false).read(true).write(true).open(&path);
        match opened {
            Ok(file) => Ok(Mark { file, path }),
            Err(source) => Err(StoreError::File { path, source }),
        }
    }

    /// Says that `commits` commits are on the disk.
    pub(super) fn write(&self, commits: u64) -> Result<(), StoreError> {
        let offset = if commits.is_multiple_of(2) { 0 } else { SLOT_LENGTH as u64 };
        self.file
            .write_all_at(&encode(commits), offset)
            .map_err(|source| StoreError::File { path: self.path.clone(), source })
    }
}

/// The number in the mark of a store's folder: 0 where there is no mark yet, none where it is damaged.
pub(super) fn read(store: &Path) -> Result<Option<u64>, StoreError> {
    let path = store.join("mark");
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Some(0)),
        Err(source) => return Err(StoreError::File { path, source }),
    };
    if bytes.is_empty() {
        return Ok(Some(0));
    }
    Ok(bytes.chunks(SLOT_LENGTH).take(2).filter_map(decode).max())
}

fn encode(commits: u64) -> [u8; SLOT_LENGTH] {
    let number = commits.to_be_bytes();
    let check = Sha256::digest(number);
    let mut slot = [0; SLOT_LENGTH];
    for (place, byte) in slot.iter_mut().zip(number.iter().chain(&check)) {
        *place = *byte;
    }
    slot
}

fn decode(slot: &[u8]) -> Option<u64> {
    let number = u64::from_be_bytes(*slot.first_chunk::<8>()?);
    (encode(number) == *slot).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_whole_slot_counts() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()).unwrap(), Some(0));
        let mark = Mark::open(folder.path()).unwrap();
        assert_eq!(read(folder.path()).unwrap(), Some(0));
        mark.write(6).unwrap();
        mark.write(7).unwrap();
        assert_eq!(read(folder.path()).unwrap(), Some(7));
        // The second slot was being written when the power went.
        mark.file.write_all_at(&[1], 16).unwrap();
        assert_eq!(read(folder.path()).unwrap(), Some(6));
        mark.file.write_all_at(&[1], 0).unwrap();
        assert_eq!(read(folder.path()).unwrap(), None);
    }
}
