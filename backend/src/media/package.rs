//! From what ffmpeg wrote to what players read.
//!
//! Owns the media playlist, the digests and the figures of a rendition, and the master of a video. Reads each file
//! once, to hash it. The surprise is the master's order: a rendition's place in it names a swarm, so it is always the
//! order of the record, where new renditions are appended.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use shared::hls::{
    ByteRange, FrameRate, Init, MediaPlaylist, Multivariant, PlaylistKind, Rendition as Alternative,
    RenditionKind, Resolution, Segment, Variant,
};
use shared::id::Digest;

use super::boxes::TrackKind;
use super::cuts;
use super::index::{Index, IndexError};
use crate::store::records::{Playlist, Rendition};

/// fMP4 segments need 7 (RFC 8216 §7).
const VERSION: u32 = 7;
/// The group that every variant finds its sound in.
const SOUND_GROUP: &str = "audio";
/// The group that every variant finds its captions in.
const WORDS_GROUP: &str = "subtitles";

/// A caption, as the master names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// ISO 639 code.
    pub language: String,
    /// The language's name, which differs from that of every other caption.
    pub name: String,
    /// Its media playlist, beside the master.
    pub playlist_name: String,
    /// Where its WebVTT lies.
    pub uri: String,
}

/// A segment and where it lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece {
    /// Its bytes.
    pub range: ByteRange,
    /// How long it plays.
    pub duration: Duration,
}

/// A rendition's file, cut into segments.
#[derive(Clone, PartialEq, Debug)]
pub struct Cut {
    /// The header.
    pub init: ByteRange,
    /// In playing order, without holes from the header's end on.
    pub pieces: Vec<Piece>,
}

/// Cuts a file: a segment begins at each of the `starts`, which are among those of its independent fragments.
///
/// # Errors
/// [`IndexError`] when there is nothing to cut.
pub fn cut(index: &Index, starts: &[Duration]) -> Result<Cut, IndexError> {
    let init = ByteRange::new(0, index.init_bytes).ok_or(IndexError::Empty)?;
    let mut begins: Vec<(u64, Duration)> = Vec::with_capacity(starts.len());
    let mut starts = starts.iter().copied().peekable();
    for place in &index.fragments {
        if place.independent && starts.next_if_eq(&place.start).is_some() {
            begins.push((place.offset, place.start));
        }
    }
    // Whatever lies before the first start belongs to the first segment.
    let first = index.fragments.first().map(|place| place.offset);
    match (begins.first_mut(), first) {
        (Some(begin), Some(offset)) => begin.0 = offset,
        (None, Some(offset)) => begins.push((offset, Duration::ZERO)),
        (_, None) => return Err(IndexError::Empty),
    }
    let end = index.fragments.last().map_or(0, |place| place.offset + place.bytes);
    let times: Vec<Duration> = begins.iter().map(|(_, start)| *start).collect();
    let ends = begins.iter().skip(1).map(|(offset, _)| *offset).chain(std::iter::once(end));
    let pieces = begins
        .iter()
        .zip(ends)
        .zip(cuts::lengths(&times, index.end()))
        .map(|(((offset, _), end), duration)| {
            let range = ByteRange::new(*offset, end.saturating_sub(*offset));
            range.map(|range| Piece { range, duration }).ok_or(IndexError::Damaged(*offset))
        })
        .collect::<Result<_, _>>()?;
    Ok(Cut { init, pieces })
}

impl Cut {
    /// The media playlist of a file that is complete.
    #[must_use]
    pub fn playlist(&self, file_name: &str) -> MediaPlaylist {
        self.write(file_name, PlaylistKind::Vod, self.target_duration())
    }

    /// The media playlist of a file that is still written to: players come back for what follows.
    #[must_use]
    pub fn playlist_so_far(&self, file_name: &str) -> MediaPlaylist {
        // It may not change while the list grows (RFC 8216 §6.2.1), and later segments are longer than the first.
        let target = self.target_duration().max(cuts::SEGMENT_TARGET);
        self.write(file_name, PlaylistKind::Event, target)
    }

