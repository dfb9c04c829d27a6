//! From other people's texts to the markdown that is kept.
//!
//! Owns what becomes of their HTML: it is read as leniently as browsers read it and written as markdown, so that what is
//! shown here and told to programs is of one kind, and no element of theirs ever reaches a page. The surprise is that
//! whoever is named in it is named with their server: `@bob`, said elsewhere, is nobody of here.

use crate::federation::vocab::host_of;

/// Elements within each other that are followed; what is deeper stands as words. Our pages draw as deep.
const DEPTH_MAX: usize = 12;

/// A text of one line: a name. Nothing in it turns the lines of a page around.
pub(super) fn line(text: &str, letters_max: usize) -> String {
    let words: Vec<String> = text
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .map(|word| word.chars().filter(|letter| !is_turning(*letter)).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    let text: String = words.join(" ").chars().take(letters_max).collect();
    text.trim_end().to_owned()
}

/// Letters that make what follows run the other way (Unicode's explicit directional formatting).
fn is_turning(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Markdown as somebody typed it; none where it says nothing. Our pages show whatever is in it as text.
pub(super) fn typed(text: &str, letters_max: usize) -> Option<String> {
    let kept: String = text
        .replace("\r\n", "\n")
        .chars()
        .filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
        .take(letters_max)
        .collect();
    Some(kept.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A text that does not say what it is: HTML where it has elements, as Mastodon writes it, and else markdown, as PeerTube
/// does.
pub(super) fn either(text: &str, letters_max: usize) -> Option<String> {
    if has_elements(text) { from_html(text, &[], letters_max) } else { typed(text, letters_max) }
}

/// HTML as markdown; none where it says nothing. `mentions` are the addresses of those it names.
pub(super) fn from_html(html: &str, mentions: &[String], letters_max: usize) -> Option<String> {
    let mut page = Page { mentions, frames: Vec::new(), base: Frame::new("", Kind::Plain) };
    page.read(html);
    while let Some(frame) = page.frames.pop() {
        page.close(frame);
    }
    let mut text: String = page.base.out.trim().chars().take(letters_max).collect();
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    Some(text.trim_end().to_owned()).filter(|text| !text.is_empty())
}

/// Elements that nobody types by accident.
fn has_elements(text: &str) -> bool {
    const NAMES: [&str; 14] =
        ["p", "br", "a", "div", "span", "ul", "ol", "li", "strong", "em", "b", "i", "blockquote", "pre"];
    text.split('<').skip(1).any(|rest| {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
            && behind.starts_with(|letter: char| letter == '>' || letter == '/' || letter.is_whitespace())
    })
}

/// What an element makes of what is in it.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Kind {
    /// Nothing.
    Plain,
    /// It is not shown.
    Hidden,
    /// These marks stand around it.
    Marked(&'static str),
    Link {
        href: Option<String>,
        is_mention: bool,
    },
    Code,
    Block,
    Quote,
    List {
        is_numbered: bool,
        items: usize,
    },
    Item,
    Heading(usize),
}

/// An element that is open.
struct Frame {
    name: String,
    kind: Kind,
    out: String,
}

impl Frame {
    fn new(name: &str, kind: Kind) -> Frame {
        Frame { name: name.to_owned(), kind, out: String::new() }
    }
}

struct Page<'m> {
    mentions: &'m [String],
    frames: Vec<Frame>,
    base: Frame,
}

impl Page<'_> {
    fn read(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let (words, from) = rest.split_at(at);
            self.text(words);
            if let Some(remark) = from.strip_prefix("<!--") {
                rest = remark.split_once("-->").map_or("", |(_, behind)| behind);
                continue;
            }
            let inner = from.get(1..).unwrap_or_default();
            if !inner.starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next)) {
                self.text("<");
                rest = inner;
                continue;
            }
            // One that never ends was cut off, with all behind it.
            let Some(end) = end_of_tag(inner) else { return };
            let (tag, behind) = inner.split_at(end);
            self.tag(tag);
            rest = behind.get(1..).unwrap_or_default();
        }
        self.text(rest);
    }

    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().unwrap_or(&mut self.base)
    }

    fn is_in(&self, kind: &Kind) -> bool {
        self.frames.iter().any(|frame| frame.kind == *kind)
    }

    fn text(&mut self, html: &str) {
        if html.is_empty() || self.is_in(&Kind::Hidden) {
            return;
        }
        let is_raw = self.is_in(&Kind::Block) || self.is_in(&Kind::Code);
        let text = decoded(html);
        let top = self.top();
        if is_raw {
            top.out.extend(text.chars().filter(|letter| !letter.is_control() || *letter == '\n'));
        } else {
            let begins_line = !matches!(top.kind, Kind::Marked(_) | Kind::Link { .. });
            words(&mut top.out, &text, begins_line);
        }
    }

    fn tag(&mut self, tag: &str) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = tag.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(end);
        let name = name.to_ascii_lowercase();
        if is_end {
            self.end(&name);
        } else {
            self.begin(&name, attributes);
        }
    }

    fn begin(&mut self, name: &str, attributes: &str) {
        match name {
            "br" => {
                let out = &mut self.top().out;
                out.truncate(out.trim_end_matches(' ').len());
                return out.push('\n');
            }
            "hr" => {
                let out = &mut self.top().out;
                part(out);
                out.push_str("---");
                return part(out);
            }
            "img" => {
                let words = attribute(attributes, "alt").unwrap_or_default();
                return self.text(&words.replace('&', "&amp;").replace('<', "&lt;"));
            }
            "td" | "th" => return self.text(" "),
            "p" | "div" | "section" | "article" | "table" | "tr" | "dl" | "dd" | "dt" | "figure" => {
                return part(&mut self.top().out);
            }
            _ => {}
        }
        let Some(kind) = self.kind_of(name, attributes) else { return };
        if let Kind::Link { .. } = kind {
            self.end("a");
        }
        if self.frames.len() < DEPTH_MAX {
            self.frames.push(Frame::new(name, kind));
        }
    }

    fn kind_of(&self, name: &str, attributes: &str) -> Option<Kind> {
        let kind = match name {
            "strong" | "b" => Kind::Marked("**"),
            "em" | "i" | "u" => Kind::Marked("*"),
            "del" | "s" | "strike" => Kind::Marked("~~"),
            "a" => {
                let href = attribute(attributes, "href").map(|href| href.trim().to_owned());
                let class = attribute(attributes, "class").unwrap_or_default();
                let is_mention = class.split_whitespace().any(|word| word == "mention")
                    || href.as_ref().is_some_and(|href| self.mentions.contains(href));
                Kind::Link { href: href.as_deref().and_then(address), is_mention }
            }
            "code" | "kbd" | "samp" => Kind::Code,
            "pre" => Kind::Block,
            "blockquote" => Kind::Quote,
            "ul" | "ol" => Kind::List { is_numbered: name == "ol", items: 0 },
            "li" => Kind::Item,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading(heading(name)),
            "script" | "style" | "template" | "head" | "title" | "iframe" | "object" | "svg" | "math"
            | "noscript" | "select" | "textarea" | "video" | "audio" => Kind::Hidden,
            _ => return None,
        };
        // Marks within the same marks would end them, and a block of code is written without.
        let is_within = matches!(kind, Kind::Marked(_)) && self.is_in(&kind)
            || kind == Kind::Code && self.is_in(&Kind::Block);
        Some(if is_within { Kind::Plain } else { kind })
    }

    fn end(&mut self, name: &str) {
        if matches!(name, "p" | "div" | "section" | "article" | "table" | "dl" | "figure") {
            return part(&mut self.top().out);
        }
        let Some(at) = self.frames.iter().rposition(|frame| frame.name == name) else { return };
        while at < self.frames.len() {
            let Some(frame) = self.frames.pop() else { return };
            self.close(frame);
        }
    }

    /// Writes what an element holds into the one around it.
    fn close(&mut self, frame: Frame) {
        let inner = frame.out.trim();
        let is_empty = inner.is_empty();
        let top = self.top();
        match frame.kind {
            Kind::Hidden => {}
            Kind::Plain => top.out.push_str(&frame.out),
            // Marks do not reach over the end of a line everywhere.
            Kind::Marked(_) if is_empty || inner.contains('\n') => top.out.push_str(&frame.out),
            Kind::Marked(mark) => around(&mut top.out, &frame.out, &format!("{mark}{inner}{mark}")),
            Kind::Link { href, is_mention } => {
                let link = link(&top.out, inner, href.as_deref(), is_mention);
                around(&mut top.out, &frame.out, &link);
            }
            Kind::Code if is_empty => {}
            Kind::Code => {
                let inner = inner.split_whitespace().collect::<Vec<_>>().join(" ");
                let mark = "`".repeat(longest_run(&inner, '`') + 1);
                let pad = if inner.contains('`') { " " } else { "" };
                around(&mut top.out, &frame.out, &format!("{mark}{pad}{inner}{pad}{mark}"));
            }
            Kind::Block if is_empty => {}
            Kind::Block => {
                part(&mut top.out);
                let code = frame.out.trim_matches('\n').replace("```", "'''");
                top.out.push_str(&format!("```\n{code}\n```"));
                part(&mut top.out);
            }
            Kind::Quote if is_empty => {}
            Kind::Quote => {
                part(&mut top.out);
                let said: Vec<String> = inner.lines().map(|line| format!("> {line}")).collect();
                top.out.push_str(&said.join("\n"));
                part(&mut top.out);
            }
            Kind::List { .. } => {
                part(&mut top.out);
                top.out.push_str(inner);
                part(&mut top.out);
            }
            Kind::Item if is_empty => {}
            Kind::Item => {
                let mark = mark_of_item(&mut top.kind);
                if !top.out.is_empty() && !top.out.ends_with('\n') {
                    top.out.push('\n');
                }
                let indent = " ".repeat(mark.len());
                let mut lines = inner.lines();
                top.out.push_str(&format!("{mark}{}", lines.next().unwrap_or_default()));
                for line in lines {
                    top.out.push('\n');
                    if !line.is_empty() {
                        top.out.push_str(&indent);
                        top.out.push_str(line);
                    }
                }
                top.out.push('\n');
            }
            Kind::Heading(_) if is_empty => {}
            Kind::Heading(level) => {
                part(&mut top.out);
                top.out.push_str(&format!("{} {}", "#".repeat(level), inner.replace('\n', " ")));
                part(&mut top.out);
            }
        }
    }
}

