//! SubRip, which has no standard: read as players read it, written as WebVTT.
//!
//! The surprise is that its words may hold markup of several programs. Bold, italic and underlined stay; other tags go,
//! since WebVTT would show them or take them for something else.

use super::cue::{ARROW, CaptionFault, Fault, read_times};
use super::vtt::lines;

/// Tags that mean the same in WebVTT.
const TAGS: [&str; 3] = ["b", "i", "u"];

pub(super) fn read(text: &str) -> Result<String, CaptionFault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str("WEBVTT\n");
    let mut place = Place::Between;
    let mut cues = 0_usize;
    for (at, line) in lines(text).enumerate() {
        let fault = |fault| CaptionFault { line: at + 1, fault };
        let line = line.trim();
        place = match place {
            _ if line.is_empty() => Place::Between,
            // A missing empty line is common in files put together by hand.
            _ if line.contains(ARROW) => {
                let (times, _) = read_times(line).map_err(fault)?;
                cues += 1;
                out.push_str(&format!("\n{times}\n"));
                Place::Words
            }
            Place::Words => {
                let words = words(line);
                // An empty line would end the caption.
                if !words.trim().is_empty() {
                    out.push_str(&words);
                    out.push('\n');
                }
                Place::Words
            }
            Place::Between if line.bytes().all(|digit| digit.is_ascii_digit()) => Place::Number,
            Place::Between | Place::Number if cues == 0 => return Err(fault(Fault::Unknown)),
            Place::Between | Place::Number => return Err(fault(Fault::NoTimes)),
        };
    }
    if cues == 0 {
        return Err(CaptionFault { line: 1, fault: Fault::Unknown });
    }
    Ok(out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Between,
    Number,
    Words,
}

/// A line of words as WebVTT writes it.
fn words(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['<', '&', '{']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        rest = match from.as_bytes().first() {
            Some(b'<') => tag(from, &mut out),
            Some(b'{') => position(from, &mut out),
            Some(_) | None => ampersand(from, &mut out),
        };
    }
    out.push_str(rest);
    out
}

fn tag<'t>(from: &'t str, out: &mut String) -> &'t str {
    let is_name =
        |text: &str| text.trim_start_matches('/').starts_with(|letter: char| letter.is_ascii_alphabetic());
    match enclosed(from, "<", '<', '>') {
        Some((inside, rest)) if is_name(inside) => {
            let name = inside.trim_start_matches('/').to_ascii_lowercase();
            if TAGS.contains(&name.as_str()) {
                out.push_str(if inside.starts_with('/') { "</" } else { "<" });
                out.push_str(&name);
                out.push('>');
            }
            rest
        }
        Some(_) | None => {
            out.push_str("&lt;");
            from.get(1..).unwrap_or_default()
        }
    }
}

/// What stands between `opening` and the `last` letter, and what follows that. Looks no further than the next `first`
/// letter, so that a line of millions of them is still read once.
fn enclosed<'t>(from: &'t str, opening: &str, first: char, last: char) -> Option<(&'t str, &'t str)> {
    let inside = from.strip_prefix(opening)?;
    let (inside, rest) = inside.split_at(inside.find([first, last])?);
    Some((inside, rest.strip_prefix(last)?))
}

/// `{\an8}` and its like, of another format, say where and how: no words to be read.
fn position<'t>(from: &'t str, out: &mut String) -> &'t str {
    match enclosed(from, "{\\", '{', '}') {
        Some((_, rest)) => rest,
        None => {
            out.push('{');
            from.get(1..).unwrap_or_default()
        }
    }
}

fn ampersand<'t>(from: &'t str, out: &mut String) -> &'t str {
    let known = ["&amp;", "&lt;", "&gt;", "&nbsp;", "&lrm;", "&rlm;"];
    match known.into_iter().find(|entity| from.starts_with(entity)) {
        Some(entity) => {
            out.push_str(entity);
            from.get(entity.len()..).unwrap_or_default()
        }
        None => {
            out.push_str("&amp;");
            from.get(1..).unwrap_or_default()
        }
    }
}
