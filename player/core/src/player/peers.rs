//! Peers as the rest of the player sees them: what `share` is asked while there is sharing, and the answers while there
//! is none.
//!
//! Owns the question whether there is. Never does anything with peers itself. The surprise is why it stands apart: a
//! browser loads what `share` and `swarm` are made of after the first picture, and not at all where nothing is shared. So
//! nothing of theirs is called before [`Round::set_sharing`] was told to begin, and here is the only way to them.

use std::time::Duration;

use shared::hls::ByteRange;
use shared::time::Instant;

use super::door::Round;
use crate::SHARES;
use crate::fault::Help;
use crate::flights::Errand;
use crate::io::{BodyId, Output, Sharing, SwarmId, Track};
use crate::ladder::StreamId;
use crate::library::Piece;
use crate::schedule::Source;
use crate::swarm::{self, Wish};
use crate::timeline::{Resource, Slot};

impl Round<'_> {
    fn is_sharing(&self) -> bool {
        SHARES && self.it.share.is_some()
    }

    pub(super) fn set_sharing(&mut self, sharing: Option<Sharing>) {
        if SHARES && (sharing.is_some() || self.is_sharing()) {
            self.far_set_sharing(sharing);
        }
    }

    pub(super) fn tracker_up(&mut self) {
        if self.is_sharing() {
            self.far_tracker_up();
        }
    }

    pub(super) fn tracker_down(&mut self) {
        if self.is_sharing() {
            self.far_tracker_down();
        }
    }

    /// Something happened in a swarm; what happens in one that was left is let go.
    pub(super) fn swarm(&mut self, id: SwarmId, input: swarm::Input) {
        if self.is_sharing() {
            self.far_swarm(id, input);
        } else {
            self.outputs.extend(input.into_body().map(|body| Output::Release { body }));
        }
    }

    /// Passes on what swarms want done.
    pub(super) fn drain_swarms(&mut self) {
        if self.is_sharing() {
            self.far_drain_swarms();
        }
    }

    /// Joins and leaves swarms, dials the tracker, and gives to swarms what was verified.
    pub(super) fn share(&mut self) {
        if self.is_sharing() {
            self.far_share();
        }
    }

    /// The player has done with a body; whether a swarm keeps it.
    pub(super) fn leave_to_swarm(&mut self, piece: Piece, body: BodyId) -> bool {
        let keeps = self.is_sharing() && self.far_leave_to_swarm(piece, body);
        if !keeps {
            self.it.library.forget_lent(body);
        }
        keeps
    }

    /// A segment that a swarm keeps need not be fetched.
    pub(super) fn take_back(&mut self, piece: Piece, slot: &Slot) -> bool {
        self.is_sharing() && self.far_take_back(piece, slot)
    }

    /// Peers brought something else.
    pub(super) fn accuse(&mut self, piece: Piece) {
        if self.is_sharing() {
            self.far_accuse(piece);
        }
    }

    /// What peers can do for an errand.
    pub(super) fn help(&self, errand: Errand) -> Help {
        if self.is_sharing() { self.far_help(errand) } else { Help::None }
    }

    /// A segment at a gap that peers are at already: to change the quality in the middle of it would be a waste.
    pub(super) fn begun_with_peers(&self, track: Track, gap: Duration) -> Option<(StreamId, usize)> {
        if self.is_sharing() { self.far_begun_with_peers(track, gap) } else { None }
    }

    /// What the choice of quality counts on, in bits per second, with so much in hand.
    pub(super) fn bandwidth(&self, ahead: Duration) -> Option<u64> {
        if self.is_sharing() { self.far_bandwidth(ahead) } else { self.it.estimator.bits_per_second() }
    }

    /// Whether there is time to take what fills a gap in a better quality than before. Without peers nothing was waited for.
    pub(super) fn may_go_up(&self, from: StreamId, to: StreamId, gap: Duration) -> bool {
        !self.is_sharing() || self.far_may_go_up(from, to, gap)
    }

    /// Whether a fetch from the origin leaves time for those before it, from there and from peers.
    pub(super) fn leaves_time(&self, track: Track, slot: &Slot) -> bool {
        !self.is_sharing() || self.far_leaves_time(track, slot)
    }

    /// A segment has to come from the origin soon, which may be at later ones.
    pub(super) fn make_way(&mut self, track: Track, piece: Piece, slot: &Slot) {
        if self.is_sharing() {
            self.far_make_way(track, piece, slot);
        }
    }

    /// A segment will not be taken in this quality after all: nor from peers, who may be at it.
    pub(super) fn give_up(&mut self, piece: Piece) {
        if self.is_sharing() {
            self.far_give_up(piece);
        }
    }

    pub(super) fn choose_source(&mut self, piece: Piece, slot: &Slot) -> Source {
        if self.is_sharing() { self.far_choose_source(piece, slot) } else { Source::Origin }
    }

    /// The wish to have a segment from peers.
    pub(super) fn wish_for(&self, piece: Piece, slot: &Slot) -> Option<(StreamId, Wish)> {
        if self.is_sharing() { self.far_wish_for(piece, slot) } else { None }
    }

    /// The wish to keep what peers brought of a segment, if they brought any.
    pub(super) fn wish_to_keep(&self, piece: Piece, slot: &Slot) -> Option<(StreamId, Wish)> {
        if self.is_sharing() { self.far_wish_to_keep(piece, slot) } else { None }
    }

    /// Fetches from the origin that peers may be faster with, and those that bring only what peers did not.
    pub(super) fn race(&mut self, track: Track, wishes: &mut Vec<(StreamId, Wish)>) {
        if self.is_sharing() {
            self.far_race(track, wishes);
        }
    }

    /// Tells every swarm what is wanted of it, and what is loaded from the origin.
    pub(super) fn wish(&mut self, wishes: Vec<(StreamId, Wish)>) {
        if self.is_sharing() {
            self.far_wish(wishes);
        }
    }

    /// Which part of a segment the origin is to bring; none for all of it.
    pub(super) fn missing_part(&self, piece: Piece, resource: &Resource) -> Option<ByteRange> {
        if self.is_sharing() { self.far_missing_part(piece, resource) } else { None }
    }

    /// Whether the origin brings only a part of a segment.
    pub(super) fn is_cut(&self, piece: Piece) -> bool {
        SHARES && self.it.flights.find(Errand::Piece(piece)).is_some_and(|(_, flight)| flight.part.is_some())
    }

    /// The origin brought what peers did not.
    pub(super) fn join(&mut self, piece: Piece, resource: &Resource, part: ByteRange, body: BodyId) {
        if self.is_sharing() {
            self.far_join(piece, resource, part, body);
        }
    }

    /// The origin brought a part and broke off.
    pub(super) fn keep_part(&mut self, piece: Piece, resource: &Resource, part: ByteRange, body: BodyId) {
        if self.is_sharing() {
            self.far_keep_part(piece, resource, part, body);
        }
    }

    pub(super) fn share_deadline(&mut self) -> Option<Instant> {
        if self.is_sharing() { self.far_share_deadline() } else { None }
    }

    pub(super) fn count_peers(&mut self) {
        if self.is_sharing() {
            self.far_count_peers();
        } else {
            (self.stats.peers, self.stats.has_instance, self.stats.bytes_stored) = (0, false, 0);
        }
    }
}
