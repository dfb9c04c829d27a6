//! The view reports of PeerTube's API: where the viewer is, every few seconds of watching, and each jump.
//!
//! Owns when a report is due, without a clock of its own. Never sends: the shell does. An instance counts a view from
//! these, so a paused or starved video reports nothing.

use std::time::Duration;

use shared::time::Instant;

/// PeerTube's clients report every 5 s.
const INTERVAL: Duration = Duration::from_secs(5);
/// A dragged position jumps many times; one report says enough.
const SEEK_INTERVAL: Duration = Duration::from_secs(1);

/// What to report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Report {
    Watching,
    Seek,
}

/// When the next report is due.
#[derive(Default)]
pub struct Views {
    last: Option<Instant>,
    last_seek: Option<Instant>,
}

impl Views {
    /// Playback goes on.
    pub fn watching(&mut self, now: Instant) -> Option<Report> {
        let due = self.last.is_none_or(|last| INTERVAL <= now.since(last));
        if due {
            self.last = Some(now);
        }
        due.then_some(Report::Watching)
    }

    /// The viewer jumped; jumps before playback began are part of opening the video.
    pub fn seeked(&mut self, now: Instant) -> Option<Report> {
        self.last?;
        let due = self.last_seek.is_none_or(|last| SEEK_INTERVAL <= now.since(last));
        if due {
            self.last_seek = Some(now);
        }
        due.then_some(Report::Seek)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant(seconds * 1_000_000)
    }

    #[test]
    fn watching_reports_at_once_and_then_every_five_seconds() {
        let mut views = Views::default();
        let due: Vec<u64> = (0..12).filter(|&second| views.watching(at(second)).is_some()).collect();
        assert_eq!(due, [0, 5, 10]);
    }

    #[test]
    fn jumps_are_reported_once_a_second_and_only_while_watching() {
        let mut views = Views::default();
        assert_eq!(views.seeked(at(0)), None);
        views.watching(at(0));
        assert_eq!(views.seeked(at(1)), Some(Report::Seek));
        assert_eq!(views.seeked(Instant(1_500_000)), None);
        assert_eq!(views.seeked(at(2)), Some(Report::Seek));
    }
}
