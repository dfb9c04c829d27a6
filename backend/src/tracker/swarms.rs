//! The tracker's view of every swarm: who is where, who is told what.
//!
//! Owns members, who may signal whom, and every bound on what a client may do. Never sees a socket, a clock or a
//! thread, and has its chance from a seed. The surprise is who a member is: a name on a socket, since the same socket
//! goes by other names in other swarms, and all of them leave with it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Range;
use std::time::Duration;

use shared::id::{AccountId, InfoHash};
use shared::limits::TRACKER_SWARMS_PER_SOCKET_MAX;
use shared::meeting::Meeting;
use shared::time::{Instant, Timestamp};
use shared::tracker::{Announce, Announced, Answer, Counts, Event, FromClient, FromTracker};

use super::chance::Chance;
use super::meeting::{Rule, Standing, may_meet};
use super::swarm::{Member, Swarm};
use super::tcp::{TcpAnnounce, TcpAnnounced};

/// How often we ask a silent client whether it is there. Routers forget connections after a minute or more.
const PING_INTERVAL: Duration = Duration::from_secs(30);
/// A client that answers no ping for so long is gone. Clients are silent for two minutes by themselves.
const SILENCE_MAX: Duration = Duration::from_secs(300);
/// A member that missed so many announces is no longer there: p2p-media-loader 2 leaves without a word when its socket
/// still serves another stream. A page in the background may be late by a minute.
const ANNOUNCES_MISSED_MAX: u32 = 3;
/// A client that takes no hint is shown the door after so many messages that were left unread.
const UNREAD_MAX: u32 = 1000;
/// What the reference tells those who scrape.
const SCRAPE_INTERVAL: Duration = Duration::from_secs(600);
/// How often peers that came over HTTP and never said goodbye are forgotten.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);
/// Text of one input's outputs that is kept for the next.
const TEXT_BYTES_KEPT: usize = 512 * 1024;

/// A client's connection, by a number that is free again once it closed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SocketId(pub u32);

/// What an instance asks of its tracker's clients.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// How often clients announce.
    pub interval: Duration,
    /// Messages of one client a second, in the long run.
    pub messages_per_second_max: u32,
}

/// Messages of one client at once, in seconds of its long run: a player that starts answers a handful of offers.
const BURST_SECONDS: u32 = 6;

/// What happens to the tracker.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input<'a> {
    /// These swarms may be.
    Allow {
        /// Their names.
        info_hashes: Vec<InfoHash>,
        /// What holds there.
        rule: Rule,
    },
    /// These may not be any more; whoever is there is told of nobody again.
    Forbid {
        /// Their names.
        info_hashes: Vec<InfoHash>,
    },
    /// A client came.
    Opened {
        /// Its connection.
        socket: SocketId,
        /// What it is to the instance.
        standing: Standing,
    },
    /// Somebody vouches for no seeder any more; those who came by their word are viewers from now on.
    TakenBack {
        /// Who.
        by: AccountId,
        /// What was promised from then on still stands.
        since: Timestamp,
    },
    /// A client said something.
    Said {
        /// Its connection.
        socket: SocketId,
        /// The whole message.
        text: &'a str,
    },
    /// A client gave another sign of life.
    Stirred {
        /// Its connection.
        socket: SocketId,
    },
    /// A client left.
    Closed {
        /// Its connection.
        socket: SocketId,
    },
    /// The instance itself is a peer from now on: it keeps every allowed stream, and takes offers nobody else gets.
    Resides,
    /// It takes one.
    Answered {
        /// Which, and how.
        answer: Answer<'a>,
    },
    /// The deadline came.
    Tick,
}

/// What the tracker wants done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output<'a> {
    /// Tell a client.
    Send {
        /// Its connection.
        to: SocketId,
        /// The whole message.
        text: &'a str,
    },
    /// Tell the instance's own peer.
    Resident {
        /// The whole message.
        text: &'a str,
    },
    /// Ask a client whether it is there.
    Ping {
        /// Its connection.
        to: SocketId,
    },
    /// Let a client go. It is forgotten already.
    Close {
        /// Its connection.
        to: SocketId,
        /// Why.
        why: Parting,
    },
}

