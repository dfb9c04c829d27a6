//! The segments of one playlist on media time.
//!
//! Owns where each segment lies, in time and on the network. Never knows what is buffered or fetched. The surprise is
//! that after a discontinuity the playlist's clock is the only one: see [`Slot::place`].

use std::sync::Arc;
use std::time::Duration;

use shared::hls::{ByteRange, Init, MediaPlaylist, PlaylistKind, join_url};

use crate::access::Access;
use crate::io::Span;

/// Longest body fetched: ten seconds at 70 Mbit/s. Bodies live in the browser's memory, a few at a time.
pub(crate) const BODY_BYTES_MAX: u64 = 96 * 1024 * 1024;

/// Some bytes on the network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Resource {
    /// Absolute, token included.
    pub(crate) url: Arc<str>,
    pub(crate) range: Option<ByteRange>,
}

/// One segment at its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Slot {
    pub(crate) span: Span,
    pub(crate) resource: Resource,
    /// Which of the timeline's init segments it needs.
    pub(crate) init: Option<usize>,
    /// After a discontinuity its own timestamps mean nothing, and it belongs here.
    pub(crate) place: Option<Duration>,
}

/// All segments of one playlist, in order, without holes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Timeline {
    slots: Vec<Slot>,
    inits: Vec<Resource>,
    /// More follows, and this is how soon to ask for it.
    grows_within: Option<Duration>,
}

/// How often a playlist that grows is asked for, whatever it says of its segments.
const GROWTH_INTERVAL_MIN: Duration = Duration::from_secs(1);
const GROWTH_INTERVAL_MAX: Duration = Duration::from_secs(10);

impl Timeline {
    /// Lays a playlist out, as fetched from `base`. None if it asks for a body too large to hold, or has none at all.
    pub(crate) fn of(playlist: &MediaPlaylist, base: &str, access: &Access) -> Option<Timeline> {
        let mut names = Names { base, access, last: None };
        // Only a list that is added to at its end keeps the numbers of its segments. Half of a segment's length is as
        // often as one may ask (RFC 8216 §6.3.4).
        let is_growing = playlist.kind == Some(PlaylistKind::Event) && !playlist.ended;
        let interval = (playlist.target_duration / 2).clamp(GROWTH_INTERVAL_MIN, GROWTH_INTERVAL_MAX);
        let mut timeline = Timeline {
            slots: Vec::with_capacity(playlist.segments.len()),
            inits: Vec::new(),
            grows_within: is_growing.then_some(interval),
        };
        let mut start = Duration::ZERO;
        let mut last_init: Option<&Init> = None;
        let mut is_continuous = true;
        for segment in &playlist.segments {
            if let Some(init) = segment.init.as_ref().filter(|init| Some(*init) != last_init) {
                last_init = Some(init);
                timeline.inits.push(names.resource(&init.uri, init.range)?);
            }
            let resource = names.resource(&segment.uri, segment.range)?;
            let span = Span { start, end: start + segment.duration };
            is_continuous &= !segment.discontinuity;
            timeline.slots.push(Slot {
                span,
                resource,
                init: segment.init.as_ref().and_then(|_| timeline.inits.len().checked_sub(1)),
                place: (!is_continuous).then_some(start),
            });
            start = span.end;
        }
        (!timeline.slots.is_empty()).then_some(timeline)
    }

    /// How many segments.
    pub(crate) fn count(&self) -> usize {
        self.slots.len()
    }

    /// How soon to ask for more; none when this is all.
    pub(crate) fn grows_within(&self) -> Option<Duration> {
        self.grows_within
    }

    /// The same, as if nothing followed.
    pub(crate) fn closed(mut self) -> Timeline {
        self.grows_within = None;
        self
    }

    /// The whole length.
    pub(crate) fn duration(&self) -> Duration {
        self.slots.last().map_or(Duration::ZERO, |slot| slot.span.end)
    }

