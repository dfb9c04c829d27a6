//! JSON read in one pass, without a tree.
//!
//! Owns the grammar (RFC 8259), all of it: what is handed out as the text of a value is JSON for every other reader
//! too, since it is relayed as it came. Never allocates.

use super::text::Text;

/// How deep values may lie; a message of this protocol has four levels.
const DEPTH_MAX: u32 = 32;

/// A place in a JSON text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

/// What a value begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Text,
    Object,
    Array,
    /// A number or one of the three words.
    Other,
}

/// Reads a text that is one object and nothing else, as [`Scanner::object`] does.
pub(super) fn read_object<'a>(
    text: &'a str,
    field: impl FnMut(&mut Scanner<'a>, Text<'a>) -> Option<()>,
) -> Option<()> {
    let mut scanner = Scanner::new(text);
    scanner.object(field)?;
    scanner.is_at_end().then_some(())
}

impl<'a> Scanner<'a> {
    /// Before the first value.
    pub(super) fn new(text: &'a str) -> Scanner<'a> {
        Scanner { text, at: 0 }
    }

    /// What comes next; none at the end.
    pub(super) fn kind(&mut self) -> Option<Kind> {
        Some(match self.peek()? {
            b'"' => Kind::Text,
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            _ => Kind::Other,
        })
    }

    /// Reads an object: `field` is called after each name and must read the value. None where the text is no JSON, or
    /// where `field` says so.
    pub(super) fn object(
        &mut self,
        mut field: impl FnMut(&mut Scanner<'a>, Text<'a>) -> Option<()>,
    ) -> Option<()> {
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            let name = self.text()?;
            self.take(b':')?;
            field(self, name)?;
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    /// Reads an array: `item` is called before each value and must read it.
    pub(super) fn array(&mut self, mut item: impl FnMut(&mut Scanner<'a>) -> Option<()>) -> Option<()> {
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            if self.take(b',').is_none() {
                return self.take(b']');
            }
        }
    }

    /// Reads a text.
    pub(super) fn text(&mut self) -> Option<Text<'a>> {
        self.take(b'"')?;
        let (start, mut is_plain) = (self.at, true);
        loop {
            self.at += plain_run(self.rest());
            match self.byte()? {
                b'"' => break,
                b'\\' => {
                    is_plain = false;
                    self.escape()?;
                }
                // A control character has to be escaped.
                _ => return None,
            }
        }
        let raw = self.text.get(start..self.at)?;
        self.at += 1;
        Some(Text::new(raw, is_plain))
    }

    /// Reads a text that another kind of value may stand for, which is stepped over.
    pub(super) fn text_if_any(&mut self) -> Option<Option<Text<'a>>> {
        if self.kind()? == Kind::Text {
            return self.text().map(Some);
        }
        self.value()?;
        Some(None)
    }

    /// Steps over one value of any kind and gives it as it is written.
    pub(super) fn value(&mut self) -> Option<&'a str> {
        self.peek()?;
        let start = self.at;
        self.skip(0)?;
        self.text.get(start..self.at)
    }

    /// Whether nothing but space is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    fn skip(&mut self, depth: u32) -> Option<()> {
        if DEPTH_MAX < depth {
            return None;
        }
        match self.kind()? {
            Kind::Text => self.text().map(drop),
            Kind::Object => self.object(|scanner, _| scanner.skip(depth + 1)),
            Kind::Array => self.array(|scanner| scanner.skip(depth + 1)),
            Kind::Other => self.word().or_else(|| self.number()),
        }
    }

    fn word(&mut self) -> Option<()> {
        let word =
            ["true", "false", "null"].into_iter().find(|word| self.rest().starts_with(word.as_bytes()))?;
        self.at += word.len();
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        self.step(|byte| byte == b'-');
        match self.byte()? {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.step(|byte| byte == b'.') {
            self.digits()?;
        }
        if self.step(|byte| matches!(byte, b'e' | b'E')) {
            self.step(|byte| matches!(byte, b'+' | b'-'));
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits;
        (0 < digits).then_some(())
    }

    /// What follows a backslash (RFC 8259 §7).
    fn escape(&mut self) -> Option<()> {
        self.at += 1;
        let length = match self.byte()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 1,
            b'u' => {
                let digits = self.rest().get(1..5)?;
                digits.iter().all(u8::is_ascii_hexdigit).then_some(5)?
            }
            _ => return None,
        };
        self.at += length;
        Some(())
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn step(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        let found = self.byte().is_some_and(wanted);
        self.at += usize::from(found);
        found
    }

    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte()? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }
}

