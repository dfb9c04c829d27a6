//! Peers: which swarms we are in, what is asked of them, and what they are given.
//!
//! Owns nothing but what it keeps in [`Share`]. Never decides by itself: `schedule` chooses the source, `swarm` the peer.
//! What begins with `far_` is called by `peers` alone, which knows whether this code was loaded; hence never inlined.
//! The surprise is that wishes are made anew in every round, like everything else: what is not wished for any more is
//! cancelled by that.

use std::time::Duration;

use shared::hls::ByteRange;
use shared::id::{InfoHash, PeerId};
use shared::peer::{SegmentId, SegmentSet};
use shared::swarm_name::SwarmName;
use shared::time::Instant;

use super::door::Round;
use crate::dice::Dice;
use crate::fault::Help;
use crate::flights::{Errand, Flight};
use crate::io::{BodyId, Family, Output, Sharing, SwarmId, Track};
use crate::ladder::StreamId;
use crate::library::{self, Piece, Trust};
use crate::schedule::{
    Dial, Race, Source, SourceView, Step, can_go_beside, choose_source, comes_in_time, is_pressing,
    leaves_time, should_make_way, should_race, should_yield,
};
use crate::swarm::{self, Config, Swarm, Wish};
use crate::table::Table;
use crate::timeline::{Resource, Slot, Timeline};

/// A swarm we need nothing of any more is served for so long, as the reference does.
const FAREWELL: Duration = Duration::from_secs(30);
/// While something is waited for, the choice is made anew this often.
const WAIT_CHECK: Duration = Duration::from_millis(250);
/// A viewer whose last segment lies this far behind ours still splits the origin's work with us.
const NEIGHBOUR: Duration = Duration::from_secs(16);
/// Asking the origin takes this long before the first byte.
const ORIGIN_TRIP: Duration = Duration::from_millis(200);
/// What the origin is taken to bring before it was measured, bits per second.
const ORIGIN_GUESS: u64 = 2_000_000;
/// With so much in hand a better quality may be tried that only peers can bring: there is time to come back.
const MUCH: Duration = Duration::from_secs(15);
/// What failed so often may be had by nobody in this quality.
const FAILING: u32 = 2;
/// While something is pressing, peers are not asked for what is needed later than this.
const PRESSED: Duration = Duration::from_secs(8);

/// Everything about peers.
#[derive(Debug)]
pub(super) struct Share {
    sharing: Sharing,
    dial: Dial,
    members: Table<StreamId, Member>,
    swarms_joined: u64,
    /// Something is waited for.
    is_waiting: bool,
    /// Since when a segment has been within reach, and when it last was.
    within_reach: Table<Piece, (Instant, Instant)>,
    /// What is awaited from others in this round: until when it is needed, and what the origin would have to bring.
    awaited: Vec<(Duration, u64)>,
    /// Of swarms that were left.
    past: Past,
}

/// One swarm we are in.
#[derive(Debug)]
struct Member {
    id: SwarmId,
    swarm: Swarm,
    /// When to leave, if we need nothing of it any more.
    leaves: Option<Instant>,
}

/// What swarms did that are no more.
#[derive(Clone, Copy, Debug, Default)]
struct Past {
    bytes_in: u64,
    bytes_from_instance: u64,
    bytes_out: u64,
    shunned: u64,
}

