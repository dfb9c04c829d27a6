//! The tracker: the instance's own machine, with a socket for each viewer.

use std::collections::BTreeMap;
use std::time::Duration;

use backend::tracker::{Input, Output, Rule, Settings, SocketId, Standing, Swarms};
use player_core::io::SwarmId;
use player_core::swarm;
use shared::id::{AccountId, InfoHash, PeerId};
use shared::meeting::Meeting;
use shared::time::Instant;
use shared::tracker::FromTracker;

/// The tracker of the film's instance.
pub(super) struct Tracker(Swarms);

/// Something a client is told: whom, and the text.
pub(super) type Reply = (usize, String);

fn socket(client: usize) -> SocketId {
    SocketId(u32::try_from(client).unwrap_or(u32::MAX))
}

impl Tracker {
    pub(super) fn new(seed: u64, info_hashes: Vec<InfoHash>) -> Tracker {
        let settings = Settings { interval: Duration::from_secs(120), messages_per_second_max: 20 };
        let mut tracker = Tracker(Swarms::new(settings, seed));
        let rule = Rule { meeting: Meeting::On, owner: AccountId(1) };
        tracker.handle(Instant::ZERO, Input::Allow { info_hashes, rule });
        tracker
    }

    fn handle(&mut self, now: Instant, input: Input<'_>) -> Vec<Reply> {
        self.0.handle(now, input);
        let mut replies = Vec::new();
        while let Some(output) = self.0.poll() {
            match output {
                Output::Send { to, text } => {
                    replies.push((usize::try_from(to.0).unwrap_or(usize::MAX), text.to_owned()));
                }
                // Browsers answer pings by themselves: `stirred`.
                Output::Ping { .. } | Output::Resident { .. } => {}
                Output::Close { why, .. } => panic!("the tracker lets a viewer go: {why:?}"),
            }
        }
        replies
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, now: Instant) -> Vec<Reply> {
        match self.0.deadline() {
            Some(deadline) if deadline <= now => self.handle(now, Input::Tick),
            Some(_) | None => Vec::new(),
        }
    }

    /// A client's socket opened.
    pub(super) fn opened(&mut self, now: Instant, client: usize) {
        self.handle(now, Input::Opened { socket: socket(client), standing: Standing::Viewer });
    }

    /// A client said something.
    pub(super) fn said(&mut self, now: Instant, client: usize, text: &str) -> Vec<Reply> {
        self.handle(now, Input::Said { socket: socket(client), text })
    }

    /// A client gave another sign of life.
    pub(super) fn stirred(&mut self, now: Instant, client: usize) {
        self.handle(now, Input::Stirred { socket: socket(client) });
    }

    /// A client's socket closed.
    pub(super) fn closed(&mut self, now: Instant, client: usize) {
        self.handle(now, Input::Closed { socket: socket(client) });
    }
}

/// Which of a viewer's swarms a message is for, and what it says to it.
pub(super) fn read(
    swarms: &BTreeMap<SwarmId, (InfoHash, PeerId)>,
    text: &str,
) -> Option<(SwarmId, swarm::Input)> {
    let of = |hash: InfoHash| swarms.iter().find(|(_, (known, _))| *known == hash).map(|(swarm, _)| *swarm);
    Some(match FromTracker::decode(text).expect("the tracker's own words") {
        FromTracker::Announced(announced) => {
            let counts = announced.counts;
            let interval = Duration::from_secs(announced.interval.into());
            let peers = u64::from(counts.complete) + u64::from(counts.incomplete);
            (of(announced.info_hash)?, swarm::Input::Announced { interval, peers })
        }
        FromTracker::Offer { info_hash, peer_id, offer } => {
            let description = offer.description.json().to_owned();
            let offer_id = offer.offer_id;
            (of(info_hash)?, swarm::Input::OfferHeard { from: peer_id, offer_id, description })
        }
        FromTracker::Answer { info_hash, peer_id, offer_id, description } => {
            let description = description.json().to_owned();
            (of(info_hash)?, swarm::Input::AnswerHeard { from: peer_id, offer_id, description })
        }
        FromTracker::Scraped { .. } => return None,
        FromTracker::Failure { reason, .. } => panic!("the tracker refuses: {reason}"),
    })
}
