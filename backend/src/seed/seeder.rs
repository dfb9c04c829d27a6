//! The swarms we are in: the protocol's machine for each, and the connections that carry it.
//!
//! Owns which connection belongs to which swarm, and what each swarm may give. Never decides what the protocol decides,
//! and never waits: bytes that are to be read are asked for. The surprise is that nothing is ever taken from peers: what
//! we give lies on our disk already.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use player_core::io::BodyId;
use player_core::swarm::{Config, Input, LinkId, Output, Swarm};
use shared::id::{Digest, InfoHash, OfferId, PeerId};
use shared::peer::{SegmentId, is_command};
use shared::time::Instant;
use shared::tracker::Event;

use super::figures::Figures;
use super::hub::{Datagram, Happened, Hub, Key, Payload};
use super::library::Holding;
use crate::dice::Dice;

/// A swarm in which nobody was linked with us for so long is left, where others come only by the tracker's word.
const EMPTY_DURATION_MAX: Duration = Duration::from_secs(120);
/// More swarms at once are more than one port has seats for.
const SWARMS_MAX: usize = 1000;
/// How soon a swarm is looked at again at the earliest.
const ROUND: Duration = Duration::from_millis(1);
/// What each upload gets at least: slower ones are late everywhere, so that more at once would help nobody.
const UPLOAD_RATE_MIN: u64 = 50_000;

/// How we take part in a swarm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stay {
    /// While somebody is there; the tracker tells us who comes.
    WhileNeeded,
    /// Until told otherwise, and we look for others ourselves.
    Always,
}

/// Whether a swarm's segments may be given at this moment.
pub type MayGive = Arc<dyn Fn() -> bool + Send + Sync>;

/// What the tracker is to be told.
#[derive(Debug)]
pub enum Told {
    /// That we are there, or leave.
    Announce {
        /// In which swarm.
        info_hash: InfoHash,
        /// Our name there.
        me: PeerId,
        /// What happened.
        event: Event,
        /// For others, with their SDP.
        offers: Vec<(OfferId, String)>,
    },
    /// Our answer to somebody's offer.
    Answer {
        /// In which swarm.
        info_hash: InfoHash,
        /// Our name there.
        me: PeerId,
        /// Who offered.
        to: PeerId,
        /// The offer.
        offer_id: OfferId,
        /// Our SDP.
        description: String,
    },
}

/// All swarms.
pub struct Seeder {
    hub: Hub,
    dice: Dice,
    figures: Arc<Figures>,
    members: HashMap<InfoHash, Member>,
    links: HashMap<Key, (InfoHash, LinkId)>,
    due: BTreeSet<(Instant, InfoHash)>,
    told: VecDeque<Told>,
    wanted: VecDeque<(Key, Payload)>,
    peers_max: usize,
    uploads_max: usize,
}

struct Member {
    swarm: Swarm,
    me: PeerId,
    holding: Holding,
    may_give: MayGive,
    stay: Stay,
    keys: BTreeMap<LinkId, Key>,
    /// An entry of `due`.
    due: Instant,
    /// When the last link went, or none was there yet.
    empty_since: Instant,
}

impl Seeder {
    /// What peers know us by.
    #[must_use]
    pub fn face(&self) -> Digest {
        self.hub.face()
    }

    /// In no swarm yet.
    #[must_use]
    pub fn new(hub: Hub, dice: Dice, figures: Arc<Figures>) -> Seeder {
        let limits = hub.limits();
        let uploads_max = usize::try_from(limits.rate_max / UPLOAD_RATE_MIN).unwrap_or(usize::MAX).max(1);
        Seeder {
            hub,
            dice,
            figures,
            members: HashMap::new(),
            links: HashMap::new(),
            due: BTreeSet::new(),
            told: VecDeque::new(),
            wanted: VecDeque::new(),
            peers_max: limits.peers_max,
            uploads_max,
        }
    }

    /// Whether we are in this swarm.
    #[must_use]
    pub fn is_in(&self, info_hash: InfoHash) -> bool {
        self.members.contains_key(&info_hash)
    }

    /// Takes part in a swarm, as one who has everything. Whether there is room for one more.
    pub fn join(
        &mut self,
        now: Instant,
        info_hash: InfoHash,
        holding: Holding,
        may_give: MayGive,
        stay: Stay,
    ) -> bool {
        if self.is_in(info_hash) || SWARMS_MAX <= self.members.len() {
            return self.is_in(info_hash);
        }
        let me = PeerId::from_random(self.dice.bytes());
        let config = Config {
            uploads_max: self.uploads_max,
            offers_max: match stay {
                Stay::WhileNeeded => 0,
                Stay::Always => Config::viewer(me).offers_max,
            },
            // The hub's own budget is for all swarms together.
            ..Config::seeder(me, self.peers_max, None)
        };
        let seed = u64::from_be_bytes(self.dice.bytes());
        let mut swarm = Swarm::new(now, config, seed);
        for segment in holding.segments() {
            // A segment's number is its body's, too: each is where the playlist says, for as long as we are here.
            let Ok(body) = u64::try_from(segment.id.0) else { continue };
            swarm.store(segment.id, BodyId(body), segment.range.len(), false);
        }
        let member =
            Member { swarm, me, holding, may_give, stay, keys: BTreeMap::new(), due: now, empty_since: now };
        self.members.insert(info_hash, member);
        self.figures.in_swarms(self.members.len());
        self.due.insert((now, info_hash));
        true
    }

