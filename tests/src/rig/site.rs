//! A server with the built pages, and beside them pages of a story's own.
//!
//! Owns a copy of `target/www`, so that a page that uses the player, or a rival of it, comes from the same origin.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::instance::{Instance, Options, in_checkout};

/// A server with pages of a story's own.
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

    /// Puts a page or script beside the built ones, for [`Site::reopen`] to hand out, and gives its address.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<String> {
        let path = self.pages.path().join(name);
        fs::create_dir_all(path.parent().context("a page lies in no folder")?)?;
        fs::write(path, bytes)?;
        Ok(self.server.url(&format!("/{name}")))
    }

    /// Starts the server again, since it reads its pages when it starts.
    ///
    /// # Errors
    /// When it does not stop or start.
    pub async fn reopen(&mut self) -> Result<()> {
        self.server.stop().await?;
        self.server.restart().await
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
