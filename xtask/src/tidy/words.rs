//! Words that have no place in our files: promises for later, and places on somebody's machine.
//!
//! Owns the list. The surprise is that the words stand in it cut in two, since this file is checked like any other.

use super::finding::Finding;

const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("TO", "DO"), "says what to do later; do it, or leave it out"),
    (concat!("FIX", "ME"), "says what to do later; do it, or leave it out"),
    (concat!("to", "do!("), "is a hole in the program"),
    (concat!("unimple", "mented!("), "is a hole in the program"),
    (concat!("#[ig", "nore"), "is a test nobody runs"),
    (concat!("db", "g!("), "was left over from looking for a fault"),
    (concat!("/wo", "rk/"), "is a place on somebody's machine"),
    (concat!("/ro", "ot/"), "is a place on somebody's machine"),
    (concat!("/ho", "me/"), "is a place on somebody's machine"),
    (concat!("/tmp/", "setup"), "is a place on somebody's machine"),
    (concat!("/Us", "ers/"), "is a place on somebody's machine"),
];
/// What others sent is kept as it came.
const FOREIGN: &[&str] = &["tests/vectors/", "Cargo.lock"];

/// Every forbidden word in a file.
pub fn check(file: &str, text: &str) -> Vec<Finding> {
    if FOREIGN.iter().any(|folder| file.starts_with(folder)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        for (word, why) in FORBIDDEN.iter().filter(|(word, _)| holds(text, word)) {
            findings.push(Finding::at(file, line, format!("`{word}` {why}")));
        }
    }
    findings
}

/// Whether the word stands there by itself: part of a longer name or path it says nothing.
fn holds(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_for_later_is_caught_with_its_line() {
        let text = format!("fn f() {{}}\n// {}: more", concat!("TO", "DO"));
        let found = check("backend/src/app.rs", &text);
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_place_on_somebodys_machine_is_caught() {
        assert_eq!(check("README.md", concat!("see /ro", "ot/notes")).len(), 1);
    }

    #[test]
    fn an_address_or_a_longer_word_is_no_place() {
        let text = concat!("https://shoal.example/ho", "me/ and ../wo", "rk/ and METHO", "TO", "DO");
        assert!(check("README.md", text).is_empty(), "{:?}", check("README.md", text));
    }

    #[test]
    fn what_others_sent_is_left_alone() {
        assert!(check("tests/vectors/hls/a.m3u8", concat!("/ro", "ot/x")).is_empty());
    }
}
