//! What is kept, and what goes when there is no room. Pure.

use std::collections::{BTreeMap, HashMap};

/// The files of a folder, by when they were last asked for.
#[derive(Default, Debug)]
pub(super) struct Kept {
    files: HashMap<String, One>,
    /// By the turn they were asked for at, longest ago first.
    by_turn: BTreeMap<u64, String>,
    bytes: u64,
    turn: u64,
}

#[derive(Clone, Copy, Debug)]
struct One {
    bytes: u64,
    turn: u64,
}

impl Kept {
    /// Notes a file that is there now, as just asked for. Gives those that have to go, so that no more than `bytes_max`
    /// are kept; a file that is too large alone goes itself.
    pub(super) fn put(&mut self, name: &str, bytes: u64, bytes_max: u64) -> Vec<String> {
        self.forget(name);
        self.turn += 1;
        self.files.insert(name.to_owned(), One { bytes, turn: self.turn });
        self.by_turn.insert(self.turn, name.to_owned());
        self.bytes = self.bytes.saturating_add(bytes);
        let mut gone = Vec::new();
        while bytes_max < self.bytes {
            let Some((_, oldest)) = self.by_turn.first_key_value() else { break };
            let oldest = oldest.clone();
            self.forget(&oldest);
            gone.push(oldest);
        }
        gone
    }

    /// Notes that a file was asked for.
    pub(super) fn touch(&mut self, name: &str) {
        let Some(one) = self.files.get_mut(name) else { return };
        self.by_turn.remove(&one.turn);
        self.turn += 1;
        one.turn = self.turn;
        self.by_turn.insert(self.turn, name.to_owned());
    }

    /// Notes that a file is there no more.
    pub(super) fn forget(&mut self, name: &str) {
        if let Some(one) = self.files.remove(name) {
            self.by_turn.remove(&one.turn);
            self.bytes = self.bytes.saturating_sub(one.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_for_longest_goes_first() {
        let mut kept = Kept::default();
        assert!(kept.put("a", 40, 100).is_empty());
        assert!(kept.put("b", 40, 100).is_empty());
        kept.touch("a");
        assert_eq!(kept.put("c", 40, 100), ["b"]);
        assert_eq!(kept.put("d", 100, 100), ["a", "c"]);
        assert_eq!(kept.put("e", 101, 100), ["d", "e"], "one that is too large alone");
        assert!(kept.put("f", 100, 100).is_empty(), "and nothing of it is counted any more");
    }

    #[test]
    fn a_file_is_counted_once() {
        let mut kept = Kept::default();
        for _ in 0..9 {
            assert!(kept.put("a", 60, 100).is_empty());
        }
        kept.forget("a");
        kept.forget("a");
        kept.touch("a");
        assert!(kept.put("b", 100, 100).is_empty());
    }
}
