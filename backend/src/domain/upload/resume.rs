//! What to do with a `PUT` of a resumable upload.
//!
//! Owns the protocol as one decision over how many bytes lie on the disk. A `PUT` that begins before the end of what
//! arrived rewinds, as PeerTube does (capture `upload/resumable-2c`); one that begins behind it is told where to go on.

use std::time::Duration;

use super::ContentRange;
use crate::domain::wrong::Wrong;

/// How long an upload waits for its next byte (PeerTube's span): overnight, and no longer than disks can bear.
pub const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// How far an upload has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stand {
    /// Bytes on the disk, from the file's first on.
    pub arrived: u64,
    /// How long the whole file is.
    pub bytes: u64,
}

/// What to do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Next {
    /// Say how many bytes have arrived.
    Tell,
    /// Forget the bytes behind `at`, then take `length` bytes from there on.
    Receive {
        /// Where the body's first byte belongs.
        at: u64,
        /// How many bytes the body must have.
        length: u64,
    },
    /// All bytes are there: make the video.
    Finish,
    /// The request contradicts the upload or itself.
    Refuse(Wrong),
}

/// Decides on one `PUT`: its `Content-Range`, if it has one, and its `Content-Length`, if it has one.
#[must_use]
pub fn decide(stand: Stand, range: Option<ContentRange>, content_length: Option<u64>) -> Next {
    let (first, last, total) = match range {
        Some(ContentRange::Question { total }) if total.is_none_or(|total| total == stand.bytes) => {
            return if stand.arrived == stand.bytes { Next::Finish } else { Next::Tell };
        }
        Some(ContentRange::Question { .. }) => return wrong_total(),
        Some(ContentRange::Bytes { first, last, total }) => (first, last, total),
        // Without a range the body is the whole file.
        None => (0, stand.bytes.saturating_sub(1), None),
    };
    let length = last - first + 1;
    if total.is_some_and(|total| total != stand.bytes) || stand.bytes <= last {
        return wrong_total();
    }
    if content_length.is_some_and(|said| said != length) {
        let message = "Should be as long as the range says";
        return Next::Refuse(Wrong::header("content-length", None, message));
    }
    if stand.arrived < first { Next::Tell } else { Next::Receive { at: first, length } }
}

fn wrong_total() -> Next {
    Next::Refuse(Wrong::header("content-range", None, "Should lie within the file that was announced"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAND: Stand = Stand { arrived: 500, bytes: 1000 };

    fn bytes(first: u64, last: u64, total: u64) -> Option<ContentRange> {
        Some(ContentRange::Bytes { first, last, total: Some(total) })
    }

    #[test]
    fn bytes_that_follow_are_taken() {
        assert_eq!(decide(STAND, bytes(500, 999, 1000), Some(500)), Next::Receive { at: 500, length: 500 });
        assert_eq!(decide(STAND, bytes(500, 500, 1000), None), Next::Receive { at: 500, length: 1 });
    }

    #[test]
    fn bytes_from_further_back_rewind() {
        assert_eq!(decide(STAND, bytes(0, 99, 1000), Some(100)), Next::Receive { at: 0, length: 100 });
        assert_eq!(decide(STAND, None, Some(1000)), Next::Receive { at: 0, length: 1000 });
        let complete = Stand { arrived: 1000, bytes: 1000 };
        assert_eq!(
            decide(complete, bytes(900, 999, 1000), Some(100)),
            Next::Receive { at: 900, length: 100 }
        );
    }

    #[test]
    fn a_gap_is_answered_with_where_to_go_on() {
        assert_eq!(decide(STAND, bytes(501, 999, 1000), Some(499)), Next::Tell);
    }

    #[test]
    fn the_question_is_answered_or_ends_the_upload() {
        for total in [None, Some(1000)] {
            assert_eq!(decide(STAND, Some(ContentRange::Question { total }), Some(0)), Next::Tell);
        }
        let complete = Stand { arrived: 1000, bytes: 1000 };
        assert_eq!(decide(complete, Some(ContentRange::Question { total: None }), None), Next::Finish);
    }

    #[test]
    fn contradictions_are_refused_by_name() {
        for (range, length, path) in [
            (bytes(500, 999, 1001), Some(500), "content-range"),
            (bytes(500, 1000, 1000), Some(501), "content-range"),
            (Some(ContentRange::Bytes { first: 0, last: 5000, total: None }), None, "content-range"),
            (Some(ContentRange::Question { total: Some(5) }), Some(0), "content-range"),
            (bytes(500, 999, 1000), Some(499), "content-length"),
            (None, Some(10), "content-length"),
        ] {
            let next = decide(STAND, range, length);
            let Next::Refuse(wrong) = next else { panic!("{range:?} {length:?} gave {next:?}") };
            assert_eq!(wrong.path, path);
        }
    }

    #[test]
    fn whatever_is_received_fits_the_file_and_follows_what_arrived() {
        let mut seed = 7u64;
        let mut dice = |sides: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % sides
        };
        for _ in 0..10_000 {
            let bytes = 1 + dice(50);
            let stand = Stand { arrived: dice(bytes + 1), bytes };
            let (first, span) = (dice(60), dice(60));
            let total = if dice(2) == 0 { None } else { Some(dice(60)) };
            let range = ContentRange::Bytes { first, last: first + span, total };
            if let Next::Receive { at, length } = decide(stand, Some(range), Some(span + 1)) {
                assert!(at <= stand.arrived && at + length <= stand.bytes && 0 < length);
            }
        }
    }
}
