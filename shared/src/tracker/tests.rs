//! Every captured frame, both ways, byte for byte; and whatever else may arrive.

use serde_json::Value;

use super::*;
use crate::id::{InfoHash, OfferId, PeerId};

const FRAMES: &str = include_str!("../../../tests/vectors/p2p/tracker-frames.json");

/// One captured message.
struct Frame {
    from_client: bool,
    text: String,
    /// Whether `text` is what was on the wire, byte for byte; if not, its fields are in another order perhaps.
    is_exact: bool,
    value: Value,
}

fn frames() -> Vec<Frame> {
    let sessions: Value = serde_json::from_str(FRAMES).unwrap();
    let entries = sessions.as_array().unwrap().iter().flat_map(|session| session["log"].as_array().unwrap());
    let frames = entries.filter(|entry| !entry["frame"].is_null()).map(|entry| {
        let value = entry["frame"].clone();
        let exact = entry["rawUtf8Hex"].as_str().map(from_hex);
        Frame {
            from_client: entry["dir"] == "client->tracker",
            is_exact: exact.is_some(),
            text: exact.unwrap_or_else(|| value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
            value,
        }
    });
    frames.collect()
}

fn from_hex(hex: &str) -> String {
    let bytes = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
    String::from_utf8(bytes.collect()).unwrap()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn what_clients_were_seen_to_say_is_read_and_written_alike() {
    let (mut read, mut exact, mut refused) = (0, 0, Vec::new());
    for frame in frames().into_iter().filter(|frame| frame.from_client) {
        let message = match FromClient::decode(&frame.text) {
            Ok(message) => message,
            Err(malformed) => {
                refused.push((malformed.reason, malformed.info_hash.is_some()));
                continue;
            }
        };
        read += 1;
        let mut written = String::new();
        message.encode(&mut written);
        // `numwant` says how many offers a client would have liked to send; ours says how many there are.
        let numwant = format!("\"numwant\":{}", frame.value["offers"].as_array().map_or(0, Vec::len));
        let expected =
            frame.text.replacen("\"numwant\":50", &numwant, 1).replacen("\"numwant\":5", &numwant, 1);
        if frame.is_exact && frame.value.get("left").is_none() {
            // One session puts its fields in another order.
            if frame.value["numwant"].is_null() || frame.text.starts_with("{\"numwant") {
                assert_eq!(written, expected);
                exact += 1;
            }
        }
        let mut expected = value(&expected);
        let fields = expected.as_object_mut().unwrap();
        if fields.get("left").is_some_and(Value::is_null) {
            fields.insert("left".to_owned(), 0.into());
        }
        if let FromClient::Announce(_) = message {
            fields.entry("offers").or_insert_with(|| Value::Array(Vec::new()));
            fields.entry("uploaded").or_insert_with(|| 0.into());
            fields.entry("downloaded").or_insert_with(|| 0.into());
        }
        assert_eq!(value(&written), expected);
    }
    assert!(30 < read && 8 < exact, "{read} {exact}");
    refused.sort_unstable();
    refused.dedup();
    let expected = [
        ("invalid `to_peer_id` (required with `answer`)", true),
        ("invalid action in WS request", false),
        ("invalid event", true),
        ("invalid info_hash", false),
        ("invalid peer_id", true),
        ("not a JSON object", false),
    ];
    assert_eq!(refused, expected);
}

#[test]
fn a_first_announce_is_written_byte_for_byte() {
    let sdp = |number: usize| Description::offer(&format!("sdp-offer-{number}"));
    let (first, second) = (sdp(0), sdp(1));
    let offer =
        |id: u8, json| Offer { offer_id: OfferId([id; 20]), description: Description::parse(json).unwrap() };
    let announce = Announce {
        info_hash: InfoHash(*b"c/XF1HoI8yz0ejVUyota"),
        peer_id: PeerId(*b"-PM0202-AAAAAAAAAAAA"),
        event: Event::Started,
        is_complete: false,
        offers: vec![offer(0xc8, &first), offer(0xc9, &second)],
    };
    let mut written = String::new();
    FromClient::Announce(announce).encode(&mut written);
    let captured = &frames()[0].text;
    assert_eq!(written, captured.replace("\"numwant\":5", "\"numwant\":2"));
}

#[test]
fn what_the_reference_says_is_read_and_written_byte_for_byte() {
    let (mut exact, mut failures) = (0, 0);
    for frame in frames().into_iter().filter(|frame| !frame.from_client) {
        let message = FromTracker::decode(&frame.text).unwrap();
        let mut written = String::new();
        message.encode(&mut written);
        if let FromTracker::Failure { reason, .. } = &message {
            failures += 1;
            assert_eq!(frame.value["failure reason"], Value::from(reason.as_str()));
            // The reference leaves action and swarm out of some; p2p-media-loader then closes the connection.
            assert_eq!(value(&written)["action"], "announce");
            assert_eq!(value(&written)["info_hash"], frame.value["info_hash"]);
            continue;
        }
        assert_eq!(value(&written), frame.value);
        if frame.is_exact {
            assert_eq!(written, frame.text);
            exact += 1;
        }
    }
    assert!(5 < exact && 10 < failures, "{exact} {failures}");
}

#[test]
fn names_of_any_bytes_make_the_way_and_back() {
    let mut bytes = [0u8; 20];
    for start in 0..=255u8 {
        bytes.iter_mut().zip(0u8..).for_each(|(byte, at)| *byte = start.wrapping_add(at.wrapping_mul(13)));
        let scrape = FromClient::Scrape(vec![InfoHash(bytes)]);
        let mut written = String::new();
        scrape.encode(&mut written);
        assert_eq!(FromClient::decode(&written).unwrap(), scrape);
        let as_text: String = bytes.iter().copied().map(char::from).collect();
        assert_eq!(written, format!(r#"{{"action":"scrape","info_hash":{}}}"#, Value::from(as_text)));
    }
}

#[test]
fn names_of_another_length_or_with_other_letters_are_refused() {
    let announce = |hash: &str| {
        format!(r#"{{"action":"announce","peer_id":"-PM0202-AAAAAAAAAAAA","info_hash":{hash}}}"#)
    };
    for (hash, is_good) in [
        (r#""c/XF1HoI8yz0ejVUyota""#, true),
        (r#""\u0063/XF1HoI8yz0ejVUyot\u00FF""#, true),
        (r#""c/XF1HoI8yz0ejVUyot""#, false),
        (r#""c/XF1HoI8yz0ejVUyotaa""#, false),
        (r#""c/XF1HoI8yz0ejVUyot€""#, false),
        (r#""c/XF1HoI8yz0ejVUyot\u0100""#, false),
        (r#""c/XF1HoI8yz0ejVUyot\ud800""#, false),
        ("7", false),
        ("null", false),
        (r#"["c/XF1HoI8yz0ejVUyota","c/XF1HoI8yz0ejVUyota"]"#, false),
    ] {
        assert_eq!(FromClient::decode(&announce(hash)).is_ok(), is_good, "{hash}");
    }
}

#[test]
fn more_offers_than_anybody_sends_are_left_out() {
    let offer = r#"{"offer":{"type":"offer","sdp":"x"},"offer_id":"aaaaaaaaaaaaaaaaaaaa"}"#;
    let text = format!(
        r#"{{"action":"announce","info_hash":"c/XF1HoI8yz0ejVUyota","peer_id":"-PM0202-AAAAAAAAAAAA","offers":[{}]}}"#,
        vec![offer; 100].join(",")
    );
    let Ok(FromClient::Announce(announce)) = FromClient::decode(&text) else { panic!("it is an announce") };
    assert_eq!(announce.offers.len(), 10);
}

#[test]
fn who_lacks_nothing_is_complete_in_javascripts_words() {
    for (left, is_complete) in [
        ("0", true),
        ("0.0", true),
        ("null", true),
        ("\"0\"", true),
        ("5", false),
        ("\"x\"", false),
        ("true", false),
    ] {
        let text = format!(
            r#"{{"action":"announce","info_hash":"c/XF1HoI8yz0ejVUyota","peer_id":"-PM0202-AAAAAAAAAAAA","left":{left}}}"#
        );
        let Ok(FromClient::Announce(announce)) = FromClient::decode(&text) else { panic!("{left}") };
        assert_eq!(announce.is_complete, is_complete, "{left}");
    }
}

#[test]
fn a_description_is_relayed_as_it_came_and_read_at_the_end() {
    let json = "{ \"sdp\" : \"v=0\\r\\na=\\ud83d\\ude00\\u00e9\" , \"type\":\"offer\", \"more\": [1, {}] }";
    let description = Description::parse(json).unwrap();
    assert_eq!(description.json(), json);
    assert_eq!(description.sdp().unwrap(), "v=0\r\na=😀é");
    assert_eq!(
        Description::parse(&Description::offer("v=0\r\n\"\u{1}é")).unwrap().sdp().unwrap(),
        "v=0\r\n\"\u{1}é"
    );
    assert_eq!(Description::parse("{\"sdp\":\"\\ud800\"}").unwrap().sdp(), None);
    for json in ["[]", "7", "{", "{} {}", "{\"sdp\":\"a\nb\"}"] {
        assert_eq!(Description::parse(json), None, "{json}");
    }
}

/// What the fuzzer runs, on captured frames with bytes changed at random.
#[test]
fn no_bytes_bring_a_reader_down() {
    let frames = frames();
    let mut seed = 9u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for round in 0..20_000 {
        let mut bytes = frames[round % frames.len()].text.clone().into_bytes();
        for _ in 0..random(4) {
            let at = random(bytes.len());
            bytes[at] = b"{}[]\":,\\u0\x80x"[random(12)];
        }
        bytes.truncate(random(2 * bytes.len()));
        let text = String::from_utf8_lossy(&bytes);
        let mut again = String::new();
        if let Ok(message) = FromClient::decode(&text) {
            message.encode(&mut again);
            assert_eq!(FromClient::decode(&again).unwrap(), message);
        }
        again.clear();
        if let Ok(message) = FromTracker::decode(&text) {
            message.encode(&mut again);
            assert_eq!(FromTracker::decode(&again).unwrap(), message);
            // What is relayed is JSON for every other reader too.
            assert!(serde_json::from_str::<Value>(&again).is_ok() || again.contains("\\u"), "{again}");
        }
    }
}
