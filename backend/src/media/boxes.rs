//! Boxes of the ISO base media file format (ISO/IEC 14496-12), as far as packaging needs them.
//!
//! Owns the reading of box headers, of an init segment's track and of a fragment's timing. Never reads media: a caller
//! hands it the bytes of `moov` and `moof`. The surprise is how little it trusts: every number may be a lie, so
//! everything is an `Option`, and sums saturate.

/// A box's place in its file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// Its four letters.
    pub kind: [u8; 4],
    /// Bytes before its content.
    pub head_bytes: u64,
    /// Bytes of the whole box; none when it reaches to the end of the file.
    pub bytes: Option<u64>,
}

/// The longest header: size, kind, and the size in 64 bits.
pub const HEADER_BYTES_MAX: usize = 16;

/// Reads the header at the front of `bytes`.
#[must_use]
pub fn header(bytes: &[u8]) -> Option<Header> {
    let mut cursor = Cursor(bytes);
    let short = cursor.u32()?;
    let kind = cursor.take::<4>()?;
    let (head_bytes, bytes) = match short {
        0 => (8, None),
        1 => (16, Some(cursor.u64()?)),
        short => (8, Some(u64::from(short))),
    };
    // A box that does not hold its own header would never let a walk move on.
    bytes.is_none_or(|bytes| head_bytes <= bytes).then_some(Header { kind, head_bytes, bytes })
}

/// Numbers from the front of a slice, big-endian.
#[derive(Clone, Copy)]
pub struct Cursor<'b>(pub &'b [u8]);

impl<'b> Cursor<'b> {
    /// The next `N` bytes.
    pub fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
    }

    /// Leaves bytes out.
    pub fn skip(&mut self, bytes: usize) -> Option<()> {
        self.0 = self.0.get(bytes..)?;
        Some(())
    }

    /// One byte.
    pub fn u8(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    /// Two bytes.
    pub fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_be_bytes)
    }

    /// Four bytes.
    pub fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_be_bytes)
    }

    /// Eight bytes.
    pub fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_be_bytes)
    }

    /// The boxes that follow each other here.
    pub fn boxes(self) -> impl Iterator<Item = ([u8; 4], &'b [u8])> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let header = header(rest)?;
            let bytes = header.bytes.map_or(Some(rest.len()), |bytes| usize::try_from(bytes).ok())?;
            let content = rest.get(usize::try_from(header.head_bytes).ok()?..bytes)?;
            rest = rest.get(bytes..)?;
            Some((header.kind, content))
        })
    }

    /// The content of the first box of a kind.
    #[must_use]
    pub fn find(self, kind: &[u8; 4]) -> Option<Cursor<'b>> {
        self.boxes().find(|(found, _)| found == kind).map(|(_, content)| Cursor(content))
    }
}

/// What an init segment says of its one track.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Track {
    /// Ticks in a second.
    pub timescale: u32,
    /// Ticks that its edit list leaves out at the front: by so much all pictures are late, since no composition offset
    /// is negative.
    pub lead: u64,
    /// RFC 6381 name: `avc1.64001f`, `mp4a.40.2`.
    pub codecs: String,
    /// What it carries.
    pub kind: TrackKind,
}

/// What a track carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TrackKind {
    /// H.264.
    Video {
        /// How many bytes the length before each NAL unit has.
        nal_length_bytes: u8,
    },
    /// AAC.
    Audio {
        /// Channels.
        channels: u16,
    },
}

/// Reads the content of a `moov` with one track.
#[must_use]
pub fn track(moov: &[u8]) -> Option<Track> {
    let track = Cursor(moov).find(b"trak")?;
    let lead = match track.find(b"edts") {
        Some(edits) => lead(edits.find(b"elst")?)?,
        None => 0,
    };
    let media = track.find(b"mdia")?;
    let mut header = media.find(b"mdhd")?;
    let version = header.u8()?;
    header.skip(3 + if version == 1 { 16 } else { 8 })?;
    let timescale = header.u32().filter(|&timescale| timescale != 0)?;
    let mut descriptions = media.find(b"minf")?.find(b"stbl")?.find(b"stsd")?;
    // Version, flags and the count of entries; ours has one.
    descriptions.skip(8)?;
    let (codecs, kind) = descriptions.boxes().find_map(|(kind, entry)| match &kind {
        b"avc1" | b"avc3" => video_entry(kind, entry),
        b"mp4a" => audio_entry(entry),
        _ => None,
    })?;
    Some(Track { timescale, lead, codecs, kind })
}

