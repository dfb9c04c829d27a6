//! The films of the simulator: what lies on the server, by name and by size.

use std::time::Duration;

use shared::digests::Digests;
use shared::hls::{
    ByteRange, FrameRate, Init, MediaPlaylist, Multivariant, PlaylistKind, Rendition, RenditionKind,
    Resolution, Segment, Variant,
};
use shared::id::Digest;
use shared::time::Instant;

use crate::io::Span;

pub(super) const HOME: &str = "https://films.test/hls/";
const INIT_BYTES: u64 = 1000;
pub(super) const SOUND: u32 = 0;

/// One film in all its qualities.
#[derive(Clone, Debug)]
pub(super) struct Film {
    /// Lines and bits per second, in the order of the master playlist.
    pub(super) qualities: Vec<(u32, u64)>,
    /// The sound is a rendition of its own, of 128 kbit/s.
    pub(super) has_sound_apart: bool,
    pub(super) segments: usize,
    pub(super) segment: Duration,
    pub(super) last_segment: Duration,
    /// The picture begins that much after the playlist says so.
    pub(super) shift: Duration,
    pub(super) names_codecs: bool,
    /// Every segment has an init segment of its own.
    pub(super) has_many_inits: bool,
    /// Timestamps begin anew at this segment.
    pub(super) discontinuity: Option<usize>,
    pub(super) codecs: &'static str,
    /// It is watched while it is being made.
    pub(super) growth: Option<Growth>,
}

/// How a film comes into being.
#[derive(Clone, Copy, Debug)]
pub(super) struct Growth {
    /// Segments there are from the first moment on.
    pub(super) first: usize,
    /// How long each of the others takes.
    pub(super) each: Duration,
}

/// Some bytes of the film, as a server would send them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Bytes {
    Init(u32),
    Segment(u32, usize),
}

/// What the server has at an address.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Found {
    Text(String),
    Media(Bytes, u64),
}

impl Film {
    /// A minute in three qualities with sound apart, as we make them.
    pub(super) fn usual() -> Film {
        Film {
            qualities: vec![(720, 2_500_000), (480, 1_200_000), (240, 400_000)],
            has_sound_apart: true,
            segments: 15,
            segment: Duration::from_secs(4),
            last_segment: Duration::from_millis(2033),
            shift: Duration::ZERO,
            names_codecs: true,
            has_many_inits: false,
            discontinuity: None,
            codecs: "avc1.64001f,mp4a.40.2",
            growth: None,
        }
    }

    /// As PeerTube makes them: sound in every file, the picture shifted by an edit list.
    pub(super) fn muxed() -> Film {
        Film { has_sound_apart: false, shift: Duration::from_millis(67), ..Film::usual() }
    }

    /// Of one segment, by the playlist.
    pub(super) fn span(&self, index: usize) -> Span {
        let start = self.segment * u32::try_from(index).unwrap();
        let is_last = index + 1 == self.segments;
        Span { start, end: start + if is_last { self.last_segment } else { self.segment } }
    }

    /// Where a body must be put, if its own timestamps are wrong.
    pub(super) fn place(&self, bytes: Bytes) -> Option<Duration> {
        match bytes {
            Bytes::Init(_) => None,
            Bytes::Segment(_, index) => {
                self.discontinuity.filter(|first| *first <= index).map(|_| self.span(index).start)
            }
        }
    }

    fn bytes_per_second(&self, height: u32) -> u64 {
        let quality = self.qualities.iter().find(|(lines, _)| *lines == height);
        quality.map_or(128_000, |(_, bandwidth)| *bandwidth) / 8
    }

    /// Of all segments of a quality. Sizes vary from half to all of the peak, as they do.
    fn ranges(&self, height: u32) -> Vec<ByteRange> {
        let mut offset = INIT_BYTES;
        let range = |index: usize| {
            let milliseconds = u64::try_from(self.span(index).length().as_millis()).unwrap();
            let size =
                self.bytes_per_second(height) * milliseconds / 1000 * [70, 100, 50, 90][index % 4] / 100;
            offset += size;
            ByteRange::new(offset - size, size).unwrap()
        };
        (0..self.segments).map(range).collect()
    }

    fn file(height: u32) -> String {
        format!("u-{height}-fragmented.mp4")
    }

    fn heights(&self) -> impl Iterator<Item = u32> {
        let sound = self.has_sound_apart.then_some(SOUND);
        self.qualities.iter().map(|(height, _)| *height).chain(sound)
    }

