//! Which lists are being read, and who rings for them. In memory alone: after a start none is.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::id::{AccountId, BlocklistSubscriptionId, WordSubscriptionId};
use tokio::sync::Notify;

/// A list that somebody is subscribed to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Which {
    /// Of mutes.
    Mutes(BlocklistSubscriptionId),
    /// Of words, and whose subscription it is.
    Words(AccountId, WordSubscriptionId),
}

/// The lists that are being read.
#[derive(Default)]
pub struct Lists {
    woken: Notify,
    reading: Mutex<BTreeSet<Which>>,
}

impl Lists {
    /// Says that there may be a list to read.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Whether a list is being read.
    #[must_use]
    pub fn is_reading(&self, which: Which) -> bool {
        self.lock().contains(&which)
    }

    /// Returns when there may be a list to read. A call that came before the wait counts.
    pub(super) async fn woken(&self) {
        self.woken.notified().await;
    }

    /// Whether a list may be read now, and by nobody else until [`Lists::end`].
    pub(super) fn begin(&self, which: Which) -> bool {
        self.lock().insert(which)
    }

    pub(super) fn end(&self, which: Which) {
        self.lock().remove(&which);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<Which>> {
        // Nothing that is done under this lock can leave it half done.
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
