//! What the media element says of itself, as plain data.

use crate::ui::text::within;

/// What the media element says of itself.
#[derive(Clone, PartialEq, Debug)]
pub struct Media {
    /// Seconds.
    pub time: f64,
    /// Seconds; zero while unknown, infinity for a live stream.
    pub duration: f64,
    pub paused: bool,
    pub ended: bool,
    /// Whether it wants to play and has nothing to play.
    pub starved: bool,
    /// 0 to 1.
    pub volume: f64,
    pub muted: bool,
    pub rate: f64,
    pub looping: bool,
    /// Start and end of each buffered stretch, in seconds.
    pub buffered: Vec<(f64, f64)>,
}

impl Default for Media {
    fn default() -> Media {
        Media {
            time: 0.0,
            duration: 0.0,
            paused: true,
            ended: false,
            starved: false,
            volume: 1.0,
            muted: false,
            rate: 1.0,
            looping: false,
            buffered: Vec::new(),
        }
    }
}

impl Media {
    /// Whether this position can be shown without a fetch.
    pub fn has(&self, seconds: f64) -> bool {
        self.buffered.iter().any(|&(start, end)| start <= seconds && seconds < end)
    }

    /// A position as a fraction of the whole.
    pub fn fraction(&self, seconds: f64) -> f64 {
        if self.has_length() { within(seconds / self.duration, 0.0, 1.0) } else { 0.0 }
    }

    /// Whether it has a beginning and an end that are known.
    pub fn has_length(&self) -> bool {
        0.0 < self.duration && self.duration.is_finite()
    }
}
