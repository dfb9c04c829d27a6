//! Bodies, in one file that has no name: what is let go of becomes a hole in it.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use player_core::io::BodyId;
use rustix::fs::{FallocateFlags, fallocate};
use sha2::{Digest as _, Sha256};
use shared::id::Digest;

/// One body: where it lies, and what it is hashed to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body {
    pub(super) at: u64,
    pub(super) bytes: u64,
    pub(super) digest: Digest,
    /// It came as an init segment, which no list of digests names.
    pub(super) is_init: bool,
}

pub(super) struct Shelf {
    file: Arc<File>,
    bodies: BTreeMap<BodyId, Body>,
    made: u64,
    end: u64,
}

impl Shelf {
    pub(super) fn new() -> Result<Shelf> {
        let file = tempfile::tempfile().context("no room for a viewer's segments")?;
        Ok(Shelf { file: Arc::new(file), bodies: BTreeMap::new(), made: 0, end: 0 })
    }

    pub(super) fn file(&self) -> &Arc<File> {
        &self.file
    }

    pub(super) fn get(&self, id: BodyId) -> Result<Body> {
        self.bodies.get(&id).copied().with_context(|| format!("{id:?} is not held"))
    }

    pub(super) fn put(&mut self, bytes: &[u8], is_init: bool) -> Result<BodyId> {
        self.file.write_all_at(bytes, self.end)?;
        self.made += 1;
        let (at, length) = (self.end, u64::try_from(bytes.len())?);
        self.end += length;
        let digest = Digest(Sha256::digest(bytes).into());
        self.bodies.insert(BodyId(self.made), Body { at, bytes: length, digest, is_init });
        Ok(BodyId(self.made))
    }

    pub(super) fn read(&self, id: BodyId) -> Result<Vec<u8>> {
        let body = self.get(id)?;
        let mut bytes = vec![0; usize::try_from(body.bytes)?];
        self.file.read_exact_at(&mut bytes, body.at)?;
        Ok(bytes)
    }

    pub(super) fn release(&mut self, id: BodyId) -> Result<()> {
        let body = self.bodies.remove(&id).with_context(|| format!("{id:?} is released twice"))?;
        let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        if 0 < body.bytes {
            // A file system that makes no holes keeps the bytes until the end.
            let _ = fallocate(&*self.file, flags, body.at, body.bytes);
        }
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bodies.is_empty()
    }
}
