//! All connections of one port: who a datagram is for, who may send now, who has to go.
//!
//! Owns the peers, the budgets of rate and memory and the bounds on strangers. Never touches a socket, a disk or a
//! swarm: datagrams, bytes that were read and moments come in, datagrams, wishes for bytes and events go out. What a
//! stranger can make it do is a look into a table; what somebody with an offer can make it do is bounded by seats.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use shared::id::Digest;
use shared::peer::slices;
use shared::time::Instant;

use super::bucket::Bucket;
use super::certificate;
use super::figures::Figures;
use super::peer::{ADDRESSES_MAX, Event, Making, Outcome, Peer, Refused};
use super::share;
use super::stun::{Patience, Request};
use crate::clock::Clock;
use crate::dice::Dice;

/// A connection that is not open by then does not come about: the way is found within a second, and the keys are
/// agreed on in a few round trips.
const OPENING_DURATION_MAX: Duration = Duration::from_secs(15);
/// An offer that nobody took by then is taken by nobody, as in the reference.
const OFFER_DURATION_MAX: Duration = Duration::from_secs(50);
/// Connections on their way to be open. Those of viewers are through in a fraction of a second; beyond, the one that
/// has tried longest gives up its seat.
const OPENING_MAX: usize = 64;
/// Offers that are looked at: each costs a millisecond or two, so that a flood of them takes a tenth of one core.
const OFFERS_PER_SECOND: u64 = 50;
/// An open connection that was sent nothing for so long gives up its seat when there is none left.
const IDLE_DURATION_MAX: Duration = Duration::from_secs(60);
/// What a peer was sent must be acknowledged within this, or it keeps memory for nothing.
const STALL_DURATION_MAX: Duration = Duration::from_secs(30);
/// What waits for a peer to acknowledge what went before. A peer that lets more pile up only asks.
const QUEUE_MAX: usize = 64;
/// With no more than this on its way, more may be asked for: the protocol's own figure.
const DRAINED_BYTES: usize = 64 * 1024;
/// How long a rate may be saved up.
const BURST: Duration = Duration::from_secs(1);
/// Messages sent before the sockets are looked at again.
const STEPS_MAX: usize = 32;

/// A connection, by number. Never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key(u64);

/// What is allowed in all and to each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Connections, open or not.
    pub peers_max: usize,
    /// Bytes of segments a second, all peers together.
    pub rate_max: u64,
    /// Bytes of segments a second to one peer.
    pub peer_rate_max: u64,
}

/// What happened.
#[derive(Debug)]
pub enum Happened {
    /// A connection is open.
    Opened(Key),
    /// A message came.
    Message(Key, Vec<u8>),
    /// A payload that was queued is on its way but for little.
    Drained(Key),
    /// These bytes are to be read for a payload, and handed to [`Hub::supply`].
    Wanted(Key, Payload),
    /// A connection is over, by the other side's doing or ours.
    Closed(Key),
}

/// A part of a file that is to be sent.
#[derive(Clone, Debug)]
pub struct Payload {
    /// Of which file.
    pub file: Arc<std::fs::File>,
    /// From which byte on.
    pub at: u64,
    /// How many, at most [`shared::peer::MESSAGE_BYTES_MAX`].
    pub bytes: u64,
}

/// A datagram to send.
#[derive(Debug)]
pub struct Datagram {
    /// Where to.
    pub to: SocketAddr,
    /// What.
    pub bytes: Vec<u8>,
}

/// All connections.
pub struct Hub {
    making: Making,
    limits: Limits,
    clock: Clock,
    dice: Dice,
    figures: Arc<Figures>,
    seats: HashMap<Key, Seat>,
    last: u64,
    opening: usize,
    names: HashMap<String, Key>,
    addresses: HashMap<SocketAddr, Key>,
    due: BTreeSet<(Instant, Key)>,
    /// Those who may have something to send, in turn.
    turns: VecDeque<Key>,
    patience: Patience,
    offers: Bucket,
    rate: Bucket,
    datagrams: VecDeque<Datagram>,
    happened: VecDeque<Happened>,
    outcome: Outcome,
}

