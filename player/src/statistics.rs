//! The figures behind a playing video, for the panel and for programs.
//!
//! Owns which figures there are. Never measures: the core counts, the element counts.

use std::time::Duration;

use js_sys::Object;
use player_core::stats::Stats;
use shared::hls::Resolution;

use crate::js;
use crate::locale::Words;
use crate::ui::{Row, bit_rate, bytes};

/// Everything there is to tell at one moment.
pub struct Figures {
    /// Pixels of the picture itself.
    pub picture: Resolution,
    /// Pixels of the player on the screen.
    pub viewport: Resolution,
    /// Frames decoded so far.
    pub frames: u32,
    /// Frames that came too late to be shown.
    pub dropped: u32,
    /// Seconds buffered ahead.
    pub ahead: f64,
    /// From the mount to the first frame.
    pub first_frame: Option<Duration>,
    /// None where the browser plays alone.
    pub stream: Option<Stats>,
}
