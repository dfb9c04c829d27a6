//! Failed logins, counted per address and per account, so that guessing is slow.
//!
//! Owns the counters; never waits and never reads a clock. A try is counted before the password is judged and given
//! back when it was right, so that a hundred guesses sent at once are a hundred tries. The surprise is the neighbours:
//! an address from which an account logged in before is not stopped by what strangers do to that account, or anybody
//! could lock anybody out.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use shared::time::Instant;

/// How long a failed try counts (PeerTube's window).
pub const TRIES_WINDOW: Duration = Duration::from_secs(5 * 60);
/// About 100 bytes each, so a few megabytes. Beyond it the oldest are forgotten.
const COUNTERS_MAX: usize = 50_000;
/// So much of a login is looked at: no user name is longer, and what strangers make up may be kilobytes.
const NAME_LETTERS_MAX: usize = 64;
/// Accounts whose addresses are remembered.
const ACCOUNTS_REMEMBERED_MAX: usize = 10_000;
/// A home, an office, a telephone, a friend's.
const ADDRESSES_REMEMBERED_MAX: usize = 4;

/// Counters of failed logins.
pub struct Tries {
    per_address_max: u32,
    per_account_max: u32,
    addresses: Counters<AddressBlock>,
    accounts: Counters<String>,
    known: HashMap<String, VecDeque<AddressBlock>>,
}

/// What an address may still do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TriesLeft {
    /// Tries in one window.
    pub limit: u32,
    /// Tries that are left of it.
    pub remaining: u32,
    /// Until the window ends.
    pub reset: Duration,
}

/// Whether a try may go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TryOutcome {
    /// Judge the password, then call [`Tries::succeed`] if it was right.
    Go(TriesLeft),
    /// Too many failed; come back when the window ends.
    Wait(TriesLeft),
}

/// What one person surely owns all of, and so the unit of counting by address: an IPv4 address, or the 64 bits of an IPv6
/// network (RFC 4291 §2.5.4) within which everybody takes the address they like.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AddressBlock(IpAddr);

impl AddressBlock {
    /// The one that an address lies in; IPv4 written as IPv6 is IPv4.
    #[must_use]
    pub fn of(address: IpAddr) -> AddressBlock {
        AddressBlock(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        })
    }
}

impl Tries {
    /// Counters with these bounds on failed tries in [`TRIES_WINDOW`].
    #[must_use]
    pub fn new(per_address_max: u32, per_account_max: u32) -> Tries {
        Tries {
            per_address_max,
            per_account_max,
            addresses: Counters::default(),
            accounts: Counters::default(),
            known: HashMap::new(),
        }
    }

    /// Counts one try of `address` for the login `name`.
    pub fn begin(&mut self, now: Instant, address: IpAddr, name: &str) -> TryOutcome {
        let block = AddressBlock::of(address);
        let name = counted(name);
        let (used, reset) = self.addresses.get(now, &block);
        let limit = self.per_address_max;
        if limit <= used {
            return TryOutcome::Wait(TriesLeft { limit, remaining: 0, reset });
        }
        let (used_by_all, account_reset) = self.accounts.get(now, &name);
        let is_known = self.known.get(&name).is_some_and(|known| known.contains(&block));
        if self.per_account_max <= used_by_all && !is_known {
            return TryOutcome::Wait(TriesLeft { limit, remaining: 0, reset: account_reset });
        }
        let reset = self.addresses.add(now, block);
        self.accounts.add(now, name);
        TryOutcome::Go(TriesLeft { limit, remaining: limit - used - 1, reset })
    }

    /// Gives the try back, since it was right.
    pub fn succeed(&mut self, now: Instant, address: IpAddr, name: &str) -> TriesLeft {
        let block = AddressBlock::of(address);
        let name = counted(name);
        self.addresses.take_back(now, &block);
        self.accounts.take_back(now, &name);
        self.remember(name, block);
        let (used, reset) = self.addresses.get(now, &block);
        let limit = self.per_address_max;
        TriesLeft { limit, remaining: limit.saturating_sub(used), reset }
    }