/// Why a client is let go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parting {
    /// It gave no sign of life.
    Silent,
    /// It says more than anybody has to say.
    Flooding,
}

/// How the tracker is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// Open connections.
    pub sockets: usize,
    /// Swarms with somebody in them.
    pub swarms: usize,
    /// Members of swarms, over WebSockets.
    pub members: usize,
    /// Announces taken since the start.
    pub announces: u64,
    /// Offers relayed since the start.
    pub offers: u64,
    /// Answers relayed since the start.
    pub answers: u64,
    /// Messages refused since the start.
    pub refused: u64,
    /// Bytes read from clients since the start.
    pub bytes_in: u64,
    /// Bytes written to clients since the start.
    pub bytes_out: u64,
}

/// Every swarm.
pub struct Swarms {
    settings: Settings,
    chance: Chance,
    /// Which swarms may be, and the number of what holds there. A large instance has millions, hardly any of them with
    /// somebody in it.
    allowed: BTreeMap<InfoHash, u32>,
    rules: Rules,
    /// Where those are that have somebody.
    peopled: HashMap<InfoHash, u32>,
    swarms: Vec<Option<Swarm>>,
    free: Vec<u32>,
    sockets: Vec<Option<Socket>>,
    /// When to look after each socket: all wait equally long, so the first in is the first due.
    rounds: VecDeque<Round>,
    opened: u64,
    sweep: Option<Instant>,
    /// The instance is a peer, too.
    has_resident: bool,
    figures: Figures,
    outputs: VecDeque<Waiting>,
    /// The texts of `outputs`.
    text: String,
    chosen: Vec<usize>,
}

/// What holds in swarms, each said once: there are as many as there are owners.
#[derive(Default)]
struct Rules {
    rules: Vec<Rule>,
    numbers: HashMap<Rule, u32>,
}

impl Rules {
    fn number(&mut self, rule: Rule) -> u32 {
        *self.numbers.entry(rule).or_insert_with(|| {
            self.rules.push(rule);
            u32::try_from(self.rules.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn get(&self, number: u32) -> Option<Rule> {
        self.rules.get(number as usize).copied()
    }
}

struct Round {
    at: Instant,
    socket: SocketId,
    opened: u64,
}

struct Socket {
    standing: Standing,
    /// Which of all sockets ever it is; its number may have been another's.
    opened: u64,
    heard: Instant,
    /// When its messages so far would have come at the allowed rate.
    paced: Instant,
    unread: u32,
    seats: Vec<Seat>,
}

/// Where a socket is a member.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seat {
    swarm: u32,
    place: u32,
}

enum Waiting {
    Send { to: SocketId, text: Range<usize> },
    Resident { text: Range<usize> },
    Ping { to: SocketId },
    Close { to: SocketId, why: Parting },
}

impl Swarms {
    /// A tracker that knows no swarm yet.
    #[must_use]
    pub fn new(settings: Settings, seed: u64) -> Swarms {
        Swarms {
            settings,
            chance: Chance::new(seed),
            allowed: BTreeMap::new(),
            rules: Rules::default(),
            peopled: HashMap::new(),
            swarms: Vec::new(),
            free: Vec::new(),
            sockets: Vec::new(),
            rounds: VecDeque::new(),
            opened: 0,
            sweep: None,
            has_resident: false,
            figures: Figures::default(),
            outputs: VecDeque::new(),
            text: String::new(),
            chosen: Vec::new(),
        }
    }

    /// Takes one input. Drain [`Swarms::poll`] before the next one.
    pub fn handle(&mut self, now: Instant, input: Input<'_>) {
        debug_assert!(self.outputs.is_empty(), "drain poll() before the next handle()");
        match input {
            Input::Allow { info_hashes, rule } => self.allow(&info_hashes, rule),
            Input::Forbid { info_hashes } => self.forbid(&info_hashes),
            Input::Opened { socket, standing } => self.open(now, socket, standing),
            Input::TakenBack { by, since } => self.take_back(by, since),
            Input::Said { socket, text } => self.hear(now, socket, text),
            Input::Stirred { socket } => {
                if let Some(socket) = self.socket_mut(socket) {
                    socket.heard = now;
                }
            }
            Input::Closed { socket } => self.forget(socket),
            Input::Resides => self.has_resident = true,
            Input::Answered { answer } => self.resident_answers(&answer),
            Input::Tick => self.tick(now),
        }
    }

    /// The next thing to do, in order.
    pub fn poll(&mut self) -> Option<Output<'_>> {
        let Some(waiting) = self.outputs.pop_front() else {
            self.text.clear();
            self.text.shrink_to(TEXT_BYTES_KEPT);
            return None;
        };
        Some(match waiting {
            Waiting::Send { to, text } => Output::Send { to, text: self.text.get(text).unwrap_or_default() },
            Waiting::Resident { text } => Output::Resident { text: self.text.get(text).unwrap_or_default() },
            Waiting::Ping { to } => Output::Ping { to },
            Waiting::Close { to, why } => Output::Close { to, why },
        })
    }

    /// When to send the next [`Input::Tick`].
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        [self.rounds.front().map(|round| round.at), self.sweep].into_iter().flatten().min()
    }

    /// How it is doing.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let swarms = || self.swarms.iter().flatten();
        Figures {
            sockets: self.sockets.iter().flatten().count(),
            swarms: swarms().count(),
            members: swarms().map(|swarm| swarm.members().len()).sum(),
            ..self.figures
        }
    }