    fn write(&self, file_name: &str, kind: PlaylistKind, target_duration: Duration) -> MediaPlaylist {
        let uri: Arc<str> = file_name.into();
        let init = Init { uri: uri.clone(), range: Some(self.init) };
        let segment = |piece: &Piece| Segment {
            uri: uri.clone(),
            range: Some(piece.range),
            duration: piece.duration,
            init: Some(init.clone()),
            discontinuity: false,
        };
        MediaPlaylist {
            version: Some(VERSION),
            target_duration,
            media_sequence: 0,
            kind: Some(kind),
            independent_segments: true,
            ended: kind == PlaylistKind::Vod,
            segments: self.pieces.iter().map(segment).collect(),
        }
    }

    /// Whole seconds that no segment is longer than (RFC 8216 §4.3.3.1).
    fn target_duration(&self) -> Duration {
        let longest = self.pieces.iter().map(|piece| piece.duration).max().unwrap_or_default();
        let whole = longest.as_secs() + u64::from(0 < longest.subsec_nanos());
        Duration::from_secs(whole.max(1))
    }

    /// Every range that is asked for: the header and each segment.
    pub fn ranges(&self) -> impl Iterator<Item = ByteRange> {
        std::iter::once(self.init).chain(self.pieces.iter().map(|piece| piece.range))
    }

    /// How long it plays.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.pieces.iter().map(|piece| piece.duration).sum()
    }

    /// Bits a second of the fattest stretch (RFC 8216 §4.1: one that lasts 0.5 to 1.5 times the target duration).
    #[must_use]
    pub fn peak(&self) -> u64 {
        let target = self.target_duration();
        let (least, most) = (target / 2, target * 3 / 2);
        let mut peak = 0;
        for first in 0..self.pieces.len() {
            let mut bytes = 0;
            let mut duration = Duration::ZERO;
            for piece in self.pieces.iter().skip(first) {
                bytes += piece.range.len();
                duration += piece.duration;
                if most < duration {
                    break;
                }
                if least <= duration {
                    peak = peak.max(bits_per_second(bytes, duration));
                }
            }
        }
        // A file shorter than half of its only segment's rounded length has no such stretch.
        peak.max(self.average())
    }

    /// Bits a second of the whole.
    #[must_use]
    pub fn average(&self) -> u64 {
        bits_per_second(self.pieces.iter().map(|piece| piece.range.len()).sum(), self.duration())
    }
}

fn bits_per_second(bytes: u64, duration: Duration) -> u64 {
    let micros = duration.as_micros().max(1);
    u64::try_from(u128::from(bytes) * 8_000_000 / micros).unwrap_or(u64::MAX)
}

/// The digest of each range. Reads the file once, from its front.
///
/// # Errors
/// When the file cannot be read, or ends before a range does.
pub fn digests(file: &File, cut: &Cut) -> io::Result<Vec<(ByteRange, Digest)>> {
    let mut found = Vec::with_capacity(cut.pieces.len() + 1);
    extend_digests(file, cut, &mut found)?;
    Ok(found)
}