    fn remember(&mut self, name: String, block: AddressBlock) {
        if ACCOUNTS_REMEMBERED_MAX <= self.known.len() && !self.known.contains_key(&name) {
            return;
        }
        let known = self.known.entry(name).or_default();
        known.retain(|other| *other != block);
        known.push_back(block);
        if ADDRESSES_REMEMBERED_MAX < known.len() {
            known.pop_front();
        }
    }
}

/// How often somebody may do something in [`TRIES_WINDOW`].
pub struct Allowance<K> {
    max: u32,
    used: Counters<K>,
}

impl<K: Eq + Hash + Clone> Allowance<K> {
    /// `max` times.
    #[must_use]
    pub fn new(max: u32) -> Allowance<K> {
        Allowance { max, used: Counters::default() }
    }

    /// Counts one use.
    pub fn take(&mut self, now: Instant, key: K) -> TryOutcome {
        let (used, reset) = self.used.get(now, &key);
        let limit = self.max;
        if limit <= used {
            return TryOutcome::Wait(TriesLeft { limit, remaining: 0, reset });
        }
        let reset = self.used.add(now, key);
        TryOutcome::Go(TriesLeft { limit, remaining: limit - used - 1, reset })
    }

    /// Gives a use back that came to nothing.
    pub fn give_back(&mut self, now: Instant, key: &K) {
        self.used.take_back(now, key);
    }
}

/// A login as its tries are counted.
fn counted(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).take(NAME_LETTERS_MAX).collect()
}

/// Counters with windows of one length, so that they end in the order they began.
struct Counters<K> {
    windows: HashMap<K, Window>,
    order: VecDeque<(Instant, K)>,
}

#[derive(Clone, Copy)]
struct Window {
    began: Instant,
    used: u32,
}

impl<K> Default for Counters<K> {
    fn default() -> Counters<K> {
        Counters { windows: HashMap::new(), order: VecDeque::new() }
    }
}

impl<K: Eq + Hash + Clone> Counters<K> {
    /// How much is used of the running window, and how long it still runs.
    fn get(&self, now: Instant, key: &K) -> (u32, Duration) {
        match self.windows.get(key).map(|window| (window, now.since(window.began))) {
            Some((window, age)) if age < TRIES_WINDOW => (window.used, TRIES_WINDOW - age),
            Some(_) | None => (0, TRIES_WINDOW),
        }
    }

    fn add(&mut self, now: Instant, key: K) -> Duration {
        self.forget_ended(now);
        let window = self.windows.entry(key.clone()).or_insert_with(|| {
            self.order.push_back((now, key));
            Window { began: now, used: 0 }
        });
        window.used += 1;
        TRIES_WINDOW.saturating_sub(now.since(window.began))
    }

    fn take_back(&mut self, now: Instant, key: &K) {
        self.forget_ended(now);
        if let Some(window) = self.windows.get_mut(key) {
            window.used = window.used.saturating_sub(1);
        }
    }