    /// Takes an announce that came over HTTP.
    ///
    /// # Errors
    /// Why it is refused, for the client.
    pub fn announce_tcp(&mut self, now: Instant, announce: &TcpAnnounce) -> Result<TcpAnnounced, String> {
        let slot = match self.swarm_of(announce.info_hash) {
            Ok(slot) => slot,
            Err(reason) => {
                self.figures.refused += 1;
                return Err(reason);
            }
        };
        self.figures.announces += 1;
        let earliest = self.earliest_announce(now);
        let settings = self.settings;
        let mut told = TcpAnnounced {
            counts: Counts::default(),
            interval: settings.interval,
            peers: Vec::new(),
            is_compact: announce.is_compact,
        };
        if let Some(swarm) = self.swarms.get_mut(slot as usize).and_then(Option::as_mut) {
            swarm.tcp.forget_before(earliest);
            swarm.tcp.take(now, announce);
            told.counts = swarm.counts();
            let present =
                usize::try_from(told.counts.complete + told.counts.incomplete).unwrap_or(usize::MAX);
            let (one, other) = (Standing::Viewer, Standing::Viewer);
            if may_meet(swarm.rule.meeting, present, one, other) && announce.event != Event::Stopped {
                told.peers = swarm.tcp.choose(&mut self.chance, announce);
            }
        }
        self.sweep.get_or_insert(now + SWEEP_INTERVAL);
        self.close_if_empty(slot);
        Ok(told)
    }

    /// How many are in these swarms, and how long to wait before asking again.
    #[must_use]
    pub fn scrape(&self, info_hashes: &[InfoHash]) -> (Vec<(InfoHash, Counts)>, Duration) {
        let counts = |info_hash: &InfoHash| {
            let swarm = self.peopled.get(info_hash).and_then(|slot| self.swarm(*slot));
            swarm.map(Swarm::counts).unwrap_or_default()
        };
        let files = info_hashes.iter().map(|info_hash| (*info_hash, counts(info_hash))).collect();
        (files, SCRAPE_INTERVAL)
    }

    fn allow(&mut self, info_hashes: &[InfoHash], rule: Rule) {
        let number = self.rules.number(rule);
        for info_hash in info_hashes {
            self.allowed.insert(*info_hash, number);
            let slot = self.peopled.get(info_hash);
            let swarm = slot.and_then(|slot| self.swarms.get_mut(*slot as usize)).and_then(Option::as_mut);
            if let Some(swarm) = swarm {
                swarm.rule = rule;
            }
        }
    }