fn heading(name: &str) -> usize {
    name.get(1..).and_then(|level| level.parse().ok()).unwrap_or(6)
}

fn mark_of_item(list: &mut Kind) -> String {
    if let Kind::List { is_numbered: true, items } = list {
        *items += 1;
        format!("{items}. ")
    } else {
        "- ".to_owned()
    }
}

/// Writes something with the blanks that stood at the ends of what it was made of.
fn around(out: &mut String, before: &str, written: &str) {
    if before.starts_with(char::is_whitespace) && !out.is_empty() && !out.ends_with(char::is_whitespace) {
        out.push(' ');
    }
    out.push_str(written);
    if !written.is_empty() && before.ends_with(char::is_whitespace) {
        out.push(' ');
    }
}

/// Ends a paragraph, where there is one.
fn part(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    while !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
}

/// A link as markdown: words and an address, an address alone where its words are the same, words alone where it leads
/// nowhere, or a name with its server.
fn link(before: &str, words: &str, href: Option<&str>, is_mention: bool) -> String {
    let words = words.replace('\n', " ");
    let Some(href) = href.filter(|_| !words.is_empty()) else { return words };
    let plain = words.replace('\\', "");
    if is_mention && let Some(handle) = handle(&plain, href) {
        return format!("[@{handle}]({href})");
    }
    let bare = |address: &str| address.trim_end_matches('/').to_owned();
    let shown = href.split_once("://").map_or(href, |(_, rest)| rest);
    if bare(&plain) == bare(href) || bare(&plain) == bare(shown) {
        let is_fresh =
            before.is_empty() || before.ends_with(|last: char| last.is_whitespace() || last == '(');
        let ends_well = href.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '/');
        return if is_fresh && ends_well { href.to_owned() } else { format!("<{href}>") };
    }
    // Brackets within brackets are read differently everywhere.
    let words = words.replace("\\[", "(").replace("\\]", ")");
    format!("[{words}]({href})")
}

