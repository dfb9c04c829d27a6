//! Writing: one unit of work, staged in memory, committed as one sled batch.
//!
//! Owns the staged rows. Reads through a [`Write`] see them. Dropping a [`Write`] is the rollback. The surprise is that
//! it also carries the domain's events, unread: they must not outlive work that failed.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::sync::Arc;
use std::sync::atomic::{self, AtomicU64};

use super::integrity::{INTEGRITY_KEY, Integrity};
use super::read::{RawRows, read_key};
use super::records::Setting;
use super::tables::SettingKey;
use super::{Key, Read, Record, Store, StoreError, disk};
use crate::domain::event::Event;

/// When a commit counts as done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// On the disk: for what someone was told is saved.
    Flushed,
    /// In memory, on the disk within half a second: for what may be lost in a crash, such as view counts.
    Relaxed,
}

/// A row as it was and as it will be; none where there was or will be none.
pub type Change<R> = (Option<R>, Option<R>);

/// A row as it was and as it will be, with its key.
pub type KeyedChange<K> = (K, Change<<K as Key>::Record>);

/// One unit of work.
pub struct Write<'s> {
    store: &'s Store,
    staged: Staged,
    events: Vec<Event>,
    room_min: u64,
}

/// Less room than this on the disk and nothing new is written: a write that fails in the middle of sled's log is the last
/// one sled takes. As much as sled writes for all that may be under way at one moment, many times over.
const ROOM_BYTES_MIN: u64 = 32 * 1024 * 1024;
/// What is left for work that makes room.
const RESERVE_BYTES_MIN: u64 = 8 * 1024 * 1024;

impl<'s> Write<'s> {
    pub(super) fn new(store: &'s Store) -> Write<'s> {
        Write { store, staged: BTreeMap::new(), events: Vec::new(), room_min: ROOM_BYTES_MIN }
    }

    /// Lets this work use the last of the disk: it makes room, lets somebody in who can, or says how something ended.
    pub fn use_reserve(&mut self) {
        self.room_min = RESERVE_BYTES_MIN;
    }

    /// Notes what happened. `fanout` makes jobs of it in the same batch, so there is never one without the other.
    pub fn note(&mut self, event: Event) {
        self.events.push(event);
    }

    /// What was noted since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
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

    /// The next number of the counter `name`, from 1 on. A number that was given to work that failed is given again.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or the counter's row is damaged.
    pub fn next_number(&mut self, name: &str) -> Result<u64, StoreError> {
        let key = SettingKey { name: format!("counter-{name}") };
        let last = match self.get(&key)? {
            Some(Setting::Counter(last)) => last,
            Some(_) | None => 0,
        };
        self.insert(&key, &Setting::Counter(last + 1))?;
        Ok(last + 1)
    }

    /// The rows of one table that this work changes so far, as they were and as they will be.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or a row is damaged.
    pub fn changes_of<K: Key>(&self) -> Result<Vec<Change<K::Record>>, StoreError> {
        let table = K::TABLE.byte();
        let mut changes = Vec::new();
        for (key, new) in self.staged.range(vec![table]..vec![table + 1]) {
            let decode = |bytes: &sled::IVec| K::Record::decode(K::TABLE, bytes);
            let old = self.store.get_raw(key)?.as_ref().map(decode).transpose()?;
            changes.push((old, new.as_ref().map(decode).transpose()?));
        }
        Ok(changes)
    }

    /// The same, with the keys of the rows.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or a row or key is damaged.
    pub fn keyed_changes_of<K: Key>(&self) -> Result<Vec<KeyedChange<K>>, StoreError> {
        let table = K::TABLE.byte();
        let keys = self.staged.range(vec![table]..vec![table + 1]).map(|(key, _)| read_key(key));
        let keys: Vec<K> = keys.collect::<Result<_, _>>()?;
        Ok(keys.into_iter().zip(self.changes_of::<K>()?).collect())
    }

    /// Stages rows as they are, whatever they mean.
    pub(super) fn stage_all(&mut self, rows: Staged) {
        self.staged.extend(rows);
    }

    pub(super) fn commit(self, writer: &mut Writer) -> Result<Changes, StoreError> {
        if self.staged.is_empty() {
            return Ok(Changes { rows: self.staged });
        }
        if disk::bytes_free(self.store.path())? < self.room_min {
            return Err(StoreError::Full);
        }
        let tree = &self.store.sled().tree;
        let mut integrity = writer.integrity;
        let mut batch = sled::Batch::default();
        for (key, value) in &self.staged {
            integrity.change(key, tree.get(key)?.as_deref(), value.as_deref());
            match value {
                Some(value) => batch.insert(key.as_slice(), value),
                None => batch.remove(key.as_slice()),
            }
        }
        integrity.commits += 1;
        batch.insert(INTEGRITY_KEY, integrity.encode().as_slice());
        tree.apply_batch(batch)?;
        writer.follow(integrity, &self.staged);
        Ok(Changes { rows: self.staged })
    }
}

/// What only the holder of the writer's lock knows.
pub(super) struct Writer {
    pub(super) integrity: Integrity,
    committed: Arc<AtomicU64>,
    /// What changed since a backup began to read, while one does.
    pub(super) changed: Option<Staged>,
}

/// Rows by key; none where the row was removed.
pub(super) type Staged = BTreeMap<Vec<u8>, Option<sled::IVec>>;

impl Writer {
    pub(super) fn new(integrity: Integrity) -> Writer {
        Writer { committed: Arc::new(AtomicU64::new(integrity.commits)), integrity, changed: None }
    }

