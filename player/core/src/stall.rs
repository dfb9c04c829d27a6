//! Why playback stands still, and what to do: wait, nudge or jump.
//!
//! Owns how long it has stood. Never touches the element. The surprise is that most standstills with bytes in hand are
//! holes of a few frames, where a browser waits for ever for what will never come.

use std::time::Duration;

use shared::time::Instant;

use crate::io::Span;

/// A hole is jumped after this; it cannot be filled.
const HOLE_PATIENCE: Duration = Duration::from_millis(200);
/// A decoder gets this long to go on.
const PATIENCE: Duration = Duration::from_secs(1);
/// And this long to begin or to seek: four seconds of 4K take a slow machine a while to decode.
const PATIENCE_BEGINNING: Duration = Duration::from_secs(4);
/// With less than this in hand a browser may rightly wait.
pub(crate) const FED: Duration = Duration::from_millis(500);
/// The first nudge; each further one is as much longer.
const NUDGE: Duration = Duration::from_millis(100);
const NUDGES_MAX: u32 = 4;
/// A jump lands a little inside, since browsers round.
const INSIDE: Duration = Duration::from_millis(10);

/// How things are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) position: Duration,
    /// Where all tracks have something, by the browser's account.
    pub(crate) spans: &'a [Span],
    /// Until here all tracks have what they should, by our own account: a hole before is there to stay.
    pub(crate) complete_until: Duration,
    /// The end of the film, if everything was appended.
    pub(crate) end: Option<Duration>,
    /// A seek or the very first picture, rather than the middle of playback.
    pub(crate) is_beginning: bool,
}

/// What to do about a standstill.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Remedy {
    /// Nothing yet; look again at that moment, if nothing changes before.
    Wait(Option<Instant>),
    /// Set the position there: over a hole, or out of a decoder's sulk.
    Move(Duration),
    /// Nothing helps.
    GiveUp,
}

/// The watch kept on an element that should move.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Watch {
    position: Duration,
    since: Instant,
    /// It had nothing to show when last seen, so it stood rightly.
    was_dry: bool,
    nudges: u32,
}

impl Watch {
    /// The element does not have to move.
    pub(crate) fn rest(&mut self) {
        self.was_dry = true;
    }

    /// Looks at an element that should move.
    pub(crate) fn look(&mut self, now: Instant, view: &View<'_>) -> Remedy {
        // Nudges of ours are no progress.
        if NUDGE * self.nudges + INSIDE < view.position.abs_diff(self.position) {
            self.nudges = 0;
        }
        if view.position != self.position || std::mem::take(&mut self.was_dry) {
            (self.position, self.since) = (view.position, now);
        }
        let still = now.since(self.since);
        match view.spans.iter().find(|span| span.contains(view.position)) {
            Some(here) => self.look_at_picture(now, still, here.end, view),
            None => self.look_at_hole(still, view),
        }
    }

    fn look_at_picture(&mut self, now: Instant, still: Duration, until: Duration, view: &View<'_>) -> Remedy {
        let is_at_end = view.end.is_some_and(|end| end <= until + FED);
        if until.saturating_sub(view.position) < FED && !is_at_end {
            return self.wait_for_bytes();
        }
        let patience = if view.is_beginning { PATIENCE_BEGINNING } else { PATIENCE };
        if still < patience {
            return Remedy::Wait(Some(self.since + patience));
        }
        if NUDGES_MAX <= self.nudges {
            return Remedy::GiveUp;
        }
        self.nudges += 1;
        self.since = now;
        let to = view.position + NUDGE * self.nudges;
        Remedy::Move(view.end.map_or(to, |end| to.min(end)))
    }

    fn look_at_hole(&mut self, still: Duration, view: &View<'_>) -> Remedy {
        let next = view.spans.iter().map(|span| span.start).find(|start| view.position < *start);
        match next.filter(|next| *next <= view.complete_until) {
            // Films that begin a frame late are common, and someone is waiting for the first picture.
            Some(_) if still < HOLE_PATIENCE && !view.is_beginning => {
                Remedy::Wait(Some(self.since + HOLE_PATIENCE))
            }
            Some(next) => Remedy::Move(next + INSIDE),
            None => self.wait_for_bytes(),
        }
    }

