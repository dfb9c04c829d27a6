//! Who listens for news at this moment.
//!
//! Owns one bell for each open page, and rings it when a commit holds a notification for its owner, or ends its session.
//! Never knows what the news are: who hears a bell reads the store. A bell that is rung faster than its owner listens
//! loses rings; the page finds what it missed when it lists its notifications.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::id::{NotificationId, UserId};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_util::sync::CancellationToken;

use crate::domain::session::TokenHash;
use crate::store::tables::{AccessTokenKey, UnreadKey};
use crate::store::{Changes, StoreError};

/// Pages that listen: some 20 kB each with their connections.
const BELLS_MAX: usize = 5000;
/// Pages of one person: more than anybody has open and reads.
const BELLS_PER_USER_MAX: usize = 20;
/// Rings that wait for a page that is slow.
const RINGS_MAX: usize = 32;

/// All bells of a server. Cheap to clone.
#[derive(Clone, Default)]
pub struct Bells {
    hung: Arc<Mutex<Hung>>,
}

#[derive(Default)]
struct Hung {
    users: HashMap<UserId, Vec<Bell>>,
    count: usize,
    next: u64,
}

struct Bell {
    number: u64,
    token: TokenHash,
    rings: Sender<NotificationId>,
    ended: CancellationToken,
}

/// A bell as its page hears it. Taken down when it is dropped.
pub struct Listener {
    bells: Bells,
    user: UserId,
    number: u64,
    /// News, by their numbers.
    pub rings: Receiver<NotificationId>,
    /// Cancelled when the session ends.
    pub ended: CancellationToken,
}

impl Bells {
    /// Hangs a bell for a person who showed this token; none where there is no room for more.
    #[must_use]
    pub fn hang(&self, user: UserId, token: TokenHash) -> Option<Listener> {
        let mut hung = self.lock();
        let own = hung.users.get(&user).map_or(0, Vec::len);
        if BELLS_MAX <= hung.count || BELLS_PER_USER_MAX <= own {
            return None;
        }
        let (rings, heard) = channel(RINGS_MAX);
        let ended = CancellationToken::new();
        let number = hung.next;
        hung.next += 1;
        hung.count += 1;
        let bell = Bell { number, token, rings, ended: ended.clone() };
        hung.users.entry(user).or_default().push(bell);
        Some(Listener { bells: self.clone(), user, number, rings: heard, ended })
    }

    /// Rings for what a commit holds. Call it under the writer's lock; it takes none of its time where nobody listens.
    ///
    /// # Errors
    /// [`StoreError`] when the commit's rows cannot be read, which were written by this process a moment ago.
    pub fn follow(&self, changes: &Changes) -> Result<(), StoreError> {
        let hung = self.lock();
        if hung.count == 0 {
            return Ok(());
        }
        for row in changes.of::<UnreadKey>() {
            let (key, unread) = row?;
            if unread.is_some() {
                for bell in hung.users.get(&key.user).into_iter().flatten() {
                    // Full or deaf: see above.
                    let _ = bell.rings.try_send(key.notification);
                }
            }
        }
        for row in changes.of::<AccessTokenKey>() {
            let (key, token) = row?;
            if token.is_none() {
                let bells = hung.users.values().flatten();
                bells.filter(|bell| bell.token.0 == key.hash).for_each(|bell| bell.ended.cancel());
            }
        }
        Ok(())
    }

    fn take_down(&self, user: UserId, number: u64) {
        let mut hung = self.lock();
        if let Some(bells) = hung.users.get_mut(&user) {
            bells.retain(|bell| bell.number != number);
            if bells.is_empty() {
                hung.users.remove(&user);
            }
            hung.count -= 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Hung> {
        self.hung.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.bells.take_down(self.user, self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_so_many() {
        let bells = Bells::default();
        let token = TokenHash([0; 32]);
        let own: Vec<_> = (0..BELLS_PER_USER_MAX).map(|_| bells.hang(UserId(1), token).unwrap()).collect();
        assert!(bells.hang(UserId(1), token).is_none());
        assert!(bells.hang(UserId(2), token).is_some());
        drop(own);
        let hung = bells.lock();
        assert!(hung.users.is_empty() && hung.count == 0);
    }
}