/// Whom a link names that says `@bob` or `@bob@films.example`.
fn handle(words: &str, href: &str) -> Option<String> {
    let said = words.strip_prefix('@')?;
    let (name, host) = match said.split_once('@') {
        Some((name, host)) => (name, crate::domain::host::parse(host)?),
        None => (said, host_of(href)?),
    };
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    (!name.is_empty() && name.chars().all(is_name)).then(|| format!("{name}@{host}"))
}

/// An address that a link may lead to, so written that it stands between parentheses.
fn address(href: &str) -> Option<String> {
    let is_mail = href.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"))
        && href.len() <= 300
        && !href.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    if !is_mail && host_of(href).is_none() {
        return None;
    }
    let mut address = String::with_capacity(href.len());
    for letter in href.chars() {
        match letter {
            '(' => address.push_str("%28"),
            ')' => address.push_str("%29"),
            '<' => address.push_str("%3C"),
            '>' => address.push_str("%3E"),
            '"' => address.push_str("%22"),
            '`' => address.push_str("%60"),
            _ if letter.is_control() || letter.is_whitespace() => {}
            _ => address.push(letter),
        }
    }
    Some(address)
}

/// Writes words so that none of their letters is taken for a mark. Addresses among them stay as they are.
fn words(out: &mut String, text: &str, begins_line: bool) {
    let mut at = 0;
    while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let is_fresh = !out.ends_with(char::is_alphanumeric);
        if letter == 'h' && is_fresh && (rest.starts_with("https://") || rest.starts_with("http://")) {
            let ends =
                |letter: char| letter.is_whitespace() || letter.is_control() || "<>\"".contains(letter);
            let length = rest.find(ends).unwrap_or(rest.len());
            out.push_str(rest.get(..length).unwrap_or_default());
            at += length;
            continue;
        }
        at += letter.len_utf8();
        let next = text.get(at..).and_then(|rest| rest.chars().next());
        if letter.is_whitespace() {
            let is_kept = if out.is_empty() { !begins_line } else { !out.ends_with([' ', '\n']) };
            if is_kept {
                out.push(' ');
            }
        } else if !letter.is_control() {
            if is_mark(out, letter, next) {
                out.push('\\');
            }
            out.push(letter);
        }
    }
}

