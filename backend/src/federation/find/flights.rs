//! What is being asked for just now, so that it is asked for once.
//!
//! Owns turns by kind and id. Who holds one may wait for those of a lower kind alone, so that nobody waits in a circle,
//! whatever others write: a comment for a video, a video or a list for a group, a group for an account.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// What is asked for, from the lowest kind on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Kind {
    /// Somebody, as the owner of something.
    Owner,
    /// Somebody.
    Actor,
    /// A video.
    Video,
    /// A comment.
    Comment,
    /// A list of videos.
    Playlist,
}

/// Whose turn it is to ask for each thing.
type Turns = HashMap<(Kind, String), Arc<Turn<()>>>;

/// What is being asked for.
#[derive(Default)]
pub struct Flights {
    turns: Mutex<Turns>,
}

/// The only one to ask for it, until it is dropped.
pub(super) struct Flight<'f> {
    flights: &'f Flights,
    key: (Kind, String),
    turn: Option<OwnedMutexGuard<()>>,
}

impl Flights {
    fn lock(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for whoever asks for the same. What they found is to be looked at first.
    pub(super) async fn take(&self, kind: Kind, id: &str) -> Flight<'_> {
        let key = (kind, id.to_owned());
        let turn = self.lock().entry(key.clone()).or_default().clone();
        // Made before the wait, so that who gives up waiting leaves nothing behind.
        let mut flight = Flight { flights: self, key, turn: None };
        flight.turn = Some(turn.lock_owned().await);
        flight
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.turn = None;
        let mut turns = self.flights.lock();
        // The table's own, and nobody else's.
        if turns.get(&self.key).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            turns.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn the_same_is_asked_for_once_and_nothing_is_left() {
        let flights = Flights::default();
        let first = flights.take(Kind::Video, "https://a.example/1").await;
        let short = Duration::from_millis(1);
        let again = flights.take(Kind::Video, "https://a.example/1");
        assert!(tokio::time::timeout(short, again).await.is_err(), "somebody asks for it");
        assert_eq!(flights.lock().len(), 1);
        drop(flights.take(Kind::Actor, "https://a.example/1").await);
        drop(first);
        assert_eq!(flights.lock().len(), 0);
        drop(flights.take(Kind::Video, "https://a.example/1").await);
    }
}
