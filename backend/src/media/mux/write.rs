//! The boxes before the media of a plain file (ISO/IEC 14496-12): `ftyp`, `moov` and the head of `mdat`. Pure.
//!
//! Says nothing of when it was made, so that the same sources give the same bytes.

use super::plan::{MOVIE_TIMESCALE, Timing, to_movie};
use super::read::Kind;
use super::track::Track;

/// More than a head has beside its tables and the descriptions that are copied, two of at most 4 MB.
pub(super) const FIXED_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Enabled, and part of the film.
const TRACK_FLAGS: u32 = 3;
/// Nothing is turned or moved: ones in 16.16 and 2.30.
const UNITY: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];
const ONE: u32 = 0x1_0000;
/// What `elst` says of a pause.
const NO_MEDIA: u64 = u64::MAX;

/// What a head is written of.
pub(super) struct Layout<'a> {
    pub tracks: &'a [Track],
    pub timings: &'a [Timing],
    /// Where each chunk lies, from the first byte of the media on, by track.
    pub offsets: &'a [Vec<u64>],
    pub media_bytes: u64,
    /// Whether places need 64 bits.
    pub is_long: bool,
    /// Where the media begins.
    pub base: u64,
}

/// Bytes of a track's tables, places in 64 bits.
pub(super) fn table_bytes(track: &Track) -> u64 {
    let rows = 8 * (track.durations.len() + track.compositions.len())
        + 4 * (track.syncs.len() + track.sizes.len())
        + (8 + 12) * track.chunks.len();
    rows as u64
}

/// Everything before the first byte of the media.
pub(super) fn head(layout: &Layout<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    wrap(&mut out, b"ftyp", |out| {
        out.extend(b"isom");
        word(out, 0x200);
        for brand in [b"isom", b"iso2", b"mp41"] {
            out.extend(brand);
        }
    });
    wrap(&mut out, b"moov", |out| movie(out, layout));
    if layout.is_long {
        word(&mut out, 1);
        out.extend(b"mdat");
        long(&mut out, layout.media_bytes + 16);
    } else {
        word(&mut out, short(layout.media_bytes + 8));
        out.extend(b"mdat");
    }
    out
}

fn movie(out: &mut Vec<u8>, layout: &Layout<'_>) {
    let rows = || layout.tracks.iter().zip(layout.timings).zip(layout.offsets);
    let end = rows().map(|((track, timing), _)| shown_until(track, timing)).max().unwrap_or(0);
    wrap(out, b"mvhd", |out| {
        timed(out, MOVIE_TIMESCALE, end);
        // Rate, volume and what is reserved.
        words(out, &[ONE, 0x0100_0000, 0, 0]);
        words(out, &UNITY);
        words(out, &[0; 6]);
        word(out, short(layout.tracks.len() as u64 + 1));
    });
    for (number, ((track, timing), offsets)) in (1..).zip(rows()) {
        wrap(out, b"trak", |out| {
            let until = shown_until(track, timing);
            wrap(out, b"tkhd", |out| track_header(out, number, until, track));
            if timing.pause != 0 || timing.lead != 0 {
                wrap(out, b"edts", |out| wrap(out, b"elst", |out| edits(out, track, timing)));
            }
            wrap(out, b"mdia", |out| media(out, track, timing, layout, offsets));
        });
    }
}

/// When the last of a track has been shown, in [`MOVIE_TIMESCALE`].
fn shown_until(track: &Track, timing: &Timing) -> u64 {
    timing.pause.saturating_add(to_movie(timing.shown, track.header.timescale))
}

fn track_header(out: &mut Vec<u8>, number: u32, until: u64, track: &Track) {
    match u32::try_from(until) {
        Ok(until) => words(out, &[TRACK_FLAGS, 0, 0, number, 0, until]),
        Err(_) => {
            words(out, &[0x0100_0000 | TRACK_FLAGS, 0, 0, 0, 0, number, 0]);
            long(out, until);
        }
    }
    out.extend(track.header.look);
}

fn edits(out: &mut Vec<u8>, track: &Track, timing: &Timing) {
    let shown = to_movie(timing.shown, track.header.timescale);
    let mut rows = Vec::with_capacity(2);
    if timing.pause != 0 {
        rows.push((timing.pause, NO_MEDIA));
    }
    rows.push((shown, timing.lead));
    let fits = |ticks: u64| i32::try_from(ticks).is_ok();
    let is_long = !(fits(timing.pause) && fits(shown) && fits(timing.lead));
    words(out, &[u32::from(is_long) << 24, short(rows.len() as u64)]);
    for (duration, media_time) in rows {
        if is_long {
            long(out, duration);
            long(out, media_time);
        } else {
            words(out, &[short(duration), short(media_time)]);
        }
        word(out, ONE);
    }
}

