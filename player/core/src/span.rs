//! Stretches of media time, and the few questions asked of lists of them.
//!
//! The surprise is [`SLACK`]: playlists round to the microsecond, encoders to a frame, and edit lists shift a whole
//! file by two, so moments closer than that are the same moment.

use std::time::Duration;

use crate::io::Span;
use crate::table::sort_few;

/// Moments closer than this are one. Longer than two frames at 24 per second, shorter than anyone notices.
pub(crate) const SLACK: Duration = Duration::from_millis(100);

impl Span {
    pub(crate) fn length(&self) -> Duration {
        self.end.saturating_sub(self.start)
    }

    pub(crate) fn middle(&self) -> Duration {
        self.start + self.length() / 2
    }

    pub(crate) fn contains(&self, at: Duration) -> bool {
        self.start <= at && at < self.end
    }

    /// The stretch in both.
    pub(crate) fn overlap(&self, other: &Span) -> Option<Span> {
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        (start < end).then_some(Span { start, end })
    }

    /// Whether this span is what is missing at `gap`: it has begun by then and has more to give than a rounding error.
    pub(crate) fn fills(&self, gap: Duration) -> bool {
        self.start <= gap + SLACK && self.outlasts(gap)
    }

    /// Whether it goes on after `at` by more than a rounding error.
    pub(crate) fn outlasts(&self, at: Duration) -> bool {
        SLACK.min(self.length() / 2) < self.end.saturating_sub(at)
    }
}

/// The first moment from `from` on that none of the spans covers. They need not be in order.
pub(crate) fn first_gap(spans: &mut [Span], from: Duration) -> Duration {
    sort_few(spans, |span| *span);
    let mut gap = from;
    for span in spans {
        if span.start <= gap + SLACK {
            gap = gap.max(span.end);
        }
    }
    gap
}

/// How much of `whole` the spans cover; they do not overlap each other.
pub(crate) fn overlap(spans: &[Span], whole: &Span) -> Duration {
    spans.iter().filter_map(|span| span.overlap(whole)).map(|span| span.length()).sum()
}

/// What is in both lists, each in order.
pub(crate) fn intersect(one: &[Span], other: &[Span]) -> Vec<Span> {
    one.iter().flat_map(|span| other.iter().filter_map(|other| span.overlap(other))).collect()
}

#[cfg(test)]
pub(crate) fn span(start_ms: u64, end_ms: u64) -> Span {
    Span { start: Duration::from_millis(start_ms), end: Duration::from_millis(end_ms) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_first_gap_is_where_the_run_from_here_ends() {
        let gap = |from| first_gap(&mut [span(8000, 12_000), span(66, 4000), span(4010, 8000)], ms(from));
        assert_eq!(gap(0), ms(12_000));
        assert_eq!(gap(5000), ms(12_000));
        assert_eq!(gap(12_500), ms(12_500));
        assert_eq!(first_gap(&mut [span(200, 4000)], ms(0)), ms(0));
    }

    #[test]
    fn a_tiny_segment_fills_its_own_gap_and_a_finished_one_fills_none() {
        assert!(span(30_000, 30_033).fills(ms(30_000)));
        assert!(!span(30_000, 30_033).fills(ms(30_020)));
        assert!(!span(0, 4000).fills(ms(3950)));
        assert!(span(4000, 8000).fills(ms(3950)));
        assert!(!span(5000, 5000).fills(ms(5000)));
    }

    #[test]
    fn playback_needs_all_tracks() {
        let both = intersect(&[span(0, 5000), span(8000, 9000)], &[span(100, 8500)]);
        assert_eq!(both, [span(100, 5000), span(8000, 8500)]);
        assert_eq!(overlap(&both, &span(4000, 8200)), ms(1200));
    }
}
