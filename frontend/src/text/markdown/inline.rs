//! The words of one block: emphasis, code, links, addresses, moments.
//!
//! The surprise: a mark that never closes is remembered, so that a text of ten thousand of them is read in one go.

use super::tree::{DEPTH_MAX, Node, Tag};
use crate::text::durations::parse_clock;

/// Marks that open and close with the same letters, the longest first.
const MARKS: [(&str, Tag); 5] = [
    ("**", Tag::Strong),
    ("__", Tag::Strong),
    ("~~", Tag::Strike),
    ("*", Tag::Emphasis),
    ("_", Tag::Emphasis),
];

/// Reads the words of one block.
pub fn inline(text: &str, depth: usize) -> Vec<Node> {
    let mut reader =
        Reader { text, at: 0, depth, in_link: false, unclosed: [false; MARKS.len()], nodes: Vec::new() };
    reader.read();
    reader.nodes
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// Links do not stand in links.
    in_link: bool,
    /// Marks that are known not to close any more.
    unclosed: [bool; MARKS.len()],
    nodes: Vec<Node>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Whether a word begins here.
    fn is_fresh(&self) -> bool {
        !self.text.get(..self.at).unwrap_or("").ends_with(|before: char| before.is_alphanumeric())
    }

    fn read(&mut self) {
        while let Some(letter) = self.rest().chars().next() {
            let found = match letter {
                '\\' => self.escape(),
                '\n' => Some((1, Node::Break)),
                '`' => self.code(),
                '*' | '_' | '~' => self.mark(),
                '[' => self.link(0),
                '!' => self.link(1),
                '<' => self.autolink(),
                'h' if self.is_fresh() => self.address(),
                '0'..='9' if self.is_fresh() => self.moment(),
                _ => None,
            };
            match found {
                Some((length, Node::Text(words))) => {
                    self.at += length;
                    self.say(&words);
                }
                Some((length, node)) => {
                    self.at += length;
                    self.nodes.push(node);
                }
                None => {
                    let length = letter.len_utf8();
                    self.say(self.rest().get(..length).unwrap_or(""));
                    self.at += length;
                }
            }
        }
    }

    fn say(&mut self, words: &str) {
        if let Some(Node::Text(before)) = self.nodes.last_mut() {
            before.push_str(words);
        } else {
            self.nodes.push(Node::Text(words.to_owned()));
        }
    }

    fn inner(&self, text: &str, in_link: bool) -> Vec<Node> {
        let mut reader = Reader {
            text,
            at: 0,
            depth: self.depth + 1,
            in_link,
            unclosed: [false; MARKS.len()],
            nodes: Vec::new(),
        };
        reader.read();
        reader.nodes
    }

    fn escape(&self) -> Option<(usize, Node)> {
        let next = self.rest().chars().nth(1)?;
        next.is_ascii_punctuation().then(|| (2, Node::Text(next.to_string())))
    }

    fn code(&self) -> Option<(usize, Node)> {
        let fence = self.rest().bytes().take_while(|byte| *byte == b'`').count();
        let (fence, after) = self.rest().split_at(fence);
        let end = after.match_indices(fence).map(|(at, _)| at).find(|at| {
            let beyond = after.get(at + fence.len()..).unwrap_or("");
            !after.get(..*at).unwrap_or("").ends_with('`') && !beyond.starts_with('`')
        })?;
        let words = after.get(..end)?.replace('\n', " ");
        Some((fence.len() * 2 + end, Node::Around(Tag::Code, vec![Node::Text(words.trim().to_owned())])))
    }

    fn mark(&mut self) -> Option<(usize, Node)> {
        if DEPTH_MAX <= self.depth {
            return None;
        }
        let (number, (mark, tag)) =
            MARKS.iter().enumerate().find(|(_, (mark, _))| self.rest().starts_with(mark))?;
        let after = self.rest().get(mark.len()..)?;
        let opens = after.starts_with(|next: char| !next.is_whitespace())
            && (!mark.starts_with('_') || self.is_fresh());
        if !opens || self.unclosed.get(number) == Some(&true) {
            return None;
        }
        let Some(end) = closing(after, mark) else {
            if let Some(unclosed) = self.unclosed.get_mut(number) {
                *unclosed = true;
            }
            return None;
        };
        let nodes = self.inner(after.get(..end)?, self.in_link);
        Some((mark.len() * 2 + end, Node::Around(tag.clone(), nodes)))
    }

    /// `[words](address "title")`, and the same after a `!` for a picture: a picture would tell its host who reads the
    /// page, so it becomes a link.
    fn link(&self, bang: usize) -> Option<(usize, Node)> {
        if self.in_link || DEPTH_MAX <= self.depth {
            return None;
        }
        let rest = self.rest().get(bang..)?.strip_prefix('[')?;
        let end = matching(rest)?;
        let words = rest.get(..end)?;
        let target = rest.get(end + 1..)?.strip_prefix('(')?;
        let mut depth = 0;
        let close = target.char_indices().find_map(|(at, letter)| {
            match letter {
                '(' => depth += 1,
                ')' if depth == 0 => return Some(Some(at)),
                ')' => depth -= 1,
                '\n' => return Some(None),
                _ => {}
            }
            None
        })??;
        let address = target.get(..close)?.split_whitespace().next()?;
        let address = address.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(address);
        let length = bang + 1 + end + 2 + close + 1;
        let nodes = self.inner(words, true);
        if is_safe(address) {
            return Some((length, Node::Around(Tag::Link(address.to_owned()), nodes)));
        }
        // The words alone: an address we do not follow is not worth showing.
        Some((length, Node::Text(plain(&nodes))))
    }

    /// `<https://…>`.
    fn autolink(&self) -> Option<(usize, Node)> {
        let inner = self.rest().strip_prefix('<')?;
        let address = inner.get(..inner.find('>')?)?;
        let follows = !self.in_link && is_safe(address) && !address.contains(char::is_whitespace);
        follows.then(|| (address.len() + 2, link_to(address)))
    }

    /// A bare address, without the punctuation of the sentence around it.
    fn address(&self) -> Option<(usize, Node)> {
        let text = self.rest();
        let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme))?;
        if self.in_link {
            return None;
        }
        let end = text.find(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | '"'));
        let mut address = text.get(..end.unwrap_or(text.len()))?;
        while let Some(last) = address.chars().next_back() {
            let closes = last == ')' && address.matches('(').count() < address.matches(')').count();
            if !closes && !matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '»' | ']') {
                break;
            }
            address = address.get(..address.len() - last.len_utf8())?;
        }
        (scheme.len() < address.len()).then(|| (address.len(), link_to(address)))
    }

    fn moment(&self) -> Option<(usize, Node)> {
        let text = self.rest();
        let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != ':').unwrap_or(text.len());
        let clock = text.get(..end)?.trim_end_matches(':');
        let follows = text.get(clock.len()..)?.chars().next();
        if self.in_link || follows.is_some_and(char::is_alphanumeric) {
            return None;
        }
        let seconds = parse_clock(clock)?;
        Some((clock.len(), Node::Moment { text: clock.to_owned(), seconds }))
    }
}

