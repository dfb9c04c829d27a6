//! What must hold for any bytes at all. The fuzzer finds bytes; the tests of `shared` run the same checks on captured ones that
//! were changed at random.

use shared::tracker::{FromClient, FromTracker};

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
}
