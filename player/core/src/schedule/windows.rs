//! How far ahead to fetch, how many fetches at once, and how much to keep.
//!
//! One pure plan over a view. Never sees a fetch. The surprise is the first one: until there is a picture, and before
//! anyone presses play, only what that picture needs is fetched. What comes after it would take the processor from the
//! decoder that starts, and the pipe from nobody: a segment lasts longer than a decoder takes.

use std::time::Duration;

/// What we aim to have ahead: bridges a Wi-Fi that is gone for a while, without wasting much on who leaves.
const GOAL: Duration = Duration::from_secs(30);
/// With very high qualities, so many bytes ahead are enough. Chromium gives a picture's buffer 150 MB, Firefox 100 MB.
const GOAL_BYTES: u64 = 40 * 1024 * 1024;
/// However heavy the quality, less than this ahead would be no buffer.
const GOAL_MIN: Duration = Duration::from_secs(10);
/// When the browser says that it has enough. Not nothing: what it has may be of a quality that is not wanted any more.
const GOAL_ENOUGH: Duration = Duration::from_secs(5);
/// Before play was pressed, and before the first picture.
const GOAL_IDLE: Duration = Duration::from_secs(1);
/// With less than this in hand, the next segment gets the whole pipe.
const URGENT: Duration = Duration::from_secs(6);
/// What a browser's buffer may hold, with what lies behind: about half of what the smallest one can.
const KEEP_BYTES_VIDEO: u64 = 64 * 1024 * 1024;
/// Sound gets less: Chromium gives its buffer 12 MB.
const KEEP_BYTES_AUDIO: u64 = 8 * 1024 * 1024;

/// What the plan depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outlook {
    /// Play was pressed once.
    pub(crate) has_played: bool,
    /// There is a picture, or sound where there are no pictures.
    pub(crate) is_loaded: bool,
    /// In hand from the playhead on: appended, or waiting to be.
    pub(crate) ahead: Duration,
    /// Of the current quality, bits per second.
    pub(crate) bandwidth: u64,
    /// What quotas have left of the goal.
    pub(crate) goal_percent: u64,
    /// The track is sound apart.
    pub(crate) is_sound_apart: bool,
    /// The browser wants no more for now.
    pub(crate) has_enough: bool,
}

/// The plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Windows {
    /// Fetch what lies within so much from the playhead.
    pub(crate) goal: Duration,
    /// Segments of one track under way at once.
    pub(crate) fetches_max: usize,
    /// What the browser's buffer may hold.
    pub(crate) keep_bytes_max: u64,
}

/// How far to fetch one track, and how.
pub(crate) fn plan_windows(outlook: &Outlook) -> Windows {
    let affordable = Duration::from_secs(GOAL_BYTES.saturating_mul(8) / outlook.bandwidth.max(1));
    let full = if outlook.has_enough { GOAL_ENOUGH } else { GOAL.min(affordable).max(GOAL_MIN) };
    let goal = if outlook.has_played && outlook.is_loaded { full } else { GOAL_IDLE };
    let share = |whole: u64| whole * outlook.goal_percent / 100;
    Windows {
        goal: Duration::from_millis(share(u64::try_from(goal.as_millis()).unwrap_or(0))),
        fetches_max: if outlook.ahead < URGENT { 1 } else { 2 },
        keep_bytes_max: share(if outlook.is_sound_apart { KEEP_BYTES_AUDIO } else { KEEP_BYTES_VIDEO }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTLOOK: Outlook = Outlook {
        has_played: true,
        is_loaded: true,
        ahead: Duration::from_secs(8),
        bandwidth: 2_000_000,
        goal_percent: 100,
        is_sound_apart: false,
        has_enough: false,
    };

    #[test]
    fn before_play_and_before_the_first_picture_only_that_picture_is_fetched() {
        assert_eq!(plan_windows(&Outlook { has_played: false, ..OUTLOOK }).goal, GOAL_IDLE);
        assert_eq!(plan_windows(&Outlook { is_loaded: false, ..OUTLOOK }).goal, GOAL_IDLE);
        assert_eq!(plan_windows(&OUTLOOK).goal, GOAL);
    }

    #[test]
    fn heavy_qualities_and_small_browsers_shorten_the_goal() {
        let goal = |bandwidth, goal_percent| {
            plan_windows(&Outlook { bandwidth, goal_percent, ..OUTLOOK }).goal.as_secs()
        };
        assert_eq!(goal(20_000_000, 100), 16);
        assert_eq!(goal(90_000_000, 100), 10);
        assert_eq!(goal(2_000_000, 50), 15);
    }

    #[test]
    fn a_browser_that_has_enough_gets_little_more() {
        assert_eq!(plan_windows(&Outlook { has_enough: true, ..OUTLOOK }).goal, GOAL_ENOUGH);
    }

    #[test]
    fn an_urgent_segment_has_the_pipe_to_itself() {
        assert_eq!(plan_windows(&Outlook { ahead: Duration::ZERO, ..OUTLOOK }).fetches_max, 1);
        assert_eq!(plan_windows(&OUTLOOK).fetches_max, 2);
    }
}
