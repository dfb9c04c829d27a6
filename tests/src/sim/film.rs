//! The film: what lies on the origin, by name and by size.

use std::time::Duration;

use player_core::io::Span;
use shared::digests::Digests;
use shared::hls::{
    ByteRange, FrameRate, Init, MediaPlaylist, Multivariant, PlaylistKind, Resolution, Segment, Variant,
};
use shared::id::{Digest, InfoHash};
use shared::swarm_name::{Stream, SwarmName};

pub(super) const HOME: &str = "https://films.test/hls/";
pub(super) const MASTER: &str = "https://films.test/hls/u-master.m3u8";
pub(super) const DIGESTS: &str = "https://films.test/hls/u-segments-sha256.json";
const INIT_BYTES: u64 = 1000;
const SEGMENT: Duration = Duration::from_secs(4);

/// Some of the film: an init segment, or a segment, of so many lines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Content {
    Init(u32),
    Segment(u32, usize),
}

/// What is found at an address.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Text(String),
    Media(Content, u64),
}

/// One film.
#[derive(Clone, Debug)]
pub(super) struct Film {
    segments: usize,
    /// Lines, bits per second, and where each segment lies.
    renditions: Vec<(u32, u64, Vec<ByteRange>)>,
    media: Vec<String>,
    digests: String,
}

impl Film {
    pub(super) fn new(length: Duration, ladder: &[(u32, u64)]) -> Film {
        let segments = usize::try_from(length.as_secs() / SEGMENT.as_secs()).unwrap_or(1).max(1);
        let renditions: Vec<_> = ladder
            .iter()
            .map(|(height, bits)| {
                let mut offset = INIT_BYTES;
                let range = |index: usize| {
                    // From half to all of the peak, as sizes vary.
                    let percent = [70, 100, 50, 90].get(index % 4).copied().unwrap_or(100);
                    let size = bits / 8 * SEGMENT.as_secs() * percent / 100;
                    offset += size;
                    ByteRange::new(offset - size, size).expect("a range within 64 bits")
                };
                (*height, *bits, (0..segments).map(range).collect())
            })
            .collect();
        let mut film = Film { segments, renditions, media: Vec::new(), digests: String::new() };
        film.media = film.renditions.iter().map(|(height, _, ranges)| media(*height, ranges)).collect();
        let mut digests = Digests::default();
        for (height, _, ranges) in &film.renditions {
            for (index, range) in ranges.iter().enumerate() {
                digests.insert(&file(*height), *range, digest(Content::Segment(*height, index)));
            }
        }
        film.digests = digests.to_string();
        film
    }

    pub(super) fn span(&self, index: usize) -> Span {
        let start = SEGMENT * u32::try_from(index).unwrap_or(u32::MAX);
        Span { start, end: start + SEGMENT }
    }

    pub(super) fn length(&self) -> Duration {
        SEGMENT * u32::try_from(self.segments).unwrap_or(u32::MAX)
    }

    /// The longest segment, in bytes.
    pub(super) fn longest(&self) -> u64 {
        let lengths = self.renditions.iter().flat_map(|(_, _, ranges)| ranges).map(|range| range.len());
        lengths.max().unwrap_or(0)
    }

    fn master(&self) -> String {
        let variant = |(height, bits, _): &(u32, u64, Vec<ByteRange>)| Variant {
            uri: format!("u-{height}.m3u8"),
            bandwidth: *bits,
            resolution: Some(Resolution { width: height * 16 / 9, height: *height }),
            frame_rate: Some(FrameRate(30_000)),
            codecs: Some("avc1.64001f,mp4a.40.2".to_owned()),
            ..Variant::default()
        };
        let variants = self.renditions.iter().map(variant).collect();
        Multivariant { version: Some(7), independent_segments: true, renditions: Vec::new(), variants }
            .to_string()
    }

    /// What lies at an address, or a part of it. A part of a segment is found too.
    pub(super) fn find(&self, url: &str, range: Option<ByteRange>) -> Option<Found> {
        let name = url.strip_prefix(HOME)?;
        match name {
            "u-master.m3u8" => return Some(Found::Text(self.master())),
            "u-segments-sha256.json" => return Some(Found::Text(self.digests.clone())),
            _ => {}
        }
        let place = self
            .renditions
            .iter()
            .position(|(height, _, _)| name == file(*height) || name == format!("u-{height}.m3u8"))?;
        if name.ends_with(".m3u8") {
            return self.media.get(place).cloned().map(Found::Text);
        }
        let (height, _, ranges) = self.renditions.get(place)?;
        let range = range?;
        if range.offset() == 0 {
            return Some(Found::Media(Content::Init(*height), range.len()));
        }
        let holds = |whole: &ByteRange| whole.offset() <= range.offset() && range.last() <= whole.last();
        let index = ranges.iter().position(holds)?;
        Some(Found::Media(Content::Segment(*height, index), range.len()))
    }

    /// Where a part of a segment lies in it.
    pub(super) fn offset_in(&self, content: Content, range: ByteRange) -> u64 {
        let Content::Segment(height, index) = content else { return 0 };
        let rendition = self.renditions.iter().find(|(lines, _, _)| *lines == height);
        let whole = rendition.and_then(|(_, _, ranges)| ranges.get(index));
        whole.map_or(0, |whole| range.offset() - whole.offset())
    }

    pub(super) fn bytes(&self, content: Content) -> u64 {
        let Content::Segment(height, index) = content else { return INIT_BYTES };
        let rendition = self.renditions.iter().find(|(lines, _, _)| *lines == height);
        rendition.and_then(|(_, _, ranges)| ranges.get(index)).map_or(0, |range| range.len())
    }
}

fn file(height: u32) -> String {
    format!("u-{height}-fragmented.mp4")
}

fn media(height: u32, ranges: &[ByteRange]) -> String {
    let uri: std::sync::Arc<str> = file(height).into();
    let segment = |range: &ByteRange| Segment {
        uri: uri.clone(),
        range: Some(*range),
        duration: SEGMENT,
        init: Some(Init { uri: uri.clone(), range: ByteRange::new(0, INIT_BYTES) }),
        discontinuity: false,
    };
    MediaPlaylist {
        target_duration: SEGMENT,
        kind: Some(PlaylistKind::Vod),
        ended: true,
        segments: ranges.iter().map(segment).collect(),
        ..MediaPlaylist::default()
    }
    .to_string()
}

/// What the swarms of so many renditions are known by.
pub(super) fn info_hashes(renditions: usize) -> Vec<InfoHash> {
    let name = |place| SwarmName::Place { playlist_url: MASTER, stream: Stream::Main, place };
    (0..renditions).map(|place| name(place).info_hash()).collect()
}

/// The SHA-256 of some of the film, so to speak.
pub(super) fn digest(content: Content) -> Digest {
    let (kind, height, index) = match content {
        Content::Init(height) => (1, height, 0),
        Content::Segment(height, index) => (2, height, index),
    };
    let mut bytes = [0; 32];
    let fields = [kind].into_iter().chain(height.to_be_bytes()).chain(index.to_be_bytes());
    for (byte, field) in bytes.iter_mut().zip(fields) {
        *byte = field;
    }
    Digest(bytes)
}
