//! A number for "nothing changed": names, sizes and times of files, or their bytes.
//!
//! Owns the order in which files are read, so that the same files always give the same number. The surprise is
//! that folders are told by time of change, since that is a thousand times faster than reading them, and that
//! whatever is then rebuilt is compared by its bytes.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384};

/// Collects what a result depends on.
#[derive(Default)]
pub struct Fingerprint(Sha256);

impl Fingerprint {
    /// Adds words, such as options and versions.
    pub fn text(mut self, text: &str) -> Fingerprint {
        self.0.update(text.len().to_le_bytes());
        self.0.update(text);
        self
    }

    /// Adds a file, or a folder with all that is in it, by name, size and time of change. One that is absent
    /// counts as absent.
    ///
    /// # Errors
    /// When something is there that cannot be read.
    pub fn tree(mut self, path: &Path) -> Result<Fingerprint> {
        self.walk(path).with_context(|| format!("could not look at {}", path.display()))?;
        Ok(self)
    }

    fn walk(&mut self, path: &Path) -> Result<()> {
        self.0.update(path.as_os_str().as_encoded_bytes());
        let facts = match fs::symlink_metadata(path) {
            Ok(facts) => facts,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.0.update([0]);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        if facts.is_dir() {
            let mut inside: Vec<_> =
                fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
            inside.sort();
            self.0.update([1]);
            inside.iter().try_for_each(|path| self.walk(path))
        } else {
            let changed = facts.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            self.0.update([2]);
            self.0.update(facts.len().to_le_bytes());
            self.0.update(changed.as_nanos().to_le_bytes());
            Ok(())
        }
    }

    /// The number, as 32 hexadecimal letters.
    pub fn finish(self) -> String {
        hex::encode(self.0.finalize()).chars().take(32).collect()
    }
}

/// SHA-256 of bytes, as 64 hexadecimal letters.
pub fn digest_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A digest as pages write it, `sha384-…` (Subresource Integrity §3.1).
#[must_use]
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_and_a_new_file_change_the_number() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let of = || Fingerprint::default().tree(folder.path()).map(Fingerprint::finish);
        let empty = of()?;
        fs::write(folder.path().join("a"), "one")?;
        let one = of()?;
        assert_eq!(one, of()?);
        fs::write(folder.path().join("a"), "three")?;
        let three = of()?;
        assert!(empty != one && one != three);
        Ok(())
    }

    #[test]
    fn what_is_absent_differs_from_what_is_empty() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a");
        let absent = Fingerprint::default().tree(&path)?.finish();
        fs::create_dir(&path)?;
        assert_ne!(absent, Fingerprint::default().tree(&path)?.finish());
        Ok(())
    }
}
