//! How peers meet: offers and answers, by way of the tracker.
//!
//! Owns when to announce and with how many offers. Never dials the tracker: that is for whoever owns its socket, which
//! serves several swarms. The surprise is that an announce waits for its offers, which the shell has to describe first.

use std::time::Duration;

use shared::id::{Digest, OfferId, PeerId};
use shared::time::Instant;
use shared::tracker::{Description, Event};

use super::door::Swarm;
use super::io::{LinkId, Output};
use super::link::{CONNECT_MAX, DESCRIBE_MAX, Link, OFFER_LIFETIME, State};

/// Before the tracker has said how often, as the reference.
const INTERVAL_FIRST: Duration = Duration::from_secs(30);
/// Trackers count announces; PeerTube's refuses more than 15 in five minutes if it is told to.
const INTERVAL_MIN: Duration = Duration::from_secs(30);
const INTERVAL_MAX: Duration = Duration::from_secs(15 * 60);
/// A peer that gave and took nothing for so long makes room for a new one.
const USELESS_AFTER: Duration = Duration::from_secs(30);
/// A newcomer waits no longer than this for peers it might hear of.
const SETTLING_MAX: Duration = Duration::from_secs(4);
/// And no longer than this for a tracker that is silent.
const TRACKER_PATIENCE: Duration = Duration::from_millis(1500);
/// Most links that open at all have opened after this.
const CONNECT_USUAL: Duration = Duration::from_millis(1500);
/// An open link should have told within this what is at its end.
const INTRODUCTION_MAX: Duration = Duration::from_millis(800);

/// Where we stand with the tracker.
#[derive(Debug)]
pub(super) struct Signal {
    joined: Instant,
    is_up: bool,
    has_started: bool,
    /// Our offers that are described, while an announce is being prepared.
    described: Option<Vec<(OfferId, String)>>,
    last: Option<Instant>,
    interval: Duration,
    /// In the swarm by the tracker's last word, we among them; none before its first.
    peers: Option<u64>,
}

impl Signal {
    pub(super) fn new(now: Instant) -> Signal {
        Signal {
            joined: now,
            is_up: false,
            has_started: false,
            described: None,
            last: None,
            interval: INTERVAL_FIRST,
            peers: None,
        }
    }

    pub(super) fn is_up(&self) -> bool {
        self.is_up
    }
}

impl Swarm {
    pub(super) fn tracker_up(&mut self, now: Instant) {
        (self.signal.is_up, self.signal.has_started) = (true, false);
        self.prepare_announce(now);
    }

    pub(super) fn tracker_down(&mut self) {
        self.signal.is_up = false;
        self.drop_offers_in_making();
    }

    fn drop_offers_in_making(&mut self) {
        self.signal.described = None;
        let making = self.links.iter().filter(|(_, link)| matches!(link.state, State::Making { .. }));
        let making: Vec<LinkId> = making.map(|(id, _)| *id).collect();
        for link in making {
            self.close(link);
        }
    }

    /// Whether somebody is at the other end of a link, or about to be.
    #[must_use]
    pub fn has_company(&self) -> bool {
        0 < self.taken()
    }

    fn taken(&self) -> usize {
        self.links.values().filter(|link| link.is_taken()).count()
    }

    fn prepare_announce(&mut self, now: Instant) {
        self.drop_offers_in_making();
        let offered = self.links.values().filter(|link| !link.is_taken()).count();
        let room = self.config.links_max.saturating_sub(self.taken());
        let count = self.config.offers_max.min(room);
        // Old offers count for nothing with the tracker, but each is a connection that waits.
        let too_many = (offered + count).saturating_sub(2 * self.config.offers_max);
        for _ in 0..count - too_many.min(count) {
            let expires = now + DESCRIBE_MAX;
            let state = State::Making { expires };
            let link = self.new_link(Link { peer: None, is_ours: true, is_instance: false, state });
            self.put(Output::MakeOffer { link });
        }
        self.signal.described = Some(Vec::new());
        self.announce_if_ready(now);
    }

    fn announce_if_ready(&mut self, now: Instant) {
        let is_making = self.links.values().any(|link| matches!(link.state, State::Making { .. }));
        let Some(offers) = self.signal.described.take_if(|_| !is_making) else { return };
        let event = if self.signal.has_started { Event::Update } else { Event::Started };
        (self.signal.has_started, self.signal.last) = (true, Some(now));
        self.put(Output::Announce { event, offers });
    }

    fn new_offer_id(&mut self) -> OfferId {
        let mut bytes = [0; 20];
        for byte in &mut bytes {
            *byte = u8::try_from(self.dice.roll(256)).unwrap_or(0);
        }
        OfferId(bytes)
    }

    pub(super) fn say_stopped(&mut self) {
        self.put(Output::Announce { event: Event::Stopped, offers: Vec::new() });
    }

    pub(super) fn announced(&mut self, interval: Duration, peers: u64) {
        self.signal.interval = interval.clamp(INTERVAL_MIN, INTERVAL_MAX);
        self.signal.peers = Some(peers);
    }

    pub(super) fn described(&mut self, now: Instant, id: LinkId, description: String) {
        let new_name = self.new_offer_id();
        let Some(link) = self.links.get_mut(&id) else { return };
        match link.state {
            State::Making { .. } => {
                link.state = State::Offered { offer_id: new_name, expires: now + OFFER_LIFETIME };
                if let Some(described) = &mut self.signal.described {
                    described.push((new_name, description));
                }
                self.announce_if_ready(now);
            }
            State::Answering { offer_id, .. } => {
                link.state = State::Connecting { since: now, expires: now + CONNECT_MAX };
                if let Some(to) = link.peer {
                    self.put(Output::Answer { to, offer_id, description });
                }
            }
            State::Offered { .. } | State::Connecting { .. } | State::Open(_) => {}
        }
    }

