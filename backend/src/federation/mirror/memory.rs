//! What is known of our copies in memory, in step with the store.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use shared::id::{MirrorId, Uuid, VideoId};
use shared::time::Instant;
use tokio::sync::Notify;

use crate::domain::mirror::Budget;
use crate::store::tables::{AccountMuteKey, MirrorKey, MirrorWishKey, MirroredHostKey, ServerMuteKey};
use crate::store::{Changes, Read, Store, StoreError};

/// Videos whose copying failed that are remembered.
const FAILED_MAX: usize = 10_000;
/// How long one is left alone after it failed; twice as long after each further time.
const PAUSE_FIRST: Duration = Duration::from_secs(5 * 60);
const PAUSE_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Our copies.
pub struct Mirrors {
    whole: RwLock<Whole>,
    woken: Notify,
    budget: Mutex<Budget>,
    failed: Mutex<HashMap<VideoId, (u32, Instant)>>,
    /// Held while a folder takes its place and its row is written, and while one without a row is removed. Never across an
    /// await.
    folders: Mutex<()>,
}

#[derive(Default)]
struct Whole {
    by_id: BTreeMap<MirrorId, Uuid>,
    videos: BTreeSet<Uuid>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Mirrors {
    /// Reads what there is.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or a row is damaged.
    pub fn load(store: &Store) -> Result<Mirrors, StoreError> {
        let mut whole = Whole::default();
        for row in store.table::<MirrorKey>() {
            let (key, mirror) = row?;
            whole.by_id.insert(key.mirror, mirror.uuid);
            whole.videos.insert(mirror.uuid);
        }
        Ok(Mirrors {
            whole: RwLock::new(whole),
            woken: Notify::new(),
            budget: Mutex::default(),
            failed: Mutex::default(),
            folders: Mutex::default(),
        })
    }

    /// Takes over what a commit changed.
    pub fn follow(&self, changes: &Changes) {
        let mut is_changed = changes.of::<MirroredHostKey>().next().is_some();
        is_changed |= changes.of::<MirrorWishKey>().next().is_some();
        // Who is not heard is not copied.
        is_changed |= changes.of::<ServerMuteKey>().next().is_some();
        is_changed |= changes.of::<AccountMuteKey>().next().is_some();
        for change in changes.of::<MirrorKey>() {
            let mut whole = self.whole.write().unwrap_or_else(PoisonError::into_inner);
            match change {
                Ok((key, Some(mirror))) => {
                    whole.by_id.insert(key.mirror, mirror.uuid);
                    whole.videos.insert(mirror.uuid);
                }
                Ok((key, None)) => {
                    is_changed = true;
                    if let Some(uuid) = whole.by_id.remove(&key.mirror) {
                        whole.videos.remove(&uuid);
                    }
                }
                Err(error) => tracing::error!(%error, "the copies could not follow a commit"),
            }
        }
        if is_changed {
            self.woken.notify_one();
        }
    }

    /// Whether there is a whole copy of a video.
    #[must_use]
    pub fn has(&self, video: Uuid) -> bool {
        self.whole.read().unwrap_or_else(PoisonError::into_inner).videos.contains(&video)
    }

    /// Returns when there may be something to do. A change that came before the wait counts.
    pub(super) async fn woken(&self) {
        self.woken.notified().await;
    }

    /// Takes so many bytes out of this hour's.
    ///
    /// # Errors
    /// How long it is until there are more.
    pub(super) fn take(&self, now: Instant, bytes: u64, per_hour: u64) -> Result<(), Duration> {
        locked(&self.budget).take(now, bytes, per_hour)
    }

    pub(super) fn folders(&self) -> MutexGuard<'_, ()> {
        locked(&self.folders)
    }

    /// Notes that a video could not be copied.
    pub(super) fn failed(&self, video: VideoId, now: Instant) {
        let mut failed = locked(&self.failed);
        let times = failed.get(&video).map_or(0, |(times, _)| *times);
        if FAILED_MAX <= failed.len() {
            failed.retain(|_, (_, until)| now < *until);
        }
        if failed.len() < FAILED_MAX {
            let pause = PAUSE_FIRST.saturating_mul(2u32.saturating_pow(times.min(16))).min(PAUSE_MAX);
            failed.insert(video, (times.saturating_add(1), now + pause));
        }
    }

    pub(super) fn succeeded(&self, video: VideoId) {
        locked(&self.failed).remove(&video);
    }

    /// Whether a video is left alone since it could not be copied.
    pub(super) fn is_paused(&self, video: VideoId, now: Instant) -> bool {
        locked(&self.failed).get(&video).is_some_and(|(_, until)| now < *until)
    }
}
