//! Which words of the index a word of a question means: those it begins, and those with other letters.
//!
//! Owns how many are taken. The words met most are, and a question then walks the lists of those alone, which can be
//! entered anywhere; tantivy's own query for this reads every list from its beginning to its end.

use std::collections::{BTreeSet, HashMap};

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::query::{EnableScoring, Query, TermQuery, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, SegmentReader, TantivyError, Term};
use tantivy_fst::Automaton;

use super::any::Any;
use super::beginnings::Beginnings;

/// Words of the index that one word of a question means at most, beside itself. One letter begins thousands; more of it
/// is typed a moment later.
pub(super) const MEANT_MAX: usize = 50;
/// Words of the index that are compared at most, in each segment.
const COMPARED_MAX: usize = 5_000;

/// Letters that may be wrong, as an automaton over the letters of a word.
pub(super) struct Near(DFA);

impl Automaton for Near {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}

/// What makes automata of words. Made once for an index: it takes milliseconds.
pub(super) struct Automata {
    whole: LevenshteinAutomatonBuilder,
    one_typo: LevenshteinAutomatonBuilder,
    two_typos: LevenshteinAutomatonBuilder,
}

impl Automata {
    pub(super) fn new() -> Automata {
        let of = |typos| LevenshteinAutomatonBuilder::new(typos, true);
        Automata { whole: of(0), one_typo: of(1), two_typos: of(2) }
    }

    /// What is `word` with at most so many letters wrong, or begins with that where it is open.
    pub(super) fn near(&self, word: &str, typos: u8, is_open: bool) -> Near {
        let builder = match typos {
            0 => &self.whole,
            1 => &self.one_typo,
            _ => &self.two_typos,
        };
        Near(if is_open { builder.build_prefix_dfa(word) } else { builder.build_dfa(word) })
    }
}

/// Words of a field that begin so, those that most documents have. Not those `known` already.
pub(super) fn begun(
    searcher: &Searcher,
    field: Field,
    (letters, near): (&str, &Near),
    beginnings: &Beginnings,
    known: &BTreeSet<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, TantivyError> {
    let mut met = Met::new();
    for segment in searcher.segment_readers() {
        let common = beginnings.of(segment.segment_id(), field);
        match common.as_ref().and_then(|common| common.beginning(letters.as_bytes())) {
            Some(words) => {
                for (documents, word) in words.iter().filter(|(_, word)| !known.contains(word)) {
                    *met.entry(word.clone()).or_default() += u64::from(*documents);
                }
            }
            None => walk(&mut met, segment, field, near, known)?,
        }
    }
    Ok(commonest(met))
}

/// Words of a field that are near, those that most documents have. Not those `known` already.
pub(super) fn meant(
    searcher: &Searcher,
    field: Field,
    near: &Near,
    known: &BTreeSet<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, TantivyError> {
    let mut met = Met::new();
    for segment in searcher.segment_readers() {
        walk(&mut met, segment, field, near, known)?;
    }
    Ok(commonest(met))
}

/// Words, and how many documents have each.
type Met = HashMap<Vec<u8>, u64>;

fn walk(
    met: &mut Met,
    segment: &SegmentReader,
    field: Field,
    near: &Near,
    known: &BTreeSet<Vec<u8>>,
) -> Result<(), TantivyError> {
    let index = segment.inverted_index(field)?;
    let mut stream = index.terms().search(near).into_stream()?;
    let mut compared = 0;
    while compared < COMPARED_MAX && stream.advance() {
        compared += 1;
        if !known.contains(stream.key()) {
            *met.entry(stream.key().to_owned()).or_default() += u64::from(stream.value().doc_freq);
        }
    }
    Ok(())
}

fn commonest(met: Met) -> Vec<Vec<u8>> {
    let mut met: Vec<(Vec<u8>, u64)> = met.into_iter().collect();
    // By the word itself where two are met as often, so that the same question has the same answer.
    met.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    met.truncate(MEANT_MAX);
    met.into_iter().map(|(word, _)| word).collect()
}

/// Documents with any of these words; how often they stand there counts nothing.
#[derive(Clone, Debug)]
pub(super) struct AnyOf(Vec<Term>);

impl AnyOf {
    pub(super) fn of(field: Field, words: &[Vec<u8>]) -> AnyOf {
        let text = |word: &Vec<u8>| Some(Term::from_field_text(field, std::str::from_utf8(word).ok()?));
        AnyOf(words.iter().filter_map(text).collect())
    }
}

impl Query for AnyOf {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let term = |term: &Term| -> Box<dyn Query> {
            Box::new(TermQuery::new(term.clone(), IndexRecordOption::Basic))
        };
        let any = Any::of(self.0.iter().map(term).collect());
        any.weight(EnableScoring::disabled_from_schema(scoring.schema()))
    }
}