    fn forbid(&mut self, info_hashes: &[InfoHash]) {
        for info_hash in info_hashes {
            self.allowed.remove(info_hash);
            let Some(slot) = self.peopled.remove(info_hash) else { continue };
            let Some(swarm) = self.swarms.get_mut(slot as usize).and_then(Option::take) else { continue };
            self.free.push(slot);
            for member in swarm.members() {
                if let Some(socket) = self.socket_mut(member.socket) {
                    socket.seats.retain(|seat| seat.swarm != slot);
                }
            }
        }
    }

    fn open(&mut self, now: Instant, id: SocketId, standing: Standing) {
        self.forget(id);
        let slot = id.0 as usize;
        if self.sockets.len() <= slot {
            self.sockets.resize_with(slot + 1, || None);
        }
        self.opened += 1;
        let opened = self.opened;
        if let Some(place) = self.sockets.get_mut(slot) {
            let seats = Vec::new();
            *place = Some(Socket { standing, opened, heard: now, paced: now, unread: 0, seats });
        }
        self.rounds.push_back(Round { at: now + PING_INTERVAL, socket: id, opened });
    }

    fn take_back(&mut self, by: AccountId, since: Timestamp) {
        for socket in self.sockets.iter_mut().flatten() {
            let Standing::AdmittedBy(promise) = socket.standing else { continue };
            if promise.by != by || since <= promise.made_at {
                continue;
            }
            socket.standing = Standing::Viewer;
            for seat in &socket.seats {
                let swarm = self.swarms.get_mut(seat.swarm as usize).and_then(Option::as_mut);
                if let Some(member) = swarm.and_then(|swarm| swarm.member_mut(seat.place)) {
                    member.standing = Standing::Viewer;
                }
            }
        }
    }

    fn hear(&mut self, now: Instant, from: SocketId, text: &str) {
        let settings = self.settings;
        let Some(socket) = self.socket_mut(from) else { return };
        socket.heard = now;
        match socket.pace(now, &settings) {
            Pace::Fine => {}
            Pace::Hint => return self.refuse(from, None, "too many messages, some are left unread"),
            Pace::Unread => return,
            Pace::Flood => {
                self.forget(from);
                self.outputs.push_back(Waiting::Close { to: from, why: Parting::Flooding });
                return;
            }
        }
        match FromClient::decode(text) {
            Ok(FromClient::Announce(announce)) => self.announce(now, from, &announce),
            Ok(FromClient::Answer(answer)) => self.answer(now, from, &answer),
            Ok(FromClient::Scrape(info_hashes)) if info_hashes.is_empty() => {
                self.refuse(from, None, "a scrape names its swarms");
            }
            Ok(FromClient::Scrape(info_hashes)) => {
                let (files, interval) = self.scrape(&info_hashes);
                self.send(from, &FromTracker::Scraped { files, interval: seconds(interval) });
            }
            Err(malformed) => self.refuse(from, malformed.info_hash, malformed.reason),
        }
    }

    fn announce(&mut self, now: Instant, from: SocketId, announce: &Announce<'_>) {
        let info_hash = announce.info_hash;
        let seat = match self.seat(now, from, info_hash, announce) {
            Ok(seat) => seat,
            Err(reason) => return self.refuse(from, Some(info_hash), &reason),
        };
        self.figures.announces += 1;
        if announce.event == Event::Stopped {
            self.leave(from, seat);
        }
        let counts = self.swarm(seat.swarm).map(Swarm::counts).unwrap_or_default();
        let interval = seconds(self.settings.interval);
        self.send(from, &FromTracker::Announced(Announced { info_hash, counts, interval }));
        if announce.event == Event::Stopped {
            self.close_if_empty(seat.swarm);
        } else if !announce.offers.is_empty() {
            self.relay_offers(seat, announce);
        }
    }

