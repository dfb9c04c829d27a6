//! Whether all rows are there, and nothing else: a sum over every row, stored with each commit.
//!
//! Owns the sum and the row that keeps it. sled guards each page with a CRC, but what it finds damaged while it opens
//! it takes for the torn end of its log and leaves out, silently. The sum is in the same batch as the rows it counts,
//! so rows that went missing are noticed. It does not depend on the order of rows, and following a change costs as much
//! as the change.

use sha2::{Digest, Sha256};

use super::StoreError;

/// The key of the row that keeps the sum. Its byte is no table's.
pub(super) const INTEGRITY_KEY: &[u8] = &[0];

/// Count and sum of all rows after some commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Integrity {
    /// How many commits there were.
    pub(super) commits: u64,
    /// How many rows there are.
    pub(super) rows: u64,
    /// Sum of the rows' hashes, modulo 2¹²⁸.
    pub(super) sum: u128,
}

const ENCODED_LENGTH: usize = 32;

impl Integrity {
    /// Follows one changed row. `old` and `new` are its values before and after.
    pub(super) fn change(&mut self, key: &[u8], old: Option<&[u8]>, new: Option<&[u8]>) {
        if let Some(old) = old {
            self.rows = self.rows.wrapping_sub(1);
            self.sum = self.sum.wrapping_sub(hash(key, old));
        }
        if let Some(new) = new {
            self.rows = self.rows.wrapping_add(1);
            self.sum = self.sum.wrapping_add(hash(key, new));
        }
    }

    /// Whether both count the same rows, after whatever commits.
    pub(super) fn has_rows_of(&self, other: &Integrity) -> bool {
        (self.rows, self.sum) == (other.rows, other.sum)
    }

    pub(super) fn encode(&self) -> [u8; ENCODED_LENGTH] {
        let mut out = [0; ENCODED_LENGTH];
        let fields =
            [&self.commits.to_be_bytes()[..], &self.rows.to_be_bytes()[..], &self.sum.to_be_bytes()[..]];
        for (place, byte) in out.iter_mut().zip(fields.into_iter().flatten()) {
            *place = *byte;
        }
        out
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Integrity> {
        let (commits, rest) = bytes.split_first_chunk::<8>()?;
        let (rows, rest) = rest.split_first_chunk::<8>()?;
        let (sum, rest) = rest.split_first_chunk::<16>()?;
        rest.is_empty().then(|| Integrity {
            commits: u64::from_be_bytes(*commits),
            rows: u64::from_be_bytes(*rows),
            sum: u128::from_be_bytes(*sum),
        })
    }
}

fn hash(key: &[u8], value: &[u8]) -> u128 {
    let mut hasher = Sha256::new();
    // Without the length, a byte could move from the key to the value.
    hasher.update((key.len() as u64).to_be_bytes());
    hasher.update(key);
    hasher.update(value);
    let digest = hasher.finalize();
    digest.first_chunk::<16>().map_or(0, |half| u128::from_be_bytes(*half))
}

/// The sum as the store itself says it, and as its rows say it.
pub(super) fn count(tree: &sled::Tree) -> Result<(Option<Integrity>, Integrity), StoreError> {
    let said = tree.get(INTEGRITY_KEY)?.and_then(|bytes| Integrity::decode(&bytes));
    let mut counted = Integrity::default();
    for row in tree.range([1].to_vec()..) {
        let (key, value) = row?;
        counted.change(&key, None, Some(&value));
    }
    counted.commits = said.map_or(0, |said| said.commits);
    Ok((said, counted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_follows_changes_in_any_order() {
        let (mut left, mut right) = (Integrity::default(), Integrity::default());
        left.change(b"a", None, Some(b"1"));
        left.change(b"b", None, Some(b"2"));
        left.change(b"a", Some(b"1"), Some(b"3"));
        left.change(b"c", None, Some(b"4"));
        left.change(b"c", Some(b"4"), None);
        right.change(b"b", None, Some(b"2"));
        right.change(b"a", None, Some(b"3"));
        assert!(left.has_rows_of(&right));
        right.change(b"a", Some(b"3"), Some(b"1"));
        assert!(!left.has_rows_of(&right));
    }

    #[test]
    fn key_and_value_do_not_blur() {
        let (mut left, mut right) = (Integrity::default(), Integrity::default());
        left.change(b"ab", None, Some(b"c"));
        right.change(b"a", None, Some(b"bc"));
        assert!(!left.has_rows_of(&right));
    }

    #[test]
    fn the_row_is_read_back_and_nothing_else_is() {
        let integrity = Integrity { commits: 7, rows: 3, sum: u128::MAX - 5 };
        assert_eq!(Integrity::decode(&integrity.encode()), Some(integrity));
        assert_eq!(Integrity::decode(&integrity.encode()[1..]), None);
        assert_eq!(Integrity::decode(&[0; 33]), None);
    }
}
