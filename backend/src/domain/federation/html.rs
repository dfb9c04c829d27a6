//! Markdown as the HTML that other servers show.
//!
//! Owns which marks become elements: those that every server lets stay. What was typed as HTML becomes text, and an
//! address that is none of the web's becomes the words it was behind.

use pulldown_cmark::{Event, HeadingLevel, LinkType, Parser, Tag, TagEnd, TextMergeStream};

/// Somebody a text names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mentioned {
    /// `alice@films.example`.
    pub handle: String,
    /// Their address.
    pub address: String,
}

/// The text as HTML. Who is named in it is led to, by `@alice` or `@alice@films.example` where `host` is theirs.
#[must_use]
pub fn html(markdown: &str, host: &str, mentioned: &[Mentioned]) -> String {
    let people = People { host, mentioned };
    let mut page = Writer { out: String::new(), people, links: Vec::new(), code: 0 };
    for event in TextMergeStream::new(Parser::new(markdown)) {
        page.write(event);
    }
    page.out.trim_end().to_owned()
}

struct Writer<'t> {
    out: String,
    people: People<'t>,
    /// Whether each link we are in leads somewhere.
    links: Vec<bool>,
    /// Blocks of code we are in.
    code: usize,
}

impl Writer<'_> {
    fn write(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(&tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) if self.code == 0 && self.links.is_empty() => self.text(&text),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => escape(&text, &mut self.out),
            Event::Code(text) => {
                self.out.push_str("<code>");
                escape(&text, &mut self.out);
                self.out.push_str("</code>");
            }
            // What people type on two lines they mean on two lines.
            Event::SoftBreak | Event::HardBreak => self.out.push_str("<br>"),
            Event::Rule => self.out.push_str("<hr>"),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                escape(&text, &mut self.out);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        if let Tag::Link { dest_url, link_type, .. } = tag {
            let address = if *link_type == LinkType::Email { None } else { web_address(dest_url) };
            self.links.push(address.is_some());
            if let Some(address) = address {
                self.out.push_str("<a href=\"");
                escape(address, &mut self.out);
                self.out.push_str("\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">");
            }
        } else if let Tag::CodeBlock(_) = tag {
            self.code += 1;
            self.out.push_str("<pre><code>");
        } else if let Some(name) = element(tag.to_end()) {
            self.out.push_str(&format!("<{name}>"));
        }
    }

    fn close(&mut self, tag: TagEnd) {
        if tag == TagEnd::Link {
            if self.links.pop() == Some(true) {
                self.out.push_str("</a>");
            }
        } else if tag == TagEnd::CodeBlock {
            self.code = self.code.saturating_sub(1);
            self.out.push_str("</code></pre>");
        } else if let Some(name) = element(tag) {
            self.out.push_str(&format!("</{name}>"));
        }
    }

    /// Words, with whom they name led to.
    fn text(&mut self, text: &str) {
        let people = self.people;
        let mut rest = text;
        while let Some(at) = rest.find('@') {
            let (before, from) = rest.split_at(at);
            escape(before, &mut self.out);
            let is_begin = !before.ends_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
            let named = if is_begin { people.named(from) } else { None };
            match named {
                Some((letters, who)) => {
                    let (said, behind) = from.split_at_checked(letters).unwrap_or((from, ""));
                    self.out.push_str("<a href=\"");
                    escape(&who.address, &mut self.out);
                    self.out.push_str("\" class=\"u-url mention\">");
                    escape(said, &mut self.out);
                    self.out.push_str("</a>");
                    rest = behind;
                }
                None => {
                    self.out.push('@');
                    rest = from.get(1..).unwrap_or_default();
                }
            }
        }
        escape(rest, &mut self.out);
    }
}

/// Whom a text may name.
#[derive(Clone, Copy)]
struct People<'t> {
    host: &'t str,
    mentioned: &'t [Mentioned],
}

