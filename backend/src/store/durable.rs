//! Making commits durable: one flush and one `fdatasync` for all writers that wait.
//!
//! Owns the flushing thread. A writer that arrives while a flush runs waits for the next one, since the running
//! one may have begun before its commit.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::StoreError;

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
    pub(super) fn start(db: sled::Db, path: &Path) -> Result<Durable, StoreError> {
        let queue = Arc::new(Queue { turns: Mutex::new(Turns::default()), changed: Condvar::new() });
        let thread = std::thread::Builder::new()
            .name("store-flush".to_owned())
            .spawn({
                let (queue, path) = (queue.clone(), path.to_owned());
                move || run(&queue, &db, &path)
            })
            .map_err(|source| StoreError::File { path: path.to_owned(), source })?;
        Ok(Durable { queue, path: path.to_owned(), thread: Some(thread) })
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

fn run(queue: &Queue, db: &sled::Db, path: &Path) {
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
        let outcome = flush(db, path);
        let mut turns = queue.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.done = turns.begun;
        // Data that failed to reach the disk once is lost to a later fsync that succeeds (fsyncgate), so a failure stays.
        if let Err(failure) = outcome {
            turns.failure = Some(failure);
        }
        queue.changed.notify_all();
    }
}

fn flush(db: &sled::Db, path: &Path) -> Result<(), String> {
    db.flush().map_err(|error| error.to_string())?;
    std::fs::File::open(path.join("db")).and_then(|file| file.sync_data()).map_err(|error| error.to_string())
}
