//! Which videos are copied, and which copies are given up.
//!
//! Owns the whole policy, over plain values. Each rule has room for so many bytes, and fills it with the videos that
//! deserve it most. A copy stays as long as others were told that it would, and longer while it deserves its place; one that
//! had its time makes room for one that deserves it more.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use shared::id::{MirrorId, VideoId};
use shared::time::Timestamp;

use crate::store::records::MirrorStrategy;

/// Copies that one look begins to make; the next look makes more.
const MADE_MAX: usize = 1000;

/// What an administrator wants copied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Which videos come first.
    pub strategy: MirrorStrategy,
    /// Room for their files.
    pub bytes_max: u64,
    /// How long a copy stays at least.
    pub lifetime_min: Duration,
    /// Views that a video needs.
    pub views_min: u64,
}

/// A video that may be copied: whole, for everybody, of a server that is followed and allowed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// Which.
    pub video: VideoId,
    /// Bytes of its files, as its server says.
    pub bytes: u64,
    /// Views in all.
    pub views: u64,
    /// Views of the last days.
    pub views_lately: u64,
    /// When it was published.
    pub published_at: Timestamp,
}

/// A copy that is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Which.
    pub id: MirrorId,
    /// Of which video.
    pub video: VideoId,
    /// Why.
    pub strategy: MirrorStrategy,
    /// Bytes of its files.
    pub bytes: u64,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when others count on it.
    pub expires_at: Option<Timestamp>,
    /// Whether it still is a copy of what may be copied.
    pub is_right: bool,
}

impl Standing {
    fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|until| until <= now)
    }
}

/// A copy that is to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Make {
    /// Of which video.
    pub video: VideoId,
    /// Why.
    pub strategy: MirrorStrategy,
    /// Until when others may count on it.
    pub lifetime: Option<Duration>,
}

/// What is to be done, in this order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// Copies that go.
    pub give_up: Vec<MirrorId>,
    /// Copies that stay longer, each until then.
    pub lengthen: Vec<(MirrorId, Timestamp)>,
    /// Copies that are made, most deserving first.
    pub make: Vec<Make>,
}

/// What is to be done now. Of several rules of one strategy the first counts; a video is copied once, by the first rule that
/// wants it.
#[must_use]
pub fn plan(now: Timestamp, rules: &[Rule], candidates: &[Candidate], standing: &[Standing]) -> Plan {
    let mut plan = Plan::default();
    plan.give_up.extend(standing.iter().filter(|copy| !copy.is_right).map(|copy| copy.id));
    let right: Vec<&Standing> = standing.iter().filter(|copy| copy.is_right).collect();
    let mut taken: BTreeSet<VideoId> = right.iter().map(|copy| copy.video).collect();
    let mut ruled = BTreeSet::from([MirrorStrategy::Manual]);
    for rule in rules {
        if ruled.insert(rule.strategy) {
            let copies = right.iter().filter(|copy| copy.strategy == rule.strategy).copied().collect();
            fill(now, rule, candidates, copies, &mut taken, &mut plan);
        }
    }
    // A rule that is no more keeps what was promised.
    let left = right.iter().filter(|copy| !ruled.contains(&copy.strategy) && copy.is_over(now));
    plan.give_up.extend(left.map(|copy| copy.id));
    let asked = right.iter().filter(|copy| copy.strategy == MirrorStrategy::Manual && copy.is_over(now));
    plan.give_up.extend(asked.map(|copy| copy.id));
    plan.make.truncate(MADE_MAX);
    plan
}

/// Fills the room of one rule.
fn fill(
    now: Timestamp,
    rule: &Rule,
    candidates: &[Candidate],
    copies: Vec<&Standing>,
    taken: &mut BTreeSet<VideoId>,
    plan: &mut Plan,
) {
    let own: BTreeSet<VideoId> = copies.iter().map(|copy| copy.video).collect();
    let is_free = |one: &&Candidate| own.contains(&one.video) || !taken.contains(&one.video);
    let mut ranked: Vec<&Candidate> =
        candidates.iter().filter(|one| rule.views_min <= one.views).filter(is_free).collect();
    ranked.sort_by_key(|one| (Reverse(merit(rule.strategy, one)), one.video));
    let places: BTreeMap<VideoId, usize> =
        ranked.iter().enumerate().map(|(place, one)| (one.video, place)).collect();
    // What would be there if nothing were.
    let mut room = rule.bytes_max;
    let mut deserving: Vec<&Candidate> = Vec::new();
    for one in ranked {
        if one.bytes <= room {
            room -= one.bytes;
            deserving.push(one);
        }
    }
    let deserve: BTreeSet<VideoId> = deserving.iter().map(|one| one.video).collect();
    let mut used = copies.iter().fold(0u64, |sum, copy| sum.saturating_add(copy.bytes));
    let mut losing = Vec::new();
    for copy in copies {
        if deserve.contains(&copy.video) {
            let is_short = copy.expires_at.is_none_or(|until| until.since(now) < rule.lifetime_min / 2);
            if is_short {
                plan.lengthen.push((copy.id, now.after(rule.lifetime_min)));
            }
        } else if copy.is_over(now) {
            plan.give_up.push(copy.id);
            used = used.saturating_sub(copy.bytes);
        } else {
            losing.push(copy);
        }
    }
    // The least deserving is given up first; one that is no candidate for this rule any more before all others.
    losing.sort_by_key(|copy| places.get(&copy.video).copied().unwrap_or(usize::MAX));
    // Somebody made the room smaller: then nothing was promised.
    while rule.bytes_max < used {
        let Some(copy) = losing.pop() else { break };
        plan.give_up.push(copy.id);
        used = used.saturating_sub(copy.bytes);
    }
    losing.retain(|copy| rule.lifetime_min <= now.since(copy.made_at));
    for one in deserving.into_iter().filter(|one| !own.contains(&one.video)) {
        while rule.bytes_max < used.saturating_add(one.bytes) {
            let Some(copy) = losing.pop() else { break };
            plan.give_up.push(copy.id);
            used = used.saturating_sub(copy.bytes);
        }
        if used.saturating_add(one.bytes) <= rule.bytes_max {
            used += one.bytes;
            taken.insert(one.video);
            let lifetime = Some(rule.lifetime_min);
            plan.make.push(Make { video: one.video, strategy: rule.strategy, lifetime });
        }
    }
}

/// By what a strategy orders videos: more is better.
fn merit(strategy: MirrorStrategy, one: &Candidate) -> (u64, Timestamp) {
    let first = match strategy {
        MirrorStrategy::MostViews => one.views,
        MirrorStrategy::Trending => one.views_lately,
        MirrorStrategy::RecentlyAdded | MirrorStrategy::Manual => 0,
    };
    (first, one.published_at)
}