struct Seat {
    peer: Peer,
    state: State,
    addresses: Vec<SocketAddr>,
    /// When it is looked at next; an entry of `due`.
    due: Instant,
    /// What is to be sent, in this order: a payload belongs between the commands around it.
    queue: VecDeque<Item>,
    stock: Stock,
    /// Payloads that were handed over and whose [`Happened::Drained`] is owed.
    owed: usize,
    rate: Bucket,
    /// Its own rate is used up until then.
    rests_until: Option<Instant>,
    /// When something was last sent or acknowledged.
    moved: Instant,
    held: usize,
    has_turn: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Opening { until: Instant },
    Open,
}

enum Item {
    Command(Vec<u8>),
    Payload(Payload),
}

/// What is in memory of the payload that is next.
enum Stock {
    Nothing,
    Asked,
    /// Bytes, and how many of them were sent.
    Bytes(Vec<u8>, usize),
}

/// What became of a turn.
enum Turn {
    /// A message was sent; there may be more.
    Sent,
    /// Nothing to send, or something else has to happen first.
    Rest,
    /// Its own rate is used up until then.
    Later(Instant),
}

impl Hub {
    /// Nobody yet.
    #[must_use]
    pub fn new(making: Making, limits: Limits, clock: Clock, dice: Dice, figures: Arc<Figures>) -> Hub {
        let now = clock.instant();
        Hub {
            making,
            limits,
            dice,
            figures,
            seats: HashMap::new(),
            last: 0,
            opening: 0,
            names: HashMap::new(),
            addresses: HashMap::new(),
            due: BTreeSet::new(),
            turns: VecDeque::new(),
            patience: Patience::new(now),
            offers: Bucket::new(OFFERS_PER_SECOND, BURST, now),
            rate: Bucket::new(limits.rate_max, BURST, now),
            datagrams: VecDeque::new(),
            happened: VecDeque::new(),
            outcome: Outcome::default(),
            clock,
        }
    }

    /// What peers know us by.
    #[must_use]
    pub fn face(&self) -> Digest {
        certificate::face(&self.making.certificate)
    }

    /// What is allowed.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Takes an offer: the new connection and what is answered. None when there is no room or the offer is no good.
    pub fn answer(&mut self, now: Instant, offer: &str) -> Option<(Key, String)> {
        self.seat(now, OPENING_DURATION_MAX, |making, dice, std| Peer::answer(making, dice, std, offer))
    }

    /// Makes an offer: the new connection and what is offered. None when there is no room.
    pub fn offer(&mut self, now: Instant) -> Option<(Key, String)> {
        self.seat(now, OFFER_DURATION_MAX, Peer::offer)
    }

    /// Takes the answer to what [`Hub::offer`] gave.
    pub fn accept(&mut self, now: Instant, key: Key, answer: &str) {
        let Some(seat) = self.seats.get_mut(&key) else { return };
        // From now on it is a matter of seconds.
        seat.state = State::Opening { until: now + OPENING_DURATION_MAX };
        match seat.peer.accept(answer) {
            Ok(()) => self.settle(now, key),
            Err(error) => {
                tracing::debug!(%error, "an answer was not taken");
                self.remove(key);
            }
        }
    }

    /// Others see our address `of` as this one, behind a router: offers and answers say so from now on.
    pub fn be_known_as(&mut self, address: SocketAddr, of: SocketAddr) {
        self.making.reflexive = (address != of).then_some((address, of));
    }

