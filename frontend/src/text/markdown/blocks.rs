//! Lines into paragraphs, lists, quotes and code.

use super::inline::inline;
use super::tree::{DEPTH_MAX, Node, Tag};

/// Reads markdown.
pub fn parse(text: &str) -> Vec<Node> {
    let lines: Vec<&str> = text.lines().collect();
    blocks(&lines, 0)
}

fn blocks(lines: &[&str], depth: usize) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut rest = lines;
    while let [line, after @ ..] = rest {
        let (node, left) = match kind(line) {
            Kind::Blank => (None, after),
            Kind::Rule => (Some(Node::Rule), after),
            Kind::Heading(words) => (Some(Node::Around(Tag::Heading, inline(words, depth))), after),
            Kind::Fence(fence) => {
                let length = after.iter().take_while(|line| !line.trim_start().starts_with(fence)).count();
                let (code, left) = after.split_at(length);
                let code = Node::Around(Tag::CodeBlock, vec![Node::Text(code.join("\n"))]);
                (Some(code), left.split_first().map_or(left, |(_, left)| left))
            }
            Kind::Quote if depth < DEPTH_MAX => {
                let said: Vec<&str> = rest.iter().map_while(|line| quoted(line)).collect();
                let left = rest.get(said.len()..).unwrap_or_default();
                (Some(Node::Around(Tag::Quote, blocks(&said, depth + 1))), left)
            }
            Kind::Item(first) if depth < DEPTH_MAX => {
                let (items, left) = items(rest, first.ordered, depth);
                (Some(Node::Around(if first.ordered { Tag::Numbers } else { Tag::List }, items)), left)
            }
            Kind::Words | Kind::Quote | Kind::Item(_) => {
                let more = after.iter().take_while(|line| matches!(kind(line), Kind::Words)).count();
                let (words, left) = rest.split_at(1 + more);
                (Some(Node::Around(Tag::Paragraph, inline(words.join("\n").trim(), depth))), left)
            }
        };
        nodes.extend(node);
        rest = left;
    }
    nodes
}

/// The items of a list, and the lines after it.
fn items<'a>(lines: &'a [&'a str], ordered: bool, depth: usize) -> (Vec<Node>, &'a [&'a str]) {
    let mut items = Vec::new();
    let mut rest = lines;
    while let [line, after @ ..] = rest {
        let Kind::Item(item) = kind(line) else { break };
        if item.ordered != ordered {
            break;
        }
        let mut inner = vec![item.words];
        let mut left = after;
        while let [line, after @ ..] = left {
            let indent = line.len() - line.trim_start().len();
            match kind(line) {
                // A blank line ends the item unless what follows is indented.
                Kind::Blank => {
                    let goes_on =
                        after.first().is_some_and(|next| next.starts_with("  ") && !next.trim().is_empty());
                    if !goes_on {
                        break;
                    }
                    inner.push("");
                }
                _ if item.indent < indent => {
                    inner.push(line.get(indent.min(item.indent + item.width)..).unwrap_or(""))
                }
                Kind::Words => inner.push(line.trim_start()),
                Kind::Rule | Kind::Heading(_) | Kind::Fence(_) | Kind::Quote | Kind::Item(_) => break,
            }
            left = after;
        }
        let mut nodes = blocks(&inner, depth + 1);
        // The words of a simple item need no paragraph around them.
        if let Some(Node::Around(Tag::Paragraph, words)) = nodes.first_mut() {
            let words = std::mem::take(words);
            nodes.splice(0..1, words);
        }
        items.push(Node::Around(Tag::Item, nodes));
        rest = left;
        if let [blank, next, ..] = rest
            && blank.trim().is_empty()
            && matches!(kind(next), Kind::Item(_))
        {
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    (items, rest)
}

struct Item<'a> {
    ordered: bool,
    /// Blanks before the marker.
    indent: usize,
    /// Of the marker and the blank after it.
    width: usize,
    words: &'a str,
}

enum Kind<'a> {
    Blank,
    Rule,
    Heading(&'a str),
    Fence(&'static str),
    Quote,
    Item(Item<'a>),
    Words,
}

fn kind(line: &str) -> Kind<'_> {
    let words = line.trim_start();
    let Some(first) = words.bytes().next() else { return Kind::Blank };
    match first {
        b'#' => {
            let words = words.trim_start_matches('#');
            match words.strip_prefix(' ') {
                Some(words) => Kind::Heading(words.trim_end_matches('#').trim()),
                None => Kind::Words,
            }
        }
        b'`' if words.starts_with("```") => Kind::Fence("```"),
        b'~' if words.starts_with("~~~") => Kind::Fence("~~~"),
        b'>' => Kind::Quote,
        b'-' | b'*' | b'_' | b'+' if is_rule(words, first) => Kind::Rule,
        b'-' | b'*' | b'+' | b'0'..=b'9' => item(line, words).map_or(Kind::Words, Kind::Item),
        _ => Kind::Words,
    }
}

fn quoted(line: &str) -> Option<&str> {
    let words = line.trim_start().strip_prefix('>')?;
    Some(words.strip_prefix(' ').unwrap_or(words))
}

fn is_rule(words: &str, mark: u8) -> bool {
    let marks = words.bytes().filter(|byte| *byte == mark).count();
    mark != b'+' && 3 <= marks && words.bytes().all(|byte| byte == mark || byte == b' ')
}

fn item<'a>(line: &'a str, words: &'a str) -> Option<Item<'a>> {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let marker = match words.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    let after = words.get(marker..)?;
    let words = after.strip_prefix(' ')?;
    Some(Item { ordered: 0 < digits, indent: line.len() - line.trim_start().len(), width: marker + 1, words })
}
