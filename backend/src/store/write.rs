//! Writing: one unit of work, staged in memory, committed as one sled batch.
//!
//! Owns the staged rows. Reads through a [`Write`] see them. Dropping a [`Write`] is the rollback.

use std::collections::BTreeMap;

use super::read::RawRows;
use super::{Key, Read, Record, Store, StoreError};

/// When a commit counts as done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// On the disk: for what someone was told is saved.
    Flushed,
    /// In memory, on the disk within half a second: for what may be lost in a crash, such as view counts.
    Relaxed,
}

/// One unit of work.
pub struct Write<'s> {
    store: &'s Store,
    staged: BTreeMap<Vec<u8>, Option<sled::IVec>>,
}

impl<'s> Write<'s> {
    pub(super) fn new(store: &'s Store) -> Write<'s> {
        Write { store, staged: BTreeMap::new() }
    }

    /// Stores a row, replacing the one with the same key.
    ///
    /// # Errors
    /// [`StoreError`] when the record has no JSON form.
    pub fn insert<K: Key>(&mut self, key: &K, record: &K::Record) -> Result<(), StoreError> {
        let value = record.encode(K::TABLE)?;
        self.staged.insert(key.bytes(), Some(value.into()));
        Ok(())
    }

    /// Removes a row; nothing happens where there is none.
    pub fn remove<K: Key>(&mut self, key: &K) {
        self.staged.insert(key.bytes(), None);
    }

    pub(super) fn commit(self) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (key, value) in self.staged {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        Ok(self.store.tree.apply_batch(batch)?)
    }
}

impl Read for Write<'_> {
    fn get_raw(&self, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        match self.staged.get(key) {
            Some(staged) => Ok(staged.clone()),
            None => self.store.get_raw(key),
        }
    }

    fn scan_raw(&self, low: &[u8], high: &[u8], reverse: bool) -> RawRows<'_> {
        // Units of work are small and hold the only writer's lock: merging in memory is simplest.
        let mut rows = BTreeMap::new();
        for row in self.store.scan_raw(low, high, false) {
            match row {
                Ok((key, value)) => rows.insert(key.to_vec(), value),
                Err(error) => return Box::new(std::iter::once(Err(error))),
            };
        }
        for (key, value) in self.staged.range(low.to_vec()..high.to_vec()) {
            match value {
                Some(value) => rows.insert(key.clone(), value.clone()),
                None => rows.remove(key),
            };
        }
        let rows = rows.into_iter().map(|(key, value)| Ok((sled::IVec::from(key), value)));
        if reverse { Box::new(rows.rev()) } else { Box::new(rows) }
    }
}