    /// Adds segments that have come to be there since.
    pub fn add(&mut self, now: Instant, info_hash: InfoHash, holding: Holding) {
        let Some(member) = self.members.get_mut(&info_hash) else { return };
        for segment in holding.segments() {
            if member.holding.get(segment.id).is_some() {
                continue;
            }
            let Ok(body) = u64::try_from(segment.id.0) else { continue };
            member.swarm.store(segment.id, BodyId(body), segment.range.len(), false);
        }
        member.holding = holding;
        self.tell(now, info_hash, Input::Tick);
    }

    /// Leaves a swarm, and everybody in it.
    pub fn leave(&mut self, now: Instant, info_hash: InfoHash) {
        let Some(member) = self.members.get_mut(&info_hash) else { return };
        member.swarm.leave();
        let nobody_to_tell = self.obey(now, info_hash);
        drop(nobody_to_tell);
        if let Some(member) = self.members.remove(&info_hash) {
            self.figures.in_swarms(self.members.len());
            self.due.remove(&(member.due, info_hash));
            for key in member.keys.into_values() {
                self.links.remove(&key);
                self.hub.close(now, key);
            }
        }
        self.follow(now);
    }

    /// Leaves every swarm.
    pub fn leave_all(&mut self, now: Instant) {
        let all: Vec<InfoHash> = self.members.keys().copied().collect();
        for info_hash in all {
            self.leave(now, info_hash);
        }
    }

    /// Hears of a swarm by the tracker.
    pub fn hear_of(&mut self, now: Instant, info_hash: InfoHash, input: Input) {
        self.tell(now, info_hash, input);
        self.follow(now);
    }

    /// Takes a datagram that came from `source` to our address `at`.
    pub fn hear(&mut self, now: Instant, source: SocketAddr, at: SocketAddr, datagram: &[u8]) {
        self.hub.hear(now, source, at, datagram);
        self.follow(now);
    }

    /// What a stranger is answered who asks for its own address.
    pub fn tell_address(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) -> Option<Vec<u8>> {
        self.hub.tell_address(now, source, datagram)
    }

    /// The bytes that [`Seeder::wanted`] asked for; none where they could not be read.
    pub fn supply(&mut self, now: Instant, key: Key, bytes: Option<Vec<u8>>) {
        self.hub.supply(now, key, bytes);
        self.follow(now);
    }

    /// Lets time pass.
    pub fn tick(&mut self, now: Instant) {
        self.hub.tick(now);
        while let Some((at, info_hash)) = self.due.first().copied() {
            if now < at {
                break;
            }
            self.tell(now, info_hash, Input::Tick);
            let is_over = self.members.get(&info_hash).is_some_and(|member| {
                member.stay == Stay::WhileNeeded
                    && member.keys.is_empty()
                    && EMPTY_DURATION_MAX <= now.since(member.empty_since)
            });
            if is_over {
                self.leave(now, info_hash);
            }
        }
        self.follow(now);
    }