/// Whether a letter would be taken for a mark behind these words.
fn is_mark(out: &str, letter: char, next: Option<char>) -> bool {
    let line = || out.rsplit('\n').next().unwrap_or_default();
    let is_alone = |also: char| next.is_none_or(|next| next.is_whitespace() || next == also);
    match letter {
        '\\' | '`' | '*' | '[' | ']' | '<' => true,
        '_' => !(out.ends_with(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric)),
        '~' => next == Some('~') || out.ends_with('~'),
        '>' => line().is_empty(),
        '#' | '+' | '-' | '=' => line().is_empty() && is_alone(letter),
        '.' | ')' => {
            let line = line();
            let is_number =
                !line.is_empty() && line.len() < 10 && line.bytes().all(|byte| byte.is_ascii_digit());
            is_number && next.is_none_or(char::is_whitespace)
        }
        _ => false,
    }
}

fn longest_run(text: &str, mark: char) -> usize {
    text.split(|letter| letter != mark).map(str::len).max().unwrap_or(0)
}

/// Where a tag ends: at the first `>` that is in no quotes.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None | Some(_), _) => {}
        }
    }
    None
}

/// What a tag says for an attribute.
fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
        let end =
            rest.find(|letter: char| letter.is_whitespace() || "=/".contains(letter)).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let behind = behind.trim_start();
        let Some(value) = behind.strip_prefix('=') else {
            if name.is_empty() {
                return None;
            }
            rest = behind;
            continue;
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|letter| matches!(letter, '"' | '\''));
        let (value, behind) = match quote {
            Some(quote) => value.get(1..).unwrap_or_default().split_once(quote)?,
            None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(decoded(value));
        }
        rest = behind;
    }
}

/// Text with its references to letters in their place.
fn decoded(html: &str) -> String {
    /// The longest reference that is read: `&hellip;` and the like.
    const LENGTH_MAX: usize = 10;
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        let end = from.char_indices().take(LENGTH_MAX).find(|(_, letter)| *letter == ';');
        let name = end.and_then(|(end, _)| from.get(..end));
        match name.and_then(|name| Some((name, letter_of(name)?))) {
            Some((name, letter)) => {
                out.push(letter);
                rest = from.get(name.len() + 1..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = from;
            }
        }
    }
    out.push_str(rest);
    out
}

