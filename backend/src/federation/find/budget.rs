//! How much one call may ask, and what it asked just now.
//!
//! Owns that a call asks for the same document once, though several steps need it: who looks at what stands at an address
//! hands it on to who keeps it.

use std::collections::{BTreeSet, VecDeque};

use super::FindError;
use super::comment::CLIMB_MAX;
use crate::app::App;
use crate::federation::fetch::{self, Fetched};
use crate::federation::vocab::host_of;

/// Documents that one call may ask for: a thread of the greatest depth in which everybody speaks once, and its video with
/// channel, owner and parts.
const FETCHES_MAX: usize = 2 * CLIMB_MAX + 4;
/// Servers that one call may ask. A thread in which everybody answers from another server is made for us.
const HOSTS_MAX: usize = 10;
/// Bytes of documents that are at hand: one of the longest, or some of the usual ones.
const AT_HAND_BYTES_MAX: usize = 1 << 20;
/// Documents that are at hand.
const AT_HAND_MAX: usize = 16;

/// What one call may still ask, which may be all that an activity causes.
#[derive(Debug, Default)]
pub struct Budget {
    spent: usize,
    hosts: BTreeSet<String>,
    /// What was answered, oldest first, by the address that was asked.
    at_hand: VecDeque<(String, Fetched)>,
}

impl Budget {
    /// All of it.
    #[must_use]
    pub fn new() -> Budget {
        Budget::default()
    }

    /// One question less.
    pub(super) fn spend(&mut self, address: &str) -> Result<(), FindError> {
        if FETCHES_MAX <= self.spent {
            return Err(FindError::Budget);
        }
        if let Some(host) = host_of(address).filter(|host| !self.hosts.contains(host)) {
            if HOSTS_MAX <= self.hosts.len() {
                return Err(FindError::Budget);
            }
            self.hosts.insert(host);
        }
        self.spent += 1;
        Ok(())
    }

    /// The document at an address: as it was answered just now, else asked for.
    ///
    /// # Errors
    /// [`FindError`].
    pub async fn document(&mut self, app: &App, address: &str) -> Result<Fetched, FindError> {
        if let Some(found) = self.at_hand(address) {
            return Ok(found);
        }
        self.spend(address)?;
        let found = fetch::document(app, address).await?;
        self.keep(address, &found);
        Ok(found)
    }

    /// The same, unless it is as it was when it was known by `etag`: then nothing.
    pub(super) async fn document_unless(
        &mut self,
        app: &App,
        address: &str,
        etag: Option<&str>,
    ) -> Result<Option<Fetched>, FindError> {
        if let Some(found) = self.at_hand(address) {
            return Ok(Some(found));
        }
        self.spend(address)?;
        let found = fetch::document_unless(app, address, etag).await?;
        if let Some(found) = &found {
            self.keep(address, found);
        }
        Ok(found)
    }

    fn at_hand(&self, address: &str) -> Option<Fetched> {
        let is_it = |(asked, found): &&(String, Fetched)| asked == address || found.url == address;
        self.at_hand.iter().find(is_it).map(|(_, found)| found.clone())
    }

    fn keep(&mut self, address: &str, found: &Fetched) {
        self.at_hand.push_back((address.to_owned(), found.clone()));
        let bytes =
            |at_hand: &VecDeque<(String, Fetched)>| at_hand.iter().map(|(_, found)| found.bytes).sum();
        while AT_HAND_MAX < self.at_hand.len() || AT_HAND_BYTES_MAX < bytes(&self.at_hand) {
            self.at_hand.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn found(url: &str, bytes: usize) -> Fetched {
        Fetched { url: url.to_owned(), value: Value::Null, etag: None, bytes }
    }

    #[test]
    fn a_call_asks_so_much_and_no_more() {
        let mut budget = Budget::new();
        for number in 0..FETCHES_MAX {
            budget.spend(&format!("https://{}.example/x", number % 10)).unwrap();
        }
        assert!(matches!(budget.spend("https://1.example/x"), Err(FindError::Budget)));
        let mut budget = Budget::new();
        let asked = (0..20).take_while(|number| budget.spend(&format!("https://{number}.example/")).is_ok());
        assert_eq!(asked.count(), HOSTS_MAX);
        budget.spend("https://3.example/").expect("those that are known may be asked on");
    }

    #[test]
    fn what_was_answered_is_at_hand_by_both_its_addresses_and_within_bounds() {
        let mut budget = Budget::new();
        budget.keep("https://a.example/w/1", &found("https://a.example/videos/1", 10));
        for address in ["https://a.example/w/1", "https://a.example/videos/1"] {
            assert!(budget.at_hand(address).is_some(), "{address}");
        }
        assert!(budget.at_hand("https://a.example/videos/2").is_none());
        budget.keep("https://a.example/long", &found("https://a.example/long", AT_HAND_BYTES_MAX));
        assert!(budget.at_hand("https://a.example/videos/1").is_none(), "the oldest goes first");
        assert!(budget.at_hand("https://a.example/long").is_some());
        for number in 0..AT_HAND_MAX + 5 {
            budget.keep(&number.to_string(), &found("x", 1));
        }
        assert_eq!(budget.at_hand.len(), AT_HAND_MAX);
    }
}
