//! The world: viewers, the network between them, the tracker, and time.
//!
//! Keeps the rules of every run; see the assertions here and in `viewer`.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use player_core::io::{BodyId, FetchId, Input, SwarmId};
use player_core::swarm::{self, LinkId};
use shared::peer::{Message as PeerMessage, SegmentId, SegmentSet, frames};
use shared::time::Instant;
use shared::tracker::{Announce, Answer, Description, FromClient, Offer};

use super::film::{self, Film};
use super::network::{Brought, Dice, End, Message, Network};
use super::report::{Report, Seen};
use super::scenario::Scenario;
use super::tracker::{self, Tracker};
use super::viewer::{Deed, Kind, Viewer};

const STEP: Duration = Duration::from_millis(10);
const HASHING: Duration = Duration::from_millis(3);
const TO_TRACKER: Duration = Duration::from_millis(30);
/// A browser answers pings this often.
const STIRRING: Duration = Duration::from_secs(30);
/// Gathering candidates.
const DESCRIBING: Duration = Duration::from_millis(120);
/// ICE, DTLS and SCTP, without the trips.
const CONNECTING: Duration = Duration::from_millis(250);
/// Whoever vanishes is noticed by the others after this.
const VANISHING: Duration = Duration::from_secs(8);
/// A channel holds what was sent before it drained, and commands.
const QUEUED_MAX: u64 = 2 * 65_535 + 600_000;
/// What a viewer's swarm is linked with at most, as its configuration says.
const LINKS_MAX: usize = 12;
/// A flooder's browser takes no more at once than this.
const FLOOD_QUEUE: u64 = 256 * 1024;
/// A viewer may take so much longer than the film.
const PATIENCE: u32 = 3;

/// Something that is going to happen.
#[derive(Debug)]
enum Event {
    Hash(usize, BodyId),
    /// The origin answers with an error.
    Refused(usize, FetchId),
    TrackerUp(usize),
    /// The viewer's browser answers pings.
    Stir(usize),
    ToTracker(usize, String),
    FromTracker(usize, String),
    Described(End, String),
    /// The offering end's description reached the other, and the answer came back.
    Connect(End, End),
    Opened(End),
    Closed(End),
    Arrive(End, Message),
}

struct World {
    now: Instant,
    scenario: Scenario,
    viewers: Vec<Viewer>,
    network: Network,
    tracker: Tracker,
    events: BTreeMap<(Instant, u64), Event>,
    events_made: u64,
    /// Ends that exist, so that a message to one that was closed is lost.
    open: BTreeSet<End>,
    /// Who comes and goes; the same whether people share or not.
    dice: Dice,
    breaks: Dice,
}

/// Runs a scenario.
///
/// # Panics
/// When a rule is broken.
#[must_use]
pub fn run(scenario: &Scenario) -> Report {
    let film = Rc::new(Film::new(scenario.film, &scenario.ladder));
    let mut world = World::new(scenario);
    let rogues = [
        (Kind::Liar, scenario.liars),
        (Kind::Staller, scenario.stallers),
        (Kind::Flooder, scenario.flooders),
    ];
    let mut arrivals: Vec<(Instant, Kind)> = Vec::new();
    for (kind, count) in rogues {
        arrivals.extend((0..count).map(|_| (Instant::ZERO, kind)));
    }
    for place in 0..scenario.viewers {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        // Nobody arrives in the same millisecond.
        let spread = Duration::from_millis(world.dice.roll(300));
        arrivals.push((Instant::ZERO + scenario.stagger * place + spread, Kind::Honest));
    }
    arrivals.sort_by_key(|(at, _)| *at);
    let mut leaves: Vec<Option<Instant>> = Vec::new();
    let last = arrivals.last().map_or(Instant::ZERO, |(at, _)| *at);
    let end = last + scenario.film * PATIENCE + Duration::from_secs(60);
    let mut arrivals = arrivals.into_iter().peekable();
    while world.now < end {
        while let Some((_, kind)) = arrivals.next_if(|(at, _)| *at <= world.now) {
            world.arrive(kind, &film);
            let leaves_early = kind == Kind::Honest && world.dice.percent(scenario.churn_percent);
            let after =
                Duration::from_millis(world.dice.roll(u64::try_from(scenario.film.as_millis()).unwrap_or(1)));
            leaves.push(leaves_early.then(|| world.now + after));
        }
        for (viewer, leave) in leaves.iter_mut().enumerate() {
            if leave.take_if(|at| *at <= world.now).is_some() {
                world.vanish(viewer);
            }
        }
        world.step();
        let is_over =
            |viewer: &Viewer| viewer.kind != Kind::Honest || viewer.is_gone || viewer.element.has_ended;
        if arrivals.peek().is_none() && world.viewers.iter().all(is_over) {
            break;
        }
    }
    world.report()
}

