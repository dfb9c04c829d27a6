//! Words of questions and texts: split, folded, and compared.

use std::ops::Range;

use serde::Serialize;
use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, TokenStream,
};

/// Longer words are noise, and each costs as much as it is long.
const WORD_BYTES_MAX: usize = 60;
/// More words than anybody remembers; each is one more walk through the index.
const WORDS_MAX: usize = 10;
/// As much of a text is looked at for a snippet.
const LOOKED_AT_BYTES: usize = 4000;
/// How much of a text stands before its first word that was asked for, and how much there is in all.
const BEFORE_BYTES: usize = 60;
const SNIPPET_BYTES: usize = 200;

/// The words of a question, folded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// In the order they were asked in.
    pub words: Vec<String>,
    /// Whether the last one may be the beginning of a longer one: no space follows it.
    pub is_open: bool,
}

impl Words {
    /// The words of a question.
    #[must_use]
    pub fn of(question: &str) -> Words {
        let question = composed(question);
        let mut words = Vec::new();
        analyzer().token_stream(&question).process(&mut |token| {
            if words.len() < WORDS_MAX && !words.contains(&token.text) {
                words.push(token.text.clone());
            }
        });
        Words { is_open: question.ends_with(char::is_alphanumeric), words }
    }

    /// Whether a folded word of a text is one of these, or meant by one of these.
    fn meets(&self, word: &str) -> bool {
        self.words.iter().enumerate().any(|(at, asked)| {
            let is_open = self.is_open && at + 1 == self.words.len();
            asked == word
                || (is_open && word.starts_with(asked.as_str()))
                || is_within(asked, word, usize::from(typos(asked)))
        })
    }
}

/// How many letters of a word may be wrong, missing, too many or in the wrong order. Short words would meet everything,
/// and a number with another digit is another number.
pub(super) fn typos(word: &str) -> u8 {
    if word.contains(|letter: char| letter.is_ascii_digit()) {
        return 0;
    }
    match word.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// What splits and folds words, of questions and texts alike.
pub(super) fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(WORD_BYTES_MAX))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// A text without the marks that stand behind their letters (Unicode's combining diacritical marks): they would split
/// words, and letters that carry their mark themselves are folded to those without.
pub(super) fn composed(text: &str) -> String {
    text.chars().filter(|letter| !('\u{300}'..='\u{36f}').contains(letter)).collect()
}

/// A piece of a text around words that were asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Snippet {
    /// The piece.
    pub text: String,
    /// Where those words stand in it: first letter and the one behind the last, counted in Unicode scalar values.
    pub marks: Vec<[usize; 2]>,
}

/// The piece of a text with the first word that was asked for; none where there is no such word near its beginning.
#[must_use]
pub fn snippet(text: &str, asked: &Words) -> Option<Snippet> {
    let text = composed(text.get(..floor(text, LOOKED_AT_BYTES))?);
    let mut met: Vec<Range<usize>> = Vec::new();
    analyzer().token_stream(&text).process(&mut |token| {
        if asked.meets(&token.text) {
            met.push(token.offset_from..token.offset_to);
        }
    });
    let first = met.first()?.start;
    let mut start = floor(&text, first.saturating_sub(BEFORE_BYTES));
    if 0 < start {
        // Begins with a whole word.
        start += text.get(start..first)?.find(char::is_whitespace).map_or(0, |at| at + 1);
    }
    let end = floor(&text, start + SNIPPET_BYTES);
    let piece = text.get(start..end)?;
    let letters =
        |at: usize| piece.get(..at.saturating_sub(start)).map_or(0, |before| before.chars().count());
    let marks = met.iter().filter(|word| word.end <= end);
    Some(Snippet {
        marks: marks.map(|word| [letters(word.start), letters(word.end)]).collect(),
        text: piece.to_owned(),
    })
}

/// The last boundary between letters that is not behind `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Whether at most `max` letters differ: replaced, missing, added, or two neighbours swapped (optimal string alignment).
fn is_within(one: &str, other: &str, max: usize) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if max == 0 || max < one.len().abs_diff(other.len()) {
        return one == other;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut cost =
                (at(&last, j) + usize::from(a != b)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let is_swapped = 0 < i && 0 < j && other.get(j - 1) == Some(a) && one.get(i - 1) == Some(b);
            if is_swapped {
                cost = cost.min(at(&before_last, j - 1) + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().is_some_and(|distance| *distance <= max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_the_last_one_is_open_until_a_space() {
        for (question, words, is_open) in [
            ("Été  à la Mer", &["ete", "a", "la", "mer"][..], true),
            ("été ", &["ete"], false),
            ("e\u{301}te\u{301}", &["ete"], true),
            ("  ", &[], false),
            ("a a a", &["a"], true),
            ("Straße, ŒUVRE!", &["strasse", "oeuvre"], false),
        ] {
            let found = Words::of(question);
            assert_eq!(
                (found.words.as_slice() == words, found.is_open),
                (true, is_open),
                "{question}: {found:?}"
            );
        }
        assert_eq!(Words::of(&(0..50).map(|n| format!("w{n} ")).collect::<String>()).words.len(), WORDS_MAX);
        assert!(Words::of(&"x".repeat(WORD_BYTES_MAX + 1)).words.is_empty());
    }

    #[test]
    fn distances_count_letters() {
        for (one, other, distance) in [
            ("boat", "boat", 0),
            ("boat", "baot", 1),
            ("boat", "bot", 1),
            ("boat", "boats", 1),
            ("boat", "goat", 1),
            ("documentary", "documantery", 2),
            ("boat", "ship", 4),
        ] {
            for max in 0..4 {
                assert_eq!(is_within(one, other, max), distance <= max, "{one} {other} {max}");
            }
        }
    }

    #[test]
    fn a_snippet_shows_where_the_words_stand() {
        let text =
            format!("{} The little Boät sails on the sea. {}", "word ".repeat(40), "more ".repeat(100));
        let found = snippet(&text, &Words::of("boat sea")).unwrap();
        let marked: Vec<String> = found
            .marks
            .iter()
            .map(|[from, to]| found.text.chars().skip(*from).take(to - from).collect())
            .collect();
        assert_eq!(marked, ["Boät", "sea"]);
        assert!(found.text.starts_with("word ") && found.text.len() <= SNIPPET_BYTES, "{}", found.text);
        assert_eq!(snippet("nothing of it", &Words::of("boat")), None);
        assert_eq!(snippet("", &Words::of("boat")), None);
        assert_eq!(snippet("Boats", &Words::of("boa")).unwrap().marks, [[0, 5]], "the beginning of a word");
    }
}
