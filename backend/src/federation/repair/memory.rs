//! What those who cause readings share: the bell, and who caused one a moment ago.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use shared::time::Instant;
use tokio::sync::Notify;

use crate::domain::pace::Pace;
use crate::domain::repair::LOOK_EVERY;
use crate::store::records::RepairTarget;

/// A server that speaks to us is known to be back for so long.
const HEARD_EVERY: Duration = Duration::from_secs(10);

/// What those who cause readings share.
pub struct Repairs {
    bell: Notify,
    looked: Mutex<Pace<RepairTarget>>,
    lost: Mutex<Pace<RepairTarget>>,
    heard: Mutex<Pace<String>>,
}

impl Default for Repairs {
    fn default() -> Repairs {
        Repairs {
            bell: Notify::new(),
            looked: Mutex::new(Pace::new(1, LOOK_EVERY)),
            lost: Mutex::new(Pace::new(1, LOOK_EVERY)),
            heard: Mutex::new(Pace::new(1, HEARD_EVERY)),
        }
    }
}

impl Repairs {
    /// Says that something may be due.
    pub fn wake(&self) {
        self.bell.notify_one();
    }

    /// Returns when something may be due. A call that came before the wait counts.
    pub(super) async fn woken(&self) {
        self.bell.notified().await;
    }

    /// Whether this look causes something: one in ten minutes does.
    pub(super) fn is_new_look(&self, now: Instant, target: RepairTarget) -> bool {
        step(&self.looked, now, &target)
    }

    /// Whether it is news that something of it is not found: once in ten minutes it is.
    pub(super) fn is_new_loss(&self, now: Instant, target: RepairTarget) -> bool {
        step(&self.lost, now, &target)
    }

    /// Whether it is worth looking who speaks to us, as they say: once in a few seconds it is.
    pub fn is_new_voice(&self, now: Instant, host: &str) -> bool {
        step(&self.heard, now, &host.to_owned())
    }
}

fn step<K: Eq + std::hash::Hash + Clone>(pace: &Mutex<Pace<K>>, now: Instant, key: &K) -> bool {
    pace.lock().unwrap_or_else(PoisonError::into_inner).step(now, key).is_ok()
}
