//! What one `SourceBuffer` holds, and what should be in it next.
//!
//! Owns the book of appended segments, the browser's own account of it, and the one operation under way. Never chooses a
//! variant, never fetches. The surprise is that book and browser disagree: browsers evict on their own and shift by
//! edit lists, so a segment counts as lost once the browser holds less than half of what it held of it at first.

use std::time::Duration;

use shared::time::Instant;

use crate::io::Span;
use crate::ladder::StreamId;
use crate::library::Piece;
use crate::span::{SLACK, first_gap, overlap};

/// Eviction leaves this much behind the playhead: a step back of ten seconds must not fetch.
const BEHIND_MIN: Duration = Duration::from_secs(12);
/// However small the browser's buffer proves, this much ahead is tried for.
const SHRINK_PERCENT_MIN: u64 = 10;
/// A full buffer is tried again after this, since playing on makes room.
const ROOM_CHECK: Duration = Duration::from_secs(1);

/// A segment as it was appended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Held {
    /// By its playlist.
    pub(crate) span: Span,
    pub(crate) stream: StreamId,
    pub(crate) bytes: u64,
    /// How much of the span the browser held right after the append.
    seen: Duration,
    /// To be replaced by another quality, but good until then.
    is_stale: bool,
}

/// The operation under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Work {
    /// An init segment.
    Init(Piece),
    /// A segment, and what the book will say of it.
    Segment(Piece, Held),
    /// A removal.
    Remove(Span),
}

/// One track's buffer.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    held: Vec<Held>,
    spans: Vec<Span>,
    init: Option<Piece>,
    work: Option<Work>,
    /// The goal after quotas were exceeded, in percent; none of it given up yet.
    shrunk: Option<u64>,
    blocked_until: Option<Instant>,
}

impl Held {
    pub(crate) fn new(span: Span, stream: StreamId, bytes: u64) -> Held {
        Held { span, stream, bytes, seen: Duration::ZERO, is_stale: false }
    }
}