impl World {
    fn new(scenario: &Scenario) -> World {
        World {
            now: Instant::ZERO,
            viewers: Vec::new(),
            network: Network::new(scenario.origin_rate, scenario.loss_percent, scenario.seed ^ 1),
            tracker: Tracker::new(scenario.seed ^ 2, film::info_hashes(scenario.ladder.len())),
            events: BTreeMap::new(),
            events_made: 0,
            open: BTreeSet::new(),
            dice: Dice::new(scenario.seed ^ 3),
            breaks: Dice::new(scenario.seed ^ 4),
            scenario: scenario.clone(),
        }
    }

    fn arrive(&mut self, kind: Kind, film: &Rc<Film>) {
        let seed = self.dice.roll(u64::MAX);
        self.network.add_line(self.scenario.down_rate, self.scenario.up_rate);
        self.viewers.push(Viewer::new(self.now, kind, film.clone(), seed, &self.scenario));
        self.carry_out(self.viewers.len() - 1);
    }

    fn later(&mut self, after: Duration, event: Event) {
        self.at(self.now + after, event);
    }

    fn at(&mut self, at: Instant, event: Event) {
        self.events_made += 1;
        self.events.insert((at, self.events_made), event);
    }

    fn step(&mut self) {
        self.now = self.now + STEP;
        let now = self.now;
        for brought in self.network.advance(now) {
            match brought {
                Brought::Progress(viewer, id, bytes) => {
                    self.with(viewer, |viewer| viewer.progress(now, id, bytes))
                }
                Brought::Done(viewer, id) => self.with(viewer, |viewer| viewer.fetched(now, id)),
                Brought::Broken(viewer, id, bytes) => {
                    self.with(viewer, |viewer| viewer.broken(now, id, bytes))
                }
                Brought::Left(at, end, message) => self.at(at, Event::Arrive(end, message)),
                Brought::Drained(end) => self.tell(end, swarm::Input::Drained { link: end.2 }),
            }
        }
        while let Some(entry) = self.events.first_entry() {
            if now < entry.key().0 {
                break;
            }
            let event = entry.remove();
            self.happen(event);
        }
        let replies = self.tracker.advance(now);
        self.pass_on(replies);
        for viewer in 0..self.viewers.len() {
            self.with(viewer, |viewer| viewer.advance(now));
            self.flood(viewer);
        }
        assert!(
            self.network.queued_most <= QUEUED_MAX,
            "{} bytes wait on a channel",
            self.network.queued_most
        );
    }

    fn pass_on(&mut self, replies: Vec<tracker::Reply>) {
        for (to, text) in replies {
            self.later(TO_TRACKER, Event::FromTracker(to, text));
        }
    }

    /// Lets a viewer that is there do something, and then what it wants done.
    fn with(&mut self, place: usize, act: impl FnOnce(&mut Viewer)) {
        if let Some(viewer) = self.viewers.get_mut(place).filter(|viewer| !viewer.is_gone) {
            act(viewer);
            self.carry_out(place);
        }
    }

    fn tell(&mut self, (viewer, swarm, _): End, input: swarm::Input) {
        let now = self.now;
        self.with(viewer, |viewer| viewer.give(now, Input::Swarm { swarm, input }));
    }

