//! A store that was closed in order, told by the digests of its files: it needs no check when they are the same.
//!
//! The note is made when the store is closed and removed before it is opened, so it is never older than the rows. It is
//! a saving and nothing more: a store that does not match its note is checked, and may be whole.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::StoreError;
use super::disk::write_whole;
use super::tables::all_versions;

const FILE: &str = "clean";

/// Whether the files are what they were when the store was closed by a program that knew the same tables.
pub(super) fn is_as_left(store: &Path) -> Result<bool, StoreError> {
    let path = store.join(FILE);
    match std::fs::read_to_string(&path) {
        Ok(note) => Ok(describe(store)? == note),
        Err(_) => Ok(false),
    }
}

/// Notes what the files are.
pub(super) fn note(store: &Path) -> Result<(), StoreError> {
    write_whole(&store.join(FILE), describe(store)?.as_bytes())
}

/// Forgets the note: the files are about to change.
pub(super) fn forget(store: &Path) -> Result<(), StoreError> {
    let path = store.join(FILE);
    match std::fs::remove_file(&path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::File { path, source })
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// One line a file: digest and name; and one for the versions of all tables.
fn describe(store: &Path) -> Result<String, StoreError> {
    let mut lines = vec![format!("{:?} versions\n", all_versions())];
    let rows = store.join("rows");
    describe_folder(&rows, &mut lines).map_err(|source| StoreError::File { path: rows, source })?;
    lines.push(
        describe_file(&store.join("mark"))
            .map_err(|source| StoreError::File { path: store.join("mark"), source })?,
    );
    lines.sort();
    Ok(lines.concat())
}

fn describe_folder(folder: &Path, lines: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            describe_folder(&path, lines)?;
        } else {
            lines.push(describe_file(&path)?);
        }
    }
    Ok(())
}

fn describe_file(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 256 * 1024];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(format!("{:x} {}\n", hasher.finalize(), path.display())),
            length => hasher.update(piece.get(..length).unwrap_or_default()),
        }
    }
}
