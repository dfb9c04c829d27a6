//! Markdown as one line of plain text, for titles of tags and cards.

use pulldown_cmark::{Event, Parser, TagEnd};

/// What search engines and cards show at most; PeerTube cuts there too.
const LENGTH_MAX: usize = 250;

/// The words of a markdown text, without its marks and on one line, cut at [`LENGTH_MAX`] letters.
#[must_use]
pub fn plain_text(markdown: &str) -> String {
    let mut words = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::Start(tag) if is_inline(&tag.to_end()) => {}
            Event::End(tag) if is_inline(&tag) => {}
            // Everything else ends a word; raw HTML is none.
            Event::Start(_)
            | Event::End(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => words.push(' '),
        }
    }
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LENGTH_MAX {
        return line;
    }
    let cut: String = line.chars().take(LENGTH_MAX - 1).collect();
    format!("{}…", cut.trim_end())
}

/// Marks within a word do not part it.
fn is_inline(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_are_left() {
        for (markdown, text) in [
            (
                "A **testsrc2** clip.\n\nWith two paragraphs and a link https://example.org/",
                "A testsrc2 clip. With two paragraphs and a link https://example.org/",
            ),
            ("# Title\nun**believ**able [link](https://x.example \"t\")", "Title unbelievable link"),
            ("- one\n- two\n\n> three `four`", "one two three four"),
            ("a<script>alert(1)</script>b", "a alert(1) b"),
            ("", ""),
        ] {
            assert_eq!(plain_text(markdown), text);
        }
    }

    #[test]
    fn long_texts_are_cut() {
        let text = plain_text(&"é ".repeat(400));
        assert!(text.chars().count() <= LENGTH_MAX && text.ends_with("é…"), "{text}");
        assert_eq!(plain_text(&"a".repeat(250)).len(), 250);
    }
}