    /// The segment that shows what comes at `at`; none at the end.
    pub(crate) fn next_after(&self, at: Duration) -> Option<usize> {
        let first = self.slots.partition_point(|slot| slot.span.end <= at);
        let after = self.slots.get(first..)?;
        after.iter().position(|slot| slot.span.outlasts(at)).map(|more| first + more)
    }

    /// How many bytes each segment is, 0 where the playlist does not say.
    pub(crate) fn lengths(&self) -> Vec<u64> {
        self.slots.iter().map(|slot| slot.resource.range.map_or(0, |range| range.len())).collect()
    }

    /// One segment.
    pub(crate) fn slot(&self, index: usize) -> Option<&Slot> {
        self.slots.get(index)
    }

    /// One init segment.
    pub(crate) fn init(&self, index: usize) -> Option<&Resource> {
        self.inits.get(index)
    }
}

/// Makes addresses absolute. Thousands of segments lie in one file and share its address.
struct Names<'a> {
    base: &'a str,
    access: &'a Access,
    last: Option<(Arc<str>, Arc<str>)>,
}

impl Names<'_> {
    fn resource(&mut self, uri: &Arc<str>, range: Option<ByteRange>) -> Option<Resource> {
        if range.is_some_and(|range| BODY_BYTES_MAX < range.len()) {
            return None;
        }
        let url = match &self.last {
            Some((known, url)) if known == uri => url.clone(),
            _ => Arc::from(self.access.address(&join_url(self.base, uri))),
        };
        self.last = Some((uri.clone(), url.clone()));
        Some(Resource { url, range })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::span;

    fn timeline(text: &str) -> Option<Timeline> {
        let playlist = shared::hls::parse_media(text).unwrap();
        Timeline::of(&playlist, "https://a.test/hls/u-480.m3u8", &Access::default())
    }

    #[test]
    fn a_captured_playlist_lies_on_media_time() {
        let text = include_str!("../../../tests/vectors/hls/peertube-6.3-media-480.m3u8");
        let timeline = timeline(text).unwrap();
        assert_eq!(timeline.duration(), Duration::from_micros(30_033_333));
        let slot = timeline.slot(1).unwrap();
        assert_eq!(slot.span, span(4000, 8000));
        assert_eq!(
            &*slot.resource.url,
            "https://a.test/hls/7085b192-8f45-4913-953f-1c668f8246f6-480-fragmented.mp4"
        );
        assert_eq!(slot.resource.range, ByteRange::new(385_664, 402_188));
        assert_eq!((slot.init, slot.place), (Some(0), None));
        assert_eq!(timeline.init(0).unwrap().range, ByteRange::new(0, 1357));
    }

    #[test]
    fn a_moment_finds_its_segment() {
        let timeline =
            timeline("#EXTM3U\n#EXTINF:4,\na\n#EXTINF:4,\nb\n#EXTINF:0,\nc\n#EXTINF:.03,\nd\n").unwrap();
        let next = |ms| timeline.next_after(Duration::from_millis(ms));
        assert_eq!(next(0), Some(0));
        assert_eq!(next(3899), Some(0));
        assert_eq!(next(3999), Some(1));
        assert_eq!(next(4000), Some(1));
        assert_eq!(next(8000), Some(3));
        assert_eq!(next(8030), None);
        assert_eq!(next(99_000), None);
    }

    #[test]
    fn a_changed_init_segment_and_a_discontinuity_hold_from_there_on() {
        let timeline = timeline(
            "#EXTM3U\n#EXT-X-MAP:URI=\"i\"\n#EXTINF:4,\na\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"j\"\n\
             #EXTINF:4,\nb\n#EXTINF:4,\nc\n",
        )
        .unwrap();
        let found: Vec<_> = timeline.slots.iter().map(|slot| (slot.init, slot.place)).collect();
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(found, [(Some(0), None), (Some(1), seconds(4)), (Some(1), seconds(8))]);
    }

    #[test]
    fn a_playlist_without_segments_or_with_a_monster_is_refused() {
        assert_eq!(timeline("#EXTM3U\n#EXT-X-TARGETDURATION:4\n"), None);
        assert_eq!(timeline("#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:9999999999@0\na\n"), None);
    }
}
