//! Making commits durable: one flush and one `fdatasync` for all writers that wait.
//!
//! Owns the flushing thread. A writer that arrives while a flush runs waits for the next one, since the running
//! one may have begun before its commit.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::StoreError;
use super::mark::Mark;

/// Which flush each waiter needs, and which is done.
#[derive(Default)]
struct Turns {
    /// Flushes that were asked for.
    asked: u64,
    /// Flushes that began.
    begun: u64,
    /// Flushes that ended, and how the last one did.
    done: u64,
    failure: Option<String>,
    stop: bool,
}

struct Queue {
    turns: Mutex<Turns>,
    changed: Condvar,
}

pub(super) struct Durable {
    queue: Arc<Queue>,
    path: PathBuf,
    thread: Option<JoinHandle<()>>,
}

impl Durable {
    /// Starts flushing what sled keeps in `path`. `committed` is the number of the last commit; after each flush it is
    /// written to the mark.
    pub(super) fn start(
        db: sled::Db,
        path: &Path,
        mark: Mark,
        committed: Arc<AtomicU64>,
    ) -> Result<Durable, StoreError> {
        let failed = |source| StoreError::File { path: path.to_owned(), source };
        let log = File::open(path.join("db")).map_err(failed)?;
        let disk = Disk { db, log, mark, committed };
        let queue = Arc::new(Queue { turns: Mutex::new(Turns::default()), changed: Condvar::new() });
        let thread = std::thread::Builder::new()
            .name("store-flush".to_owned())
            .spawn({
                let queue = queue.clone();
                move || run(&queue, &disk)
            })
            .map_err(failed)?;
        Ok(Durable { queue, path: path.to_owned(), thread: Some(thread) })
    }

    /// How many flushes there were.
    #[cfg(test)]
    pub(super) fn flushes(&self) -> u64 {
        self.queue.turns.lock().unwrap_or_else(PoisonError::into_inner).done
    }

    /// Returns when all that was committed before the call is on the disk.
    pub(super) fn wait(&self) -> Result<(), StoreError> {
        let mut turns = self.queue.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = turns.begun + 1;
        turns.asked = turns.asked.max(mine);
        self.queue.changed.notify_all();
        while turns.done < mine {
            turns = self.queue.changed.wait(turns).unwrap_or_else(PoisonError::into_inner);
        }
        match &turns.failure {
            None => Ok(()),
            Some(failure) => Err(StoreError::File {
                path: self.path.clone(),
                source: std::io::Error::other(failure.clone()),
            }),
        }
    }
}

impl Drop for Durable {
    fn drop(&mut self) {
        self.queue.turns.lock().unwrap_or_else(PoisonError::into_inner).stop = true;
        self.queue.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic of the flushing thread was reported when it happened.
            drop(thread.join());
        }
    }
}

fn run(queue: &Queue, disk: &Disk) {
    loop {
        let mut turns = queue.turns.lock().unwrap_or_else(PoisonError::into_inner);
        while turns.asked == turns.done && !turns.stop {
            turns = queue.changed.wait(turns).unwrap_or_else(PoisonError::into_inner);
        }
        if turns.stop && turns.asked == turns.done {
            return;
        }
        turns.begun += 1;
        drop(turns);
        let outcome = disk.flush().map_err(|error| error.to_string());
        let mut turns = queue.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.done = turns.begun;
        // Data that failed to reach the disk once is lost to a later fsync that succeeds (fsyncgate), so a failure stays.
        if let Err(failure) = outcome {
            turns.failure = Some(failure);
        }
        queue.changed.notify_all();
    }
}

/// What a flush touches.
struct Disk {
    db: sled::Db,
    /// sled's log, opened a second time: `fdatasync` is the file's, whoever wrote it.
    log: File,
    mark: Mark,
    committed: Arc<AtomicU64>,
}

impl Disk {
    fn flush(&self) -> Result<(), StoreError> {
        // Read before the flush: what is committed meanwhile may miss it.
        let committed = self.committed.load(Ordering::Acquire);
        self.db.flush()?;
        self.log.sync_data().map_err(|error| StoreError::Disk(sled::Error::Io(error)))?;
        self.mark.write(committed)
    }
}
