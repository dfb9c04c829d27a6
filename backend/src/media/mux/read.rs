//! What a fragmented file says of its tracks and samples (ISO/IEC 14496-12). Pure.
//!
//! Like `boxes` it trusts no number: everything is an `Option`, counts are bounded and nothing is added unchecked.

use super::super::boxes::{
    Cursor, EDITS_MAX, NON_SYNC, SAMPLES_MAX, TFHD_BASE_OFFSET, TFHD_DESCRIPTION, TFHD_DURATION, TFHD_FLAGS,
    TFHD_SIZE, TRUN_COMPOSITION, TRUN_DURATION, TRUN_FIRST_FLAGS, TRUN_FLAGS, TRUN_OFFSET, TRUN_SIZE,
};

/// Offsets count from the `moof`, whatever lies before.
const TFHD_BASE_IS_MOOF: u32 = 0x2_0000;
/// More tracks than any rendition has.
const TRACKS_MAX: usize = 16;
/// What of a `tkhd` does not change with its version: layer, group, volume, matrix, width and height.
pub(super) const LOOK_BYTES: usize = 60;

/// What a track carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Video of any codec.
    Pictures,
    /// Audio of any codec.
    Sound,
}

/// What holds for samples that say nothing themselves (`trex`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Defaults {
    /// Of which track.
    pub track: u32,
    /// Which description, from 1 on.
    pub description: u32,
    /// Ticks.
    pub duration: u32,
    /// Bytes.
    pub bytes: u32,
    /// Flags as in `trun`.
    pub flags: u32,
}

/// What an edit list says before the media begins.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Edit {
    /// How long nothing is shown first, in ticks of the track.
    pub pause: i64,
    /// How much of the media is left out, in ticks of the track.
    pub lead: i64,
}

/// A track as an init segment describes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Its number in its file.
    pub id: u32,
    /// What it carries.
    pub kind: Kind,
    /// Ticks in a second.
    pub timescale: u32,
    /// Packed ISO 639-2 code, as `mdhd` has it.
    pub language: u16,
    /// The end of its `tkhd`.
    pub look: [u8; LOOK_BYTES],
    /// The content of its `stsd`.
    pub descriptions: Vec<u8>,
    /// Where it begins.
    pub edit: Edit,
}

/// Reads the content of a `moov`: the tracks that can be shown or heard, and the defaults of all.
#[must_use]
pub fn read_moov(moov: &[u8]) -> Option<(Vec<Header>, Vec<Defaults>)> {
    let movie_timescale = timescale(Cursor(moov).find(b"mvhd")?)?;
    let mut headers = Vec::new();
    for (_, track) in Cursor(moov).boxes().filter(|(kind, _)| kind == b"trak").take(TRACKS_MAX) {
        headers.extend(read_track(Cursor(track), movie_timescale)?);
    }
    let mut defaults = Vec::new();
    let extends = Cursor(moov).find(b"mvex")?;
    for (_, content) in extends.boxes().filter(|(kind, _)| kind == b"trex").take(TRACKS_MAX) {
        let mut fields = Cursor(content);
        fields.skip(4)?;
        let (track, description) = (fields.u32()?, fields.u32()?);
        let (duration, bytes, flags) = (fields.u32()?, fields.u32()?, fields.u32()?);
        defaults.push(Defaults { track, description, duration, bytes, flags });
    }
    Some((headers, defaults))
}

/// A `trak`; none inside where it is neither pictures nor sound.
fn read_track(track: Cursor<'_>, movie_timescale: u32) -> Option<Option<Header>> {
    let media = track.find(b"mdia")?;
    let mut handler = media.find(b"hdlr")?;
    handler.skip(8)?;
    let kind = match &handler.take::<4>()? {
        b"vide" => Kind::Pictures,
        b"soun" => Kind::Sound,
        _ => return Some(None),
    };
    let mut header = track.find(b"tkhd")?;
    let is_long = header.u32()? >> 24 == 1;
    header.skip(if is_long { 16 } else { 8 })?;
    let id = header.u32()?;
    header.skip(if is_long { 12 } else { 8 })?;
    let look = header.take::<LOOK_BYTES>()?;
    let mut described = media.find(b"mdhd")?;
    let timescale = timescale(described).filter(|&ticks| ticks != 0)?;
    let is_long = described.u32()? >> 24 == 1;
    described.skip(if is_long { 28 } else { 16 })?;
    let language = described.u16()?;
    let mut descriptions = media.find(b"minf")?.find(b"stbl")?.find(b"stsd")?;
    let whole = descriptions.0.to_vec();
    descriptions.skip(4)?;
    descriptions.u32().filter(|&count| count != 0)?;
    let edit = match track.find(b"edts").and_then(|edits| edits.find(b"elst")) {
        Some(list) => read_edit(list, movie_timescale, timescale)?,
        None => Edit::default(),
    };
    Some(Some(Header { id, kind, timescale, language, look, descriptions: whole, edit }))
}

/// Of an `mvhd` or `mdhd`, which agree so far.
fn timescale(mut header: Cursor<'_>) -> Option<u32> {
    let is_long = header.u32()? >> 24 == 1;
    header.skip(if is_long { 16 } else { 8 })?;
    header.u32()
}

