//! The catalogue's tables, and how a commit changes them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use shared::id::{AccountId, ChannelId, Uuid, VideoId};
use shared::time::Timestamp;

use super::entry::{Entry, Publisher};
use super::lately::Lately;
use super::orders::Scope;
use crate::domain::video::list::Listed;
use crate::store::records::{Account, Channel, Video};
use crate::store::tables::{AccountKey, ChannelKey, VideoKey, ViewDayKey};
use crate::store::{Changes, Read, Store, StoreError};

/// What a change can be seen in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Changed {
    Nothing,
    /// Something shown beside a video.
    Looks,
    /// Which videos a list holds, or in which order.
    Rows,
}

#[derive(Default)]
pub(super) struct Shelf {
    pub(super) videos: HashMap<VideoId, Arc<Entry>>,
    pub(super) uuids: HashMap<Uuid, VideoId>,
    publishers: HashMap<ChannelId, Arc<Publisher>>,
    accounts: HashMap<AccountId, Account>,
    by_channel: HashMap<ChannelId, HashSet<VideoId>>,
    lately: Lately,
}

impl Shelf {
    pub(super) fn load(store: &Store) -> Result<Shelf, StoreError> {
        let mut shelf = Shelf::default();
        for row in store.table::<AccountKey>() {
            let (key, account) = row?;
            shelf.accounts.insert(key.account, account);
        }
        for row in store.table::<ChannelKey>() {
            let (key, channel) = row?;
            shelf.put_channel(key.channel, Some(channel));
        }
        for row in store.table::<ViewDayKey>() {
            let (key, views) = row?;
            shelf.lately.set(key.video, key.day, Some(views));
        }
        for row in store.table::<VideoKey>() {
            let (key, video) = row?;
            shelf.put_video(key.video, Some(video));
        }
        Ok(shelf)
    }

    /// Takes over a commit.
    pub(super) fn apply(&mut self, changes: &Changes) -> Result<Changed, StoreError> {
        let mut changed = Changed::Nothing;
        for row in changes.of::<AccountKey>() {
            let (key, account) = row?;
            self.put_account(key.account, account);
            changed = changed.max(Changed::Looks);
        }
        for row in changes.of::<ChannelKey>() {
            let (key, channel) = row?;
            self.put_channel(key.channel, channel);
            changed = Changed::Rows;
        }
        for row in changes.of::<ViewDayKey>() {
            let (key, views) = row?;
            self.lately.set(key.video, key.day, views);
            self.refresh(key.video);
            changed = Changed::Rows;
        }
        for row in changes.of::<VideoKey>() {
            let (key, video) = row?;
            self.put_video(key.video, video);
            changed = Changed::Rows;
        }
        Ok(changed)
    }

    pub(super) fn set_viewers(&mut self, viewers: &[(VideoId, u64)]) -> Changed {
        for (video, count) in viewers {
            if let Some(entry) = self.videos.get_mut(video) {
                *entry = Arc::new(Entry::new(entry.listed.clone(), entry.publisher.clone(), *count));
            }
        }
        Changed::Looks
    }

    pub(super) fn begin_day(&mut self, now: Timestamp) -> Changed {
        let changed = self.lately.begin_day(now);
        for video in &changed {
            self.refresh(*video);
        }
        if changed.is_empty() { Changed::Nothing } else { Changed::Rows }
    }

    pub(super) fn of_account(&self, account: AccountId) -> impl Iterator<Item = &Arc<Entry>> {
        let channels = self.publishers.iter().filter(move |(_, publisher)| publisher.account.id == account);
        channels.flat_map(|(channel, _)| self.of_channel(*channel))
    }

    pub(super) fn of_channel(&self, channel: ChannelId) -> impl Iterator<Item = &Arc<Entry>> {
        self.by_channel.get(&channel).into_iter().flatten().filter_map(|video| self.videos.get(video))
    }

    pub(super) fn scope(&self, scope: Scope) -> Vec<Arc<Listed>> {
        let listed = |listed: &&Arc<Listed>| listed.sight().is_listed();
        let all = || self.videos.values().map(|entry| &entry.listed);
        match scope {
            Scope::Public => all().filter(listed).cloned().collect(),
            Scope::Members => {
                all().filter(|listed| listed.sight().is_listed_for_members()).cloned().collect()
            }
            Scope::Published => all().filter(|listed| listed.sight().is_published()).cloned().collect(),
            Scope::Everything => all().cloned().collect(),
            Scope::Channel(channel) => {
                self.of_channel(channel).map(|entry| &entry.listed).filter(listed).cloned().collect()
            }
            Scope::Account(account) => {
                self.of_account(account).map(|entry| &entry.listed).filter(listed).cloned().collect()
            }
            Scope::Own(account) => self.of_account(account).map(|entry| entry.listed.clone()).collect(),
        }
    }

    fn put_account(&mut self, id: AccountId, account: Option<Account>) {
        let Some(account) = account else {
            self.accounts.remove(&id);
            return;
        };
        self.accounts.insert(id, account.clone());
        let owned = self.publishers.iter().filter(|(_, publisher)| publisher.account.id == id);
        let channels: Vec<Channel> = owned.map(|(_, publisher)| publisher.channel.clone()).collect();
        for channel in channels {
            self.put_channel(channel.id, Some(channel));
        }
    }

    fn put_channel(&mut self, id: ChannelId, channel: Option<Channel>) {
        let account = channel.as_ref().and_then(|channel| self.accounts.get(&channel.account)).cloned();
        let (Some(channel), Some(account)) = (channel, account) else {
            self.publishers.remove(&id);
            return;
        };
        let publisher = Arc::new(Publisher { channel, account });
        self.publishers.insert(id, publisher.clone());
        for video in self.by_channel.get(&id).into_iter().flatten() {
            if let Some(entry) = self.videos.get_mut(video) {
                *entry = Arc::new(Entry::new(entry.listed.clone(), publisher.clone(), entry.viewers));
            }
        }
    }

    fn put_video(&mut self, id: VideoId, video: Option<Video>) {
        let old = self.videos.remove(&id);
        if let Some(old) = &old {
            let video = &old.listed.video;
            self.uuids.remove(&video.uuid);
            if let Some(videos) = self.by_channel.get_mut(&video.channel) {
                videos.remove(&id);
            }
        }
        let Some(video) = video else {
            self.lately.forget(id);
            return;
        };
        let Some(publisher) = self.publishers.get(&video.channel).cloned() else {
            tracing::error!(video = %id, channel = %video.channel, "a video's channel is not in the store");
            return;
        };
        self.uuids.insert(video.uuid, id);
        self.by_channel.entry(video.channel).or_default().insert(id);
        let viewers = old.map_or(0, |old| old.viewers);
        let listed = Listed::new(video, publisher.account.id, self.lately.sum(id));
        self.videos.insert(id, Arc::new(Entry::new(Arc::new(listed), publisher, viewers)));
    }

    /// Makes a video's entry anew.
    fn refresh(&mut self, id: VideoId) {
        if let Some(video) = self.videos.get(&id).map(|entry| entry.listed.video.clone()) {
            self.put_video(id, Some(video));
        }
    }
}
