//! Keeps the index in step with the store, and answers from it.
//!
//! Owns what changed since the index was last written. A commit notes it and goes on; a task writes it a moment later,
//! all that came meanwhile together.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tantivy::TantivyError;
use tokio::sync::Notify;

use super::document::{Document, Key, Kind, category, document, language, licence, tag};
use super::index::{self, Eye, Pen};
use super::words::Words;
use crate::app::App;
use crate::domain::video::query::Filter;
use crate::store::tables::{ChannelKey, PlaylistKey, VideoKey};
use crate::store::{Changes, Read, StoreError};

/// How long changes gather: what is published is found well within a second, and a hundred uploads at once are written
/// together.
const GATHER: Duration = Duration::from_millis(150);
/// How long a question that came before the index was opened waits for it: opening takes moments.
const OPEN_DURATION_MAX: Duration = Duration::from_secs(5);
/// How long it is waited after the index could not be opened or written.
pub(super) const TRY_AGAIN: Duration = Duration::from_secs(10);
/// Documents that are written before they are shown, when many are new.
const DOCUMENTS_PER_COMMIT: usize = 20_000;

/// The index cannot be asked now: it is being opened, or the disk failed.
#[derive(Debug, thiserror::Error)]
#[error("the search index cannot be asked now")]
pub struct NotReady(#[source] pub(super) Option<TantivyError>);

/// Why the index is not in step.
#[derive(Debug, thiserror::Error)]
enum BehindError {
    #[error("the search index could not be written")]
    Index(#[from] TantivyError),
    #[error("what is to be found could not be read")]
    Store(#[from] StoreError),
}

/// The index of an instance.
#[derive(Default)]
pub struct Search {
    door: Mutex<Door>,
    opened: Condvar,
    desk: Mutex<Option<Desk>>,
    changed: Mutex<BTreeSet<(Key, Kind)>>,
    woken: Notify,
}

/// Whether the index can be asked.
#[derive(Default)]
enum Door {
    /// In a moment.
    #[default]
    Opening,
    Open(Eye),
    /// It could not be opened or written, or the instance stops: nobody waits for it.
    Closed,
}

struct Desk {
    pen: Pen,
    /// What the index holds of each thing.
    stamps: HashMap<Key, u64>,
}

impl Kind {
    fn key(self, id: u64) -> (Key, Kind) {
        (Key::new(self, id), self)
    }
}

impl Search {
    /// Notes what a commit changed. Call it under the writer's lock.
    pub fn follow(&self, changes: &Changes) {
        let videos = changes.of::<VideoKey>().filter_map(|row| Some(Kind::Video.key(row.ok()?.0.video.0)));
        let channels =
            changes.of::<ChannelKey>().filter_map(|row| Some(Kind::Channel.key(row.ok()?.0.channel.0)));
        let playlists =
            changes.of::<PlaylistKey>().filter_map(|row| Some(Kind::Playlist.key(row.ok()?.0.playlist.0)));
        let mut new = videos.chain(channels).chain(playlists).peekable();
        if new.peek().is_some() {
            lock(&self.changed).extend(new);
            self.woken.notify_one();
        }
    }

    /// Numbers of things of a kind in which all words are met, best first; at most [`super::FOUND_MAX`]. What `filter`
    /// says of tags, categories, licences and languages holds for all of them; the rest is for who asks to look at.
    ///
    /// # Errors
    /// [`NotReady`].
    pub fn find(&self, kind: Kind, words: &Words, filter: &Filter) -> Result<Vec<u64>, NotReady> {
        let eye = self.eye()?;
        let mut groups: Vec<Vec<String>> = vec![
            filter.categories.iter().copied().map(category).collect(),
            filter.licences.iter().copied().map(licence).collect(),
            filter.languages.iter().map(|code| language(code)).collect(),
            filter.tags_any.iter().map(|name| tag(name)).collect(),
        ];
        groups.extend(filter.tags_all.iter().map(|name| vec![tag(name)]));
        groups.retain(|group| !group.is_empty());
        eye.find(kind, words, &groups).map_err(|error| NotReady(Some(error)))
    }

    /// Who asks the index. Blocks while it is being opened.
    fn eye(&self) -> Result<Eye, NotReady> {
        let is_opening = |door: &mut Door| matches!(door, Door::Opening);
        let waited = self.opened.wait_timeout_while(lock(&self.door), OPEN_DURATION_MAX, is_opening);
        match &*waited.unwrap_or_else(PoisonError::into_inner).0 {
            Door::Open(eye) => Ok(eye.clone()),
            Door::Opening | Door::Closed => Err(NotReady(None)),
        }
    }

    fn set_door(&self, door: Door) {
        *lock(&self.door) = door;
        self.opened.notify_all();
    }

    /// Opens the index and brings it in step with the store. Blocks, for seconds where it is to be made anew.
    fn open(&self, app: &App, folder: &Path) -> Result<(), BehindError> {
        let pen = index::open(folder)?;
        self.set_door(Door::Open(pen.eye()));
        let stamps = pen.stamps()?;
        // All there is, and all the index has: what is gone is found by it.
        let kind_of = |key: &Key| {
            [Kind::Video, Kind::Channel, Kind::Playlist]
                .into_iter()
                .find(|kind| Key::new(*kind, key.id()) == *key)
        };
        let mut all: BTreeSet<(Key, Kind)> =
            stamps.keys().filter_map(|key| Some((*key, kind_of(key)?))).collect();
        for row in app.store().table::<VideoKey>() {
            all.insert(Kind::Video.key(row?.0.video.0));
        }
        for row in app.store().table::<ChannelKey>() {
            all.insert(Kind::Channel.key(row?.0.channel.0));
        }
        for row in app.store().table::<PlaylistKey>() {
            all.insert(Kind::Playlist.key(row?.0.playlist.0));
        }
        *lock(&self.desk) = Some(Desk { pen, stamps });
        lock(&self.changed).extend(all);
        self.write(app)
    }

    /// Writes what changed. What could not be written is still to be.
    fn write(&self, app: &App) -> Result<(), BehindError> {
        let mut desk = lock(&self.desk);
        let Some(desk) = desk.as_mut() else { return Ok(()) };
        while !app.stopping().is_cancelled() {
            let mut changed = lock(&self.changed);
            let rest = changed.iter().nth(DOCUMENTS_PER_COMMIT).copied();
            let later = rest.map(|key| changed.split_off(&key)).unwrap_or_default();
            let some = std::mem::replace(&mut *changed, later);
            drop(changed);
            if some.is_empty() {
                break;
            }
            if let Err(error) = desk.write(app, &some) {
                lock(&self.changed).extend(some);
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// Lets go of the index, so that the next instance over this folder may have it.
    fn close(&self) {
        self.set_door(Door::Closed);
        *lock(&self.desk) = None;
    }
}

impl Desk {
    fn write(&mut self, app: &App, changed: &BTreeSet<(Key, Kind)>) -> Result<(), TantivyError> {
        let mut is_other = false;
        for (key, kind) in changed {
            let document = document(app, *key);
            let stamp = document.as_ref().map(Document::stamp);
            if self.stamps.get(key).copied() == stamp {
                continue;
            }
            self.pen.put(*key, *kind, document.as_ref())?;
            match stamp {
                Some(stamp) => self.stamps.insert(*key, stamp),
                None => self.stamps.remove(key),
            };
            is_other = true;
        }
        if is_other { self.pen.commit() } else { Ok(()) }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the index in step for as long as the instance runs.
pub async fn run(app: App) {
    let folder = app.layout().search();
    let mut is_open = false;
    loop {
        let folder = folder.clone();
        let outcome = app
            .blocking(move |app| {
                let search = app.search();
                if is_open { search.write(app) } else { search.open(app, &folder) }
            })
            .await;
        is_open |= lock(&app.search().desk).is_some();
        if let Err(error) = outcome {
            tracing::error!(error = &error as &dyn std::error::Error, "the search index is behind");
            // A writer that failed takes nothing more; opened anew, the index is compared with the store.
            is_open = false;
            app.blocking(|app| app.search().close()).await;
            if waits(&app, TRY_AGAIN).await {
                continue;
            }
        }
        tokio::select! {
            () = app.search().woken.notified() => {}
            () = app.stopping().cancelled() => break,
        }
        if !waits(&app, GATHER).await {
            break;
        }
    }
    app.blocking(|app| app.search().close()).await;
}

/// Waits, unless the instance stops meanwhile. Gives whether it goes on.
pub(super) async fn waits(app: &App, time: Duration) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => true,
        () = app.stopping().cancelled() => false,
    }
}
