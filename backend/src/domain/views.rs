//! Counting views and who is watching.
//!
//! Owns the rule: a viewer who watched ten seconds counts once an hour. Keeps sessions in memory alone, under salted
//! hashes, so that nothing here says who watched what. The surprise is that a session's reports are believed: whoever
//! lies about seconds could as well wait them out, so the bounds are on sessions, not on seconds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use shared::id::VideoId;
use shared::time::Instant;

use super::agent::Agent;
use super::statistics::believable;

/// How much of a video makes a view; all of it where it is shorter (PeerTube 6.1's rule).
pub const WATCHED_MIN: Duration = Duration::from_secs(10);
/// How long a viewer who was counted is not counted again.
pub const COUNTED_FOR: Duration = Duration::from_secs(60 * 60);
/// Players report every five seconds; one that missed this many reports has left.
pub const VIEWER_SILENCE_MAX: Duration = Duration::from_secs(60);
/// About 100 bytes each: ten megabytes at most. Viewers beyond it are not counted until an hour has passed.
pub const SESSIONS_MAX: usize = 100_000;
/// A school or an office behind one address; a script that invents sessions gets no further.
pub const SESSIONS_PER_ADDRESS_MAX: u32 = 200;

/// Counts of viewers that other servers tell; about 150 bytes each.
pub const ELSEWHERE_MAX: usize = 20_000;

/// Viewers who left that are told of at once, some seconds after: 80 bytes each. Of more nothing is told.
pub const ENDED_MAX: usize = 10_000;

/// Into how many parts a video's length is cut to tell how far its viewers came. The bits of one number hold them.
pub const POINTS: usize = 100;

/// A salted hash of what tells one viewer from another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ViewerKey(pub u64);

/// A salted hash of a viewer's address.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AddressKey(pub u64);

/// What a player says every few seconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Report {
    /// What is being watched.
    pub video: VideoId,
    /// How long that is.
    pub duration: Duration,
    /// Who watches.
    pub viewer: ViewerKey,
    /// From where.
    pub address: AddressKey,
    /// What with.
    pub agent: Agent,
    /// Where in the video.
    pub position: Duration,
    /// Whether the viewer jumped there.
    pub jumped: bool,
}

/// Who says how many watch elsewhere.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Teller {
    /// One of many, by name: a server, or a viewer of one. What they tell is beside what is counted here.
    One(String),
    /// The server whose the video is. What it tells is all there are, ours among them.
    Origin,
}

/// What somebody watched of a video from when they began until they left. Nothing in it says who they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ended {
    /// Of which.
    pub video: VideoId,
    /// When they began.
    pub began: Instant,
    /// When they were last heard of.
    pub ended: Instant,
    /// How long they watched.
    pub watched: Duration,
    /// A bit for each of the [`POINTS`] parts that they watched.
    pub parts: u128,
}

struct Session {
    address: AddressKey,
    began: Instant,
    heard: Instant,
    position: Duration,
    watched: Duration,
    counted: Option<Instant>,
    watching: bool,
    /// A bit for each part that was watched.
    reached: u128,
    /// How long since they began this time.
    lately: Duration,
    /// A bit for each part that was watched since.
    parts: u128,
}

/// What was watched of one video since the last time it was written down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Watch {
    /// How many began to.
    pub viewers: u64,
    /// How long, all together.
    pub time: Duration,
    /// How many watched at the same time at most.
    pub peak: u64,
    /// How many more watched each part.
    pub reached: Vec<u32>,
    /// What those watch with who began to.
    pub with: BTreeMap<Agent, u64>,
}

impl Default for Watch {
    fn default() -> Watch {
        Watch { viewers: 0, time: Duration::ZERO, peak: 0, reached: vec![0; POINTS], with: BTreeMap::new() }
    }
}

impl Watch {
    /// Whole seconds; [`Views::take_watched`] keeps what is left of one for the next time.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        self.time.as_secs()
    }
}

/// Views that are not written yet, and everybody who watches.
#[derive(Default)]
pub struct Views {
    sessions: HashMap<(VideoId, ViewerKey), Session>,
    addresses: HashMap<AddressKey, u32>,
    watching: HashMap<VideoId, u64>,
    uncounted: HashMap<VideoId, u64>,
    changed: HashSet<VideoId>,
    watched: HashMap<VideoId, Watch>,
    /// How many watch on other servers and until when, by who says so.
    elsewhere: HashMap<VideoId, HashMap<Teller, (u64, Instant)>>,
    elsewhere_count: usize,
    /// Who left since the last time somebody asked: at most [`ENDED_MAX`].
    ended: Vec<Ended>,
}

