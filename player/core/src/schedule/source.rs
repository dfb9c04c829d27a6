//! Where to take a segment from: peers, the origin, both, or nobody yet.
//!
//! One pure choice over a view. Never asks anyone. The surprise is that waiting is a source, too: while another viewer
//! loads a segment from the origin, or is about to, it will soon come for nothing. But nobody waits beyond the last
//! moment at which the origin could still bring it in time.

use std::time::Duration;

/// The origin may take half as long again as expected, in percent …
const ORIGIN_DOUBT_PERCENT: u32 = 150;
/// … and this much more, and still be in time.
const ORIGIN_MARGIN: Duration = Duration::from_secs(1);
/// Peers get half of the time there is: then another attempt is possible.
const SWARM_DOUBT: u32 = 2;
/// Peers that are so many times faster than the origin are trusted to the end: it would be late anyway.
const FASTER: u32 = 4;
/// Who would be done so many times sooner than the origin is not stopped for it.
const NEARLY: u32 = 2;
/// With less time than so many times what it takes, a fetch is pressing.
const PRESSING: u32 = 3;
/// A fetch that is done sooner is not given up for another's.
const YIELD_MIN: Duration = Duration::from_millis(150);
/// The other's fetch, then the way from there, then one of our own should all that fail.
const YIELD_SLACK: u32 = 4;
const YIELD_MARGIN: Duration = Duration::from_secs(4);
/// Who is first to ask the origin gets this long to begin; then it is the next one's turn.
const TURN: Duration = Duration::from_secs(4);
/// With less than this in hand someone is waiting, or soon will be.
const AWAITED: Duration = Duration::from_millis(500);

/// Everything the choice depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SourceView {
    /// Until playback needs the segment.
    pub(crate) slack: Duration,
    /// How long it has been within reach.
    pub(crate) waited: Duration,
    /// How long the origin would take for what is missing, by all that is known.
    pub(crate) origin_expected: Duration,
    /// How long peers would take for what they have not sent of it; [`Duration::MAX`] if none has it.
    pub(crate) swarm_expected: Duration,
    /// The same of those who have brought something right before.
    pub(crate) proven_expected: Duration,
    /// Peers that have it.
    pub(crate) holders: usize,
    /// Peers that are loading it from the origin.
    pub(crate) loaders: usize,
    /// Our place among those who should ask the origin; 0 is first.
    pub(crate) rank: usize,
    /// We have just joined, and may hear of peers any moment.
    pub(crate) is_settling: bool,
    /// Peers brought it wrong.
    pub(crate) is_doubtful: bool,
}

/// Where to take it from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// The origin alone.
    Origin,
    /// Peers alone.
    Swarm,
    /// Whoever is first.
    Both,
    /// Nobody yet.
    Wait,
}

impl SourceView {
    /// The latest moment to ask the origin, as the slack there is then.
    fn origin_last(&self) -> Duration {
        origin_last(self.origin_expected)
    }

    /// Whether it is our turn to ask the origin: the first at once, the others one after another, in case those before
    /// them do not.
    fn is_our_turn(&self) -> bool {
        let rank = u32::try_from(self.rank).unwrap_or(u32::MAX);
        self.loaders == 0 && TURN.saturating_mul(rank) <= self.waited
    }
}

fn origin_last(expected: Duration) -> Duration {
    expected.saturating_mul(ORIGIN_DOUBT_PERCENT) / 100 + ORIGIN_MARGIN
}

/// Where to take one segment from.
pub(crate) fn choose_source(view: &SourceView) -> Source {
    let has_holders = 0 < view.holders && !view.is_doubtful;
    let is_last_moment = view.slack <= view.origin_last();
    // Strangers are not trusted when there is no time for a second try, but may run a race.
    let is_trusted = has_holders
        && view.proven_expected.saturating_mul(SWARM_DOUBT) <= view.slack
        && view.proven_expected.saturating_mul(FASTER) <= view.origin_expected;
    let is_nearly_here = view.swarm_expected.saturating_mul(NEARLY) <= view.origin_expected;
    let origin_in_time = view.origin_expected <= view.slack;
    if view.slack <= AWAITED {
        return if has_holders { Source::Both } else { Source::Origin };
    }
    if is_last_moment {
        let is_race = has_holders && (is_nearly_here || !origin_in_time);
        return match (is_trusted, is_race) {
            (true, _) => Source::Swarm,
            (false, true) => Source::Both,
            (false, false) => Source::Origin,
        };
    }
    if has_holders {
        return Source::Swarm;
    }
    let is_time = view.is_our_turn() && !view.is_settling;
    if view.is_doubtful || is_time { Source::Origin } else { Source::Wait }
}

