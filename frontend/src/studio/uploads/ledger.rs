//! Uploads that were cut off, remembered for when their file is chosen again.
//!
//! Owns what is kept in the browser and the comparison of files. Never keeps the file: a page may not open one by
//! itself, so its maker must choose it again, and the fingerprint tells whether it is the same one.

use serde::{Deserialize, Serialize};
use shared::time::Timestamp;

use super::draft::Draft;
use crate::browser::{page, storage};

const STORED_AS: &str = "shoal.uploads";
/// The instance keeps an unfinished upload for a day.
const KEPT_FOR_MS: i64 = 24 * 3600 * 1000;
/// More would be clutter.
const ENTRIES_MAX: usize = 20;
/// Bytes at the beginning and at the end that tell two files apart.
pub const SAMPLE_BYTES: u64 = 64 * 1024;

/// What tells a file from another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Likeness {
    /// Its name on its maker's disk.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// When it was last changed, in milliseconds.
    pub modified: i64,
    /// Of its first and last bytes.
    pub fingerprint: u64,
}

/// An upload that was cut off.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Unfinished {
    /// Path and query of the upload on the instance.
    pub address: String,
    /// The file.
    pub likeness: Likeness,
    /// Bytes the instance had when we last heard.
    pub sent: u64,
    /// When it was begun.
    pub began: Timestamp,
    /// What its maker had said by then.
    pub draft: Draft,
}

/// All that can still be resumed.
pub fn read() -> Vec<Unfinished> {
    fresh(storage::read(STORED_AS).unwrap_or_default(), page::now())
}

/// Remembers an upload, or what changed of it.
pub fn keep(entry: Unfinished) {
    storage::write(STORED_AS, &with(read(), entry));
}

/// Forgets an upload.
pub fn forget(address: &str) {
    let mut entries = read();
    entries.retain(|entry| entry.address != address);
    if entries.is_empty() { storage::remove(STORED_AS) } else { storage::write(STORED_AS, &entries) }
}

/// The upload this file belongs to.
pub fn find(likeness: &Likeness) -> Option<Unfinished> {
    read().into_iter().find(|entry| entry.likeness == *likeness)
}

fn fresh(mut entries: Vec<Unfinished>, now: Timestamp) -> Vec<Unfinished> {
    entries.retain(|entry| now.0.saturating_sub(entry.began.0) < KEPT_FOR_MS);
    entries
}

fn with(mut entries: Vec<Unfinished>, entry: Unfinished) -> Vec<Unfinished> {
    match entries.iter_mut().find(|known| known.address == entry.address) {
        Some(known) => *known = entry,
        None => entries.push(entry),
    }
    let surplus = entries.len().saturating_sub(ENTRIES_MAX);
    entries.drain(..surplus);
    entries
}

/// A number that differs between files people would not mix up (FNV-1a). Not a digest: the instance checks the file.
pub fn fingerprint(head: &[u8], tail: &[u8]) -> u64 {
    head.iter()
        .chain(tail)
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::PublishDefaults;

    fn entry(address: &str, began: i64) -> Unfinished {
        Unfinished {
            address: address.into(),
            likeness: Likeness { name: "a.mp4".into(), size: 9, modified: 1, fingerprint: 2 },
            sent: 3,
            began: Timestamp(began),
            draft: Draft::of_file("a.mp4", &PublishDefaults::default(), None),
        }
    }

    #[test]
    fn what_is_kept_is_read_back() {
        let entries = vec![entry("/a?upload_id=1", 5)];
        let text = serde_json::to_string(&entries).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Unfinished>>(&text).unwrap(), entries);
    }

    #[test]
    fn an_entry_is_kept_for_a_day() {
        let entries = vec![entry("a", 0), entry("b", 1)];
        assert_eq!(fresh(entries, Timestamp(KEPT_FOR_MS)), vec![entry("b", 1)]);
    }

    #[test]
    fn an_upload_stands_there_once_and_the_oldest_go_first() {
        assert_eq!(with(vec![entry("a", 0)], entry("a", 7)), vec![entry("a", 7)]);
        let many = (0..30).fold(Vec::new(), |entries, n| with(entries, entry(&n.to_string(), n)));
        assert_eq!((many.len(), many[0].address.as_str()), (ENTRIES_MAX, "10"));
    }

    #[test]
    fn fingerprints_tell_files_apart() {
        assert_ne!(fingerprint(b"one", b"end"), fingerprint(b"two", b"end"));
        assert_ne!(fingerprint(b"one", b"end"), fingerprint(b"one", b"End"));
    }
}