fn media(out: &mut Vec<u8>, track: &Track, timing: &Timing, layout: &Layout<'_>, offsets: &[u64]) {
    let header = &track.header;
    wrap(out, b"mdhd", |out| {
        timed(out, header.timescale, track.ticks());
        out.extend(header.language.to_be_bytes());
        out.extend([0; 2]);
    });
    let (handler, name) = match header.kind {
        Kind::Pictures => (b"vide", &b"Pictures\0"[..]),
        Kind::Sound => (b"soun", &b"Sound\0"[..]),
    };
    wrap(out, b"hdlr", |out| {
        words(out, &[0, 0]);
        out.extend(handler);
        words(out, &[0; 3]);
        out.extend(name);
    });
    wrap(out, b"minf", |out| {
        match header.kind {
            Kind::Pictures => wrap(out, b"vmhd", |out| words(out, &[1, 0, 0])),
            Kind::Sound => wrap(out, b"smhd", |out| words(out, &[0, 0])),
        }
        wrap(out, b"dinf", |out| {
            wrap(out, b"dref", |out| {
                words(out, &[0, 1]);
                // The media is in this very file.
                wrap(out, b"url ", |out| word(out, 1));
            });
        });
        wrap(out, b"stbl", |out| tables(out, track, timing, layout, offsets));
    });
}

fn tables(out: &mut Vec<u8>, track: &Track, timing: &Timing, layout: &Layout<'_>, offsets: &[u64]) {
    wrap(out, b"stsd", |out| out.extend(&track.header.descriptions));
    wrap(out, b"stts", |out| {
        words(out, &[0, short(track.durations.len() as u64)]);
        track.durations.iter().for_each(|(samples, ticks)| words(out, &[*samples, *ticks]));
    });
    let raised = |ticks: i32| short(u64::try_from(i64::from(ticks) + i64::from(timing.raised)).unwrap_or(0));
    if track.compositions.iter().any(|(_, ticks)| raised(*ticks) != 0) {
        wrap(out, b"ctts", |out| {
            words(out, &[0, short(track.compositions.len() as u64)]);
            track.compositions.iter().for_each(|(samples, ticks)| words(out, &[*samples, raised(*ticks)]));
        });
    }
    // Without the box all can be decoded alone.
    if track.syncs.len() != track.sizes.len() {
        wrap(out, b"stss", |out| {
            words(out, &[0, short(track.syncs.len() as u64)]);
            words(out, &track.syncs);
        });
    }
    wrap(out, b"stsc", |out| {
        let mut rows: Vec<[u32; 3]> = Vec::new();
        for (number, chunk) in (1..).zip(&track.chunks) {
            if rows
                .last()
                .is_none_or(|[_, samples, kind]| (*samples, *kind) != (chunk.samples, chunk.description))
            {
                rows.push([number, chunk.samples, chunk.description]);
            }
        }
        words(out, &[0, short(rows.len() as u64)]);
        rows.iter().for_each(|row| words(out, row));
    });
    wrap(out, b"stsz", |out| {
        let count = short(track.sizes.len() as u64);
        match track.sizes.first() {
            // Zero would say that a table follows.
            Some(&all) if all != 0 && track.sizes.iter().all(|&bytes| bytes == all) => {
                words(out, &[0, all, count]);
            }
            Some(_) | None => {
                words(out, &[0, 0, count]);
                words(out, &track.sizes);
            }
        }
    });
    let count = short(offsets.len() as u64);
    if layout.is_long {
        wrap(out, b"co64", |out| {
            words(out, &[0, count]);
            offsets.iter().for_each(|offset| long(out, layout.base + offset));
        });
    } else {
        wrap(out, b"stco", |out| {
            words(out, &[0, count]);
            offsets.iter().for_each(|offset| word(out, short(layout.base + offset)));
        });
    }
}

/// The common front of `mvhd` and `mdhd`: no dates, then timescale and duration.
fn timed(out: &mut Vec<u8>, timescale: u32, duration: u64) {
    match u32::try_from(duration) {
        Ok(duration) => {
            words(out, &[0, 0, 0, timescale, duration]);
        }
        Err(_) => {
            words(out, &[0x0100_0000, 0, 0, 0, 0, timescale]);
            long(out, duration);
        }
    }
}

fn wrap(out: &mut Vec<u8>, kind: &[u8; 4], content: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    word(out, 0);
    out.extend(kind);
    content(out);
    let bytes = short((out.len() - start) as u64);
    if let Some(size) = out.get_mut(start..start + 4) {
        size.copy_from_slice(&bytes.to_be_bytes());
    }
}

fn words(out: &mut Vec<u8>, fields: &[u32]) {
    fields.iter().for_each(|field| word(out, *field));
}

fn word(out: &mut Vec<u8>, field: u32) {
    out.extend(field.to_be_bytes());
}

fn long(out: &mut Vec<u8>, field: u64) {
    out.extend(field.to_be_bytes());
}

/// The low half: what is larger was given 64 bits, or is the mark of a pause, whose low half is its mark in 32.
fn short(field: u64) -> u32 {
    let [_, _, _, _, low @ ..] = field.to_be_bytes();
    u32::from_be_bytes(low)
}