/// Whether to stop a fetch from the origin because another viewer has begun the same: only if less than half of it is here,
/// and there is time to begin anew, which takes `anew`, should the other fail.
pub(crate) fn should_yield(slack: Duration, origin_left: Duration, anew: Duration) -> bool {
    let is_young = YIELD_MIN <= origin_left && anew <= origin_left.saturating_mul(2);
    let is_time = origin_left.saturating_mul(YIELD_SLACK) + YIELD_MARGIN <= slack;
    is_young && is_time && comes_in_time(slack.saturating_sub(origin_left), anew)
}

/// Whether what is expected to take so long comes in time, with all doubts.
pub(crate) fn comes_in_time(slack: Duration, expected: Duration) -> bool {
    origin_last(expected) <= slack
}

/// Whether one that is awaited from peers could still come from the origin in time after another fetch from there has begun,
/// by what the origin would take for it without the other and with it. If it cannot anyway, the other changes nothing.
pub(crate) fn leaves_time(slack: Duration, without: Duration, with: Duration) -> bool {
    origin_last(with) <= slack || slack < origin_last(without)
}

/// Whether a fetch from the origin for later, which takes `takes`, may begin beside one that has so much left: not if that
/// one could come too late for it. Two at once take turns until the shorter is done.
pub(crate) fn can_go_beside(slack: Duration, origin_left: Duration, takes: Duration) -> bool {
    origin_left < YIELD_MIN || origin_last(origin_left + origin_left.min(takes)) <= slack
}

/// Whether to stop a fetch from the origin for one that playback needs before it and that is to come in `expected`: only if
/// that would be late, and the other is not nearly done.
pub(crate) fn should_make_way(slack: Duration, expected: Duration, origin_left: Duration) -> bool {
    slack < expected && YIELD_MIN <= origin_left
}

/// Whether a fetch from the origin that is under way is so pressing that peers should not bring other things beside it.
pub(crate) fn is_pressing(slack: Duration, origin_left: Duration) -> bool {
    slack <= origin_left.saturating_mul(PRESSING) + ORIGIN_MARGIN
}

/// How a fetch from the origin that is under way compares with peers who have the segment too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Race {
    /// Until playback needs it.
    pub(crate) slack: Duration,
    /// What the origin will take from now on, as it goes.
    pub(crate) origin_left: Duration,
    /// What peers would take.
    pub(crate) swarm_expected: Duration,
    /// Peers have been asked already.
    pub(crate) is_asked: bool,
}