    fn seat(
        &mut self,
        now: Instant,
        patience: Duration,
        make: impl FnOnce(&Making, Dice, std::time::Instant) -> Result<(Peer, String), Refused>,
    ) -> Option<(Key, String)> {
        if !self.offers.is_open(now) || !self.make_room(now) {
            self.figures.rejected();
            return None;
        }
        self.offers.take(now, 1);
        let (peer, description) = match make(&self.making, self.dice, self.clock.to_std(now)) {
            Ok(made) => made,
            Err(error) => {
                tracing::debug!(%error, "an offer was not taken");
                self.figures.rejected();
                return None;
            }
        };
        self.last += 1;
        let key = Key(self.last);
        let until = now + patience;
        self.names.insert(peer.ufrag().to_owned(), key);
        self.due.insert((until, key));
        let rate = Bucket::new(self.limits.peer_rate_max, BURST, now);
        self.seats.insert(
            key,
            Seat {
                peer,
                state: State::Opening { until },
                addresses: Vec::new(),
                due: until,
                queue: VecDeque::new(),
                stock: Stock::Nothing,
                owed: 0,
                rate,
                rests_until: None,
                moved: now,
                held: 0,
                has_turn: false,
            },
        );
        self.opening += 1;
        self.settle(now, key);
        self.seats.contains_key(&key).then_some((key, description))
    }

    /// Whether there is room for one more, which somebody may have to make.
    fn make_room(&mut self, now: Instant) -> bool {
        if OPENING_MAX <= self.opening {
            let oldest =
                self.seats.iter().filter(|(_, seat)| seat.state != State::Open).map(|(key, _)| *key).min();
            if let Some(oldest) = oldest {
                self.remove(oldest);
            }
        }
        if self.seats.len() < self.limits.peers_max {
            return true;
        }
        let idle = self.seats.iter().filter(|(_, seat)| {
            seat.state == State::Open && seat.queue.is_empty() && IDLE_DURATION_MAX <= now.since(seat.moved)
        });
        let Some(longest) = idle.min_by_key(|(_, seat)| seat.moved).map(|(key, _)| *key) else {
            return false;
        };
        self.close(now, longest);
        true
    }

    /// Takes a datagram that came from `source` to our address `at`.
    pub fn hear(&mut self, now: Instant, source: SocketAddr, at: SocketAddr, datagram: &[u8]) {
        let key = match Request::parse(datagram) {
            Some(request) => match request.addressed_to() {
                Some(name) => std::str::from_utf8(name).ok().and_then(|name| self.names.get(name)),
                None => {
                    let answer = self.tell_address(now, source, datagram);
                    self.datagrams.extend(answer.map(|bytes| Datagram { to: source, bytes }));
                    return;
                }
            },
            None => self.addresses.get(&source),
        };
        let Some(key) = key.copied() else { return };
        let std = self.clock.to_std(now);
        if let Some(seat) = self.seats.get_mut(&key) {
            seat.peer.hear(std, source, at, datagram);
            self.settle(now, key);
        }
    }

    /// What a stranger is answered who asks for its own address and nothing else; none where there is no patience left.
    pub fn tell_address(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) -> Option<Vec<u8>> {
        let request = Request::parse(datagram).filter(Request::is_bare)?;
        self.patience.has_for(now, source.ip()).then(|| {
            self.figures.told_address();
            request.answer(source)
        })
    }

