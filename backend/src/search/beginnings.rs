//! What begins with a few letters, where very much does: counted once for each part of the index, not for each question.
//!
//! Owns the lists of the commonest words by their beginning. A part of the index (tantivy's segment) never changes, so a
//! list that was made of it stays true; it goes with its part.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::index::SegmentId;
use tantivy::schema::Field;
use tantivy::{Searcher, SegmentReader, TantivyError};

use super::terms::MEANT_MAX;

/// As many words with the same beginning are rather walked than listed.
pub(super) const WALKED_MAX: usize = 300;
/// Beginnings of more bytes are not listed.
const BEGINNING_BYTES_MAX: usize = 12;

/// How many documents have a word, and the word.
type Met = (u32, Vec<u8>);

/// The commonest words of a field of a segment, by beginnings that more than [`WALKED_MAX`] words have; at most
/// [`MEANT_MAX`] each, in no order.
#[derive(Debug, Default)]
pub(super) struct Common(HashMap<Vec<u8>, Vec<Met>>);

impl Common {
    /// Of all words, in their order.
    fn of(segment: &SegmentReader, field: Field) -> Result<Common, TantivyError> {
        let index = segment.inverted_index(field)?;
        let mut words = index.terms().stream()?;
        let mut gathering = Gathering::default();
        while words.advance() {
            gathering.take(words.key(), words.value().doc_freq);
        }
        Ok(gathering.finish())
    }

    /// The commonest words that begin so; none where few enough do to be walked.
    pub(super) fn beginning(&self, letters: &[u8]) -> Option<&[Met]> {
        self.0.get(letters).map(Vec::as_slice)
    }
}

/// The words of one beginning as they come.
#[derive(Default)]
struct Gathered {
    count: usize,
    commonest: BinaryHeap<Reverse<Met>>,
}

/// Takes words in their order, and keeps those of each beginning until the next one does not begin so.
#[derive(Default)]
struct Gathering {
    word: Vec<u8>,
    /// Of the beginnings of `word` by their length: one byte first.
    open: Vec<Gathered>,
    done: HashMap<Vec<u8>, Vec<Met>>,
}

impl Gathering {
    fn take(&mut self, word: &[u8], documents: u32) {
        let same = self.word.iter().zip(word).take_while(|(a, b)| a == b).count();
        self.close(same);
        self.word = word.to_owned();
        self.open.resize_with(word.len().min(BEGINNING_BYTES_MAX), Gathered::default);
        for gathered in &mut self.open {
            gathered.count += 1;
            let rarest = gathered.commonest.peek().map_or(0, |Reverse((documents, _))| *documents);
            if gathered.commonest.len() < MEANT_MAX {
                gathered.commonest.push(Reverse((documents, word.to_owned())));
            } else if rarest < documents {
                gathered.commonest.pop();
                gathered.commonest.push(Reverse((documents, word.to_owned())));
            }
        }
    }

    /// Closes the beginnings that are longer than `bytes`.
    fn close(&mut self, bytes: usize) {
        while bytes < self.open.len() {
            let beginning = self.word.get(..self.open.len()).map(<[u8]>::to_owned);
            if let (Some(gathered), Some(beginning)) = (self.open.pop(), beginning)
                && WALKED_MAX < gathered.count
            {
                let words = gathered.commonest.into_iter().map(|Reverse(met)| met).collect();
                self.done.insert(beginning, words);
            }
        }
    }

    fn finish(mut self) -> Common {
        self.close(0);
        Common(self.done)
    }
}

type Lists = HashMap<(SegmentId, Field), Arc<Common>>;

/// The lists of all parts of an index. Shared by who writes it and who asks.
#[derive(Debug, Default)]
pub(super) struct Beginnings(Mutex<Arc<Lists>>);

impl Beginnings {
    /// Makes the lists of new parts, and forgets those of parts that went.
    pub(super) fn follow(&self, searcher: &Searcher, fields: &[Field]) -> Result<(), TantivyError> {
        let before = self.lists();
        let mut lists = Lists::new();
        for segment in searcher.segment_readers() {
            for field in fields {
                let key = (segment.segment_id(), *field);
                let common = match before.get(&key) {
                    Some(common) => Arc::clone(common),
                    None => Arc::new(Common::of(segment, *field)?),
                };
                lists.insert(key, common);
            }
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(lists);
        Ok(())
    }

    /// The lists of one part; none where it is so new that they are being made.
    pub(super) fn of(&self, segment: SegmentId, field: Field) -> Option<Arc<Common>> {
        self.lists().get(&(segment, field)).cloned()
    }

    fn lists(&self) -> Arc<Lists> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(words: &[(String, u32)]) -> Common {
        let mut gathering = Gathering::default();
        words.iter().for_each(|(word, documents)| gathering.take(word.as_bytes(), *documents));
        gathering.finish()
    }

    #[test]
    fn the_commonest_words_are_listed_by_the_beginnings_of_many() {
        let mut words: Vec<(String, u32)> = (0..1000).map(|number| (format!("a{number:03}"), 1)).collect();
        words.push(("b".to_owned(), 900));
        words.get_mut(500).unwrap().1 = 70;
        words.get_mut(7).unwrap().1 = 80;
        let common = gathered(&words);
        let listed = common.beginning(b"a").unwrap();
        assert_eq!(listed.len(), MEANT_MAX);
        for common in [(70, b"a500".to_vec()), (80, b"a007".to_vec())] {
            assert!(listed.contains(&common));
        }
        // A hundred words begin so, and one: they are walked.
        assert!(common.beginning(b"a5").is_none() && common.beginning(b"b").is_none());
        assert!(common.beginning(b"").is_none());
    }

    #[test]
    fn words_without_an_end_keep_few_beginnings() {
        let long = "x".repeat(60);
        let words: Vec<(String, u32)> = (0..400).map(|number| (format!("{long}{number:03}"), 1)).collect();
        let common = gathered(&words);
        assert_eq!(common.0.len(), BEGINNING_BYTES_MAX);
    }
}
