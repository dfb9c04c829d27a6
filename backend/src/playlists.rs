//! Every list of videos in memory, in step with the store, for lists of them.
//!
//! Owns the orders of the public ones, so that a page of them costs what the page and the rows before it cost. What an
//! account or a channel has is bounded, and sorted at each look. Never decides who may see one.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use shared::id::{AccountId, ChannelId, PlaylistId, Uuid};
use shared::time::Timestamp;

use crate::directory::Cut;
use crate::domain::video::sight::Address;
use crate::store::records::{PlaylistKind, PlaylistPrivacy, VideoPlaylist};
use crate::store::tables::PlaylistKey;
use crate::store::{Changes, Read, Store, StoreError};

/// What a list of lists is sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// When they were made.
    Created,
    /// When they, or what they hold, last changed.
    Updated,
    /// Their names, without regard to case.
    Name,
    /// Their places on the page of their channel.
    Place,
}

/// What a list of lists is sorted by, and which way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    /// By what.
    pub by: By,
    /// Largest first.
    pub descending: bool,
}

/// Whose lists are asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose {
    /// An account's, and those of channels of others that it edits.
    Account {
        /// The account.
        account: AccountId,
        /// The channels.
        edited: Vec<ChannelId>,
    },
    /// A channel's.
    Channel(ChannelId),
}

/// The lists.
#[derive(Default)]
pub struct Playlists {
    inner: RwLock<Inner>,
}

#[derive(Default)]
struct Inner {
    all: HashMap<PlaylistId, Arc<VideoPlaylist>>,
    uuids: HashMap<Uuid, PlaylistId>,
    by_account: HashMap<AccountId, BTreeSet<PlaylistId>>,
    by_channel: HashMap<ChannelId, BTreeSet<PlaylistId>>,
    public_created: BTreeSet<PlaylistId>,
    public_updated: BTreeSet<(Timestamp, PlaylistId)>,
    public_names: BTreeSet<(String, PlaylistId)>,
}

impl Playlists {
    /// Reads all lists.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or a row is damaged.
    pub fn load(store: &Store) -> Result<Playlists, StoreError> {
        let mut inner = Inner::default();
        for row in store.table::<PlaylistKey>() {
            let (key, playlist) = row?;
            inner.put(key.playlist, Some(playlist));
        }
        Ok(Playlists { inner: RwLock::new(inner) })
    }

    /// Takes over what a commit changed. Call it under the writer's lock.
    pub fn apply(&self, changes: &Changes) {
        let mut rows = changes.of::<PlaylistKey>().peekable();
        if rows.peek().is_none() {
            return;
        }
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        for row in rows {
            match row {
                Ok((key, playlist)) => inner.put(key.playlist, playlist),
                // The rows were written by this process a moment ago, so they can be read.
                Err(error) => tracing::error!(%error, "the playlists could not follow a commit"),
            }
        }
    }

    /// A list by its number.
    #[must_use]
    pub fn get(&self, id: PlaylistId) -> Option<Arc<VideoPlaylist>> {
        self.read().all.get(&id).cloned()
    }

    /// The list that has this UUID.
    #[must_use]
    pub fn holder(&self, uuid: Uuid) -> Option<PlaylistId> {
        self.read().uuids.get(&uuid).copied()
    }