fn letter_of(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = match hex {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|letter| !letter.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "laquo" => '«',
        "raquo" => '»',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "copy" => '©',
        "euro" => '€',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(html: &str) -> String {
        let mentions = ["https://b.example/users/bob".to_owned()];
        from_html(html, &mentions, 10_000).unwrap_or_default()
    }

    #[test]
    fn elements_become_marks() {
        for (html, expected) in [
            (
                "<p>One <strong>bold</strong> and<em> soft </em>word</p><p>Two<br>lines</p>",
                "One **bold** and *soft* word\n\nTwo\nlines",
            ),
            ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>end", "- a\n- b\n\n  - c\n\nend"),
            ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
            ("<blockquote><p>x</p><p>y</p></blockquote>z", "> x\n> \n> y\n\nz"),
            ("<pre><code>a &lt; b\n  c</code></pre>", "```\na < b\n  c\n```"),
            ("say <code>x*y</code>", "say `x*y`"),
            ("<h2>Head</h2>words", "## Head\n\nwords"),
            ("plain words", "plain words"),
            ("<b><strong>x</strong></b>", "**x**"),
            ("<p></p> <p> </p>", ""),
            ("a &amp; b&nbsp;&#33; &#x1f41f; &unknown; &", "a & b ! 🐟 &unknown; &"),
        ] {
            assert_eq!(said(html), expected, "{html}");
        }
    }

    #[test]
    fn links_and_those_who_are_named_survive() {
        for (html, expected) in [
            (
                "<p><span class=\"h-card\"><a href=\"https://films.example/accounts/alice\" class=\"u-url mention\">@<span>alice</span></a></span> Great!</p>",
                "[@alice@films.example](https://films.example/accounts/alice) Great!",
            ),
            (
                "<a href='https://b.example/users/bob'>@bob_b@b.example</a>",
                "[@bob_b@b.example](https://b.example/users/bob)",
            ),
            (
                "See <a href=\"https://c.example/very/long\"><span class=\"invisible\">https://</span><span class=\"ellipsis\">c.example/very</span><span class=\"invisible\">/long</span></a>!",
                "See https://c.example/very/long!",
            ),
            ("<a href=https://c.example/x_(y)>the [film]</a>", "[the (film)](https://c.example/x_%28y%29)"),
            (
                "<a href=\"https://b.example/tags/sea\" class=\"mention hashtag\">#<span>sea</span></a>",
                "[\\#sea](https://b.example/tags/sea)",
            ),
            ("<a href=\"javascript:alert(1)\">x</a> <a href='/y'>y</a> <a>z</a>", "x y z"),
            ("write to <a href=\"mailto:a@b.example\">us</a>", "write to [us](mailto:a@b.example)"),
            ("raw https://c.example/a_b*c_ here", "raw https://c.example/a_b*c_ here"),
        ] {
            assert_eq!(said(html), expected, "{html}");
        }
    }

    #[test]
    fn what_was_said_in_words_is_no_mark() {
        for (html, expected) in [
            ("2 * 3 snake_case _x_ `y` [z](w)", "2 \\* 3 snake_case \\_x\\_ \\`y\\` \\[z\\](w)"),
            ("# no heading", "\\# no heading"),
            ("#sea<br>- a<br>1. b<br>&gt; c<br>1.5 l", "#sea\n\\- a\n1\\. b\n\\> c\n1.5 l"),
            ("1 < 2 & 3", "1 \\< 2 & 3"),
            ("&lt;script&gt;", "\\<script>"),
        ] {
            assert_eq!(said(html), expected, "{html}");
        }
    }

    #[test]
    fn what_is_not_to_be_shown_is_not_and_what_was_cut_off_harms_nobody() {
        for (html, expected) in [
            ("a<script>alert(1)</script>b", "ab"),
            ("a<style>p{}</style><!-- no --><iframe src=x>z</iframe>b", "ab"),
            ("a<img src=x onerror=alert(1) alt=\"&lt;fish&gt;\">b", "a\\<fish>b"),
            ("a<a href=\"https://c.exam", "a"),
            ("a<!-- never", "a"),
            ("<strong>never closed", "**never closed**"),
            ("</p></a></strong>x", "x"),
            ("\u{0}a\u{7}b", "ab"),
        ] {
            assert_eq!(said(html), expected, "{html}");
        }
        for piece in ["<b>", "<a href=x>", "<li>", "<blockquote>", "<ul>", "&", "<", "<!--", "</", "<a b='"] {
            let deep = format!("{}x", piece.repeat(10_000 / piece.len()));
            assert!(said(&deep).len() <= 40_000, "{piece}");
        }
    }

    #[test]
    fn a_text_that_does_not_say_what_it_is_is_known_by_its_elements() {
        assert_eq!(either("I am **Alice**, 1 <2 <3 <brr", 1000).unwrap(), "I am **Alice**, 1 <2 <3 <brr");
        assert_eq!(either("<p>I am *Bob*</p>", 1000).unwrap(), "I am \\*Bob\\*");
        assert_eq!(either(" \n ", 1000), None);
        assert_eq!(typed("a\r\nb\u{0}", 3).unwrap(), "a\nb");
    }

    #[test]
    fn names_are_of_one_line_and_run_forward() {
        assert_eq!(line(" A\u{202e}lice\n\tB.\u{0} ", 120), "Alice B.");
        assert_eq!(line("\u{2066}", 120), "");
        assert_eq!(line("abc def", 4), "abc");
    }
}
