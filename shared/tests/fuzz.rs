//! The fuzzer's checks on captured bytes that were changed at random: what runs everywhere, in seconds.

#![expect(clippy::unwrap_used, reason = "a test that does not go as told fails")]
#![expect(unsafe_code, reason = "an allocator that counts; it hands on to the system's")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use serde_json::Value;

#[path = "../../tests/fuzz/checks.rs"]
mod checks;

/// How many changed messages are tried.
const ROUNDS: usize = 200_000;
/// What reading may take at once for each byte read: a block of 256 numbers takes 40 bytes and is written in three, and a
/// list that grows holds twice what is in it, and for a moment what was in it before …
const BYTES_PER_BYTE: usize = 64;
/// … and for anything at all.
const BYTES_AT_LEAST: usize = 4096;

/// The system's allocator, and what each thread holds of it.
struct Counting;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed on as it came; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.get().wrapping_add(layout.size());
        HELD.set(held);
        MOST.set(MOST.get().max(held));
        // SAFETY: the caller's promises are those asked for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.set(HELD.get().saturating_sub(layout.size()));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How many bytes something held at most, beyond what was held before.
fn most_held(act: impl FnOnce()) -> usize {
    let before = HELD.get();
    MOST.set(before);
    act();
    MOST.get().saturating_sub(before)
}

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

/// Reads what was changed, in all ways; what reading alone takes is bounded by what is read.
fn try_changed(seeds: &[Vec<u8>], read: impl Fn(&[u8]), check: impl Fn(&[u8])) {
    assert!(10 < seeds.len());
    let mut chance = Chance(1);
    for seed in seeds.iter().cycle().take(ROUNDS) {
        let mut bytes = seed.clone();
        change(&mut chance, &mut bytes);
        let most = most_held(|| read(&bytes));
        assert!(most <= BYTES_AT_LEAST + BYTES_PER_BYTE * bytes.len(), "{most} bytes for {}", bytes.len());
        check(&bytes);
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

#[test]
fn no_message_brings_the_peers_readers_down() {
    let captured: Value =
        serde_json::from_str(include_str!("../../tests/vectors/p2p/commands.json")).unwrap();
    let vectors = captured["vectors"].as_array().unwrap().iter();
    let frames = vectors.filter_map(|vector| vector["messagesHex"].as_array()).flatten();
    let hex = frames.filter_map(Value::as_str);
    // Some are bodies, and some lie in their frame.
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for frame in hex.map(unhex) {
        let body = frame.strip_prefix(b"cstr".as_slice()).and_then(|rest| rest.strip_suffix(b"cend"));
        seeds.extend(body.map(<[u8]>::to_vec));
        seeds.push(frame);
    }
    // Many blocks with one member each take most.
    seeds.push([vec![0, b'l', 0x10, 255], [1, 1, 7].repeat(255)].concat());
    let read = |bytes: &[u8]| drop(shared::peer::Message::decode(bytes));
    try_changed(&seeds, read, checks::peer);
}

#[test]
fn no_text_brings_the_readers_of_lists_down() {
    let texts = [
        include_str!("../../tests/vectors/hls/peertube-6.3-master-private-reinjected.m3u8"),
        include_str!("../../tests/vectors/hls/peertube-6.3-master.m3u8"),
        include_str!("../../tests/vectors/hls/peertube-6.3-media-240.m3u8"),
        include_str!("../../tests/vectors/hls/peertube-6.3-segments-sha256.json"),
    ];
    // The beginning of each, so that a change hits what matters.
    let lengths = [200, 600, 1500];
    let seeds: Vec<Vec<u8>> =
        texts.iter().flat_map(|text| lengths.map(|length| text.bytes().take(length).collect())).collect();
    let read = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        drop(shared::hls::parse(text));
        drop(shared::digests::Digests::parse(text));
    };
    try_changed(&seeds, read, checks::lists);
}

#[test]
fn no_message_brings_the_trackers_readers_down() {
    let captured: Value =
        serde_json::from_str(include_str!("../../tests/vectors/p2p/tracker-frames.json")).unwrap();
    let sessions = captured.as_array().unwrap().iter();
    let entries = sessions.filter_map(|session| session.get("log")?.as_array()).flatten();
    let seeds: Vec<Vec<u8>> =
        entries.filter_map(|entry| entry.get("frame")).map(|frame| frame.to_string().into_bytes()).collect();
    assert!(50 < seeds.len());
    let read = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let _ = shared::tracker::FromClient::decode(text);
        let _ = shared::tracker::FromTracker::decode(text);
    };
    try_changed(&seeds, read, checks::tracker);
}
