//! The catalogue's tables, and how a commit changes them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use shared::id::{AccountId, ChannelId, Uuid, VideoId};
use shared::time::Timestamp;

use super::beside::Common;
use super::entry::{Entry, Publisher};
use super::feed::Run;
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
    /// Something counted beside a video, by which lists may be sorted.
    Counts,
    /// Which videos a list holds, or in which order.
    Rows,
}

#[derive(Default)]
pub(super) struct Shelf {
    pub(super) videos: HashMap<VideoId, Arc<Entry>>,
    pub(super) uuids: HashMap<Uuid, VideoId>,
    pub(super) publishers: HashMap<ChannelId, Arc<Publisher>>,
    pub(super) accounts: HashMap<AccountId, Account>,
    by_channel: HashMap<ChannelId, HashSet<VideoId>>,
    /// What those who follow a channel find in it.
    pub(super) runs: HashMap<ChannelId, Run>,
    lately: Lately,
    /// What videos may share.
    pub(super) common: Common,
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
            let same_owner = channel.as_ref().is_some_and(|channel| self.is_owner(channel));
            self.put_channel(key.channel, channel);
            changed = changed.max(if same_owner { Changed::Looks } else { Changed::Rows });
        }
        for row in changes.of::<ViewDayKey>() {
            let (key, views) = row?;
            self.lately.set(key.video, key.day, views);
            self.refresh(key.video);
            changed = changed.max(Changed::Counts);
        }
        for row in changes.of::<VideoKey>() {
            let (key, video) = row?;
            let only_counts = video.as_ref().is_some_and(|video| self.differs_in_counts(video));
            self.put_video(key.video, video);
            changed = changed.max(if only_counts { Changed::Counts } else { Changed::Rows });
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
        if changed.is_empty() { Changed::Nothing } else { Changed::Counts }
    }

    /// Whether a channel's account is the one we know it has.
    fn is_owner(&self, channel: &Channel) -> bool {
        self.publishers.get(&channel.id).is_some_and(|known| known.account.id == channel.account)
    }

    /// Whether a video is as we know it, but for what is counted of it: then no list holds other videos than before.
    fn differs_in_counts(&self, video: &Video) -> bool {
        self.videos.get(&video.id).is_some_and(|known| {
            let known = &known.listed.video;
            let Video { views, likes, dislikes, .. } = *known;
            *known == Video { views, likes, dislikes, ..video.clone() }
        })
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
            self.common.remove(&old.listed);
            if let Some(videos) = self.by_channel.get_mut(&video.channel) {
                videos.remove(&id);
            }
            if let Some(run) = self.runs.get_mut(&video.channel) {
                run.remove(&old.listed);
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
        self.runs.entry(listed.video.channel).or_default().insert(&listed);
        self.common.insert(&listed);
        self.videos.insert(id, Arc::new(Entry::new(Arc::new(listed), publisher, viewers)));
    }

    /// Makes a video's entry anew.
    fn refresh(&mut self, id: VideoId) {
        if let Some(video) = self.videos.get(&id).map(|entry| entry.listed.video.clone()) {
            self.put_video(id, Some(video));
        }
    }
}