    fn relay_offers(&mut self, seat: Seat, announce: &Announce<'_>) {
        let Some(swarm) = self.swarms.get_mut(seat.swarm as usize).and_then(Option::as_mut) else { return };
        // A newcomer's last offer is for the instance, unless it is the only one.
        let count = announce.offers.len();
        let is_shared = self.has_resident && announce.event == Event::Started && 1 < count;
        let wanted = count - usize::from(is_shared);
        swarm.choose(&mut self.chance, seat.place, wanted, &mut self.chosen);
        for (place, offer) in self.chosen.iter().zip(&announce.offers) {
            let Some(other) = u32::try_from(*place).ok().and_then(|place| swarm.member_mut(place)) else {
                continue;
            };
            other.offered = other.offered.saturating_add(1);
            let to = other.socket;
            let message = FromTracker::Offer {
                info_hash: announce.info_hash,
                peer_id: announce.peer_id,
                offer: *offer,
            };
            send(&mut self.outputs, &mut self.text, to, &message);
            self.figures.offers += 1;
        }
        self.relay_to_resident(announce);
    }

    /// The instance gets what nobody else was given: it is there for those who find nobody else.
    fn relay_to_resident(&mut self, announce: &Announce<'_>) {
        let spare = announce.offers.get(self.chosen.len()..).unwrap_or_default().last();
        let Some(offer) = spare.filter(|_| self.has_resident) else { return };
        let (info_hash, peer_id) = (announce.info_hash, announce.peer_id);
        let start = self.text.len();
        FromTracker::Offer { info_hash, peer_id, offer: *offer }.encode(&mut self.text);
        self.outputs.push_back(Waiting::Resident { text: start..self.text.len() });
        self.figures.offers += 1;
    }

    fn resident_answers(&mut self, answer: &Answer<'_>) {
        let slot = self.peopled.get(&answer.info_hash).copied();
        let offerer = slot.and_then(|slot| self.swarm(slot)).and_then(|swarm| swarm.named(&answer.to));
        let Some(to) = offerer.map(|offerer| offerer.socket) else { return };
        let Answer { info_hash, peer_id, offer_id, description, .. } = *answer;
        self.send(to, &FromTracker::Answer { info_hash, peer_id, offer_id, description });
        self.figures.answers += 1;
    }

    fn answer(&mut self, now: Instant, from: SocketId, answer: &Answer<'_>) {
        let update = Announce {
            info_hash: answer.info_hash,
            peer_id: answer.peer_id,
            event: Event::Update,
            is_complete: false,
            offers: Vec::new(),
        };
        let seat = match self.seat(now, from, answer.info_hash, &update) {
            Ok(seat) => seat,
            Err(reason) => return self.refuse(from, Some(answer.info_hash), &reason),
        };
        let Some(swarm) = self.swarm(seat.swarm) else { return };
        let (Some(answerer), Some(offerer)) = (swarm.member(seat.place), swarm.named(&answer.to)) else {
            return;
        };
        if !swarm.joins(answerer, offerer) {
            return;
        }
        let to = offerer.socket;
        let message = FromTracker::Answer {
            info_hash: answer.info_hash,
            peer_id: answer.peer_id,
            offer_id: answer.offer_id,
            description: answer.description,
        };
        self.send(to, &message);
        self.figures.answers += 1;
    }

