//! The catalogue itself: the shelf behind its lock, the pages kept of it, and what counts its changes.
//!
//! Owns who holds the lock and for how long: never across a wait.

use std::ffi::OsStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use shared::id::{AccountId, ChannelId, Uuid, VideoId, VideoRef};
use shared::time::Timestamp;

use super::beside::{self, Reason};
use super::feed;
use super::kept::KeptPages;
use super::shelf::Shelf;
use super::{Entry, Page, Publisher, Scope, Text};
use crate::domain::quota::Used;
use crate::domain::video::list::Listed;
use crate::domain::video::query::Query;
use crate::domain::video::sight::{Address, Sight};
use crate::store::records::{Account, Playlist};
use crate::store::{Changes, Store, StoreError};

/// The catalogue. Share it behind an `Arc`.
pub struct Catalogue {
    shelf: RwLock<Shelf>,
    kept_pages: KeptPages,
    /// Counts every change, even of a number beside a video.
    generation: AtomicU64,
}

/// A UUID as file names have it.
const UUID_LETTERS: usize = 36;

impl Catalogue {
    /// Reads all videos, channels and accounts.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or a row is damaged.
    pub fn load(store: &Store) -> Result<Catalogue, StoreError> {
        let shelf = RwLock::new(Shelf::load(store)?);
        Ok(Catalogue { shelf, kept_pages: KeptPages::default(), generation: AtomicU64::new(1) })
    }

    /// Takes over what a commit changed. Call it under the writer's lock.
    pub fn apply(&self, changes: &Changes) {
        self.change(|shelf| match shelf.apply(changes) {
            Ok(changed) => changed,
            // The rows were written by this process a moment ago, so they can be read.
            Err(error) => {
                tracing::error!(%error, "the catalogue could not follow a commit");
                true
            }
        });
    }

    /// Forgets every page that was kept: what they leave out changed.
    pub fn begin_anew(&self) {
        self.change(|_| true);
    }

    /// Notes how many people watch these videos now.
    pub fn set_viewers(&self, viewers: &[(VideoId, u64)]) {
        if !viewers.is_empty() {
            self.change(|shelf| shelf.set_viewers(viewers));
        }
    }

    /// Forgets the views of days that no longer count as lately.
    pub fn begin_day(&self, now: Timestamp) {
        self.change(|shelf| shelf.begin_day(now));
    }

    /// A number that differs from every earlier one when anything in the catalogue changed since.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// A video, by any of its names.
    #[must_use]
    pub fn find(&self, name: VideoRef) -> Option<(Arc<Entry>, Address)> {
        match name {
            VideoRef::Id(id) => Some((self.video(id)?, Address::Number)),
            VideoRef::Uuid(uuid) => {
                let shelf = self.read();
                let id = shelf.uuids.get(&uuid)?;
                Some((shelf.videos.get(id)?.clone(), Address::Uuid))
            }
        }
    }

    /// The video that a file is of, by its name, which begins with the video's UUID.
    #[must_use]
    pub fn owner_of(&self, file_name: &OsStr) -> Option<Arc<Entry>> {
        let uuid = file_name.to_str()?.get(..UUID_LETTERS)?.parse().ok()?;
        self.find(VideoRef::Uuid(uuid)).map(|(entry, _)| entry)
    }

    /// A video by its number.
    #[must_use]
    pub fn video(&self, id: VideoId) -> Option<Arc<Entry>> {
        self.read().videos.get(&id).cloned()
    }

    /// Who may see the video of this UUID, and so its files; none where there is no such video.
    #[must_use]
    pub fn visibility(&self, uuid: &Uuid) -> Option<Sight> {
        let shelf = self.read();
        let id = shelf.uuids.get(uuid)?;
        shelf.videos.get(id).map(|entry| entry.listed.sight())
    }

    /// Whether the files of this video are still being written.
    #[must_use]
    pub fn is_growing(&self, uuid: &Uuid) -> bool {
        let shelf = self.read();
        let entry = shelf.uuids.get(uuid).and_then(|id| shelf.videos.get(id));
        let playlist = entry.and_then(|entry| entry.listed.video.playlist.as_ref());
        playlist.is_some_and(Playlist::is_growing)
    }

