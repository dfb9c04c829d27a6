//! Rows in order, kept until something changes, and the pages cut from them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::id::{AccountId, ChannelId};

use super::Entry;
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
}

impl Scope {
    /// Whether a list of this scope has a video, as far as the video itself says.
    #[must_use]
    pub fn has(self, listed: &Listed) -> bool {
        let sight = listed.sight();
        match self {
            Scope::Public => sight.is_listed(),
            Scope::Account(account) => sight.is_listed() && listed.owner == account,
            Scope::Channel(channel) => sight.is_listed() && listed.video.channel == channel,
            Scope::Members => sight.is_listed_for_members(),
            Scope::Published => sight.is_published(),
            Scope::Everything => true,
            Scope::Own(account) => listed.owner == account,
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

type Rows = Arc<[Arc<Listed>]>;

/// Orders that are kept: enough for every sort of the front page and the channels people look at; the rest is sorted
/// anew. All are dropped at the first question after a change.
const ORDERS_KEPT_MAX: usize = 64;
/// Filtered lists that are kept, so that scrolling does not filter again. Dropped together when there are more.
const FILTERED_KEPT_MAX: usize = 256;
/// Rows in all filtered lists together: eight bytes each.
const FILTERED_ROWS_MAX: usize = 1_000_000;

#[derive(Default)]
pub(super) struct Orders {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    generation: u64,
    ordered: HashMap<(Scope, Order), Rows>,
    filtered: HashMap<(Scope, Order, Filter), Rows>,
    filtered_rows: usize,
}

impl Orders {
    /// The rows of a list in order. `rows` gives a scope's rows, of this generation or a younger one.
    pub(super) fn get(
        &self,
        generation: u64,
        scope: Scope,
        query: &Query,
        rows: impl FnOnce() -> Vec<Arc<Listed>>,
    ) -> Rows {
        if query.filter.holds_all() {
            return self.ordered(generation, scope, query.order, rows);
        }
        let key = (scope, query.order, query.filter.clone());
        if let Some(rows) = self.kept(generation).filtered.get(&key) {
            return rows.clone();
        }
        let ordered = self.ordered(generation, scope, query.order, rows);
        let rows: Rows = ordered.iter().filter(|listed| query.filter.holds(listed)).cloned().collect();
        let mut kept = self.kept(generation);
        if kept.generation == generation {
            let full = FILTERED_KEPT_MAX <= kept.filtered.len()
                || FILTERED_ROWS_MAX < kept.filtered_rows.saturating_add(rows.len());
            if full {
                kept.filtered.clear();
                kept.filtered_rows = 0;
            }
            kept.filtered_rows += rows.len();
            kept.filtered.insert(key, rows.clone());
        }
        rows
    }

    fn ordered(
        &self,
        generation: u64,
        scope: Scope,
        order: Order,
        rows: impl FnOnce() -> Vec<Arc<Listed>>,
    ) -> Rows {
        if let Some(rows) = self.kept(generation).ordered.get(&(scope, order)) {
            return rows.clone();
        }
        // Sorted outside the lock: a hundred thousand rows take a while.
        let mut rows = rows();
        order::sort(&mut rows, order, |listed| listed);
        let rows: Rows = rows.into();
        let mut kept = self.kept(generation);
        if kept.generation == generation && kept.ordered.len() < ORDERS_KEPT_MAX {
            kept.ordered.insert((scope, order), rows.clone());
        }
        rows
    }

    fn kept(&self, generation: u64) -> MutexGuard<'_, Kept> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.generation < generation {
            *kept = Kept { generation, ..Kept::default() };
        }
        kept
    }
}