    /// Where a client sits in a swarm, once it said that it is there.
    fn seat(
        &mut self,
        now: Instant,
        from: SocketId,
        info_hash: InfoHash,
        announce: &Announce<'_>,
    ) -> Result<Seat, String> {
        let slot = self.swarm_of(info_hash)?;
        let Some(socket) = self.sockets.get_mut(from.0 as usize).and_then(Option::as_mut) else {
            return Err("the connection is closed".to_owned());
        };
        let Some(swarm) = self.swarms.get_mut(slot as usize).and_then(Option::as_mut) else {
            return Err("the swarm is closed".to_owned());
        };
        let is_complete = announce.is_complete || announce.event == Event::Completed;
        let named = |seat: &&Seat| {
            seat.swarm == slot
                && swarm.member(seat.place).is_some_and(|member| member.peer_id == announce.peer_id)
        };
        if let Some(seat) = socket.seats.iter().find(named).copied() {
            if let Some(member) = swarm.member_mut(seat.place) {
                member.heard = now;
                if !announce.offers.is_empty() {
                    member.offered = 0;
                }
            }
            if is_complete {
                swarm.complete(seat.place);
            }
            return Ok(seat);
        }
        if socket.seats.len() == TRACKER_SWARMS_PER_SOCKET_MAX {
            self.close_if_empty(slot);
            return Err(format!("a connection is in {TRACKER_SWARMS_PER_SOCKET_MAX} swarms at most"));
        }
        let place = swarm.add(Member {
            socket: from,
            peer_id: announce.peer_id,
            heard: now,
            offered: 0,
            is_complete,
            standing: socket.standing.among(swarm.rule.owner),
        });
        let seat = Seat { swarm: slot, place };
        socket.seats.push(seat);
        Ok(seat)
    }

