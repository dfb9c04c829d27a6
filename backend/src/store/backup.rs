//! A copy of all rows in one file, made while the instance runs.
//!
//! Owns the file's form. A scan of a living store is no snapshot, so what changes while the scan runs is remembered and
//! written behind it: read in order, the file ends at one commit, and holds the sum over all rows at that commit.
//!
//! ```text
//! shoal backup 1⏎
//! key length u32, key, 1, value length u32, value       a row
//! key length u32, key, 0                                a row that went away meanwhile
//! 0 u32                                                 no more rows
//! integrity, 32 bytes                                   the store's own sum
//! SHA-256 of all bytes before, 32 bytes
//! ```

use std::io::{Read as _, Write as _};

use sha2::{Digest, Sha256};

use super::integrity::Integrity;
use super::write::Staged;
use super::{Store, StoreError};

/// The first line. The number grows with any change of the form.
const MAGIC: &[u8] = b"shoal backup 1\n";
const MAGIC_ANY: &[u8] = b"shoal backup ";
/// Names are the longest fields of keys.
const KEY_BYTES_MAX: u32 = 64 * 1024;
/// A record with its texts at their limits is a hundredth of this.
const VALUE_BYTES_MAX: u32 = 16 * 1024 * 1024;

/// Why a backup could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Another backup is being made.
    #[error("another backup is being made")]
    Busy,
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The backup's own bytes could not be read or written.
    #[error("the backup could not be read or written")]
    File(#[from] std::io::Error),
    /// The file is no backup.
    #[error("it is not a backup of Shoal")]
    NotABackup,
    /// The file comes from a newer Shoal.
    #[error("it was made by a newer shoal; restore it with that one")]
    TooNew,
    /// The file is damaged or not whole.
    #[error("the backup is damaged: {0}")]
    Damaged(&'static str),
}

impl Store {
    /// Writes a backup. Writers go on meanwhile. Gives the number of rows.
    ///
    /// # Errors
    /// [`BackupError`]. What was written until then is no backup, and says so.
    pub fn back_up(&self, out: impl std::io::Write) -> Result<u64, BackupError> {
        let recording = Recording::start(self)?;
        let mut out = Hashing { inner: out, hasher: Sha256::new() };
        out.write_all(MAGIC)?;
        for row in self.sled().tree.range([1].to_vec()..) {
            let (key, value) = row.map_err(StoreError::Disk)?;
            write_row(&mut out, &key, Some(&value))?;
        }
        let (changed, integrity) = recording.end();
        for (key, value) in &changed {
            write_row(&mut out, key, value.as_deref())?;
        }
        out.write_all(&0_u32.to_be_bytes())?;
        out.write_all(&integrity.encode())?;
        let digest = out.hasher.finalize();
        out.inner.write_all(&digest)?;
        out.inner.flush()?;
        Ok(integrity.rows)
    }
}

/// The writer remembers what changes, as long as this lives.
struct Recording<'s> {
    store: &'s Store,
}

impl<'s> Recording<'s> {
    fn start(store: &'s Store) -> Result<Recording<'s>, BackupError> {
        let mut writer = store.writer();
        if writer.changed.is_some() {
            return Err(BackupError::Busy);
        }
        writer.changed = Some(Staged::new());
        Ok(Recording { store })
    }

    fn end(self) -> (Staged, Integrity) {
        let mut writer = self.store.writer();
        (writer.changed.take().unwrap_or_default(), writer.integrity)
    }
}

impl Drop for Recording<'_> {
    fn drop(&mut self) {
        self.store.writer().changed = None;
    }
}

fn write_row(out: &mut impl std::io::Write, key: &[u8], value: Option<&[u8]>) -> Result<(), BackupError> {
    let length =
        |bytes: &[u8]| u32::try_from(bytes.len()).map_err(|_| BackupError::Damaged("a row is too long"));
    out.write_all(&length(key)?.to_be_bytes())?;
    out.write_all(key)?;
    out.write_all(&[u8::from(value.is_some())])?;
    if let Some(value) = value {
        out.write_all(&length(value)?.to_be_bytes())?;
        out.write_all(value)?;
    }
    Ok(())
}

/// Reads a whole backup, giving each row to `take`; a row without a value went away. Gives the sum at its end.
///
/// # Errors
/// [`BackupError`]: rows that were given before are not to be believed then.
pub(super) fn read(
    file: impl std::io::Read,
    mut take: impl FnMut(Vec<u8>, Option<Vec<u8>>) -> Result<(), BackupError>,
) -> Result<Integrity, BackupError> {
    let mut file = Hashing { inner: file, hasher: Sha256::new() };
    let mut magic = vec![0; MAGIC.len()];
    file.read_exact(&mut magic).map_err(|_| BackupError::NotABackup)?;
    if magic != MAGIC {
        return Err(if magic.starts_with(MAGIC_ANY) { BackupError::TooNew } else { BackupError::NotABackup });
    }
    loop {
        let length = read_length(&mut file, KEY_BYTES_MAX)?;
        if length == 0 {
            break;
        }
        let key = read_bytes(&mut file, length)?;
        let value = match read_array::<1>(&mut file)? {
            [0] => None,
            [1] => {
                let length = read_length(&mut file, VALUE_BYTES_MAX)?;
                Some(read_bytes(&mut file, length)?)
            }
            [_] => return Err(BackupError::Damaged("a row is neither there nor gone")),
        };
        take(key, value)?;
    }
    let integrity = Integrity::decode(&read_array::<32>(&mut file)?);
    let digest: [u8; 32] = file.hasher.finalize().into();
    let mut rest = file.inner;
    let mut said = [0; 32];
    rest.read_exact(&mut said).map_err(cut_short)?;
    if said != digest {
        return Err(BackupError::Damaged("its digest does not match"));
    }
    if 0 < rest.read(&mut [0])? {
        return Err(BackupError::Damaged("something follows its end"));
    }
    integrity.ok_or(BackupError::Damaged("its sum is unreadable"))
}

fn read_length(file: &mut impl std::io::Read, max: u32) -> Result<u32, BackupError> {
    match u32::from_be_bytes(read_array(file)?) {
        length if length <= max => Ok(length),
        _ => Err(BackupError::Damaged("a row is too long")),
    }
}

fn read_bytes(file: &mut impl std::io::Read, length: u32) -> Result<Vec<u8>, BackupError> {
    let mut bytes = Vec::new();
    let read = file.take(u64::from(length)).read_to_end(&mut bytes)?;
    if read == length as usize { Ok(bytes) } else { Err(BackupError::Damaged("it is cut short")) }
}

fn read_array<const N: usize>(file: &mut impl std::io::Read) -> Result<[u8; N], BackupError> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes).map_err(cut_short)?;
    Ok(bytes)
}

fn cut_short(error: std::io::Error) -> BackupError {
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        BackupError::Damaged("it is cut short")
    } else {
        BackupError::File(error)
    }
}

/// Hashes what passes through.
struct Hashing<T> {
    inner: T,
    hasher: Sha256,
}

impl<T: std::io::Write> std::io::Write for Hashing<T> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

impl<T: std::io::Read> std::io::Read for Hashing<T> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.hasher.update(bytes.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// Reads a backup through and says how many rows it holds.
///
/// # Errors
/// [`BackupError`] for what cannot be restored.
pub fn verify_backup(file: impl std::io::Read) -> Result<u64, BackupError> {
    read(file, |_, _| Ok(())).map(|integrity| integrity.rows)
}
