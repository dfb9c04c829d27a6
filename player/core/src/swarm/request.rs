//! What we ask of peers.
//!
//! Owns the wishes, the pieces that came of them and the transfers under way. Never verifies: a segment that is whole is
//! handed to the owner, who says later whether it was right. The surprise is the work that is taken over: a peer with
//! nothing to do gets the second half of what another is still sending.

use std::time::Duration;

use shared::peer::{Message, RequestId, SegmentId};
use shared::time::Instant;

use super::door::Swarm;
use super::io::{AssemblyId, LinkId, Output};
use super::link::{Session, Transfer};
use super::pieces::{Pieces, Stretch};
use super::repute::SHUN_LIAR;
use crate::io::BodyId;

/// A peer that sends nothing for so long is asked no more, as the reference does.
const SILENCE_MAX: Duration = Duration::from_secs(2);
/// And after so many failures without a success is left alone.
const FAILURES_MAX: u32 = 3;
/// Transfers under way at once.
const TRANSFERS_MAX: usize = 4;
/// Peers that send one segment at once.
const SOURCES_MAX: usize = 3;
/// Less is not worth a second peer.
const HALVES_MIN: u64 = 128 * 1024;
/// A transfer that is done sooner is left alone.
const TAKEOVER_MIN: Duration = Duration::from_millis(500);
/// Segments wanted at once; a viewer's window holds no more.
const WANTS_MAX: usize = 32;
/// Segments whose verdict is awaited; more would mean an owner that never judges.
const TRIALS_MAX: usize = 64;

/// A segment the owner would like from peers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wish {
    /// Which.
    pub segment: SegmentId,
    /// How long it is.
    pub bytes: u64,
    /// When playback needs it.
    pub due: Instant,
    /// Ask peers. Without this only what has come is kept, for the origin brings the rest.
    pub ask: bool,
}

/// A segment that peers brought, unverified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fetched {
    /// Which.
    pub segment: SegmentId,
    /// Its bytes.
    pub body: BodyId,
    /// How many.
    pub bytes: u64,
    /// All who sent some of it have brought something right before, and nothing wrong since.
    pub is_trusted: bool,
}

/// A wish and what has come of it.
#[derive(Debug)]
pub(super) struct Want {
    pub(super) total: u64,
    pub(super) due: Instant,
    pub(super) ask: bool,
    pub(super) assembly: AssemblyId,
    /// The shell knows of the assembly.
    pub(super) is_begun: bool,
    pub(super) pieces: Pieces,
    /// All is here, and the shell makes it a body.
    pub(super) is_whole: bool,
}

impl Swarm {
    /// Says all that is wanted from peers now; what is not among it any more is cancelled and thrown away.
    pub fn want(&mut self, now: Instant, wishes: &[Wish]) {
        let is_wanted = |segment: SegmentId| wishes.iter().any(|wish| wish.segment == segment);
        let gone = self.wants.iter().filter(|(segment, want)| !want.is_whole && !is_wanted(**segment));
        let gone: Vec<SegmentId> = gone.map(|(segment, _)| *segment).collect();
        for segment in gone {
            self.give_up(now, segment);
        }
        for wish in wishes {
            if let Some(want) = self.wants.get_mut(&wish.segment) {
                (want.due, want.ask) = (wish.due, wish.ask);
                if !wish.ask {
                    self.cancel_transfers(now, wish.segment);
                }
            } else if wish.ask {
                self.begin(wish.segment, wish.bytes, wish.due);
                if let Some(want) = self.wants.get_mut(&wish.segment) {
                    want.ask = true;
                }
            }
        }
        self.settle(now);
    }

    /// Gives up a wanted segment that is not whole: takes back what was asked for, and throws away what came.
    pub fn give_up(&mut self, now: Instant, segment: SegmentId) {
        if self.is_whole(segment) {
            return;
        }
        self.cancel_transfers(now, segment);
        if let Some(want) = self.wants.remove(&segment).filter(|want| want.is_begun) {
            self.put(Output::Discard { assembly: want.assembly });
        }
    }

    /// Makes ready to keep pieces of a segment, which go with the next [`Swarm::want`] that does not name it.
    pub fn begin(&mut self, segment: SegmentId, total: u64, due: Instant) {
        if total == 0 || WANTS_MAX <= self.wants.len() || self.wants.contains_key(&segment) {
            return;
        }
        let assembly = self.new_assembly();
        let pieces = Pieces::default();
        let want = Want { total, due, ask: false, assembly, is_begun: false, pieces, is_whole: false };
        self.wants.insert(segment, want);
    }

