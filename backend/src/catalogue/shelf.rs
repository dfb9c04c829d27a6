//! The catalogue's tables, and how a commit changes them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::id::{AccountId, ChannelId, Uuid, VideoId};
use shared::time::Timestamp;

use super::beside::Common;
use super::entry::{Entry, Publisher};
use super::feed::Run;
use super::lately::Lately;
use super::orders::{Orders, Scope};
use crate::domain::makers::Makers;
use crate::domain::video::list::{Counts, Listed};
use crate::domain::video::order::{self, Order};
use crate::domain::video::query::{Filter, Query};
use crate::store::records::{Account, Channel, Video, VideoTalk};
use crate::store::tables::{AccountKey, ChannelKey, VideoKey, VideoTalkKey, ViewDayKey};
use crate::store::{Changes, Read, Store, StoreError};

#[derive(Default)]
pub(super) struct Shelf {
    pub(super) videos: HashMap<VideoId, Arc<Entry>>,
    pub(super) uuids: HashMap<Uuid, VideoId>,
    pub(super) publishers: HashMap<ChannelId, Arc<Publisher>>,
    pub(super) accounts: HashMap<AccountId, Account>,
    by_channel: HashMap<ChannelId, HashSet<VideoId>>,
    /// Views of all videos of a channel.
    views: HashMap<ChannelId, u64>,
    by_account: HashMap<AccountId, BTreeSet<ChannelId>>,
    /// Channels of others that an account edits.
    by_editor: HashMap<AccountId, BTreeSet<ChannelId>>,
    /// What those who follow a channel find in it.
    pub(super) runs: HashMap<ChannelId, Run>,
    lately: Lately,
    /// How many comments everybody sees of a video, where there are any.
    comments: HashMap<VideoId, u64>,
    /// What videos may share.
    pub(super) common: Common,
    /// Behind a lock of their own: a reader makes a list that is not kept.
    orders: Mutex<Orders>,
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
        for row in store.table::<VideoTalkKey>() {
            let (key, talk) = row?;
            shelf.set_comments(key.video, Some(&talk));
        }
        for row in store.table::<VideoKey>() {
            let (key, video) = row?;
            shelf.put_video(key.video, Some(video));
        }
        Ok(shelf)
    }

    /// Takes over a commit. Gives whether it was about anything here.
    pub(super) fn apply(&mut self, changes: &Changes) -> Result<bool, StoreError> {
        let mut changed = false;
        for row in changes.of::<AccountKey>() {
            let (key, account) = row?;
            self.put_account(key.account, account);
            changed = true;
        }
        for row in changes.of::<ChannelKey>() {
            let (key, channel) = row?;
            self.put_channel(key.channel, channel);
            changed = true;
        }
        for row in changes.of::<ViewDayKey>() {
            let (key, views) = row?;
            self.lately.set(key.video, key.day, views);
            self.recount(key.video, true);
            changed = true;
        }
        for row in changes.of::<VideoTalkKey>() {
            let (key, talk) = row?;
            if self.set_comments(key.video, talk.as_ref()) {
                self.recount(key.video, true);
                changed = true;
            }
        }
        for row in changes.of::<VideoKey>() {
            let (key, video) = row?;
            self.put_video(key.video, video);
            changed = true;
        }
        Ok(changed)
    }

    pub(super) fn set_viewers(&mut self, viewers: &[(VideoId, u64)]) -> bool {
        for (video, count) in viewers {
            if let Some(entry) = self.videos.get_mut(video) {
                *entry = Arc::new(Entry::new(entry.listed.clone(), entry.publisher.clone(), *count));
            }
        }
        true
    }

    pub(super) fn begin_day(&mut self, now: Timestamp) -> bool {
        let changed = self.lately.begin_day(now);
        for video in &changed {
            self.recount(*video, false);
        }
        // Once a day, and there may be many: sorted anew, the lists are right sooner than by a move for each.
        self.orders_mut().clear();
        !changed.is_empty()
    }

    /// A page of a list: how many rows the list has, and the videos on the page.
    pub(super) fn page(&self, scope: Scope, query: &Query) -> (usize, Vec<VideoId>) {
        if let Some(page) = self.orders().page(scope, query) {
            return page;
        }
        // Made while others read what is kept; the shelf stays as it is meanwhile, since we read it.
        let rows = self.ordered(scope, query.order, &query.filter);
        let mut orders = self.orders();
        orders.keep(scope, query.order, &query.filter, rows);
        orders.page(scope, query).unwrap_or_default()
    }

    fn ordered(&self, scope: Scope, order: Order, filter: &Filter) -> Vec<Arc<Listed>> {
        let narrowed = match scope {
            // What members find, and so what everybody finds, is known by what it shares.
            Scope::Public | Scope::Members => self.common.narrowed(filter),
            Scope::Published | Scope::Everything => None,
            Scope::Channel(_) | Scope::Account(_) | Scope::Own(_) | Scope::Managed(_) => {
                let mut rows = self.scope(scope);
                rows.retain(|listed| filter.holds(listed));
                order::sort(&mut rows, order, |listed| listed);
                return rows;
            }
        };
        if let Some(videos) = narrowed {
            let entries = videos.iter().filter_map(|video| self.videos.get(video));
            let holds = |listed: &&Arc<Listed>| scope.has(listed) && filter.holds(listed);
            let mut rows: Vec<_> = entries.map(|entry| &entry.listed).filter(holds).cloned().collect();
            order::sort(&mut rows, order, |listed| listed);
            return rows;
        }
        let all = Filter::default();
        if *filter == all {
            let mut rows = self.scope(scope);
            order::sort(&mut rows, order, |listed| listed);
            return rows;
        }
        // Filtered rows of a list in order need no sorting.
        let kept = self.orders().all(scope, order, &all);
        let mut rows = kept.unwrap_or_else(|| {
            let rows = self.ordered(scope, order, &all);
            self.orders().keep(scope, order, &all, rows.clone());
            rows
        });
        rows.retain(|listed| filter.holds(listed));
        rows
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn orders_mut(&mut self) -> &mut Orders {
        self.orders.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// The channels of an account, first made first.
    pub(super) fn channels_of(&self, account: AccountId) -> impl Iterator<Item = ChannelId> {
        self.by_account.get(&account).into_iter().flatten().copied()
    }

    /// The channels of others that an account edits, first made first.
    pub(super) fn edited_by(&self, account: AccountId) -> impl Iterator<Item = ChannelId> {
        self.by_editor.get(&account).into_iter().flatten().copied()
    }

    /// All videos of an account and of the channels it edits.
    pub(super) fn managed_by(&self, account: AccountId) -> impl Iterator<Item = &Arc<Entry>> {
        let channels = self.channels_of(account).chain(self.edited_by(account));
        channels.flat_map(|channel| self.of_channel(channel))
    }

    pub(super) fn of_account(&self, account: AccountId) -> impl Iterator<Item = &Arc<Entry>> {
        self.channels_of(account).flat_map(|channel| self.of_channel(channel))
    }

    pub(super) fn of_channel(&self, channel: ChannelId) -> impl Iterator<Item = &Arc<Entry>> {
        self.by_channel.get(&channel).into_iter().flatten().filter_map(|video| self.videos.get(video))
    }

    /// How many videos a channel has, and their views together.
    pub(super) fn sums_of(&self, channel: ChannelId) -> (usize, u64) {
        let videos = self.by_channel.get(&channel).map_or(0, HashSet::len);
        (videos, self.views.get(&channel).copied().unwrap_or(0))
    }

    fn scope(&self, scope: Scope) -> Vec<Arc<Listed>> {
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
            Scope::Managed(account) => self.managed_by(account).map(|entry| entry.listed.clone()).collect(),
        }
    }

    fn put_account(&mut self, id: AccountId, account: Option<Account>) {
        let Some(account) = account else {
            self.accounts.remove(&id);
            return;
        };
        self.accounts.insert(id, account.clone());
        let owned: Vec<ChannelId> = self.channels_of(id).collect();
        for channel in owned {
            let channel = self.publishers.get(&channel).map(|publisher| publisher.channel.clone());
            if let Some(channel) = channel {
                self.put_channel(channel.id, Some(channel));
            }
        }
    }

    fn put_channel(&mut self, id: ChannelId, channel: Option<Channel>) {
        let old = self.publishers.remove(&id).map(|publisher| publisher.makers.clone());
        if let Some(old) = &old {
            take(&mut self.by_account, old.owner, id);
            old.editors().iter().for_each(|editor| take(&mut self.by_editor, *editor, id));
        }
        let account = channel.as_ref().and_then(|channel| self.accounts.get(&channel.account)).cloned();
        let (Some(channel), Some(account)) = (channel, account) else { return };
        let makers = Makers::of(&channel);
        self.by_account.entry(makers.owner).or_default().insert(id);
        for editor in makers.editors() {
            self.by_editor.entry(*editor).or_default().insert(id);
        }
        let publisher = Arc::new(Publisher { channel, account, makers: makers.clone() });
        self.publishers.insert(id, publisher.clone());
        let videos: Vec<VideoId> = self.by_channel.get(&id).into_iter().flatten().copied().collect();
        for video in videos {
            if let Some(entry) = self.videos.get_mut(&video) {
                *entry = Arc::new(Entry::new(entry.listed.clone(), publisher.clone(), entry.viewers));
            }
            if old.as_ref().is_some_and(|old| *old != makers) {
                self.refresh(video);
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
            if let Some(views) = self.views.get_mut(&video.channel) {
                *views = views.saturating_sub(video.views);
            }
            if let Some(run) = self.runs.get_mut(&video.channel) {
                run.remove(&old.listed);
            }
        }
        let new = video.and_then(|video| self.insert(video, old.as_ref()));
        if new.is_none() {
            self.lately.forget(id);
        }
        let old = old.map(|old| old.listed.clone());
        self.orders_mut().follow(old.as_ref(), new.as_ref());
    }

    fn insert(&mut self, mut video: Video, old: Option<&Arc<Entry>>) -> Option<Arc<Listed>> {
        let id = video.id;
        video.shrink();
        let Some(publisher) = self.publishers.get(&video.channel).cloned() else {
            tracing::error!(video = %id, channel = %video.channel, "a video's channel is not in the store");
            return None;
        };
        self.uuids.insert(video.uuid, id);
        self.by_channel.entry(video.channel).or_default().insert(id);
        let views = self.views.entry(video.channel).or_default();
        *views = views.saturating_add(video.views);
        let viewers = old.map_or(0, |old| old.viewers);
        let listed = Arc::new(Listed::new(video, publisher.makers.clone(), self.counts_of(id)));
        self.runs.entry(listed.video.channel).or_default().insert(&listed);
        self.common.insert(&listed);
        self.videos.insert(id, Arc::new(Entry::new(listed.clone(), publisher, viewers)));
        Some(listed)
    }

    /// Makes a video's entry anew.
    fn refresh(&mut self, id: VideoId) {
        if let Some(video) = self.videos.get(&id).map(|entry| entry.listed.video.clone()) {
            self.put_video(id, Some(video));
        }
    }

    fn counts_of(&self, id: VideoId) -> Counts {
        let comments = self.comments.get(&id).copied().unwrap_or(0);
        Counts { views_lately: self.lately.sum(id), comments }
    }

    /// Notes how many comments a video has. Gives whether it had another number of them.
    fn set_comments(&mut self, id: VideoId, talk: Option<&VideoTalk>) -> bool {
        let comments = talk.map_or(0, |talk| talk.comments);
        let before = match comments {
            0 => self.comments.remove(&id),
            _ => self.comments.insert(id, comments),
        };
        before.unwrap_or(0) != comments
    }

    /// Notes what is counted of a video in rows of their own, which nothing but its card and lists in order depends on.
    fn recount(&mut self, id: VideoId, follows: bool) {
        let counts = self.counts_of(id);
        let Some(entry) = self.videos.get_mut(&id) else { return };
        let old = entry.listed.clone();
        let new = Arc::new(Listed { counts, ..Listed::clone(&old) });
        *entry = Arc::new(Entry::new(new.clone(), entry.publisher.clone(), entry.viewers));
        if follows {
            self.orders_mut().follow(Some(&old), Some(&new));
        }
    }
}

fn take(channels: &mut HashMap<AccountId, BTreeSet<ChannelId>>, account: AccountId, channel: ChannelId) {
    if let Some(of_account) = channels.get_mut(&account) {
        of_account.remove(&channel);
        if of_account.is_empty() {
            channels.remove(&account);
        }
    }
}