    /// The swarm of an allowed hash, made if nobody is in it.
    fn swarm_of(&mut self, info_hash: InfoHash) -> Result<u32, String> {
        let Some(rule) = self.allowed.get(&info_hash).and_then(|number| self.rules.get(*number)) else {
            return Err(format!("Unknown infoHash {info_hash}"));
        };
        if rule.meeting == Meeting::Off {
            return Err("Tracker is disabled on this instance.".to_owned());
        }
        if let Some(slot) = self.peopled.get(&info_hash) {
            return Ok(*slot);
        }
        let swarm = Some(Swarm::new(info_hash, rule));
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                self.swarms.push(None);
                u32::try_from(self.swarms.len() - 1).unwrap_or(u32::MAX)
            }
        };
        if let Some(place) = self.swarms.get_mut(slot as usize) {
            *place = swarm;
        }
        self.peopled.insert(info_hash, slot);
        Ok(slot)
    }

    fn close_if_empty(&mut self, slot: u32) {
        let Some(place) = self.swarms.get_mut(slot as usize) else { return };
        if let Some(swarm) = place.take_if(|swarm| swarm.is_empty()) {
            self.free.push(slot);
            self.peopled.remove(&swarm.info_hash);
        }
    }

    /// Takes a socket out of one swarm; whoever takes its place there learns so.
    fn leave(&mut self, from: SocketId, seat: Seat) {
        if let Some(socket) = self.socket_mut(from) {
            socket.seats.retain(|other| *other != seat);
        }
        self.remove_member(seat);
    }

    fn remove_member(&mut self, seat: Seat) {
        let swarm = self.swarms.get_mut(seat.swarm as usize).and_then(Option::as_mut);
        let Some(moved) = swarm.and_then(|swarm| swarm.remove(seat.place)) else { return };
        if let Some(socket) = self.socket_mut(moved.socket) {
            let old = Seat { swarm: seat.swarm, place: moved.from };
            if let Some(place) = socket.seats.iter_mut().find(|place| **place == old) {
                place.place = moved.to;
            }
        }
    }

    fn forget(&mut self, id: SocketId) {
        // One by one, since a member that moves up may be another of the same socket.
        while let Some(seat) = self.socket_mut(id).and_then(|socket| socket.seats.pop()) {
            self.remove_member(seat);
            self.close_if_empty(seat.swarm);
        }
        if let Some(place) = self.sockets.get_mut(id.0 as usize) {
            *place = None;
        }
        while self.sockets.pop_if(|last| last.is_none()).is_some() {}
    }

    fn tick(&mut self, now: Instant) {
        while let Some(round) = self.rounds.pop_front_if(|round| round.at <= now) {
            let socket = self.sockets.get(round.socket.0 as usize).and_then(Option::as_ref);
            let Some(socket) = socket.filter(|socket| socket.opened == round.opened) else { continue };
            if SILENCE_MAX <= now.since(socket.heard) {
                self.forget(round.socket);
                self.outputs.push_back(Waiting::Close { to: round.socket, why: Parting::Silent });
                continue;
            }
            self.outputs.push_back(Waiting::Ping { to: round.socket });
            self.forget_silent_members(now, round.socket);
            self.rounds.push_back(Round { at: now + PING_INTERVAL, ..round });
        }
        if self.sweep.is_some_and(|sweep| sweep <= now) {
            self.sweep_tcp(now);
        }
    }

    fn forget_silent_members(&mut self, now: Instant, id: SocketId) {
        let earliest = self.earliest_announce(now);
        loop {
            let Some(socket) = self.sockets.get(id.0 as usize).and_then(Option::as_ref) else { return };
            let silent = socket.seats.iter().copied().find(|seat| {
                let member = self.swarm(seat.swarm).and_then(|swarm| swarm.member(seat.place));
                member.is_none_or(|member| member.heard < earliest)
            });
            let Some(seat) = silent else { return };
            self.leave(id, seat);
            self.close_if_empty(seat.swarm);
        }
    }

    fn sweep_tcp(&mut self, now: Instant) {
        let earliest = self.earliest_announce(now);
        let mut is_any_left = false;
        for slot in 0..u32::try_from(self.swarms.len()).unwrap_or(u32::MAX) {
            if let Some(swarm) = self.swarms.get_mut(slot as usize).and_then(Option::as_mut) {
                swarm.tcp.forget_before(earliest);
                is_any_left |= !swarm.tcp.is_empty();
            }
            self.close_if_empty(slot);
        }
        self.sweep = is_any_left.then_some(now + SWEEP_INTERVAL);
    }

    /// Whoever announced before then is gone.
    fn earliest_announce(&self, now: Instant) -> Instant {
        let silence = self.settings.interval * ANNOUNCES_MISSED_MAX;
        Instant(now.0.saturating_sub(u64::try_from(silence.as_micros()).unwrap_or(u64::MAX)))
    }

    fn refuse(&mut self, to: SocketId, info_hash: Option<InfoHash>, reason: &str) {
        self.figures.refused += 1;
        self.send(to, &FromTracker::Failure { info_hash, reason: reason.to_owned() });
    }

    fn send(&mut self, to: SocketId, message: &FromTracker<'_>) {
        send(&mut self.outputs, &mut self.text, to, message);
    }

    fn swarm(&self, slot: u32) -> Option<&Swarm> {
        self.swarms.get(slot as usize)?.as_ref()
    }

    fn socket_mut(&mut self, id: SocketId) -> Option<&mut Socket> {
        self.sockets.get_mut(id.0 as usize)?.as_mut()
    }
}

/// Whether a message is read.
enum Pace {
    Fine,
    /// It is not, and its sender should know.
    Hint,
    /// It is not, and its sender knows.
    Unread,
    /// Neither this one nor any more.
    Flood,
}

impl Socket {
    /// Judges one more message by how many came lately.
    fn pace(&mut self, now: Instant, settings: &Settings) -> Pace {
        let each = Duration::from_secs(1) / settings.messages_per_second_max.max(1);
        let paced = self.paced.max(now) + each;
        if paced.since(now) <= Duration::from_secs(u64::from(BURST_SECONDS)) {
            self.paced = paced;
            self.unread = 0;
            return Pace::Fine;
        }
        self.unread += 1;
        match self.unread {
            1 => Pace::Hint,
            ..=UNREAD_MAX => Pace::Unread,
            _ => Pace::Flood,
        }
    }
}

fn send(outputs: &mut VecDeque<Waiting>, out: &mut String, to: SocketId, message: &FromTracker<'_>) {
    let start = out.len();
    message.encode(out);
    outputs.push_back(Waiting::Send { to, text: start..out.len() });
}

fn seconds(span: Duration) -> u32 {
    u32::try_from(span.as_secs()).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "swarms_tests.rs"]
mod tests;
