//! What passes between a swarm and its host.
//!
//! Owns the two enums. Never holds media bytes: what a peer sends stays with the shell, which is told where it belongs.
//! The surprise is [`Output::Keep`]: it speaks of the payload that was just handed in. A payload that is not answered by
//! one is of no use, and is let go.

use std::time::Duration;

use shared::id::{OfferId, PeerId};
use shared::tracker::Event;

use crate::io::BodyId;

/// One connection to one peer, open or on its way to be. Numbered by the swarm, never reused in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LinkId(pub u64);

/// A segment that is being put together from pieces. Numbered by the swarm, never reused in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AssemblyId(pub u64);

/// What a swarm may be told.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// The tracker can be spoken to.
    TrackerUp,
    /// It cannot any more. Whoever owns the socket dials again.
    TrackerDown,
    /// The tracker's answer to an announce.
    Announced {
        /// When to announce again.
        interval: Duration,
        /// How many are in the swarm, we among them.
        peers: u64,
    },
    /// A peer's offer, by the tracker.
    OfferHeard {
        /// Who offers.
        from: PeerId,
        /// For the answer.
        offer_id: OfferId,
        /// Its session description.
        description: String,
    },
    /// The answer to an offer of ours, by the tracker.
    AnswerHeard {
        /// Who answers.
        from: PeerId,
        /// Which offer.
        offer_id: OfferId,
        /// Its session description.
        description: String,
    },

    /// The answer to [`Output::MakeOffer`] or [`Output::TakeOffer`]: our session description, its candidates in it.
    Described {
        /// Which link.
        link: LinkId,
        /// Ours.
        description: String,
    },
    /// The data channel is open.
    Opened {
        /// Which link.
        link: LinkId,
    },
    /// The connection is gone or did not come about. (One the swarm closed need not be reported.)
    Closed {
        /// Which link.
        link: LinkId,
    },
    /// A message came that [`shared::peer::is_command`].
    Command {
        /// On which link.
        link: LinkId,
        /// The whole message.
        message: Vec<u8>,
    },
    /// A message came that is not: a piece of a segment.
    Payload {
        /// On which link.
        link: LinkId,
        /// Its length.
        bytes: u64,
    },
    /// What was sent on a link is on its way but for little: more may be sent. (`bufferedAmount` at most 64 KiB; to be
    /// told after each [`Output::SendPayload`], at once or when it has become so.)
    Drained {
        /// Which link.
        link: LinkId,
    },
    /// The answer to [`Output::Assemble`].
    Assembled {
        /// Which.
        assembly: AssemblyId,
        /// The whole segment.
        body: BodyId,
    },
    /// The moment of `deadline()` has come.
    Tick,
}

impl Input {
    /// The body that is handed over with it, if one is: to be released by whoever does not take the input.
    #[must_use]
    pub fn into_body(self) -> Option<BodyId> {
        match self {
            Input::Assembled { body, .. } => Some(body),
            Input::TrackerUp
            | Input::TrackerDown
            | Input::Announced { .. }
            | Input::OfferHeard { .. }
            | Input::AnswerHeard { .. }
            | Input::Described { .. }
            | Input::Opened { .. }
            | Input::Closed { .. }
            | Input::Command { .. }
            | Input::Payload { .. }
            | Input::Drained { .. }
            | Input::Tick => None,
        }
    }
}

/// What a swarm may want done.
#[derive(Clone, PartialEq, Debug)]
pub enum Output {
    /// Tell the tracker that we are here, or leave.
    Announce {
        /// What happened.
        event: Event,
        /// For others to take, one each.
        offers: Vec<(OfferId, String)>,
    },
    /// Tell the tracker to pass on our answer.
    Answer {
        /// Who offered.
        to: PeerId,
        /// The offer.
        offer_id: OfferId,
        /// Our session description.
        description: String,
    },
    /// Make a connection with one data channel (ordered, reliable, any label), and describe it once its candidates are
    /// gathered. Answered by [`Input::Described`].
    MakeOffer {
        /// Its name from now on.
        link: LinkId,
    },
    /// Make a connection from a peer's offer, and describe our side of it. Answered by [`Input::Described`].
    TakeOffer {
        /// Its name from now on.
        link: LinkId,
        /// The peer's session description.
        description: String,
    },
    /// The peer's answer to the link's offer.
    TakeAnswer {
        /// Which link.
        link: LinkId,
        /// The peer's session description.
        description: String,
    },
    /// Close a link, and hear of it no more.
    Close {
        /// Which.
        link: LinkId,
    },
    /// Send a message as it is.
    Send {
        /// On which link.
        link: LinkId,
        /// All of it.
        message: Vec<u8>,
    },
    /// Send a part of a body, as messages that nobody takes for commands ([`shared::peer::slices`]). Answered by
    /// [`Input::Drained`].
    SendPayload {
        /// On which link.
        link: LinkId,
        /// Of which body.
        body: BodyId,
        /// From which byte on.
        from: u64,
        /// How many, at most [`shared::peer::MESSAGE_BYTES_MAX`].
        bytes: u64,
    },
    /// The payload that was just handed in belongs here.
    Keep {
        /// To what; unknown ones begin with their first piece.
        assembly: AssemblyId,
        /// From this byte on.
        at: u64,
        /// How long the whole will be.
        total: u64,
    },
    /// A body is a piece, too: copy it. It is released apart from this.
    Join {
        /// To what; unknown ones begin with their first piece.
        assembly: AssemblyId,
        /// Which body.
        body: BodyId,
        /// From this byte on.
        at: u64,
        /// How long the whole will be.
        total: u64,
    },
    /// All pieces are there: make it a body. Answered by [`Input::Assembled`].
    Assemble {
        /// Which.
        assembly: AssemblyId,
    },
    /// Throw the pieces away.
    Discard {
        /// Which.
        assembly: AssemblyId,
    },
    /// A stored body is not served any more; the shell lets go of the bytes.
    Release {
        /// Which.
        body: BodyId,
    },
}
