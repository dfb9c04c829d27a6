//! Statements as lines of N-Quads.
//!
//! Owns both ways of escaping. URDNA2015, with which PeerTube signs, escapes four letters; RDFC-1.0 every control character,
//! and letters that addresses should not have. They differ in texts that nearly nobody sends.

use super::dataset::{Said, Statement, Thing};

const STRING: &str = "http://www.w3.org/2001/XMLSchema#string";

/// How letters are escaped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Escapes {
    /// As before the standard: what PeerTube, Mastodon and Fedify sign.
    Urdna2015,
    /// As the standard of 2024 has it.
    Rdfc10,
}

/// A statement as a line, things without an address called as `name` says.
pub(super) fn write(statement: &Statement, escapes: Escapes, name: &impl Fn(u32) -> String) -> String {
    let mut line = String::with_capacity(128);
    write_thing(&mut line, &statement.subject, escapes, name);
    line.push(' ');
    write_address(&mut line, &statement.predicate, escapes);
    line.push(' ');
    match &statement.object {
        Said::Thing(thing) => write_thing(&mut line, thing, escapes, name),
        Said::Literal { text, kind, language } => {
            line.push('"');
            write_letters(&mut line, text, escapes);
            line.push('"');
            match language {
                Some(language) => {
                    line.push('@');
                    line.push_str(language);
                }
                None if **kind == *STRING => {}
                None => {
                    line.push_str("^^");
                    write_address(&mut line, kind, escapes);
                }
            }
        }
    }
    line.push_str(" .\n");
    line
}

fn write_thing(line: &mut String, thing: &Thing, escapes: Escapes, name: &impl Fn(u32) -> String) {
    match thing {
        Thing::Named(address) => write_address(line, address, escapes),
        Thing::Blank(number) => line.push_str(&name(*number)),
    }
}

/// An address between its brackets.
pub(super) fn write_address(line: &mut String, address: &str, escapes: Escapes) {
    line.push('<');
    for letter in address.chars() {
        if escapes == Escapes::Rdfc10 && matches!(letter, '{' | '}' | '|' | '^' | '`' | '\\') {
            line.push_str(&numbered(letter));
        } else {
            line.push(letter);
        }
    }
    line.push('>');
}

/// The letters of a literal.
pub(super) fn write_letters(line: &mut String, text: &str, escapes: Escapes) {
    for letter in text.chars() {
        match letter {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' if escapes == Escapes::Rdfc10 => line.push_str("\\t"),
            '\u{8}' if escapes == Escapes::Rdfc10 => line.push_str("\\b"),
            '\u{c}' if escapes == Escapes::Rdfc10 => line.push_str("\\f"),
            '\0'..' ' | '\u{7f}' if escapes == Escapes::Rdfc10 => line.push_str(&numbered(letter)),
            _ => line.push(letter),
        }
    }
}

fn numbered(letter: char) -> String {
    format!("\\u{:04X}", u32::from(letter))
}
