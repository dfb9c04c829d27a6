//! Fetching what is not kept, once for all who wait for it.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use shared::limits::{CAPTION_BYTES_MAX, IMAGE_BYTES_MAX};
use shared::time::Instant;
use tokio::sync::{Mutex as Turn, Semaphore, SemaphorePermit};

use super::kept::Kept;
use crate::app::App;
use crate::domain::caption;
use crate::federation::fetch::{self, FetchError};
use crate::federation::repair;
use crate::federation::vocab::host_of;
use crate::files::cached::Form;
use crate::files::picture::{self, NotAPicture};
use crate::files::{actor_picture, disk, text};
use crate::store::records::RepairTarget;

/// Fetches at once. A page of cards asks for thirty pictures, of a handful of servers.
const FETCHES_MAX: usize = 8;
/// Of these to one server: a slow one does not keep the others' pictures waiting.
const FETCHES_PER_HOST_MAX: usize = 2;
/// Things that are waited for at once; whoever asks for one more is told to come again.
const WAITED_MAX: usize = 512;
/// A failure is not tried again before, however many look.
const FAILURE_DURATION: Duration = Duration::from_secs(5 * 60);
/// Failures that are remembered: far more than anybody looks at in that time.
const FAILURES_MAX: usize = 20_000;
/// Copies are the first thing an instance can do without: below this much free room nothing new is kept.
const ROOM_LEFT_MIN: u64 = 512 * 1024 * 1024;

/// Where something comes from, and what is made of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Origin {
    /// Its address.
    pub url: String,
    /// Whose it is: read again where its server does not have it there any more.
    pub of: RepairTarget,
    /// What is made of it.
    pub makes: Makes,
}

