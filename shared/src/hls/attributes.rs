//! Attribute lists (RFC 8216 §4.2): `NAME=value,NAME="a value, with commas"`.
//!
//! Reads more than the standard allows: spaces around names, quotes where none belong and none where they do.

use std::fmt::Write as _;

use super::model::{ByteRange, FrameRate, Resolution};

/// More are not read; the longest tag of the standard has fewer than twenty.
const ATTRIBUTES_MAX: usize = 64;

pub(super) struct Attributes<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Attributes<'a> {
    pub(super) fn parse(mut text: &'a str) -> Attributes<'a> {
        let mut list = Vec::new();
        while let Some((name, rest)) = text.split_once('=') {
            if list.len() == ATTRIBUTES_MAX {
                break;
            }
            let (value, rest) = match rest.trim_start().strip_prefix('"') {
                Some(quoted) => {
                    let (value, rest) = quoted.split_once('"').unwrap_or((quoted, ""));
                    (value, rest.split_once(',').map_or("", |(_, rest)| rest))
                }
                None => rest.split_once(',').unwrap_or((rest, "")),
            };
            // A stray comma before the name would otherwise become part of it.
            let name = name.rsplit(',').next().unwrap_or(name);
            list.push((name.trim(), value.trim()));
            text = rest;
        }
        Attributes(list)
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    pub(super) fn is_yes(&self, name: &str) -> bool {
        self.text(name) == Some("YES")
    }

    pub(super) fn resolution(&self, name: &str) -> Option<Resolution> {
        let (width, height) = self.text(name)?.split_once(['x', 'X'])?;
        Some(Resolution { width: width.parse().ok()?, height: height.parse().ok()? })
    }

    pub(super) fn frame_rate(&self, name: &str) -> Option<FrameRate> {
        let thousandths = parse_decimal(self.text(name)?, 3)?;
        u32::try_from(thousandths).ok().map(FrameRate)
    }
}

/// Reads `29.97` as a whole number of units of ten to the minus `places`, rounded to nearest.
pub(super) fn parse_decimal(text: &str, places: u32) -> Option<u64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let digit = |at: u32| {
        let at = usize::try_from(at).ok()?;
        fraction.as_bytes().get(at).map(|byte| u64::from(byte - b'0'))
    };
    let mut number: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    for place in 0..places {
        number = number.checked_mul(10)?.checked_add(digit(place).unwrap_or(0))?;
    }
    number.checked_add(u64::from(5 <= digit(places).unwrap_or(0)))
}

/// Reads `length` or `length@offset`; the offset is the caller's to fill in when it is missing.
pub(super) fn parse_byte_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (length, offset) = match text.trim().split_once('@') {
        Some((length, offset)) => (length, Some(offset.trim().parse().ok()?)),
        None => (text.trim(), None),
    };
    Some((length.trim().parse().ok()?, offset))
}

/// Builds an attribute list, in the order of the calls.
#[derive(Default)]
pub(super) struct AttributeWriter(String);

impl AttributeWriter {
    pub(super) fn plain(&mut self, name: &str, value: impl std::fmt::Display) {
        let comma = if self.0.is_empty() { "" } else { "," };
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{comma}{name}={value}");
    }

    pub(super) fn quoted(&mut self, name: &str, value: &str) {
        self.plain(name, format_args!("\"{}\"", quotable(value)));
    }

    pub(super) fn range(&mut self, name: &str, range: ByteRange) {
        self.plain(name, format_args!("\"{}@{}\"", range.len(), range.offset()));
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// A quoted string can hold neither quotes nor line ends (RFC 8216 §4.2), and names come from people.
fn quotable(value: &str) -> String {
    let value = value.trim();
    value
        .chars()
        .map(|letter| if letter == '"' { '\'' } else { letter })
        .filter(|c| !c.is_control())
        .collect()
}
