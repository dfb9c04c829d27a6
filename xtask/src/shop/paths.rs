//! Where things lie in the checkout.
//!
//! Owns the names of the folders under `target/` that belong to the workshop. Never creates one.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The checkout this workshop was built from.
pub struct Root(PathBuf);

impl Root {
    /// The folder above this package.
    ///
    /// # Errors
    /// When the checkout was moved since the workshop was built and cargo did not notice.
    pub fn find() -> Result<Root> {
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package.parent().context("the workshop lies in no folder")?.to_path_buf();
        anyhow::ensure!(root.join("Cargo.lock").is_file(), "{} is not our checkout", root.display());
        Ok(Root(root))
    }

    /// A checkout somewhere else, for tests.
    #[cfg(test)]
    pub fn at(folder: &Path) -> Root {
        Root(folder.to_path_buf())
    }

    /// The checkout itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A path inside the checkout.
    pub fn join(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.0.join(inside)
    }

    /// A path inside `target/`.
    pub fn target(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.0.join("target").join(inside)
    }
}