    /// Whether something of a segment has come, or is being asked for.
    #[must_use]
    pub fn is_at(&self, segment: SegmentId) -> bool {
        let has_begun = self.wants.get(&segment).is_some_and(|want| want.is_begun);
        has_begun || self.transfers().any(|(_, _, transfer)| transfer.segment == segment)
    }

    /// Since when peers have been sending, if any is.
    #[must_use]
    pub fn flowing_since(&self) -> Option<Instant> {
        let receiving = self.transfers().filter(|(_, _, transfer)| transfer.is_receiving);
        receiving.map(|(_, _, transfer)| transfer.begun).min()
    }

    /// Whether all of a segment has come, and is being made a body.
    #[must_use]
    pub fn is_whole(&self, segment: SegmentId) -> bool {
        self.wants.get(&segment).is_some_and(|want| want.is_whole)
    }

    /// The segments wanted.
    pub fn wanted(&self) -> impl Iterator<Item = SegmentId> {
        self.wants.keys().copied()
    }

    /// The stretch that holds everything that is missing of a wanted segment; none if nothing has come yet.
    #[must_use]
    pub fn missing(&self, segment: SegmentId) -> Option<(u64, u64)> {
        let want = self.wants.get(&segment).filter(|want| !want.pieces.is_empty())?;
        let gaps = want.pieces.gaps(want.total, &[]);
        Some((gaps.first()?.0, gaps.last()?.1))
    }

    /// Whether all that has come of a wanted segment is from peers who have brought something right before.
    #[must_use]
    pub fn is_trusted(&self, segment: SegmentId) -> bool {
        let peers = self.wants.get(&segment).map(|want| want.pieces.peers());
        peers.into_iter().flatten().all(|peer| self.repute.is_proven(peer))
    }

    /// A part of a wanted segment came from elsewhere. The body is the owner's to release; false if it is of no use.
    pub fn join(&mut self, now: Instant, segment: SegmentId, at: u64, body: BodyId, bytes: u64) -> bool {
        let Some(want) = self.wants.get_mut(&segment).filter(|want| !want.is_whole) else { return false };
        if want.total < at.saturating_add(bytes) {
            return false;
        }
        want.pieces.add((at, at + bytes), None);
        want.is_begun = true;
        let (assembly, total) = (want.assembly, want.total);
        self.put(Output::Join { assembly, body, at, total });
        self.finish_if_whole(now, segment);
        true
    }

    /// Whether a segment that [`Swarm::take_fetched`] gave was the publisher's. Who lied is left alone for a while.
    pub fn judge(&mut self, now: Instant, segment: SegmentId, is_right: bool) {
        let Some(peers) = self.on_trial.remove(&segment) else { return };
        if is_right {
            return peers.into_iter().for_each(|peer| self.repute.clear(peer));
        }
        self.figures.forged += 1;
        self.doubtful.insert(segment);
        let is_alone = peers.len() == 1;
        for peer in peers {
            if is_alone || self.repute.suspect(peer) {
                self.shun(now, peer, SHUN_LIAR);
            }
        }
    }

    fn transfers(&self) -> impl Iterator<Item = (LinkId, &Session, Transfer)> {
        self.sessions().filter_map(|(id, _, session)| Some((id, session, session.download?)))
    }

    /// Takes a transfer back; late bytes of it are let go.
    fn cancel(&mut self, now: Instant, id: LinkId) {
        let Some(session) = self.session_mut(id) else { return };
        let Some(transfer) = session.download.take() else { return };
        if transfer.from < transfer.at {
            session.measure(now, &transfer);
        }
        self.say(id, &Message::Cancel { segment: transfer.segment, request: transfer.request });
    }

    fn cancel_transfers(&mut self, now: Instant, segment: SegmentId) {
        let of_segment = self.transfers().filter(|(_, _, transfer)| transfer.segment == segment);
        let links: Vec<LinkId> = of_segment.map(|(id, _, _)| id).collect();
        for link in links {
            self.cancel(now, link);
        }
    }

    fn finish_if_whole(&mut self, now: Instant, segment: SegmentId) {
        let Some(want) = self.wants.get_mut(&segment) else { return };
        if want.is_whole || want.pieces.missing(want.total) != 0 {
            return;
        }
        want.is_whole = true;
        let assembly = want.assembly;
        self.cancel_transfers(now, segment);
        self.put(Output::Assemble { assembly });
    }