    fn is_linked(&self, peer: PeerId) -> bool {
        self.sessions().any(|(_, of, _)| of == peer)
    }

    fn is_welcome(&self, now: Instant, peer: PeerId) -> bool {
        peer != self.config.me && !self.repute.is_shunned(now, peer) && !self.is_linked(peer)
    }

    pub(super) fn offer_heard(&mut self, now: Instant, from: PeerId, offer_id: OfferId, description: String) {
        if !self.is_welcome(now, from) || !self.make_room(now) {
            return;
        }
        let state = State::Answering { offer_id, expires: now + DESCRIBE_MAX };
        let is_instance = self.is_instance(&description);
        let link = self.new_link(Link { peer: Some(from), is_ours: false, is_instance, state });
        self.put(Output::TakeOffer { link, description });
    }

    pub(super) fn answer_heard(
        &mut self,
        now: Instant,
        from: PeerId,
        offer_id: OfferId,
        description: String,
    ) {
        let is_it = |link: &Link| matches!(link.state, State::Offered { offer_id: of, .. } if of == offer_id);
        let Some(id) = self.links.iter().find(|(_, link)| is_it(link)).map(|(id, _)| *id) else { return };
        if !self.is_welcome(now, from) || !self.make_room(now) {
            return self.close(id);
        }
        let is_instance = self.is_instance(&description);
        if let Some(link) = self.links.get_mut(&id) {
            (link.peer, link.is_instance) = (Some(from), is_instance);
            link.state = State::Connecting { since: now, expires: now + CONNECT_MAX };
            self.put(Output::TakeAnswer { link: id, description });
        }
    }

    /// Whether a description is of the instance's making.
    fn is_instance(&self, description: &str) -> bool {
        self.config.instance.is_some_and(|instance| shows(description, instance))
    }

    /// Whether one more peer may come; closes the link that has been of no use for longest, if need be.
    fn make_room(&mut self, now: Instant) -> bool {
        if self.taken() < self.config.links_max {
            return true;
        }
        let useless = self.sessions().filter(|(_, _, session)| {
            let is_idle = session.download.is_none() && session.upload.is_none();
            is_idle && USELESS_AFTER <= now.since(session.useful)
        });
        let useless = useless.min_by_key(|(_, _, session)| session.useful).map(|(link, _, _)| link);
        if let Some(link) = useless {
            self.close(link);
        }
        useless.is_some()
    }

    /// Announces when it is time.
    pub(super) fn keep_in_touch(&mut self, now: Instant) {
        self.announce_if_ready(now);
        if self.signal_deadline().is_some_and(|at| at <= now) {
            self.prepare_announce(now);
        }
    }

    pub(super) fn signal_deadline(&self) -> Option<Instant> {
        if !self.signal.is_up || self.signal.described.is_some() {
            return None;
        }
        // Who is alone in company asks again sooner.
        let is_lonely = self.taken() == 0 && self.signal.peers.is_some_and(|peers| 1 < peers);
        let interval = if is_lonely { INTERVAL_MIN } else { self.signal.interval };
        self.signal.last.map(|last| last + interval)
    }

    /// Whether it is too early to say that there is nobody to ask.
    #[must_use]
    pub fn is_settling(&self, now: Instant) -> bool {
        let age = now.since(self.signal.joined);
        if SETTLING_MAX <= age {
            return false;
        }
        let is_connecting = |link: &Link| match link.state {
            State::Answering { .. } => true,
            State::Connecting { since, .. } => now.since(since) < CONNECT_USUAL,
            State::Open(ref session) => !session.has_announced && now.since(session.since) < INTRODUCTION_MAX,
            State::Making { .. } | State::Offered { .. } => false,
        };
        let hears_of_peers = self.links.values().any(is_connecting);
        let has_peers = self.sessions().next().is_some();
        hears_of_peers
            || (!has_peers
                && match self.signal.peers {
                    Some(peers) => 1 < peers,
                    None => age < TRACKER_PATIENCE,
                })
    }
}

/// Whether who is described shows this certificate and no other. (RFC 8122 §5; the browser refuses whoever then shows
/// another than it described.)
fn shows(description: &str, certificate: Digest) -> bool {
    let Some(sdp) = Description::parse(description).and_then(Description::sdp) else { return false };
    let mut shown = sdp.lines().filter_map(|line| line.strip_prefix("a=fingerprint:")).peekable();
    let is_it = |shown: &str| {
        let hex: Option<String> = shown.trim_end().strip_prefix("sha-256 ").map(|hex| hex.replace(':', ""));
        hex.and_then(|hex| hex.parse::<Digest>().ok()) == Some(certificate)
    };
    shown.peek().is_some() && shown.all(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instance_is_known_by_its_certificate_alone() {
        let (ours, other) = (Digest([0xab; 32]), Digest([1; 32]));
        let line = |digest: Digest| {
            let hex: Vec<String> = digest.0.iter().map(|byte| format!("{byte:02X}")).collect();
            format!("a=fingerprint:sha-256 {}\r\n", hex.join(":"))
        };
        let described =
            |lines: &[String]| Description::answer(&format!("v=0\r\n{}a=setup:active\r\n", lines.concat()));
        assert!(shows(&described(&[line(ours)]), ours));
        assert!(shows(&described(&[line(ours), line(ours)]), ours));
        assert!(!shows(&described(&[line(other)]), ours));
        assert!(!shows(&described(&[line(other), line(ours)]), ours), "one of two could be shown");
        assert!(!shows(&described(&[format!("a=x:{}", line(ours))]), ours));
        assert!(!shows(&described(&[]), ours));
        assert!(!shows("no description", ours));
    }
}
