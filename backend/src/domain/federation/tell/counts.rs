//! When views and thumbs of our videos are told: they change all the time, and each telling is a document for each server
//! that follows.

use std::collections::HashMap;
use std::time::Duration;

use shared::id::VideoId;
use shared::time::Instant;

use crate::domain::federation::video::is_published;
use crate::store::records::Video;

/// How often the counts of one video are told at most.
pub const COUNTED_EVERY: Duration = Duration::from_secs(60 * 60);
/// How often they are told at least while they change.
const TOLD_AT_LATEST: Duration = Duration::from_secs(24 * 60 * 60);
/// Fewer views more than one in so many are no news before that.
const NEWS_SHARE: u64 = 50;

/// What was last told of a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Told {
    views: u64,
    likes: u64,
    dislikes: u64,
    at: Option<Instant>,
}

/// What was last told of each video, since the start: about 50 bytes each.
#[derive(Clone, Default, Debug)]
pub struct Counts {
    told: HashMap<VideoId, Told>,
}

impl Counts {
    /// Of all videos those whose counts are to be told now. What was counted before the first call is taken for told: every
    /// other telling of a video says its counts, too.
    pub fn due<'v>(
        &mut self,
        now: Instant,
        with_unlisted: bool,
        all: impl Iterator<Item = &'v Video>,
    ) -> Vec<VideoId> {
        let mut due = Vec::new();
        let mut told = HashMap::with_capacity(self.told.len());
        for video in all.filter(|video| is_published(video, with_unlisted)) {
            let Video { id, views, likes, dislikes, .. } = *video;
            let now_told = Told { views, likes, dislikes, at: Some(now) };
            let last = match self.told.get(&id) {
                None => Told { at: None, ..now_told },
                Some(last) => {
                    let is_same = Told { at: last.at, ..now_told } == *last;
                    let is_news = last.views + last.views / NEWS_SHARE < views
                        || (last.likes, last.dislikes) != (likes, dislikes);
                    let wait = if is_news { COUNTED_EVERY } else { TOLD_AT_LATEST };
                    let is_early = last.at.is_some_and(|at| now.since(at) < wait);
                    if is_same || is_early {
                        *last
                    } else {
                        due.push(id);
                        now_told
                    }
                }
            };
            told.insert(id, last);
        }
        self.told = told;
        due
    }
}