impl Views {
    /// Notes that so many watch a video on another server until then, as `by` says. Beyond [`ELSEWHERE_MAX`] it is left out.
    pub fn hear_elsewhere(&mut self, video: VideoId, by: Teller, viewers: u64, until: Instant) {
        let counts = self.elsewhere.entry(video).or_default();
        if !counts.contains_key(&by) {
            if ELSEWHERE_MAX <= self.elsewhere_count {
                return;
            }
            self.elsewhere_count += 1;
        }
        counts.insert(by, (viewers, until));
        self.changed.insert(video);
    }

    fn forget_elsewhere(&mut self, now: Instant) {
        let Views { elsewhere, changed, elsewhere_count, .. } = self;
        elsewhere.retain(|video, counts| {
            let before = counts.len();
            counts.retain(|_, (_, until)| now < *until);
            if counts.len() < before {
                *elsewhere_count -= before - counts.len();
                changed.insert(*video);
            }
            !counts.is_empty()
        });
    }

    /// Takes one report.
    pub fn report(&mut self, now: Instant, report: &Report) {
        let key = (report.video, report.viewer);
        if !self.sessions.contains_key(&key) && !self.admit(report.address) {
            return;
        }
        let session = self.sessions.entry(key).or_insert_with(|| Session {
            address: report.address,
            began: now,
            heard: now,
            position: report.position,
            watched: Duration::ZERO,
            counted: None,
            watching: false,
            reached: 0,
            lately: Duration::ZERO,
            parts: 0,
        });
        if !session.watching {
            (session.began, session.lately, session.parts) = (now, Duration::ZERO, 0);
        }
        let silence = now.since(session.heard);
        session.heard = now;
        if !report.jumped {
            let moved = report.position.saturating_sub(session.position);
            session.watched += moved;
            let time = believable(moved, silence);
            if !time.is_zero() {
                let watch = self.watched.entry(report.video).or_default();
                watch.time += time;
                session.lately += time;
                if session.reached == 0 {
                    watch.viewers += 1;
                    *watch.with.entry(report.agent).or_default() += 1;
                }
                reach(session, watch, report, time);
            }
        }
        session.position = report.position;
        if !session.watching {
            session.watching = true;
            let now_watching = self.watching.entry(report.video).or_default();
            *now_watching += 1;
            let watch = self.watched.entry(report.video).or_default();
            watch.peak = watch.peak.max(*now_watching);
            self.changed.insert(report.video);
        }
        let counted_lately = session.counted.is_some_and(|counted| now.since(counted) < COUNTED_FOR);
        if !counted_lately && WATCHED_MIN.min(report.duration) <= session.watched {
            session.counted = Some(now);
            session.watched = Duration::ZERO;
            *self.uncounted.entry(report.video).or_default() += 1;
        }
    }

    fn admit(&mut self, address: AddressKey) -> bool {
        let known = self.addresses.get(&address).copied().unwrap_or(0);
        if SESSIONS_MAX <= self.sessions.len() || SESSIONS_PER_ADDRESS_MAX <= known {
            return false;
        }
        self.addresses.insert(address, known + 1);
        true
    }

    /// Forgets who left. Call it every few seconds.
    pub fn tick(&mut self, now: Instant) {
        let Views { sessions, addresses, watching, changed, ended, .. } = self;
        sessions.retain(|(video, _), session| {
            let silence = now.since(session.heard);
            if session.watching && VIEWER_SILENCE_MAX < silence {
                session.watching = false;
                changed.insert(*video);
                if let Some(count) = watching.get_mut(video) {
                    *count -= 1;
                }
                if !session.lately.is_zero() && ended.len() < ENDED_MAX {
                    let Session { began, heard, lately, parts, .. } = *session;
                    ended.push(Ended { video: *video, began, ended: heard, watched: lately, parts });
                }
            }
            let keep = silence < COUNTED_FOR;
            if !keep && let Some(count) = addresses.get_mut(&session.address) {
                *count -= 1;
            }
            keep
        });
        addresses.retain(|_, count| 0 < *count);
        watching.retain(|_, count| 0 < *count);
        self.forget_elsewhere(now);
    }

    /// How many watch a video now.
    #[must_use]
    pub fn viewers(&self, video: VideoId) -> u64 {
        let (mut beside, mut origin) = (self.viewers_here(video), 0);
        for (by, (viewers, _)) in self.elsewhere.get(&video).into_iter().flatten() {
            match by {
                Teller::One(_) => beside = beside.saturating_add(*viewers),
                Teller::Origin => origin = *viewers,
            }
        }
        beside.max(origin)
    }

