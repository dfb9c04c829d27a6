//! What waits to be done of what others sent, and who may send more, in memory.
//!
//! Owns the counters, and that the queue is in step with the store: it takes over what a commit changed. The surprise is
//! that there are three counters, which count before anybody is believed: by address, by address and who says to come from
//! it, and by address and the host whose key is asked for. A flood costs nobody else their turn.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shared::time::Instant;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use super::vocab::host_of;
use crate::domain::arrival::{Queue, Waiting};
use crate::domain::pace::Pace;
use crate::domain::session::AddressBlock;
use crate::store::records::{Arrived, Fate};
use crate::store::tables::{InboxKey, ReceivedKey};
use crate::store::{Changes, Read, Store, StoreError};

/// Requests from one address block in [`WINDOW`]: a hosting firm's machine that is several servers.
const ADDRESS_MAX: u32 = 2000;
/// Requests of one server in [`WINDOW`]: PeerTube's own bound.
const SENDER_MAX: u32 = 500;
const WINDOW: Duration = Duration::from_secs(10);
/// Keys of one server that are fetched in [`KEYS_WINDOW`]: a server of thousands that speak all at once is told to come back.
const KEYS_MAX: u32 = 120;
const KEYS_WINDOW: Duration = Duration::from_secs(60);
/// Keys that are asked for at once: half of what may be asked of others at all.
const ASKING_MAX: usize = 32;

/// Types of activities that are counted each for itself. The network has thirty; what else strangers call theirs is
/// counted together.
const KINDS_MAX: usize = 50;

/// What became of activities since the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Judged {
    /// Done, or understood without anything to be done.
    pub successes: u64,
    /// Not accepted, or not to be done.
    pub errors: u64,
}

/// What waits, and who may send more.
pub struct Arrivals {
    queue: Mutex<Queue>,
    judged: Mutex<BTreeMap<String, Judged>>,
    woken: Notify,
    addresses: Mutex<Pace<AddressBlock>>,
    senders: Mutex<Pace<(String, AddressBlock)>>,
    keys: Mutex<Pace<(String, Option<AddressBlock>)>>,
    asking: Semaphore,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The server something came from.
fn sender_of(arrived: &Arrived) -> String {
    host_of(&arrived.signer).unwrap_or_default()
}

impl Arrivals {
    /// Reads what waits.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or a row is damaged.
    pub fn load(store: &Store) -> Result<Arrivals, StoreError> {
        let mut queue = Queue::default();
        for row in store.table::<InboxKey>() {
            let (key, arrived) = row?;
            queue.put(&sender_of(&arrived), key.number, arrived.body.len());
        }
        Ok(Arrivals {
            queue: Mutex::new(queue),
            judged: Mutex::default(),
            woken: Notify::new(),
            addresses: Mutex::new(Pace::new(ADDRESS_MAX, WINDOW)),
            senders: Mutex::new(Pace::new(SENDER_MAX, WINDOW)),
            keys: Mutex::new(Pace::new(KEYS_MAX, KEYS_WINDOW)),
            asking: Semaphore::new(ASKING_MAX),
        })
    }

    /// Takes over what a commit changed. Call it under the writer's lock.
    pub fn follow(&self, changes: &Changes) {
        let mut came = false;
        for row in changes.of::<InboxKey>() {
            match row {
                Ok((key, Some(arrived))) => {
                    locked(&self.queue).put(&sender_of(&arrived), key.number, arrived.body.len());
                    came = true;
                }
                Ok((key, None)) => locked(&self.queue).remove(key.number),
                // The rows were written by this process a moment ago, so they can be read.
                Err(error) => tracing::error!(%error, "the inbox could not follow a commit"),
            }
        }
        if came {
            self.woken.notify_one();
        }
        for received in changes.of::<ReceivedKey>().filter_map(|row| row.ok()?.1) {
            self.count(&received.kind, &received.fate);
        }
    }

    /// Counts what became of something.
    fn count(&self, kind: &str, fate: &Fate) {
        let mut judged = locked(&self.judged);
        let has_room = judged.len() < KINDS_MAX || judged.contains_key(kind);
        let sums = judged.entry(if has_room { kind.to_owned() } else { String::new() }).or_default();
        match fate {
            Fate::Done | Fate::Nothing => sums.successes += 1,
            Fate::Refused(_) | Fate::Failed(_) => sums.errors += 1,
        }
    }

    /// What became of what came since the start, by type; without a name what has none of its own.
    #[must_use]
    pub fn judged(&self) -> BTreeMap<String, Judged> {
        locked(&self.judged).clone()
    }

    /// How many activities wait in all.
    #[must_use]
    pub fn count_waiting(&self) -> usize {
        locked(&self.queue).count()
    }

    /// Returns when something arrived. What came before the wait counts.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }

