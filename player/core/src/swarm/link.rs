//! One connection to one peer, from the offer to the end.

use std::time::Duration;

use shared::id::{OfferId, PeerId};
use shared::peer::{Parts, RequestId, SegmentId, SegmentSet};
use shared::time::Instant;

use super::bucket::Bucket;
use crate::io::BodyId;

/// An unanswered offer is thrown away after this, as the reference does.
pub(super) const OFFER_LIFETIME: Duration = Duration::from_secs(50);
/// Gathering candidates should be over by then; a STUN server that does not answer is not waited for.
pub(super) const DESCRIBE_MAX: Duration = Duration::from_secs(6);
/// Pairs of networks that cannot meet are given up after this.
pub(super) const CONNECT_MAX: Duration = Duration::from_secs(15);
/// So many messages at once, and so many a second: the reference sends two a segment, and segments can be small.
const MESSAGES_BURST: u64 = 500;
const MESSAGES_PER_SECOND: u64 = 200;

/// A link.
#[derive(Debug)]
pub(super) struct Link {
    /// Unknown until our offer is answered.
    pub(super) peer: Option<PeerId>,
    /// We offered.
    pub(super) is_ours: bool,
    /// The instance is at the other end: DTLS lets nobody else show its certificate.
    pub(super) is_instance: bool,
    pub(super) state: State,
}

/// How far it has come.
#[derive(Debug)]
pub(super) enum State {
    /// The shell describes our offer.
    Making { expires: Instant },
    /// Our offer is out; the tracker may never bring an answer.
    Offered { offer_id: OfferId, expires: Instant },
    /// The shell describes our answer.
    Answering { offer_id: OfferId, expires: Instant },
    /// Both are described; ICE looks for a path.
    Connecting { since: Instant, expires: Instant },
    /// Messages flow.
    Open(Box<Session>),
}

/// What flows on an open link.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) since: Instant,
    pub(super) parts: Parts,
    pub(super) messages: Bucket,
    /// What the peer can serve, and what it loads from the origin.
    pub(super) held: SegmentSet,
    pub(super) loading: SegmentSet,
    /// It has said so at least once.
    pub(super) has_announced: bool,
    pub(super) download: Option<Transfer>,
    pub(super) upload: Option<Upload>,
    /// How many payloads may still be sent before the next [`super::Input::Drained`].
    pub(super) credit: u8,
    /// Bytes per second of what it sent, lately.
    pub(super) rate: Option<u64>,
    /// Attempts that failed since the last that did not.
    pub(super) failures: u32,
    /// When a segment last went either way.
    pub(super) useful: Instant,
    /// There is a better link to the same peer; requests go there.
    pub(super) is_double: bool,
    /// When to settle which of the two stays.
    pub(super) settles: Option<Instant>,
}

/// What we asked a peer for. At most one on a link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transfer {
    pub(super) segment: SegmentId,
    pub(super) request: RequestId,
    /// The first byte asked for, the next to come, and the one we stop before.
    pub(super) from: u64,
    pub(super) at: u64,
    pub(super) until: u64,
    pub(super) total: u64,
    /// `data` has come.
    pub(super) is_receiving: bool,
    pub(super) begun: Instant,
    pub(super) heard: Instant,
}

/// What a peer asked us for. At most one on a link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Upload {
    pub(super) segment: SegmentId,
    pub(super) request: RequestId,
    pub(super) body: BodyId,
    pub(super) at: u64,
    pub(super) total: u64,
    /// When it last went on.
    pub(super) moved: Instant,
}

impl Link {
    pub(super) fn session(&self) -> Option<&Session> {
        match &self.state {
            State::Open(session) => Some(session),
            State::Making { .. }
            | State::Offered { .. }
            | State::Answering { .. }
            | State::Connecting { .. } => None,
        }
    }

    pub(super) fn session_mut(&mut self) -> Option<&mut Session> {
        match &mut self.state {
            State::Open(session) => Some(session),
            State::Making { .. }
            | State::Offered { .. }
            | State::Answering { .. }
            | State::Connecting { .. } => None,
        }
    }

    /// A peer is at the other end, or is about to be.
    pub(super) fn is_taken(&self) -> bool {
        match self.state {
            State::Making { .. } | State::Offered { .. } => false,
            State::Answering { .. } | State::Connecting { .. } | State::Open(_) => true,
        }
    }

    /// When a link that does not come about is given up.
    pub(super) fn expires(&self) -> Option<Instant> {
        match self.state {
            State::Making { expires }
            | State::Offered { expires, .. }
            | State::Answering { expires, .. }
            | State::Connecting { expires, .. } => Some(expires),
            State::Open(_) => None,
        }
    }
}

impl Session {
    pub(super) fn new(now: Instant) -> Session {
        Session {
            since: now,
            parts: Parts::default(),
            messages: Bucket::new(now, MESSAGES_PER_SECOND, MESSAGES_BURST),
            held: SegmentSet::default(),
            loading: SegmentSet::default(),
            has_announced: false,
            download: None,
            upload: None,
            credit: super::serve::CREDIT,
            rate: None,
            failures: 0,
            useful: now,
            is_double: false,
            settles: None,
        }
    }

    /// Takes what a finished or broken transfer brought as a measure of the peer.
    pub(super) fn measure(&mut self, now: Instant, transfer: &Transfer) {
        let bytes = transfer.at - transfer.from;
        let micros = now.since(transfer.begun).as_micros().max(1000);
        let rate = u64::try_from(u128::from(bytes) * 1_000_000 / micros).unwrap_or(u64::MAX);
        self.rate = Some(self.rate.map_or(rate, |before| before / 2 + rate / 2));
    }
}

impl Transfer {
    /// What is still to come of what we want from it.
    pub(super) fn left(&self) -> u64 {
        self.until.saturating_sub(self.at)
    }
}