    fn wait_for_bytes(&mut self) -> Remedy {
        self.was_dry = true;
        Remedy::Wait(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::span;

    fn at(ms: u64) -> Instant {
        Instant(ms * 1000)
    }

    fn view(position_ms: u64, spans: &[Span]) -> View<'_> {
        View {
            position: Duration::from_millis(position_ms),
            spans,
            complete_until: spans.last().map_or(Duration::ZERO, |span| span.end),
            end: None,
            is_beginning: false,
        }
    }

    fn to(ms: u64) -> Remedy {
        Remedy::Move(Duration::from_millis(ms))
    }

    #[test]
    fn the_first_picture_does_not_wait_for_a_hole() {
        let spans = [span(67, 4000)];
        let beginning = View { is_beginning: true, ..view(0, &spans) };
        assert_eq!(Watch::default().look(at(0), &beginning), to(77));
    }

    #[test]
    fn a_hole_that_stays_is_jumped_and_one_that_is_being_fetched_is_waited_for() {
        let spans = [span(0, 4000), span(4080, 8000)];
        let mut watch = Watch::default();
        assert_eq!(watch.look(at(0), &view(4000, &spans)), Remedy::Wait(Some(at(200))));
        assert_eq!(watch.look(at(200), &view(4000, &spans)), to(4090));
        let spans = [span(0, 4000), span(8000, 12_000)];
        let hole = View { complete_until: Duration::from_secs(4), ..view(4000, &spans) };
        assert_eq!(watch.look(at(9000), &hole), Remedy::Wait(None));
    }

    #[test]
    fn a_film_that_begins_late_begins_all_the_same() {
        let spans = [span(66, 4000)];
        let mut watch = Watch::default();
        watch.look(at(0), &view(0, &spans));
        assert_eq!(watch.look(at(300), &view(0, &spans)), to(76));
    }

    #[test]
    fn a_dry_buffer_is_waited_for_however_long_and_then_the_clock_begins_anew() {
        let mut watch = Watch::default();
        for second in 0..60 {
            assert_eq!(watch.look(at(second * 1000), &view(3990, &[span(0, 4000)])), Remedy::Wait(None));
        }
        let fed = [span(0, 8000)];
        assert_eq!(watch.look(at(60_000), &view(3990, &fed)), Remedy::Wait(Some(at(61_000))));
    }

    #[test]
    fn a_decoder_that_sulks_is_nudged_harder_each_time_and_then_given_up() {
        let spans = [span(0, 30_000)];
        let mut watch = Watch::default();
        let (mut now, mut position, mut moves) = (0, 5000, Vec::new());
        loop {
            now += 500;
            match watch.look(at(now), &view(position, &spans)) {
                Remedy::Wait(_) => {}
                Remedy::Move(to) => {
                    position = u64::try_from(to.as_millis()).unwrap();
                    moves.push(position);
                }
                Remedy::GiveUp => break,
            }
        }
        assert_eq!(moves, [5100, 5300, 5600, 6000]);
    }

    #[test]
    fn playback_that_goes_on_clears_the_count() {
        let spans = [span(0, 30_000)];
        let mut watch = Watch::default();
        watch.look(at(0), &view(5000, &spans));
        assert_eq!(watch.look(at(1000), &view(5000, &spans)), to(5100));
        for step in 1..20 {
            assert!(matches!(
                watch.look(at(1000 + step * 250), &view(5100 + step * 250, &spans)),
                Remedy::Wait(_)
            ));
        }
        assert_eq!(watch.nudges, 0);
    }

    #[test]
    fn an_element_that_does_not_notice_the_end_is_taken_there() {
        let spans = [span(0, 30_020)];
        let end = Some(Duration::from_millis(30_020));
        let mut watch = Watch::default();
        watch.look(at(0), &View { end, ..view(29_990, &spans) });
        assert_eq!(watch.look(at(1000), &View { end, ..view(29_990, &spans) }), to(30_020));
    }
}
