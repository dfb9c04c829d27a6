//! Markdown of strangers as a tree that is safe to draw.
//!
//! Owns what of CommonMark a description may use: emphasis, lists, quotes, code, headings, links. Never produces
//! HTML: a `<script>` in a description is those nine letters. The surprises: line breaks count as people type them,
//! bare addresses become links, and `1:02` becomes a moment one can jump to.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag as Mark, TagEnd, TextMergeStream};

use super::durations::parse_clock;

/// How deep quotes and lists may nest; what is deeper is drawn without its wrapping, since drawing is recursive.
const DEPTH_MAX: usize = 12;

/// A piece of text that is safe to draw.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Node {
    /// Words.
    Text(String),
    /// A new line.
    Break,
    /// A line across.
    Rule,
    /// A moment of the video.
    Moment {
        /// As it was written.
        text: String,
        /// Into the video.
        seconds: u32,
    },
    /// Something around other nodes.
    Around(Tag, Vec<Node>),
}

/// What stands around other nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Tag {
    Paragraph,
    Heading,
    Quote,
    List,
    Numbers,
    Item,
    Strong,
    Emphasis,
    Strike,
    Code,
    CodeBlock,
    /// To an `http:`, `https:` or `mailto:` address.
    Link(String),
    /// Nothing of its own.
    Bare,
}

/// Reads markdown.
pub fn parse(text: &str) -> Vec<Node> {
    let mut stack: Vec<(Tag, Vec<Node>)> = vec![(Tag::Bare, Vec::new())];
    let mut passed_over = 0usize;
    // An address with an underscore comes in pieces otherwise.
    for event in TextMergeStream::new(Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH)) {
        match event {
            Event::Start(_) if DEPTH_MAX <= stack.len() => passed_over += 1,
            Event::Start(mark) => stack.push((tag(&mark), Vec::new())),
            Event::End(_) if 0 < passed_over => passed_over -= 1,
            Event::End(TagEnd::HtmlBlock) => close(&mut stack, Some(Node::Break)),
            Event::End(_) => close(&mut stack, None),
            Event::Text(words) => {
                let literal =
                    stack.iter().any(|(tag, _)| matches!(tag, Tag::Code | Tag::CodeBlock | Tag::Link(_)));
                if literal {
                    add(&mut stack, Node::Text(words.into_string()))
                } else {
                    add_words(&mut stack, &words)
                }
            }
            Event::Code(words) => {
                add(&mut stack, Node::Around(Tag::Code, vec![Node::Text(words.into_string())]));
            }
            Event::Html(words) | Event::InlineHtml(words) => add(&mut stack, Node::Text(words.into_string())),
            Event::SoftBreak | Event::HardBreak => add(&mut stack, Node::Break),
            Event::Rule => add(&mut stack, Node::Rule),
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }
    stack.into_iter().next().map(|(_, nodes)| nodes).unwrap_or_default()
}

fn close(stack: &mut Vec<(Tag, Vec<Node>)>, after: Option<Node>) {
    if 1 < stack.len()
        && let Some((tag, mut nodes)) = stack.pop()
    {
        match tag {
            Tag::Bare => {
                if let Some((_, around)) = stack.last_mut() {
                    around.append(&mut nodes);
                    around.extend(after);
                }
            }
            tag => add(stack, Node::Around(tag, nodes)),
        }
    }
}

fn add(stack: &mut [(Tag, Vec<Node>)], node: Node) {
    let Some((_, nodes)) = stack.last_mut() else { return };
    // Words come in pieces: an address must not be cut in two.
    if let (Some(Node::Text(before)), Node::Text(words)) = (nodes.last_mut(), &node) {
        before.push_str(words);
    } else {
        nodes.push(node);
    }
}

