//! Reading: typed gets and scans, of what is committed or of what a unit of work has staged.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::durable::Durable;
use super::lock::{Lock, lock};
use super::{Changes, Durability, Key, Prefix, Record, StoreError, Write};

/// What can be read from, committed or staged.
pub trait Read {
    /// The raw value of a raw key.
    ///
    /// # Errors
    /// [`StoreError::Disk`].
    fn get_raw(&self, key: &[u8]) -> Result<Option<sled::IVec>, StoreError>;

    /// Raw rows with keys from `low` (inclusive) to `high` (exclusive) in order, or in reverse order.
    fn scan_raw(&self, low: &[u8], high: &[u8], reverse: bool) -> RawRows<'_>;

    /// One row.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or the row is damaged.
    fn get<K: Key>(&self, key: &K) -> Result<Option<K::Record>, StoreError> {
        self.get_raw(&key.bytes())?.map(|bytes| K::Record::decode(K::TABLE, &bytes)).transpose()
    }

    /// All rows whose keys begin with `prefix`, in the order of their keys.
    fn scan<P: Prefix>(&self, prefix: &P) -> Rows<'_, P::Key> {
        let low = prefix.bytes();
        Rows { raw: self.scan_raw(&low, &after_prefix(&low), false), kind: std::marker::PhantomData }
    }

    /// All rows whose keys begin with `prefix`, last first.
    fn scan_reverse<P: Prefix>(&self, prefix: &P) -> Rows<'_, P::Key> {
        let low = prefix.bytes();
        Rows { raw: self.scan_raw(&low, &after_prefix(&low), true), kind: std::marker::PhantomData }
    }

    /// All rows of a table, in the order of their keys.
    fn table<K: Key>(&self) -> Rows<'_, K> {
        let low = [K::TABLE.byte()];
        Rows { raw: self.scan_raw(&low, &[K::TABLE.byte() + 1], false), kind: std::marker::PhantomData }
    }
}

/// Raw rows, in one direction.
pub type RawRows<'r> = Box<dyn Iterator<Item = Result<(sled::IVec, sled::IVec), StoreError>> + 'r>;

/// Typed rows. A scan is no snapshot: a row may arrive or leave between two steps.
pub struct Rows<'r, K> {
    raw: RawRows<'r>,
    kind: std::marker::PhantomData<K>,
}

impl<K: Key> Iterator for Rows<'_, K> {
    type Item = Result<(K, K::Record), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = match self.raw.next()? {
            Ok(row) => row,
            Err(error) => return Some(Err(error)),
        };
        Some(read_key(&key).and_then(|key| Ok((key, K::Record::decode(K::TABLE, &value)?))))
    }
}

/// A whole key, table's byte first, as a typed one.
pub(super) fn read_key<K: Key>(key: &[u8]) -> Result<K, StoreError> {
    key.get(1..).and_then(K::read).ok_or_else(|| StoreError::Damaged {
        table: super::tables::name(K::TABLE),
        source: serde::de::Error::custom("the key has another layout"),
    })
}

/// The smallest key behind all keys that begin with `prefix`.
fn after_prefix(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    // Only a prefix of nothing but 0xff has no end; table bytes are small, so it cannot come here.
    vec![u8::MAX; 64]
}

/// The open store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) tree: sled::Tree,
    pub(super) writer: Arc<Mutex<()>>,
    pub(super) durable: Arc<Durable>,
    path: Arc<PathBuf>,
    _lock: Arc<Lock>,
}

impl Store {
    /// Opens the store in `path`, making it where there is none.
    ///
    /// # Errors
    /// [`StoreError`] with a sentence for the person who starts the server.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        std::fs::create_dir_all(path).map_err(|source| StoreError::File { path: path.to_owned(), source })?;
        let lock = lock(path)?;
        let db = sled::Config::new()
            .path(path)
            // Durable commits flush themselves; the rest may wait this long.
            .flush_every_ms(Some(500))
            .open()?;
        let tree = db.open_tree("rows")?;
        let durable = Arc::new(Durable::start(db, path)?);
        Ok(Store {
            tree,
            writer: Arc::new(Mutex::new(())),
            durable,
            path: Arc::new(path.to_owned()),
            _lock: Arc::new(lock),
        })
    }

    /// The store's folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs one unit of work under the writer's lock: what `work` stages is committed as one batch when it returns
    /// `Ok`, and dropped when it returns `Err`. A durable commit returns only when it is on the disk; call it
    /// where blocking is allowed.
    ///
    /// # Errors
    /// What `work` returned, or the store's own failure.
    pub fn write<T, E: From<StoreError>>(
        &self,
        durability: Durability,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_then(durability, work, |_| ())
    }

    /// As [`Store::write`], and shows what was committed to `then` before the next writer gets its turn, so that a
    /// memory of the store's rows sees the commits in their order. It sees them before they are on the disk.
    ///
    /// # Errors
    /// What `work` returned, or the store's own failure.
    pub fn write_then<T, E: From<StoreError>>(
        &self,
        durability: Durability,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, E>,
        then: impl FnOnce(&Changes),
    ) -> Result<T, E> {
        let outcome = {
            // A unit of work that panicked staged nothing that was committed, so its lock is as good as new.
            let _lock = self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let mut write = Write::new(self);
            let outcome = work(&mut write)?;
            then(&write.commit()?);
            outcome
        };
        if durability == Durability::Flushed {
            self.durable.wait()?;
        }
        Ok(outcome)
    }

    /// Waits until all that was committed is on the disk.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.durable.wait()
    }
}

impl Read for Store {
    fn get_raw(&self, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        Ok(self.tree.get(key)?)
    }

    fn scan_raw(&self, low: &[u8], high: &[u8], reverse: bool) -> RawRows<'_> {
        let rows = self.tree.range(low.to_vec()..high.to_vec()).map(|row| row.map_err(StoreError::Disk));
        if reverse {
            Box::new(ReverseRange(self.tree.range(low.to_vec()..high.to_vec())))
        } else {
            Box::new(rows)
        }
    }
}

struct ReverseRange(sled::Iter);

impl Iterator for ReverseRange {
    type Item = Result<(sled::IVec, sled::IVec), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next_back()?.map_err(StoreError::Disk))
    }
}
