//! Which words of the index a word of a question means: those it begins, and those with other letters.
//!
//! Owns how many are taken. The words met most are, and a question then walks the lists of those alone, which can be
//! entered anywhere; tantivy's own query for this reads every list from its beginning to its end.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::{Arc, OnceLock};

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::index::SegmentId;
use tantivy::postings::TermInfo;
use tantivy::query::{ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, Score, Searcher, SegmentReader, TERMINATED, TantivyError};
use tantivy_fst::Automaton;

use super::any;
use super::beginnings::Beginnings;

/// Words of the index that one word of a question means at most, beside itself. One letter begins thousands; more of it
/// is typed a moment later.
pub(super) const MEANT_MAX: usize = 50;
/// Words of the index that are compared at most, in each segment.
const COMPARED_MAX: usize = 5_000;

/// A word that so many documents of a segment have, or fewer, is rare: their lists are read whole.
const RARE_MAX: u32 = 64;

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

/// Documents with words of the index that begin so, those that most documents have. Not with those `known` already.
pub(super) fn begun(
    searcher: &Searcher,
    field: Field,
    (letters, near): (&str, &Near),
    beginnings: &Beginnings,
    known: &BTreeSet<Vec<u8>>,
) -> Result<AnyOf, TantivyError> {
    let mut met = Met::new();
    let mut listed = Vec::new();
    for segment in searcher.segment_readers() {
        let common = beginnings.of(segment.segment_id(), field);
        match common.as_ref().and_then(|common| common.beginning(letters.as_bytes())) {
            Some(words) => {
                for (documents, word) in words.iter().filter(|(_, word)| !known.contains(word)) {
                    met.entry(word.clone()).or_default().documents += u64::from(*documents);
                }
                listed.push(segment);
            }
            None => walk(&mut met, segment, field, near, known)?,
        }
    }
    let mut chosen = commonest(met);
    // The lists say which words there are and not where.
    for segment in listed {
        let index = segment.inverted_index(field)?;
        for (word, places) in &mut chosen {
            places.extend(index.terms().get(&*word)?.map(|place| (segment.segment_id(), place)));
        }
    }
    Ok(AnyOf::of(field, chosen))
}

/// Documents with words of the index that are near, those that most documents have. Not with those `known` already.
pub(super) fn meant(
    searcher: &Searcher,
    field: Field,
    near: &Near,
    known: &BTreeSet<Vec<u8>>,
) -> Result<AnyOf, TantivyError> {
    let mut met = Met::new();
    for segment in searcher.segment_readers() {
        walk(&mut met, segment, field, near, known)?;
    }
    Ok(AnyOf::of(field, commonest(met)))
}

/// Where the documents of a word are listed in each segment that has it.
type Places = Vec<(SegmentId, TermInfo)>;

/// How many documents have a word, and where they are listed as far as that was seen.
#[derive(Default)]
struct Seen {
    documents: u64,
    places: Places,
}

type Met = HashMap<Vec<u8>, Seen>;

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
            let seen = met.entry(stream.key().to_owned()).or_default();
            seen.documents += u64::from(stream.value().doc_freq);
            seen.places.push((segment.segment_id(), stream.value().clone()));
        }
    }
    Ok(())
}

fn commonest(met: Met) -> Vec<(Vec<u8>, Places)> {
    let mut met: Vec<(Vec<u8>, Seen)> = met.into_iter().collect();
    // By the word itself where two are met as often, so that the same question has the same answer.
    met.sort_unstable_by(|a, b| b.1.documents.cmp(&a.1.documents).then_with(|| a.0.cmp(&b.0)));
    met.truncate(MEANT_MAX);
    met.into_iter().map(|(word, seen)| (word, seen.places)).collect()
}

/// Documents with any of these words; how often they stand there counts nothing. Knows where each is listed: one question
/// enters the lists of a segment up to four times.
#[derive(Clone, Debug)]
pub(super) struct AnyOf {
    field: Field,
    words: Arc<[Vec<u8>]>,
    lists: Arc<HashMap<SegmentId, Lists>>,
}

/// Of one segment.
#[derive(Default, Debug)]
struct Lists {
    common: Vec<TermInfo>,
    rare: Vec<TermInfo>,
    /// All documents of the rare words, once they were asked for: each reader of a list is larger than a short list.
    rarely: OnceLock<Arc<[DocId]>>,
}

impl AnyOf {
    fn of(field: Field, chosen: Vec<(Vec<u8>, Places)>) -> AnyOf {
        let mut lists: HashMap<SegmentId, Lists> = HashMap::new();
        let mut words = Vec::new();
        for (word, places) in chosen {
            words.push(word);
            for (segment, place) in places {
                let lists = lists.entry(segment).or_default();
                if place.doc_freq <= RARE_MAX { &mut lists.rare } else { &mut lists.common }.push(place);
            }
        }
        AnyOf { field, words: words.into(), lists: Arc::new(lists) }
    }

    /// Which.
    pub(super) fn words(&self) -> &[Vec<u8>] {
        &self.words
    }
}

impl Lists {
    fn rarely(&self, index: &InvertedIndexReader) -> io::Result<Rarely> {
        if let Some(documents) = self.rarely.get() {
            return Ok(Rarely { documents: Arc::clone(documents), at: 0 });
        }
        let mut documents = Vec::new();
        for place in &self.rare {
            let mut list = index.read_postings_from_terminfo(place, IndexRecordOption::Basic)?;
            while list.doc() != TERMINATED {
                documents.push(list.doc());
                list.advance();
            }
        }
        documents.sort_unstable();
        documents.dedup();
        let documents = self.rarely.get_or_init(|| documents.into());
        Ok(Rarely { documents: Arc::clone(documents), at: 0 })
    }
}

impl Query for AnyOf {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(AnyOfWeight(self.clone())))
    }
}

struct AnyOfWeight(AnyOf);

impl Weight for AnyOfWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let Some(lists) = self.0.lists.get(&segment.segment_id()) else { return Ok(Box::new(EmptyScorer)) };
        let index = segment.inverted_index(self.0.field)?;
        let mut ways: Vec<Box<dyn Scorer>> = vec![Box::new(ConstScorer::new(lists.rarely(&index)?, boost))];
        for place in &lists.common {
            let documents = index.read_postings_from_terminfo(place, IndexRecordOption::Basic)?;
            ways.push(Box::new(ConstScorer::new(documents, boost)));
        }
        Ok(any::walk(ways, 0.0))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        any::explained(self.scorer(segment, 1.0)?, document)
    }
}

/// Documents of a segment in their order.
struct Rarely {
    documents: Arc<[DocId]>,
    at: usize,
}

impl DocSet for Rarely {
    fn advance(&mut self) -> DocId {
        self.at = self.at.saturating_add(1).min(self.documents.len());
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let rest = self.documents.get(self.at..).unwrap_or_default();
        self.at += rest.partition_point(|document| *document < target);
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.documents.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        u32::try_from(self.documents.len().saturating_sub(self.at)).unwrap_or(u32::MAX)
    }
}
