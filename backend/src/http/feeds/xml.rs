//! XML as it is written: names are ours, everything else is anybody's.
//!
//! Owns that it is well-formed whatever stands in it: what is opened is closed where its content ends, texts and values are
//! escaped, and characters that XML 1.0 cannot hold in any spelling are left out.

/// A name and what it is to be.
pub type Attribute<'a> = (&'static str, &'a str);

/// A document being written.
pub struct Xml {
    out: String,
    depth: usize,
}

impl Xml {
    /// A whole document.
    #[must_use]
    pub fn document(
        root: &'static str,
        attributes: &[Attribute<'_>],
        content: impl FnOnce(&mut Xml),
    ) -> String {
        let mut xml = Xml { out: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_owned(), depth: 0 };
        xml.element(root, attributes, content);
        xml.out
    }

    /// An element with others in it.
    pub fn element(
        &mut self,
        name: &'static str,
        attributes: &[Attribute<'_>],
        content: impl FnOnce(&mut Xml),
    ) {
        self.begin(name, attributes);
        self.out.push_str(">\n");
        self.depth += 1;
        content(self);
        self.depth -= 1;
        self.indent();
        self.end(name);
    }

    /// An element with a text in it.
    pub fn text(&mut self, name: &'static str, text: &str) {
        self.text_with(name, &[], text);
    }

    /// An element with attributes and a text in it.
    pub fn text_with(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.begin(name, attributes);
        self.out.push('>');
        escape(text, Within::Text, &mut self.out);
        self.end(name);
    }

    /// An element with nothing in it.
    pub fn empty(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.begin(name, attributes);
        self.out.push_str("/>\n");
    }

    fn begin(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            escape(value, Within::Attribute, &mut self.out);
            self.out.push('"');
        }
    }

    fn end(&mut self, name: &'static str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Text,
    Attribute,
}

fn escape(text: &str, within: Within, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // Only `]]>` needs it, which is rarer than the look behind that would find it.
            '>' => out.push_str("&gt;"),
            '"' if within == Within::Attribute => out.push_str("&quot;"),
            // Readers make one line end of all kinds, and a space of each within an attribute (XML 1.0 §2.11, §3.3.3).
            '\r' => out.push_str("&#13;"),
            '\n' if within == Within::Attribute => out.push_str("&#10;"),
            '\t' if within == Within::Attribute => out.push_str("&#9;"),
            letter if is_char(letter) => out.push(letter),
            _ => {}
        }
    }
}

/// `Char` of XML 1.0 §2.2. Rust's letters are no surrogates already.
fn is_char(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn what_is_opened_is_closed() {
        let text = Xml::document("rss", &[("version", "2.0")], |xml| {
            xml.element("channel", &[], |xml| {
                xml.text("title", "A & B <b>");
                xml.text_with("guid", &[("isPermaLink", "false")], "x]]>y");
                xml.empty("link", &[("href", "https://a.example/?a=1&b=\"2\"\n")]);
            });
        });
        expect![[r#"
            <?xml version="1.0" encoding="utf-8"?>
            <rss version="2.0">
              <channel>
                <title>A &amp; B &lt;b&gt;</title>
                <guid isPermaLink="false">x]]&gt;y</guid>
                <link href="https://a.example/?a=1&amp;b=&quot;2&quot;&#10;"/>
              </channel>
            </rss>
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        for (text, expected) in [
            ("a\u{0}b\u{1}\u{8}\u{b}\u{c}\u{1f}", "ab"),
            ("a\tb\nc\rd", "a\tb\nc&#13;d"),
            ("\u{fffe}\u{ffff}\u{fffd}\u{e000}\u{1f600}\u{10ffff}", "\u{fffd}\u{e000}\u{1f600}\u{10ffff}"),
            ("\u{7f}\u{85}\u{2028}é", "\u{7f}\u{85}\u{2028}é"),
            ("", ""),
        ] {
            let mut out = String::new();
            escape(text, Within::Text, &mut out);
            assert_eq!(out, expected, "{text:?}");
        }
        let mut out = String::new();
        escape("a\t\"b\"\n\u{0}", Within::Attribute, &mut out);
        assert_eq!(out, "a&#9;&quot;b&quot;&#10;");
    }
}