impl Round<'_> {
    #[inline(never)]
    pub(super) fn far_set_sharing(&mut self, sharing: Option<Sharing>) {
        let is_change_of_uploads = match (&self.it.share, &sharing) {
            (Some(share), Some(new)) => {
                Sharing { uploads: share.sharing.uploads, ..new.clone() } == share.sharing
            }
            (Some(_), None) | (None, _) => false,
        };
        if let (true, Some(share), Some(new)) = (is_change_of_uploads, &mut self.it.share, &sharing) {
            share.sharing.uploads = new.uploads;
            share.members.values_mut().for_each(|member| member.swarm.set_uploads(new.uploads));
            return;
        }
        self.stop_sharing();
        self.it.share = sharing.map(|sharing| {
            let dice = Dice::new(self.it.seed ^ 0x7261_636b);
            let dial = Dial::new(self.now, sharing.trackers.clone(), dice);
            let members = Table::default();
            Share {
                sharing,
                dial,
                members,
                swarms_joined: 0,
                is_waiting: false,
                within_reach: Table::default(),
                awaited: Vec::new(),
                past: Past::default(),
            }
        });
    }

    fn stop_sharing(&mut self) {
        let streams: Vec<StreamId> =
            self.it.share.iter().flat_map(|share| share.members.keys().copied()).collect();
        for stream in streams {
            self.leave(stream);
        }
        if self.it.share.take().is_some_and(|share| share.dial.is_engaged()) {
            self.put(Output::HangUp);
        }
    }

    #[inline(never)]
    pub(super) fn far_tracker_up(&mut self) {
        let now = self.now;
        let Some(share) = &mut self.it.share else { return };
        share.dial.up();
        self.tell_swarms(|swarm| swarm.handle(now, swarm::Input::TrackerUp));
    }

    #[inline(never)]
    pub(super) fn far_tracker_down(&mut self) {
        let now = self.now;
        let Some(share) = self.it.share.as_mut().filter(|share| share.dial.is_engaged()) else { return };
        share.dial.down(now);
        self.tell_swarms(|swarm| swarm.handle(now, swarm::Input::TrackerDown));
    }

    fn tell_swarms(&mut self, tell: impl Fn(&mut Swarm)) {
        self.far_drain_swarms();
        if let Some(share) = &mut self.it.share {
            share.members.values_mut().for_each(|member| tell(&mut member.swarm));
        }
        self.far_drain_swarms();
    }

    /// Something happened in a swarm; what happens in one that was left is let go.
    #[inline(never)]
    pub(super) fn far_swarm(&mut self, id: SwarmId, input: swarm::Input) {
        let now = self.now;
        let members = self.it.share.iter_mut().flat_map(|share| share.members.iter_mut());
        let found = members.into_iter().find(|(_, member)| member.id == id);
        match found {
            Some((stream, member)) => {
                let stream = *stream;
                let came = if let swarm::Input::Payload { bytes, .. } = input { bytes } else { 0 };
                if let Some(since) = member.swarm.flowing_since() {
                    self.it.pipe.receive(now, since, came);
                }
                member.swarm.handle(now, input);
                self.take_fetched(stream);
            }
            None => self.outputs.extend(input.into_body().map(|body| Output::Release { body })),
        }
        self.far_drain_swarms();
    }

    fn member(&self, stream: StreamId) -> Option<&Swarm> {
        Some(&self.it.share.as_ref()?.members.get(&stream)?.swarm)
    }

    fn member_mut(&mut self, stream: StreamId) -> Option<&mut Swarm> {
        Some(&mut self.it.share.as_mut()?.members.get_mut(&stream)?.swarm)
    }

    /// What peers brought goes the way of every other body: it is hashed and judged.
    fn take_fetched(&mut self, stream: StreamId) {
        while let Some(fetched) = self.member_mut(stream).and_then(Swarm::take_fetched) {
            let index = usize::try_from(fetched.segment.0).unwrap_or(usize::MAX);
            let piece = Piece::Segment { stream, index };
            let slot = self.it.ladder.as_ref().and_then(|ladder| ladder.timeline(stream)?.slot(index));
            let resource = slot.map(|slot| slot.resource.clone());
            let Some(resource) = resource.filter(|_| !self.it.library.holds(piece)) else {
                self.put(Output::Release { body: fetched.body });
                continue;
            };
            // What a stranger brought may be a lie: then the origin should not have to begin anew.
            if fetched.is_trusted {
                self.call_back(piece);
            }
            let is_idle = !self.it.flights.are_media_under_way();
            self.it.pipe.finish(is_idle);
            self.it.library.insert(piece, resource, (fetched.body, fetched.bytes), library::Source::Peers);
            self.put(Output::Digest { body: fetched.body });
        }
    }

    /// The origin need not bring a segment any more.
    fn call_back(&mut self, piece: Piece) {
        if let Some((id, _)) = self.it.flights.find(Errand::Piece(piece)) {
            self.call_off(id);
        }
    }

    /// Passes on what swarms want done.
    #[inline(never)]
    pub(super) fn far_drain_swarms(&mut self) {
        let Some(share) = &mut self.it.share else { return };
        for member in share.members.values_mut() {
            while let Some(output) = member.swarm.poll() {
                if let swarm::Output::Release { body } = output {
                    self.it.library.forget_lent(body);
                }
                self.outputs.push_back(Output::Swarm { swarm: member.id, output });
            }
        }
    }

    /// Joins and leaves swarms, dials the tracker, and gives to swarms what was verified.
    #[inline(never)]
    pub(super) fn far_share(&mut self) {
        // Only what the publisher vouches for is passed on.
        let is_listed = matches!(self.it.library.trust(), Trust::Listed(_));
        if self.it.share.is_none() || !is_listed {
            return;
        }
        let now = self.now;
        self.tell_swarms(|swarm| {
            if swarm.deadline().is_some_and(|deadline| deadline <= now) {
                swarm.handle(now, swarm::Input::Tick);
            }
        });
        let needed = self.needed_streams();
        for stream in &needed {
            self.join_swarm(*stream);
        }
        self.leave_unneeded(&needed);
        self.split_budgets();
        self.dial();
        self.give();
    }

    /// The streams of the segments to come.
    fn needed_streams(&mut self) -> Vec<StreamId> {
        if !self.it.element.has_played {
            return Vec::new();
        }
        let level = self.choose_level();
        let sound = self.it.ladder.as_ref().and_then(|ladder| ladder.sound());
        let has_timeline = |stream: &StreamId| {
            self.it.ladder.as_ref().is_some_and(|ladder| ladder.timeline(*stream).is_some())
        };
        level.into_iter().chain(sound).filter(has_timeline).collect()
    }

    fn join_swarm(&mut self, stream: StreamId) {
        let Some(info_hash) = self.info_hash(stream) else { return };
        let (now, seed) = (self.now, self.it.seed);
        let timeline = self.it.ladder.as_ref().and_then(|ladder| ladder.timeline(stream));
        let lengths = timeline.map_or_else(Vec::new, |timeline| timeline.lengths());
        let Some(share) = &mut self.it.share else { return };
        if let Some(member) = share.members.get_mut(&stream) {
            member.leaves = None;
            return;
        }
        share.swarms_joined += 1;
        let id = SwarmId(share.swarms_joined);
        let usual = Config::viewer(share.sharing.me);
        let config = Config {
            uploads: share.sharing.uploads,
            upload_rate_max: share.sharing.upload_rate_max,
            store_bytes_max: share.sharing.store_bytes_max.unwrap_or(usual.store_bytes_max),
            instance: share.sharing.instance,
            ..usual
        };
        // Each swarm rolls its own dice.
        let mut swarm = Swarm::new(now, config, seed.rotate_left(32) ^ id.0);
        swarm.set_lengths(lengths);
        let me: PeerId = share.sharing.me;
        if share.dial.is_up() {
            swarm.handle(now, swarm::Input::TrackerUp);
        }
        share.members.insert(stream, Member { id, swarm, leaves: None });
        self.put(Output::JoinSwarm { swarm: id, info_hash, me });
        self.far_drain_swarms();
    }

    /// The budgets are those of all swarms together: each gives its part, and keeps what the others leave.
    fn split_budgets(&mut self) {
        let now = self.now;
        let Some(share) = &mut self.it.share else { return };
        let count = share.members.len() as u64;
        let rate = share.sharing.upload_rate_max.map(|rate| rate / count.max(1));
        let usual = Config::viewer(share.sharing.me).store_bytes_max;
        let whole = share.sharing.store_bytes_max.unwrap_or(usual);
        let mut kept: u64 = share.members.values().map(|member| member.swarm.bytes_stored()).sum();
        for member in share.members.values_mut() {
            let others = kept - member.swarm.bytes_stored();
            member.swarm.set_budgets(now, rate, whole.saturating_sub(others));
            kept = others + member.swarm.bytes_stored();
        }
        self.far_drain_swarms();
    }

    fn info_hash(&self, stream: StreamId) -> Option<InfoHash> {
        let found = self.it.ladder.as_ref()?.get(stream)?;
        let (kind, place) = found.place;
        let name = match &self.it.share.as_ref()?.sharing.family {
            Family::Place { playlist_url } => SwarmName::Place { playlist_url, stream: kind, place },
            Family::Resolution { protocol, video } => {
                let resolution = self.it.ladder.as_ref()?.offer(stream)?.height;
                SwarmName::Resolution { protocol: *protocol, video: *video, stream: kind, resolution }
            }
        };
        Some(name.info_hash())
    }

    /// Swarms of other renditions are left: at once if there is nothing to give, or else after a while.
    fn leave_unneeded(&mut self, needed: &[StreamId]) {
        let now = self.now;
        let is_in_use = |stream: StreamId| {
            let pieces = self.it.library.pieces();
            let flights = self.it.flights.iter().filter_map(|(_, flight)| flight.errand.stream());
            pieces.map(Piece::stream).chain(flights).any(|of| of == stream)
        };
        let Some(share) = &self.it.share else { return };
        let others = share.members.keys().filter(|stream| !needed.contains(stream));
        let others: Vec<StreamId> = others.copied().filter(|stream| !is_in_use(*stream)).collect();
        for stream in others {
            let Some(member) = self.it.share.as_mut().and_then(|share| share.members.get_mut(&stream)) else {
                continue;
            };
            let farewell = if member.swarm.has_stored() { FAREWELL } else { Duration::ZERO };
            if *member.leaves.get_or_insert(now + farewell) <= now {
                self.leave(stream);
            }
        }
    }

    fn leave(&mut self, stream: StreamId) {
        if let Some(swarm) = self.member_mut(stream) {
            swarm.leave();
        }
        self.far_drain_swarms();
        let Some(share) = &mut self.it.share else { return };
        let Some(member) = share.members.remove(&stream) else { return };
        let figures = member.swarm.figures();
        share.past.bytes_in += figures.bytes_in;
        share.past.bytes_from_instance += figures.bytes_from_instance;
        share.past.bytes_out += figures.bytes_out;
        share.past.shunned += figures.shunned;
        self.put(Output::LeaveSwarm { swarm: member.id });
    }

    /// Speaks to a tracker while there is a swarm to speak of.
    fn dial(&mut self) {
        let now = self.now;
        let Some(share) = self.it.share.as_mut().filter(|share| share.members.len() != 0) else { return };
        match share.dial.step(now) {
            Some(Step::Dial(url)) => self.put(Output::Dial { url }),
            Some(Step::HangUp) => self.put(Output::HangUp),
            None => {}
        }
    }

    /// Swarms keep what was verified, and learn that it was.
    fn give(&mut self) {
        let pieces: Vec<Piece> = self.it.library.pieces().collect();
        for piece in pieces {
            let Piece::Segment { stream, index } = piece else { continue };
            let segment = segment_id(index);
            let Some((verified, _)) = self.it.library.verified(piece) else { continue };
            let body = verified.body();
            if self.member(stream).is_none_or(|swarm| swarm.is_stored(segment, body)) {
                continue;
            }
            let Some((body, bytes)) = self.it.library.lend(piece) else { continue };
            self.call_back(piece);
            let now = self.now;
            if let Some(swarm) = self.member_mut(stream) {
                swarm.judge(now, segment, true);
                swarm.store(segment, body, bytes, false);
            }
        }
        let position = self.it.playhead();
        let streams: Vec<StreamId> =
            self.it.share.iter().flat_map(|share| share.members.keys().copied()).collect();
        for stream in streams {
            let timeline = self.it.ladder.as_ref().and_then(|ladder| ladder.timeline(stream));
            let here = timeline.and_then(|timeline| timeline.next_after(position));
            if let (Some(here), Some(swarm)) = (here, self.member_mut(stream)) {
                swarm.set_focus(segment_id(here));
            }
        }
    }

    /// The player has done with a body; whether a swarm keeps it.
    #[inline(never)]
    pub(super) fn far_leave_to_swarm(&mut self, piece: Piece, body: BodyId) -> bool {
        let Piece::Segment { stream, index } = piece else { return false };
        let segment = segment_id(index);
        self.member_mut(stream).is_some_and(|swarm| {
            let keeps = swarm.is_stored(segment, body);
            if keeps {
                swarm.spare(segment);
            }
            keeps
        })
    }

    /// A segment that a swarm keeps need not be fetched.
    #[inline(never)]
    pub(super) fn far_take_back(&mut self, piece: Piece, slot: &Slot) -> bool {
        let Piece::Segment { stream, index } = piece else { return false };
        let segment = segment_id(index);
        let Some(swarm) = self.member_mut(stream) else { return false };
        let Some(stored) = swarm.borrow(segment) else { return false };
        let is_back = self.it.library.take_back(piece, slot.resource.clone(), stored);
        if is_back {
            self.fetch_init_of(piece);
        } else if let Some(swarm) = self.member_mut(stream) {
            swarm.spare(segment);
        }
        is_back
    }

    /// Peers brought something else.
    #[inline(never)]
    pub(super) fn far_accuse(&mut self, piece: Piece) {
        let Piece::Segment { stream, index } = piece else { return };
        let now = self.now;
        if let Some(swarm) = self.member_mut(stream) {
            swarm.judge(now, segment_id(index), false);
        }
    }

    /// What peers can do for an errand.
    #[inline(never)]
    pub(super) fn far_help(&self, errand: Errand) -> Help {
        let Errand::Piece(Piece::Segment { stream, index }) = errand else { return Help::None };
        let Some(swarm) = self.member(stream) else { return Help::None };
        let prospect = swarm.prospect(self.now, segment_id(index), 0, 0);
        match 0 < prospect.holders && !prospect.is_doubtful {
            true => Help::AtHand,
            false if swarm.has_company() => Help::Possible,
            false => Help::None,
        }
    }

    /// A segment at a gap that peers are at already: to change the quality in the middle of it would be a waste.
    #[inline(never)]
    pub(super) fn far_begun_with_peers(&self, track: Track, gap: Duration) -> Option<(StreamId, usize)> {
        let members = self.it.share.as_ref()?.members.iter();
        members.filter_map(|(stream, member)| self.begun_in(track, gap, *stream, &member.swarm)).last()
    }

    fn begun_in(
        &self,
        track: Track,
        gap: Duration,
        stream: StreamId,
        swarm: &Swarm,
    ) -> Option<(StreamId, usize)> {
        let mut indices = swarm.wanted().filter(|segment| swarm.is_at(*segment));
        indices.find_map(|segment| {
            let index = usize::try_from(segment.0).ok()?;
            let (of, span) = self.it.place_of(Piece::Segment { stream, index })?;
            (of == track && span.fills(gap)).then_some((stream, index))
        })
    }

    #[inline(never)]
    pub(super) fn far_give_up(&mut self, piece: Piece) {
        let Piece::Segment { stream, index } = piece else { return };
        let now = self.now;
        self.far_drain_swarms();
        if let Some(swarm) = self.member_mut(stream) {
            swarm.give_up(now, segment_id(index));
        }
        self.far_drain_swarms();
    }

    /// When playback needs a moment of the film, from now on.
    fn slack(&self, at: Duration) -> Duration {
        let rate_percent = u32::try_from(self.it.element.rate_percent.max(1)).unwrap_or(u32::MAX);
        at.saturating_sub(self.it.element.position) * 100 / rate_percent
    }

    /// What the choice of quality counts on: what the origin brings, since nobody else has to; but with much in hand, what
    /// everybody together brings. Otherwise who was helped from the beginning would never learn what is possible.
    #[inline(never)]
    pub(super) fn far_bandwidth(&self, ahead: Duration) -> Option<u64> {
        let origin = self.it.estimator.bits_per_second();
        let has_peers = || {
            let mut members = self.it.share.iter().flat_map(|share| share.members.values());
            members.any(|member| 0 < member.swarm.figures().links)
        };
        if MUCH <= ahead && has_peers() { origin.max(self.it.pipe.measured()) } else { origin }
    }

    /// How long the origin takes for so many bytes, after all that it is sending already.
    fn origin_expected(&self, bytes: u64) -> Duration {
        let ahead: u64 = self.it.flights.iter().filter_map(|(_, flight)| flight.left()).sum();
        ORIGIN_TRIP + self.origin_takes(bytes + ahead)
    }

    /// How long the origin takes for so many bytes alone, once it sends.
    fn origin_takes(&self, bytes: u64) -> Duration {
        let rate = self.it.estimator.bits_per_second().unwrap_or(ORIGIN_GUESS).max(1);
        Duration::from_micros(bytes.saturating_mul(8_000_000) / rate)
    }

    #[inline(never)]
    pub(super) fn far_choose_source(&mut self, piece: Piece, slot: &Slot) -> Source {
        let Piece::Segment { stream, index } = piece else { return Source::Origin };
        let (Some(swarm), Some(range)) = (self.member(stream), slot.resource.range) else {
            return Source::Origin;
        };
        let segment = segment_id(index);
        if swarm.is_whole(segment) {
            return Source::Wait;
        }
        let length = slot.span.length().as_micros().max(1);
        let reach = u64::try_from(NEIGHBOUR.as_micros() / length).unwrap_or(0);
        let prospect = swarm.prospect(self.now, segment, range.len(), reach);
        let is_settling = swarm.is_settling(self.now);
        let origin_bytes = self.wanted_of_origin(piece, &slot.resource);
        let waited = self.waited(piece);
        let slack = self.slack(slot.span.start);
        let source = choose_source(&SourceView {
            slack,
            waited,
            origin_expected: self.origin_expected(origin_bytes),
            swarm_expected: prospect.expected,
            proven_expected: prospect.proven,
            holders: prospect.holders,
            loaders: prospect.loaders,
            rank: prospect.rank,
            is_settling,
            is_doubtful: prospect.is_doubtful,
        });
        if let Some(share) = self.it.share.as_mut().filter(|_| source != Source::Origin) {
            share.is_waiting = true;
            if source != Source::Both {
                share.awaited.push((slack, origin_bytes));
            }
        }
        source
    }

    /// How long a segment has been within reach.
    fn waited(&mut self, piece: Piece) -> Duration {
        let now = self.now;
        let Some(share) = &mut self.it.share else { return Duration::ZERO };
        let since = share.within_reach.get(&piece).map_or(now, |(since, _)| *since);
        share.within_reach.insert(piece, (since, now));
        now.since(since)
    }

    /// The wish to have a segment from peers.
    #[inline(never)]
    pub(super) fn far_wish_for(&self, piece: Piece, slot: &Slot) -> Option<(StreamId, Wish)> {
        let Piece::Segment { stream, index } = piece else { return None };
        let bytes = slot.resource.range?.len();
        let due = self.now + self.slack(slot.span.start);
        Some((stream, Wish { segment: segment_id(index), bytes, due, ask: true }))
    }

    /// The wish to keep what peers brought of a segment, if they brought any.
    #[inline(never)]
    pub(super) fn far_wish_to_keep(&self, piece: Piece, slot: &Slot) -> Option<(StreamId, Wish)> {
        let (stream, wish) = self.far_wish_for(piece, slot)?;
        let swarm = self.member(stream)?;
        swarm.missing(wish.segment).filter(|_| swarm.is_trusted(wish.segment))?;
        Some((stream, Wish { ask: false, ..wish }))
    }

    /// How long a fetch from the origin will take from now on: as it goes, once that says something.
    fn origin_left(&self, flight: &Flight) -> Duration {
        let elapsed = self.now.since(flight.started);
        if flight.received == 0 || elapsed < ORIGIN_TRIP * 2 {
            return self.origin_expected(0);
        }
        let left = u128::from(flight.left().unwrap_or(0));
        let micros = left * elapsed.as_micros() / u128::from(flight.received);
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }

    /// Not if the origin could be late with it.
    #[inline(never)]
    pub(super) fn far_may_go_up(&self, from: StreamId, to: StreamId, gap: Duration) -> bool {
        // What does not come at all is not worth staying for: peers may have the better quality alone.
        let index = |timeline: &Timeline| timeline.next_after(gap);
        let before = self.it.ladder.as_ref().and_then(|ladder| index(ladder.timeline(from)?));
        let piece = before.map(|index| Errand::Piece(Piece::Segment { stream: from, index }));
        if piece.is_some_and(|piece| FAILING <= self.it.retries.failures(self.now, piece)) {
            return true;
        }
        let timeline = self.it.ladder.as_ref().and_then(|ladder| ladder.timeline(to));
        let slot = timeline.and_then(|timeline| timeline.slot(timeline.next_after(gap)?));
        let bytes = slot.and_then(|slot| slot.resource.range).map_or(0, |range| range.len());
        comes_in_time(self.slack(gap), self.origin_expected(bytes))
    }

    /// How much of a segment the origin would have to bring: all of it, if strangers had a part in what is here.
    fn wanted_of_origin(&self, piece: Piece, resource: &Resource) -> u64 {
        let part = self.far_missing_part(piece, resource).or(resource.range);
        part.map_or(0, |range| range.len())
    }

    /// Whether a fetch from the origin would leave it the time to bring those before it: those it is bringing, and those
    /// that peers are to bring, should they fail.
    #[inline(never)]
    pub(super) fn far_leaves_time(&self, track: Track, slot: &Slot) -> bool {
        let takes = self.origin_takes(slot.resource.range.map_or(0, |range| range.len()));
        let Some(share) = &self.it.share else { return true };
        for (slack, bytes) in &share.awaited {
            let expected = self.origin_expected(*bytes);
            if !leaves_time(*slack, expected, expected + takes) {
                return false;
            }
        }
        for (_, flight) in self.it.flights.iter() {
            let Some((of, span)) = flight.fills else { continue };
            let is_nearer = of == track && span.start < slot.span.start;
            if is_nearer && !can_go_beside(self.slack(span.start), self.origin_left(flight), takes) {
                return false;
            }
        }
        true
    }

    /// A segment has to come from the origin for which peers failed, while the origin is at later ones: those are given up
    /// that would make it late.
    #[inline(never)]
    pub(super) fn far_make_way(&mut self, track: Track, piece: Piece, slot: &Slot) {
        let bytes = self.wanted_of_origin(piece, &slot.resource);
        loop {
            let (slack, expected) = (self.slack(slot.span.start), self.origin_expected(bytes));
            let mut last = None;
            for (id, flight) in self.it.flights.iter() {
                let Some((of, span)) = flight.fills else { continue };
                let is_later = of == track && slot.span.start < span.start;
                if is_later && should_make_way(slack, expected, self.origin_left(flight)) {
                    last = last.max(Some((span.start, id)));
                }
            }
            let Some((_, id)) = last else { return };
            self.call_off(id);
        }
    }

    /// Whether playback depends on a fetch from the origin that is under way.
    fn is_pressed(&self) -> bool {
        self.it.flights.iter().any(|(_, flight)| {
            let slack = flight.fills.map(|(_, span)| self.slack(span.start));
            slack.is_some_and(|slack| is_pressing(slack, self.origin_left(flight)))
        })
    }

    /// Fetches from the origin that peers may be faster with, and those that bring only what peers did not.
    #[inline(never)]
    pub(super) fn far_race(&mut self, track: Track, wishes: &mut Vec<(StreamId, Wish)>) {
        let flights: Vec<_> = self.it.flights.iter().map(|(id, flight)| (id, flight.errand)).collect();
        for (id, errand) in flights {
            let Errand::Piece(piece @ Piece::Segment { stream, index }) = errand else { continue };
            let slot = self.it.ladder.as_ref().and_then(|ladder| ladder.timeline(stream)?.slot(index));
            let Some(slot) = slot.cloned() else { continue };
            let Some(flight) = self.it.flights.get(id) else { continue };
            let is_of_track = flight.fills.is_some_and(|(of, _)| of == track);
            let is_wished =
                wishes.iter().any(|(of, wish)| *of == stream && wish.segment == segment_id(index));
            if !is_of_track || is_wished || self.it.library.holds(piece) {
                continue;
            }
            let origin_left = self.origin_left(flight);
            let Some(swarm) = self.member(stream) else { continue };
            let total = slot.resource.range.map_or(0, |range| range.len());
            let prospect = swarm.prospect(self.now, segment_id(index), total, 0);
            let slack = self.slack(slot.span.start);
            if prospect.is_yielded && should_yield(slack, origin_left, self.origin_takes(total)) {
                self.call_off(id);
                continue;
            }
            let is_race = !prospect.is_doubtful
                && 0 < prospect.holders
                && should_race(&Race {
                    slack,
                    origin_left,
                    swarm_expected: prospect.expected,
                    is_asked: swarm.is_at(segment_id(index)),
                });
            if is_race {
                wishes.extend(self.far_wish_for(piece, &slot));
            } else {
                // Of a fetch that broke off the beginning may be here, before we hear that it failed.
                wishes.extend(self.far_wish_to_keep(piece, &slot));
            }
        }
    }

    /// Tells every swarm what is wanted of it, and what is loaded from the origin.
    #[inline(never)]
    pub(super) fn far_wish(&mut self, mut wishes: Vec<(StreamId, Wish)>) {
        let now = self.now;
        if self.it.share.is_some() && self.is_pressed() {
            for (_, wish) in &mut wishes {
                wish.ask &= wish.due < now + PRESSED;
            }
        }
        let Some(share) = &mut self.it.share else { return };
        share.is_waiting |= !wishes.is_empty();
        share.within_reach.retain(|(_, last)| *last == now);
        share.awaited.clear();
        for (stream, member) in share.members.iter_mut() {
            let theirs: Vec<Wish> =
                wishes.iter().filter(|(of, _)| of == stream).map(|(_, wish)| *wish).collect();
            member.swarm.want(now, &theirs);
            let loading = self.it.flights.iter().filter_map(|(_, flight)| match flight.errand {
                Errand::Piece(Piece::Segment { stream: of, index }) => {
                    (of == *stream).then_some(segment_id(index))
                }
                Errand::Piece(Piece::Init { .. })
                | Errand::Master
                | Errand::Digests
                | Errand::Playlist(_)
                | Errand::Source => None,
            });
            member.swarm.set_loading(loading.collect::<SegmentSet>());
        }
        self.far_drain_swarms();
    }

    /// Which part of a segment the origin is to bring; none for all of it.
    #[inline(never)]
    pub(super) fn far_missing_part(&self, piece: Piece, resource: &Resource) -> Option<ByteRange> {
        let Piece::Segment { stream, index } = piece else { return None };
        let swarm = self.member(stream)?;
        // One lie in it and all would have to come again, for which there is no time.
        let (start, end) =
            swarm.missing(segment_id(index)).filter(|_| swarm.is_trusted(segment_id(index)))?;
        let range = resource.range.filter(|range| start != 0 || end != range.len())?;
        ByteRange::new(range.offset() + start, end - start)
    }

    /// The origin brought what peers did not.
    #[inline(never)]
    pub(super) fn far_join(&mut self, piece: Piece, resource: &Resource, part: ByteRange, body: BodyId) {
        let Piece::Segment { stream, index } = piece else { return };
        let Some(range) = resource.range else { return };
        let (now, at) = (self.now, part.offset().saturating_sub(range.offset()));
        if let Some(swarm) = self.member_mut(stream) {
            swarm.join(now, segment_id(index), at, body, part.len());
        }
        self.far_drain_swarms();
    }

    /// The origin brought a part and broke off.
    #[inline(never)]
    pub(super) fn far_keep_part(&mut self, piece: Piece, resource: &Resource, part: ByteRange, body: BodyId) {
        let Piece::Segment { stream, index } = piece else { return };
        let (now, total) = (self.now, resource.range.map_or(0, |range| range.len()));
        if let Some(swarm) = self.member_mut(stream) {
            swarm.begin(segment_id(index), total, now);
        }
        self.far_join(piece, resource, part, body);
    }

    #[inline(never)]
    pub(super) fn far_share_deadline(&mut self) -> Option<Instant> {
        let now = self.now;
        let share = self.it.share.as_mut()?;
        let waits = std::mem::take(&mut share.is_waiting).then(|| now + WAIT_CHECK);
        if share.members.len() == 0 {
            return waits;
        }
        let members = share.members.values();
        let members = members.flat_map(|member| [member.swarm.deadline(), member.leaves]);
        members.chain([share.dial.deadline(), waits]).flatten().min()
    }

    #[inline(never)]
    pub(super) fn far_count_peers(&mut self) {
        let Some(share) = &self.it.share else { return };
        let figures: Vec<swarm::Figures> =
            share.members.values().map(|member| member.swarm.figures()).collect();
        self.stats.bytes_from_peers = share.past.bytes_in + figures.iter().map(|of| of.bytes_in).sum::<u64>();
        self.stats.bytes_from_instance =
            share.past.bytes_from_instance + figures.iter().map(|of| of.bytes_from_instance).sum::<u64>();
        self.stats.bytes_to_peers = share.past.bytes_out + figures.iter().map(|of| of.bytes_out).sum::<u64>();
        self.stats.peers_shunned = share.past.shunned + figures.iter().map(|of| of.shunned).sum::<u64>();
        self.stats.has_instance = figures.iter().any(|of| of.has_instance);
        // Who gives us picture and sound goes by one name in both swarms; the instance does not, but is known by its face.
        let mut neighbours: Vec<PeerId> = Vec::new();
        for peer in share.members.values().flat_map(|member| member.swarm.neighbours()) {
            if !neighbours.contains(&peer) {
                neighbours.push(peer);
            }
        }
        self.stats.peers = neighbours.len() + usize::from(self.stats.has_instance);
        self.stats.bytes_stored = figures.iter().map(|of| of.bytes_stored).sum();
    }
}

fn segment_id(index: usize) -> SegmentId {
    SegmentId(i64::try_from(index).unwrap_or(i64::MAX))
}
