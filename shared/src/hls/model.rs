//! What a playlist says, without its spelling.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// One playlist of either kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Playlist {
    /// Lists the qualities and the sound and subtitles that go with them.
    Multivariant(Multivariant),
    /// Lists the segments of one quality.
    Media(MediaPlaylist),
}

/// The playlist of playlists (RFC 8216 §4.3.4), also called master.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Multivariant {
    /// `EXT-X-VERSION`.
    pub version: Option<u32>,
    /// Every segment of every variant starts with a key frame.
    pub independent_segments: bool,
    /// Alternative sound and subtitles, in playlist order.
    pub renditions: Vec<Rendition>,
    /// The qualities, in playlist order. A variant's place is its name in the swarm, so order is kept.
    pub variants: Vec<Variant>,
}

/// One quality (`EXT-X-STREAM-INF`).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Variant {
    /// The media playlist, relative to the multivariant playlist.
    pub uri: String,
    /// Peak bits per second, sound included; 0 if the playlist does not say.
    pub bandwidth: u64,
    /// Mean bits per second, sound included.
    pub average_bandwidth: Option<u64>,
    /// Size of the picture; none for sound alone.
    pub resolution: Option<Resolution>,
    /// Pictures per second.
    pub frame_rate: Option<FrameRate>,
    /// RFC 6381 codecs, commas between: `avc1.64001f,mp4a.40.2`.
    pub codecs: Option<String>,
    /// Group of the sound renditions that go with it; none when the sound is muxed in.
    pub audio: Option<String>,
    /// Group of the subtitles that go with it.
    pub subtitles: Option<String>,
}

/// Alternative sound or subtitles (`EXT-X-MEDIA`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rendition {
    /// Sound or subtitles.
    pub kind: RenditionKind,
    /// `GROUP-ID`: variants refer to it.
    pub group: String,
    /// A name for people.
    pub name: String,
    /// RFC 5646 language.
    pub language: Option<String>,
    /// The media playlist; none when the sound is muxed into the variants.
    pub uri: Option<String>,
    /// To be played unless the person chooses another.
    pub default: bool,
    /// May be chosen without the person, by language.
    pub autoselect: bool,
    /// Subtitles needed to understand the film.
    pub forced: bool,
    /// Channels of the sound: `2`, `6`.
    pub channels: Option<String>,
}

/// What a [`Rendition`] carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RenditionKind {
    /// `TYPE=AUDIO`.
    Audio,
    /// `TYPE=SUBTITLES`.
    Subtitles,
}

/// Size of a picture, in pixels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Resolution {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// Pictures in a thousand seconds: 29970 is 29.97 per second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FrameRate(pub u32);

impl fmt::Display for FrameRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, thousandths) = (self.0 / 1000, self.0 % 1000);
        if thousandths == 0 {
            return whole.fmt(f);
        }
        let digits = format!("{thousandths:03}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// The list of segments of one rendition (RFC 8216 §4.3.3).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MediaPlaylist {
    /// `EXT-X-VERSION`.
    pub version: Option<u32>,
    /// No segment is longer, rounded to the second.
    pub target_duration: Duration,
    /// Number of the first segment listed.
    pub media_sequence: u64,
    /// Whether the list may still change, and how.
    pub kind: Option<PlaylistKind>,
    /// Every segment starts with a key frame.
    pub independent_segments: bool,
    /// No segment will be added (`EXT-X-ENDLIST`).
    pub ended: bool,
    /// The segments in playing order.
    pub segments: Vec<Segment>,
}

impl MediaPlaylist {
    /// How long all segments play together.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.segments.iter().map(|segment| segment.duration).fold(Duration::ZERO, Duration::saturating_add)
    }
}

/// `EXT-X-PLAYLIST-TYPE`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlaylistKind {
    /// Nothing changes any more.
    Vod,
    /// Segments are only added at the end.
    Event,
}

/// One media unit, usually a range of one long file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment {
    /// The file, relative to the playlist. Shared, since thousands of segments lie in one file.
    pub uri: Arc<str>,
    /// Where in the file; none for all of it.
    pub range: Option<ByteRange>,
    /// How long it plays, in whole microseconds.
    pub duration: Duration,
    /// The init segment it needs; none when it carries its own header.
    pub init: Option<Init>,
    /// Timestamps or codecs start anew here.
    pub discontinuity: bool,
}

/// The header segments need before them (`EXT-X-MAP`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Init {
    /// The file, relative to the playlist.
    pub uri: Arc<str>,
    /// Where in the file; none for all of it.
    pub range: Option<ByteRange>,
}

/// A run of bytes in a file. Written `length@offset` in playlists and `first-last` in digests and HTTP.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ByteRange {
    offset: u64,
    length: u64,
}

impl ByteRange {
    /// `length` bytes starting at `offset`; none if that is no byte at all or ends beyond what 64 bits count.
    #[must_use]
    pub fn new(offset: u64, length: u64) -> Option<ByteRange> {
        offset.checked_add(length)?;
        (length != 0).then_some(ByteRange { offset, length })
    }

    /// From the byte `first` to the byte `last`, both included.
    #[must_use]
    pub fn from_inclusive(first: u64, last: u64) -> Option<ByteRange> {
        ByteRange::new(first, last.checked_sub(first)?.checked_add(1)?)
    }

    /// The first byte.
    #[must_use]
    pub fn offset(self) -> u64 {
        self.offset
    }

    /// How many bytes, never zero.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a range is never empty")]
    pub fn len(self) -> u64 {
        self.length
    }

    /// The last byte, still inside.
    #[must_use]
    pub fn last(self) -> u64 {
        self.end() - 1
    }

    /// One past the last byte.
    #[must_use]
    pub fn end(self) -> u64 {
        self.offset + self.length
    }
}