/// Pauses, then the first edit that shows something (ISO/IEC 14496-12 §8.6.6). Later ones would need cuts; fragmented
/// files have none.
fn read_edit(mut list: Cursor<'_>, movie_timescale: u32, timescale: u32) -> Option<Edit> {
    let is_long = list.u32()? >> 24 == 1;
    let mut paused = 0u64;
    let mut lead = 0;
    for _ in 0..list.u32()?.min(EDITS_MAX) {
        let (duration, media_time) = if is_long {
            (list.u64()?, list.u64()?.cast_signed())
        } else {
            (u64::from(list.u32()?), i64::from(list.u32()?.cast_signed()))
        };
        list.skip(4)?;
        if 0 <= media_time {
            lead = media_time;
            break;
        }
        paused = paused.checked_add(duration)?;
    }
    let pause = u128::from(paused) * u128::from(timescale) / u128::from(movie_timescale.max(1));
    // Days at any timescale, and far from where sums overflow.
    let bounded = |ticks: i64| (ticks <= TICKS_MAX).then_some(ticks);
    Some(Edit { pause: bounded(i64::try_from(pause).ok()?)?, lead: bounded(lead)? })
}

/// Four days at ten million ticks a second, and more; sums of a few of these fit 64 bits.
pub(super) const TICKS_MAX: i64 = 1 << 48;

/// One sample of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    /// Ticks it lasts.
    pub duration: u32,
    /// Its bytes.
    pub bytes: u32,
    /// Ticks from decoding to showing.
    pub composition: i32,
    /// Whether it can be decoded without those before it.
    pub sync: bool,
}

/// Samples that lie one behind the other in their file (`trun`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// Of which track.
    pub track: u32,
    /// Decode time of the first, in ticks; none where it follows what came before.
    pub base: Option<u64>,
    /// Which description, from 1 on.
    pub description: u32,
    /// The first byte.
    pub offset: u64,
    /// In decoding order.
    pub samples: Vec<Sample>,
}

impl Run {
    /// Bytes of all its samples.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.samples.iter().map(|sample| u64::from(sample.bytes)).sum()
    }
}

/// Reads the content of a `moof` that begins at byte `at` of its file.
#[must_use]
pub fn read_moof(moof: &[u8], at: u64, defaults: &[Defaults]) -> Option<Vec<Run>> {
    let mut runs = Vec::new();
    let mut left = SAMPLES_MAX;
    // Where nothing says otherwise, a track's data follows that of the track before it.
    let mut behind = at;
    for (_, traf) in Cursor(moof).boxes().filter(|(kind, _)| kind == b"traf") {
        let traf = Cursor(traf);
        let header = FragmentHeader::read(traf.find(b"tfhd")?, defaults)?;
        let base = header.base.unwrap_or(if header.base_is_moof { at } else { behind });
        let mut time = match traf.find(b"tfdt") {
            Some(mut fields) => Some(match fields.u32()? >> 24 {
                1 => fields.u64()?,
                _ => u64::from(fields.u32()?),
            }),
            None => None,
        };
        let mut next = base;
        for (_, content) in traf.boxes().filter(|(kind, _)| kind == b"trun") {
            let mut run = header.run(Cursor(content), base, next, &mut left)?;
            next = run.offset.checked_add(run.bytes())?;
            if !run.samples.is_empty() {
                run.base = time.take();
                runs.push(run);
            }
        }
        behind = next;
    }
    Some(runs)
}

/// A `tfhd`, with what it leaves to the defaults.
struct FragmentHeader {
    defaults: Defaults,
    base: Option<u64>,
    base_is_moof: bool,
}

impl FragmentHeader {
    fn read(mut header: Cursor<'_>, all: &[Defaults]) -> Option<FragmentHeader> {
        let flags = header.u32()? & 0xff_ffff;
        let track = header.u32()?;
        let known = all.iter().copied().find(|defaults| defaults.track == track);
        let otherwise = known.unwrap_or(Defaults { track, description: 1, duration: 0, bytes: 0, flags: 0 });
        let base = if flags & TFHD_BASE_OFFSET == 0 { None } else { Some(header.u64()?) };
        let mut field = |bit, otherwise| if flags & bit == 0 { Some(otherwise) } else { header.u32() };
        let defaults = Defaults {
            track,
            description: field(TFHD_DESCRIPTION, otherwise.description)?,
            duration: field(TFHD_DURATION, otherwise.duration)?,
            bytes: field(TFHD_SIZE, otherwise.bytes)?,
            flags: field(TFHD_FLAGS, otherwise.flags)?,
        };
        Some(FragmentHeader { defaults, base, base_is_moof: flags & TFHD_BASE_IS_MOOF != 0 })
    }

    /// A `trun`, whose data lies at an offset from `base`, or at `next`.
    fn run(&self, mut run: Cursor<'_>, base: u64, next: u64, left: &mut u32) -> Option<Run> {
        let flags = run.u32()? & 0xff_ffff;
        let count = run.u32()?;
        *left = left.checked_sub(count)?;
        let offset = if flags & TRUN_OFFSET == 0 {
            next
        } else {
            base.checked_add_signed(i64::from(run.u32()?.cast_signed()))?
        };
        let first_flags = if flags & TRUN_FIRST_FLAGS == 0 { None } else { Some(run.u32()?) };
        let mut samples = Vec::new();
        for index in 0..count {
            let mut field = |bit, otherwise| if flags & bit == 0 { Some(otherwise) } else { run.u32() };
            let duration = field(TRUN_DURATION, self.defaults.duration)?;
            let bytes = field(TRUN_SIZE, self.defaults.bytes)?;
            let own = field(TRUN_FLAGS, self.defaults.flags)?;
            let composition = field(TRUN_COMPOSITION, 0)?.cast_signed();
            let flags = first_flags.filter(|_| index == 0).unwrap_or(own);
            samples.push(Sample { duration, bytes, composition, sync: flags & NON_SYNC == 0 });
        }
        let Defaults { track, description, .. } = self.defaults;
        Some(Run { track, base: None, description, offset, samples })
    }
}
