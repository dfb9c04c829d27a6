//! How much memory one of many may hold: pure arithmetic.
//!
//! Owns the bound on what waits to be acknowledged, all peers together. The surprise is that few peers get more each:
//! str0m is fastest with 128 KiB on the way to a peer and messages of 64 KiB, which five hundred cannot all have.

use shared::peer::MESSAGE_BYTES_MAX;

use super::peer::SENT_BYTES_MAX;

/// What waits to be acknowledged, all peers together; a machine with 1 GB has it to spare.
const HELD_BYTES_ALL: usize = 32 * 1024 * 1024;
/// With less, each message would wait for the one before.
const HELD_BYTES_MIN: usize = 32 * 1024;
/// The longest message that is sent when many are served: what is read ahead is one for each.
const MESSAGE_BYTES_MANY: usize = 16 * 1024;
/// More than these are many.
const FEW: usize = HELD_BYTES_ALL / SENT_BYTES_MAX;

/// What may wait for one peer alone.
pub const HELD_BYTES_MAX: usize = SENT_BYTES_MAX;

// Two messages fit, so that one is on the way while the next is read.
const _: () = assert!(2 * MESSAGE_BYTES_MANY <= HELD_BYTES_MIN && MESSAGE_BYTES_MAX < HELD_BYTES_MAX);

/// What may wait for each of so many.
#[must_use]
pub fn held_bytes(active: usize) -> usize {
    (HELD_BYTES_ALL / active.max(1)).clamp(HELD_BYTES_MIN, HELD_BYTES_MAX)
}

/// The longest message to each of so many.
#[must_use]
pub fn message_bytes(active: usize) -> usize {
    if active <= FEW { MESSAGE_BYTES_MAX } else { MESSAGE_BYTES_MANY }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_have_all_they_can_use_and_many_share() {
        assert_eq!((held_bytes(0), held_bytes(1), held_bytes(256)), (131_072, 131_072, 131_072));
        assert_eq!((message_bytes(256), message_bytes(257)), (65_535, 16_384));
        for active in 1..=1024 {
            assert!(active * held_bytes(active) <= HELD_BYTES_ALL, "{active}");
        }
        assert_eq!(held_bytes(100_000), HELD_BYTES_MIN);
    }
}
