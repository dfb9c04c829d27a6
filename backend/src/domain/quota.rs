//! How much a user may keep here.
//!
//! Owns the sum and the comparison. A video weighs what its files weigh: its renditions, and its source as long as
//! that is all there is, so that an upload counts from its last byte on. Its captions count beside both, and so do a source
//! that is kept for good and a file that is to replace it.

use std::time::Duration;

use shared::time::Timestamp;

use crate::store::records::{User, Video};

/// The daily quota looks this far back.
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a user's videos weigh.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Used {
    /// All of them.
    pub total: u64,
    /// Those of the last 24 hours.
    pub daily: u64,
}

impl Used {
    /// Adds one video.
    pub fn add(&mut self, video: &Video, now: Timestamp) {
        self.add_bytes(weight(video), video.created_at, now);
    }

    /// Adds bytes that came at `since`.
    pub fn add_bytes(&mut self, bytes: u64, since: Timestamp, now: Timestamp) {
        self.total = self.total.saturating_add(bytes);
        if now.since(since) < DAY {
            self.daily = self.daily.saturating_add(bytes);
        }
    }
}

/// What a video's files weigh.
#[must_use]
pub fn weight(video: &Video) -> u64 {
    let renditions = video.playlist.iter().flat_map(|playlist| &playlist.renditions);
    let captions: u64 = video.captions.iter().map(|caption| caption.bytes).sum();
    let streams = match renditions.map(|rendition| rendition.bytes).sum() {
        0 => video.source.bytes,
        renditions => renditions,
    };
    let kept = if video.source_kept { video.source.bytes } else { 0 };
    let next = video.replacement.as_ref().map_or(0, |replacement| replacement.source.bytes);
    streams.saturating_add(captions).saturating_add(kept).saturating_add(next)
}

/// Bytes that still fit; none where there is no bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Room {
    /// In all.
    pub total: Option<u64>,
    /// Today.
    pub daily: Option<u64>,
}

/// Which quota is too small.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Over {
    /// The one for everything.
    Total,
    /// The one for 24 hours.
    Daily,
}

impl Room {
    /// What is left to a user.
    #[must_use]
    pub fn of(user: &User, used: Used) -> Room {
        Room {
            total: user.video_quota.map(|quota| quota.saturating_sub(used.total)),
            daily: user.video_quota_daily.map(|quota| quota.saturating_sub(used.daily)),
        }
    }

    /// Whether `bytes` more fit.
    ///
    /// # Errors
    /// The quota that is too small.
    pub fn holds(&self, bytes: u64) -> Result<(), Over> {
        let fits = |room: Option<u64>| room.is_none_or(|room| bytes <= room);
        match (fits(self.total), fits(self.daily)) {
            (true, true) => Ok(()),
            (false, _) => Err(Over::Total),
            (true, false) => Err(Over::Daily),
        }
    }

    /// What fits into one or the other.
    #[must_use]
    pub fn or(self, other: Room) -> Room {
        let wider = |one: Option<u64>, other: Option<u64>| Some(one?.max(other?));
        Room { total: wider(self.total, other.total), daily: wider(self.daily, other.daily) }
    }

    /// The most that fits; none where there is no bound.
    #[must_use]
    pub fn bytes_max(&self) -> Option<u64> {
        match (self.total, self.daily) {
            (Some(total), Some(daily)) => Some(total.min(daily)),
            (bound, None) | (None, bound) => bound,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::video::tests::video;
    use crate::store::records::{Caption, Playlist, Rendition, Replacement, Source};

    fn rendition(bytes: u64) -> Rendition {
        Rendition {
            file: shared::id::FileId(1),
            playlist_name: String::new(),
            file_name: String::new(),
            width: 0,
            height: 0,
            fps: 0,
            bytes,
            bandwidth: 0,
            bandwidth_average: 0,
            codecs: String::new(),
            channels: 0,
            has_audio: true,
            has_video: true,
            torrent: None,
        }
    }

    #[test]
    fn a_video_weighs_its_renditions_and_before_them_its_source() {
        let mut video = video(1);
        assert_eq!(weight(&video), 1000);
        let renditions = vec![rendition(700), rendition(20)];
        video.playlist = Some(Playlist { id: 1, master: String::new(), digests: String::new(), renditions });
        assert_eq!(weight(&video), 720);
        let caption = |bytes| Caption {
            language: "fr".into(),
            file_name: String::new(),
            automatic: false,
            bytes,
            updated_at: Timestamp(0),
        };
        video.captions = vec![caption(9), caption(30)];
        assert_eq!(weight(&video), 759, "and its captions");
        video.source_kept = true;
        assert_eq!(weight(&video), 1759, "and the file it was made of");
        let source = Source { bytes: 20, ..video.source.clone() };
        video.replacement =
            video.facts.clone().map(|facts| Replacement { source, facts, since: Timestamp(0) });
        assert_eq!(weight(&video), 1779, "and the file that is to replace it");
    }

    #[test]
    fn only_the_last_day_counts_for_the_daily_quota() {
        let mut used = Used::default();
        let now = Timestamp(1000).after(DAY);
        used.add(&video(1), now);
        used.add_bytes(5, Timestamp(1001), now);
        assert_eq!(used, Used { total: 1005, daily: 5 });
    }

    #[test]
    fn room_ends_at_the_smaller_quota() {
        let room = Room { total: Some(10), daily: Some(4) };
        assert_eq!(
            (room.holds(4), room.holds(5), room.holds(11)),
            (Ok(()), Err(Over::Daily), Err(Over::Total))
        );
        assert_eq!(room.bytes_max(), Some(4));
        let endless = Room { total: None, daily: None };
        assert_eq!((endless.holds(u64::MAX), endless.bytes_max()), (Ok(()), None));
        assert_eq!(Room { total: None, daily: Some(3) }.bytes_max(), Some(3));
        assert_eq!(endless.or(Room { total: Some(1), daily: Some(2) }), endless);
        let (one, other) = (Room { total: Some(1), daily: Some(9) }, Room { total: Some(4), daily: Some(2) });
        assert_eq!(one.or(other), Room { total: Some(4), daily: Some(9) });
    }
}
