//! One request at a time for each upload, and the latest wins.
//!
//! A client that lost its connection comes back before we notice the loss. Its new request must not wait for the old
//! one's timeout, so taking a turn tells whoever holds it to write down what it has and leave.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;

use super::UploadId;

#[derive(Default)]
pub(super) struct Turns {
    slots: Mutex<HashMap<UploadId, Slot>>,
}

struct Slot {
    lock: Arc<AsyncMutex<()>>,
    /// Tells the latest comer, who holds the lock or waits for it, that another came.
    latest: CancellationToken,
    /// Holders and waiters; the slot goes with the last.
    users: usize,
}

/// The right to touch one upload. Ends when dropped.
pub(super) struct Turn {
    /// Becomes cancelled when somebody else wants the turn.
    pub(super) wanted: CancellationToken,
    guard: Option<OwnedMutexGuard<()>>,
    turns: Arc<Turns>,
    id: UploadId,
}

impl Turns {
    /// Waits for the turn, or gives up when a later comer wants it too.
    pub(super) async fn take(self: &Arc<Turns>, id: UploadId) -> Option<Turn> {
        let wanted = CancellationToken::new();
        let lock = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            let slot = slots.entry(id).or_insert_with(Slot::new);
            std::mem::replace(&mut slot.latest, wanted.clone()).cancel();
            slot.users += 1;
            slot.lock.clone()
        };
        // Made before the wait, so that a request that is dropped while it waits leaves its slot in order.
        let mut turn = Turn { wanted: wanted.clone(), guard: None, turns: self.clone(), id };
        tokio::select! {
            biased;
            () = wanted.cancelled() => None,
            guard = lock.lock_owned() => {
                turn.guard = Some(guard);
                Some(turn)
            }
        }
    }

    /// The turn, if nobody has it or waits for it.
    pub(super) fn try_take(self: &Arc<Turns>, id: UploadId) -> Option<Turn> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.contains_key(&id) {
            return None;
        }
        let slot = slots.entry(id).or_insert_with(Slot::new);
        slot.users += 1;
        let guard = slot.lock.clone().try_lock_owned().ok()?;
        Some(Turn { wanted: slot.latest.clone(), guard: Some(guard), turns: self.clone(), id })
    }
}

impl Slot {
    fn new() -> Slot {
        Slot { lock: Arc::default(), latest: CancellationToken::new(), users: 0 }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.guard = None;
        let mut slots = self.turns.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get_mut(&self.id) {
            slot.users -= 1;
            if slot.users == 0 {
                slots.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: UploadId = UploadId([1; 16]);

    #[tokio::test]
    async fn the_latest_comer_gets_the_turn_and_those_between_give_up() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(ID).await.unwrap();
        let second = tokio::spawn({
            let turns = turns.clone();
            async move { turns.take(ID).await.is_some() }
        });
        first.wanted.cancelled().await;
        let third = tokio::spawn({
            let turns = turns.clone();
            async move { turns.take(ID).await.is_some() }
        });
        assert!(!second.await.unwrap());
        assert!(turns.try_take(ID).is_none());
        drop(first);
        assert!(third.await.unwrap());
        assert!(turns.slots.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn uploads_do_not_wait_for_each_other_and_leave_nothing_behind() {
        let turns = Arc::new(Turns::default());
        let one = turns.take(ID).await.unwrap();
        let other = turns.try_take(UploadId([2; 16])).unwrap();
        assert!(!one.wanted.is_cancelled() && !other.wanted.is_cancelled());
        drop((one, other));
        assert!(turns.slots.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_waiter_that_is_dropped_leaves_its_slot_in_order() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(ID).await.unwrap();
        let mut waiter = Box::pin(turns.take(ID));
        assert!(futures_util::poll!(waiter.as_mut()).is_pending());
        drop(waiter);
        drop(first);
        assert!(turns.slots.lock().unwrap().is_empty());
        assert!(turns.take(ID).await.is_some());
    }
}
