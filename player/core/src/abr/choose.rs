//! Which variant to fetch next: one pure choice over a view of how things are.
//!
//! Owns the thresholds. The surprise is the asymmetry: going up needs room to spare, staying needs less the fuller the
//! buffer is, so that a network near a threshold does not make the picture flicker between two qualities.

use std::time::Duration;

use shared::hls::Resolution;

use crate::io::Quality;

/// The first segment should be here after this, whatever quality that means.
const STARTUP_FETCH: Duration = Duration::from_millis(500);
/// And the first one after a seek after this: by then the viewer knows how good the picture can be.
const SEEK_FETCH: Duration = Duration::from_secs(1);
/// How long a segment usually is: ours, PeerTube's.
const SEGMENT_USUAL: Duration = Duration::from_secs(4);
/// Going up, a variant may take this part of the bandwidth, in percent.
const UP_PERCENT: u64 = 75;
/// Staying, it may take this part with an ordinary buffer …
const STAY_PERCENT: u64 = 90;
/// … and this with a full one, since the buffer can bridge a bad minute.
const STAY_FULL_PERCENT: u64 = 115;
/// A buffer that can bridge.
const FULL: Duration = Duration::from_secs(15);
/// With less than this, going up is a gamble (except from the very first segment, which was chosen to be small).
const UP_AHEAD_MIN: Duration = Duration::from_secs(3);

/// One variant as the choice sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    /// Lines, as people name it.
    pub(crate) height: u32,
    pub(crate) resolution: Option<Resolution>,
    /// Peak bits per second, never 0.
    pub(crate) bandwidth: u64,
    /// Fails for now, or for ever.
    pub(crate) is_banned: bool,
}

/// Everything the choice depends on. Levels are in order of bandwidth, and there is at least one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) levels: &'a [Level],
    /// Of the segment fetched before; none at the very beginning.
    pub(crate) current: Option<usize>,
    pub(crate) quality: Quality,
    pub(crate) viewport: Option<Resolution>,
    /// Bits per second.
    pub(crate) estimate: Option<u64>,
    /// What is in hand from the playhead on.
    pub(crate) ahead: Duration,
    /// A seek waits for the next segment.
    pub(crate) is_awaited: bool,
    /// In percent of normal speed; playing faster takes more.
    pub(crate) rate_percent: u64,
    /// The highest level after a fetch at the next one was abandoned.
    pub(crate) ceiling: Option<usize>,
}

/// The level for the next segment.
pub(crate) fn choose(view: &View<'_>) -> usize {
    match view.quality {
        Quality::Height(height) => choose_by_height(view.levels, height),
        Quality::Auto => choose_automatically(view),
    }
}

/// The best level of that height, or else the nearest below, or else the lowest.
fn choose_by_height(levels: &[Level], height: u32) -> usize {
    let fitting = usable(levels).rfind(|(_, level)| level.height <= height);
    fitting.or_else(|| usable(levels).next()).map_or(0, |(at, _)| at)
}

fn choose_automatically(view: &View<'_>) -> usize {
    let top = highest_worth(view.levels, view.viewport).min(view.ceiling.unwrap_or(usize::MAX));
    let within = |bandwidth_max: u64| {
        let fits = |level: &Level| level.bandwidth.saturating_mul(view.rate_percent) / 100 <= bandwidth_max;
        usable(view.levels).rfind(|(at, level)| *at <= top && fits(level)).map(|(at, _)| at)
    };
    let lowest = usable(view.levels).next().map_or(0, |(at, _)| at);
    let current_usable = view.current.filter(|at| view.levels.get(*at).is_some_and(|level| !level.is_banned));
    let Some(estimate) = view.estimate else {
        return current_usable.filter(|at| *at <= top).unwrap_or(lowest);
    };
    let share = |percent: u64| estimate.saturating_mul(percent) / 100;
    let arriving_in = |span: Duration| {
        within(estimate.saturating_mul(milliseconds(span)) / milliseconds(SEGMENT_USUAL)).unwrap_or(lowest)
    };
    let Some(current) = view.current else { return arriving_in(STARTUP_FETCH) };
    if view.is_awaited && view.ahead == Duration::ZERO {
        return arriving_in(SEEK_FETCH);
    }
    let stay = if FULL <= view.ahead { STAY_FULL_PERCENT } else { STAY_PERCENT };
    let affordable = within(share(stay)).unwrap_or(lowest);
    let comfortable = within(share(UP_PERCENT)).unwrap_or(lowest);
    if affordable < current {
        affordable
    } else if current < comfortable && UP_AHEAD_MIN <= view.ahead {
        comfortable
    } else if current_usable.is_none() || top < current {
        affordable
    } else {
        current
    }
}

fn milliseconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn usable(levels: &[Level]) -> impl DoubleEndedIterator<Item = (usize, &Level)> {
    let is_all_banned = levels.iter().all(|level| level.is_banned);
    levels.iter().enumerate().filter(move |(_, level)| is_all_banned || !level.is_banned)
}