/// The media time of the first edit that is not empty (ISO/IEC 14496-12 §8.6.6).
fn lead(mut edits: Cursor<'_>) -> Option<u64> {
    let is_long = edits.u32()? >> 24 == 1;
    for _ in 0..edits.u32()?.min(EDITS_MAX) {
        let media_time = if is_long {
            edits.skip(8)?;
            edits.u64()?.cast_signed()
        } else {
            edits.skip(4)?;
            i64::from(edits.u32()?.cast_signed())
        };
        edits.skip(4)?;
        if let Ok(lead) = u64::try_from(media_time) {
            return Some(lead);
        }
    }
    Some(0)
}

/// ffmpeg writes one, or two for what begins late.
pub(super) const EDITS_MAX: u32 = 8;

/// ISO/IEC 14496-12 §12.1.3 and 14496-15 §5.3.3.
fn video_entry(kind: [u8; 4], entry: &[u8]) -> Option<(String, TrackKind)> {
    const FIXED_BYTES: usize = 78;
    let mut config = Cursor(entry.get(FIXED_BYTES..)?).find(b"avcC")?;
    config.skip(1)?;
    let [profile, constraints, level, lengths] = config.take()?;
    let name = std::str::from_utf8(&kind).ok()?;
    let codecs = format!("{name}.{profile:02x}{constraints:02x}{level:02x}");
    Some((codecs, TrackKind::Video { nal_length_bytes: (lengths & 3) + 1 }))
}

/// ISO/IEC 14496-12 §12.2.3 and 14496-14 §5.6. The entry's own count of channels says two whatever there are.
fn audio_entry(entry: &[u8]) -> Option<(String, TrackKind)> {
    const FIXED_BYTES: usize = 28;
    let mut descriptor = Cursor(entry.get(FIXED_BYTES..)?).find(b"esds")?;
    descriptor.skip(4)?;
    let mut config = Bits { bytes: decoder_config(descriptor)?, at: 0 };
    // 14496-3 §1.6.2.1: a type of 31 says that six more bits follow, a rate of 15 that it is written out.
    let object_type = match config.read(5)? {
        31 => 32 + config.read(6)?,
        short => short,
    };
    if config.read(4)? == 15 {
        config.read(24)?;
    }
    let channels = match config.read(4)? {
        7 => 8,
        count => count,
    };
    let kind = TrackKind::Audio { channels: u16::try_from(channels).ok()? };
    Some((format!("mp4a.40.{object_type}"), kind))
}

/// The innermost of nested descriptors: ES (3) → decoder configuration (4) → decoder specific (5).
fn decoder_config(mut descriptor: Cursor<'_>) -> Option<&[u8]> {
    loop {
        let tag = descriptor.u8()?;
        // The length in groups of seven bits, at most four.
        for _ in 0..4 {
            if descriptor.u8()? & 0x80 == 0 {
                break;
            }
        }
        match tag {
            3 => {
                descriptor.skip(2)?;
                let flags = descriptor.u8()?;
                // Depends-on, URL and OCR fields, which ffmpeg never writes.
                if flags & 0xe0 != 0 {
                    return None;
                }
            }
            4 => descriptor.skip(13)?,
            5 => return Some(descriptor.0),
            _ => return None,
        }
    }
}

/// Bits from the front of a slice, most significant first.
struct Bits<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Bits<'_> {
    fn read(&mut self, count: usize) -> Option<u32> {
        (0..count).try_fold(0u32, |value, _| {
            let byte = self.bytes.get(self.at / 8)?;
            let bit = byte >> (7 - self.at % 8) & 1;
            self.at += 1;
            Some(value << 1 | u32::from(bit))
        })
    }
}

/// One sample of a fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    /// Ticks it lasts.
    pub duration: u32,
    /// Its bytes.
    pub bytes: u32,
    /// Ticks from decoding to showing.
    pub composition: i32,
}

/// A `moof`: when its samples are due and how long they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fragment {
    /// Decode time of the first sample, in ticks.
    pub base: u64,
    /// Whether the first sample can be decoded without those before it.
    pub independent: bool,
    /// In decoding order.
    pub samples: Vec<Sample>,
}

/// Most samples in one fragment: ten seconds of 240 frames, and far more sound than we ever put into one.
pub(super) const SAMPLES_MAX: u32 = 100_000;

