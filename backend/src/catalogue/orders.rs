//! Lists in order, kept and changed with what they hold, and the pages cut from them.
//!
//! Owns which lists are kept: those that were asked for last. A list that is not kept is made from the shelf, which is
//! the only moment that costs as much as there are videos; after that a change of one video costs a place in each list.

use std::collections::HashMap;
use std::sync::Arc;

use shared::id::{AccountId, ChannelId, VideoId};

use super::Entry;
use super::runs::Runs;
use crate::domain::video::list::Listed;
use crate::domain::video::order::{self, Order};
use crate::domain::video::query::{Filter, Query};

/// Whose videos a list is about, and who looks at it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// What everybody finds.
    Public,
    /// What those who are signed in find.
    Members,
    /// All that is published, for who keeps order.
    Published,
    /// All there is, for who keeps order.
    Everything,
    /// What everybody finds in a channel.
    Channel(ChannelId),
    /// What everybody finds of an account.
    Account(AccountId),
    /// All of an account, for its owner.
    Own(AccountId),
    /// All of an account and of the channels it edits, for its owner.
    Managed(AccountId),
}

impl Scope {
    /// Whether a list of this scope has a video, as far as the video itself says.
    #[must_use]
    pub fn has(self, listed: &Listed) -> bool {
        let sight = listed.sight();
        match self {
            Scope::Public => sight.is_listed(),
            Scope::Account(account) => sight.is_listed() && listed.makers.owner == account,
            Scope::Channel(channel) => sight.is_listed() && listed.video.channel == channel,
            Scope::Members => sight.is_listed_for_members(),
            Scope::Published => sight.is_published(),
            Scope::Everything => true,
            Scope::Own(account) => listed.makers.owner == account,
            Scope::Managed(account) => listed.makers.manage(account),
        }
    }
}

/// One page of a list.
pub struct Page {
    /// Rows of the whole list.
    pub total: usize,
    /// Rows of this page.
    pub rows: Vec<Arc<Entry>>,
}

/// Lists that are kept: enough for every sort of the front page, what people filter it by, and the channels they look
/// at. Each change looks for its place in all of them.
const LISTS_MAX: usize = 128;
/// Rows in all of them together: eight bytes each.
const ROWS_MAX: usize = 4_000_000;

/// What a list is of.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Name {
    scope: Scope,
    order: Order,
    filter: Filter,
}

struct List {
    rows: Runs<Arc<Listed>>,
    /// When it was last asked for.
    asked: u64,
}

/// The kept lists.
#[derive(Default)]
pub(super) struct Orders {
    lists: HashMap<Name, List>,
    rows: usize,
    asked: u64,
}

impl Orders {
    /// The total of a list and the numbers on one page of it; none where the list is not kept.
    pub(super) fn page(&mut self, scope: Scope, query: &Query) -> Option<(usize, Vec<VideoId>)> {
        let name = Name { scope, order: query.order, filter: query.filter.clone() };
        self.asked += 1;
        let list = self.lists.get_mut(&name)?;
        list.asked = self.asked;
        let page = list.rows.from(query.start).take(query.count);
        Some((list.rows.len(), page.map(|listed| listed.video.id).collect()))
    }

    /// All rows of a kept list in order.
    pub(super) fn all(&self, scope: Scope, order: Order, filter: &Filter) -> Option<Vec<Arc<Listed>>> {
        let name = Name { scope, order, filter: filter.clone() };
        Some(self.lists.get(&name)?.rows.iter().cloned().collect())
    }

    /// Keeps a list whose rows are in order. Those that were not asked for longest make room.
    pub(super) fn keep(&mut self, scope: Scope, order: Order, filter: &Filter, rows: Vec<Arc<Listed>>) {
        let name = Name { scope, order, filter: filter.clone() };
        self.drop_list(&name);
        while LISTS_MAX <= self.lists.len() || (ROWS_MAX < self.rows + rows.len() && !self.lists.is_empty()) {
            let oldest = self.lists.iter().min_by_key(|(_, list)| list.asked).map(|(name, _)| name.clone());
            if let Some(oldest) = oldest {
                self.drop_list(&oldest);
            }
        }
        self.asked += 1;
        self.rows += rows.len();
        self.lists.insert(name, List { rows: Runs::of_sorted(rows), asked: self.asked });
    }

    /// Follows the change of one video.
    pub(super) fn follow(&mut self, old: Option<&Arc<Listed>>, new: Option<&Arc<Listed>>) {
        let mut lost = Vec::new();
        for (name, list) in &mut self.lists {
            let has = |listed: &&Arc<Listed>| name.scope.has(listed) && name.filter.holds(listed);
            let compare = |a: &Arc<Listed>, b: &Arc<Listed>| order::compare(name.order, a, b);
            let before = list.rows.len();
            if let Some(old) = old.filter(has)
                && !list.rows.remove(old, compare)
            {
                lost.push(name.clone());
                continue;
            }
            if let Some(new) = new.filter(has) {
                list.rows.insert(new.clone(), compare);
            }
            self.rows = self.rows + list.rows.len() - before;
        }
        for name in lost {
            // Every change of a row passes here, so that it stands where it was put.
            tracing::error!(?name, "a list did not have a row of its own and is made anew");
            self.drop_list(&name);
        }
    }

    /// Forgets all lists.
    pub(super) fn clear(&mut self) {
        self.lists.clear();
        self.rows = 0;
    }

    fn drop_list(&mut self, name: &Name) {
        if let Some(list) = self.lists.remove(name) {
            self.rows -= list.rows.len();
        }
    }
}
