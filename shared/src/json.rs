//! Just enough JSON to read an object of texts in the browser.
//!
//! Owns that reading: objects and texts are handed out, everything else is stepped over. Never builds a tree. It is
//! here because a viewer downloads the player before the first picture, and the whole of `serde_json` weighs as much as
//! the rest of the core; the server reads JSON with that. The surprise is escapes: a text that holds one is stepped over
//! as if it had another shape, since no file name and no digest needs any.

/// How deep values may lie that are stepped over.
const DEPTH_MAX: usize = 64;

/// A place in a JSON text.
pub(crate) struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Before the first value.
    pub(crate) fn new(text: &'a str) -> Reader<'a> {
        Reader { rest: text }
    }

    /// Reads an object: `field` is called after each name and must read or skip the value. A field whose name holds an
    /// escape is skipped. None where the text is no JSON.
    pub(crate) fn object(
        &mut self,
        mut field: impl FnMut(&mut Reader<'a>, &'a str) -> Option<()>,
    ) -> Option<()> {
        self.take('{')?;
        if self.take('}').is_some() {
            return Some(());
        }
        loop {
            let name = self.text()?;
            self.take(':')?;
            match name {
                Some(name) => field(self, name)?,
                None => self.skip()?,
            }
            if self.take(',').is_none() {
                return self.take('}');
            }
        }
    }

    /// Whether the next value is an object.
    pub(crate) fn is_object(&mut self) -> bool {
        self.step_over_space();
        self.rest.starts_with('{')
    }

    /// The next value if it is a plain text; any other is skipped. None where the text is no JSON.
    pub(crate) fn text_or_skip(&mut self) -> Option<Option<&'a str>> {
        self.step_over_space();
        if self.rest.starts_with('"') {
            return self.text();
        }
        self.skip()?;
        Some(None)
    }

    /// Steps over one value of any kind.
    pub(crate) fn skip(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            self.step_over_space();
            let first = self.rest.chars().next()?;
            match first {
                '"' => drop(self.text()?),
                '{' | '[' => {
                    self.take(first)?;
                    depth = Some(depth + 1).filter(|&depth| depth <= DEPTH_MAX)?;
                }
                '}' | ']' => {
                    self.take(first)?;
                    depth = depth.checked_sub(1)?;
                }
                ',' | ':' if 0 < depth => self.take(first)?,
                _ => {
                    // A number or one of the three words.
                    let is_of_word = |letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter);
                    let end = self.rest.find(|letter| !is_of_word(letter)).unwrap_or(self.rest.len());
                    self.rest = self.rest.get(end..).filter(|_| 0 < end)?;
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// Whether nothing but space is left.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.step_over_space();
        self.rest.is_empty()
    }

    /// A text; the inner none stands for one with escapes.
    fn text(&mut self) -> Option<Option<&'a str>> {
        self.take('"')?;
        let whole = self.rest;
        let (mut end, mut is_plain) = (0, true);
        loop {
            end += whole.get(end..)?.find(['"', '\\'])?;
            if whole.as_bytes().get(end) == Some(&b'"') {
                break;
            }
            is_plain = false;
            // Whatever is escaped is one letter, perhaps followed by digits that mean nothing here.
            end += 1 + whole.get(end + 1..)?.chars().next()?.len_utf8();
        }
        self.rest = whole.get(end + 1..)?;
        Some(whole.get(..end).filter(|_| is_plain))
    }

    fn take(&mut self, letter: char) -> Option<()> {
        self.step_over_space();
        self.rest = self.rest.strip_prefix(letter)?;
        Some(())
    }

    fn step_over_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every plain text field of an object, as `name=value`.
    fn fields(text: &str) -> Option<Vec<String>> {
        let mut found = Vec::new();
        let mut reader = Reader::new(text);
        reader.object(|reader, name| {
            if let Some(value) = reader.text_or_skip()? {
                found.push(format!("{name}={value}"));
            }
            Some(())
        })?;
        reader.is_at_end().then_some(found)
    }

    #[test]
    fn plain_fields_are_read_and_all_others_stepped_over() {
        let text = r#" { "a" : "1", "b": [1, {"x": "}]"}, "\""], "c":-1.5e+3,"d":null,"e":true, "f":"é" } "#;
        assert_eq!(fields(text).unwrap(), ["a=1", "f=é"]);
        assert_eq!(fields("{}").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn texts_with_escapes_are_stepped_over() {
        let text = r#"{"a\n":"1","b":"\u00e9","c":"\\","d":"\"","e":"5"}"#;
        assert_eq!(fields(text).unwrap(), ["e=5"]);
    }

    #[test]
    fn broken_text_is_refused_wherever_it_breaks() {
        let whole = r#"{"a":"1","b":[{"c":"\""}],"d":7}"#;
        assert!(fields(whole).is_some());
        for end in 0..whole.len() {
            assert!(fields(&whole[..end]).is_none(), "{}", &whole[..end]);
        }
        for text in [
            "[]",
            "{]",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":"1",}"#,
            r#"{"a":"1"}x"#,
            r#"{"a":]}"#,
            "{\"a\":\"\\",
        ] {
            assert_eq!(fields(text), None, "{text}");
        }
        let deep = format!(r#"{{"a":{}}}"#, "[".repeat(1000));
        assert_eq!(fields(&deep), None);
    }

    #[test]
    fn no_bytes_bring_it_down() {
        let letters: Vec<char> = "{}[]\":,\\u0x é1-".chars().collect();
        let mut seed = 1u64;
        for _ in 0..20_000 {
            let mut text = String::from("{");
            for _ in 0..12 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push(letters[usize::try_from(seed >> 33).unwrap() % letters.len()]);
            }
            let _ = fields(&text);
        }
    }
}