    pub(super) fn assembled(&mut self, assembly: AssemblyId, body: BodyId) {
        let found =
            self.wants.iter().find(|(_, want)| want.assembly == assembly).map(|(segment, _)| *segment);
        let Some((segment, want)) = found.and_then(|segment| Some((segment, self.wants.remove(&segment)?)))
        else {
            return self.put(Output::Release { body });
        };
        let peers = want.pieces.peers();
        let is_trusted = peers.iter().all(|peer| self.repute.is_proven(*peer));
        if self.on_trial.len() < TRIALS_MAX {
            self.on_trial.insert(segment, peers);
        }
        self.fetched.push_back(Fetched { segment, body, bytes: want.total, is_trusted });
    }

    pub(super) fn data(&mut self, now: Instant, id: LinkId, of: (SegmentId, RequestId), bytes: u64) {
        let Some(session) = self.session_mut(id) else { return };
        let Some(transfer) = session.download.as_mut() else { return };
        if transfer.is_receiving || (transfer.segment, transfer.request) != of {
            return;
        }
        (transfer.is_receiving, transfer.heard) = (true, now);
        let expected = transfer.total - transfer.from;
        if bytes == 0 && 0 < expected {
            // The reference says so of what it has played: hls.js handed the bytes themselves to a worker of its own. It
            // may well have others.
            self.fail(now, id, of.0);
        } else if bytes != expected {
            // Another length is another segment: a viewer of the sound alone sits in the same swarm (P2P-WIRE 2.2).
            self.cancel(now, id);
            self.leave_alone(now, id);
        }
    }

    pub(super) fn payload(&mut self, now: Instant, id: LinkId, bytes: u64) {
        self.figures.bytes_in += bytes;
        if self.links.get(&id).is_some_and(|link| link.is_instance) {
            self.figures.bytes_from_instance += bytes;
        }
        let Some(session) = self.session_mut(id) else { return };
        let transfer = session.download.as_mut().filter(|transfer| transfer.is_receiving);
        let Some(transfer) = transfer else {
            self.figures.bytes_wasted += bytes;
            return;
        };
        let (segment, at, total) = (transfer.segment, transfer.at, transfer.total);
        if total - at < bytes {
            // Nothing it sent of this is worth anything.
            let peer = self.links.get(&id).and_then(|link| link.peer);
            if let (Some(want), Some(peer)) = (self.wants.get_mut(&segment), peer) {
                want.pieces.forget(peer);
            }
            return self.punish(now, id);
        }
        (transfer.at, transfer.heard) = (at + bytes, now);
        session.useful = now;
        let transfer = *transfer;
        let is_done = transfer.until <= transfer.at;
        if is_done {
            session.measure(now, &transfer);
            (session.download, session.failures) = (None, 0);
        }
        let peer = self.links.get(&id).and_then(|link| link.peer);
        if let Some(want) = self.wants.get_mut(&segment) {
            want.pieces.add((at, at + bytes), peer);
            want.is_begun = true;
            let assembly = want.assembly;
            self.put(Output::Keep { assembly, at, total });
        }
        if is_done && transfer.at < total {
            self.say(id, &Message::Cancel { segment, request: transfer.request });
        }
        self.finish_if_whole(now, segment);
    }

    pub(super) fn completed(&mut self, now: Instant, id: LinkId) {
        // A transfer is over with its last byte. One that is not was promised more, or another was meant.
        let transfer = self.session_mut(id).and_then(|session| session.download);
        if transfer.is_some_and(|transfer| transfer.is_receiving) {
            self.punish(now, id);
        }
    }

    pub(super) fn absent(&mut self, id: LinkId, of: (SegmentId, RequestId)) {
        let Some(session) = self.session_mut(id) else { return };
        if session.download.take_if(|transfer| (transfer.segment, transfer.request) == of).is_some() {
            session.held.remove(of.0);
        }
    }

    pub(super) fn give_up_silent(&mut self, now: Instant) {
        let silent = self.transfers().filter(|(_, _, transfer)| transfer.heard + SILENCE_MAX <= now);
        let silent: Vec<_> = silent.map(|(id, _, transfer)| (id, transfer.segment)).collect();
        for (id, segment) in silent {
            self.fail(now, id, segment);
        }
    }

    /// A peer did not bring what it was asked for. It is not asked for this again before it says anew that it has it.
    fn fail(&mut self, now: Instant, id: LinkId, segment: SegmentId) {
        self.cancel(now, id);
        let Some(session) = self.session_mut(id) else { return };
        session.failures += 1;
        session.held.remove(segment);
        if FAILURES_MAX <= session.failures {
            self.leave_alone(now, id);
        }
    }

