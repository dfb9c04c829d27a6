//! What to fetch next.

use std::sync::Arc;
use std::time::Duration;

use shared::hls::ByteRange;

use super::door::Round;
use crate::abr::{View, choose};
use crate::flights::Errand;
use crate::io::{Fetch, Output, Span, Track, Want};
use crate::ladder::StreamId;
use crate::library::{Piece, Trust};
use crate::schedule::{Outlook, Source, Windows, plan_windows};
use crate::span::{SLACK, first_gap};
use crate::swarm::Wish;
use crate::timeline::{BODY_BYTES_MAX, Resource, Slot};

/// A list of digests is not asked for anew more often than this, however much is forged.
const DIGESTS_INTERVAL: Duration = Duration::from_secs(5);
/// Segments of one track waiting to be appended; more would only wait longer.
const WAITING_MAX: usize = 4;
/// The same with peers: half a minute of segments.
const WAITING_SHARED_MAX: usize = 16;
/// Where peers fail the nearest segment is fetched beside later ones; no more than a browser asks of one server at once.
const FETCHES_MAX: usize = 6;
/// With less than this in hand, a segment in the old quality now is better than one in a higher quality later.
const BRIDGE: Duration = Duration::from_secs(3);
/// Sound runs ahead of the picture by no more than this, so that it does not slow the picture down.
const SOUND_LEAD: Duration = Duration::from_secs(4);
/// What sound apart takes, for the plan; more precise would change nothing.
const SOUND_BANDWIDTH: u64 = 192_000;