    /// A list as a path names it: number, UUID or short UUID.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(Arc<VideoPlaylist>, Address)> {
        let inner = self.read();
        if let Ok(uuid) = name.parse().or_else(|_| Uuid::from_short(name)) {
            let id = inner.uuids.get(&uuid)?;
            return Some((inner.all.get(id)?.clone(), Address::Uuid));
        }
        Some((inner.all.get(&name.parse().ok()?)?.clone(), Address::Number))
    }

    /// An account's list of what to watch later.
    #[must_use]
    pub fn watch_later(&self, account: AccountId) -> Option<Arc<VideoPlaylist>> {
        let inner = self.read();
        let mut own = inner.by_account.get(&account)?.iter().filter_map(|id| inner.all.get(id));
        own.find(|playlist| playlist.kind == PlaylistKind::WatchLater).cloned()
    }

    /// A page of the lists that everybody finds, but for those of the accounts that are `hidden`, which are in order.
    #[must_use]
    pub fn public(&self, page: (usize, usize), order: Order, hidden: &[AccountId]) -> Cut<VideoPlaylist> {
        let inner = self.read();
        let is_shown = |id: &PlaylistId| {
            let owner = || inner.all.get(id).map(|list| list.account);
            hidden.is_empty() || owner().is_some_and(|owner| hidden.binary_search(&owner).is_err())
        };
        let (created, updated) = (inner.public_created.iter().copied(), &inner.public_updated);
        let ids: Vec<PlaylistId> = match order.by {
            By::Created | By::Place => cut(created.filter(is_shown), page, order.descending),
            By::Updated => cut(updated.iter().map(|(_, id)| *id).filter(is_shown), page, order.descending),
            By::Name => {
                cut(inner.public_names.iter().map(|(_, id)| *id).filter(is_shown), page, order.descending)
            }
        };
        let hidden_lists = |account: &AccountId| {
            let lists = inner.by_account.get(account).into_iter().flatten();
            lists.filter(|id| inner.public_created.contains(id)).count()
        };
        let hidden_lists: usize = hidden.iter().map(hidden_lists).sum();
        let rows = ids.iter().filter_map(|id| inner.all.get(id)).cloned().collect();
        Cut { total: inner.public_created.len().saturating_sub(hidden_lists), rows }
    }

    /// How many of the lists that everybody finds are meant.
    #[must_use]
    pub fn count_public(&self, is_meant: impl Fn(&VideoPlaylist) -> bool) -> usize {
        let inner = self.read();
        let lists = inner.public_created.iter().filter_map(|id| inner.all.get(id));
        lists.filter(|list| is_meant(list)).count()
    }

    /// A page of those of somebody's lists that are `wanted`.
    #[must_use]
    pub fn of(
        &self,
        whose: &Whose,
        (start, count): (usize, usize),
        wanted: impl Fn(&VideoPlaylist) -> bool,
        order: Order,
    ) -> Cut<VideoPlaylist> {
        let inner = self.read();
        let of_channel = |channel: &ChannelId| inner.by_channel.get(channel).into_iter().flatten();
        let ids: BTreeSet<PlaylistId> = match whose {
            Whose::Account { account, edited } => {
                let own = inner.by_account.get(account).into_iter().flatten();
                own.chain(edited.iter().flat_map(of_channel)).copied().collect()
            }
            Whose::Channel(channel) => of_channel(channel).copied().collect(),
        };
        let rows = ids.iter().filter_map(|id| inner.all.get(id));
        let mut rows: Vec<_> = rows.filter(|playlist| wanted(playlist)).cloned().collect();
        // First made first already.
        match order.by {
            By::Created => {}
            By::Updated => rows.sort_by_key(|playlist| playlist.updated_at),
            By::Name => rows.sort_by_cached_key(|playlist| playlist.name.to_lowercase()),
            By::Place => rows.sort_by_key(|playlist| playlist.place),
        }
        if order.descending {
            rows.reverse();
        }
        Cut { total: rows.len(), rows: rows.into_iter().skip(start).take(count).collect() }
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn put(&mut self, id: PlaylistId, playlist: Option<VideoPlaylist>) {
        if let Some(old) = self.all.remove(&id) {
            self.uuids.remove(&old.uuid);
            take(&mut self.by_account, &old.account, id);
            if let Some(channel) = old.channel {
                take(&mut self.by_channel, &channel, id);
            }
            self.public_created.remove(&id);
            self.public_updated.remove(&(old.updated_at, id));
            self.public_names.remove(&(old.name.to_lowercase(), id));
        }
        let Some(playlist) = playlist else { return };
        self.uuids.insert(playlist.uuid, id);
        self.by_account.entry(playlist.account).or_default().insert(id);
        if let Some(channel) = playlist.channel {
            self.by_channel.entry(channel).or_default().insert(id);
        }
        if playlist.privacy == PlaylistPrivacy::Public {
            self.public_created.insert(id);
            self.public_updated.insert((playlist.updated_at, id));
            self.public_names.insert((playlist.name.to_lowercase(), id));
        }
        self.all.insert(id, Arc::new(playlist));
    }
}

fn take<K: std::hash::Hash + Eq>(lists: &mut HashMap<K, BTreeSet<PlaylistId>>, key: &K, id: PlaylistId) {
    if let Some(ids) = lists.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            lists.remove(key);
        }
    }
}

fn cut<T>(
    rows: impl DoubleEndedIterator<Item = T>,
    (start, count): (usize, usize),
    descending: bool,
) -> Vec<T> {
    if descending {
        rows.rev().skip(start).take(count).collect()
    } else {
        rows.skip(start).take(count).collect()
    }
}