fn tag(mark: &Mark) -> Tag {
    match mark {
        Mark::Paragraph => Tag::Paragraph,
        Mark::Heading { level: HeadingLevel::H1 | HeadingLevel::H2 | HeadingLevel::H3, .. } => Tag::Heading,
        Mark::Heading { .. } => Tag::Paragraph,
        Mark::BlockQuote(_) => Tag::Quote,
        Mark::List(None) => Tag::List,
        Mark::List(Some(_)) => Tag::Numbers,
        Mark::Item => Tag::Item,
        Mark::Strong => Tag::Strong,
        Mark::Emphasis => Tag::Emphasis,
        Mark::Strikethrough => Tag::Strike,
        Mark::CodeBlock(_) => Tag::CodeBlock,
        // A picture would tell its host who reads the page: it becomes a link.
        Mark::Link { dest_url, .. } | Mark::Image { dest_url, .. } if is_safe(dest_url) => {
            Tag::Link(dest_url.to_string())
        }
        Mark::Link { .. }
        | Mark::Image { .. }
        | Mark::HtmlBlock
        | Mark::FootnoteDefinition(_)
        | Mark::DefinitionList
        | Mark::DefinitionListTitle
        | Mark::DefinitionListDefinition
        | Mark::Table(_)
        | Mark::TableHead
        | Mark::TableRow
        | Mark::TableCell
        | Mark::Superscript
        | Mark::Subscript
        | Mark::MetadataBlock(_) => Tag::Bare,
    }
}

/// Whether a link may lead there: `javascript:` and its like run with our page's rights.
pub fn is_safe(address: &str) -> bool {
    let scheme = address.split(':').next().unwrap_or("").to_ascii_lowercase();
    address.contains(':')
        && matches!(scheme.as_str(), "http" | "https" | "mailto")
        && !address.chars().any(char::is_control)
}

/// Adds words, with links where addresses stand and moments where times do.
fn add_words(stack: &mut [(Tag, Vec<Node>)], words: &str) {
    let mut rest = words;
    let mut plain = 0;
    while let Some((at, letter)) = rest.char_indices().find(|(at, _)| plain <= *at) {
        let fresh = !rest.get(..at).unwrap_or("").ends_with(|before: char| before.is_alphanumeric());
        let here = rest.get(at..).unwrap_or("");
        let found = match letter {
            'h' if fresh => address_at(here).map(|length| {
                let address = here.get(..length).unwrap_or("");
                (length, Node::Around(Tag::Link(address.to_owned()), vec![Node::Text(address.to_owned())]))
            }),
            '0'..='9' if fresh => moment_at(here).map(|(length, seconds)| {
                (length, Node::Moment { text: here.get(..length).unwrap_or("").to_owned(), seconds })
            }),
            _ => None,
        };
        match found {
            Some((length, node)) => {
                if 0 < at {
                    add(stack, Node::Text(rest.get(..at).unwrap_or("").to_owned()));
                }
                add(stack, node);
                rest = here.get(length..).unwrap_or("");
                plain = 0;
            }
            None => plain = at + letter.len_utf8(),
        }
    }
    if !rest.is_empty() {
        add(stack, Node::Text(rest.to_owned()));
    }
}

/// The length of the address a text begins with, without the punctuation of the sentence around it.
fn address_at(text: &str) -> Option<usize> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme))?;
    let end = text
        .find(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | '"'))
        .unwrap_or(text.len());
    let mut address = text.get(..end)?;
    while let Some(last) = address.chars().next_back() {
        let closes = last == ')' && address.matches('(').count() < address.matches(')').count();
        if !closes && !matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '»' | ']') {
            break;
        }
        address = address.get(..address.len() - last.len_utf8())?;
    }
    (scheme.len() < address.len()).then_some(address.len())
}

/// The length of the time a text begins with, and its seconds.
fn moment_at(text: &str) -> Option<(usize, u32)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != ':').unwrap_or(text.len());
    let clock = text.get(..end)?.trim_end_matches(':');
    let follows = text.get(clock.len()..).and_then(|after| after.chars().next());
    if follows.is_some_and(char::is_alphanumeric) {
        return None;
    }
    parse_clock(clock).map(|seconds| (clock.len(), seconds))
}