impl Buffer {
    /// The browser's account: what is there, in order.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    pub(crate) fn work(&self) -> Option<Work> {
        self.work
    }

    pub(crate) fn is_idle(&self, now: Instant) -> bool {
        self.work.is_none() && self.blocked_until.is_none_or(|until| until <= now)
    }

    pub(crate) fn blocked_until(&self) -> Option<Instant> {
        self.blocked_until
    }

    /// The init segment appended last.
    pub(crate) fn init(&self) -> Option<Piece> {
        self.init
    }

    pub(crate) fn begin(&mut self, work: Work) {
        debug_assert!(self.work.is_none(), "one operation at a time");
        self.work = Some(work);
    }

    /// The operation is done, and this is what the browser holds now.
    pub(crate) fn finish(&mut self, spans: Vec<Span>) -> Option<Work> {
        let work = self.work.take();
        self.spans = spans;
        match work {
            Some(Work::Init(piece)) => self.init = Some(piece),
            Some(Work::Segment(_, held)) => {
                self.held.retain(|old| !held.span.contains(old.span.middle()));
                let at = self.held.partition_point(|old| old.span.start < held.span.start);
                let seen = overlap(&self.spans, &held.span);
                self.held.insert(at, Held { seen, ..held });
            }
            Some(Work::Remove(span)) => {
                self.held.retain(|old| !span.contains(old.span.middle()));
                self.blocked_until = None;
            }
            None => {}
        }
        let spans = &self.spans;
        self.held.retain(|held| held.seen / 2 <= overlap(spans, &held.span));
        work
    }

    /// The browser took something out by itself: whatever is not there as it was appended is not held any more.
    pub(crate) fn lose(&mut self, spans: Vec<Span>) {
        self.spans = spans;
        let spans = &self.spans;
        self.held.retain(|held| held.seen <= overlap(spans, &held.span) + SLACK);
    }

    /// The operation did not work and changed nothing.
    pub(crate) fn fail(&mut self) -> Option<Work> {
        self.work.take()
    }

    /// The browser has no room: aims lower, and waits for room.
    pub(crate) fn shrink(&mut self, now: Instant) {
        self.shrunk = Some((self.goal_percent() * 7 / 10).max(SHRINK_PERCENT_MIN));
        self.blocked_until = Some(now + ROOM_CHECK);
    }

    /// How much of the usual goal the browser has room for.
    pub(crate) fn goal_percent(&self) -> u64 {
        self.shrunk.unwrap_or(100)
    }

    /// A new media source: empty. What was learnt about its room stays.
    pub(crate) fn reset(&mut self) {
        *self = Buffer { shrunk: self.shrunk, ..Buffer::default() };
    }

    /// What is held and wanted.
    pub(crate) fn fresh_spans(&self) -> impl Iterator<Item = Span> {
        self.held.iter().filter(|held| !held.is_stale).map(|held| held.span)
    }

    /// What is held, wanted or not.
    pub(crate) fn held_spans(&self) -> impl Iterator<Item = Span> {
        self.held.iter().map(|held| held.span)
    }

    /// The first moment from `from` on that is not held in the quality wanted.
    pub(crate) fn first_fresh_gap(&self, from: Duration) -> Duration {
        first_gap(&mut self.fresh_spans().collect::<Vec<_>>(), from)
    }

    /// The first moment from `from` on that is not held at all.
    pub(crate) fn first_gap(&self, from: Duration) -> Duration {
        first_gap(&mut self.held_spans().collect::<Vec<_>>(), from)
    }

    /// The segment at a moment.
    pub(crate) fn at(&self, at: Duration) -> Option<&Held> {
        self.held.iter().find(|held| held.span.contains(at))
    }

    /// Wants everything after `from` that is not of this stream replaced.
    pub(crate) fn stale_after(&mut self, from: Duration, wanted: StreamId) {
        for held in &mut self.held {
            held.is_stale = from <= held.span.start && held.stream != wanted;
        }
    }

    /// What is of this stream is wanted after all.
    pub(crate) fn keep(&mut self, stream: StreamId) {
        self.held.iter_mut().filter(|held| held.stream == stream).for_each(|held| held.is_stale = false);
    }

    /// Takes everything as it is.
    pub(crate) fn keep_all(&mut self) {
        self.held.iter_mut().for_each(|held| held.is_stale = false);
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.held.iter().map(|held| held.bytes).sum()
    }

    /// What to remove so that `bytes_max` is kept: what lies far behind the playhead, oldest first, then what lies
    /// beyond the goal, farthest first. None if it is kept, or if all there is is needed.
    pub(crate) fn plan_eviction(
        &self,
        position: Duration,
        goal_end: Duration,
        bytes_max: u64,
    ) -> Option<Span> {
        let mut excess = self.bytes().checked_sub(bytes_max).filter(|excess| 0 < *excess)?;
        let mut run: Option<Span> = None;
        let mut take = |held: &Held| {
            let is_next = run.is_none_or(|run| run.end == held.span.start || run.start == held.span.end);
            if excess == 0 || !is_next {
                return false;
            }
            let span = held.span;
            run =
                Some(run.map_or(span, |run| Span {
                    start: run.start.min(span.start),
                    end: run.end.max(span.end),
                }));
            excess = excess.saturating_sub(held.bytes);
            true
        };
        let behind = self.held.iter().take_while(|held| held.span.end + BEHIND_MIN < position);
        if behind.take_while(|held| take(held)).count() == 0 {
            let beyond = self.held.iter().rev().take_while(|held| goal_end < held.span.start);
            let _ = beyond.take_while(|held| take(held)).count();
        }
        run
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::span;

    const LOW: StreamId = StreamId(0);
    const HIGH: StreamId = StreamId(1);

    fn piece(index: usize) -> Piece {
        Piece::Segment { stream: LOW, index }
    }

    fn append(buffer: &mut Buffer, held: Held, spans: &[Span]) {
        buffer.begin(Work::Segment(piece(0), held));
        buffer.finish(spans.to_vec());
    }

    /// Segments of 4 s and 100 bytes, the whole of which the browser holds.
    fn filled(from: u64, count: u64) -> Buffer {
        let mut buffer = Buffer::default();
        for at in 0..count {
            let (start, end) = ((from + at * 4) * 1000, (from + at * 4 + 4) * 1000);
            append(&mut buffer, Held::new(span(start, end), LOW, 100), &[span(from * 1000, end)]);
        }
        buffer
    }

    fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn what_the_browser_evicts_is_missing_again() {
        let mut buffer = filled(0, 3);
        assert_eq!(buffer.first_gap(s(0)), s(12));
        buffer.begin(Work::Init(piece(9)));
        buffer.finish(vec![span(5000, 12_000)]);
        assert_eq!(buffer.first_gap(s(0)), s(0));
        assert_eq!(buffer.first_gap(s(4)), s(12));
        assert_eq!(buffer.init(), Some(piece(9)));
    }

    #[test]
    fn what_the_browser_takes_out_by_itself_is_missing_though_work_is_under_way() {
        let mut buffer = filled(0, 3);
        buffer.begin(Work::Segment(piece(0), Held::new(span(12_000, 16_000), LOW, 100)));
        buffer.lose(vec![span(0, 6000), span(8000, 12_000)]);
        assert_eq!(buffer.first_gap(s(0)), s(4));
        buffer.finish(vec![span(0, 6000), span(8000, 16_000)]);
        assert_eq!((buffer.first_gap(s(0)), buffer.first_gap(s(8))), (s(4), s(16)));
    }

    #[test]
    fn a_segment_the_browser_shows_elsewhere_or_not_at_all_is_not_fetched_for_ever() {
        let mut buffer = Buffer::default();
        append(&mut buffer, Held::new(span(30_000, 30_033), LOW, 1), &[span(30_050, 30_083)]);
        assert_eq!(buffer.first_gap(s(30)), Duration::from_millis(30_033));
    }

    #[test]
    fn another_quality_takes_the_place_of_the_old_one() {
        let mut buffer = filled(0, 3);
        buffer.stale_after(s(4), HIGH);
        assert_eq!((buffer.first_fresh_gap(s(0)), buffer.first_gap(s(0))), (s(4), s(12)));
        append(&mut buffer, Held::new(span(4000, 8000), HIGH, 700), &[span(0, 12_000)]);
        assert_eq!((buffer.first_fresh_gap(s(0)), buffer.bytes()), (s(8), 900));
        assert_eq!(buffer.at(s(5)).map(|held| held.stream), Some(HIGH));
        buffer.keep_all();
        assert_eq!(buffer.first_fresh_gap(s(0)), s(12));
    }

    #[test]
    fn eviction_takes_the_oldest_then_the_farthest_and_never_what_is_needed() {
        let buffer = filled(0, 30);
        let plan = |position, goal_end, bytes_max| buffer.plan_eviction(s(position), s(goal_end), bytes_max);
        assert_eq!(plan(60, 90, 3000), None);
        assert_eq!(plan(60, 90, 2750), Some(span(0, 12_000)));
        assert_eq!(plan(60, 90, 0), Some(span(0, 44_000)));
        assert_eq!(plan(8, 38, 2850), Some(span(112_000, 120_000)));
        assert_eq!(plan(8, 38, 0), Some(span(40_000, 120_000)));
        assert_eq!(plan(8, 200, 0), None);
    }

    #[test]
    fn a_full_browser_lowers_the_goal_but_not_to_nothing() {
        let mut buffer = filled(0, 1);
        buffer.shrink(Instant(0));
        assert!(!buffer.is_idle(Instant(999_999)) && buffer.is_idle(Instant(1_000_000)));
        assert_eq!(buffer.goal_percent(), 70);
        (0..20).for_each(|_| buffer.shrink(Instant(0)));
        assert_eq!(buffer.goal_percent(), SHRINK_PERCENT_MIN);
        buffer.reset();
        assert_eq!((buffer.goal_percent(), buffer.bytes()), (SHRINK_PERCENT_MIN, 0));
    }
}