    fn master(&self) -> String {
        let codecs = || self.names_codecs.then(|| self.codecs.to_owned());
        let is_seen = self.codecs.contains("avc1");
        let variant = |(height, bandwidth): &(u32, u64)| Variant {
            uri: format!("u-{height}.m3u8"),
            bandwidth: *bandwidth,
            resolution: is_seen.then_some(Resolution { width: height * 16 / 9, height: *height }),
            frame_rate: Some(FrameRate(30_000)),
            codecs: codecs(),
            audio: self.has_sound_apart.then(|| "audio".to_owned()),
            ..Variant::default()
        };
        let sound = Rendition {
            kind: RenditionKind::Audio,
            group: "audio".into(),
            name: "Sound".into(),
            language: None,
            uri: Some("u-0.m3u8".into()),
            default: true,
            autoselect: true,
            forced: false,
            channels: None,
        };
        let renditions = if self.has_sound_apart { vec![sound] } else { Vec::new() };
        let variants = self.qualities.iter().map(variant).collect();
        Multivariant { version: Some(7), independent_segments: true, renditions, variants }.to_string()
    }

    /// How many segments there are.
    fn made(&self, now: Instant) -> usize {
        let Some(Growth { first, each }) = self.growth else { return self.segments };
        let later = now.since(Instant::ZERO).as_millis() / each.as_millis();
        self.segments.min(first + usize::try_from(later).unwrap())
    }

    fn media(&self, height: u32, made: usize) -> String {
        let uri: std::sync::Arc<str> = Film::file(height).into();
        let init = |index| {
            let uri = if self.has_many_inits { format!("{uri}?init={index}").into() } else { uri.clone() };
            Init { uri, range: ByteRange::new(0, INIT_BYTES) }
        };
        let segment = |(index, range)| Segment {
            uri: uri.clone(),
            range: Some(range),
            duration: self.span(index).length(),
            init: Some(init(index)),
            discontinuity: self.discontinuity == Some(index),
        };
        let is_whole = made == self.segments;
        MediaPlaylist {
            target_duration: self.segment,
            kind: Some(if is_whole { PlaylistKind::Vod } else { PlaylistKind::Event }),
            ended: is_whole,
            segments: self.ranges(height).into_iter().enumerate().take(made).map(segment).collect(),
            ..MediaPlaylist::default()
        }
        .to_string()
    }

    fn digests(&self, made: usize) -> String {
        let mut digests = Digests::default();
        for height in self.heights() {
            for (index, range) in self.ranges(height).into_iter().enumerate().take(made) {
                let digest = digest(Bytes::Segment(height, index), false);
                digests.insert(&Film::file(height), range, digest);
            }
        }
        digests.to_string()
    }

    /// What lies at a name, or a part of it.
    pub(super) fn find(&self, name: &str, range: Option<ByteRange>, now: Instant) -> Option<Found> {
        let made = self.made(now);
        if name == "u-master.m3u8" {
            return Some(Found::Text(self.master()));
        }
        if name == "u-segments-sha256.json" {
            return Some(Found::Text(self.digests(made)));
        }
        let height = self.heights().find(|height| name.starts_with(&format!("u-{height}")))?;
        if name.ends_with(".m3u8") {
            return Some(Found::Text(self.media(height, made)));
        }
        let range = range?;
        if range.offset() == 0 {
            return Some(Found::Media(Bytes::Init(height), INIT_BYTES));
        }
        let index =
            self.ranges(height).iter().position(|known| *known == range).filter(|index| *index < made)?;
        Some(Found::Media(Bytes::Segment(height, index), range.len()))
    }
}

/// The SHA-256 of some bytes, so to speak.
pub(super) fn digest(bytes: Bytes, is_forged: bool) -> Digest {
    let (kind, height, index) = match bytes {
        Bytes::Init(height) => (1, height, 0),
        Bytes::Segment(height, index) => (2, height, index),
    };
    let mut digest = [0; 32];
    digest[0] = kind + 10 * u8::from(is_forged);
    digest[4..8].copy_from_slice(&height.to_be_bytes());
    digest[8..16].copy_from_slice(&index.to_be_bytes());
    Digest(digest)
}

/// `480#3`, `480 init`, `sound#3`.
pub(super) fn name_of(bytes: Bytes) -> String {
    let quality = |height: u32| if height == SOUND { "sound".to_owned() } else { height.to_string() };
    match bytes {
        Bytes::Init(height) => format!("{} init", quality(height)),
        Bytes::Segment(height, index) => format!("{}#{index}", quality(height)),
    }
}
