//! Reads playlists of any origin without trusting them.
//!
//! Unknown tags and comments are skipped, and so are blank lines, a byte order mark and carriage returns. Refuses
//! only what could not be played: see [`ParseError`]. Never panics, and never grows beyond its limits.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::attributes::{Attributes, parse_byte_range, parse_decimal};
use super::model::{
    ByteRange, Init, MediaPlaylist, Multivariant, Playlist, PlaylistKind, Rendition, RenditionKind, Segment,
    Variant,
};

/// Longest playlist read. A day of 4 s segments takes 3 MB.
pub const TEXT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most variants and renditions read, each; PeerTube writes nine.
pub const VARIANTS_MAX: usize = 256;
/// Most segments read: more than a day of one-second segments.
pub const SEGMENTS_MAX: usize = 100_000;
/// Longest segment read. A sound file in one piece may last hours.
pub const SEGMENT_DURATION_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Why a playlist cannot be played. Lines count from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParseError {
    /// Longer than [`TEXT_BYTES_MAX`].
    TooLong,
    /// The first line is not `#EXTM3U`: an error page, perhaps.
    NotAPlaylist,
    /// Neither variants nor segments nor a target duration.
    Empty,
    /// Variants and segments in one playlist (RFC 8216 §4.3.4).
    Mixed {
        /// Where the second kind begins.
        line: usize,
    },
    /// A media playlist where a multivariant one was asked for, or the other way round.
    WrongKind,
    /// More than [`VARIANTS_MAX`] or [`SEGMENTS_MAX`] of a kind.
    TooMany {
        /// Where the limit was passed.
        line: usize,
    },
    /// A segment without a duration, or with one that is no number or above [`SEGMENT_DURATION_MAX`].
    BadDuration {
        /// Where.
        line: usize,
    },
    /// A byte range that is no range, or continues one that is not there.
    BadByteRange {
        /// Where.
        line: usize,
    },
    /// An `EXT-X-MAP` without an address.
    BadMap {
        /// Where.
        line: usize,
    },
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::TooLong => f.write_str("the playlist is too long"),
            ParseError::NotAPlaylist => f.write_str("the text does not begin with #EXTM3U"),
            ParseError::Empty => f.write_str("the playlist lists nothing"),
            ParseError::Mixed { line } => write!(f, "line {line} mixes variants and segments"),
            ParseError::WrongKind => f.write_str("the playlist is of the other kind"),
            ParseError::TooMany { line } => write!(f, "line {line} is one entry too many"),
            ParseError::BadDuration { line } => write!(f, "line {line} gives no usable duration"),
            ParseError::BadByteRange { line } => write!(f, "line {line} gives no usable byte range"),
            ParseError::BadMap { line } => write!(f, "line {line} gives no usable init segment"),
        }
    }
}

impl std::error::Error for ParseError {}

