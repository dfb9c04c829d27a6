use std::fmt::Write as _;

use serde_json::Value as Json;

use super::value::{Reader, Value, write_integer, write_set};
use super::*;

const COMMANDS: &str = include_str!("../../../tests/vectors/p2p/commands.json");
const SPLITTING: &str = include_str!("../../../tests/vectors/p2p/command-splitting.json");
const FRAMING: &str = include_str!("../../../tests/vectors/p2p/framing.json");
const CHUNKS: &str = include_str!("../../../tests/vectors/p2p/payload-chunks.json");
const ANNOUNCEMENT_256: &str = include_str!("../../../tests/vectors/p2p/announcement-256.json");
const PRIMITIVES: &str = include_str!("../../../tests/vectors/p2p/primitives.json");

fn vectors(text: &str, name: &str) -> Vec<Json> {
    let json: Json = serde_json::from_str(text).unwrap();
    json[name].as_array().unwrap().clone()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| char::from(text.as_bytes()[at]).to_digit(16).unwrap();
    (0..text.len() / 2).map(|at| u8::try_from(digit(2 * at) * 16 + digit(2 * at + 1)).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn set(json: &Json) -> SegmentSet {
    let members = json.as_array().into_iter().flatten();
    members.map(|id| SegmentId(id.as_i64().unwrap())).collect()
}

fn message(fields: &Json) -> Message {
    let integer = |name: &str| fields[name].as_i64().unwrap();
    let length = |name: &str| fields[name].as_u64().unwrap_or(0);
    let code = integer("c");
    if code == 0 {
        return Message::Announcement { held: set(&fields["l"]), loading: set(&fields["p"]) };
    }
    let (segment, request) = (SegmentId(integer("i")), RequestId(integer("r")));
    match code {
        1 => Message::Request { segment, request, from: length("b") },
        2 => Message::Data { segment, request, bytes: length("s") },
        3 => Message::Completed { segment, request },
        4 => Message::Absent { segment, request },
        5 => Message::Cancel { segment, request },
        other => panic!("command {other}"),
    }
}

fn join(messages: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut parts = Parts::default();
    messages.iter().filter_map(|message| parts.take(message)).last()
}

#[test]
fn every_command_of_the_reference_is_read_and_written_byte_for_byte() {
    let vectors = vectors(COMMANDS, "vectors");
    assert!(20 < vectors.len());
    for vector in vectors {
        let theirs = unhex(vector["messagesHex"][0].as_str().unwrap());
        let message = message(&vector["fields"]);
        assert_eq!(frames(&message.encode(), MESSAGE_BYTES_MAX).concat(), theirs, "{vector}");
        assert!(is_command(&theirs));
        assert_eq!(Message::decode(&join(&[theirs]).unwrap()), Ok(message), "{vector}");
    }
}

#[test]
fn long_commands_are_cut_and_joined_as_the_reference_does() {
    for vector in vectors(SPLITTING, "vectors") {
        let limit = usize::try_from(vector["maxMessageSize"].as_u64().unwrap()).unwrap();
        let theirs = vector["messagesHex"].as_array().unwrap();
        let theirs: Vec<&str> = theirs.iter().map(|message| message.as_str().unwrap()).collect();
        let lengths: Vec<Json> = vector["messageLengths"].as_array().unwrap().clone();
        let lengths: Vec<usize> =
            lengths.iter().map(|length| length.as_u64().unwrap().try_into().unwrap()).collect();
        if theirs.iter().any(|message| message.contains("...")) {
            // Shortened in the file: only the lengths can be compared.
            let length: usize = lengths.iter().sum::<usize>() - 8 * lengths.len();
            let ours: Vec<usize> = frames(&vec![0; length], limit).iter().map(Vec::len).collect();
            assert_eq!(ours, lengths);
            continue;
        }
        let theirs: Vec<Vec<u8>> = theirs.into_iter().map(unhex).collect();
        let body = join(&theirs).unwrap();
        assert_eq!(frames(&body, limit), theirs, "{limit}");
        if vector["roundTrips"].as_bool().unwrap() {
            assert_eq!(message(&vector["fields"]).encode(), body);
        }
        // What the reference cannot read for a group of 256 we can. 300 groups, which it writes as 44, are lost to everyone.
        let is_beyond_a_byte = vector["decodedL"].as_u64() == Some(44);
        let expected = if is_beyond_a_byte { Err(Malformed) } else { Ok(message(&vector["fields"])) };
        assert_eq!(Message::decode(&body), expected);
    }
}

#[test]
fn commands_are_told_from_payload_as_the_reference_does() {
    for vector in vectors(FRAMING, "vectors") {
        let message = unhex(vector["messageHex"].as_str().unwrap());
        assert_eq!(is_command(&message), vector["isCommandChunk"].as_bool().unwrap(), "{vector}");
    }
}

#[test]
fn parts_out_of_order_are_dropped() {
    let mut parts = Parts::default();
    assert_eq!(parts.take(b"dstrxcend"), None);
    assert_eq!(parts.take(b"cstrxdend"), None);
    assert_eq!(parts.take(b"cstrycend"), None, "a first part in the middle of another command");
    assert_eq!(parts.take(b"dstrzcend"), None, "and what was collected is gone");
    assert_eq!(parts.take(b"cstrxdend"), None);
    assert_eq!(parts.take(b"dstrycend"), Some(b"xy".to_vec()));
    let long = [b"cstr".as_slice(), &vec![0; COMMAND_BYTES_MAX], b"dend"].concat();
    assert_eq!(parts.take(&long), None);
    assert_eq!(parts.take(b"dstrxcend"), None, "a command longer than any is not collected");
}

#[test]
fn segments_are_cut_as_the_reference_does() {
    for vector in vectors(CHUNKS, "vectors") {
        let number = |name: &str| usize::try_from(vector[name].as_u64().unwrap()).unwrap();
        let bytes = vec![7; number("segmentBytes")];
        let ours: Vec<Json> =
            slices(&bytes, number("maxMessageSize")).map(|slice| slice.len().into()).collect();
        assert_eq!(Json::Array(ours), vector["chunkLengths"]);
    }
}

#[test]
fn no_slice_of_a_segment_looks_like_a_command() {
    let hostile = b"cstr....cend".repeat(4000);
    for limit in [8, 12, 13, 24, 1000, MESSAGE_BYTES_MAX] {
        let slices: Vec<&[u8]> = slices(&hostile, limit).collect();
        assert!(slices.iter().all(|slice| !is_command(slice) && slice.len() <= limit));
        assert_eq!(slices.concat(), hostile);
    }
}

#[test]
fn a_full_block_is_written_in_two_groups_and_the_reference_s_own_is_read_all_the_same() {
    let json: Json = serde_json::from_str(ANNOUNCEMENT_256).unwrap();
    let full = |count: i64| (0..count).map(SegmentId).collect::<SegmentSet>();
    let announcement = |held| Message::Announcement { held, loading: SegmentSet::default() };
    let ours = frames(&announcement(full(256)).encode(), MESSAGE_BYTES_MAX);
    assert_eq!(hex(&ours[0]), json["workaroundEncodingOf_0_to_255"]["hex"].as_str().unwrap());
    for (count, name) in [(256, "libraryEncodingOf_0_to_255"), (300, "libraryEncodingOf_0_to_299")] {
        let groups: Vec<u8> = if count == 256 { vec![1] } else { vec![2] };
        let mut theirs = [b"cstr\0l\x10".as_slice(), &groups, b"\x01\x00"].concat();
        theirs.extend(0..=255);
        if count == 300 {
            theirs.extend([0x02, 0x01, 44]);
            theirs.extend(0..44);
        }
        theirs.extend(b"cend");
        assert_eq!(theirs.len() as u64, json[name]["length"].as_u64().unwrap());
        if let Some(head) = json[name]["hexHead"].as_str() {
            assert!(hex(&theirs).starts_with(head));
        }
        assert_eq!(Message::decode(&join(&[theirs]).unwrap()), Ok(announcement(full(count))));
    }
}

#[test]
fn integers_are_those_of_the_reference() {
    for vector in vectors(PRIMITIVES, "integers") {
        let value = vector["value"].as_i64().unwrap();
        let mut ours = Vec::new();
        write_integer(&mut ours, value);
        assert_eq!(hex(&ours), vector["hex"].as_str().unwrap(), "{value}");
        assert_eq!(Reader(&ours).integer(), Some(value));
    }
    assert_eq!(Reader(&[0x00]).integer(), None, "no bytes");
    assert_eq!(Reader(&[0x0f; 16]).integer(), None, "more than JavaScript holds");
    assert_eq!(Reader(&[0x08, 0, 0, 0, 0, 0, 0, 0, 5]).integer(), Some(5), "longer than needed");
}

#[test]
fn sets_are_those_of_the_reference_but_for_full_groups() {
    let vectors = vectors(PRIMITIVES, "similarIntArrays");
    assert!(20 < vectors.len());
    for vector in vectors {
        let value = match vector["value"].as_str() {
            None => vector["value"].as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect(),
            Some(text) => {
                let range = text.strip_prefix("range 0..").unwrap();
                (0..=range.parse::<i64>().unwrap()).collect::<Vec<_>>()
            }
        };
        let mut ours = Vec::new();
        write_set(&mut ours, value.iter().copied());
        let theirs = unhex(vector["hex"].as_str().unwrap());
        let read = |bytes: &[u8], is_zero_256| match Reader(bytes).value(is_zero_256) {
            Some(Value::Set(groups)) => groups.members().collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let is_sound = vector["roundTripsAsSet"].as_bool().unwrap();
        if is_sound {
            assert_eq!(hex(&ours), hex(&theirs));
            let mut grouped = value.clone();
            let first = |id: &i64| value.iter().position(|other| other & !0xff == id & !0xff);
            grouped.sort_by_key(first);
            assert_eq!(read(&ours, false), grouped);
        } else if value.len() <= 600 && theirs[1] != 0 {
            // Full groups: theirs is read as they meant it.
            let last = *value.last().unwrap();
            if last < 600 {
                assert_eq!(read(&theirs, true), value, "{}", vector["value"]);
            }
        }
        if value.len() <= GROUPS && value.windows(2).all(|two| two[0] < two[1]) {
            assert_eq!(read(&ours, false), value);
        }
    }
}

/// So many groups fit a set.
const GROUPS: usize = value::GROUPS_MAX;

/// Xorshift: the dice of the loops below.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn set(&mut self) -> SegmentSet {
        let (from, count) = (self.roll(2000), self.roll(700));
        let step = 1 + self.roll(3);
        let ids = (0..count).map(|at| i64::try_from(from + at * step).unwrap() - 300);
        ids.map(SegmentId).collect()
    }

    fn message(&mut self) -> Message {
        let bits = self.roll(53);
        let segment = SegmentId(i64::try_from(self.roll(1 << bits)).unwrap());
        let request = RequestId(i64::try_from(self.roll(1_000_000_000)).unwrap());
        match self.roll(6) {
            0 => Message::Announcement { held: self.set(), loading: self.set() },
            1 => Message::Request { segment, request, from: self.roll(1 << 40) },
            2 => Message::Data { segment, request, bytes: self.roll(1 << 40) },
            3 => Message::Completed { segment, request },
            4 => Message::Absent { segment, request },
            _ => Message::Cancel { segment, request },
        }
    }
}

#[test]
fn whatever_is_written_is_read_back_in_however_many_parts() {
    let mut dice = Dice(11);
    for _ in 0..3000 {
        let message = dice.message();
        let limit = 16 + usize::try_from(dice.roll(3000)).unwrap();
        let frames = frames(&message.encode(), limit);
        assert!(frames.iter().all(|frame| is_command(frame)));
        assert_eq!(Message::decode(&join(&frames).unwrap()), Ok(message));
    }
}

#[test]
fn no_bytes_make_the_reader_panic_or_hold_more_than_they_could_mean() {
    let mut dice = Dice(5);
    let mut read = 0;
    for round in 0..60_000 {
        // Half of them a message that was damaged, half of them noise.
        let mut bytes = if round % 2 == 0 { dice.message().encode() } else { Vec::new() };
        let noise = dice.roll(40);
        for _ in 0..noise {
            let byte = u8::try_from(dice.roll(256)).unwrap();
            let at = usize::try_from(dice.roll(bytes.len() as u64 + 1)).unwrap();
            match (round % 3, bytes.get_mut(at)) {
                (0, Some(old)) => *old = byte,
                _ => bytes.insert(at, byte),
            }
        }
        bytes.truncate(usize::try_from(dice.roll(bytes.len() as u64 + 30)).unwrap());
        if let Ok(message) = Message::decode(&bytes) {
            read += 1;
            if let Message::Announcement { held, loading } = &message {
                // A member takes a byte at least.
                assert!(held.len() + loading.len() <= bytes.len());
            }
            assert!(Message::decode(&message.encode()).is_ok());
        }
        let mut parts = Parts::default();
        let _ = parts.take(&bytes);
        let _ = is_command(&bytes);
        assert_eq!(slices(&bytes, 9).map(<[u8]>::len).sum::<usize>(), bytes.len());
    }
    assert!(500 < read, "the damage leaves something to read: {read}");
}

#[test]
fn a_set_answers_as_a_tree_does() {
    let mut dice = Dice(3);
    let (mut set, mut tree) = (SegmentSet::default(), std::collections::BTreeSet::new());
    for _ in 0..4000 {
        let id = SegmentId(i64::try_from(dice.roll(900)).unwrap() - 200);
        if dice.roll(3) == 0 {
            set.remove(id);
            tree.remove(&id);
        } else {
            set.insert(id);
            tree.insert(id);
        }
        assert_eq!((set.contains(id), set.len()), (tree.contains(&id), tree.len()));
    }
    assert!(set.iter().eq(tree.iter().copied()));
    assert_eq!(set.last(), tree.last().copied());
    let everything: SegmentSet = (0..1000).map(|block| SegmentId(block * 256)).collect();
    assert_eq!(everything.len(), GROUPS, "no more blocks than a message carries");
}
