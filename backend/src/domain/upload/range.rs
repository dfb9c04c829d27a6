//! `Content-Range` of a request: which bytes of the file the body holds, or the question how many have arrived.

use std::str::FromStr;

/// What a `PUT` says of its body (RFC 9110 §14.4; the question is Google's resumable protocol, which PeerTube speaks).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ContentRange {
    /// `bytes */N`: how many bytes have arrived?
    Question {
        /// How long the file is, where it is said.
        total: Option<u64>,
    },
    /// `bytes first-last/N`: these bytes, both ends included.
    Bytes {
        /// The first byte's place in the file.
        first: u64,
        /// The last byte's place in the file.
        last: u64,
        /// How long the file is, where it is said.
        total: Option<u64>,
    },
}

/// The text is no `Content-Range` in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotARange;

impl FromStr for ContentRange {
    type Err = NotARange;

    fn from_str(text: &str) -> Result<ContentRange, NotARange> {
        let (unit, range) = text.trim().split_once([' ', '=']).ok_or(NotARange)?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return Err(NotARange);
        }
        let (span, total) = range.trim().split_once('/').ok_or(NotARange)?;
        let total = if total == "*" { None } else { Some(number(total)?) };
        if span == "*" {
            return Ok(ContentRange::Question { total });
        }
        let (first, last) = span.split_once('-').ok_or(NotARange)?;
        let (first, last) = (number(first)?, number(last)?);
        if last < first || total.is_some_and(|total| total <= last) || last == u64::MAX {
            return Err(NotARange);
        }
        Ok(ContentRange::Bytes { first, last, total })
    }
}

fn number(text: &str) -> Result<u64, NotARange> {
    if text.is_empty() || !text.bytes().all(|letter| letter.is_ascii_digit()) {
        return Err(NotARange);
    }
    text.parse().map_err(|_| NotARange)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_clients_send_them() {
        let bytes = |first, last, total| Ok(ContentRange::Bytes { first, last, total });
        let question = |total| Ok(ContentRange::Question { total });
        for (text, expected) in [
            ("bytes 0-524287/1632573", bytes(0, 524_287, Some(1_632_573))),
            ("bytes 1572864-1632572/1632573", bytes(1_572_864, 1_632_572, Some(1_632_573))),
            ("bytes 5-5/*", bytes(5, 5, None)),
            ("Bytes=0-9/10", bytes(0, 9, Some(10))),
            ("bytes */1632573", question(Some(1_632_573))),
            ("bytes */*", question(None)),
        ] {
            assert_eq!(text.parse(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "",
            "bytes",
            "bytes ",
            "bytes 0-9",
            "bytes 9-0/10",
            "bytes 0-10/10",
            "bytes -5/10",
            "bytes 5-/10",
            "bytes +1-2/10",
            "items 0-9/10",
            "bytes 0-18446744073709551615/*",
            "bytes 0-99999999999999999999/*",
            "bytes 0-9/x",
        ] {
            assert_eq!(text.parse::<ContentRange>(), Err(NotARange), "{text}");
        }
    }
}