impl<'t> People<'t> {
    /// Who is named where a text begins with `@`, and how many letters name them; the longest where several could.
    fn named(self, text: &str) -> Option<(usize, &'t Mentioned)> {
        let mut best: Option<(usize, &'t Mentioned)> = None;
        for who in self.mentioned {
            let (name, host) = who.handle.split_once('@').unwrap_or((&who.handle, self.host));
            let short = (host == self.host).then(|| format!("@{name}"));
            for said in std::iter::once(format!("@{name}@{host}")).chain(short) {
                let begins = text.get(..said.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(&said));
                let is_whole = begins && text.get(said.len()..).is_some_and(is_end);
                if is_whole && best.is_none_or(|(letters, _)| letters < said.len()) {
                    best = Some((said.len(), who));
                }
            }
        }
        best
    }
}

/// Whether a name is over where this goes on: a sentence may end behind it, and it may have a dot within.
fn is_end(behind: &str) -> bool {
    let is_of_a_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '@';
    let mut letters = behind.chars();
    match letters.next() {
        Some('.' | ':' | '-') => !letters.next().is_some_and(is_of_a_name),
        Some(letter) => !is_of_a_name(letter),
        None => true,
    }
}

/// The element of a mark; none for those whose words alone are shown.
fn element(tag: TagEnd) -> Option<&'static str> {
    match tag {
        TagEnd::Paragraph => Some("p"),
        TagEnd::Heading(level) => Some(match level {
            HeadingLevel::H1 => "h1",
            HeadingLevel::H2 => "h2",
            HeadingLevel::H3 => "h3",
            HeadingLevel::H4 => "h4",
            HeadingLevel::H5 => "h5",
            HeadingLevel::H6 => "h6",
        }),
        TagEnd::BlockQuote(_) => Some("blockquote"),
        TagEnd::List(true) => Some("ol"),
        TagEnd::List(false) => Some("ul"),
        TagEnd::Item => Some("li"),
        TagEnd::Emphasis => Some("em"),
        TagEnd::Strong => Some("strong"),
        TagEnd::Strikethrough => Some("del"),
        TagEnd::CodeBlock
        | TagEnd::Link
        | TagEnd::HtmlBlock
        | TagEnd::FootnoteDefinition
        | TagEnd::DefinitionList
        | TagEnd::DefinitionListTitle
        | TagEnd::DefinitionListDefinition
        | TagEnd::Table
        | TagEnd::TableHead
        | TagEnd::TableRow
        | TagEnd::TableCell
        | TagEnd::Superscript
        | TagEnd::Subscript
        | TagEnd::Image
        | TagEnd::MetadataBlock(_) => None,
    }
}

fn web_address(address: &str) -> Option<&str> {
    let scheme = address.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.filter(|scheme| ["http", "https"].contains(&scheme.as_str())).map(|_| address)
}

fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(markdown: &str) -> String {
        let who = |handle: &str, address: &str| Mentioned {
            handle: handle.to_owned(),
            address: address.to_owned(),
        };
        let mentioned = [
            who("alice@films.example", "https://films.example/accounts/alice"),
            who("alice_b@films.example", "https://films.example/accounts/alice_b"),
            who("bob@elsewhere.example", "https://elsewhere.example/users/bob"),
        ];
        html(markdown, "films.example", &mentioned)
    }

    #[test]
    fn marks_become_elements() {
        for (markdown, expected) in [
            ("First! **bold** *leaning*", "<p>First! <strong>bold</strong> <em>leaning</em></p>"),
            ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
            ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
            ("1. a", "<ol><li>a</li></ol>"),
            ("> said", "<blockquote><p>said</p></blockquote>"),
            ("`a < b`", "<p><code>a &lt; b</code></p>"),
            ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
            (
                "[here](https://a.example/?x=1&y=\"2\")",
                "<p><a href=\"https://a.example/?x=1&amp;y=&quot;2&quot;\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">here</a></p>",
            ),
            ("", ""),
        ] {
            assert_eq!(written(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn nothing_that_was_typed_becomes_an_element_or_an_address_of_its_own() {
        for markdown in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt://%0aalert(1))",
            "![x](https://a.example/x.png)",
            "<javascript:alert(1)>",
            "[x](data:text/html,x)",
        ] {
            let html = written(markdown);
            assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
            assert!(!html.to_lowercase().contains("href=\"javascript"), "{html}");
            assert!(!html.contains("href=\"data"), "{html}");
        }
    }

    #[test]
    fn whom_a_text_names_is_led_to() {
        let link = |address: &str, said: &str| {
            format!("<a href=\"https://{address}\" class=\"u-url mention\">{said}</a>")
        };
        let alice = link("films.example/accounts/alice", "@alice");
        for (markdown, expected) in [
            ("Hello @alice, and bye", format!("<p>Hello {alice}, and bye</p>")),
            ("@alice.", format!("<p>{alice}.</p>")),
            ("@alice_b", format!("<p>{}</p>", link("films.example/accounts/alice_b", "@alice_b"))),
            (
                "@alice@films.example!",
                format!("<p>{}!</p>", link("films.example/accounts/alice", "@alice@films.example")),
            ),
            (
                "@bob@elsewhere.example",
                format!("<p>{}</p>", link("elsewhere.example/users/bob", "@bob@elsewhere.example")),
            ),
            (
                "@alice.smith and @alice@films.example.org",
                "<p>@alice.smith and @alice@films.example.org</p>".to_owned(),
            ),
            ("@bob and x@alice and @carol", "<p>@bob and x@alice and @carol</p>".to_owned()),
            ("`@alice`", "<p><code>@alice</code></p>".to_owned()),
        ] {
            assert_eq!(written(markdown), expected, "{markdown}");
        }
    }
}
