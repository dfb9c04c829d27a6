//! Files that lie in others: pictures and sound of a stream put side by side while they are sent.
//!
//! Owns the bounds: how many plans are at hand, how much memory all of them take together, how many wait for one. A plan
//! is made once for all who ask for the same files, one at a time, since it reads all their headers.

use std::collections::HashMap;
use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use shared::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::shelf::Held;
use crate::http::conditional::Validators;
use crate::media::index::IndexError;
use crate::media::mux::{Film, Kind, MuxError, Source};

/// Plans at hand: players ask for one film again and again.
const KEPT_MAX: usize = 32;
/// Memory that plans at hand may take. A film of an hour has about 3 MB.
const KEPT_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Memory that all plans may take, those of downloads that go on for hours included.
const ALIVE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Lengths at hand, each some hundred bytes.
const LENGTHS_MAX: usize = 50_000;
/// Requests that wait for a turn at planning, none of which holds a thread.
const QUEUED_MAX: usize = 256;
/// How long one of them waits. Programs give up after a minute.
const QUEUED_FOR: Duration = Duration::from_secs(30);
/// Threads that may wait for a plan: of 512, which everything shares that needs the disk.
const WAITING_MAX: usize = 8;
/// Those of feeds, which can do without.
const MEASURING_MAX: usize = 4;
/// Nobody asked for this long: the sources are let go, so that a deleted video's disk space comes back.
const KEEP_UNUSED: Duration = Duration::from_secs(30);

/// Why there is no film.
#[derive(Debug, thiserror::Error)]
pub enum FilmError {
    /// A source is not there.
    #[error("a rendition is not there")]
    Absent,
    /// Others are made already, as many as there is room for.
    #[error("too many films are put together already")]
    Busy,
    /// It cannot be made.
    #[error("a film could not be put together")]
    Mux(#[from] MuxError),
}

/// One version of a source.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Stamp {
    path: PathBuf,
    kinds: Vec<Kind>,
    inode: u64,
    bytes: u64,
    modified: SystemTime,
}

struct Kept {
    stamps: Vec<Stamp>,
    held: Arc<Held>,
    asked: Instant,
}

impl Kept {
    /// Whether an answer holds it.
    fn is_sent(&self) -> bool {
        1 < Arc::strong_count(&self.held)
    }
}

/// The films of an instance.
#[derive(Default)]
pub struct Films {
    kept: Mutex<Vec<Kept>>,
    turns: Turns,
    queued: AtomicUsize,
    planning: Mutex<()>,
    waiting: AtomicUsize,
    alive: Arc<AtomicU64>,
    lengths: Mutex<HashMap<String, Length>>,
    is_measuring: Arc<AtomicBool>,
}

/// Whose turn at planning it is: one request's, those before it first.
struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Turns {
        Turns(Arc::new(Semaphore::new(1)))
    }
}

/// How long a film is, as far as that is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Length {
    /// So many bytes.
    Bytes(u64),
    /// It cannot be put together.
    Never,
}

/// A turn at measuring many films, given back when it goes.
#[derive(Debug)]
pub struct Measuring(Arc<AtomicBool>);

