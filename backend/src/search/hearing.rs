//! Keeps the index of what is said in step with the store, where somebody wants one, and answers from it.
//!
//! A copy like the other index: each video has a stamp of the captions it was made of, which are compared with the store
//! at every start and whenever a video changes. It holds what everybody finds in lists and nothing else: few of many
//! matches are looked at, and what nobody may read would take the place of what everybody may.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shared::id::{AccountId, VideoId};
use tantivy::TantivyError;
use tokio::sync::Notify;

use super::cues::{self, Eye, Heard, Met, Pen};
use super::desk::{NotReady, TRY_AGAIN, waits};
use super::words::Words;
use crate::app::App;
use crate::domain::caption::spoken;
use crate::domain::makers::Makers;
use crate::domain::video::sight::Sight;
use crate::store::records::{Caption, Video};
use crate::store::tables::VideoKey;
use crate::store::{Changes, Read, StoreError};

/// How long changes gather. Nobody waits for captions to be found.
const GATHER: Duration = Duration::from_millis(300);
/// Videos that are written before they are shown, when many are new.
const VIDEOS_PER_COMMIT: usize = 200;
/// Bytes of all captions of a video that are read: a film's in a hundred languages. What is beyond is not found.
const VIDEO_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Why the index is not in step.
#[derive(Debug, thiserror::Error)]
enum BehindError {
    #[error("captions could not be read")]
    Disk(#[from] io::Error),
    #[error("the index of captions could not be written")]
    Index(#[from] TantivyError),
    #[error("what is said could not be read")]
    Store(#[from] StoreError),
}

/// The index of what is said in the videos of an instance.
#[derive(Default)]
pub struct Hearing {
    eye: Mutex<Option<Eye>>,
    desk: Mutex<Option<Desk>>,
    changed: Mutex<BTreeSet<VideoId>>,
    woken: Notify,
}

struct Desk {
    pen: Pen,
    /// What the index holds of each video.
    stamps: HashMap<VideoId, u64>,
}

impl Hearing {
    /// Notes what a commit changed. Call it under the writer's lock.
    pub fn follow(&self, changes: &Changes) {
        // Where nobody wants an index, all is compared once somebody does.
        if lock(&self.eye).is_none() {
            return;
        }
        let mut new = changes.of::<VideoKey>().filter_map(|row| Some(row.ok()?.0.video)).peekable();
        if new.peek().is_some() {
            lock(&self.changed).extend(new);
            self.woken.notify_one();
        }
    }

    /// Says that somebody may want an index, or no longer.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Cues in which all words are met, best first, in one of these languages where any is named.
    ///
    /// # Errors
    /// [`NotReady`].
    pub fn find(&self, words: &Words, languages: &[String]) -> Result<Vec<Met>, NotReady> {
        let eye = lock(&self.eye).clone().ok_or(NotReady(None))?;
        eye.find(words, languages).map_err(|error| NotReady(Some(error)))
    }

    /// Opens the index and brings it in step with the store. Blocks, for minutes where it is to be made anew.
    fn open(&self, app: &App) -> Result<(), BehindError> {
        let pen = cues::open(&app.layout().hearing())?;
        let stamps = pen.stamps()?;
        *lock(&self.eye) = Some(pen.eye());
        // All there is, and all the index has: what is gone is found by it. What changes from here on is noted.
        let mut all: BTreeSet<VideoId> = stamps.keys().copied().collect();
        *lock(&self.desk) = Some(Desk { pen, stamps });
        for row in app.store().table::<VideoKey>() {
            all.insert(row?.0.video);
        }
        lock(&self.changed).extend(all);
        self.write(app)
    }

    /// Writes what changed. What could not be written is still to be.
    fn write(&self, app: &App) -> Result<(), BehindError> {
        let mut desk = lock(&self.desk);
        let Some(desk) = desk.as_mut() else { return Ok(()) };
        while !app.stopping().is_cancelled() {
            let mut changed = lock(&self.changed);
            let rest = changed.iter().nth(VIDEOS_PER_COMMIT).copied();
            let later = rest.map(|video| changed.split_off(&video)).unwrap_or_default();
            let some = std::mem::replace(&mut *changed, later);
            drop(changed);
            if some.is_empty() {
                break;
            }
            if let Err(error) = desk.write(app, &some) {
                lock(&self.changed).extend(some);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Lets go of the index.
    fn close(&self) {
        *lock(&self.eye) = None;
        *lock(&self.desk) = None;
        lock(&self.changed).clear();
    }
}

impl Desk {
    fn write(&mut self, app: &App, changed: &BTreeSet<VideoId>) -> Result<(), BehindError> {
        let mut is_other = false;
        for id in changed {
            let video = app.store().get(&VideoKey { video: *id })?;
            let wanted = video.filter(is_heard);
            let stamp = wanted.as_ref().map(stamp);
            if self.stamps.get(id).copied() == stamp {
                continue;
            }
            is_other = true;
            self.pen.forget(*id);
            self.stamps.remove(id);
            let (Some(video), Some(stamp)) = (wanted, stamp) else { continue };
            self.pen.stamp(*id, stamp)?;
            // One file at a time: all of them may be many megabytes.
            let mut room = VIDEO_BYTES_MAX;
            for caption in &video.captions {
                if let Some(heard) = heard(app, &video, caption, &mut room)? {
                    self.pen.add(*id, stamp, &heard)?;
                }
            }
            self.stamps.insert(*id, stamp);
        }
        if is_other { Ok(self.pen.commit()?) } else { Ok(()) }
    }
}

/// What differs when a video's captions do: their files have new names each time the words are. A release of Rust may hash
/// otherwise; then all is written anew once.
fn stamp(video: &Video) -> u64 {
    let mut hasher = DefaultHasher::new();
    for caption in &video.captions {
        (&caption.language, &caption.file_name, caption.automatic).hash(&mut hasher);
    }
    hasher.finish()
}

/// Whether everybody may find what is said in a video.
fn is_heard(video: &Video) -> bool {
    // Who makes it makes no difference for strangers.
    video.remote.is_none()
        && !video.captions.is_empty()
        && Sight::of(video, Makers::alone(AccountId(0))).is_listed()
}

/// What is said in a video in one language; none where the file went meanwhile, as its captions did, or is larger than the
/// room that is left.
fn heard(app: &App, video: &Video, caption: &Caption, room: &mut u64) -> io::Result<Option<Heard>> {
    let path = app.layout().captions(video.uuid).join(&caption.file_name);
    let text = match std::fs::metadata(&path).map(|about| room.checked_sub(about.len())) {
        Ok(None) => return Ok(None),
        Ok(Some(left)) => {
            *room = left;
            std::fs::read_to_string(path)
        }
        Err(error) => Err(error),
    };
    match text {
        Ok(text) => Ok(Some(Heard {
            language: caption.language.clone(),
            automatic: caption.automatic,
            cues: spoken(&text),
        })),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the index in step for as long as the instance runs and its settings want one.
pub async fn run(app: App) {
    let mut is_open = false;
    loop {
        let is_wanted = app.config().search.captions;
        let outcome = app
            .blocking(move |app| match (is_wanted, is_open) {
                (false, _) => {
                    app.hearing().close();
                    Ok(())
                }
                (true, true) => app.hearing().write(app),
                (true, false) => app.hearing().open(app),
            })
            .await;
        is_open = is_wanted;
        if let Err(error) = outcome {
            tracing::error!(error = &error as &dyn std::error::Error, "the index of captions is behind");
            // A writer that failed takes nothing more; opened anew, the index is compared with the store.
            is_open = false;
            app.blocking(|app| app.hearing().close()).await;
            if waits(&app, TRY_AGAIN).await {
                continue;
            }
        }
        tokio::select! {
            () = app.hearing().woken.notified() => {}
            () = app.stopping().cancelled() => break,
        }
        if !waits(&app, GATHER).await {
            break;
        }
    }
    app.blocking(|app| app.hearing().close()).await;
}