/// Reads a playlist of either kind.
///
/// # Errors
/// [`ParseError`] for what could not be played anyway.
pub fn parse(text: &str) -> Result<Playlist, ParseError> {
    if TEXT_BYTES_MAX < text.len() {
        return Err(ParseError::TooLong);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().map(str::trim).enumerate().map(|(at, line)| (at + 1, line));
    if !lines.next().is_some_and(|(_, line)| line.starts_with("#EXTM3U")) {
        return Err(ParseError::NotAPlaylist);
    }
    let mut reader = Reader::default();
    for (line, text) in lines {
        match text.strip_prefix('#') {
            _ if text.is_empty() => {}
            Some(tag) => reader.read_tag(line, tag)?,
            None => reader.read_uri(line, text)?,
        }
    }
    reader.finish()
}

/// Reads a playlist that must be multivariant.
///
/// # Errors
/// As [`parse`], and [`ParseError::WrongKind`].
pub fn parse_multivariant(text: &str) -> Result<Multivariant, ParseError> {
    match parse(text)? {
        Playlist::Multivariant(playlist) => Ok(playlist),
        Playlist::Media(_) => Err(ParseError::WrongKind),
    }
}

/// Reads a playlist that must list segments.
///
/// # Errors
/// As [`parse`], and [`ParseError::WrongKind`].
pub fn parse_media(text: &str) -> Result<MediaPlaylist, ParseError> {
    match parse(text)? {
        Playlist::Multivariant(_) => Err(ParseError::WrongKind),
        Playlist::Media(playlist) => Ok(playlist),
    }
}

/// What the lines so far have said. Tags stand before the address they belong to, so they wait here.
#[derive(Default)]
struct Reader {
    version: Option<u32>,
    independent_segments: bool,
    multivariant: Multivariant,
    media: MediaPlaylist,
    target_duration: Option<Duration>,
    variant: Option<Variant>,
    duration: Option<Duration>,
    range: Option<(u64, Option<u64>)>,
    discontinuity: bool,
    init: Option<Init>,
}

impl Reader {
    fn read_tag(&mut self, line: usize, tag: &str) -> Result<(), ParseError> {
        let (name, value) = tag.split_once(':').unwrap_or((tag, ""));
        match name {
            "EXT-X-VERSION" => self.version = value.trim().parse().ok(),
            "EXT-X-INDEPENDENT-SEGMENTS" => self.independent_segments = true,
            "EXT-X-STREAM-INF" => self.variant = Some(read_variant(&Attributes::parse(value))),
            "EXT-X-MEDIA" => self.read_rendition(line, &Attributes::parse(value))?,
            "EXT-X-TARGETDURATION" => {
                self.target_duration = parse_decimal(value, 6).map(Duration::from_micros);
            }
            "EXT-X-MEDIA-SEQUENCE" => self.media.media_sequence = value.trim().parse().unwrap_or(0),
            "EXT-X-PLAYLIST-TYPE" => {
                self.media.kind = match value.trim() {
                    "VOD" => Some(PlaylistKind::Vod),
                    "EVENT" => Some(PlaylistKind::Event),
                    _ => None,
                };
            }
            "EXT-X-ENDLIST" => self.media.ended = true,
            "EXT-X-DISCONTINUITY" => self.discontinuity = true,
            "EXT-X-MAP" => self.init = Some(read_init(line, &Attributes::parse(value))?),
            "EXTINF" => self.duration = Some(read_duration(line, value)?),
            "EXT-X-BYTERANGE" => {
                self.range = Some(parse_byte_range(value).ok_or(ParseError::BadByteRange { line })?);
            }
            _ => {}
        }
        Ok(())
    }

    fn read_uri(&mut self, line: usize, uri: &str) -> Result<(), ParseError> {
        if let Some(variant) = self.variant.take() {
            if self.multivariant.variants.len() == VARIANTS_MAX {
                return Err(ParseError::TooMany { line });
            }
            self.multivariant.variants.push(Variant { uri: uri.to_owned(), ..variant });
        } else {
            self.read_segment(line, uri)?;
        }
        let mixed = !self.multivariant.variants.is_empty() && !self.media.segments.is_empty();
        if mixed { Err(ParseError::Mixed { line }) } else { Ok(()) }
    }

    fn read_segment(&mut self, line: usize, uri: &str) -> Result<(), ParseError> {
        if self.media.segments.len() == SEGMENTS_MAX {
            return Err(ParseError::TooMany { line });
        }
        let duration = self.duration.take().ok_or(ParseError::BadDuration { line })?;
        let last = self.media.segments.last().filter(|last| &*last.uri == uri);
        let range = match self.range.take() {
            None => None,
            Some((length, offset)) => {
                // Without an offset the range follows the one before it in the same file (RFC 8216 §4.3.2.2).
                let offset = offset.or_else(|| Some(last?.range?.end()));
                let range = offset.and_then(|offset| ByteRange::new(offset, length));
                Some(range.ok_or(ParseError::BadByteRange { line })?)
            }
        };
        self.media.segments.push(Segment {
            uri: last.map_or_else(|| Arc::from(uri), |last| last.uri.clone()),
            range,
            duration,
            init: self.init.clone(),
            discontinuity: std::mem::take(&mut self.discontinuity),
        });
        Ok(())
    }

    fn read_rendition(&mut self, line: usize, attributes: &Attributes<'_>) -> Result<(), ParseError> {
        let kind = match attributes.text("TYPE") {
            Some("AUDIO") => RenditionKind::Audio,
            Some("SUBTITLES") => RenditionKind::Subtitles,
            _ => return Ok(()),
        };
        if self.multivariant.renditions.len() == VARIANTS_MAX {
            return Err(ParseError::TooMany { line });
        }
        self.multivariant.renditions.push(Rendition {
            kind,
            group: attributes.owned("GROUP-ID").unwrap_or_default(),
            name: attributes.owned("NAME").unwrap_or_default(),
            language: attributes.owned("LANGUAGE"),
            uri: attributes.owned("URI").filter(|uri| !uri.is_empty()),
            default: attributes.is_yes("DEFAULT"),
            autoselect: attributes.is_yes("AUTOSELECT"),
            forced: attributes.is_yes("FORCED"),
            channels: attributes.owned("CHANNELS"),
        });
        Ok(())
    }

    fn finish(mut self) -> Result<Playlist, ParseError> {
        if !self.multivariant.variants.is_empty() {
            self.multivariant.version = self.version;
            self.multivariant.independent_segments = self.independent_segments;
            return Ok(Playlist::Multivariant(self.multivariant));
        }
        // A live playlist may be empty before its first segment, but then it says how long that one will be.
        if self.media.segments.is_empty() && self.target_duration.is_none() {
            return Err(ParseError::Empty);
        }
        let longest = self.media.segments.iter().map(|segment| segment.duration).max().unwrap_or_default();
        self.media.version = self.version;
        self.media.independent_segments = self.independent_segments;
        self.media.target_duration = self.target_duration.unwrap_or(longest);
        Ok(Playlist::Media(self.media))
    }
}

fn read_variant(attributes: &Attributes<'_>) -> Variant {
    Variant {
        uri: String::new(),
        bandwidth: attributes.number("BANDWIDTH").unwrap_or(0),
        average_bandwidth: attributes.number("AVERAGE-BANDWIDTH"),
        resolution: attributes.resolution("RESOLUTION"),
        frame_rate: attributes.frame_rate("FRAME-RATE"),
        codecs: attributes.owned("CODECS"),
        audio: attributes.owned("AUDIO"),
        subtitles: attributes.owned("SUBTITLES"),
    }
}

fn read_init(line: usize, attributes: &Attributes<'_>) -> Result<Init, ParseError> {
    let uri = attributes.text("URI").filter(|uri| !uri.is_empty()).ok_or(ParseError::BadMap { line })?;
    let range = attributes.text("BYTERANGE").map(|text| {
        let (length, offset) = parse_byte_range(text)?;
        ByteRange::new(offset.unwrap_or(0), length)
    });
    match range {
        Some(None) => Err(ParseError::BadMap { line }),
        Some(range) => Ok(Init { uri: Arc::from(uri), range }),
        None => Ok(Init { uri: Arc::from(uri), range: None }),
    }
}

fn read_duration(line: usize, value: &str) -> Result<Duration, ParseError> {
    let seconds = value.split_once(',').map_or(value, |(seconds, _title)| seconds);
    parse_decimal(seconds, 6)
        .map(Duration::from_micros)
        .filter(|&duration| duration <= SEGMENT_DURATION_MAX)
        .ok_or(ParseError::BadDuration { line })
}