    fn forget_ended(&mut self, now: Instant) {
        while let Some((began, _)) = self.order.front() {
            if now.since(*began) < TRIES_WINDOW && self.windows.len() < COUNTERS_MAX {
                break;
            }
            if let Some((_, key)) = self.order.pop_front() {
                self.windows.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::ZERO + Duration::from_secs(seconds)
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn goes(outcome: TryOutcome) -> bool {
        matches!(outcome, TryOutcome::Go(_))
    }

    #[test]
    fn a_long_name_takes_no_more_room_than_another() {
        let mut tries = Tries::new(100, 2);
        let long = |end: &str| format!("{}{end}", "\u{df}A".repeat(4000));
        assert!(goes(tries.begin(at(0), ip("192.0.2.1"), &long("x"))));
        assert!(goes(tries.begin(at(0), ip("192.0.2.2"), &long("y"))));
        assert!(!goes(tries.begin(at(0), ip("192.0.2.3"), &long("z"))), "alike as far as it is looked at");
        assert!(tries.accounts.windows.keys().all(|name| name.chars().count() <= NAME_LETTERS_MAX));
    }

    #[test]
    fn an_address_waits_after_its_failures_until_the_window_ends() {
        let mut tries = Tries::new(2, 100);
        let home = ip("192.0.2.1");
        let left = |remaining, reset| TriesLeft { limit: 2, remaining, reset: Duration::from_secs(reset) };
        assert_eq!(tries.begin(at(0), home, "a"), TryOutcome::Go(left(1, 300)));
        assert_eq!(tries.begin(at(10), home, "b"), TryOutcome::Go(left(0, 290)));
        assert_eq!(tries.begin(at(20), home, "c"), TryOutcome::Wait(left(0, 280)));
        assert!(goes(tries.begin(at(20), ip("192.0.2.2"), "a")));
        assert_eq!(tries.begin(at(300), home, "c"), TryOutcome::Go(left(1, 300)));
    }

    #[test]
    fn right_passwords_use_nothing_up() {
        let mut tries = Tries::new(1, 1);
        for second in 0..50 {
            assert!(goes(tries.begin(at(second), ip("192.0.2.1"), "alice")));
            assert_eq!(tries.succeed(at(second), ip("192.0.2.1"), "alice").remaining, 1);
        }
    }

    #[test]
    fn an_account_is_guarded_against_many_addresses_but_not_against_its_own() {
        let mut tries = Tries::new(100, 3);
        let home = ip("192.0.2.1");
        assert!(goes(tries.begin(at(0), home, "Alice")));
        tries.succeed(at(0), home, "Alice");
        for stranger in 1..=3 {
            assert!(goes(tries.begin(at(1), ip(&format!("203.0.113.{stranger}")), "alice")));
        }
        assert!(!goes(tries.begin(at(2), ip("203.0.113.4"), "ALICE")));
        assert!(goes(tries.begin(at(2), home, "alice")));
        assert!(goes(tries.begin(at(2), ip("203.0.113.4"), "bob")));
    }

    #[test]
    fn a_household_of_ipv6_is_one_address() {
        let mut tries = Tries::new(1, 100);
        assert!(goes(tries.begin(at(0), ip("2001:db8::1"), "a")));
        assert!(!goes(tries.begin(at(0), ip("2001:db8::ffff:1"), "a")));
        assert!(goes(tries.begin(at(0), ip("2001:db8:0:1::1"), "a")));
        assert!(goes(tries.begin(at(0), ip("::ffff:192.0.2.1"), "a")));
        assert!(!goes(tries.begin(at(0), ip("192.0.2.1"), "a")));
    }

    #[test]
    fn an_allowance_ends_with_its_window_and_takes_back_what_came_to_nothing() {
        let mut allowance = Allowance::new(2);
        let block = AddressBlock::of(ip("192.0.2.1"));
        assert!(goes(allowance.take(at(0), block)) && goes(allowance.take(at(1), block)));
        assert!(!goes(allowance.take(at(2), block)));
        assert!(goes(allowance.take(at(2), AddressBlock::of(ip("192.0.2.2")))));
        allowance.give_back(at(3), &block);
        assert!(goes(allowance.take(at(3), block)) && !goes(allowance.take(at(4), block)));
        assert!(goes(allowance.take(at(301), block)));
    }

    #[test]
    fn counters_are_bounded() {
        let mut tries = Tries::new(1, u32::MAX);
        for number in 0..u32::try_from(COUNTERS_MAX).unwrap() + 10 {
            tries.begin(at(0), IpAddr::V4(number.into()), "a");
        }
        assert!(tries.addresses.windows.len() <= COUNTERS_MAX);
        assert_eq!(tries.addresses.windows.len(), tries.addresses.order.len());
    }
}