    /// How many watch a video here now.
    #[must_use]
    pub fn viewers_here(&self, video: VideoId) -> u64 {
        self.watching.get(&video).copied().unwrap_or(0)
    }

    /// The videos that somebody watches now, here or elsewhere, with how many do in all; the most watched first.
    #[must_use]
    pub fn watched_now(&self) -> Vec<(VideoId, u64)> {
        let videos: HashSet<VideoId> = self.watching.keys().chain(self.elsewhere.keys()).copied().collect();
        let mut now: Vec<_> = videos.into_iter().map(|video| (video, self.viewers(video))).collect();
        now.sort_unstable_by_key(|(video, viewers)| (std::cmp::Reverse(*viewers), *video));
        now
    }

    /// Who left since the last call.
    pub fn take_ended(&mut self) -> Vec<Ended> {
        std::mem::take(&mut self.ended)
    }

    /// The videos whose viewers changed since the last call, with how many there are now.
    pub fn take_viewers(&mut self) -> Vec<(VideoId, u64)> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().map(|video| (video, self.viewers(video))).collect()
    }

    /// The views since the last call, for whoever writes them.
    pub fn take_counted(&mut self) -> Vec<(VideoId, u64)> {
        std::mem::take(&mut self.uncounted).into_iter().collect()
    }

    /// What was watched since the last call, for whoever writes it.
    pub fn take_watched(&mut self) -> Vec<(VideoId, Watch)> {
        let taken: Vec<(VideoId, Watch)> = std::mem::take(&mut self.watched).into_iter().collect();
        for (video, watch) in &taken {
            let rest = Duration::from_nanos(u64::from(watch.time.subsec_nanos()));
            if !rest.is_zero() {
                self.watched.entry(*video).or_default().time = rest;
            }
        }
        taken
            .into_iter()
            .filter(|(_, watch)| 0 < watch.seconds() || 0 < watch.viewers || 0 < watch.peak)
            .collect()
    }

    /// Puts back what could not be written.
    pub fn give_back(&mut self, counted: Vec<(VideoId, u64)>) {
        for (video, views) in counted {
            *self.uncounted.entry(video).or_default() += views;
        }
    }
}

/// Notes the parts that a viewer watched in the `time` up to where they are.
fn reach(session: &mut Session, watch: &mut Watch, report: &Report, time: Duration) {
    let part = |position: Duration| {
        let of = report.duration.as_millis().max(1);
        usize::try_from(position.as_millis() * POINTS as u128 / of).unwrap_or(POINTS).min(POINTS - 1)
    };
    // The end of the one and the beginning of the next report are one moment, which belongs to the next part only once
    // something of that was watched.
    let end = report.position.saturating_sub(Duration::from_millis(1));
    for at in part(report.position.saturating_sub(time))..=part(end) {
        session.parts |= 1 << at;
        if session.reached & 1 << at == 0 {
            session.reached |= 1 << at;
            if let Some(count) = watch.reached.get_mut(at) {
                *count += 1;
            }
        }
    }
}

/// What one viewer on another server watched of a video this long, as they are counted here: where from second to second,
/// and how long, as that server says.
#[must_use]
pub fn watched_elsewhere(length: Duration, watched: Duration, sections: &[(u64, u64)]) -> Watch {
    let part_ms = length.as_millis().div_ceil(POINTS as u128).max(1);
    let mut watch = Watch { viewers: 1, time: watched, ..Watch::default() };
    for (at, count) in (0u128..).zip(&mut watch.reached) {
        let (from, to) = (at * part_ms, (at + 1) * part_ms);
        let covers = |(start, end): &(u64, u64)| {
            u128::from(*start) * 1000 < to && from < u128::from(*end) * 1000 && from < length.as_millis()
        };
        *count = u32::from(sections.iter().any(covers));
    }
    watch
}

/// The parts of a video this long that were watched, as pieces from second to second.
#[must_use]
pub fn sections(length: Duration, parts: u128) -> Vec<(u64, u64)> {
    let second = |at: u64| (length.as_secs() * at).div_ceil(POINTS as u64);
    let mut sections: Vec<(u64, u64)> = Vec::new();
    for at in (0u64..).take(POINTS).filter(|at| parts & 1 << at != 0) {
        let (start, end) = (second(at), second(at + 1));
        if let Some(last) = sections.last_mut().filter(|last| start <= last.1) {
            last.1 = end;
        } else if start < end {
            sections.push((start, end));
        }
    }
    sections
}

#[cfg(test)]
#[path = "views_tests.rs"]
mod tests;