impl Drop for Measuring {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// A film and its share of the memory, given back when it goes.
#[derive(Debug)]
pub struct Shared {
    film: Film,
    bytes: u64,
    alive: Arc<AtomicU64>,
}

impl Shared {
    /// The film.
    #[must_use]
    pub fn film(&self) -> &Film {
        &self.film
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.alive.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Films {
    /// The film, if it is planned already and its sources are what they were. Looks at the disk for that alone.
    ///
    /// # Errors
    /// [`FilmError`] where a source cannot be looked at.
    pub fn recall(
        &self,
        folder: &Path,
        sources: &[Source],
        now: Instant,
    ) -> Result<Option<Arc<Held>>, FilmError> {
        Ok(self.known(&look(folder, sources)?, now))
    }

    /// A turn at planning, given back when it goes. Whoever asks for a film that [`recall`](Films::recall) does not give
    /// waits for it here, without a thread, and holds it while the film is fetched.
    ///
    /// # Errors
    /// [`FilmError::Busy`] where too many wait already, or those before it take too long.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, FilmError> {
        let _place = Place::take(&self.queued, QUEUED_MAX)?;
        let turn = timeout(QUEUED_FOR, Arc::clone(&self.turns.0).acquire_owned()).await;
        turn.map_err(|_| FilmError::Busy)?.map_err(|_| FilmError::Busy)
    }

    /// The film of these files in `folder`. Waits for the disk.
    ///
    /// # Errors
    /// [`FilmError`].
    pub fn fetch(&self, folder: &Path, sources: &[Source], now: Instant) -> Result<Arc<Held>, FilmError> {
        self.fetch_among(WAITING_MAX, (folder, sources), now)
    }

    fn fetch_among(
        &self,
        waiting_max: usize,
        (folder, sources): (&Path, &[Source]),
        now: Instant,
    ) -> Result<Arc<Held>, FilmError> {
        let stamps = look(folder, sources)?;
        if let Some(held) = self.known(&stamps, now) {
            return Ok(held);
        }
        let _place = Place::take(&self.waiting, waiting_max)?;
        // Nothing that is done under this lock leaves anything half done.
        let _planning = self.planning.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = self.known(&stamps, now) {
            return Ok(held);
        }
        let held = Arc::new(self.plan(&stamps)?);
        self.keep(stamps, Arc::clone(&held), now);
        Ok(held)
    }

    fn plan(&self, stamps: &[Stamp]) -> Result<Held, FilmError> {
        if ALIVE_BYTES_MAX <= self.alive.load(Ordering::Relaxed) {
            // What nobody is being sent makes room first.
            self.trim(0, 0);
        }
        if ALIVE_BYTES_MAX <= self.alive.load(Ordering::Relaxed) {
            return Err(FilmError::Busy);
        }
        let mut sources = Vec::with_capacity(stamps.len());
        for stamp in stamps {
            sources.push((open(stamp)?, stamp.kinds.clone()));
        }
        let film = Film::open(sources)?;
        let bytes = film.plan().weight();
        self.alive.fetch_add(bytes, Ordering::Relaxed);
        let shared = Shared { film, bytes, alive: Arc::clone(&self.alive) };
        Ok(Held::film(shared, validators(stamps)))
    }

    fn known(&self, stamps: &[Stamp], now: Instant) -> Option<Arc<Held>> {
        let mut kept = self.kept();
        let known = kept.iter_mut().find(|kept| kept.stamps == stamps)?;
        known.asked = now;
        Some(Arc::clone(&known.held))
    }

    fn keep(&self, stamps: Vec<Stamp>, held: Arc<Held>, now: Instant) {
        self.kept().push(Kept { stamps, held, asked: now });
        self.trim(KEPT_MAX, KEPT_BYTES_MAX);
    }

    /// Lets go of the oldest until so many are left that are not being sent, and so much memory of theirs. What is being
    /// sent costs the same here or there: forgotten, it would be planned once more for each who asks for it.
    fn trim(&self, count_max: usize, bytes_max: u64) {
        let mut kept = self.kept();
        let unused = kept.iter().filter(|kept| !kept.is_sent());
        let (mut count, mut bytes) =
            unused.fold((0usize, 0u64), |(count, bytes), kept| (count + 1, bytes + kept.held.weight()));
        while count_max < count || bytes_max < bytes {
            let unused = kept.iter().enumerate().filter(|(_, kept)| !kept.is_sent());
            let Some((oldest, _)) = unused.min_by_key(|(_, kept)| kept.asked) else { return };
            bytes = bytes.saturating_sub(kept.swap_remove(oldest).held.weight());
            count = count.saturating_sub(1);
        }
    }

    /// How long the film of these files is, where that is known. Never looks at the disk: files do not change under their
    /// names once they are whole.
    #[must_use]
    pub fn length(&self, sources: &[Source]) -> Option<Length> {
        self.lengths().get(&name(sources)).copied()
    }

    /// How long the film of these files in `folder` is; none where others have to be measured first. Waits for the disk.
    pub fn measure(&self, folder: &Path, sources: &[Source], now: Instant) -> Option<Length> {
        let known = self.length(sources);
        if known.is_some() {
            return known;
        }
        let length = match self.fetch_among(MEASURING_MAX, (folder, sources), now) {
            Ok(held) => Length::Bytes(held.bytes),
            Err(FilmError::Busy) => return None,
            Err(FilmError::Absent | FilmError::Mux(_)) => Length::Never,
        };
        let mut lengths = self.lengths();
        // All of them, since what is asked for again is soon there again.
        if LENGTHS_MAX <= lengths.len() {
            lengths.clear();
        }
        lengths.insert(name(sources), length);
        Some(length)
    }

    /// A turn at measuring films that nobody waits for; none while somebody has it.
    #[must_use]
    pub fn begin_measuring(&self) -> Option<Measuring> {
        let is_taken = self.is_measuring.swap(true, Ordering::AcqRel);
        (!is_taken).then(|| Measuring(Arc::clone(&self.is_measuring)))
    }

    fn lengths(&self) -> MutexGuard<'_, HashMap<String, Length>> {
        self.lengths.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of what nobody asks for any more. Call every few seconds.
    pub fn sweep(&self, now: Instant) {
        self.kept().retain(|kept| kept.is_sent() || now.since(kept.asked) < KEEP_UNUSED);
        self.trim(KEPT_MAX, KEPT_BYTES_MAX);
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What tells a film from all others: the names of its files begin with their video's UUID.
fn name(sources: &[Source]) -> String {
    let one = |source: &Source| format!("{}:{}/", source.file_name, source.kinds.len());
    sources.iter().map(one).collect()
}

/// A place among those who wait.
struct Place<'a>(&'a AtomicUsize);

impl Place<'_> {
    fn take(waiting: &AtomicUsize, max: usize) -> Result<Place<'_>, FilmError> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let place = Place(waiting);
        if before < max { Ok(place) } else { Err(FilmError::Busy) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn look(folder: &Path, sources: &[Source]) -> Result<Vec<Stamp>, FilmError> {
    if sources.is_empty() {
        return Err(FilmError::Absent);
    }
    let look = |source: &Source| {
        let path = folder.join(&source.file_name);
        let found = std::fs::symlink_metadata(&path).map_err(said)?;
        if !found.is_file() {
            return Err(FilmError::Absent);
        }
        let modified = found.modified().map_err(said)?;
        let kinds = source.kinds.clone();
        Ok(Stamp { path, kinds, inode: found.ino(), bytes: found.len(), modified })
    };
    sources.iter().map(look).collect()
}

/// Opens the very version that was looked at.
fn open(stamp: &Stamp) -> Result<File, FilmError> {
    // A link in a data folder is not ours, and may point anywhere.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    let options = File::options().read(true).custom_flags(flags.bits().cast_signed()).open(&stamp.path);
    let file = options.map_err(said)?;
    let found = file.metadata().map_err(said)?;
    // Replaced in between, by what the next request will find.
    if (found.ino(), found.len()) != (stamp.inode, stamp.bytes) {
        return Err(FilmError::Busy);
    }
    Ok(file)
}

fn said(error: std::io::Error) -> FilmError {
    if error.kind() == ErrorKind::NotFound {
        FilmError::Absent
    } else {
        FilmError::Mux(IndexError::Read(error).into())
    }
}

/// The way films are laid out: another one makes other bytes of the same sources.
const LAYOUT: u32 = 1;

/// A film is as old as the youngest of its sources, and differs with each of them.
fn validators(stamps: &[Stamp]) -> Validators {
    let tags = stamps.iter().map(|stamp| {
        let tag = Validators::new(stamp.bytes, stamp.modified).etag;
        format!("-{}{}", tag.trim_matches('"'), stamp.kinds.len())
    });
    let etag = format!("\"m{LAYOUT}{}\"", tags.collect::<String>());
    let youngest = stamps.iter().map(|stamp| stamp.modified).max().unwrap_or(SystemTime::UNIX_EPOCH);
    Validators { etag, ..Validators::new(0, youngest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_put_together_is_said_and_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let films = Films::default();
        let source = [Source { file_name: "a.mp4".to_owned(), kinds: vec![Kind::Pictures] }];
        let fetch = || films.fetch(folder.path(), &source, Instant(0));
        assert!(matches!(fetch(), Err(FilmError::Absent)));
        assert!(matches!(films.fetch(folder.path(), &[], Instant(0)), Err(FilmError::Absent)));
        for rubbish in [&b""[..], b"no boxes at all", &[0, 0, 0, 8, b'f', b'r', b'e', b'e']] {
            std::fs::write(folder.path().join("a.mp4"), rubbish).unwrap();
            assert!(matches!(fetch(), Err(FilmError::Mux(_))), "{rubbish:?}");
        }
        assert!(films.kept().is_empty());
        assert_eq!(films.waiting.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn lengths_are_known_by_their_files_and_measured_by_one() {
        let films = Films::default();
        let source =
            |name: &str, kinds: &[Kind]| vec![Source { file_name: name.to_owned(), kinds: kinds.to_vec() }];
        let one = source("a-720.mp4", &[Kind::Pictures]);
        films.lengths().insert(name(&one), Length::Bytes(7));
        let nowhere = Path::new("/nowhere");
        assert_eq!(films.length(&one), Some(Length::Bytes(7)));
        assert_eq!(films.measure(nowhere, &one, Instant(0)), Some(Length::Bytes(7)));
        let gone = source("c-720.mp4", &[Kind::Pictures]);
        assert_eq!(films.measure(nowhere, &gone, Instant(0)), Some(Length::Never));
        assert_eq!(films.length(&gone), Some(Length::Never), "nobody looks again");
        assert_eq!(films.length(&source("a-720.mp4", &[Kind::Pictures, Kind::Sound])), None);
        assert_eq!(films.length(&source("b-720.mp4", &[Kind::Pictures])), None);
        let turn = films.begin_measuring().unwrap();
        assert!(films.begin_measuring().is_none());
        drop(turn);
        assert!(films.begin_measuring().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_a_turn_holds_no_thread_and_not_for_ever() {
        let films = Arc::new(Films::default());
        let first = films.turn().await.unwrap();
        let wait = || {
            let films = Arc::clone(&films);
            tokio::spawn(async move { films.turn().await.map(drop) })
        };
        let waiting: Vec<_> = (0..QUEUED_MAX).map(|_| wait()).collect();
        while films.queued.load(Ordering::Relaxed) < QUEUED_MAX {
            tokio::task::yield_now().await;
        }
        assert!(matches!(films.turn().await, Err(FilmError::Busy)), "one too many");
        drop(first);
        for waited in waiting {
            waited.await.unwrap().unwrap();
        }
        assert_eq!(films.queued.load(Ordering::Relaxed), 0);
        let taken = films.turn().await.unwrap();
        assert!(matches!(films.turn().await, Err(FilmError::Busy)), "it takes too long");
        drop(taken);
    }

    #[test]
    fn feeds_leave_threads_to_who_plays() {
        let folder = tempfile::tempdir().unwrap();
        let films = Films::default();
        let source = [Source { file_name: "a.mp4".to_owned(), kinds: vec![Kind::Pictures] }];
        std::fs::write(folder.path().join("a.mp4"), crate::media::mux::tests::pictures()).unwrap();
        let places: Vec<_> =
            (0..MEASURING_MAX).map(|_| Place::take(&films.waiting, WAITING_MAX).unwrap()).collect();
        assert_eq!(films.measure(folder.path(), &source, Instant(0)), None);
        assert!(films.fetch(folder.path(), &source, Instant(0)).is_ok());
        drop(places);
    }

    #[test]
    fn what_is_being_sent_is_not_planned_again() {
        let folder = tempfile::tempdir().unwrap();
        let films = Films::default();
        let source = |number: usize| {
            let file_name = format!("{number}.mp4");
            let path = folder.path().join(&file_name);
            std::fs::write(path, crate::media::mux::tests::pictures()).unwrap();
            [Source { file_name, kinds: vec![Kind::Pictures] }]
        };
        let (first, later) = (Instant(0), Instant(3_600_000_000));
        let sent = source(0);
        let held = films.fetch(folder.path(), &sent, first).unwrap();
        for number in 1..KEPT_MAX + 9 {
            films.fetch(folder.path(), &source(number), first).unwrap();
        }
        films.sweep(first);
        assert_eq!(films.kept().len(), KEPT_MAX + 1, "those at hand, and the one on its way");
        films.sweep(later);
        assert_eq!(films.kept().len(), 1);
        let again = films.fetch(folder.path(), &sent, later).unwrap();
        assert!(Arc::ptr_eq(&held, &again));
        assert_eq!(films.alive.load(Ordering::Relaxed), held.weight());
        drop((held, again));
        films.sweep(Instant(2 * later.0));
        assert!(films.kept().is_empty());
        assert_eq!(films.alive.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn other_sources_have_other_tags() {
        let stamp = |bytes, seconds, kinds: &[Kind]| Stamp {
            path: "a".into(),
            kinds: kinds.to_vec(),
            inode: 1,
            bytes,
            modified: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
        };
        let pictures = [Kind::Pictures];
        let both = [Kind::Pictures, Kind::Sound];
        let tags = [
            validators(&[stamp(1, 1, &pictures)]),
            validators(&[stamp(1, 1, &both)]),
            validators(&[stamp(2, 1, &pictures)]),
            validators(&[stamp(1, 2, &pictures)]),
            validators(&[stamp(1, 1, &pictures), stamp(1, 1, &pictures)]),
        ]
        .map(|validators| validators.etag);
        for (at, tag) in tags.iter().enumerate() {
            assert!(!tags[..at].contains(tag) && !tag.trim_matches('"').contains(['"', ',']), "{tag}");
        }
    }
}