pub(super) const TFHD_BASE_OFFSET: u32 = 0x1;
pub(super) const TFHD_DESCRIPTION: u32 = 0x2;
pub(super) const TFHD_DURATION: u32 = 0x8;
pub(super) const TFHD_SIZE: u32 = 0x10;
pub(super) const TFHD_FLAGS: u32 = 0x20;
pub(super) const TRUN_OFFSET: u32 = 0x1;
pub(super) const TRUN_FIRST_FLAGS: u32 = 0x4;
pub(super) const TRUN_DURATION: u32 = 0x100;
pub(super) const TRUN_SIZE: u32 = 0x200;
pub(super) const TRUN_FLAGS: u32 = 0x400;
pub(super) const TRUN_COMPOSITION: u32 = 0x800;
/// `sample_is_non_sync_sample`.
pub(super) const NON_SYNC: u32 = 0x1_0000;

/// Reads the content of a `moof` with one track, as ffmpeg makes them.
#[must_use]
pub fn fragment(moof: &[u8]) -> Option<Fragment> {
    let track = Cursor(moof).find(b"traf")?;
    let mut header = track.find(b"tfhd")?;
    let flags = header.u32()? & 0xff_ffff;
    header.skip(4)?;
    for (bit, bytes) in [(TFHD_BASE_OFFSET, 8), (TFHD_DESCRIPTION, 4)] {
        if flags & bit != 0 {
            header.skip(bytes)?;
        }
    }
    let mut default = |bit| if flags & bit == 0 { Some(0) } else { header.u32() };
    let (duration, bytes, sample_flags) =
        (default(TFHD_DURATION)?, default(TFHD_SIZE)?, default(TFHD_FLAGS)?);
    let mut time = track.find(b"tfdt")?;
    let base = match time.u32()? >> 24 {
        1 => time.u64()?,
        _ => u64::from(time.u32()?),
    };
    let mut fragment = Fragment { base, independent: false, samples: Vec::new() };
    for (_, run) in track.boxes().filter(|(kind, _)| kind == b"trun") {
        let mut run = Cursor(run);
        let run_flags = run.u32()? & 0xff_ffff;
        let count = run.u32().filter(|&count| count <= SAMPLES_MAX)?;
        if run_flags & TRUN_OFFSET != 0 {
            run.skip(4)?;
        }
        let first_flags = if run_flags & TRUN_FIRST_FLAGS == 0 { None } else { Some(run.u32()?) };
        for index in 0..count {
            let mut field = |bit, otherwise| if run_flags & bit == 0 { Some(otherwise) } else { run.u32() };
            let duration = field(TRUN_DURATION, duration)?;
            let bytes = field(TRUN_SIZE, bytes)?;
            let own_flags = field(TRUN_FLAGS, sample_flags)?;
            let composition = field(TRUN_COMPOSITION, 0)?.cast_signed();
            if fragment.samples.is_empty() {
                let flags = first_flags.filter(|_| index == 0).unwrap_or(own_flags);
                fragment.independent = flags & NON_SYNC == 0;
            }
            fragment.samples.push(Sample { duration, bytes, composition });
        }
    }
    (!fragment.samples.is_empty()).then_some(fragment)
}

impl Fragment {
    /// When the first sample is shown, in ticks of the media, its track's lead included.
    #[must_use]
    pub fn start(&self) -> u64 {
        let composition = self.samples.first().map_or(0, |sample| sample.composition);
        self.base.saturating_add_signed(i64::from(composition))
    }

    /// When the last of its samples has been shown, in ticks of the media, its track's lead included.
    #[must_use]
    pub fn end(&self) -> u64 {
        let mut decode = self.base;
        let mut end = 0;
        for sample in &self.samples {
            let shown = decode.saturating_add_signed(i64::from(sample.composition));
            decode = decode.saturating_add(u64::from(sample.duration));
            end = end.max(shown.saturating_add(u64::from(sample.duration)));
        }
        end
    }

    /// Bytes of all its samples.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.samples.iter().map(|sample| u64::from(sample.bytes)).sum()
    }
}

/// Whether an H.264 sample is an IDR picture. A key frame that is not one (a recovery point of an open group) may be
/// followed by pictures that need those before it, so no segment may begin there.
///
/// `sample` may be cut off behind the first slice's header.
#[must_use]
pub fn is_idr(sample: &[u8], nal_length_bytes: u8) -> bool {
    let mut rest = Cursor(sample);
    let mut first_slice = || loop {
        let mut length = 0usize;
        for _ in 0..nal_length_bytes {
            length = length << 8 | usize::from(rest.u8()?);
        }
        // H.264 §7.3.1: the type is in the low five bits; 1 to 5 are slices, 5 those of an IDR picture.
        let kind = rest.0.first()? & 0x1f;
        if (1..=5).contains(&kind) {
            return Some(kind);
        }
        rest.skip(length)?;
    };
    first_slice() == Some(5)
}

#[cfg(test)]
#[path = "boxes_tests.rs"]
pub(crate) mod tests;