impl Round<'_> {
    pub(super) fn fetch(&mut self) {
        self.give_up_silent();
        for track in self.it.tracks() {
            self.abort_useless(track);
        }
        self.abandon_late();
        if self.it.fault.is_some() {
            return;
        }
        self.fetch_lists();
        self.fetch_growth();
        let mut wishes = Vec::new();
        for track in self.it.tracks() {
            self.fetch_inits(track);
            self.fetch_segments(track, &mut wishes);
            self.race(track, &mut wishes);
        }
        self.wish(wishes);
    }

    /// The goal of a track and the means to reach it.
    pub(super) fn windows(&self, track: Track) -> Windows {
        let ladder = self.it.ladder.as_ref();
        let is_sound_apart = ladder.is_some_and(|ladder| ladder.level_track() != track);
        let bandwidth = || {
            let levels = ladder?.levels(self.now);
            levels.get(self.it.level?.0).map(|level| level.bandwidth)
        };
        plan_windows(&Outlook {
            has_played: self.it.element.has_played,
            is_loaded: self.it.element.is_loaded,
            ahead: self.ahead_in_hand(track),
            bandwidth: if is_sound_apart { SOUND_BANDWIDTH } else { bandwidth().unwrap_or(0) },
            goal_percent: self.it.buffers.get(&track).map_or(100, |buffer| buffer.goal_percent()),
            is_sound_apart,
            has_enough: self.it.has_enough,
        })
    }

    fn ahead_in_hand(&self, track: Track) -> Duration {
        let position = self.it.playhead();
        first_gap(&mut self.it.in_hand(track), position).saturating_sub(position)
    }

    /// Until where there is something, or something is on its way, in whatever quality.
    fn bridged_until(&self, track: Track) -> Duration {
        let appended = self.it.buffers.get(&track).into_iter().flat_map(|buffer| buffer.held_spans());
        let mut spans: Vec<Span> = appended.chain(self.it.flights.spans(track)).collect();
        spans.extend(self.it.in_hand(track));
        first_gap(&mut spans, self.it.playhead())
    }

    fn fetch_lists(&mut self) {
        if self.it.candidates.is_none() && self.it.ladder.is_none() {
            let url = self.it.access.address(&self.it.load.url);
            self.begin(Errand::Master, &url, None, None);
        }
        let is_recent = self.it.digests_renewed.is_some_and(|at| self.now.since(at) < DIGESTS_INTERVAL);
        let is_awaited = matches!(self.it.library.trust(), Trust::Awaited);
        let is_wanted = is_awaited || (self.it.wants_new_digests && !is_recent);
        if let Some(url) = self.it.load.digests.clone().filter(|_| is_wanted) {
            let url = self.it.access.address(&url);
            let is_renewal = self.it.wants_new_digests;
            if self.begin(Errand::Digests, &url, None, None) && is_renewal {
                (self.it.wants_new_digests, self.it.digests_renewed) = (false, Some(self.now));
            }
        }
    }

    /// What was added to the playlists that are played.
    fn fetch_growth(&mut self) {
        let Some(ladder) = &self.it.ladder else { return };
        let played = [self.it.level, ladder.sound()];
        let due = played
            .into_iter()
            .flatten()
            .filter(|stream| self.it.growing.get(stream).is_some_and(|at| *at <= self.now));
        let urls: Vec<_> = due.filter_map(|stream| Some((stream, ladder.get(stream)?.url.clone()))).collect();
        for (stream, url) in urls {
            self.begin(Errand::Playlist(stream), &url, None, None);
        }
    }

    /// The init segments of what is in hand or under way. Usually they came with their segment, but they can fail.
    fn fetch_inits(&mut self, track: Track) {
        let under_way = self.it.flights.iter().filter_map(|(_, flight)| match flight.errand {
            Errand::Piece(piece) => Some(piece),
            Errand::Master | Errand::Digests | Errand::Playlist(_) | Errand::Source => None,
        });
        let needed = self.it.library.pieces().chain(under_way);
        let needed: Vec<_> =
            needed.filter(|piece| self.it.place_of(*piece).is_some_and(|(of, _)| of == track)).collect();
        for piece in needed {
            self.fetch_init_of(piece);
        }
    }

    pub(super) fn fetch_init_of(&mut self, segment: Piece) {
        let Some(init @ Piece::Init { stream, index }) = self.init_of(segment) else { return };
        let timeline = self.it.ladder.as_ref().and_then(|ladder| ladder.timeline(stream));
        let Some(resource) = timeline.and_then(|timeline| timeline.init(index)).cloned() else { return };
        if !self.it.library.holds(init) {
            let url = resource.url.clone();
            self.begin(Errand::Piece(init), &url, Some(resource), None);
        }
    }

    /// The init segment a segment needs.
    pub(super) fn init_of(&self, segment: Piece) -> Option<Piece> {
        let Piece::Segment { stream, index } = segment else { return None };
        let slot = self.it.ladder.as_ref()?.timeline(stream)?.slot(index)?;
        slot.init.map(|index| Piece::Init { stream, index })
    }

    /// How far from the playhead a track is fetched.
    fn reach(&self, track: Track, goal: Duration) -> Duration {
        let level_track = self.it.ladder.as_ref().map(|ladder| ladder.level_track());
        match level_track {
            Some(picture) if picture != track => goal.min(self.ahead_in_hand(picture) + SOUND_LEAD),
            Some(_) | None => goal,
        }
    }

    /// Fills the gaps ahead, nearest first: from what swarms keep, from peers, or from the origin as far as there is a
    /// lane for it.
    fn fetch_segments(&mut self, track: Track, wishes: &mut Vec<(StreamId, Wish)>) {
        if self.is_level_track(track)
            && let Some(level) = self.choose_level()
            && let Some(buffer) = self.it.buffers.get_mut(&track)
        {
            buffer.keep(level);
        }
        let windows = self.windows(track);
        let position = self.it.playhead();
        let until = position + self.reach(track, windows.goal);
        let mut spans = self.it.in_hand(track);
        let mut under_way: Vec<Span> = self.it.flights.spans(track).collect();
        spans.extend(&under_way);
        loop {
            let gap = first_gap(&mut spans, position);
            // A hole before everything under way has its own lane: it is what playback will stop at.
            let is_hole = under_way.iter().all(|span| gap < span.start);
            let is_shared = self.it.share.is_some();
            let has_lane = under_way.len() < windows.fetches_max + usize::from(is_hole)
                || (is_shared && is_hole && under_way.len() < FETCHES_MAX);
            if until <= gap || (!has_lane && !is_shared) || self.waiting_max() <= self.waiting(track, gap) {
                return;
            }
            let next = self.begun_with_peers(track, gap).or_else(|| self.choose_next(track, gap));
            let Some((stream, index)) = next else { return };
            let slot = self.it.ladder.as_ref().and_then(|ladder| ladder.timeline(stream)?.slot(index));
            let Some(slot) = slot.cloned() else { return };
            let segment = Piece::Segment { stream, index };
            spans.push(slot.span);
            if self.take_back(segment, &slot) {
                continue;
            }
            let source = self.choose_source(segment, &slot);
            if matches!(source, Source::Swarm | Source::Both) {
                wishes.extend(self.wish_for(segment, &slot));
                self.fetch_init_of(segment);
            }
            let has_lane = has_lane && (source == Source::Both || self.leaves_time(track, &slot));
            if matches!(source, Source::Origin | Source::Both) && has_lane {
                if is_hole && !under_way.is_empty() && !self.it.flights.is_under_way(Errand::Piece(segment)) {
                    self.make_way(track, segment, &slot);
                }
                self.fetch_init_of(segment);
                let has_begun = self.begin_segment(track, segment, &slot);
                if has_begun {
                    under_way.push(slot.span);
                } else if !is_shared {
                    return;
                }
                if !has_begun || self.is_cut(segment) {
                    // What peers brought of it is needed until the origin's part is here.
                    wishes.extend(self.wish_to_keep(segment, &slot));
                }
            } else if matches!(source, Source::Origin | Source::Wait) {
                wishes.extend(self.wish_to_keep(segment, &slot));
            }
            if self.is_level_track(track) && source != Source::Wait {
                self.it.level = Some(stream);
            }
        }
    }

    /// Segments of a track in hand that wait for their turn to be appended.
    fn waiting(&self, track: Track, gap: Duration) -> usize {
        let waits = |(of, span): (Track, Span)| of == track && span.start < gap;
        let places = self.it.library.pieces().filter_map(|piece| self.it.place_of(piece));
        places.filter(|place| waits(*place)).count()
    }

    /// With peers segments come in any order, and those that come early have to wait for the others.
    fn waiting_max(&self) -> usize {
        if self.it.share.is_some() { WAITING_SHARED_MAX } else { WAITING_MAX }
    }

    /// Begins to fetch a segment from the origin: all of it, or what peers have not brought.
    fn begin_segment(&mut self, track: Track, segment: Piece, slot: &Slot) -> bool {
        let url: Arc<str> = slot.resource.url.clone();
        let part = self.missing_part(segment, &slot.resource);
        let errand = Errand::Piece(segment);
        self.begin_part(errand, &url, Some(slot.resource.clone()), part, Some((track, slot.span)))
    }

    pub(super) fn is_level_track(&self, track: Track) -> bool {
        self.it.ladder.as_ref().is_some_and(|ladder| ladder.level_track() == track)
    }

    /// The segment that fills a gap, in the quality to be; asks for the playlist of that quality if need be.
    fn choose_next(&mut self, track: Track, gap: Duration) -> Option<(StreamId, usize)> {
        let wanted = if self.is_level_track(track) {
            let wanted = self.choose_level()?;
            let before = self.level_before(track, gap).or(self.it.level);
            before.filter(|level| *level < wanted && !self.may_go_up(*level, wanted, gap)).unwrap_or(wanted)
        } else {
            self.it.ladder.as_ref()?.sound()?
        };
        let (mut stream, mut gap) = (wanted, gap);
        if self.it.ladder.as_ref()?.timeline(wanted).is_none() {
            let url = self.it.ladder.as_ref()?.get(wanted)?.url.clone();
            self.begin(Errand::Playlist(wanted), &url, None, None);
            gap = gap.max(self.bridged_until(track));
            let is_short = gap < self.it.playhead() + BRIDGE;
            stream =
                self.it.level.filter(|level| self.is_level_track(track) && is_short && *level < wanted)?;
        }
        let index = self.it.ladder.as_ref()?.timeline(stream)?.next_after(gap)?;
        Some((stream, index))
    }

    /// The level of what was appended right before a gap.
    fn level_before(&self, track: Track, gap: Duration) -> Option<StreamId> {
        let before = gap.checked_sub(SLACK)?;
        self.it.buffers.get(&track)?.at(before).map(|held| held.stream)
    }

    /// The level for the next segment.
    pub(super) fn choose_level(&mut self) -> Option<StreamId> {
        let ladder = self.it.ladder.as_ref()?;
        let levels = ladder.levels(self.now);
        let ceiling = self.it.ceiling.filter(|(_, until)| self.now < *until);
        let level = StreamId(choose(&View {
            levels: &levels,
            current: self.it.level.map(|level| level.0),
            quality: self.it.quality,
            viewport: self.it.viewport,
            estimate: self.bandwidth(self.ahead_in_hand(ladder.level_track())),
            ahead: self.ahead_in_hand(ladder.level_track()),
            is_awaited: self.it.element.is_seeking,
            rate_percent: self.it.element.rate_percent,
            ceiling: ceiling.map(|(stream, _)| stream.0),
        }));
        // The first choice stands until there is something to judge it by.
        self.it.level.get_or_insert(level);
        Some(level)
    }

    /// Begins a fetch, unless it is under way or failed a moment ago. Whether it did.
    fn begin(
        &mut self,
        errand: Errand,
        url: &str,
        resource: Option<Resource>,
        fills: Option<(Track, Span)>,
    ) -> bool {
        self.begin_part(errand, url, resource, None, fills)
    }

    fn begin_part(
        &mut self,
        errand: Errand,
        url: &str,
        resource: Option<Resource>,
        part: Option<ByteRange>,
        fills: Option<(Track, Span)>,
    ) -> bool {
        if self.it.flights.is_under_way(errand) || !self.it.retries.may_try(self.now, errand) {
            return false;
        }
        let want = errand.want();
        let range = part.or_else(|| resource.as_ref().and_then(|resource| resource.range));
        let bytes_max = match want {
            Want::Playlist => shared::hls::TEXT_BYTES_MAX as u64,
            Want::Digests => shared::digests::TEXT_BYTES_MAX as u64,
            Want::Init | Want::Segment => range.map_or(BODY_BYTES_MAX, |range| range.len()),
        };
        let fresh = self.it.retries.is_fresh(errand) || (want == Want::Digests && self.it.wants_new_digests);
        let id = self.it.flights.start(self.now, errand, resource, fills);
        if let Some(part) = part {
            self.it.flights.cut(id, part);
        }
        self.put(Output::Fetch(Fetch { id, url: url.to_owned(), range, want, fresh, bytes_max }));
        true
    }
}
