//! Cuts sound where the pictures are cut.
//!
//! Owns the rewriting of a fragmented sound file: the same packets in the same order under new `moof`s, one for each
//! segment. ffmpeg can cut sound at even distances only, and a remuxed video is cut where its key frames happen to be.
//! Never touches a packet.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::time::Duration;

use super::boxes::Sample;
use super::index::{Index, time};

/// `sample_depends_on` = 2: needs no other. True of every packet of sound.
const INDEPENDENT: u32 = 0x0200_0000;
/// A segment of sound is under a megabyte; what claims to be more than this is a damaged file.
const SEGMENT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A rewriting under way. The file that is read may still be written to.
#[derive(Debug, Default)]
pub struct Recut {
    has_head: bool,
    /// Segments written.
    written: u32,
    /// The cut that is waited for.
    next: usize,
    /// The next packet: its fragment, its place in it, when it plays in ticks, and where it lies.
    place: usize,
    sample: usize,
    ticks: u64,
    offset: u64,
    segment: Segment,
}

impl Recut {
    /// Writes what of `from` comes before `until` to `to`, with a segment at each of the `cuts` that it reaches. `cuts`
    /// are those of the last time and more, and hold every cut there is before `until`.
    ///
    /// # Errors
    /// When a file cannot be read or written, or holds a segment that cannot be.
    pub fn go_on(
        &mut self,
        from: &File,
        index: &Index,
        cuts: &[Duration],
        until: Duration,
        to: &mut impl Write,
    ) -> io::Result<()> {
        if !self.has_head {
            copy(from, 0, index.init_bytes, to)?;
            self.has_head = true;
            // The first segment begins with the first packet, whenever that is.
            self.next = 1;
        }
        while let Some(place) = index.fragments.get(self.place) {
            if self.sample == 0 {
                (self.ticks, self.offset) = (place.fragment.base, place.media);
            }
            while let Some(sample) = place.fragment.samples.get(self.sample) {
                let half = u64::from(sample.duration / 2);
                let middle = time(self.ticks.saturating_add(half), index.track.timescale);
                if until <= middle {
                    return Ok(());
                }
                // The packet that begins nearest to the cut, so that the error never grows.
                if cuts.get(self.next).is_some_and(|cut| *cut <= middle) {
                    self.close(from, to)?;
                    while cuts.get(self.next).is_some_and(|cut| *cut <= middle) {
                        self.next += 1;
                    }
                }
                self.segment.add(self.ticks, self.offset, sample)?;
                self.ticks = self.ticks.saturating_add(u64::from(sample.duration));
                self.offset = self.offset.saturating_add(u64::from(sample.bytes));
                self.sample += 1;
            }
            self.place += 1;
            self.sample = 0;
        }
        Ok(())
    }

    /// Writes the last segment.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn finish(mut self, from: &File, to: &mut impl Write) -> io::Result<()> {
        self.close(from, to)
    }

    fn close(&mut self, from: &File, to: &mut impl Write) -> io::Result<()> {
        self.written += 1;
        std::mem::take(&mut self.segment).write(from, self.written, to)
    }
}

/// Writes the sound of `from` to `to`, with a segment at each of the `cuts` that it reaches.
///
/// # Errors
/// When a file cannot be read or written, or holds a segment that cannot be.
pub fn recut(from: &File, index: &Index, cuts: &[Duration], to: &mut impl Write) -> io::Result<()> {
    let mut recut = Recut::default();
    recut.go_on(from, index, cuts, Duration::MAX, to)?;
    recut.finish(from, to)
}

/// Packets that go into one segment.
#[derive(Debug, Default)]
struct Segment {
    base: u64,
    samples: Vec<Sample>,
    /// Where their bytes lie; packets that follow each other are one run.
    runs: Vec<(u64, u64)>,
    bytes: u64,
}

impl Segment {
    fn add(&mut self, ticks: u64, offset: u64, sample: &Sample) -> io::Result<()> {
        if self.samples.is_empty() {
            self.base = ticks;
        }
        let bytes = u64::from(sample.bytes);
        match self.runs.last_mut() {
            Some((start, length)) if *start + *length == offset => *length += bytes,
            _ => self.runs.push((offset, bytes)),
        }
        self.samples.push(*sample);
        self.bytes += bytes;
        if SEGMENT_BYTES_MAX < self.bytes { Err(io::ErrorKind::InvalidData.into()) } else { Ok(()) }
    }

