//! Looking at documents that match a question, at no more than a question may cost.
//!
//! Owns which those are where more match. Documents stand in a segment in the order they were written in, and segments
//! grow by being merged: small ones are young, and the end of each is its youngest part.

use std::cmp::Reverse;

use tantivy::query::{EnableScoring, Query, Scorer, Weight};
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED, TantivyError};

/// Matches that are looked at.
pub(super) const LOOKED_AT_MAX: usize = 400;

/// What was looked at.
pub(super) struct Found {
    /// With how well each matches, in no order.
    pub(super) documents: Vec<(f32, DocAddress)>,
    /// Whether nothing else matches.
    pub(super) is_all: bool,
}

/// Looks at what matches.
pub(super) fn look(searcher: &Searcher, query: &dyn Query) -> Result<Found, TantivyError> {
    let weight = query.weight(EnableScoring::enabled_from_searcher(searcher))?;
    let mut segments: Vec<(u32, &SegmentReader)> = (0..).zip(searcher.segment_readers()).collect();
    segments.sort_by_key(|(number, segment)| (segment.max_doc(), Reverse(*number)));
    let mut found = Found { documents: Vec::new(), is_all: true };
    for (number, segment) in segments {
        look_at(&mut found, weight.as_ref(), number, segment)?;
    }
    Ok(found)
}

fn look_at(
    found: &mut Found,
    weight: &dyn Weight,
    number: u32,
    segment: &SegmentReader,
) -> Result<(), TantivyError> {
    let room = LOOKED_AT_MAX.saturating_sub(found.documents.len());
    if room == 0 {
        found.is_all = false;
        return Ok(());
    }
    let scorer = weight.scorer(segment, 1.0)?;
    let end = segment.max_doc();
    // As many as there may be at most, spread evenly: a guess.
    let (room_wide, likely) = (u64::try_from(room).unwrap_or(u64::MAX), u64::from(scorer.size_hint()));
    let part = u64::from(end).saturating_mul(room_wide).checked_div(likely).unwrap_or(u64::from(end));
    let first = end.saturating_sub(u32::try_from(part).unwrap_or(end));
    let mut looking = Looking { found, number, segment };
    if looking.at(scorer, first, end) && 0 < first {
        // Fewer than was guessed: there is room for those before.
        looking.at(weight.scorer(segment, 1.0)?, 0, first);
    }
    Ok(())
}

struct Looking<'f> {
    found: &'f mut Found,
    number: u32,
    segment: &'f SegmentReader,
}

impl Looking<'_> {
    /// Looks at matches from `first` to `end`. Gives whether all of them were.
    fn at(&mut self, mut scorer: Box<dyn Scorer>, first: DocId, end: DocId) -> bool {
        let alive = self.segment.alive_bitset();
        let mut document = scorer.doc();
        if document < first {
            document = scorer.seek(first);
        }
        while document != TERMINATED && document < end {
            if alive.is_none_or(|alive| alive.is_alive(document)) {
                if LOOKED_AT_MAX <= self.found.documents.len() {
                    self.found.is_all = false;
                    return false;
                }
                let address = DocAddress { segment_ord: self.number, doc_id: document };
                self.found.documents.push((scorer.score(), address));
            }
            document = scorer.advance();
        }
        true
    }
}