/// Adds the digests of the ranges behind those that are `known`.
///
/// # Errors
/// When the file cannot be read, or ends before a range does.
pub fn extend_digests(file: &File, cut: &Cut, known: &mut Vec<(ByteRange, Digest)>) -> io::Result<()> {
    let mut at = known.last().map_or(0, |(range, _)| range.end());
    let mut buffer = vec![0; 256 * 1024];
    for range in cut.ranges().skip(known.len()) {
        if range.offset() != at {
            // Between header and segments lies nothing; a hole would be a mistake of ours.
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut hash = Sha256::new();
        while at < range.end() {
            let wanted = usize::try_from(range.end() - at).unwrap_or(usize::MAX).min(buffer.len());
            let piece = buffer.get_mut(..wanted).unwrap_or_default();
            file.read_exact_at(piece, at)?;
            hash.update(&*piece);
            at += u64::try_from(wanted).unwrap_or(u64::MAX);
        }
        known.push((range, Digest(hash.finalize().into())));
    }
    Ok(())
}

/// Frames a second as they are in the file.
#[must_use]
pub fn frame_rate(index: &Index) -> u32 {
    let TrackKind::Video { .. } = index.track.kind else {
        return 0;
    };
    let span =
        index.end().saturating_sub(index.fragments.first().map_or(Duration::ZERO, |place| place.start));
    let frames = u128::try_from(index.samples()).unwrap_or(0);
    let micros = span.as_micros().max(1);
    u32::try_from((frames * 1_000_000 + micros / 2) / micros).unwrap_or(u32::MAX).max(1)
}

/// The master of a video.
#[must_use]
pub fn master(playlist: &Playlist, captions: &[Words]) -> Multivariant {
    let sound = playlist.renditions.iter().find(|rendition| !rendition.has_video);
    let pictures: Vec<&Rendition> =
        playlist.renditions.iter().filter(|rendition| rendition.has_video).collect();
    let variants = match sound {
        // Sound alone is a variant of its own.
        Some(sound) if pictures.is_empty() => vec![variant(sound, None, captions)],
        sound => pictures.iter().map(|rendition| variant(rendition, sound, captions)).collect(),
    };
    let sounds = sound.filter(|_| !pictures.is_empty()).map(sounds);
    let renditions = sounds.into_iter().chain(captions.iter().map(words)).collect();
    Multivariant { version: Some(VERSION), independent_segments: true, renditions, variants }
}

fn variant(rendition: &Rendition, sound: Option<&Rendition>, captions: &[Words]) -> Variant {
    let with = |own: u64, of: fn(&Rendition) -> u64| own + sound.map_or(0, of);
    let codecs: Vec<&str> =
        std::iter::once(rendition).chain(sound).map(|rendition| rendition.codecs.as_str()).collect();
    Variant {
        uri: rendition.playlist_name.clone(),
        bandwidth: with(rendition.bandwidth, |sound| sound.bandwidth),
        average_bandwidth: Some(with(rendition.bandwidth_average, |sound| sound.bandwidth_average)),
        resolution: rendition
            .has_video
            .then_some(Resolution { width: rendition.width, height: rendition.height }),
        frame_rate: rendition.has_video.then_some(FrameRate(rendition.fps.saturating_mul(1000))),
        codecs: Some(codecs.join(",")),
        audio: sound.map(|_| SOUND_GROUP.to_owned()),
        subtitles: (!captions.is_empty()).then(|| WORDS_GROUP.to_owned()),
    }
}

fn words(words: &Words) -> Alternative {
    Alternative {
        kind: RenditionKind::Subtitles,
        group: WORDS_GROUP.to_owned(),
        name: words.name.clone(),
        language: Some(words.language.clone()),
        uri: Some(words.playlist_name.clone()),
        default: false,
        autoselect: true,
        forced: false,
        channels: None,
    }
}

/// The media playlist of a caption: one segment, as long as the video.
#[must_use]
pub fn caption_playlist(words: &Words, duration: Duration) -> MediaPlaylist {
    let whole = Duration::from_secs(duration.as_secs() + u64::from(0 < duration.subsec_nanos()));
    MediaPlaylist {
        version: Some(VERSION),
        target_duration: whole.max(Duration::from_secs(1)),
        media_sequence: 0,
        kind: Some(PlaylistKind::Vod),
        independent_segments: false,
        ended: true,
        segments: vec![Segment {
            uri: words.uri.as_str().into(),
            range: None,
            duration,
            init: None,
            discontinuity: false,
        }],
    }
}

fn sounds(sound: &Rendition) -> Alternative {
    Alternative {
        kind: RenditionKind::Audio,
        group: SOUND_GROUP.to_owned(),
        name: "Audio".to_owned(),
        language: None,
        uri: Some(sound.playlist_name.clone()),
        default: true,
        autoselect: true,
        forced: false,
        channels: (sound.channels != 0).then(|| sound.channels.to_string()),
    }
}

#[cfg(test)]
#[path = "package_tests.rs"]
mod tests;
