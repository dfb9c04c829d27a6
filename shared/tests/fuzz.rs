//! The fuzzer's checks on captured bytes that were changed at random: what runs everywhere, in seconds.

#![expect(clippy::unwrap_used, reason = "a test that does not go as told fails")]

use serde_json::Value;

#[path = "../../tests/fuzz/checks.rs"]
mod checks;

/// How many changed messages are tried.
const ROUNDS: usize = 200_000;

/// Numbers that look random and are the same each time (Knuth's constants).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// Changes some bytes, takes some out, repeats some.
fn change(chance: &mut Chance, bytes: &mut Vec<u8>) {
    for _ in 0..chance.below(6) {
        if bytes.is_empty() {
            return;
        }
        let at = chance.below(bytes.len());
        let end = chance.below(bytes.len() + 1).max(at);
        match chance.below(4) {
            0 => {
                let letters = b"{}[]\":,\\u0/ 9-.eE\0\x1f\x7f\xc3\xff";
                let letter = letters.get(chance.below(letters.len())).copied();
                bytes.splice(at..=at, letter);
            }
            1 => bytes.truncate(end),
            2 => drop(bytes.drain(at..end)),
            _ if bytes.len() < 4096 => bytes.extend_from_within(at..end),
            _ => {}
        }
    }
}

#[test]
fn no_message_brings_the_trackers_readers_down() {
    let captured: Value =
        serde_json::from_str(include_str!("../../tests/vectors/p2p/tracker-frames.json")).unwrap();
    let sessions = captured.as_array().unwrap().iter();
    let entries = sessions.filter_map(|session| session.get("log")?.as_array()).flatten();
    let seeds: Vec<String> =
        entries.filter_map(|entry| entry.get("frame")).map(ToString::to_string).collect();
    assert!(50 < seeds.len());
    let mut chance = Chance(1);
    for seed in seeds.iter().cycle().take(ROUNDS) {
        let mut bytes = seed.clone().into_bytes();
        change(&mut chance, &mut bytes);
        checks::tracker(&bytes);
    }
}
