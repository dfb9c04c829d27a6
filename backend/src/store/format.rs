//! The version of the whole store, in a file that is read before anything else is touched.
//!
//! The number grows when a table's key layout changes, when a table or a record's version is added, or when the files
//! beside the rows change: with everything an older program could not read.

use std::path::Path;

use super::StoreError;
use super::disk::write_whole;

/// The format this program writes, and the newest it reads.
pub(super) const FORMAT: u32 = 1;

const MAGIC: &str = "shoal store ";
const FILE: &str = "format";

/// What a folder holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Found {
    /// Nothing: the store is to be made.
    Nothing,
    /// A store of this format, which is not newer than ours.
    Format(u32),
}

/// Reads the format of the store in `path`. Touches nothing.
///
/// # Errors
/// [`StoreError::TooNew`], or [`StoreError::Broken`] for what is no store of ours.
pub(super) fn read(path: &Path) -> Result<Found, StoreError> {
    let file = path.join(FILE);
    let broken = |what: &str| StoreError::Broken { path: path.to_owned(), what: what.to_owned() };
    let text = match std::fs::read(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return if path.join("rows").exists() {
                Err(broken("its format file is missing"))
            } else {
                Ok(Found::Nothing)
            };
        }
        Err(source) => return Err(StoreError::File { path: file, source }),
    };
    let number = std::str::from_utf8(&text).ok().and_then(|text| text.strip_prefix(MAGIC));
    let number = number.and_then(|number| number.strip_suffix('\n')?.parse::<u32>().ok());
    match number {
        Some(found) if FORMAT < found => {
            Err(StoreError::TooNew { path: path.to_owned(), found, known: FORMAT })
        }
        Some(found) if 0 < found => Ok(Found::Format(found)),
        Some(_) | None => Err(broken("its format file is not one of ours")),
    }
}

/// Writes our format.
pub(super) fn write(path: &Path) -> Result<(), StoreError> {
    write_whole(&path.join(FILE), format!("{MAGIC}{FORMAT}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let error = |text: &str| {
            std::fs::write(path.join(FILE), text).unwrap();
            read(path).unwrap_err().to_string()
        };
        assert_eq!(read(path).unwrap(), Found::Nothing);
        write(path).unwrap();
        assert_eq!(read(path).unwrap(), Found::Format(FORMAT));
        assert!(error("shoal store 999\n").contains("has format 999"));
        for text in ["", "shoal store 0\n", "shoal store 1", "shoal store x\n", "sqlite\n", "\0\0\0\0"] {
            assert!(error(text).contains("not one of ours"), "{text:?}");
        }
        std::fs::remove_file(path.join(FILE)).unwrap();
        std::fs::create_dir(path.join("rows")).unwrap();
        assert!(read(path).unwrap_err().to_string().contains("format file is missing"));
    }
}
