//! The open store: the handle rooms share, and the one way to write.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::durable::Durable;
use super::lock::Lock;
use super::read::RawRows;
use super::write::Writer;
use super::{Changes, Durability, Read, StoreError, Write, clean};

/// The name of sled's tree that holds all rows.
pub(super) const TREE: &str = "rows";

/// The open store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    /// None only while it is being closed.
    sled: Option<Sled>,
    writer: Mutex<Writer>,
    path: PathBuf,
    /// Given back last.
    _lock: Lock,
}

/// What sled has in its hands.
pub(super) struct Sled {
    pub(super) tree: sled::Tree,
    pub(super) durable: Durable,
}

impl Drop for Inner {
    /// Closes the store: flushes, lets go of sled, and notes what the files are, so that the next start need not check
    /// them.
    fn drop(&mut self) {
        let Some(Sled { tree, durable }) = self.sled.take() else { return };
        let flushed = durable.wait();
        drop((durable, tree));
        if let Err(error) = flushed.and_then(|()| clean::note(&self.path)) {
            tracing::warn!(%error, "the store was not closed in order; the next start checks it");
        }
    }
}

impl Store {
    pub(super) fn assemble(path: &Path, sled: Sled, writer: Writer, lock: Lock) -> Store {
        let inner =
            Inner { sled: Some(sled), writer: Mutex::new(writer), path: path.to_owned(), _lock: lock };
        Store { inner: Arc::new(inner) }
    }

    pub(super) fn sled(&self) -> &Sled {
        #[expect(
            clippy::expect_used,
            reason = "sled is taken by drop alone, and nobody calls a dropped store"
        )]
        self.inner.sled.as_ref().expect("the store is open")
    }

    pub(super) fn writer(&self) -> MutexGuard<'_, Writer> {
        // A unit of work that panicked staged nothing that was committed, so its lock is as good as new.
        self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The store's folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
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
            let mut writer = self.writer();
            let mut write = Write::new(self);
            let outcome = work(&mut write)?;
            then(&write.commit(&mut writer)?);
            outcome
        };
        if durability == Durability::Flushed {
            self.sled().durable.wait()?;
        }
        Ok(outcome)
    }

    /// Waits until all that was committed is on the disk.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.sled().durable.wait()
    }
}

impl Read for Store {
    fn get_raw(&self, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        Ok(self.sled().tree.get(key)?)
    }

    fn scan_raw(&self, low: &[u8], high: &[u8], reverse: bool) -> RawRows<'_> {
        let rows =
            self.sled().tree.range(low.to_vec()..high.to_vec()).map(|row| row.map_err(StoreError::Disk));
        if reverse {
            Box::new(ReverseRange(self.sled().tree.range(low.to_vec()..high.to_vec())))
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
