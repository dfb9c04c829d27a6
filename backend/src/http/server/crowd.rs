//! Who holds how many of the seats.
//!
//! Owns the one rule by address: as long as there is room anybody may have as many connections as they like, since
//! whole schools sit behind one address; once room is scarce, whoever holds more than a share gets no other. So nobody
//! fills the house alone, be it with connections that say nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::limits::{pressed_above, share_of};
use crate::config::Network;
use crate::domain::session::AddressBlock;

/// All who are in the house.
pub struct Crowd {
    connections_max: usize,
    proxies: Vec<Network>,
    held: Mutex<HashMap<AddressBlock, usize>>,
}

/// A connection's place in the count. It is given up when this goes.
pub struct Place {
    crowd: Arc<Crowd>,
    /// None for a proxy of ours.
    guest: Option<AddressBlock>,
}

impl Crowd {
    /// A house for so many connections. Those of `proxies` are not counted by address: they stand for many people, and
    /// the counting is theirs.
    #[must_use]
    pub fn new(connections_max: usize, proxies: Vec<Network>) -> Crowd {
        Crowd { connections_max, proxies, held: Mutex::default() }
    }

    /// How many fit.
    #[must_use]
    pub fn connections_max(&self) -> usize {
        self.connections_max
    }

    /// Whether room is scarce while so many seats are taken.
    #[must_use]
    pub fn is_pressed(&self, taken: usize) -> bool {
        pressed_above(self.connections_max) < taken
    }

    /// A place for one more connection from there, while so many seats are taken, this one's included; none if that
    /// address holds its share.
    pub fn enter(self: &Arc<Crowd>, address: IpAddr, taken: usize) -> Option<Place> {
        if self.proxies.iter().any(|proxy| proxy.contains(address)) {
            return Some(Place { crowd: Arc::clone(self), guest: None });
        }
        let guest = AddressBlock::of(address);
        let mut held = self.lock();
        let count = held.get(&guest).copied().unwrap_or(0);
        if self.is_pressed(taken) && share_of(self.connections_max) <= count {
            return None;
        }
        held.insert(guest, count + 1);
        Some(Place { crowd: Arc::clone(self), guest: Some(guest) })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AddressBlock, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(guest) = self.guest else { return };
        if let Entry::Occupied(mut count) = self.crowd.lock().entry(guest) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd() -> Arc<Crowd> {
        Arc::new(Crowd::new(64, vec!["10.0.0.0/8".parse().unwrap()]))
    }

    fn enter(crowd: &Arc<Crowd>, address: &str, taken: usize) -> Option<Place> {
        crowd.enter(address.parse().unwrap(), taken)
    }

    #[test]
    fn there_is_no_limit_while_there_is_room() {
        let crowd = crowd();
        let places: Vec<_> = (1..=48).map(|taken| enter(&crowd, "203.0.113.1", taken).unwrap()).collect();
        assert!(enter(&crowd, "203.0.113.1", 49).is_none(), "room is scarce now");
        let other = enter(&crowd, "203.0.113.2", 49).unwrap();
        assert!(enter(&crowd, "203.0.113.1", 48).is_some(), "somebody left");
        drop((places, other));
        assert!(crowd.lock().is_empty(), "nobody is remembered who has gone");
    }

    #[test]
    fn when_room_is_scarce_everybody_has_a_share() {
        let crowd = crowd();
        let first = enter(&crowd, "203.0.113.1", 60);
        let second = enter(&crowd, "203.0.113.1", 61);
        assert!(first.is_some() && second.is_some() && enter(&crowd, "203.0.113.1", 62).is_none());
        drop(first);
        assert!(enter(&crowd, "::ffff:203.0.113.1", 62).is_some(), "the same address, written as IPv6");
    }

    #[test]
    fn a_network_of_ipv6_is_one_household() {
        let crowd = crowd();
        let places = ["2001:db8::1", "2001:db8::2"].map(|address| enter(&crowd, address, 60).unwrap());
        assert!(enter(&crowd, "2001:db8::3", 62).is_none());
        assert!(enter(&crowd, "2001:db8:0:1::1", 62).is_some());
        drop(places);
    }

    #[test]
    fn our_own_proxies_are_not_counted() {
        let crowd = crowd();
        let places: Vec<_> = (1..=64).map(|taken| enter(&crowd, "10.1.2.3", taken).unwrap()).collect();
        assert!(crowd.lock().is_empty() && places.len() == 64);
    }
}
