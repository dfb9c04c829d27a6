//! How much one call may ask.

use std::collections::BTreeSet;

use super::FindError;
use crate::federation::vocab::host_of;

/// Documents that one call may ask for.
const FETCHES_MAX: u32 = 50;
/// Servers that one call may ask. A thread in which everybody answers from another server is made for us.
const HOSTS_MAX: usize = 10;

/// What one call may still ask.
#[derive(Debug)]
pub(super) struct Budget {
    fetches: u32,
    hosts: BTreeSet<String>,
}

impl Budget {
    pub fn new() -> Budget {
        Budget { fetches: FETCHES_MAX, hosts: BTreeSet::new() }
    }

    /// One question less.
    pub fn spend(&mut self, address: &str) -> Result<(), FindError> {
        self.fetches = self.fetches.checked_sub(1).ok_or(FindError::Budget)?;
        self.hosts.extend(host_of(address));
        if HOSTS_MAX < self.hosts.len() { Err(FindError::Budget) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