    fn happen(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::Hash(viewer, body) => self.with(viewer, |viewer| viewer.hashed(now, body)),
            Event::Refused(viewer, id) => self.with(viewer, |viewer| viewer.refused(now, id)),
            Event::TrackerUp(viewer) => {
                self.tracker.opened(now, viewer);
                self.with(viewer, |viewer| viewer.give(now, Input::TrackerUp));
                self.later(STIRRING, Event::Stir(viewer));
            }
            Event::Stir(viewer) => {
                if self.viewers.get(viewer).is_some_and(|viewer| !viewer.is_gone) {
                    self.tracker.stirred(now, viewer);
                    self.later(STIRRING, Event::Stir(viewer));
                }
            }
            Event::ToTracker(viewer, text) => {
                if self.viewers.get(viewer).is_some_and(|viewer| !viewer.is_gone) {
                    let replies = self.tracker.said(now, viewer, &text);
                    self.pass_on(replies);
                }
            }
            Event::FromTracker(viewer, text) => {
                let swarms = self.viewers.get(viewer).map(|viewer| &viewer.swarms);
                if let Some((swarm, input)) = swarms.and_then(|swarms| tracker::read(swarms, &text)) {
                    self.tell((viewer, swarm, LinkId(0)), input);
                }
            }
            Event::Described(end, description) => {
                self.tell(end, swarm::Input::Described { link: end.2, description });
            }
            Event::Connect(offering, answering) => {
                if self.may_meet(offering.0, answering.0) {
                    for (one, other) in [(offering, answering), (answering, offering)] {
                        self.open.insert(one);
                        let links =
                            self.open.range((one.0, one.1, LinkId(0))..=(one.0, one.1, LinkId(u64::MAX)));
                        assert!(links.count() <= LINKS_MAX, "too many links");
                        let trips = Network::delay(one.0, other.0) * 2;
                        self.later(CONNECTING + trips, Event::Opened(one));
                    }
                    self.network.connect(offering, answering);
                }
            }
            Event::Opened(end) => {
                if self.open.contains(&end) {
                    self.tell(end, swarm::Input::Opened { link: end.2 });
                }
            }
            Event::Closed(end) => {
                if self.open.remove(&end) {
                    self.tell(end, swarm::Input::Closed { link: end.2 });
                }
            }
            Event::Arrive(end, message) => {
                if self.open.contains(&end) {
                    self.with(end.0, |viewer| viewer.hear(now, end.1, end.2, message));
                }
            }
        }
    }

    fn is_origin_out(&self) -> bool {
        let now = self.now.since(Instant::ZERO);
        self.scenario.outage.is_some_and(|(from, until)| (from..until).contains(&now))
    }

    /// Pairs behind networks of the wrong kind never meet, however often they try.
    fn may_meet(&self, one: usize, other: usize) -> bool {
        let pair = (one.min(other) * 1009 + one.max(other)) as u64;
        !Dice::new(self.scenario.seed ^ pair).percent(self.scenario.nat_percent)
    }

    fn carry_out(&mut self, place: usize) {
        let Some(viewer) = self.viewers.get_mut(place) else { return };
        let deeds = std::mem::take(&mut viewer.deeds);
        for deed in deeds {
            match deed {
                Deed::Fetch(id, _, true) if self.is_origin_out() => {
                    self.later(Network::ORIGIN_TRIP, Event::Refused(place, id));
                }
                Deed::Fetch(id, bytes, is_segment) => {
                    let breaks = is_segment && self.breaks.percent(self.scenario.breaks_percent);
                    self.network.fetch(place, id, bytes, breaks);
                }
                Deed::Abort(id, is_segment) => {
                    let received = self.network.abort(place, id);
                    if let Some(viewer) = self.viewers.get_mut(place).filter(|_| is_segment) {
                        viewer.from_origin += received;
                    }
                }
                Deed::Digest(body) => self.later(HASHING, Event::Hash(place, body)),
                Deed::Dial => self.later(TO_TRACKER * 3, Event::TrackerUp(place)),
                Deed::HangUp => self.tracker.closed(self.now, place),
                Deed::Leave(swarm) => {
                    if let Some(viewer) = self.viewers.get_mut(place) {
                        viewer.swarms.remove(&swarm);
                    }
                }
                Deed::Swarm(swarm, output) => self.signal(place, swarm, output),
                Deed::Send(swarm, link, message) => {
                    let owes_drained = matches!(message, Message::Payload { .. });
                    self.network.send((place, swarm, link), message, owes_drained);
                }
            }
        }
    }

    fn signal(&mut self, place: usize, swarm: SwarmId, output: swarm::Output) {
        let names = self.viewers.get(place).and_then(|viewer| viewer.swarms.get(&swarm)).copied();
        let Some((info_hash, peer_id)) = names else { return };
        let parse = |json: &'_ str| Description::parse(json).map(|description| description.json().to_owned());
        match output.clone() {
            swarm::Output::MakeOffer { link } => {
                let description = Description::offer(&format!("{place} {} {}", swarm.0, link.0));
                self.later(DESCRIBING, Event::Described((place, swarm, link), description));
            }
            swarm::Output::TakeOffer { link, description } => {
                // The answer says which end it answers, too.
                let offered = Description::parse(&description).and_then(Description::sdp).expect("an offer");
                let answer = Description::answer(&format!("{place} {} {} {offered}", swarm.0, link.0));
                self.later(DESCRIBING, Event::Described((place, swarm, link), answer));
            }
            swarm::Output::TakeAnswer { link, description } => {
                let sdp = Description::parse(&description).and_then(Description::sdp).expect("an answer");
                let mut numbers = sdp.split(' ').filter_map(|number| number.parse::<u64>().ok());
                let mut next = || numbers.next().expect("a number");
                let answering = (usize::try_from(next()).expect("a place"), SwarmId(next()), LinkId(next()));
                assert_eq!(next(), place as u64, "an answer to another's offer");
                self.later(Duration::ZERO, Event::Connect((place, swarm, link), answering));
            }
            swarm::Output::Close { link } => {
                let end = (place, swarm, link);
                self.open.remove(&end);
                if let Some(other) = self.network.disconnect(end) {
                    let _ = self.network.disconnect(other);
                    self.later(Network::delay(place, other.0), Event::Closed(other));
                }
            }
            swarm::Output::Announce { event, offers } => {
                let described: Vec<_> =
                    offers.iter().filter_map(|(id, json)| Some((*id, parse(json)?))).collect();
                let offers = described.iter().filter_map(|(offer_id, json)| {
                    Some(Offer { offer_id: *offer_id, description: Description::parse(json)? })
                });
                let offers = offers.collect();
                let mut text = String::new();
                FromClient::Announce(Announce { info_hash, peer_id, event, is_complete: false, offers })
                    .encode(&mut text);
                self.later(TO_TRACKER, Event::ToTracker(place, text));
            }
            swarm::Output::Answer { to, offer_id, description } => {
                let description = Description::parse(&description).expect("our own description");
                let mut text = String::new();
                FromClient::Answer(Answer { info_hash, peer_id, to, offer_id, description })
                    .encode(&mut text);
                self.later(TO_TRACKER, Event::ToTracker(place, text));
            }
            swarm::Output::Send { .. }
            | swarm::Output::SendPayload { .. }
            | swarm::Output::Keep { .. }
            | swarm::Output::Join { .. }
            | swarm::Output::Assemble { .. }
            | swarm::Output::Discard { .. }
            | swarm::Output::Release { .. } => panic!("{output:?} is done by the viewer"),
        }
    }

    /// Who floods says on every link, a hundred times a second and more, what nobody can have.
    fn flood(&mut self, place: usize) {
        let is_flooder = self.viewers.get(place).is_some_and(|viewer| viewer.kind == Kind::Flooder);
        if !is_flooder {
            return;
        }
        let held: SegmentSet = (0..2000).map(SegmentId).collect();
        let announcement = PeerMessage::Announcement { held, loading: SegmentSet::default() }.encode();
        for end in self.network.ends_of(place) {
            if FLOOD_QUEUE < self.network.queued(end) {
                continue;
            }
            for message in frames(&announcement, 65_535).into_iter().cycle().take(10) {
                self.network.send(end, Message::Command(message), false);
            }
        }
    }

    /// A viewer is gone without a word; the others notice after a while.
    fn vanish(&mut self, place: usize) {
        let now = self.now;
        for end in self.network.ends_of(place) {
            self.open.remove(&end);
            if let Some(other) = self.network.disconnect(end) {
                let _ = self.network.disconnect(other);
                self.later(VANISHING, Event::Closed(other));
            }
        }
        self.tracker.closed(self.now, place);
        if let Some(viewer) = self.viewers.get_mut(place) {
            viewer.has_left = !viewer.element.has_ended;
            viewer.close(now);
            viewer.deeds.clear();
        }
    }

    fn report(mut self) -> Report {
        let seen = |viewer: &Viewer| Seen {
            has_left: viewer.has_left,
            has_ended: viewer.element.has_ended,
            from_origin: viewer.from_origin,
            from_peers: viewer.from_peers,
            to_peers: viewer.stats().bytes_to_peers,
            stats: viewer.stats(),
        };
        let honest = self.viewers.iter().filter(|viewer| viewer.kind == Kind::Honest);
        let seen: Vec<Seen> = honest.map(seen).collect();
        let bodies_most = self.viewers.iter().map(|viewer| viewer.bodies_most).max().unwrap_or(0);
        let now = self.now;
        for viewer in &mut self.viewers {
            if !viewer.is_gone {
                viewer.close(now);
            }
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bytes")]
        let origin_bytes = self.network.origin_bytes as u64;
        Report {
            seen,
            lasted: self.now.since(Instant::ZERO),
            origin_bytes,
            queued_most: self.network.queued_most,
            bodies_most,
        }
    }
}
