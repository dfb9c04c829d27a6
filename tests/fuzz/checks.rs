//! What must hold for any bytes at all. The fuzzer finds bytes; the tests of `shared` run the same checks on captured ones that
//! were changed at random.

use shared::digests::Digests;
use shared::hls;
use shared::peer::{Message, Parts, frames, is_command, slices};
use shared::tracker::{Description, FromClient, FromTracker};

/// A message that is read is written as something that is read alike.
pub fn tracker(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut again = String::new();
    if let Ok(message) = FromClient::decode(text) {
        message.encode(&mut again);
        assert_eq!(FromClient::decode(&again), Ok(message));
    }
    again.clear();
    if let Ok(message) = FromTracker::decode(text) {
        message.encode(&mut again);
        assert_eq!(FromTracker::decode(&again), Ok(message));
    }
    if let Some(description) = Description::parse(text) {
        assert_eq!(description.json(), text.trim_matches([' ', '\t', '\r', '\n']));
        assert!(description.sdp().is_none_or(|sdp| sdp.len() <= text.len()));
    }
}

/// A command that is read is written as something that is read alike, holds no more than its bytes can mean, and comes
/// through framing whole, in however small parts; and nothing sent as payload looks like a command.
pub fn peer(bytes: &[u8]) {
    if let Ok(message) = Message::decode(bytes) {
        if let Message::Announcement { held, loading } = &message {
            assert!(held.len() + loading.len() <= bytes.len(), "a member takes a byte at least");
        }
        let body = message.encode();
        assert_eq!(Message::decode(&body).as_ref(), Ok(&message));
        for limit in [24, 1000] {
            let mut parts = Parts::default();
            let whole = frames(&body, limit).iter().map(|frame| parts.take(frame)).last();
            assert_eq!(whole.flatten().as_deref(), Some(body.as_slice()));
        }
    }
    // As messages of one channel, cut wherever a zero lies.
    let mut parts = Parts::default();
    let mut most = 0;
    for message in bytes.split(|byte| *byte == 0).filter(|message| is_command(message)) {
        most += message.len();
        assert!(
            parts.take(message).is_none_or(|body| body.len() <= most),
            "no command is longer than its parts"
        );
    }
    let mut sent = 0;
    for slice in slices(bytes, 16) {
        assert!(!is_command(slice) && slice.len() <= 16);
        sent += slice.len();
    }
    assert_eq!(sent, bytes.len());
}

/// Lists and playlists that are read are written as something that is read and written alike.
pub fn lists(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(digests) = Digests::parse(text) {
        let again = Digests::parse(&digests.to_string()).map(|digests| digests.to_string());
        assert_eq!(again, Ok(digests.to_string()));
    }
    if let Ok(playlist) = hls::parse_media(text) {
        // What no attribute can hold is written as something else, but once only.
        let written = playlist.to_string();
        let again = hls::parse_media(&written).map(|playlist| playlist.to_string());
        assert_eq!(again, Ok(written), "{text}");
    }
    let _ = hls::parse(text);
}