/// The first level that fills the player; what is above it would only be scaled down.
fn highest_worth(levels: &[Level], viewport: Option<Resolution>) -> usize {
    let Some(viewport) = viewport else { return usize::MAX };
    let fills = |level: &Level| {
        // A tenth is not seen, and players are rarely exactly of a video's size.
        let enough = |have: u32, want: u32| u64::from(want) * 9 <= u64::from(have) * 10;
        level.resolution.is_some_and(|picture| {
            enough(picture.width, viewport.width) || enough(picture.height, viewport.height)
        })
    };
    usable(levels).find(|(_, level)| fills(level)).map_or(usize::MAX, |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    const LADDER: [(u32, u64); 5] =
        [(240, 400_000), (360, 800_000), (480, 1_400_000), (720, 2_800_000), (1080, 5_600_000)];

    fn ladder() -> Vec<Level> {
        let level = |(height, bandwidth)| Level {
            height,
            resolution: Some(Resolution { width: height * 16 / 9, height }),
            bandwidth,
            is_banned: false,
        };
        LADDER.map(level).to_vec()
    }

    fn view(levels: &[Level]) -> View<'_> {
        View {
            levels,
            current: Some(2),
            quality: Quality::Auto,
            viewport: None,
            estimate: Some(2_000_000),
            ahead: Duration::from_secs(10),
            is_awaited: false,
            rate_percent: 100,
            ceiling: None,
        }
    }

    #[test]
    fn the_first_segment_is_the_best_that_comes_at_once() {
        let levels = ladder();
        let first = |estimate| choose(&View { current: None, estimate, ..view(&levels) });
        assert_eq!(first(None), 0);
        assert_eq!(first(Some(1_000_000)), 0);
        assert_eq!(first(Some(12_000_000)), 2);
        assert_eq!(first(Some(100_000_000)), 4);
    }

    #[test]
    fn after_a_seek_the_next_segment_comes_soon_rather_than_well() {
        let levels = ladder();
        let next = |ahead| {
            let estimate = Some(6_000_000);
            choose(&View { is_awaited: true, ahead, estimate, current: Some(3), ..view(&levels) })
        };
        assert_eq!((next(Duration::ZERO), next(Duration::from_secs(4))), (2, 3));
    }

    #[test]
    fn going_up_needs_room_to_spare_and_something_in_hand() {
        let levels = ladder();
        let next = |estimate, ahead_s| {
            let ahead = Duration::from_secs(ahead_s);
            choose(&View { estimate: Some(estimate), ahead, ..view(&levels) })
        };
        assert_eq!(next(2_900_000, 10), 2);
        assert_eq!(next(3_800_000, 10), 3);
        assert_eq!(next(3_800_000, 1), 2);
        assert_eq!(next(50_000_000, 10), 4);
    }

    #[test]
    fn a_full_buffer_bridges_what_an_ordinary_one_cannot() {
        let levels = ladder();
        let next = |ahead_s| {
            choose(&View { estimate: Some(1_300_000), ahead: Duration::from_secs(ahead_s), ..view(&levels) })
        };
        assert_eq!(next(20), 2);
        assert_eq!(next(5), 1);
    }

    #[test]
    fn a_network_between_two_thresholds_does_not_flicker() {
        let levels = ladder();
        for estimate in (300_000..9_000_000).step_by(50_000) {
            let mut current = 2;
            let mut seen = Vec::new();
            for _ in 0..10 {
                current = choose(&View { current: Some(current), estimate: Some(estimate), ..view(&levels) });
                seen.push(current);
            }
            assert!(seen[1..].iter().all(|level| *level == seen[1]), "{estimate}: {seen:?}");
        }
    }

    #[test]
    fn a_small_player_is_not_sent_a_large_picture() {
        let levels = ladder();
        let next = |width, height| {
            let viewport = Some(Resolution { width, height });
            choose(&View { viewport, estimate: Some(90_000_000), ..view(&levels) })
        };
        assert_eq!(next(320, 180), 0);
        assert_eq!(next(640, 360), 1);
        assert_eq!(next(700, 390), 1);
        assert_eq!(next(900, 2000), 2);
        assert_eq!(next(1000, 2000), 3);
        assert_eq!(next(3840, 2160), 4);
    }

    #[test]
    fn playing_at_double_speed_takes_double() {
        let levels = ladder();
        let next = |rate_percent| choose(&View { rate_percent, estimate: Some(4_000_000), ..view(&levels) });
        assert_eq!((next(100), next(200)), (3, 2));
    }

    #[test]
    fn a_person_gets_the_height_they_chose_or_the_nearest_below() {
        let mut levels = ladder();
        let by =
            |levels: &[Level], height| choose(&View { quality: Quality::Height(height), ..view(levels) });
        assert_eq!(by(&levels, 720), 3);
        assert_eq!(by(&levels, 1000), 3);
        assert_eq!(by(&levels, 100), 0);
        levels[3].is_banned = true;
        assert_eq!(by(&levels, 720), 2);
    }

    #[test]
    fn whatever_happens_a_banned_level_is_taken_only_when_all_are() {
        for seed in 0..2000 {
            let mut dice = Dice::new(seed);
            let mut levels = ladder();
            for level in &mut levels {
                level.is_banned = dice.roll(2) == 0;
            }
            let current = (dice.roll(2) == 0).then(|| usize::try_from(dice.roll(5)).unwrap());
            let ceiling = (dice.roll(4) == 0).then(|| usize::try_from(dice.roll(5)).unwrap());
            let quality = if dice.roll(3) == 0 {
                Quality::Height(u32::try_from(dice.roll(1200)).unwrap())
            } else {
                Quality::Auto
            };
            let estimate = (dice.roll(3) != 0).then(|| dice.roll(9_000_000));
            let ahead = Duration::from_secs(dice.roll(30));
            let chosen = choose(&View { current, ceiling, quality, estimate, ahead, ..view(&levels) });
            let is_all_banned = levels.iter().all(|level| level.is_banned);
            assert!(is_all_banned || !levels[chosen].is_banned, "seed {seed}");
        }
    }
}
