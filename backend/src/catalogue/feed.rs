//! What a person finds in all the channels they follow.
//!
//! Owns one run of videos for each channel, newest first, and merges them: a page costs as much as there are channels
//! and rows before its end, however many videos they have.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::sync::Arc;

use shared::id::{ChannelId, VideoId};
use shared::time::Timestamp;

use super::Page;
use super::shelf::Shelf;
use crate::domain::video::list::Listed;
use crate::domain::video::order::{self, Order, Sort};
use crate::domain::video::query::{Filter, Query};

/// What those who are signed in find in one channel.
#[derive(Default)]
pub(super) struct Run {
    newest: BTreeSet<Reverse<(Timestamp, VideoId)>>,
    /// Of these, not for all eyes.
    sensitive: usize,
}

impl Run {
    pub(super) fn insert(&mut self, listed: &Listed) {
        if listed.sight().is_listed_for_members() && self.newest.insert(place(listed)) {
            self.sensitive += usize::from(listed.video.nsfw);
        }
    }

    pub(super) fn remove(&mut self, listed: &Listed) {
        if self.newest.remove(&place(listed)) {
            self.sensitive -= usize::from(listed.video.nsfw);
        }
    }

    /// The newest first.
    pub(super) fn newest(&self) -> impl Iterator<Item = VideoId> {
        self.newest.iter().map(|Reverse((_, video))| *video)
    }

    pub(super) fn len(&self) -> usize {
        self.newest.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.newest.is_empty()
    }

    /// How many there are of the kind asked for.
    fn count(&self, sensitive: Option<bool>) -> usize {
        match sensitive {
            None => self.newest.len(),
            Some(true) => self.sensitive,
            Some(false) => self.newest.len() - self.sensitive,
        }
    }
}

fn place(listed: &Listed) -> Reverse<(Timestamp, VideoId)> {
    Reverse((listed.video.published_at, listed.video.id))
}

const NEWEST: Order = Order { sort: Sort::PublishedAt, descending: true };

/// A page of the videos of these channels.
pub(super) fn page(shelf: &Shelf, channels: &[ChannelId], query: &Query) -> Page {
    let sensitive = query.filter.nsfw;
    let is_plain = query.filter == Filter { nsfw: sensitive, ..Filter::default() };
    let runs: Vec<&Run> = channels.iter().filter_map(|channel| shelf.runs.get(channel)).collect();
    if query.order == NEWEST && is_plain {
        return newest(shelf, &runs, query, sensitive);
    }
    let videos = runs.iter().flat_map(|run| &run.newest);
    let listed = videos.filter_map(|Reverse((_, video))| Some(shelf.videos.get(video)?.listed.clone()));
    let mut rows: Vec<Arc<Listed>> = listed.filter(|listed| query.filter.holds(listed)).collect();
    order::sort(&mut rows, query.order, |listed| listed);
    let total = rows.len();
    let rows = rows.into_iter().skip(query.start).take(query.count);
    Page { total, rows: rows.filter_map(|listed| shelf.videos.get(&listed.video.id).cloned()).collect() }
}

fn newest(shelf: &Shelf, runs: &[&Run], query: &Query, sensitive: Option<bool>) -> Page {
    let total: usize = runs.iter().map(|run| run.count(sensitive)).sum();
    let mut rows = Vec::new();
    if total <= query.start {
        return Page { total, rows };
    }
    let mut rests: Vec<_> = runs.iter().map(|run| run.newest.iter()).collect();
    let mut first = BinaryHeap::new();
    for (at, rest) in rests.iter_mut().enumerate() {
        first.extend(rest.next().map(|Reverse(place)| (*place, at)));
    }
    let mut skipped = 0;
    while let Some(((_, video), at)) = first.pop() {
        if rows.len() == query.count {
            break;
        }
        first.extend(rests.get_mut(at).and_then(Iterator::next).map(|Reverse(place)| (*place, at)));
        let Some(entry) = shelf.videos.get(&video) else { continue };
        if sensitive.is_some_and(|sensitive| sensitive != entry.listed.video.nsfw) {
            continue;
        }
        if skipped < query.start {
            skipped += 1;
        } else {
            rows.push(entry.clone());
        }
    }
    Page { total, rows }
}
