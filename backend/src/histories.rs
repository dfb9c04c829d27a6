//! How far people are in what they watch, between two writes.
//!
//! Owns what players said and was not written yet: players say it every five seconds, and only the last word counts. A
//! crash takes what is in here.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::id::{AccountId, VideoId};

use crate::app::App;
use crate::domain::history::{self, Seen};
use crate::store::{Durability, StoreError};

/// Words that wait: about 100 bytes each. What comes beyond it before they are written is not remembered.
const WAITING_MAX: usize = 50_000;
/// Words that one unit of work writes.
const ROWS_PER_WORK: usize = 200;

/// What waits to be written.
#[derive(Default)]
pub struct Histories {
    waiting: Mutex<HashMap<(AccountId, VideoId), Seen>>,
}

impl Histories {
    /// Takes a word in place of the one before.
    pub fn hear(&self, seen: Seen) {
        let mut waiting = self.lock();
        let key = (seen.account, seen.video);
        if waiting.len() < WAITING_MAX || waiting.contains_key(&key) {
            waiting.insert(key, seen);
        }
    }

    /// How far an account said it is in a video, where that waits.
    #[must_use]
    pub fn position(&self, account: AccountId, video: VideoId) -> Option<u64> {
        self.lock().get(&(account, video)).map(|seen| seen.seconds)
    }

    fn take(&self, is_meant: impl Fn(&Seen) -> bool) -> Vec<Seen> {
        let mut waiting = self.lock();
        let (taken, left) = std::mem::take(&mut *waiting).into_iter().partition(|(_, seen)| is_meant(seen));
        *waiting = left;
        let taken: HashMap<(AccountId, VideoId), Seen> = taken;
        taken.into_values().collect()
    }

    fn give_back(&self, seen: &[Seen]) {
        let mut waiting = self.lock();
        for seen in seen {
            // What was said meanwhile is newer.
            waiting.entry((seen.account, seen.video)).or_insert(*seen);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(AccountId, VideoId), Seen>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what waits. Blocks.
///
/// # Errors
/// [`StoreError`]; what could not be written is kept for the next time.
pub fn write_all(app: &App) -> Result<(), StoreError> {
    write(app, |_| true)
}

/// Writes what one account waits for, so that it reads its own words. Blocks.
///
/// # Errors
/// [`StoreError`]; what could not be written is kept for the next time.
pub fn write_of(app: &App, account: AccountId) -> Result<(), StoreError> {
    write(app, |seen| seen.account == account)
}

fn write(app: &App, is_meant: impl Fn(&Seen) -> bool) -> Result<(), StoreError> {
    let taken = app.histories().take(is_meant);
    let mut pieces = taken.chunks(ROWS_PER_WORK);
    while let Some(piece) = pieces.next() {
        let written = app.write_here(Durability::Relaxed, |write, _| history::keep(write, piece));
        if let Err(error) = written {
            app.histories().give_back(piece);
            pieces.for_each(|piece| app.histories().give_back(piece));
            return Err(error);
        }
    }
    Ok(())
}
