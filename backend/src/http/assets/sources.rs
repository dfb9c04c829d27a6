//! Where the built files come from, and noticing that they were built anew.
//!
//! Owns the reading. All of it is a few megabytes, so it is kept in memory: a page needs no disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use shared::time::Timestamp;

use super::table::Table;
use crate::config;

/// The built files of one server.
pub struct Assets {
    folder: Option<PathBuf>,
    table: RwLock<Arc<Table>>,
    built: Mutex<Option<SystemTime>>,
}

/// Deep enough for any layout; a link that leads back up ends here.
const DEPTH_MAX: usize = 8;

#[cfg(feature = "embedded")]
mod inside {
    include!(concat!(env!("OUT_DIR"), "/www.rs"));
}

impl Assets {
    /// The files of a folder; without one those inside the program, or else those of `www` beside the program or of
    /// `target/www`. A server without any still answers its API.
    #[must_use]
    pub fn open(folder: Option<&Path>, now: Timestamp) -> Assets {
        let now = UNIX_EPOCH + Duration::from_millis(u64::try_from(now.0).unwrap_or_default());
        match folder.map(Path::to_owned).or_else(|| if HAS_INSIDE { None } else { folder_nearby() }) {
            Some(folder) => {
                let assets = Assets {
                    folder: Some(folder.clone()),
                    table: RwLock::new(Arc::new(Table::new(BTreeMap::new(), now))),
                    built: Mutex::new(None),
                };
                if !assets.refresh() {
                    tracing::warn!(folder = %folder.display(), "the pages are not there: only the API answers");
                }
                assets
            }
            None => {
                let files = files_inside();
                if files.is_empty() {
                    tracing::warn!("the pages were not found: only the API answers");
                }
                let table = RwLock::new(Arc::new(Table::new(files, now)));
                Assets { folder: None, table, built: Mutex::new(None) }
            }
        }
    }

    /// The files as they are now.
    #[must_use]
    pub fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the folder again if it was built anew; whether it did. Reads the disk.
    pub fn refresh(&self) -> bool {
        let Some(folder) = &self.folder else { return false };
        // The build puts a whole new folder in the old one's place, so its page is new whenever anything is.
        let Ok(built) = std::fs::metadata(folder.join("index.html")).and_then(|page| page.modified()) else {
            return false;
        };
        let mut last = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if *last == Some(built) {
            return false;
        }
        let mut files = BTreeMap::new();
        if let Err(error) = read_folder(folder, "", DEPTH_MAX, &mut files) {
            // Half of a build: the next look finds the whole.
            tracing::warn!(%error, folder = %folder.display(), "the pages could not be read");
            return false;
        }
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Table::new(files, built));
        *last = Some(built);
        true
    }
}

/// Where a program built here, or unpacked there, has its pages.
fn folder_nearby() -> Option<PathBuf> {
    let program = config::program();
    let beside = program.as_deref().and_then(Path::parent).map(|folder| folder.join("www"));
    // `target/debug/shoal` and `target/release/shoal` share `target/www`.
    let built =
        program.as_deref().and_then(|program| program.ancestors().nth(2)).map(|target| target.join("www"));
    [beside, built].into_iter().flatten().find(|folder| folder.join("index.html").is_file())
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut BTreeMap<String, Bytes>,
) -> std::io::Result<()> {
    if depth == 0 {
        return Err(std::io::Error::other("folders within folders without an end"));
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}/{name}");
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &path, depth - 1, files)?;
        } else {
            files.insert(path, std::fs::read(entry.path())?.into());
        }
    }
    Ok(())
}

#[cfg(feature = "embedded")]
const HAS_INSIDE: bool = true;
#[cfg(not(feature = "embedded"))]
const HAS_INSIDE: bool = false;

#[cfg(feature = "embedded")]
fn files_inside() -> BTreeMap<String, Bytes> {
    inside::FILES.iter().map(|(name, bytes)| ((*name).to_owned(), Bytes::from_static(bytes))).collect()
}

#[cfg(not(feature = "embedded"))]
fn files_inside() -> BTreeMap<String, Bytes> {
    BTreeMap::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_new_build_is_noticed_and_a_broken_one_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let www = folder.path().join("www");
        let build = |text: &str, age: u64| {
            let _ = fs::remove_dir_all(&www);
            fs::create_dir_all(www.join("assets")).unwrap();
            fs::write(www.join("assets/app.js"), text).unwrap();
            fs::write(www.join("index.html"), format!("{text}<!-- head -->")).unwrap();
            let page = fs::File::options().write(true).open(www.join("index.html")).unwrap();
            page.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(age)).unwrap();
        };
        build("one", 1);
        let assets = Assets::open(Some(&www), Timestamp(0));
        assert_eq!(assets.table().shell().with_head("!"), "one!");
        assert!(assets.table().get("/assets/app.js").is_some());
        assert!(!assets.refresh(), "nothing was built");
        build("two", 2);
        assert!(assets.refresh());
        assert_eq!(assets.table().shell().with_head("!"), "two!");
        fs::remove_dir_all(&www).unwrap();
        assert!(!assets.refresh());
        assert_eq!(assets.table().shell().with_head("!"), "two!");
    }

    #[test]
    fn a_server_without_pages_still_starts() {
        let folder = tempfile::tempdir().unwrap();
        let assets = Assets::open(Some(&folder.path().join("none")), Timestamp(0));
        assert!(assets.table().get("/assets/app.js").is_none());
    }
}
