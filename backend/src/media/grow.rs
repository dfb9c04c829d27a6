//! Follows a rendition while ffmpeg writes it: which segments are complete by now.
//!
//! Owns the one rule that cannot be taken back: a segment that was shown once never changes. So a segment ends with the
//! first fragment that makes it long enough, whatever follows. Never runs ffmpeg and never names a file to anybody. The
//! surprise is that the files may be moved meanwhile: they are held open.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use shared::hls::ByteRange;
use shared::id::Digest;

use super::cuts;
use super::index::{Index, Indexer, Place};
use super::ladder::{self, Rung};
use super::make::{Made, MakeError, NO_PICTURES, describe};
use super::package;
use super::sound::Recut;

/// Pictures in the making and the sound beside them.
#[derive(Debug)]
pub struct Growth {
    pictures: Option<Pictures>,
    sound: Option<Sound>,
    made: Vec<Made>,
}

impl Growth {
    /// Nothing yet. ffmpeg writes pictures and sound to these places.
    #[must_use]
    pub fn begin(
        pictures: Option<&(Rung, PathBuf)>,
        sound: Option<&(ladder::Sound, PathBuf)>,
        scratch: &Path,
    ) -> Growth {
        let pictures = pictures.map(|(rung, path)| Pictures { rung: rung.clone(), track: Track::at(path) });
        let recut = scratch.join("recut.raw");
        let sound = sound.map(|(sound, path)| Sound {
            rung: Rung { bit_rate_max: sound.bit_rate().unwrap_or(0), ..NO_PICTURES },
            raw: Track::at(path),
            recut: Some(Recut::default()),
            to: None,
            track: Track::at(&recut),
        });
        Growth { pictures, sound, made: Vec::new() }
    }

    /// What can be shown by now; nothing before there is a segment of both. Whoever moves a file says so by its new
    /// place.
    ///
    /// # Errors
    /// [`MakeError`].
    pub fn look(&mut self) -> Result<&mut [Made], MakeError> {
        self.read_on(false)?;
        Ok(&mut self.made)
    }

    /// The whole, after ffmpeg has ended well.
    ///
    /// # Errors
    /// [`MakeError`].
    pub fn finish(mut self) -> Result<Vec<Made>, MakeError> {
        self.read_on(true)?;
        Ok(self.made)
    }

    fn read_on(&mut self, is_over: bool) -> Result<(), MakeError> {
        let Some(pictures) = &mut self.pictures else { return Ok(()) };
        let Some((pictures, cuts)) = pictures.read_on(is_over)? else { return Ok(()) };
        let sound = match &mut self.sound {
            None => None,
            Some(sound) => match sound.read_on(&cuts, is_over)? {
                None => return Ok(()),
                sound => sound,
            },
        };
        // Where a file was moved to stays known.
        let places: Vec<PathBuf> = self.made.iter().map(|made| made.file.clone()).collect();
        self.made = std::iter::once(pictures).chain(sound).collect();
        self.made.iter_mut().zip(places).for_each(|(made, place)| made.file = place);
        Ok(())
    }
}

/// A file that grows.
#[derive(Debug)]
struct Track {
    path: PathBuf,
    /// None before ffmpeg has made it.
    file: Option<File>,
    indexer: Indexer,
    digests: Vec<(ByteRange, Digest)>,
}

impl Track {
    fn at(path: &Path) -> Track {
        Track { path: path.to_owned(), file: None, indexer: Indexer::default(), digests: Vec::new() }
    }

    /// The file and what is in it; none before its header is.
    fn read_on(&mut self) -> Result<Option<(&File, &Index)>, MakeError> {
        let file = match self.file.take() {
            Some(file) => file,
            None => match File::open(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                file => file?,
            },
        };
        self.indexer.read_on(&file)?;
        let file = self.file.insert(file);
        Ok(self.indexer.index().map(|index| (&*file, index)))
    }

    /// What there is of it, but for the last `open` segments.
    fn made(
        &mut self,
        rung: &Rung,
        mut starts: Vec<Duration>,
        open: usize,
    ) -> Result<Option<Made>, MakeError> {
        let (Some(file), Some(index)) = (&self.file, self.indexer.index()) else { return Ok(None) };
        if starts.len() <= open {
            return Ok(None);
        }
        let mut cut = package::cut(index, &starts)?;
        starts.truncate(starts.len() - open);
        cut.pieces.truncate(starts.len());
        package::extend_digests(file, &cut, &mut self.digests)?;
        Ok(Some(describe(rung, index, cut, starts, self.digests.clone(), &self.path)))
    }
}

#[derive(Debug)]
struct Pictures {
    rung: Rung,
    track: Track,
}

impl Pictures {
    /// The complete segments and where all begin, the one to come included.
    fn read_on(&mut self, is_over: bool) -> Result<Option<(Made, Cuts)>, MakeError> {
        let Some((_, index)) = self.track.read_on()? else { return Ok(None) };
        let segments = Segments::of(&index.fragments);
        let cuts = segments.cuts();
        let open = usize::from(segments.is_open && !is_over);
        let made = self.track.made(&self.rung, segments.starts, open)?;
        Ok(made.map(|made| (made, cuts)))
    }
}