/// The words alone, in one line: for previews.
pub fn plain(nodes: &[Node]) -> String {
    let mut words = String::new();
    gather(nodes, &mut words);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn gather(nodes: &[Node], words: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) | Node::Moment { text, .. } => words.push_str(text),
            Node::Break | Node::Rule => words.push(' '),
            Node::Around(_, inner) => {
                gather(inner, words);
                words.push(' ');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn show(nodes: &[Node]) -> String {
        let around = |name: &str, inner: &[Node]| format!("{name}[{}]", show(inner));
        nodes
            .iter()
            .map(|node| match node {
                Node::Text(text) => text.clone(),
                Node::Break => "/".to_owned(),
                Node::Rule => "---".to_owned(),
                Node::Moment { text, seconds } => format!("moment({text} {seconds})"),
                Node::Around(Tag::Link(address), inner) => around(&format!("link({address})"), inner),
                Node::Around(tag, inner) => around(&format!("{tag:?}").to_lowercase(), inner),
            })
            .collect()
    }

    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&show(&parse(text)));
    }

    #[test]
    fn emphasis_lists_and_code_are_read() {
        check(
            "# Head\n\n**bold** _soft_ ~~gone~~ `x<y`\n\n- a\n- b\n\n1. c\n\n> said\n\n---",
            expect![
                "heading[Head]paragraph[strong[bold] emphasis[soft] strike[gone] code[x<y]]list[item[a]item[b]]numbers[item[c]]quote[paragraph[said]]---"
            ],
        );
    }

    #[test]
    fn line_breaks_count_as_people_type_them() {
        check("one\ntwo", expect!["paragraph[one/two]"]);
    }

    #[test]
    fn html_is_only_letters() {
        check(
            "<script>alert(1)</script>\n\na <img src=x onerror=alert(1)> b",
            expect!["<script>alert(1)</script>\n/paragraph[a <img src=x onerror=alert(1)> b]"],
        );
    }

    #[test]
    fn links_lead_only_to_the_web_and_to_mail() {
        check(
            "[a](https://ok.example) [b](javascript:alert(1)) [c](mailto:a@b.example) [d](/admin) [e](JaVaScRiPt:x) [f](data:text/html,x) <vbscript:x>",
            expect!["paragraph[link(https://ok.example)[a] b link(mailto:a@b.example)[c] d e f vbscript:x]"],
        );
    }

    #[test]
    fn pictures_become_links() {
        check(
            "![cat](https://pics.example/cat.png)",
            expect!["paragraph[link(https://pics.example/cat.png)[cat]]"],
        );
    }

    #[test]
    fn bare_addresses_become_links_without_the_sentence_around_them() {
        check(
            "See https://a.example/x_y_z?q=1. (http://b.example/w_(film)) https:// xhttp://no.example",
            expect![
                "paragraph[See link(https://a.example/x_y_z?q=1)[https://a.example/x_y_z?q=1]. (link(http://b.example/w_(film))[http://b.example/w_(film)]) https:// xhttp://no.example]"
            ],
        );
    }

    #[test]
    fn times_become_moments() {
        check(
            "0:00 intro\n1:02:03 end, at 12:34. Not 1:2, 12:60, 10:30am or v1:02",
            expect![
                "paragraph[moment(0:00 0) intro/moment(1:02:03 3723) end, at moment(12:34 754). Not 1:2, 12:60, 10:30am or v1:02]"
            ],
        );
    }

    #[test]
    fn deep_nesting_is_flattened() {
        let text = format!("{} deep", ">".repeat(5000));
        let nodes = parse(&text);
        fn depth(nodes: &[Node]) -> usize {
            nodes
                .iter()
                .map(|node| match node {
                    Node::Around(_, inner) => 1 + depth(inner),
                    _ => 0,
                })
                .max()
                .unwrap_or(0)
        }
        assert!(depth(&nodes) <= DEPTH_MAX);
        assert_eq!(plain(&nodes), "deep");
    }
}
