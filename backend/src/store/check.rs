//! Whether a store is whole, found out without touching it.
//!
//! sled repairs while it opens: what it cannot read it takes for the torn end of its log, and overwrites. So sled gets a
//! copy, and the store itself is opened only when the copy came up with every row of its last commit and with no fewer
//! commits than were ever promised. The surprise is that a panic is an answer here: sled meets some damage with one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::integrity::count;
use super::{StoreError, tables};

/// The folder of the copy, beside the rows.
const COPY: &str = "checking";

/// Checks the rows of the store in `path`, which must have at least `commits_min` commits.
///
/// # Errors
/// [`StoreError::Broken`], or [`StoreError::File`] when there is no room for the copy.
pub(super) fn check(path: &Path, commits_min: u64) -> Result<(), StoreError> {
    let copy = Copy::make(path)?;
    let broken = |what: String| StoreError::Broken { path: path.to_owned(), what };
    // A thread of its own, whose name tells the panic hook that its panics are answers.
    let checking = std::thread::Builder::new().name(CHECK_THREAD.to_owned()).spawn({
        let rows = copy.path.clone();
        move || catch_unwind(AssertUnwindSafe(|| judge(&rows, commits_min)))
    });
    let judged = checking
        .map_err(|source| StoreError::File { path: copy.path.clone(), source })?
        .join()
        .unwrap_or_else(Err);
    match judged {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Verdict::Damaged(what))) => Err(broken(what)),
        Ok(Err(Verdict::TooNew(error))) => Err(error),
        Err(_panic) => Err(broken("sled cannot make sense of it".to_owned())),
    }
}

/// Panics of this thread are caught and mean a damaged store.
pub const CHECK_THREAD: &str = "store-check";

/// What is wrong with a store.
enum Verdict {
    Damaged(String),
    TooNew(StoreError),
}

fn judge(rows: &Path, commits_min: u64) -> Result<(), Verdict> {
    let unreadable = |error: &dyn std::error::Error| Verdict::Damaged(format!("sled says: {error}"));
    let db = sled::Config::new()
        .path(rows)
        .flush_every_ms(None)
        .cache_capacity(CACHE_BYTES)
        .open()
        .map_err(|error| unreadable(&error))?;
    let tree = db.open_tree(super::handle::TREE).map_err(|error| unreadable(&error))?;
    let (said, counted) = count(&tree).map_err(|error| unreadable(&error))?;
    let damaged = |what: String| Err(Verdict::Damaged(what));
    match said {
        None if 0 < commits_min || 0 < counted.rows => {
            damaged("the row that counts the others is gone".to_owned())
        }
        None => Ok(()),
        Some(said) if said.commits < commits_min => {
            damaged(format!("{commits_min} commits were promised, {} are there", said.commits))
        }
        Some(said) if !said.has_rows_of(&counted) => damaged(format!(
            "{} rows are there that are not the {} that were stored",
            counted.rows, said.rows
        )),
        Some(_) => check_versions(&tree),
    }
}

/// Every row of a version we know: a newer one would only be found when somebody asks for it.
fn check_versions(tree: &sled::Tree) -> Result<(), Verdict> {
    for row in tree.range([1].to_vec()..) {
        let (key, value) = row.map_err(|error| Verdict::Damaged(format!("sled says: {error}")))?;
        tables::check_version(&key, &value).map_err(Verdict::TooNew)?;
    }
    Ok(())
}

/// The copy is read once, from one end to the other.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;

/// A copy of the rows; goes when it goes.
struct Copy {
    path: PathBuf,
}

impl Copy {
    fn make(store: &Path) -> Result<Copy, StoreError> {
        let copy = Copy { path: store.join(COPY) };
        copy.remove();
        let copied = copy_folder(&store.join("rows"), &copy.path);
        copied.map_err(|source| StoreError::File { path: copy.path.clone(), source })?;
        Ok(copy)
    }

    fn remove(&self) {
        // What is left is removed at the next start.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.remove();
    }
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            // On file systems that can, this shares the blocks.
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