    pub(super) fn request_deadline(&self) -> Option<Instant> {
        self.transfers().map(|(_, _, transfer)| transfer.heard + SILENCE_MAX).min()
    }

    /// Gives peers with nothing to do something to do: first what nobody is at, most pressing first; then the second
    /// half of what others are at.
    pub(super) fn assign(&mut self, now: Instant) {
        let mut order: Vec<(Instant, SegmentId)> = Vec::new();
        for (segment, want) in self.wants.iter().filter(|(_, want)| want.ask && !want.is_whole) {
            order.push((want.due, *segment));
        }
        crate::table::sort_few(&mut order, |due| *due);
        for (_, segment) in &order {
            for gap in self.unasked(*segment) {
                if TRANSFERS_MAX <= self.transfers().count() {
                    return;
                }
                let Some(link) = self.choose_peer(*segment) else { break };
                self.ask(now, link, *segment, gap);
            }
        }
        for (_, segment) in &order {
            if TRANSFERS_MAX <= self.transfers().count() {
                return;
            }
            self.take_over(now, *segment);
        }
    }

    /// What is missing of a segment that nobody is sending.
    fn unasked(&self, segment: SegmentId) -> Vec<Stretch> {
        let Some(want) = self.wants.get(&segment) else { return Vec::new() };
        let taken = self.transfers().filter(|(_, _, transfer)| transfer.segment == segment);
        let taken: Vec<Stretch> = taken.map(|(_, _, transfer)| (transfer.at, transfer.until)).collect();
        want.pieces.gaps(want.total, &taken)
    }

    /// An idle peer that has the segment, by chance, faster ones more likely.
    fn choose_peer(&mut self, segment: SegmentId) -> Option<LinkId> {
        let is_free = |session: &Session| {
            session.download.is_none() && !session.is_double && session.held.contains(segment)
        };
        let free = self.sessions().filter(|(_, _, session)| is_free(session));
        let free: Vec<(LinkId, Option<u64>)> = free.map(|(id, _, session)| (id, session.rate)).collect();
        let fastest = free.iter().filter_map(|(_, rate)| *rate).max().unwrap_or(1);
        // Nobody is so slow as never to get another chance, and who was never tried counts as good.
        let weight = |rate: Option<u64>| rate.unwrap_or(fastest).max(fastest / 10).max(1);
        let sum = free.iter().fold(0_u64, |sum, (_, rate)| sum.saturating_add(weight(*rate)));
        let mut roll = self.dice.roll(sum);
        for (id, rate) in &free {
            if roll < weight(*rate) {
                return Some(*id);
            }
            roll -= weight(*rate);
        }
        None
    }

    fn ask(&mut self, now: Instant, id: LinkId, segment: SegmentId, (from, until): Stretch) {
        let Some(total) = self.wants.get(&segment).map(|want| want.total) else { return };
        self.requests_made += 1;
        let request = RequestId(self.requests_made);
        let Some(session) = self.session_mut(id) else { return };
        session.download = Some(Transfer {
            segment,
            request,
            from,
            at: from,
            until,
            total,
            is_receiving: false,
            begun: now,
            heard: now,
        });
        self.say(id, &Message::Request { segment, request, from });
    }

    /// Has a peer with nothing to do send the second half of what another will take long to send.
    fn take_over(&mut self, now: Instant, segment: SegmentId) {
        let sources = || self.transfers().filter(|(_, _, transfer)| transfer.segment == segment);
        if SOURCES_MAX <= sources().count() {
            return;
        }
        let is_slow = |session: &Session, transfer: &Transfer| {
            let elapsed = now.since(transfer.begun).as_micros();
            let sent = u128::from(transfer.at - transfer.from);
            let left = u128::from(transfer.left());
            let expected = match (left * elapsed).checked_div(sent) {
                Some(expected) => expected,
                None => left * 1_000_000 / u128::from(session.rate.unwrap_or(1_000_000).max(1)),
            };
            2 * HALVES_MIN <= transfer.left() && TAKEOVER_MIN.as_micros() < expected
        };
        let slow = sources().filter(|(_, session, transfer)| is_slow(session, transfer));
        let largest = slow.max_by_key(|(_, _, transfer)| transfer.left());
        let Some((busy, transfer)) = largest.map(|(id, _, transfer)| (id, transfer)) else { return };
        let Some(link) = self.choose_peer(segment) else { return };
        let middle = transfer.at + transfer.left() / 2;
        let until = transfer.until;
        if let Some(transfer) = self.session_mut(busy).and_then(|session| session.download.as_mut()) {
            transfer.until = middle;
        }
        self.ask(now, link, segment, (middle, until));
    }
}