    fn write(&self, from: &File, number: u32, to: &mut impl Write) -> io::Result<()> {
        if self.samples.is_empty() {
            return Ok(());
        }
        to.write_all(&self.head(number)?)?;
        self.runs.iter().try_for_each(|&(offset, bytes)| copy(from, offset, bytes, to))
    }

    /// `moof` and the header of `mdat` (ISO/IEC 14496-12 §8.8), which are nothing but 32-bit fields.
    fn head(&self, number: u32) -> io::Result<Vec<u8>> {
        let too_large = |_| io::Error::from(io::ErrorKind::InvalidData);
        let count = u32::try_from(self.samples.len()).map_err(too_large)?;
        let media_bytes = u32::try_from(self.bytes).map_err(too_large)?;
        // Packets of one duration, but for the last of a file: four bytes saved for each.
        let duration = self.samples.first().map_or(0, |sample| sample.duration);
        let alike = self.samples.iter().all(|sample| sample.duration == duration);
        let trun_bytes = 20 + count * if alike { 4 } else { 8 };
        let traf_bytes = 8 + 24 + 20 + trun_bytes;
        let moof_bytes = 8 + 16 + traf_bytes;

        let kind = |letters: &[u8; 4]| u32::from_be_bytes(*letters);
        let [high, low] = [self.base >> 32, self.base & u64::from(u32::MAX)]
            .map(|half| u32::try_from(half).unwrap_or(u32::MAX));
        let mut fields = vec![moof_bytes, kind(b"moof")];
        fields.extend([16, kind(b"mfhd"), 0, number]);
        fields.extend([traf_bytes, kind(b"traf")]);
        // Offsets count from the moof; a default duration and default flags follow ffmpeg's track 1.
        fields.extend([24, kind(b"tfhd"), 0x02_0028, 1, duration, INDEPENDENT]);
        fields.extend([20, kind(b"tfdt"), 1 << 24, high, low]);
        fields.extend([trun_bytes, kind(b"trun"), if alike { 0x201 } else { 0x301 }, count, moof_bytes + 8]);
        for sample in &self.samples {
            if !alike {
                fields.push(sample.duration);
            }
            fields.push(sample.bytes);
        }
        fields.extend([media_bytes + 8, kind(b"mdat")]);
        Ok(fields.iter().flat_map(|field| field.to_be_bytes()).collect())
    }
}