    /// The number of the last commit, for the flushing thread.
    pub(super) fn committed(&self) -> Arc<AtomicU64> {
        self.committed.clone()
    }

    fn follow(&mut self, integrity: Integrity, rows: &Staged) {
        self.integrity = integrity;
        self.committed.store(integrity.commits, atomic::Ordering::Release);
        if let Some(changed) = &mut self.changed {
            changed.extend(rows.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
    }
}

/// What one commit changed, for memories that are kept in step with the store.
pub struct Changes {
    rows: Staged,
}

impl Changes {
    /// The changed rows of one table in the order of their keys; none where the row was removed.
    pub fn of<K: Key>(&self) -> impl Iterator<Item = Result<(K, Option<K::Record>), StoreError>> {
        let table = K::TABLE.byte();
        self.rows.range(vec![table]..vec![table + 1]).map(|(key, value)| {
            let key = read_key(key)?;
            let record = value.as_ref().map(|bytes| K::Record::decode(K::TABLE, bytes)).transpose()?;
            Ok((key, record))
        })
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
        let stored = self.store.scan_raw(low, high, reverse).peekable();
        let staged = self.staged.range(low.to_vec()..high.to_vec());
        if reverse {
            Box::new(Merged { stored, staged: staged.rev().peekable(), first: Ordering::Greater })
        } else {
            Box::new(Merged { stored, staged: staged.peekable(), first: Ordering::Less })
        }
    }
}

/// Stored rows and staged ones in one order, step by step: a scan that ends early has read no more than it gave.
struct Merged<'w, S: Iterator<Item = (&'w Vec<u8>, &'w Option<sled::IVec>)>> {
    stored: Peekable<RawRows<'w>>,
    staged: Peekable<S>,
    /// How the key that comes first compares to the other.
    first: Ordering,
}

impl<'w, S: Iterator<Item = (&'w Vec<u8>, &'w Option<sled::IVec>)>> Iterator for Merged<'w, S> {
    type Item = Result<(sled::IVec, sled::IVec), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let stored_first = match (self.stored.peek(), self.staged.peek()) {
                (None, None) => return None,
                (Some(Err(_)), _) | (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some(Ok((stored, _))), Some((staged, _))) => match stored.as_ref().cmp(staged.as_slice()) {
                    // What is staged replaces what is stored.
                    Ordering::Equal => {
                        self.stored.next();
                        false
                    }
                    order @ (Ordering::Less | Ordering::Greater) => order == self.first,
                },
            };
            if stored_first {
                return self.stored.next();
            }
            if let (key, Some(value)) = self.staged.next()? {
                return Some(Ok((sled::IVec::from(key.as_slice()), value.clone())));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::read::Rows;
    use crate::store::tables::{UserKey, UserNameKey};
    use shared::id::UserId;

    fn name(text: &str) -> UserNameKey {
        UserNameKey { name: text.to_owned() }
    }

    #[test]
    fn numbers_count_up_and_failed_work_gives_its_number_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let next = || store.write(Durability::Relaxed, |write| write.next_number("videos"));
        assert_eq!((next().unwrap(), next().unwrap()), (1, 2));
        let failed = store.write(Durability::Relaxed, |write| {
            assert_eq!(write.next_number("videos")?, 3);
            Err::<(), _>(StoreError::InUse { path: folder.path().to_owned() })
        });
        assert!(failed.is_err());
        assert_eq!(next().unwrap(), 3);
    }

    #[test]
    fn a_scan_sees_what_is_staged_among_what_is_stored_in_both_directions() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let names = |rows: Rows<'_, UserNameKey>| -> Vec<String> {
            rows.map(|row| row.map(|(key, user)| format!("{}{}", key.name, user.0)).unwrap()).collect()
        };
        store
            .write::<_, StoreError>(Durability::Relaxed, |write| {
                ["b", "d", "f"].into_iter().try_for_each(|text| write.insert(&name(text), &UserId(1)))
            })
            .unwrap();
        store
            .write::<_, StoreError>(Durability::Relaxed, |write| {
                ["a", "d", "e", "g"]
                    .into_iter()
                    .try_for_each(|text| write.insert(&name(text), &UserId(2)))?;
                write.remove(&name("b"));
                write.remove(&name("c"));
                assert_eq!(names(write.table()), ["a2", "d2", "e2", "f1", "g2"]);
                assert_eq!(names(write.table_reverse()), ["g2", "f1", "e2", "d2", "a2"]);
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn a_commit_shows_what_it_changed_of_one_table_only() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let add = |write: &mut Write<'_>| write.insert(&name("alice"), &UserId(1));
        store.write::<_, StoreError>(Durability::Relaxed, add).unwrap();

        let mut seen = Vec::new();
        let mut others = 0;
        store
            .write_then::<_, StoreError>(
                Durability::Relaxed,
                |write| {
                    write.remove(&name("alice"));
                    write.insert(&name("bob"), &UserId(2))
                },
                |changes| {
                    seen = changes.of::<UserNameKey>().collect::<Result<Vec<_>, _>>().unwrap();
                    others = changes.of::<UserKey>().count();
                },
            )
            .unwrap();
        assert_eq!(seen, [(name("alice"), None), (name("bob"), Some(UserId(2)))]);
        assert_eq!(others, 0);
    }
}
