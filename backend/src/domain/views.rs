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

struct Session {
    address: AddressKey,
    heard: Instant,
    position: Duration,
    watched: Duration,
    counted: Option<Instant>,
    watching: bool,
    /// A bit for each part that was watched.
    reached: u128,
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
    elsewhere: HashMap<VideoId, HashMap<String, (u64, Instant)>>,
    elsewhere_count: usize,
}

impl Views {
    /// Notes that so many watch a video on another server until then, as `by` says. Beyond [`ELSEWHERE_MAX`] it is left out.
    pub fn hear_elsewhere(&mut self, video: VideoId, by: String, viewers: u64, until: Instant) {
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
            heard: now,
            position: report.position,
            watched: Duration::ZERO,
            counted: None,
            watching: false,
            reached: 0,
        });
        let silence = now.since(session.heard);
        session.heard = now;
        if !report.jumped {
            let moved = report.position.saturating_sub(session.position);
            session.watched += moved;
            let time = believable(moved, silence);
            if !time.is_zero() {
                let watch = self.watched.entry(report.video).or_default();
                watch.time += time;
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
        let Views { sessions, addresses, watching, changed, .. } = self;
        sessions.retain(|(video, _), session| {
            let silence = now.since(session.heard);
            if session.watching && VIEWER_SILENCE_MAX < silence {
                session.watching = false;
                changed.insert(*video);
                if let Some(count) = watching.get_mut(video) {
                    *count -= 1;
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
        let elsewhere = self.elsewhere.get(&video).into_iter().flat_map(HashMap::values);
        let elsewhere = elsewhere.fold(0, |all: u64, (viewers, _)| all.saturating_add(*viewers));
        self.watching.get(&video).copied().unwrap_or(0).saturating_add(elsewhere)
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
        if session.reached & 1 << at == 0 {
            session.reached |= 1 << at;
            if let Some(count) = watch.reached.get_mut(at) {
                *count += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIDEO: VideoId = VideoId(1);

    fn at(seconds: u64) -> Instant {
        Instant::ZERO + Duration::from_secs(seconds)
    }

    fn report(viewer: u64, position: u64) -> Report {
        Report {
            video: VIDEO,
            duration: Duration::from_secs(120),
            viewer: ViewerKey(viewer),
            address: AddressKey(viewer),
            agent: Agent::default(),
            position: Duration::from_secs(position),
            jumped: false,
        }
    }

    /// Reports of one viewer, each at its position's second; gives the views that came of it.
    fn watched(positions: &[u64]) -> u64 {
        let mut views = Views::default();
        for position in positions {
            views.report(at(*position), &report(1, *position));
        }
        views.take_counted().iter().map(|(_, count)| count).sum()
    }

    #[test]
    fn ten_seconds_make_a_view_and_nine_do_not() {
        assert_eq!(watched(&[0, 5, 9]), 0);
        assert_eq!(watched(&[0, 5, 10]), 1);
        assert_eq!(watched(&[0, 5, 10, 60, 119]), 1);
        assert_eq!(watched(&[15]), 0, "a first report says where, not how long");
    }

    #[test]
    fn what_is_watched_becomes_sums() {
        let mut views = Views::default();
        // Two minutes long: a part is 1.2 s.
        for (viewer, positions) in [(1, &[0, 5, 10, 12][..]), (2, &[0, 6]), (3, &[30])] {
            for position in positions {
                views.report(at(*position), &report(viewer, *position));
            }
        }
        views.report(at(13), &Report { jumped: true, ..report(1, 118) });
        views.report(at(15), &report(1, 120));
        let taken = views.take_watched();
        let (video, watch) = &taken[0];
        assert_eq!(
            watch.with,
            BTreeMap::from([(Agent::default(), 2)]),
            "who only looked watched with nothing"
        );
        assert_eq!((taken.len(), *video, watch.viewers, watch.seconds(), watch.peak), (1, VIDEO, 2, 20, 3));
        assert_eq!((watch.reached[0], watch.reached[4], watch.reached[5], watch.reached[9]), (2, 2, 1, 1));
        assert_eq!(
            (watch.reached[10], watch.reached[97], watch.reached[98], watch.reached[99]),
            (0, 0, 1, 1)
        );
        assert!(views.take_watched().is_empty());
        views.report(at(16), &Report { jumped: true, ..report(1, 0) });
        views.report(at(20), &report(1, 4));
        let (_, again) = &views.take_watched()[0];
        assert_eq!(
            (again.viewers, again.seconds(), again.reached[0]),
            (0, 4, 0),
            "the same viewer once more"
        );
        views.report(at(21), &report(2, 100));
        assert_eq!(views.take_watched()[0].1.seconds(), 35, "nobody watches 94 s in 15");
    }

    #[test]
    fn a_jump_is_not_watching() {
        let mut views = Views::default();
        views.report(at(0), &report(1, 0));
        views.report(at(5), &Report { jumped: true, ..report(1, 100) });
        views.report(at(9), &report(1, 104));
        assert!(views.take_counted().is_empty());
        views.report(at(15), &report(1, 110));
        assert_eq!(views.take_counted(), [(VIDEO, 1)]);
    }

    #[test]
    fn a_short_video_counts_when_it_was_watched_whole() {
        let mut views = Views::default();
        let short = |position| Report { duration: Duration::from_secs(3), ..report(1, position) };
        views.report(at(0), &short(0));
        views.report(at(2), &short(2));
        assert!(views.take_counted().is_empty());
        views.report(at(3), &short(3));
        assert_eq!(views.take_counted(), [(VIDEO, 1)]);
    }

    #[test]
    fn a_viewer_counts_once_an_hour() {
        let mut views = Views::default();
        for start in [0, 1800, 3500] {
            views.report(at(start), &report(1, 0));
            views.report(at(start + 11), &report(1, 11));
            views.tick(at(start + 20));
        }
        assert_eq!(views.take_counted(), [(VIDEO, 1)]);
        views.report(at(3700), &report(1, 0));
        views.report(at(3711), &report(1, 11));
        assert_eq!(views.take_counted(), [(VIDEO, 1)]);
    }

    #[test]
    fn viewers_come_and_go() {
        let mut views = Views::default();
        views.report(at(0), &report(1, 0));
        views.report(at(0), &report(2, 0));
        assert_eq!((views.viewers(VIDEO), views.take_viewers()), (2, vec![(VIDEO, 2)]));
        views.report(at(50), &report(2, 50));
        assert!(views.take_viewers().is_empty());
        views.tick(at(61));
        assert_eq!((views.viewers(VIDEO), views.take_viewers()), (1, vec![(VIDEO, 1)]));
        views.report(at(70), &report(1, 60));
        assert_eq!(views.viewers(VIDEO), 2);
    }

    #[test]
    fn one_address_may_only_invent_so_many_viewers() {
        let mut views = Views::default();
        let from_one_address = |viewer| Report { address: AddressKey(7), ..report(viewer, 0) };
        for viewer in 0..u64::from(SESSIONS_PER_ADDRESS_MAX) + 50 {
            views.report(at(0), &from_one_address(viewer));
        }
        assert_eq!(views.viewers(VIDEO), u64::from(SESSIONS_PER_ADDRESS_MAX));
        views.report(at(0), &Report { address: AddressKey(8), ..report(9999, 0) });
        assert_eq!(views.viewers(VIDEO), u64::from(SESSIONS_PER_ADDRESS_MAX) + 1);
        views.tick(at(3601));
        views.report(at(3601), &from_one_address(0));
        assert_eq!(views.viewers(VIDEO), 1, "an hour later all are forgotten");
    }

    #[test]
    fn memory_has_an_end() {
        let mut views = Views::default();
        for viewer in 0..=SESSIONS_MAX as u64 {
            views.report(at(0), &report(viewer, 0));
        }
        assert_eq!(views.sessions.len(), SESSIONS_MAX);
        views.tick(at(3601));
        assert!(views.sessions.is_empty() && views.addresses.is_empty() && views.watching.is_empty());
    }

    #[test]
    fn views_that_could_not_be_written_are_kept() {
        let mut views = Views::default();
        views.give_back(vec![(VIDEO, 2)]);
        views.give_back(vec![(VIDEO, 3)]);
        assert_eq!(views.take_counted(), [(VIDEO, 5)]);
    }
}
