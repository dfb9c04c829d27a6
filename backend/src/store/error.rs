//! How the store can fail.

use std::path::PathBuf;

/// Why a read, a write or the opening of the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// sled refused; the disk is full or broken.
    #[error("the store could not read or write its files")]
    Disk(#[source] sled::Error),
    /// There is too little room on the disk to write anything; nothing was written.
    #[error("the disk that holds the store is full")]
    Full,
    /// A file beside sled's could not be read or written.
    #[error("the store's file {} could not be read or written", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A row's bytes are not a record of its table.
    #[error("a row of table {table} is damaged")]
    Damaged {
        /// The table's name.
        table: &'static str,
        /// What serde said.
        #[source]
        source: serde_json::Error,
    },
    /// A row was written by a newer Shoal.
    #[error(
        "a row of table {table} has version {found}; this program knows versions up to {known}. Use the newer shoal \
         that wrote it"
    )]
    RowTooNew {
        /// The table's name.
        table: &'static str,
        /// Version in the row.
        found: u8,
        /// Newest version we read.
        known: u8,
    },
    /// A table was made by a newer Shoal.
    #[error("there is a table {table} that this program does not know. Use the newer shoal that wrote it")]
    TableTooNew {
        /// Its byte.
        table: u8,
    },
    /// The whole store was written by a newer Shoal.
    #[error("the store in {} has format {found}; this program knows formats up to {known}. Start it with the newer shoal that wrote it", path.display())]
    TooNew {
        /// The store's folder.
        path: PathBuf,
        /// Format on disk.
        found: u32,
        /// Newest format we read.
        known: u32,
    },
    /// The store's files do not hold together.
    #[error("the store in {} is damaged ({what}). Nothing was changed; restore a backup with `shoal restore`", path.display())]
    Broken {
        /// The store's folder.
        path: PathBuf,
        /// What does not hold.
        what: String,
    },
    /// Another process has it open.
    #[error("the store in {} is in use by another shoal", path.display())]
    InUse {
        /// The store's folder.
        path: PathBuf,
    },
}

impl From<sled::Error> for StoreError {
    fn from(error: sled::Error) -> StoreError {
        StoreError::Disk(error)
    }
}
