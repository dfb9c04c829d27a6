//! The imports on their way: how far they are, and how they are called off.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::store::records::Attempt;

/// The imports on their way. In memory alone: after a start none is.
#[derive(Default)]
pub struct Imports {
    woken: Notify,
    running: Mutex<BTreeMap<Attempt, Running>>,
}

/// Whom to tell that a channel elsewhere may be to look at, or that there may be room for what one published.
#[derive(Default)]
pub struct Syncs(Notify);

impl Syncs {
    /// Says that there may be something to do.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Returns when there may be something to do. A call that came before the wait counts.
    pub(super) async fn woken(&self) {
        self.0.notified().await;
    }
}

struct Running {
    percent: Option<u8>,
    stop: CancellationToken,
}

impl Imports {
    /// Says that there may be something to fetch.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Ends a beginning of an import, where it is on its way. Another beginning of the same import goes on.
    pub fn call_off(&self, attempt: Attempt) {
        if let Some(running) = self.lock().get(&attempt) {
            running.stop.cancel();
        }
    }

    /// How much of an import's file arrived, in hundredths, where it is on its way and that is known.
    #[must_use]
    pub fn percent(&self, attempt: Attempt) -> Option<u8> {
        self.lock().get(&attempt)?.percent
    }

    /// Returns when there may be something to fetch. A call that came before the wait counts.
    pub(super) async fn woken(&self) {
        self.woken.notified().await;
    }

    pub(super) fn begin(&self, attempt: Attempt, stop: CancellationToken) {
        self.lock().insert(attempt, Running { percent: None, stop });
    }

    pub(super) fn end(&self, attempt: Attempt) {
        self.lock().remove(&attempt);
    }

    pub(super) fn report(&self, attempt: Attempt, percent: u8) {
        if let Some(running) = self.lock().get_mut(&attempt) {
            running.percent = Some(percent);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Attempt, Running>> {
        // Nothing that is done under this lock can leave it half done.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
