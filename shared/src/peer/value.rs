//! Integers and sets of integers as bytes.
//!
//! Owns their spelling. The surprise is in sets: the low byte of a group's number is the count of its members, so a
//! group of 256 reads as one of none.

/// Largest magnitude of an integer: what JavaScript holds exactly.
const INTEGER_MAX: u64 = (1 << 53) - 1;
const TYPE_INTEGER: u8 = 0;
const TYPE_SET: u8 = 1;
const TYPE_TEXT: u8 = 2;
/// The count of a group's members is one byte, and 256 would be written as 0.
const GROUP_MEMBERS_MAX: usize = 255;
/// The count of a set's groups is one byte, too.
pub(super) const GROUPS_MAX: usize = 255;

/// Reads bytes from the front.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

/// One value of a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Value<'a> {
    Integer(i64),
    /// The bytes of its groups; to be read with [`members`].
    Set(Groups<'a>),
    /// No command uses one; stepped over.
    Text,
}

/// The groups of a set, checked to be whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Groups<'a> {
    bytes: &'a [u8],
    count: u8,
    is_zero_256: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next value. `is_zero_256`: a group that says it has no members has 256.
    pub(super) fn value(&mut self, is_zero_256: bool) -> Option<Value<'a>> {
        let first = *self.0.first()?;
        match first >> 4 {
            TYPE_INTEGER => self.integer().map(Value::Integer),
            TYPE_SET => self.set(is_zero_256).map(Value::Set),
            TYPE_TEXT => {
                let head = self.take(2)?;
                let length = head.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)) & 0xfff;
                self.take(length).map(|_| Value::Text)
            }
            _ => None,
        }
    }

    /// Big-endian, the top bit is the sign, the rest the magnitude.
    pub(super) fn integer(&mut self) -> Option<i64> {
        let first = self.byte()?;
        let length = usize::from(first & 0x0f);
        if first >> 4 != TYPE_INTEGER || length == 0 {
            return None;
        }
        let bytes = self.take(length)?;
        let is_negative = bytes.first()? & 0x80 != 0;
        let mut magnitude: u64 = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let byte = if at == 0 { byte & 0x7f } else { *byte };
            magnitude = magnitude.checked_mul(256)? | u64::from(byte);
        }
        let magnitude = i64::try_from(magnitude).ok().filter(|_| magnitude <= INTEGER_MAX)?;
        Some(if is_negative { -magnitude } else { magnitude })
    }

    fn set(&mut self, is_zero_256: bool) -> Option<Groups<'a>> {
        self.byte()?;
        let count = self.byte()?;
        let start = self.0;
        for _ in 0..count {
            self.group(is_zero_256)?;
        }
        let length = start.len() - self.0.len();
        Some(Groups { bytes: start.get(..length)?, count, is_zero_256 })
    }

    /// The high part of a group and the low bytes of its members.
    fn group(&mut self, is_zero_256: bool) -> Option<(i64, &'a [u8])> {
        let number = self.integer()?;
        let count = usize::try_from(number & 0xff).ok()?;
        let count = if count == 0 && is_zero_256 { 256 } else { count };
        Some((number & !0xff, self.take(count)?))
    }
}

impl<'a> Groups<'a> {
    /// Every number in the set, in the order it was written in.
    pub(super) fn members(self) -> impl Iterator<Item = i64> + use<'a> {
        let mut reader = Reader(self.bytes);
        let groups = (0..self.count).map_while(move |_| reader.group(self.is_zero_256));
        groups.flat_map(|(high, lows)| lows.iter().map(move |low| high | i64::from(*low)))
    }
}

/// Writes an integer in as few bytes as leave the top bit for the sign.
pub(super) fn write_integer(out: &mut Vec<u8>, value: i64) {
    let magnitude = value.unsigned_abs();
    let bytes = magnitude.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count().min(bytes.len() - 1);
    let digits = bytes.get(zeros..).unwrap_or_default();
    let sign = if value < 0 { 0x80 } else { 0 };
    let is_top_taken = digits.first().is_some_and(|first| first & 0x80 != 0);
    let length = u8::try_from(digits.len() + usize::from(is_top_taken)).unwrap_or(0);
    out.push(TYPE_INTEGER << 4 | length);
    let at = out.len();
    if is_top_taken {
        out.push(0);
    }
    out.extend_from_slice(digits);
    if let Some(first) = out.get_mut(at) {
        *first |= sign;
    }
}

/// Writes a set, in groups in the order of their first members. What does not fit [`GROUPS_MAX`] is left out.
pub(super) fn write_set(out: &mut Vec<u8>, members: impl Iterator<Item = i64>) {
    let mut groups: Vec<(i64, Vec<u8>)> = Vec::new();
    for member in members {
        let high = member & !0xff;
        let low = u8::try_from(member & 0xff).unwrap_or(0);
        // Looked for from behind: members mostly come in order.
        let is_full = GROUPS_MAX <= groups.len();
        let open = groups.iter_mut().rfind(|(of, lows)| *of == high && lows.len() < GROUP_MEMBERS_MAX);
        match open {
            Some((_, lows)) => lows.push(low),
            None if is_full => {}
            None => groups.push((high, vec![low])),
        }
    }
    out.push(TYPE_SET << 4);
    out.push(u8::try_from(groups.len()).unwrap_or(u8::MAX));
    for (high, lows) in groups {
        write_integer(out, high | i64::try_from(lows.len()).unwrap_or(0));
        out.extend_from_slice(&lows);
    }
}