    /// Every video, in no order.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Entry>> {
        self.read().videos.values().cloned().collect()
    }

    /// Every video of a channel, in no order.
    #[must_use]
    pub fn of_channel(&self, channel: ChannelId) -> Vec<Arc<Entry>> {
        self.read().of_channel(channel).cloned().collect()
    }

    /// The numbers of an account's videos.
    #[must_use]
    pub fn videos_of(&self, account: AccountId) -> Vec<VideoId> {
        self.read().of_account(account).map(|entry| entry.listed.video.id).collect()
    }

    /// A channel with its owner.
    #[must_use]
    pub fn publisher(&self, channel: ChannelId) -> Option<Arc<Publisher>> {
        self.read().publishers.get(&channel).cloned()
    }

    /// The channels of an account, first made first.
    #[must_use]
    pub fn channels_of(&self, account: AccountId) -> Vec<ChannelId> {
        self.read().channels_of(account).collect()
    }

    /// The channels of others that an account edits, first made first.
    #[must_use]
    pub fn edited_by(&self, account: AccountId) -> Vec<Arc<Publisher>> {
        let shelf = self.read();
        shelf.edited_by(account).filter_map(|channel| shelf.publishers.get(&channel)).cloned().collect()
    }

    /// The numbers of the videos of an account and of the channels it edits.
    #[must_use]
    pub fn videos_managed_by(&self, account: AccountId) -> Vec<VideoId> {
        self.read().managed_by(account).map(|entry| entry.listed.video.id).collect()
    }

    /// One page of what somebody who follows these channels finds in them.
    #[must_use]
    pub fn feed(&self, channels: &[ChannelId], query: &Query) -> Page {
        feed::page(&self.read(), channels, query)
    }

    /// An account by its number.
    #[must_use]
    pub fn account(&self, account: AccountId) -> Option<Account> {
        self.read().accounts.get(&account).cloned()
    }

    /// How many videos a channel has, and how often they were watched together.
    #[must_use]
    pub fn sums_of(&self, channel: ChannelId) -> (usize, u64) {
        self.read().sums_of(channel)
    }

    /// How many videos an account has.
    #[must_use]
    pub fn count_of(&self, account: AccountId) -> usize {
        self.read().of_account(account).count()
    }

    /// What an account's videos weigh.
    #[must_use]
    pub fn used(&self, account: AccountId, now: Timestamp) -> Used {
        let mut used = Used::default();
        for entry in self.read().of_account(account) {
            used.add(&entry.listed.video, now);
        }
        used
    }

    /// What a channel's videos weigh.
    #[must_use]
    pub fn used_in(&self, channel: ChannelId, now: Timestamp) -> Used {
        let mut used = Used::default();
        for entry in self.read().of_channel(channel) {
            used.add(&entry.listed.video, now);
        }
        used
    }

    /// One page of a list.
    #[must_use]
    pub fn list(&self, scope: Scope, query: &Query) -> Page {
        let shelf = self.read();
        let (total, rows) = shelf.page(scope, query);
        Page { total, rows: rows.iter().filter_map(|video| shelf.videos.get(video)).cloned().collect() }
    }

    /// Those of these videos that a list of this scope has and that are `wanted`, in the order they are named.
    #[must_use]
    pub fn picked(
        &self,
        videos: &[VideoId],
        scope: Scope,
        wanted: impl Fn(&Listed) -> bool,
    ) -> Vec<Arc<Entry>> {
        let shelf = self.read();
        let entries = videos.iter().filter_map(|video| shelf.videos.get(video));
        entries.filter(|entry| scope.has(&entry.listed) && wanted(&entry.listed)).cloned().collect()
    }

    /// Videos to show beside one, the best first, with the reason for each: at most `count` of those that a list of this
    /// scope has and that are `wanted`.
    #[must_use]
    pub fn beside(
        &self,
        video: VideoId,
        scope: Scope,
        wanted: impl Fn(&Entry) -> bool,
        count: usize,
    ) -> Vec<(Arc<Entry>, Reason)> {
        let shelf = self.read();
        let Some(entry) = shelf.videos.get(&video) else { return Vec::new() };
        beside::beside(&shelf, &entry.listed, scope, wanted, count)
    }

    /// The text of a page that was kept at this generation.
    #[must_use]
    pub fn kept_page(&self, generation: u64, scope: Scope, query: &str) -> Option<Text> {
        self.kept_pages.get(generation, scope, query)
    }

    /// Keeps the text of a page that was made of this generation or a younger one.
    pub fn keep_page(&self, generation: u64, scope: Scope, query: &str, text: Text) {
        self.kept_pages.put(generation, scope, query, text);
    }

    /// `change` says whether anything is other than before.
    fn change(&self, change: impl FnOnce(&mut Shelf) -> bool) {
        let mut shelf = self.write();
        // Counted under the lock, so that no reader pairs a new generation with the old shelf.
        if change(&mut shelf) {
            self.generation.fetch_add(1, Ordering::Release);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Shelf> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Shelf> {
        self.shelf.write().unwrap_or_else(PoisonError::into_inner)
    }
}