    /// When to come back, if nothing else happens before.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let due = self.due.first().map(|(at, _)| *at);
        let turn = (!self.turns.is_empty()).then(|| self.rate.opens_at());
        due.into_iter().chain(turn).min()
    }

    /// Lets time pass, and those who wait have their turns.
    pub fn tick(&mut self, now: Instant) {
        while let Some((at, key)) = self.due.first().copied() {
            if now < at {
                break;
            }
            self.wake(now, key);
        }
        self.take_turns(now);
    }

    fn wake(&mut self, now: Instant, key: Key) {
        let std = self.clock.to_std(now);
        let Some(seat) = self.seats.get_mut(&key) else {
            self.due.retain(|(_, of)| *of != key);
            return;
        };
        let is_late = match seat.state {
            State::Opening { until } => until <= now,
            State::Open => 0 < seat.held && STALL_DURATION_MAX <= now.since(seat.moved),
        };
        if is_late {
            self.remove(key);
            return;
        }
        if seat.rests_until.take_if(|until| *until <= now).is_some() {
            self.give_turn(key);
        }
        if let Some(seat) = self.seats.get_mut(&key) {
            seat.peer.tick(std);
            self.settle(now, key);
        }
    }

    /// Sends a command on a connection, in its turn.
    pub fn send(&mut self, now: Instant, key: Key, message: Vec<u8>) {
        let Some(seat) = self.seats.get_mut(&key) else { return };
        if QUEUE_MAX <= seat.queue.len() {
            self.figures.rejected();
            self.close(now, key);
            return;
        }
        seat.queue.push_back(Item::Command(message));
        self.give_turn(key);
    }

    /// Sends a part of a file on a connection, when its turn and the budgets have come.
    pub fn send_payload(&mut self, key: Key, payload: Payload) {
        let Some(seat) = self.seats.get_mut(&key) else { return };
        seat.queue.push_back(Item::Payload(payload));
        self.give_turn(key);
    }

    /// The bytes that [`Happened::Wanted`] asked for; none where they could not be read, which ends the connection.
    pub fn supply(&mut self, now: Instant, key: Key, bytes: Option<Vec<u8>>) {
        let Some(seat) = self.seats.get_mut(&key) else { return };
        match bytes {
            Some(bytes) => {
                seat.stock = Stock::Bytes(bytes, 0);
                self.give_turn(key);
            }
            None => self.close(now, key),
        }
    }

    /// Ends a connection.
    pub fn close(&mut self, now: Instant, key: Key) {
        if let Some(seat) = self.seats.get_mut(&key) {
            seat.peer.close();
            self.settle(now, key);
            self.remove(key);
        }
    }

    /// Bytes in memory that wait to be sent or acknowledged.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let stock = |seat: &Seat| match &seat.stock {
            Stock::Bytes(bytes, _) => bytes.len(),
            Stock::Nothing | Stock::Asked => 0,
        };
        self.seats.values().map(|seat| seat.held + stock(seat)).sum()
    }

    /// What happened, oldest first.
    pub fn poll(&mut self) -> Option<Happened> {
        self.happened.pop_front()
    }

    /// What is to be sent, oldest first.
    pub fn datagram(&mut self) -> Option<Datagram> {
        self.datagrams.pop_front()
    }

    fn give_turn(&mut self, key: Key) {
        if let Some(seat) = self.seats.get_mut(&key)
            && !seat.has_turn
        {
            seat.has_turn = true;
            self.turns.push_back(key);
        }
    }

    /// Everybody who waits sends one message, until the budget is used up or the sockets should be looked at again.
    fn take_turns(&mut self, now: Instant) {
        for _ in 0..STEPS_MAX {
            if !self.rate.is_open(now) {
                return;
            }
            let Some(key) = self.turns.pop_front() else { return };
            let Some(seat) = self.seats.get_mut(&key) else { continue };
            seat.has_turn = false;
            match self.turn(now, key) {
                Turn::Sent => {
                    self.settle(now, key);
                    self.give_turn(key);
                }
                Turn::Rest => {}
                Turn::Later(at) => self.rest(key, at),
            }
        }
    }

    fn turn(&mut self, now: Instant, key: Key) -> Turn {
        let active = self.active();
        let Some(seat) = self.seats.get_mut(&key) else { return Turn::Rest };
        let payload = match seat.queue.front() {
            None => return Turn::Rest,
            Some(Item::Command(command)) => {
                if !seat.peer.send(command, share::HELD_BYTES_MAX) {
                    return Turn::Rest;
                }
                seat.queue.pop_front();
                return Turn::Sent;
            }
            Some(Item::Payload(payload)) => payload,
        };
        match &mut seat.stock {
            Stock::Asked => Turn::Rest,
            Stock::Nothing => {
                seat.stock = Stock::Asked;
                self.happened.push_back(Happened::Wanted(key, payload.clone()));
                Turn::Rest
            }
            Stock::Bytes(bytes, sent) => {
                if !seat.rate.is_open(now) {
                    return Turn::Later(seat.rate.opens_at());
                }
                let rest = bytes.get(*sent..).unwrap_or_default();
                let Some(slice) = slices(rest, share::message_bytes(active)).next() else {
                    seat.queue.pop_front();
                    seat.stock = Stock::Nothing;
                    seat.owed += 1;
                    return Turn::Sent;
                };
                if !seat.peer.send(slice, share::held_bytes(active)) {
                    return Turn::Rest;
                }
                let length = slice.len();
                *sent += length;
                let length = u64::try_from(length).unwrap_or(u64::MAX);
                seat.moved = now;
                seat.rate.take(now, length);
                self.rate.take(now, length);
                self.figures.sent(length);
                Turn::Sent
            }
        }
    }

    /// How many are being sent something.
    fn active(&self) -> usize {
        // Few enough to count, and a count of its own could go wrong.
        self.seats.values().filter(|seat| !seat.queue.is_empty() || 0 < seat.held).count()
    }

    /// Takes what a connection made of its last input.
    fn settle(&mut self, now: Instant, key: Key) {
        let Some(seat) = self.seats.get_mut(&key) else { return };
        let mut outcome = std::mem::take(&mut self.outcome);
        let next = seat.peer.drain(&mut outcome);
        let held = seat.peer.held();
        if held < seat.held {
            seat.moved = now;
        }
        let has_room = held < seat.held;
        seat.held = held;
        for transmit in outcome.datagrams.drain(..) {
            let to = transmit.destination;
            if seat.state != State::Open
                && !seat.addresses.contains(&to)
                && seat.addresses.len() < ADDRESSES_MAX
                && !self.addresses.contains_key(&to)
            {
                seat.addresses.push(to);
                self.addresses.insert(to, key);
            }
            self.datagrams.push_back(Datagram { to, bytes: transmit.contents.to_vec() });
        }
        let mut is_over = next.is_none();
        for event in outcome.events.drain(..) {
            match event {
                Event::Opened => {
                    seat.state = State::Open;
                    seat.moved = now;
                    self.opening -= 1;
                    self.figures.opened();
                    let home = seat.peer.home();
                    for address in seat.addresses.extract_if(.., |address| Some(*address) != home) {
                        self.addresses.remove(&address);
                    }
                    self.happened.push_back(Happened::Opened(key));
                }
                Event::Message(message) => self.happened.push_back(Happened::Message(key, message)),
                Event::Closed => is_over = true,
            }
        }
        self.outcome = outcome;
        if is_over {
            self.remove(key);
            return;
        }
        while 0 < seat.owed && held <= DRAINED_BYTES {
            seat.owed -= 1;
            self.happened.push_back(Happened::Drained(key));
        }
        let late = match seat.state {
            State::Opening { until } => until,
            State::Open if 0 < held => seat.moved + STALL_DURATION_MAX,
            State::Open => Instant(u64::MAX),
        };
        let wants_turn = has_room && seat.rests_until.is_none() && !seat.queue.is_empty();
        let next = next.map_or(late, |next| self.clock.of_std(next) + Duration::from_micros(1));
        let next = late.min(next).min(seat.rests_until.unwrap_or(late));
        self.due.remove(&(seat.due, key));
        seat.due = next;
        self.due.insert((next, key));
        if wants_turn {
            self.give_turn(key);
        }
    }

    /// Gives a connection no turn before this.
    fn rest(&mut self, key: Key, until: Instant) {
        let Some(seat) = self.seats.get_mut(&key) else { return };
        seat.rests_until = Some(until);
        if until < seat.due {
            self.due.remove(&(seat.due, key));
            seat.due = until;
            self.due.insert((until, key));
        }
    }

    fn remove(&mut self, key: Key) {
        let Some(seat) = self.seats.remove(&key) else { return };
        self.names.remove(seat.peer.ufrag());
        self.due.remove(&(seat.due, key));
        for address in &seat.addresses {
            self.addresses.remove(address);
        }
        match seat.state {
            State::Opening { .. } => self.opening -= 1,
            State::Open => self.figures.closed(),
        }
        self.happened.push_back(Happened::Closed(key));
    }
}
