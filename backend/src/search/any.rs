//! Documents that match any of several queries.
//!
//! Owns how they are walked: nothing is looked at but where somebody goes. tantivy's own union reads 4,096 documents ahead
//! wherever it is entered, which pays where all are read; a question that has a rare word beside a common one enters the
//! common one's list at each document of the rare one, and paid for thousands to look at one.

use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

/// Documents that match any of these. Each is worth what the best of its matches says, and of the others a part.
#[derive(Debug)]
pub(super) struct Any {
    queries: Vec<Box<dyn Query>>,
    /// What is added of the others.
    part: f32,
}

impl Any {
    /// The best match alone counts.
    pub(super) fn of(queries: Vec<Box<dyn Query>>) -> Any {
        Any { queries, part: 0.0 }
    }

    /// So much of the other matches counts too.
    pub(super) fn with_part(queries: Vec<Box<dyn Query>>, part: f32) -> Any {
        Any { queries, part }
    }
}

impl Clone for Any {
    fn clone(&self) -> Any {
        Any { queries: self.queries.iter().map(|query| query.box_clone()).collect(), part: self.part }
    }
}

impl Query for Any {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weights: tantivy::Result<_> = self.queries.iter().map(|query| query.weight(scoring)).collect();
        Ok(Box::new(AnyWeight { weights: weights?, part: self.part }))
    }
}

struct AnyWeight {
    weights: Vec<Box<dyn Weight>>,
    part: f32,
}

impl Weight for AnyWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let ways: tantivy::Result<_> =
            self.weights.iter().map(|weight| weight.scorer(segment, boost)).collect();
        Ok(walk(ways?, self.part))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        explained(self.scorer(segment, 1.0)?, document)
    }
}

/// Documents that are met on any of these ways.
pub(super) fn walk(mut ways: Vec<Box<dyn Scorer>>, part: f32) -> Box<dyn Scorer> {
    ways.retain(|way| way.doc() != TERMINATED);
    if ways.len() < 2 {
        return ways.pop().unwrap_or_else(|| Box::new(EmptyScorer));
    }
    let mut walk = Walk { ways, document: 0, part };
    walk.look();
    Box::new(walk)
}

/// What a document is worth that is met.
pub(super) fn explained(mut scorer: Box<dyn Scorer>, document: DocId) -> tantivy::Result<Explanation> {
    if scorer.doc() < document {
        scorer.seek(document);
    }
    if scorer.doc() != document {
        return Err(TantivyError::InvalidArgument(format!("document {document} does not match")));
    }
    Ok(Explanation::new("the best of several", scorer.score()))
}

/// All ways at once, in the order of documents. Those that are at their end are gone.
struct Walk {
    ways: Vec<Box<dyn Scorer>>,
    document: DocId,
    part: f32,
}

impl Walk {
    /// Goes where the first of them is.
    fn look(&mut self) -> DocId {
        self.ways.retain(|way| way.doc() != TERMINATED);
        self.document = self.ways.iter().map(|way| way.doc()).min().unwrap_or(TERMINATED);
        self.document
    }
}

impl DocSet for Walk {
    fn advance(&mut self) -> DocId {
        let document = self.document;
        for way in self.ways.iter_mut().filter(|way| way.doc() == document) {
            way.advance();
        }
        self.look()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target <= self.document {
            return self.document;
        }
        for way in self.ways.iter_mut().filter(|way| way.doc() < target) {
            way.seek(target);
        }
        self.look()
    }

    fn doc(&self) -> DocId {
        self.document
    }

    fn size_hint(&self) -> u32 {
        self.ways.iter().fold(0, |sum: u32, way| sum.saturating_add(way.size_hint()))
    }
}

impl Scorer for Walk {
    fn score(&mut self) -> Score {
        let document = self.document;
        let (mut best, mut sum) = (0.0_f32, 0.0_f32);
        for way in self.ways.iter_mut().filter(|way| way.doc() == document) {
            let score = way.score();
            best = best.max(score);
            sum += score;
        }
        best + (sum - best) * self.part
    }
}

#[cfg(test)]
mod tests {
    use tantivy::query::{BooleanQuery, DisjunctionMaxQuery, Occur, TermQuery};
    use tantivy::schema::{Field, IndexRecordOption, STRING, Schema};
    use tantivy::{Index, Searcher, TantivyDocument, Term};

    use super::*;

    const DOCUMENTS: u64 = 12_000;

    /// Two segments; each document has the words of the numbers that divide its own.
    fn library() -> (Searcher, Field) {
        let mut schema = Schema::builder();
        let divisors = schema.add_text_field("divisors", STRING);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 16_000_000).unwrap();
        for number in 1..=DOCUMENTS {
            let mut document = TantivyDocument::default();
            for divisor in [2, 3, 7, 1000, 4999].into_iter().filter(|divisor| number % divisor == 0) {
                document.add_text(divisors, divisor.to_string());
            }
            writer.add_document(document).unwrap();
            if number == DOCUMENTS / 3 {
                writer.commit().unwrap();
            }
        }
        writer.commit().unwrap();
        (index.reader().unwrap().searcher(), divisors)
    }

    fn words(field: Field, words: &[u64]) -> Vec<Box<dyn Query>> {
        let word = |word: &u64| -> Box<dyn Query> {
            let term = Term::from_field_text(field, &word.to_string());
            Box::new(TermQuery::new(term, IndexRecordOption::Basic))
        };
        words.iter().map(word).collect()
    }

    fn met(searcher: &Searcher, query: &dyn Query) -> Vec<(DocId, Score)> {
        let weight = query.weight(EnableScoring::enabled_from_searcher(searcher)).unwrap();
        let mut met = Vec::new();
        for segment in searcher.segment_readers() {
            weight.for_each(segment, &mut |document, score| met.push((document, score))).unwrap();
        }
        met
    }

    #[test]
    fn the_same_is_met_as_by_reading_ahead_and_is_worth_the_same() {
        let (searcher, field) = library();
        for asked in [&[2, 3, 7][..], &[1000, 4999], &[7], &[5], &[5, 4999], &[]] {
            let any = met(&searcher, &Any::with_part(words(field, asked), 0.1));
            let union = met(&searcher, &DisjunctionMaxQuery::with_tie_breaker(words(field, asked), 0.1));
            assert_eq!(any.len(), union.len(), "{asked:?}");
            for (one, other) in any.iter().zip(&union) {
                assert!(one.0 == other.0 && (one.1 - other.1).abs() < 1e-5, "{asked:?}: {one:?}, {other:?}");
            }
        }
    }

    #[test]
    fn a_rare_word_finds_its_way_through_common_ones() {
        let (searcher, field) = library();
        let both = |common: Box<dyn Query>, rare: Box<dyn Query>| {
            met(&searcher, &BooleanQuery::new(vec![(Occur::Must, common), (Occur::Must, rare)]))
        };
        let of = |numbers: &[u64]| -> Box<dyn Query> { Box::new(Any::of(words(field, numbers))) };
        let documents =
            |met: Vec<(DocId, Score)>| met.into_iter().map(|(document, _)| document).collect::<Vec<_>>();
        let union = || -> Box<dyn Query> { Box::new(BooleanQuery::union(words(field, &[2, 3]))) };
        let [rare] = words(field, &[4999]).try_into().unwrap();
        let expected = documents(both(union(), rare.box_clone()));
        assert_eq!(documents(both(of(&[2, 3]), rare)), expected);
        assert_eq!(expected.len(), 1);
        assert_eq!(documents(both(of(&[2, 3]), of(&[1000, 4999]))).len(), 13);
    }
}