/// Whether peers should be asked beside the origin, or go on being asked: only while someone waits for it, and only if
/// they may well be first.
pub(crate) fn should_race(race: &Race) -> bool {
    let is_late = race.slack < race.origin_left;
    // Who is in the race stays in it until it is as good as lost.
    let chance = if race.is_asked { race.origin_left.saturating_mul(2) } else { race.origin_left };
    is_late && race.swarm_expected < chance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    const VIEW: SourceView = SourceView {
        slack: Duration::from_secs(20),
        waited: Duration::ZERO,
        origin_expected: Duration::from_secs(1),
        swarm_expected: Duration::from_secs(1),
        proven_expected: Duration::from_secs(1),
        holders: 1,
        loaders: 0,
        rank: 0,
        is_settling: false,
        is_doubtful: false,
    };

    fn any(dice: &mut Dice) -> SourceView {
        let time = |dice: &mut Dice, most| Duration::from_millis(dice.roll(most));
        let holders = usize::try_from(dice.roll(3)).unwrap();
        let swarm_expected = if holders == 0 { Duration::MAX } else { time(dice, 20_000) };
        let is_proven = 0 < holders && dice.roll(2) == 0;
        SourceView {
            slack: time(dice, 40_000),
            waited: time(dice, 20_000),
            origin_expected: time(dice, 20_000),
            swarm_expected,
            proven_expected: if is_proven { swarm_expected + time(dice, 2000) } else { Duration::MAX },
            holders,
            loaders: usize::try_from(dice.roll(3)).unwrap(),
            rank: usize::try_from(dice.roll(6)).unwrap(),
            is_settling: dice.roll(4) == 0,
            is_doubtful: dice.roll(8) == 0,
        }
    }

    #[test]
    fn the_usual_cases() {
        let choose = |change: fn(&mut SourceView)| {
            let mut view = VIEW;
            change(&mut view);
            choose_source(&view)
        };
        assert_eq!(choose(|_| {}), Source::Swarm);
        assert_eq!(choose(|view| view.slack = Duration::ZERO), Source::Both);
        assert_eq!(choose(|view| view.slack = s(2)), Source::Origin);
        assert_eq!(choose(|view| (view.slack, view.origin_expected) = (s(3), s(9))), Source::Swarm);
        assert_eq!(choose(|view| (view.slack, view.origin_expected) = (s(1), s(9))), Source::Both);
        let stranger = |view: &mut SourceView| {
            (view.slack, view.origin_expected, view.proven_expected) = (s(3), s(9), Duration::MAX);
        };
        assert_eq!(choose(stranger), Source::Both);
        assert_eq!(choose(|view| view.is_doubtful = true), Source::Origin);
        assert_eq!(choose(|view| view.holders = 0), Source::Origin);
        assert_eq!(choose(|view| (view.holders, view.is_settling) = (0, true)), Source::Wait);
        assert_eq!(choose(|view| (view.holders, view.loaders) = (0, 1)), Source::Wait);
        assert_eq!(choose(|view| (view.holders, view.rank, view.waited) = (0, 1, s(3))), Source::Wait);
        assert_eq!(choose(|view| (view.holders, view.rank, view.waited) = (0, 1, s(4))), Source::Origin);
        assert_eq!(choose(|view| (view.holders, view.rank, view.waited) = (0, 2, s(4))), Source::Wait);
    }

    #[test]
    fn nobody_waits_past_the_last_moment_for_the_origin() {
        let mut dice = Dice::new(1);
        for _ in 0..50_000 {
            let view = any(&mut dice);
            if view.slack <= view.origin_last() {
                let source = choose_source(&view);
                assert_ne!(source, Source::Wait, "{view:?}");
                // Peers alone are trusted then only if they are in time, and the origin is far slower.
                let times = |factor| view.proven_expected.saturating_mul(factor);
                let is_trusted = times(2) <= view.slack && times(4) <= view.origin_expected;
                assert!(source != Source::Swarm || is_trusted, "{view:?}");
            }
        }
    }

    #[test]
    fn peers_are_asked_only_for_what_they_have_and_never_again_for_what_they_forged() {
        let mut dice = Dice::new(2);
        for _ in 0..50_000 {
            let view = any(&mut dice);
            let asks = matches!(choose_source(&view), Source::Swarm | Source::Both);
            assert!(!asks || (0 < view.holders && !view.is_doubtful), "{view:?}");
        }
    }

    #[test]
    fn less_time_never_leads_from_the_origin_back_to_waiting() {
        let mut dice = Dice::new(3);
        for _ in 0..5000 {
            let mut view = SourceView { holders: 0, swarm_expected: Duration::MAX, ..any(&mut dice) };
            let mut has_asked = false;
            for slack_ms in (0..40_000).rev().step_by(500) {
                view.slack = Duration::from_millis(slack_ms);
                let is_origin = choose_source(&view) == Source::Origin;
                assert!(is_origin || !has_asked, "{view:?}");
                has_asked = is_origin;
            }
            assert!(has_asked);
        }
    }

    #[test]
    fn of_those_who_start_together_one_asks_first_and_the_next_one_later() {
        let asks_after = |rank| {
            let asks = |waited: &u64| {
                let view = SourceView { rank, waited: s(*waited), holders: 0, slack: s(300), ..VIEW };
                choose_source(&view) == Source::Origin
            };
            (0..100).find(asks)
        };
        assert_eq!([0, 1, 2].map(asks_after), [Some(0), Some(4), Some(8)]);
    }

    #[test]
    fn a_fetch_for_later_never_takes_the_time_of_one_before_it() {
        let mut dice = Dice::new(4);
        let mut may = 0;
        for _ in 0..50_000 {
            let mut time = || Duration::from_millis(dice.roll(20_000));
            let (slack, without, takes, left) = (time(), time(), time(), time());
            let with = without + takes;
            if leaves_time(slack, without, with) && origin_last(without) <= slack {
                assert!(origin_last(with) <= slack, "{slack:?} {without:?} {takes:?}");
                assert!(!should_make_way(slack, with, left), "what was let begin is not stopped at once");
            }
            if can_go_beside(slack, left, takes) {
                may += 1;
                assert!(left < YIELD_MIN || left + left.min(takes) < slack, "{slack:?} {left:?} {takes:?}");
                assert!(can_go_beside(slack + s(1), left, takes), "more time forbids nothing");
            }
            let yields = should_yield(slack, left, takes);
            assert!(!yields || left + takes < slack, "there is time for another try");
            let gives_way = should_make_way(slack, with, left);
            assert!(!gives_way || slack < with, "nothing is stopped for what is in time anyway");
        }
        assert!(1000 < may);
    }

    #[test]
    fn a_race_is_run_only_while_someone_waits() {
        let race = Race { slack: s(1), origin_left: s(3), swarm_expected: s(2), is_asked: false };
        assert!(should_race(&race));
        assert!(!should_race(&Race { slack: s(5), ..race }));
        assert!(!should_race(&Race { swarm_expected: s(4), ..race }));
        assert!(should_race(&Race { swarm_expected: s(4), is_asked: true, ..race }));
        assert!(!should_race(&Race { swarm_expected: Duration::MAX, is_asked: true, ..race }));
    }
}