fn copy(from: &File, mut offset: u64, mut bytes: u64, to: &mut impl Write) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    while bytes != 0 {
        let wanted = usize::try_from(bytes).unwrap_or(usize::MAX).min(buffer.len());
        let piece = buffer.get_mut(..wanted).unwrap_or_default();
        from.read_exact_at(piece, offset)?;
        to.write_all(piece)?;
        let read = u64::try_from(wanted).unwrap_or(u64::MAX);
        offset += read;
        bytes -= read;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::boxes::tests::{audio_moov, wrap};
    use crate::media::index::{IndexError, Indexer, index};

    /// AAC-LC, 48 kHz, stereo.
    const CONFIG: [u8; 2] = [0x11, 0x90];

    fn file(content: &[u8]) -> (tempfile::TempDir, File) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sound.mp4");
        std::fs::write(&path, content).unwrap();
        (folder, File::open(path).unwrap())
    }

    fn init() -> Vec<u8> {
        [wrap(b"ftyp", &[b"iso6"]), wrap(b"moov", &[&audio_moov(48_000, &CONFIG)])].concat()
    }

    /// A file of one fragment with `count` packets, each of which is told by its bytes.
    fn sound(count: u32) -> Vec<u8> {
        let mut segment = Segment::default();
        let init = init();
        for number in 0..count {
            let sample = Sample { duration: 1024, bytes: 10 + number % 7, composition: 0 };
            segment.add(u64::from(number) * 1024, 0, &sample).unwrap();
        }
        let media: Vec<u8> =
            (0..count).flat_map(|number| vec![number.to_le_bytes()[0]; (10 + number % 7) as usize]).collect();
        [init, segment.head(1).unwrap(), media].concat()
    }

    fn seconds(cuts: &[f64]) -> Vec<Duration> {
        cuts.iter().copied().map(Duration::from_secs_f64).collect()
    }

    #[test]
    fn packets_stay_the_same_under_new_cuts() {
        // 20 s of packets of 21.3 ms.
        let original = sound(938);
        let (_folder, from) = file(&original);
        let raw = index(&from).unwrap();
        assert_eq!(raw.fragments.len(), 1);
        let cuts = seconds(&[0., 3.9, 8.34, 12., 17.]);
        let mut out = Vec::new();
        recut(&from, &raw, &cuts, &mut out).unwrap();
        let (_folder, recut_file) = file(&out);
        let new = index(&recut_file).unwrap();
        assert_eq!(new.samples(), 938);
        assert_eq!(new.end(), raw.end());
        for (start, cut) in new.starts().iter().zip(&cuts) {
            assert!(start.abs_diff(*cut) <= Duration::from_micros(10_667), "{start:?} for {cut:?}");
        }
        let media = |bytes: &[u8], index: &Index| -> Vec<u8> {
            let range = |offset: u64, length: u64| {
                usize::try_from(offset).unwrap()..usize::try_from(offset + length).unwrap()
            };
            let places = index.fragments.iter();
            places.flat_map(|place| bytes[range(place.media, place.fragment.bytes())].to_vec()).collect()
        };
        assert_eq!(media(&original, &raw), media(&out, &new));
    }

    #[test]
    fn what_is_followed_while_it_grows_comes_out_the_same() {
        // Five fragments of two seconds each.
        let mut original = init();
        for part in 0..5u8 {
            let mut segment = Segment::default();
            for number in 0..94 {
                let sample = Sample { duration: 1024, bytes: 10 + number % 7, composition: 0 };
                segment.add((u64::from(part) * 94 + u64::from(number)) * 1024, 0, &sample).unwrap();
            }
            original.extend(segment.head(u32::from(part) + 1).unwrap());
            original.extend((0..94u32).flat_map(|number| vec![7 + part; (10 + number % 7) as usize]));
        }
        let cuts = seconds(&[0., 2., 4., 8.]);
        let (_folder, whole) = file(&original);
        let mut expected = Vec::new();
        recut(&whole, &index(&whole).unwrap(), &cuts, &mut expected).unwrap();

        let (folder, from) = file(b"");
        let mut writer = File::options().append(true).open(folder.path().join("sound.mp4")).unwrap();
        let (mut indexer, mut recut, mut out) = (Indexer::default(), Recut::default(), Vec::new());
        for piece in original.chunks(700) {
            writer.write_all(piece).unwrap();
            indexer.read_on(&from).unwrap();
            let Some(index) = indexer.index() else { continue };
            // The cuts are known no sooner than a little before they are needed.
            let known = 1 + cuts.iter().skip(1).take_while(|cut| **cut <= index.end()).count();
            let until = cuts[known - 1] + Duration::from_secs(1);
            recut.go_on(&from, index, &cuts[..known], until, &mut out).unwrap();
            assert!(expected.starts_with(&out));
        }
        let index = indexer.index().unwrap();
        recut.go_on(&from, index, &cuts, Duration::MAX, &mut out).unwrap();
        recut.finish(&from, &mut out).unwrap();
        assert!(out == expected);
    }

    #[test]
    fn cuts_behind_the_end_or_between_two_packets_make_no_empty_segment() {
        let (_folder, from) = file(&sound(100));
        let raw = index(&from).unwrap();
        let mut out = Vec::new();
        recut(&from, &raw, &seconds(&[0., 1., 1.001, 1.002, 5., 9.]), &mut out).unwrap();
        let (_folder, recut_file) = file(&out);
        assert_eq!(index(&recut_file).unwrap().fragments.len(), 2);
    }

    #[test]
    fn a_damaged_file_is_noticed() {
        let whole = sound(50);
        for bytes in [whole.len() - 1, whole.len() - 400, 60, 20] {
            let (_folder, from) = file(&whole[..bytes]);
            assert!(index(&from).is_err(), "{bytes} of {} bytes", whole.len());
        }
        let (_folder, from) = file(&init());
        assert!(matches!(index(&from), Err(IndexError::Empty)));
    }
}
