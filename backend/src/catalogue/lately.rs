//! Views of the last days, by which trending lists are sorted.

use std::collections::HashMap;

use shared::id::VideoId;
use shared::time::Timestamp;

/// How many days count as lately, today among them (PeerTube's week).
pub const DAYS_KEPT: i64 = 7;

const DAY_MS: i64 = 86_400_000;

/// The first moment of a date's day.
#[must_use]
pub fn day_of(date: Timestamp) -> Timestamp {
    Timestamp(date.0 - date.0.rem_euclid(DAY_MS))
}

/// Views by video and day.
#[derive(Default)]
pub(super) struct Lately {
    days: HashMap<VideoId, HashMap<Timestamp, u64>>,
}

impl Lately {
    pub(super) fn set(&mut self, video: VideoId, day: Timestamp, views: Option<u64>) {
        let days = self.days.entry(video).or_default();
        match views {
            Some(views) => days.insert(day, views),
            None => days.remove(&day),
        };
    }

    pub(super) fn sum(&self, video: VideoId) -> u64 {
        self.days.get(&video).map_or(0, |days| days.values().sum())
    }

    pub(super) fn forget(&mut self, video: VideoId) {
        self.days.remove(&video);
    }

    /// Forgets what is older than lately. Gives the videos that lost views by it.
    pub(super) fn begin_day(&mut self, now: Timestamp) -> Vec<VideoId> {
        let first = Timestamp(day_of(now).0 - (DAYS_KEPT - 1) * DAY_MS);
        let mut changed = Vec::new();
        self.days.retain(|video, days| {
            let before = days.len();
            days.retain(|day, _| first <= *day);
            if days.len() < before {
                changed.push(*video);
            }
            !days.is_empty()
        });
        changed
    }
}
