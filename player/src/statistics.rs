//! The figures behind a playing video, for the panel and for programs.
//!
//! Owns which figures there are. Never measures: the core counts, the element counts.

use std::time::Duration;

use js_sys::Object;
use player_core::stats::Stats;
use shared::hls::Resolution;

use crate::js;
use crate::locale::{Words, fill};
use crate::ui::{Row, Rule, Shared, bit_rate, bytes};

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

/// The lines of the panel.
pub fn rows(figures: &Figures, sharing: Option<Shared>, words: &Words) -> Vec<Row> {
    let size = |size: Resolution| [size.width.to_string(), size.height.to_string()].join("×");
    // Where it comes from and who learns of it comes first: small players show little more at once.
    let mut rows = Vec::new();
    if let Some(stats) = &figures.stream {
        rows.extend([
            (words.stat_sources, sources(stats, words)),
            (words.stat_peers, peers(stats, words)),
            (words.stat_passed, bytes(stats.bytes_to_peers)),
        ]);
    }
    if let Some(shared) = sharing {
        let sentence = match shared.rule {
            _ if shared.is_out_of_reach() => words.sharing_off,
            Rule::Nobody => words.sharing_off,
            Rule::Chosen => words.sharing_chosen,
            Rule::Many | Rule::Viewers if shared.is_cautious => words.sharing_chosen,
            Rule::Many => words.sharing_many,
            Rule::Viewers | Rule::Unsaid => words.sharing_on,
        };
        rows.push((words.stat_sharing, sentence.to_owned()));
    }
    rows.extend([
        (words.stat_picture, [&size(figures.picture), " → ", &size(figures.viewport)].concat()),
        (words.stat_frames, [figures.dropped.to_string(), figures.frames.to_string()].join(" / ")),
        (words.stat_buffer, seconds(figures.ahead)),
    ]);
    if let Some(first) = figures.first_frame {
        rows.push((
            words.stat_first_frame,
            [&crate::ui::whole(first.as_secs_f64() * 1000.0).to_string(), " ms"].concat(),
        ));
    }
    if let Some(stats) = &figures.stream {
        #[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
        let bandwidth = stats.bandwidth.map_or_else(|| "–".to_owned(), |bits| bit_rate(bits as f64));
        let checked = if stats.verified { stats.segments_appended } else { 0 };
        rows.extend([
            (words.stat_bandwidth, bandwidth),
            (words.stat_received, bytes(stats.bytes_fetched + stats.bytes_from_peers)),
            (words.stat_checked, [checked.to_string(), stats.bodies_forged.to_string()].join(" / ")),
            (words.stat_switches, stats.switches.to_string()),
            (words.stat_stalls, stats.stalls.to_string()),
        ]);
    }
    rows
}

/// The same as an object, in plain units: bytes, bits per second, seconds.
#[expect(clippy::cast_precision_loss, reason = "counts that fit a float long before they lose a digit")]
pub fn object(figures: &Figures) -> Object {
    let object = Object::new();
    let put = |name: &str, value: f64| js::set(&object, name, &value.into());
    put("width", f64::from(figures.picture.width));
    put("height", f64::from(figures.picture.height));
    put("frames", f64::from(figures.frames));
    put("droppedFrames", f64::from(figures.dropped));
    put("bufferedAhead", figures.ahead);
    if let Some(first) = figures.first_frame {
        put("firstFrame", first.as_secs_f64());
    }
    if let Some(stats) = &figures.stream {
        put("bandwidth", stats.bandwidth.unwrap_or(0) as f64);
        put("bytesFetched", stats.bytes_fetched as f64);
        put("bytesFromPeers", stats.bytes_from_peers as f64);
        put("bytesFromInstance", stats.bytes_from_instance as f64);
        put("bytesToPeers", stats.bytes_to_peers as f64);
        put("peersShunned", stats.peers_shunned as f64);
        js::set(&object, "peers", &u32::try_from(stats.peers).unwrap_or(u32::MAX).into());
        put("segmentsAppended", stats.segments_appended as f64);
        put("fetchesFailed", stats.fetches_failed as f64);
        put("fetchesAbandoned", stats.fetches_abandoned as f64);
        put("bodiesForged", stats.bodies_forged as f64);
        put("switches", stats.switches as f64);
        put("stalls", stats.stalls as f64);
        put("stalled", stats.stalled.as_secs_f64());
        js::set(&object, "verified", &stats.verified.into());
    }
    object
}

/// Where it came from, in percent that add up.
fn sources(stats: &Stats, words: &Words) -> String {
    let all = (stats.bytes_fetched + stats.bytes_from_peers).max(1);
    let instance = stats.bytes_from_instance * 100 / all;
    let viewers = stats.bytes_from_peers.saturating_sub(stats.bytes_from_instance) * 100 / all;
    let origin = 100 - viewers - instance;
    fill(words.sources, &[&viewers.to_string(), &instance.to_string(), &origin.to_string()])
}

/// How many peers, and whether the instance is one of them.
fn peers(stats: &Stats, words: &Words) -> String {
    let count = stats.peers.to_string();
    if stats.has_instance { fill(words.peers_with_instance, &[&count]) } else { count }
}

fn seconds(count: f64) -> String {
    let tenths = crate::ui::whole(count * 10.0);
    [&(tenths / 10).to_string(), ".", &(tenths % 10).to_string(), " s"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{ENGLISH, FRENCH};

    #[test]
    fn the_sources_add_up() {
        let stats = Stats {
            bytes_fetched: 1_000,
            bytes_from_peers: 2_000,
            bytes_from_instance: 500,
            peers: 3,
            has_instance: true,
            ..Stats::default()
        };
        assert_eq!(sources(&stats, &ENGLISH), "50 % viewers · 16 % instance as a peer · 34 % server");
        assert_eq!(
            sources(&Stats::default(), &FRENCH),
            "0 % spectateurs · 0 % instance comme pair · 100 % serveur"
        );
        assert_eq!(peers(&stats, &ENGLISH), "3, the instance among them");
        assert_eq!(peers(&Stats { has_instance: false, ..stats }, &FRENCH), "3");
    }
}