    /// When to come back, if nothing else happens before.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let due = self.due.first().map(|(at, _)| *at);
        self.hub.deadline().into_iter().chain(due).min()
    }

    /// What the tracker is to be told, oldest first.
    pub fn told(&mut self) -> Option<Told> {
        self.told.pop_front()
    }

    /// What is to be read for somebody, oldest first.
    pub fn wanted(&mut self) -> Option<(Key, Payload)> {
        self.wanted.pop_front()
    }

    /// What is to be sent, oldest first.
    pub fn datagram(&mut self) -> Option<Datagram> {
        self.hub.datagram()
    }

    /// Others see our address `of` as this one, behind a router.
    pub fn be_known_as(&mut self, address: SocketAddr, of: SocketAddr) {
        self.hub.be_known_as(address, of);
    }

    /// Bytes in memory that wait to be sent or acknowledged.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.hub.held_bytes()
    }

    /// Passes on what happened on connections, until nothing follows from it.
    fn follow(&mut self, now: Instant) {
        while let Some(happened) = self.hub.poll() {
            match happened {
                Happened::Opened(key) => self.tell_of(now, key, |link| Input::Opened { link }),
                Happened::Drained(key) => self.tell_of(now, key, |link| Input::Drained { link }),
                Happened::Wanted(key, payload) => self.want(now, key, payload),
                Happened::Message(key, message) if is_command(&message) => {
                    self.tell_of(now, key, |link| Input::Command { link, message });
                }
                // We never asked for a segment.
                Happened::Message(key, _) => {
                    self.figures.rejected();
                    self.hub.close(now, key);
                }
                Happened::Closed(key) => {
                    let Some((info_hash, link)) = self.links.remove(&key) else { continue };
                    if let Some(member) = self.members.get_mut(&info_hash) {
                        member.keys.remove(&link);
                        member.empty_since = now;
                    }
                    self.tell(now, info_hash, Input::Closed { link });
                }
            }
        }
    }

    fn want(&mut self, now: Instant, key: Key, payload: Payload) {
        let member = self.links.get(&key).and_then(|(info_hash, _)| self.members.get(info_hash));
        // A video may have become private since it was asked for.
        if member.is_some_and(|member| (member.may_give)()) {
            self.wanted.push_back((key, payload));
            return;
        }
        let of = self.links.get(&key).map(|(info_hash, _)| *info_hash);
        match of {
            Some(info_hash) => self.leave(now, info_hash),
            None => self.hub.close(now, key),
        }
    }

    fn tell_of(&mut self, now: Instant, key: Key, input: impl FnOnce(LinkId) -> Input) {
        match self.links.get(&key).copied() {
            Some((info_hash, link)) => self.tell(now, info_hash, input(link)),
            None => self.hub.close(now, key),
        }
    }

    fn tell(&mut self, now: Instant, info_hash: InfoHash, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            if let Some(member) = self.members.get_mut(&info_hash) {
                member.swarm.handle(now, input);
            }
            inputs.extend(self.obey(now, info_hash));
        }
        self.book(now, info_hash);
    }

    /// Does what a swarm's machine wants done, and gives what it is to be told of that.
    fn obey(&mut self, now: Instant, info_hash: InfoHash) -> Vec<Input> {
        let mut answers = Vec::new();
        while let Some(output) = self.members.get_mut(&info_hash).and_then(|member| member.swarm.poll()) {
            answers.extend(self.act(now, info_hash, output));
        }
        answers
    }

    fn act(&mut self, now: Instant, info_hash: InfoHash, output: Output) -> Option<Input> {
        let member = self.members.get_mut(&info_hash)?;
        let me = member.me;
        match output {
            Output::Announce { event, offers } => {
                self.told.push_back(Told::Announce { info_hash, me, event, offers });
            }
            Output::Answer { to, offer_id, description } => {
                self.told.push_back(Told::Answer { info_hash, me, to, offer_id, description });
            }
            Output::MakeOffer { link } => {
                let made = self.hub.offer(now);
                return Some(self.link(info_hash, link, made));
            }
            Output::TakeOffer { link, description } => {
                let made = self.hub.answer(now, &description);
                return Some(self.link(info_hash, link, made));
            }
            Output::TakeAnswer { link, description } => {
                if let Some(key) = member.keys.get(&link) {
                    self.hub.accept(now, *key, &description);
                }
            }
            Output::Close { link } => {
                if let Some(key) = member.keys.remove(&link) {
                    member.empty_since = now;
                    self.links.remove(&key);
                    self.hub.close(now, key);
                }
            }
            Output::Send { link, message } => {
                if let Some(key) = member.keys.get(&link) {
                    self.hub.send(now, *key, message);
                }
            }
            Output::SendPayload { link, body, from, bytes } => {
                let id = SegmentId(i64::try_from(body.0).ok()?);
                let (key, segment) = (*member.keys.get(&link)?, member.holding.get(id)?);
                let at = segment.range.offset() + from;
                self.hub.send_payload(key, Payload { file: member.holding.file().clone(), at, bytes });
            }
            // Bodies are where they are for as long as we are here, and nothing is ever fetched.
            Output::Release { .. }
            | Output::Keep { .. }
            | Output::Join { .. }
            | Output::Assemble { .. }
            | Output::Discard { .. } => {}
        }
        None
    }

    /// Binds a new connection to the link it was made for.
    fn link(&mut self, info_hash: InfoHash, link: LinkId, made: Option<(Key, String)>) -> Input {
        let Some((key, description)) = made else { return Input::Closed { link } };
        if let Some(member) = self.members.get_mut(&info_hash) {
            member.keys.insert(link, key);
        }
        self.links.insert(key, (info_hash, link));
        Input::Described { link, description }
    }

    /// Notes when a swarm is looked at next.
    fn book(&mut self, now: Instant, info_hash: InfoHash) {
        let Some(member) = self.members.get_mut(&info_hash) else { return };
        let empty = member.empty_since + EMPTY_DURATION_MAX;
        let check = (member.stay == Stay::WhileNeeded && member.keys.is_empty()).then_some(empty);
        let next = member.swarm.deadline().into_iter().chain(check).min();
        // A deadline that has passed is for the next round, so that no machine holds up the others.
        let next = next.unwrap_or(now + EMPTY_DURATION_MAX).max(now + ROUND);
        self.due.remove(&(member.due, info_hash));
        member.due = next;
        self.due.insert((next, info_hash));
    }
}