    /// How much waits. Exact under the writer's lock.
    #[must_use]
    pub fn waiting(&self, host: &str) -> Waiting {
        let queue = locked(&self.queue);
        Waiting { all: queue.weight(), of_host: queue.weight_of(host) }
    }

    /// What is to be done next, and whose turn that is until [`Arrivals::release`].
    #[must_use]
    pub fn take(&self, now: Instant) -> Option<(String, u64)> {
        locked(&self.queue).take(now)
    }

    /// The turn of a server is over; `held` is to be tried again then.
    pub fn release(&self, host: &str, held: Option<(u64, Instant)>) {
        let mut queue = locked(&self.queue);
        if let Some((number, until)) = held {
            queue.hold(number, until);
        }
        queue.release(host);
    }

    /// When this may be tried; none where it does not wait.
    #[must_use]
    pub fn due_of(&self, number: u64) -> Option<Instant> {
        locked(&self.queue).due_of(number)
    }

    /// When there is something to be done that nobody is at.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        locked(&self.queue).next_due()
    }

    /// Counts a request to an inbox.
    ///
    /// # Errors
    /// How long to wait, where there were too many from this address.
    pub fn knock(&self, now: Instant, address: IpAddr) -> Result<(), Duration> {
        locked(&self.addresses).step(now, &AddressBlock::of(address))
    }

    /// Counts a request that says to come from a server. By address, too: nobody uses up another's turns.
    ///
    /// # Errors
    /// How long to wait, where there were too many.
    pub fn claim(&self, now: Instant, host: &str, address: IpAddr) -> Result<(), Duration> {
        locked(&self.senders).step(now, &(host.to_owned(), AddressBlock::of(address)))
    }

    /// Counts a key that is fetched because of who asks from an address, or because of what waits: nobody uses up
    /// another's turns.
    ///
    /// # Errors
    /// How long to wait, where too many of this server were.
    pub fn ask_key(&self, now: Instant, host: &str, by: Option<IpAddr>) -> Result<(), Duration> {
        locked(&self.keys).step(now, &(host.to_owned(), by.map(AddressBlock::of)))
    }

    /// A place to ask for a key; none where as many are asked for as may be.
    #[must_use]
    pub fn asking(&self) -> Option<SemaphorePermit<'_>> {
        self.asking.try_acquire().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::ZERO + Duration::from_secs(seconds)
    }

    fn arrivals() -> (tempfile::TempDir, Arrivals) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let arrivals = Arrivals::load(&store).unwrap();
        (folder, arrivals)
    }

    #[test]
    fn a_flood_costs_nobody_else_their_turn() {
        let (_folder, arrivals) = arrivals();
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse::<IpAddr>().unwrap());
        for _ in 0..SENDER_MAX {
            arrivals.claim(at(0), "a.example", one).unwrap();
        }
        assert_eq!(arrivals.claim(at(4), "a.example", one), Err(Duration::from_secs(6)));
        assert_eq!(arrivals.claim(at(4), "b.example", one), Ok(()));
        // Who says to be another does not use up what that one may.
        assert_eq!(arrivals.claim(at(4), "a.example", other), Ok(()));
        assert_eq!(arrivals.claim(at(10), "a.example", one), Ok(()));
    }

    #[test]
    fn what_became_of_it_is_counted_by_its_type_within_bounds() {
        let (_folder, arrivals) = arrivals();
        let refused = Fate::Refused("no".to_owned());
        for fate in [&Fate::Done, &Fate::Nothing, &refused] {
            arrivals.count("Create", fate);
        }
        for number in 0..2 * KINDS_MAX {
            arrivals.count(&format!("Kind{number}"), &Fate::Failed("no".to_owned()));
        }
        let judged = arrivals.judged();
        assert_eq!(judged["Create"], Judged { successes: 2, errors: 1 });
        assert!(judged.len() <= KINDS_MAX + 1);
        assert_eq!(judged.values().map(|sums| sums.errors).sum::<u64>(), 1 + 2 * KINDS_MAX as u64);
    }

    #[test]
    fn keys_are_asked_for_by_who_wants_them_and_few_at_once() {
        let (_folder, arrivals) = arrivals();
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|text| Some(text.parse::<IpAddr>().unwrap()));
        for _ in 0..KEYS_MAX {
            arrivals.ask_key(at(0), "a.example", one).unwrap();
        }
        assert!(arrivals.ask_key(at(0), "a.example", one).is_err());
        assert_eq!(arrivals.ask_key(at(0), "a.example", other), Ok(()));
        assert_eq!(arrivals.ask_key(at(0), "a.example", None), Ok(()));
        let places: Vec<_> = (0..ASKING_MAX).map(|_| arrivals.asking().unwrap()).collect();
        assert!(arrivals.asking().is_none());
        drop(places);
        assert!(arrivals.asking().is_some());
    }
}
