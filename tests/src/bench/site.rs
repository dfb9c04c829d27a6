//! A server for a bench: the built pages, and beside them pages of the bench's own.
//!
//! Owns a copy of `target/www`, so that a rival is loaded from the same origin by the same server.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::rig::{Instance, Options, in_checkout};

/// A server with pages of the bench's own.
pub struct Site {
    /// The server.
    pub server: Instance,
    pages: TempDir,
}

impl Site {
    /// Starts one.
    ///
    /// # Errors
    /// When the pages are not built or the server does not start.
    pub async fn start(options: Options) -> Result<Site> {
        let built = in_checkout("target/www");
        ensure!(built.join("index.html").is_file(), "target/www is missing: `cargo xtask build` makes it");
        let pages = tempfile::tempdir()?;
        copy(&built, pages.path())?;
        let server = Instance::start_with(options.set("www.dir", pages.path().display())).await?;
        Ok(Site { server, pages })
    }

    /// Puts a page or script beside the built ones, and gives its address.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<String> {
        let path = self.pages.path().join(name);
        fs::create_dir_all(path.parent().context("a page lies in no folder")?)?;
        fs::write(path, bytes)?;
        Ok(self.server.url(&format!("/{name}")))
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