fn link_to(address: &str) -> Node {
    Node::Around(Tag::Link(address.to_owned()), vec![Node::Text(address.to_owned())])
}

/// Where a mark closes: after a letter, and a lone one not inside a word or a double one.
fn closing(text: &str, mark: &str) -> Option<usize> {
    let letter = mark.chars().next()?;
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find(mark) {
        let at = from + found;
        let run = text.get(at..)?.chars().take_while(|next| *next == letter).count();
        let (before, beyond) = (text.get(..at)?, text.get(at + run..)?);
        let in_word = letter == '_' && beyond.starts_with(|next: char| next.is_alphanumeric());
        let fits =
            run == mark.len() || (1 < mark.len() && mark.len() < run) || (mark.len() < run && run == 3);
        if 0 < at && fits && !in_word && !before.ends_with(|last: char| last.is_whitespace() || last == '\\')
        {
            return Some(at + run - mark.len());
        }
        from = at + run;
    }
    None
}

/// Where the bracket closes that was opened just before `text`.
fn matching(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' if depth == 0 => return Some(at),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether a link may lead there: `javascript:` and its like run with our page's rights.
fn is_safe(address: &str) -> bool {
    let scheme = address.split(':').next().unwrap_or("").to_ascii_lowercase();
    address.contains(':')
        && matches!(scheme.as_str(), "http" | "https" | "mailto")
        && !address.chars().any(char::is_control)
}

/// The words alone.
pub fn plain(nodes: &[Node]) -> String {
    nodes
        .iter()
        .map(|node| match node {
            Node::Text(text) | Node::Moment { text, .. } => text.clone(),
            Node::Break | Node::Rule => " ".to_owned(),
            Node::Around(_, inner) => plain(inner),
        })
        .collect()
}
