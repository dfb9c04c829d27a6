//! Which bytes of a file a `Range` header asks for (RFC 9110 §14).
//!
//! Owns the header's grammar and the clamping to the file's length. Never reads a file. The surprise is that several
//! ranges in one header get the whole file with status 200: PeerTube answers so, and RFC 9110 §14.2 allows it.

/// The bytes to send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    /// All of them, status 200: no range, several ranges, or a header that is none.
    Whole,
    /// These, both included, status 206.
    Part {
        /// Position of the first byte.
        first: u64,
        /// Position of the last byte, within the file.
        last: u64,
    },
    /// The range lies outside the file, or ends before it begins: status 416.
    Outside,
}

/// One range as the header writes it.
enum Asked {
    /// `7-` or `7-9`.
    From { first: u64, last: u64 },
    /// `-500`.
    Last(u64),
}

/// Reads the header for a file of `bytes` bytes.
#[must_use]
pub fn choose_span(header: Option<&str>, bytes: u64) -> Span {
    let (first, last) = match header.and_then(parse_range) {
        None => return Span::Whole,
        Some(Asked::From { first, last }) => (first, last),
        Some(Asked::Last(count)) => (bytes.saturating_sub(count), u64::MAX),
    };
    if first < bytes && first <= last {
        Span::Part { first, last: last.min(bytes - 1) }
    } else {
        Span::Outside
    }
}

/// `bytes=first-last` with one range; none for another unit, several ranges, or nonsense.
fn parse_range(header: &str) -> Option<Asked> {
    let (unit, range) = header.split_once('=')?;
    if !unit.trim_matches(BLANKS).eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim_matches(BLANKS).split_once('-')?;
    match (first.is_empty(), last.is_empty()) {
        (false, false) => Some(Asked::From { first: parse_position(first)?, last: parse_position(last)? }),
        (false, true) => Some(Asked::From { first: parse_position(first)?, last: u64::MAX }),
        (true, false) => Some(Asked::Last(parse_position(last)?)),
        (true, true) => None,
    }
}

/// What RFC 9110 §5.6.3 calls OWS.
const BLANKS: [char; 2] = [' ', '\t'];

/// Digits alone. A number too large for any file stays too large.
fn parse_position(digits: &str) -> Option<u64> {
    digits.bytes().try_fold(0u64, |number, digit| {
        digit.is_ascii_digit().then(|| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(first: u64, last: u64) -> Span {
        Span::Part { first, last }
    }

    #[test]
    fn single_ranges_are_clamped_to_the_file() {
        for (header, bytes, span) in [
            ("bytes=0-1023", 10_416_547, part(0, 1023)),
            ("bytes=-500", 10_416_547, part(10_416_047, 10_416_546)),
            ("bytes=99999999-", 10_416_547, Span::Outside),
            ("bytes=0-", 10, part(0, 9)),
            ("bytes=9-", 10, part(9, 9)),
            ("bytes=10-", 10, Span::Outside),
            ("bytes=9-9", 10, part(9, 9)),
            ("bytes=4-99", 10, part(4, 9)),
            ("bytes=4-99999999999999999999999999", 10, part(4, 9)),
            ("bytes=99999999999999999999999999-", 10, Span::Outside),
            ("bytes=-10", 10, part(0, 9)),
            ("bytes=-99", 10, part(0, 9)),
            ("bytes=-0", 10, Span::Outside),
            ("bytes=5-4", 10, Span::Outside),
            ("bytes=0-0", 0, Span::Outside),
            ("bytes=-1", 0, Span::Outside),
            ("bytes=-0", 0, Span::Outside),
            ("Bytes = 1-2 ", 10, part(1, 2)),
            ("bytes=\t1-2", 10, part(1, 2)),
            ("bytes=007-8", 10, part(7, 8)),
        ] {
            assert_eq!(choose_span(Some(header), bytes), span, "{header} of {bytes}");
        }
    }

    #[test]
    fn several_ranges_and_nonsense_get_the_whole_file() {
        for header in [
            "bytes=0-99,200-299",
            "bytes=0-99,",
            "bytes=",
            "bytes=-",
            "bytes",
            "",
            "=",
            "=0-1",
            "items=0-1",
            "bytes=a-b",
            "bytes=1 -2",
            "bytes=+1-2",
            "bytes=1--2",
            "bytes=--1",
            "bytes=0x1-2",
            "bytes=1-2-3",
            "bytes=١-٢",
        ] {
            assert_eq!(choose_span(Some(header), 1000), Span::Whole, "{header}");
        }
        assert_eq!(choose_span(None, 1000), Span::Whole);
    }

    #[test]
    fn no_header_leads_outside_the_file() {
        let letters: Vec<char> = "0123456789-=,bytes \t\u{e9}".chars().collect();
        let mut seed = 7u64;
        let mut roll = |sides: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % sides
        };
        for _ in 0..100_000 {
            let tail: String = (0..roll(14)).map(|_| letters[roll(letters.len())]).collect();
            let bytes = u64::try_from(roll(1 << 16)).unwrap() >> roll(16);
            for header in [format!("bytes={tail}"), tail] {
                if let Span::Part { first, last } = choose_span(Some(&header), bytes) {
                    assert!(first <= last && last < bytes, "{header:?} of {bytes}: {first}-{last}");
                }
            }
        }
    }
}
