//! The instance's memory: typed tables over one sled tree.
//!
//! Owns every key layout and the one way to write. Never knows a rule: `domain` decides what is stored.
//! The surprise is durability: sled 0.34 persists its log with `sync_file_range`, which is no promise at power
//! loss, so a durable commit is followed by a real `fdatasync`, one for all writers that wait at that moment.

mod backup;
mod check;
mod clean;
mod disk;
mod durable;
mod error;
mod format;
mod handle;
mod integrity;
mod lock;
mod mark;
mod open;
mod read;
pub mod records;
mod restore;
mod table;
pub mod tables;
mod write;

pub use backup::{BackupError, verify_backup};
pub use check::CHECK_THREAD;
pub use error::StoreError;
pub use handle::Store;
pub use read::Read;
pub use restore::restore;
pub use table::{Key, Prefix, Record, Table};
pub use write::{Changes, Durability, Write};

#[cfg(test)]
mod tests;