/// How many bytes come before the first quote, backslash or control character. Eight at a time: nearly all that a
/// tracker reads are the letters of session descriptions.
fn plain_run(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let zero_bytes = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
    let mut run = 0;
    for chunk in bytes.chunks_exact(8) {
        let Ok(chunk) = <[u8; 8]>::try_from(chunk) else { break };
        let word = u64::from_le_bytes(chunk);
        let controls = word.wrapping_sub(ONES * 0x20) & !word & TOPS;
        let found = zero_bytes(word ^ (ONES * 0x22)) | zero_bytes(word ^ (ONES * 0x5c)) | controls;
        if found != 0 {
            // Borrows can mark bytes behind the first one falsely, never before it.
            return run + found.trailing_zeros() as usize / 8;
        }
        run += 8;
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    let rest = bytes.get(run..).unwrap_or_default();
    run + rest.iter().position(ends).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Option<&str> {
        let mut scanner = Scanner::new(text);
        let value = scanner.value()?;
        scanner.is_at_end().then_some(value)
    }

    /// The judge: JSON is what `serde_json` takes, but for numbers too large for it and halves of surrogate pairs.
    fn judge(text: &str) -> bool {
        serde_json::from_str::<serde_json::Value>(text).is_ok()
    }

    #[test]
    fn exactly_json_is_taken() {
        for text in [
            r#"{"a":[1,-0,0.5,1e9,-2.5E-3,true,false,null,"x\"\\\/\b\f\n\r\té","",{},[]]}"#,
            " [ 1 , { \"a\" : \"b\" } ] ",
            "7",
            r#""\u00e9""#,
        ] {
            assert!(judge(text), "{text}");
            assert_eq!(whole(text), Some(text.trim()), "{text}");
        }
        for text in [
            "",
            "{",
            "{]",
            "[1,]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "1.",
            ".5",
            "-",
            "+1",
            "1e",
            "nul",
            "tru",
            "\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\u12",
            "\"a\nb\"",
            "\"\u{1}\"",
            "1 2",
            "{} x",
        ] {
            assert!(!judge(text), "{text}");
            assert_eq!(whole(text), None, "{text}");
        }
    }

    #[test]
    fn what_lies_too_deep_is_refused_without_harm() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(whole(&nested(32)).is_some());
        assert!(whole(&nested(40)).is_none());
        assert!(whole(&"[".repeat(200_000)).is_none());
    }

    #[test]
    fn any_text_is_judged_as_the_judge_does() {
        let letters: Vec<char> = "{}[]\":,\\u0x é1-.e\n\tntrue".chars().collect();
        let mut seed = 3u64;
        let mut taken = 0;
        for _ in 0..200_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let length = usize::try_from(seed >> 60).unwrap() + 1;
            let text: String = (0..length)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    letters[usize::try_from(seed >> 33).unwrap() % letters.len()]
                })
                .collect();
            assert_eq!(whole(&text).is_some(), judge(&text), "{text:?}");
            taken += usize::from(judge(&text));
        }
        assert!(100 < taken, "some of it was JSON: {taken}");
    }

    #[test]
    fn plain_runs_end_where_they_should() {
        for ending in ['"', '\\', '\n', '\u{1f}'] {
            for before in 0..40 {
                let text =
                    format!("{}{ending}{}", "é".repeat(before / 2) + &"x".repeat(before % 2), "y".repeat(20));
                assert_eq!(plain_run(text.as_bytes()), text.find(ending).unwrap(), "{before} {ending:?}");
            }
        }
        assert_eq!(plain_run("a \u{7f}é€\u{80}".as_bytes()), "a \u{7f}é€\u{80}".len());
    }
}