/// What is made of something that was fetched.
#[derive(Clone, PartialEq, Debug)]
pub enum Makes {
    /// Pictures, by the names of their files.
    Pictures(Vec<(String, Form)>),
    /// WebVTT, by the name of its file.
    Words(String),
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Its server does not give it.
    #[error("it is not to be had from its server")]
    Fetch(#[from] FetchError),
    /// It was not to be had a moment ago.
    #[error("it was not to be had a moment ago")]
    Failed,
    /// It is no picture that can be read.
    #[error(transparent)]
    NotAPicture(#[from] NotAPicture),
    /// They are no captions that can be read.
    #[error("it is no caption file")]
    NotWords(#[from] caption::CaptionFault),
    /// Something else is made of it than what is asked for.
    #[error("nothing of that name is made of it")]
    OtherName,
    /// Too much is waited for.
    #[error("too much is waited for")]
    Busy,
    /// The disk failed.
    #[error("a copy could not be read or written")]
    Disk(#[from] io::Error),
}

/// The copies of an instance.
pub struct Copies {
    /// None until the folder was looked at.
    kept: Mutex<Option<Kept>>,
    waited: Mutex<HashMap<String, Arc<Turn<()>>>>,
    failed: Mutex<HashMap<String, Instant>>,
    fetches: Semaphore,
    /// The places of each server that something is fetched from, or waited for.
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Default for Copies {
    fn default() -> Copies {
        Copies {
            kept: Mutex::default(),
            waited: Mutex::default(),
            failed: Mutex::default(),
            fetches: Semaphore::new(FETCHES_MAX),
            hosts: Mutex::default(),
        }
    }
}

/// The copy of this name, made now where it is not there. `name` is one of those that `origin` makes.
///
/// # Errors
/// [`CopyError`].
pub async fn get(app: &App, name: &str, origin: &Origin) -> Result<Bytes, CopyError> {
    if let Some(bytes) = take(app, name).await? {
        return Ok(bytes);
    }
    let copies = app.copies();
    copies.judge(app, &origin.url)?;
    let waiting = Waiting::new(copies, &origin.url)?;
    // Whoever comes second finds what the first one made, or that it failed.
    let _turn = waiting.turn.lock().await;
    if let Some(bytes) = take(app, name).await? {
        return Ok(bytes);
    }
    copies.judge(app, &origin.url)?;
    let made = make(app, name, origin).await;
    if let Err(error) = &made {
        tracing::debug!(error = error as &dyn std::error::Error, "a copy could not be made");
        // That we are busy is not the other's failure.
        if !matches!(error, CopyError::Fetch(FetchError::Busy)) {
            copies.note_failure(app, &origin.url);
        }
        if let CopyError::Fetch(error) = error
            && error.is_elsewhere_by_now()
        {
            repair::lost(app, origin.of);
        }
    }
    made
}

async fn make(app: &App, name: &str, origin: &Origin) -> Result<Bytes, CopyError> {
    let bytes_max = match &origin.makes {
        Makes::Pictures(_) => usize::try_from(IMAGE_BYTES_MAX).unwrap_or(usize::MAX),
        Makes::Words(_) => CAPTION_BYTES_MAX,
    };
    let fetched = {
        let place = Place::new(app.copies(), &origin.url);
        let _place = place.take().await;
        fetch::file(app, &origin.url, bytes_max).await?
    };
    // Decoded, a picture takes a hundred megabytes.
    let _permit = app.uploads().picture_permit().await;
    let (name, makes) = (name.to_owned(), origin.makes.clone());
    app.blocking(move |app| {
        let made = work(&makes, &fetched)?;
        if let Err(error) = keep(app, &made) {
            tracing::warn!(%error, "a copy could not be kept");
        }
        let wanted = made.into_iter().find(|(file, _)| *file == name);
        wanted.map(|(_, bytes)| bytes.into()).ok_or(CopyError::OtherName)
    })
    .await
}

/// What is made of what was fetched. Takes a core for a tenth of a second.
fn work(makes: &Makes, fetched: &[u8]) -> Result<Vec<(String, Vec<u8>)>, CopyError> {
    match makes {
        Makes::Pictures(forms) => {
            let whole = picture::read(fetched)?;
            let cut = |(name, form): &(String, Form)| {
                let is_png = Path::new(name).extension().is_some_and(|extension| extension == "png");
                let bytes = match form {
                    Form::Middle(size) => actor_picture::cut(&whole, *size, is_png),
                    Form::Wide(size) => picture::cut(&whole, *size),
                    Form::Whole => picture::whole(&whole),
                };
                Ok((name.clone(), bytes?))
            };
            forms.iter().map(cut).collect()
        }
        Makes::Words(name) => Ok(vec![(name.clone(), caption::read(&text::decode(fetched))?.into_bytes())]),
    }
}

/// Writes what was made, where there is room. What is not kept is made again.
fn keep(app: &App, made: &[(String, Vec<u8>)]) -> Result<(), CopyError> {
    let layout = app.layout();
    if disk::bytes_free(layout.data())? < ROOM_LEFT_MIN {
        return Ok(());
    }
    let bytes_max = app.config().federation.cache.0;
    for (name, bytes) in made {
        disk::write_whole(&layout.copy(name), &layout.tmp().join(name), bytes)?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let gone = with_kept(app, |kept| kept.put(name, length, bytes_max))?;
        for name in gone {
            disk::remove_if_there(&layout.copy(&name))?;
        }
    }
    Ok(())
}

/// The copy of this name, if it is kept.
async fn take(app: &App, name: &str) -> Result<Option<Bytes>, CopyError> {
    let name = name.to_owned();
    app.blocking(move |app| match std::fs::read(app.layout().copy(&name)) {
        // One that a power cut left empty is made again.
        Ok(bytes) if bytes.is_empty() => Ok(None),
        Ok(bytes) => {
            with_kept(app, |kept| kept.touch(&name))?;
            Ok(Some(bytes.into()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    })
    .await
}

/// Changes what is known of the folder, which is read when it is asked for first. When files were asked for is not
/// written down: after a start those that were made first go first.
fn with_kept<T>(app: &App, change: impl FnOnce(&mut Kept) -> T) -> io::Result<T> {
    let mut kept = lock(&app.copies().kept);
    if kept.is_none() {
        *kept = Some(read_folder(&app.layout().copies())?);
    }
    Ok(change(kept.get_or_insert_default()))
}

fn read_folder(folder: &Path) -> io::Result<Kept> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        let about = file.metadata()?;
        if let (Ok(name), true) = (file.file_name().into_string(), about.is_file()) {
            found.push((about.modified().unwrap_or(SystemTime::UNIX_EPOCH), name, about.len()));
        }
    }
    found.sort_unstable();
    let mut kept = Kept::default();
    for (_, name, bytes) in found {
        // The next file that is put sees to the bound.
        kept.put(&name, bytes, u64::MAX);
    }
    Ok(kept)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Copies {
    /// Whether it is worth asking.
    fn judge(&self, app: &App, url: &str) -> Result<(), CopyError> {
        let now = app.clock().instant();
        let failed = lock(&self.failed);
        let is_fresh = failed.get(url).is_some_and(|at| now.since(*at) < FAILURE_DURATION);
        if is_fresh { Err(CopyError::Failed) } else { Ok(()) }
    }

    fn note_failure(&self, app: &App, url: &str) {
        let now = app.clock().instant();
        let mut failed = lock(&self.failed);
        if FAILURES_MAX <= failed.len() {
            failed.retain(|_, at| now.since(*at) < FAILURE_DURATION);
        }
        if failed.len() < FAILURES_MAX {
            failed.insert(url.to_owned(), now);
        }
    }
}

/// A place among those who wait for one thing.
struct Waiting<'c> {
    copies: &'c Copies,
    url: String,
    turn: Arc<Turn<()>>,
}

impl<'c> Waiting<'c> {
    fn new(copies: &'c Copies, url: &str) -> Result<Waiting<'c>, CopyError> {
        let mut waited = lock(&copies.waited);
        if WAITED_MAX <= waited.len() && !waited.contains_key(url) {
            return Err(CopyError::Busy);
        }
        let turn = waited.entry(url.to_owned()).or_default().clone();
        drop(waited);
        Ok(Waiting { copies, url: url.to_owned(), turn })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut waited = lock(&self.copies.waited);
        // Given back within the lock: of two who go at once, one goes last.
        self.turn = Arc::default();
        if waited.get(&self.url).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            waited.remove(&self.url);
        }
    }
}

/// A place among the fetches from one server.
struct Place<'c> {
    copies: &'c Copies,
    host: String,
    open: Arc<Semaphore>,
}

/// The right to fetch one thing: a place of its server, and one of all.
type Taken<'p> = (Option<SemaphorePermit<'p>>, Option<SemaphorePermit<'p>>);

impl<'c> Place<'c> {
    /// As many servers are in the list as are waited for, [`WAITED_MAX`].
    fn new(copies: &'c Copies, url: &str) -> Place<'c> {
        // What has no host is refused before anybody is asked.
        let host = host_of(url).unwrap_or_default();
        let mut hosts = lock(&copies.hosts);
        let open =
            hosts.entry(host.clone()).or_insert_with(|| Arc::new(Semaphore::new(FETCHES_PER_HOST_MAX)));
        let open = open.clone();
        drop(hosts);
        Place { copies, host, open }
    }

    /// Waits for a turn. Who waits for a slow server's takes nobody else's. Both are never closed.
    async fn take(&self) -> Taken<'_> {
        let of_host = self.open.acquire().await.ok();
        (of_host, self.copies.fetches.acquire().await.ok())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut hosts = lock(&self.copies.hosts);
        // Given back within the lock: of two who go at once, one goes last.
        self.open = Arc::new(Semaphore::new(0));
        if hosts.get(&self.host).is_some_and(|open| Arc::strong_count(open) == 1) {
            hosts.remove(&self.host);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::picture::Size;
    use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};

    fn glass() -> Vec<u8> {
        let picture = DynamicImage::ImageRgba8(RgbaImage::from_pixel(200, 100, Rgba([9, 9, 9, 0])));
        let mut bytes = Vec::new();
        picture.write_to(&mut io::Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    #[test]
    fn pictures_are_cut_to_what_their_names_say() {
        let side = |side| Form::Middle(Size { width: side, height: side });
        let makes = Makes::Pictures(vec![
            ("a-48.png".into(), side(48)),
            ("a-120.jpg".into(), side(120)),
            ("b-280.jpg".into(), Form::Wide(Size { width: 280, height: 157 })),
            ("c.jpg".into(), Form::Whole),
        ]);
        let sizes: Vec<(String, u32, u32, bool)> = work(&makes, &glass())
            .unwrap()
            .into_iter()
            .map(|(name, bytes)| {
                let read = picture::read(&bytes).unwrap();
                (name, read.width(), read.height(), read.color().has_alpha())
            })
            .collect();
        let expected = [
            ("a-48.png".to_owned(), 48, 48, true),
            ("a-120.jpg".to_owned(), 120, 120, false),
            ("b-280.jpg".to_owned(), 280, 157, false),
            ("c.jpg".to_owned(), 200, 100, false),
        ];
        assert_eq!(sizes, expected);
        assert!(work(&makes, b"<svg onload=alert(1)>").is_err());
    }

    #[test]
    fn words_are_parsed_before_they_are_handed_on() {
        let makes = Makes::Words("a.vtt".into());
        let words = "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n";
        let made = work(&makes, words.as_bytes()).unwrap();
        assert!(String::from_utf8(made[0].1.clone()).unwrap().contains("Hello"));
        assert!(work(&makes, b"<html><script>alert(1)</script></html>").is_err());
    }

    #[test]
    fn a_folder_is_read_oldest_first() {
        let folder = tempfile::tempdir().unwrap();
        for (name, seconds) in [("new", 20), ("old", 10)] {
            let file = std::fs::File::create(folder.path().join(name)).unwrap();
            file.set_len(60).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
        }
        let mut kept = read_folder(folder.path()).unwrap();
        assert_eq!(kept.put("next", 60, 130), ["old"]);
    }

    #[test]
    fn nobody_waits_for_ever_in_a_list() {
        let copies = Copies::default();
        let one = Waiting::new(&copies, "https://a.example/1").unwrap();
        let other = Waiting::new(&copies, "https://a.example/1").unwrap();
        assert!(Arc::ptr_eq(&one.turn, &other.turn));
        drop(one);
        assert_eq!(lock(&copies.waited).len(), 1);
        drop(other);
        assert!(lock(&copies.waited).is_empty());
        let all: Vec<Waiting<'_>> =
            (0..WAITED_MAX).map(|number| Waiting::new(&copies, &number.to_string()).unwrap()).collect();
        assert!(matches!(Waiting::new(&copies, "one more"), Err(CopyError::Busy)));
        assert!(Waiting::new(&copies, "3").is_ok());
        drop(all);
        assert!(lock(&copies.waited).is_empty());
    }

    #[tokio::test]
    async fn a_slow_server_takes_two_places_and_no_more() {
        let copies = Copies::default();
        let places: Vec<Place<'_>> =
            (0..3).map(|number| Place::new(&copies, &format!("https://slow.example/{number}"))).collect();
        let first = places[0].take().await;
        let second = places[1].take().await;
        assert!(first.0.is_some() && first.1.is_some());
        let short = Duration::from_millis(1);
        assert!(tokio::time::timeout(short, places[2].take()).await.is_err());
        assert_eq!(copies.fetches.available_permits(), FETCHES_MAX - 2, "who waits takes no other's place");
        let other = Place::new(&copies, "https://quick.example/1");
        drop(tokio::time::timeout(short, other.take()).await.unwrap());
        drop(second);
        drop(tokio::time::timeout(short, places[2].take()).await.unwrap());
        drop(first);
        drop((places, other));
        assert!(lock(&copies.hosts).is_empty());
    }
}
