//! Documents that nobody writes: captured ones that were changed at random, and texts that are hardly any. Whatever they
//! are, readers say what they are or what is wrong with them, without a panic.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::*;
use crate::federation::pieces;
use crate::federation::sign::linked::{self, Contexts};

/// Documents that are tried.
const TRIED: usize = 150;
/// As deep as anything that is nested here: `serde_json` reads no deeper from a text.
const DEPTH: usize = 120;

/// The same numbers on every machine and every day (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }
}

/// What two PeerTubes showed and told each other.
fn captured() -> Vec<Value> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let mut all = Vec::new();
    for file in std::fs::read_dir(vectors.join("ap")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        all.push(serde_json::from_str(&text).unwrap());
    }
    let told = std::fs::read_to_string(vectors.join("federation/peertube-6.3-signed.json")).unwrap();
    let told: Vec<Value> = serde_json::from_str(&told).unwrap();
    let bodies = told.iter().filter_map(|one| one["body"].as_str()).filter(|body| !body.is_empty());
    all.extend(bodies.map(|body| serde_json::from_str::<Value>(body).unwrap()));
    // The order of a folder is not the same everywhere.
    all.sort_by_key(Value::to_string);
    all
}

/// Something that stands where something else should.
fn odd(dice: &mut Dice, depth: usize) -> Value {
    const TEXTS: [&str; 20] = [
        "",
        " ",
        "as:Public",
        "https://",
        "https://a.example",
        "https://a.example:99999/x",
        "http://[::1/x",
        "https://a.example/\u{202e}\u{0}",
        "javascript:alert(1)",
        "-----BEGIN PUBLIC KEY-----",
        "PT",
        "PTS",
        "PT99999999999999999999S",
        "P1Y",
        "2026-02-30T25:61:61Z",
        "-271821-04-20T00:00:00Z",
        "NaN",
        "9999999999999999999999999",
        "<p><p><p><a href=\"",
        "\u{feff}\u{fffd}\u{10ffff}",
    ];
    match dice.below(12) {
        0 => Value::Null,
        1 => json!(dice.next()),
        2 => json!(i64::MIN),
        3 => json!(1.797_693_134_862_315_7e308),
        4 => json!(-0.0),
        5 => json!(dice.below(2) == 0),
        6 => json!("x".repeat(dice.below(if depth == 0 { 70_000 } else { 200 }))),
        7 if depth < 3 => {
            let count = dice.below(if depth == 0 { 300 } else { 12 });
            Value::Array((0..count).map(|_| odd(dice, depth + 1)).collect())
        }
        8 if depth < 3 => {
            let names =
                ["id", "type", "href", "url", "object", "actor", "name", "@id", "@type", "@context", "items"];
            let fields = (0..dice.below(8)).map(|_| ((*dice.one(&names)).to_owned(), odd(dice, depth + 1)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        9 => (0..DEPTH).fold(json!("deep"), |within, _| json!([within])),
        10 => (0..DEPTH).fold(json!("deep"), |within, _| json!({ "object": within, "type": "Create" })),
        _ => json!(*dice.one(&TEXTS)),
    }
}

/// Changes something somewhere.
fn change(dice: &mut Dice, value: &mut Value, other: &Value) {
    let stays = dice.below(3) != 0;
    match value {
        Value::Object(map) if stays && !map.is_empty() => {
            let name = map.keys().nth(dice.below(map.len())).unwrap().clone();
            match dice.below(8) {
                0 => drop(map.remove(&name)),
                1 => drop(map.insert(name, other.clone())),
                2 => {
                    let moved = map.remove(&name).unwrap();
                    map.insert("object".to_owned(), moved);
                }
                _ => change(dice, map.get_mut(&name).unwrap(), other),
            }
        }
        Value::Array(values) if stays && !values.is_empty() => {
            let at = dice.below(values.len());
            match dice.below(6) {
                0 => drop(values.remove(at)),
                1 => {
                    let again = vec![values[at].clone(); dice.below(500)];
                    values.extend(again);
                }
                _ => change(dice, &mut values[at], other),
            }
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => *value = odd(dice, 0),
    }
}

/// Everything that reads what others wrote.
fn read_all(value: &Value, contexts: &Contexts) {
    drop(pieces(value, "{}"));
    drop(activities(value));
    if let Some(thing) = Thing::of(value) {
        drop(Activity::read(thing));
    }
    drop(Activity::read_linked(value));
    drop(Actor::read(value));
    drop(Video::read(value));
    drop(Note::read(value));
    drop(Grave::read(value));
    drop(Playlist::read(value));
    drop(Element::read(value));
    drop(Collection::read(value, "https://a.example/list"));
    drop(CollectionPage::read(value, "https://a.example/list?page=1"));
    drop(parts(value));
    drop(linked::read(value, contexts));
    drop(url_of(value).map(host_of));
}

#[test]
fn no_document_is_read_with_a_panic() {
    let (mut dice, contexts) = (Dice(0x5ea5_1de5_0f7e_57ed), Contexts::bundled());
    let captured = captured();
    assert!(50 < captured.len(), "{}", captured.len());
    for _ in 0..TRIED {
        let mut document = dice.one(&captured).clone();
        let other = dice.one(&captured).clone();
        for _ in 0..=dice.below(6) {
            change(&mut dice, &mut document, &other);
        }
        read_all(&document, &contexts);
    }
}

#[test]
fn no_text_is_taken_apart_with_a_panic() {
    let mut dice = Dice(0x0dd5_0ff0_0dd5_0ffd);
    let captured: Vec<String> = captured().iter().map(Value::to_string).collect();
    let inserted: [&[u8]; 12] = [
        b"\"",
        b"{",
        b"[",
        b"}",
        b"\\u0000",
        b"\\ud800",
        b"\xff\xfe",
        b"NaN",
        b"1e999",
        b"-",
        b",\"id\":[]",
        b"\0",
    ];
    for _ in 0..TRIED {
        let mut bytes = dice.one(&captured).clone().into_bytes();
        for _ in 0..=dice.below(8) {
            let at = dice.below(bytes.len());
            match dice.below(4) {
                0 => bytes.truncate(at),
                1 => drop(bytes.splice(at..at, dice.one(&inserted).iter().copied())),
                2 => bytes.splice(at..at, std::iter::repeat_n(b'[', 300)).for_each(drop),
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = u8::try_from(dice.below(256)).unwrap();
                    }
                }
            }
        }
        if let Ok(text) = std::str::from_utf8(&bytes)
            && let Ok(value) = serde_json::from_str::<Value>(text)
        {
            drop(pieces(&value, text));
        }
    }
}

#[test]
fn a_field_said_twice_is_one_field_everywhere() {
    // The last counts for everybody who reads it here: nobody sees one actor, and verifies another.
    let text = r#"{"type":"Like","actor":"https://a.example/x","object":"https://a.example/v","actor":"https://b.example/y"}"#;
    let value: Value = serde_json::from_str(text).unwrap();
    let found = pieces(&value, text).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].activity.actor, "https://b.example/y");
    let again: Value = serde_json::from_str(&found[0].body).unwrap();
    assert_eq!(again, value);
}