/// Where segments of pictures begin, as far as that is known.
struct Cuts {
    known: Vec<Duration>,
    /// No other begins before.
    until: Duration,
}

/// How fragments make segments.
struct Segments {
    starts: Vec<Duration>,
    end: Duration,
    /// The last one is still too short to end.
    is_open: bool,
}

impl Segments {
    fn of(fragments: &[Place]) -> Segments {
        let mut segments = Segments { starts: Vec::new(), end: Duration::ZERO, is_open: false };
        for place in fragments {
            if !segments.is_open && (place.independent || segments.starts.is_empty()) {
                segments.starts.push(place.start);
            }
            segments.end = segments.end.max(place.end);
            let begun = segments.starts.last().copied().unwrap_or_default();
            segments.is_open = !cuts::may_end(begun, segments.end);
        }
        segments
    }

    /// Behind a segment that has ended another one begins, unless the film ends there.
    fn cuts(&self) -> Cuts {
        let mut known = self.starts.clone();
        if !self.is_open {
            known.push(self.end);
        }
        let last = known.last().copied().unwrap_or_default();
        Cuts { until: cuts::earliest_after(last), known }
    }
}

#[derive(Debug)]
struct Sound {
    rung: Rung,
    /// As ffmpeg writes it.
    raw: Track,
    /// None once all is written.
    recut: Option<Recut>,
    /// Cut where the pictures are.
    to: Option<File>,
    track: Track,
}

impl Sound {
    fn read_on(&mut self, pictures: &Cuts, is_over: bool) -> Result<Option<Made>, MakeError> {
        let Some((from, index)) = self.raw.read_on()? else { return Ok(None) };
        let to = match &mut self.to {
            Some(to) => to,
            to => to.insert(File::create(&self.track.path)?),
        };
        let mut to = BufWriter::new(to);
        if is_over {
            if let Some(mut recut) = self.recut.take() {
                let known = cuts::beside(&pictures.known, index.end());
                recut.go_on(from, index, &known, Duration::MAX, &mut to)?;
                recut.finish(from, &mut to)?;
            }
        } else if let Some(recut) = &mut self.recut {
            recut.go_on(from, index, &pictures.known, pictures.until, &mut to)?;
        }
        to.flush()?;
        drop(to);
        let Some((_, index)) = self.track.read_on()? else { return Ok(None) };
        let starts = index.starts();
        self.track.made(&self.rung, starts, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::boxes::Fragment;

    fn fragments(starts: &[f64], end: f64) -> Vec<Place> {
        let ends = starts.iter().skip(1).copied().chain(std::iter::once(end));
        let place = |(start, end): (&f64, f64)| Place {
            offset: 0,
            bytes: 1,
            media: 0,
            start: Duration::from_secs_f64(*start),
            end: Duration::from_secs_f64(end),
            independent: true,
            fragment: Fragment { base: 0, independent: true, samples: Vec::new() },
        };
        starts.iter().zip(ends).map(place).collect()
    }

    /// Where segments begin, whether the last is open, the cuts known for the sound and until when they are all.
    fn segments(starts: &[f64], end: f64) -> (Vec<f64>, bool, Vec<f64>, f64) {
        let segments = Segments::of(&fragments(starts, end));
        let cuts = segments.cuts();
        let seconds = |times: &[Duration]| times.iter().map(Duration::as_secs_f64).collect();
        (seconds(&segments.starts), segments.is_open, seconds(&cuts.known), cuts.until.as_secs_f64())
    }

    #[test]
    fn a_segment_ends_as_soon_as_it_is_long_enough() {
        assert_eq!(segments(&[], 0.), (vec![], false, vec![0.], 1.));
        assert_eq!(segments(&[0.], 2.), (vec![0.], false, vec![0., 2.], 3.));
        assert_eq!(segments(&[0., 2., 4.], 8.), (vec![0., 2., 4.], false, vec![0., 2., 4., 8.], 9.));
        assert_eq!(segments(&[0., 2.], 2.5), (vec![0., 2.], true, vec![0., 2.], 3.));
    }

    #[test]
    fn key_frames_that_come_all_at_once_make_one_segment() {
        let starts = [0., 9., 9.04, 9.08, 12.];
        assert_eq!(segments(&starts, 16.), (vec![0., 9., 12.], false, vec![0., 9., 12., 16.], 17.));
    }

    #[test]
    fn what_was_complete_once_stays_as_it_is() {
        let starts = [0., 2., 4., 8., 8.3, 8.7, 9.5, 12.];
        let whole = Segments::of(&fragments(&starts, 16.)).starts;
        let all = fragments(&starts, 16.);
        for count in 1..=all.len() {
            let so_far = Segments::of(&all[..count]);
            let complete = so_far.starts.len() - usize::from(so_far.is_open);
            assert_eq!(so_far.starts[..complete], whole[..complete], "{count} fragments");
        }
    }
}
