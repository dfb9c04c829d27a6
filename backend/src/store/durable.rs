//! Making commits durable: one flush and one `fdatasync` for all writers that wait.
//!
//! Owns the flushing thread. A writer that arrives while a flush runs waits for the next one, since the running
//! one may have begun before its commit.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
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

#[derive(Default)]
struct Queue {
    turns: Mutex<Turns>,
    changed: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a flush that begins from now on. Gives which it is.
    fn ask(&self) -> u64 {
        let mut turns = self.lock();
        let mine = turns.begun + 1;
        turns.asked = turns.asked.max(mine);
        self.changed.notify_all();
        mine
    }

    /// Returns when a flush ended, with why one failed.
    fn wait_for(&self, flush: u64) -> Option<String> {
        let mut turns = self.lock();
        while turns.done < flush {
            turns = self.changed.wait(turns).unwrap_or_else(PoisonError::into_inner);
        }
        turns.failure.clone()
    }

    fn stop(&self) {
        self.lock().stop = true;
        self.changed.notify_all();
    }
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
        let queue = Arc::new(Queue::default());
        let thread = std::thread::Builder::new()
            .name("store-flush".to_owned())
            .spawn({
                let queue = queue.clone();
                move || run(&queue, || disk.flush().map_err(|error| error.to_string()))
            })
            .map_err(failed)?;
        Ok(Durable { queue, path: path.to_owned(), thread: Some(thread) })
    }

    /// Returns when all that was committed before the call is on the disk.
    pub(super) fn wait(&self) -> Result<(), StoreError> {
        match self.queue.wait_for(self.queue.ask()) {
            None => Ok(()),
            Some(failure) => {
                Err(StoreError::File { path: self.path.clone(), source: std::io::Error::other(failure) })
            }
        }
    }
}

impl Drop for Durable {
    fn drop(&mut self) {
        self.queue.stop();
        if let Some(thread) = self.thread.take() {
            // A panic of the flushing thread was reported when it happened.
            drop(thread.join());
        }
    }
}

fn run(queue: &Queue, flush: impl Fn() -> Result<(), String>) {
    loop {
        let mut turns = queue.lock();
        while turns.asked == turns.done && !turns.stop {
            turns = queue.changed.wait(turns).unwrap_or_else(PoisonError::into_inner);
        }
        if turns.stop && turns.asked == turns.done {
            return;
        }
        turns.begun += 1;
        drop(turns);
        let outcome = flush();
        let mut turns = queue.lock();
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn all_who_wait_while_a_flush_runs_share_the_next() {
        let queue = Arc::new(Queue::default());
        let ((begin, begun), (end, ended)) = (mpsc::channel(), mpsc::channel());
        let flushing = std::thread::spawn({
            let queue = queue.clone();
            move || {
                run(&queue, || {
                    begin.send(()).unwrap();
                    ended.recv().unwrap()
                });
            }
        });
        let first = queue.ask();
        begun.recv().unwrap();
        // The flush that runs may have begun before what these wait for.
        let others: Vec<u64> = (0..32).map(|_| queue.ask()).collect();
        assert_eq!(others, [first + 1; 32]);
        end.send(Ok(())).unwrap();
        assert_eq!(queue.wait_for(first), None);
        begun.recv().unwrap();
        end.send(Err("the disk failed".to_owned())).unwrap();
        for other in others {
            assert_eq!(queue.wait_for(other).as_deref(), Some("the disk failed"));
        }
        // What failed once stays failed.
        let last = queue.ask();
        begun.recv().unwrap();
        end.send(Ok(())).unwrap();
        assert_eq!(queue.wait_for(last).as_deref(), Some("the disk failed"));
        assert_eq!(queue.lock().done, 3);
        queue.stop();
        flushing.join().unwrap();
    }
}
