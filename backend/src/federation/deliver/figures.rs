//! What tellers share: the bell, words that were made a moment ago, and what became of what was told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

use super::wording::Wording;
use crate::domain::delivery::{Answer, Figures};
use crate::federation::sign::linked::Contexts;

/// What tellers share.
pub struct Deliveries {
    bell: Notify,
    pub(super) wording: Wording,
    pub(super) contexts: Arc<Contexts>,
    pub(super) sums: Sums,
}

/// What became of what was told since the start.
#[derive(Default)]
pub(super) struct Sums {
    taken: AtomicU64,
    refused: AtomicU64,
    put_off: AtomicU64,
    moot: AtomicU64,
    telling: AtomicU64,
}

impl Default for Deliveries {
    fn default() -> Deliveries {
        Deliveries {
            bell: Notify::new(),
            wording: Wording::default(),
            contexts: Arc::new(Contexts::bundled()),
            sums: Sums::default(),
        }
    }
}

impl Deliveries {
    /// Says that a server may be due.
    pub fn wake(&self) {
        self.bell.notify_one();
    }

    /// Returns when a server may be due. A call that came before the wait counts.
    pub(super) async fn woken(&self) {
        self.bell.notified().await;
    }

    /// What became of what was told since the start.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let read = |sum: &AtomicU64| sum.load(Ordering::Relaxed);
        let Sums { taken, refused, put_off, moot, telling } = &self.sums;
        Figures {
            taken: read(taken),
            refused: read(refused),
            put_off: read(put_off),
            moot: read(moot),
            telling: read(telling),
        }
    }
}

impl Sums {
    pub(super) fn count(&self, answer: Option<&Answer>) {
        let sum = match answer {
            None => &self.moot,
            Some(Answer::Status(200..=299, _)) => &self.taken,
            Some(Answer::Status(401 | 403 | 408 | 429 | 500..=599, _) | Answer::None(_)) => &self.put_off,
            Some(Answer::Status(_, _)) => &self.refused,
        };
        sum.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn set_telling(&self, servers: usize) {
        self.telling.store(u64::try_from(servers).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}
