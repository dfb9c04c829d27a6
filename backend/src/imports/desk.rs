//! The imports on their way: how far they are, and how they are called off.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::id::ImportId;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The imports on their way. In memory alone: after a start none is.
#[derive(Default)]
pub struct Imports {
    woken: Notify,
    running: Mutex<BTreeMap<ImportId, Running>>,
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

    /// Ends an import that is on its way.
    pub fn call_off(&self, id: ImportId) {
        if let Some(running) = self.lock().get(&id) {
            running.stop.cancel();
        }
    }

    /// How much of an import's file arrived, in hundredths, where it is on its way and that is known.
    #[must_use]
    pub fn percent(&self, id: ImportId) -> Option<u8> {
        self.lock().get(&id)?.percent
    }

    /// Returns when there may be something to fetch. A call that came before the wait counts.
    pub(super) async fn woken(&self) {
        self.woken.notified().await;
    }

    pub(super) fn begin(&self, id: ImportId, stop: CancellationToken) {
        self.lock().insert(id, Running { percent: None, stop });
    }

    pub(super) fn end(&self, id: ImportId) {
        self.lock().remove(&id);
    }

    pub(super) fn report(&self, id: ImportId, percent: u8) {
        if let Some(running) = self.lock().get_mut(&id) {
            running.percent = Some(percent);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ImportId, Running>> {
        // Nothing that is done under this lock can leave it half done.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
