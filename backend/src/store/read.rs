//! Reading: typed gets and scans, of what is committed or of what a unit of work has staged.

use super::{Key, Prefix, Record, StoreError};

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

    /// The rows whose keys begin with `prefix` and come after `key`, in the order of their keys.
    fn scan_after<P: Prefix>(&self, prefix: &P, key: &P::Key) -> Rows<'_, P::Key> {
        let mut low = key.bytes();
        // The smallest key that is larger.
        low.push(0);
        let high = after_prefix(&prefix.bytes());
        Rows { raw: self.scan_raw(&low, &high, false), kind: std::marker::PhantomData }
    }

    /// How many rows' keys begin with `prefix` and come before `key`. What is in them is not read.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    fn count_before<P: Prefix>(&self, prefix: &P, key: &P::Key) -> Result<u64, StoreError> {
        let rows = self.scan_raw(&prefix.bytes(), &key.bytes(), false);
        rows.map(|row| row.map(|_| 1)).sum()
    }

    /// All rows of a table, in the order of their keys.
    fn table<K: Key>(&self) -> Rows<'_, K> {
        let low = [K::TABLE.byte()];
        Rows { raw: self.scan_raw(&low, &[K::TABLE.byte() + 1], false), kind: std::marker::PhantomData }
    }

    /// All rows of a table, last first.
    fn table_reverse<K: Key>(&self) -> Rows<'_, K> {
        let low = [K::TABLE.byte()];
        Rows { raw: self.scan_raw(&low, &[K::TABLE.byte() + 1], true), kind: std::marker::PhantomData }
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
