//! Texts of the tracker's messages: names of 20 bytes, one letter a byte, and session descriptions.

use std::fmt::Write as _;

use super::scan::Scanner;

/// A JSON text as it is written, without its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a> {
    raw: &'a str,
    is_plain: bool,
}

impl<'a> Text<'a> {
    pub(super) fn new(raw: &'a str, is_plain: bool) -> Text<'a> {
        Text { raw, is_plain }
    }

    /// The text itself if nothing in it is escaped. Every name and word of this protocol is written so.
    pub(super) fn plain(self) -> Option<&'a str> {
        self.is_plain.then_some(self.raw)
    }

    /// Twenty bytes, each of which is a letter from U+0000 to U+00FF.
    pub(super) fn bytes20(self) -> Option<[u8; 20]> {
        if self.is_plain
            && self.raw.is_ascii()
            && let Ok(bytes) = self.raw.as_bytes().try_into()
        {
            return Some(bytes);
        }
        let mut bytes = [0; 20];
        let mut letters = self.letters();
        for byte in &mut bytes {
            *byte = u8::try_from(u32::from(letters.next()??)).ok()?;
        }
        letters.next().is_none().then_some(bytes)
    }

    /// The text with its escapes resolved; none where they are halves of letters.
    pub(super) fn decode(self) -> Option<String> {
        let mut out = String::with_capacity(self.raw.len());
        for letter in self.letters() {
            out.push(letter?);
        }
        Some(out)
    }

    /// The letters; a none in between is half of one.
    fn letters(self) -> impl Iterator<Item = Option<char>> + 'a {
        let mut rest = self.raw.chars();
        std::iter::from_fn(move || {
            let letter = rest.next()?;
            if letter != '\\' {
                return Some(Some(letter));
            }
            let mut escaped = || match rest.next()? {
                'b' => Some('\u{8}'),
                'f' => Some('\u{c}'),
                'n' => Some('\n'),
                'r' => Some('\r'),
                't' => Some('\t'),
                'u' => {
                    let unit = hex4(&mut rest)?;
                    if !(0xd800..0xe000).contains(&unit) {
                        return char::from_u32(unit);
                    }
                    // The second half of a pair follows in an escape of its own.
                    let (Some('\\'), Some('u')) = (rest.next(), rest.next()) else { return None };
                    let low = hex4(&mut rest)?;
                    let is_pair = unit < 0xdc00 && (0xdc00..0xe000).contains(&low);
                    char::from_u32(0x1_0000 + (unit - 0xd800) * 0x400 + (low - 0xdc00)).filter(|_| is_pair)
                }
                other => Some(other),
            };
            Some(escaped())
        })
    }
}

fn hex4(letters: &mut std::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit * 16 + letters.next()?.to_digit(16)?))
}

/// A WebRTC session description as it travels: `{"type":"offer","sdp":"v=0…"}`, in the words of whoever made it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Description<'a>(&'a str);

impl<'a> Description<'a> {
    /// What the scanner stepped over, if it is an object.
    pub(super) fn of(json: &'a str) -> Option<Description<'a>> {
        json.starts_with('{').then_some(Description(json))
    }

    /// The JSON text that is relayed.
    #[must_use]
    pub fn json(self) -> &'a str {
        self.0
    }

    /// The SDP in it (RFC 8866); none where it has none.
    #[must_use]
    pub fn sdp(self) -> Option<String> {
        let mut sdp = None;
        Scanner::new(self.0).object(|scanner, name| {
            match name.plain() {
                Some("sdp") => sdp = scanner.text_if_any()?,
                _ => drop(scanner.value()?),
            }
            Some(())
        })?;
        sdp?.decode()
    }

    /// Makes the JSON text of an offer, for [`Description::parse`].
    #[must_use]
    pub fn offer(sdp: &str) -> String {
        written("offer", sdp)
    }

    /// Makes the JSON text of an answer, for [`Description::parse`].
    #[must_use]
    pub fn answer(sdp: &str) -> String {
        written("answer", sdp)
    }

    /// Takes a JSON text that is an object; none where it is anything else.
    #[must_use]
    pub fn parse(json: &'a str) -> Option<Description<'a>> {
        let mut scanner = Scanner::new(json);
        let value = scanner.value()?;
        Description::of(value).filter(|_| scanner.is_at_end())
    }
}

fn written(kind: &str, sdp: &str) -> String {
    let mut out = String::with_capacity(sdp.len() + sdp.len() / 8 + 32);
    out.push_str("{\"type\":\"");
    out.push_str(kind);
    out.push_str("\",\"sdp\":");
    write_text(&mut out, sdp.chars());
    out.push('}');
    out
}

/// Writes twenty bytes as the text they travel as.
pub(super) fn write20(out: &mut String, bytes: &[u8; 20]) {
    match std::str::from_utf8(bytes) {
        Ok(plain)
            if bytes.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')) =>
        {
            out.push('"');
            out.push_str(plain);
            out.push('"');
        }
        _ => write_text(out, bytes.iter().copied().map(char::from)),
    }
}

/// Writes a text as JavaScript's `JSON.stringify` does.
pub(super) fn write_text(out: &mut String, letters: impl Iterator<Item = char>) {
    out.push('"');
    for letter in letters {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // A string takes whatever is written to it.
            '\0'..' ' => drop(write!(out, "\\u{:04x}", u32::from(letter))),
            _ => out.push(letter),
        }
    }
    out.push('"');
}
