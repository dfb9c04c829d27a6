//! One viewer: a real player, and a shell that keeps bodies as lengths.
//!
//! The shell of a liar, staller or flooder does its mischief below the player, which is as honest as any.

use std::collections::{BTreeMap, VecDeque};

use player_core::Player;
use player_core::io::{
    BodyId, Family, FetchFailure, FetchId, Input, Load, Output, Quality, Sharing, SwarmId, Want,
};
use player_core::swarm::{self, AssemblyId};
use shared::id::{Digest, InfoHash, PeerId};
use shared::time::Instant;

use super::element::Element;
use super::film::{Content, DIGESTS, Film, Found, MASTER, digest};
use super::network::Message;
use super::scenario::Scenario;

/// What kind of peer it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Honest,
    /// Sends other bytes than it says.
    Liar,
    /// Begins to send and stops.
    Staller,
    /// Announces without end.
    Flooder,
}

/// A body, in truth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body {
    pub(super) content: Content,
    pub(super) bytes: u64,
    pub(super) is_right: bool,
    /// Its digest was computed: whoever shows or passes it on knows that it is right.
    pub(super) is_hashed: bool,
    /// From this byte of the content on.
    pub(super) from: u64,
}

/// A segment that is being put together.
#[derive(Debug)]
struct Assembly {
    content: Content,
    total: u64,
    /// Which bytes are there, and whether they are right.
    pieces: Vec<(u64, u64, bool)>,
}

/// Segments a viewer may hold beside what its swarms keep: sixteen that wait, as many again in another quality, and what
/// comes and is appended meanwhile.
const IN_HAND_MAX: u64 = 40;
/// Segments one swarm puts together at once.
const ASSEMBLIES_MAX: usize = 32;
const OUTPUTS_MAX: usize = 400;
/// What a budget for giving may spend at once.
const BURST: u64 = 256 * 1024 + 65_535;

/// Something the world has to do for a viewer.
#[derive(Debug)]
pub(super) enum Deed {
    /// How many bytes, and whether they are a segment's.
    Fetch(FetchId, u64, bool),
    /// The same.
    Abort(FetchId, bool),
    Digest(BodyId),
    Dial,
    HangUp,
    Leave(SwarmId),
    Swarm(SwarmId, swarm::Output),
    Send(SwarmId, swarm::LinkId, Message),
}

/// One viewer.
pub(super) struct Viewer {
    pub(super) kind: Kind,
    player: Player,
    pub(super) element: Element,
    film: std::rc::Rc<Film>,
    fetches: BTreeMap<FetchId, (Want, Found, u64)>,
    bodies: BTreeMap<BodyId, Body>,
    bodies_made: u64,
    assemblies: BTreeMap<(SwarmId, AssemblyId), Assembly>,
    /// The payload that was just handed in.
    handed: Option<(Content, u64, u64, bool)>,
    pub(super) swarms: BTreeMap<SwarmId, (InfoHash, PeerId)>,
    answers: VecDeque<Input>,
    pub(super) deeds: Vec<Deed>,
    pub(super) is_gone: bool,
    pub(super) has_left: bool,
    pub(super) from_origin: u64,
    pub(super) from_peers: u64,
    pub(super) bodies_most: usize,
    keep_bytes_max: u64,
    give_rate_max: Option<u64>,
    given: u64,
    /// How many swarms it has been in.
    swarms_most: usize,
    came: Instant,
    now: Instant,
}

impl Viewer {
    pub(super) fn new(
        now: Instant,
        kind: Kind,
        film: std::rc::Rc<Film>,
        seed: u64,
        scenario: &Scenario,
    ) -> Viewer {
        let mut viewer = Viewer {
            kind,
            player: Player::new(seed),
            element: Element::new(now, film.length()),
            film,
            fetches: BTreeMap::new(),
            bodies: BTreeMap::new(),
            bodies_made: 0,
            assemblies: BTreeMap::new(),
            handed: None,
            swarms: BTreeMap::new(),
            answers: VecDeque::new(),
            deeds: Vec::new(),
            is_gone: false,
            has_left: false,
            from_origin: 0,
            from_peers: 0,
            bodies_most: 0,
            keep_bytes_max: scenario
                .keep_bytes_max
                .unwrap_or(swarm::Config::viewer(PeerId([0; 20])).store_bytes_max),
            give_rate_max: scenario.give_rate_max,
            given: 0,
            swarms_most: 0,
            came: now,
            now,
        };
        viewer.give(
            now,
            Input::Load(Load {
                url: MASTER.to_owned(),
                digests: Some(DIGESTS.to_owned()),
                token: None,
                start: std::time::Duration::ZERO,
                stop: None,
                repeat: false,
                quality: Quality::Auto,
                bandwidth: None,
                viewport: None,
            }),
        );
        if scenario.sharing {
            let mut bits = [0; 12];
            for (bit, byte) in bits.iter_mut().zip(seed.to_be_bytes().into_iter().chain(seed.to_le_bytes())) {
                *bit = byte;
            }
            viewer.give(
                now,
                Input::Share(Some(Sharing {
                    me: PeerId::from_random(bits),
                    trackers: vec!["wss://films.test/tracker/socket".to_owned()],
                    family: Family::Place { playlist_url: MASTER.to_owned() },
                    uploads: true,
                    upload_rate_max: scenario.give_rate_max.map(|bits| bits / 8),
                    instance: None,
                    store_bytes_max: scenario.keep_bytes_max,
                })),
            );
        }
        let events = viewer.element.play();
        viewer.media(events);
        viewer.settle();
        viewer
    }

    pub(super) fn stats(&self) -> player_core::stats::Stats {
        self.player.stats()
    }

    fn media(&mut self, events: Vec<player_core::io::MediaEvent>) {
        let at = self.element.position;
        self.answers.extend(events.into_iter().map(|event| Input::Media { at, event }));
    }

    /// Hands the player one input, and obeys it.
    pub(super) fn give(&mut self, now: Instant, input: Input) {
        self.now = now;
        self.answers.push_back(input);
        self.settle();
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, now: Instant) {
        self.now = now;
        self.answers.extend(self.element.advance(now));
        if self.player.deadline().is_some_and(|deadline| deadline <= now) {
            self.answers.push_back(Input::Tick { position: self.element.position });
        }
        self.settle();
        if self.player.deadline().is_some_and(|deadline| deadline <= now) {
            self.give(now, Input::Tick { position: self.element.position });
        }
        let late = self.player.deadline().is_some_and(|deadline| deadline <= now);
        assert!(!late, "time stands still for {:?} at {now:?}", self.kind);
    }

    fn settle(&mut self) {
        while let Some(input) = self.answers.pop_front() {
            self.player.handle(self.now, input);
            let mut count = 0;
            while let Some(output) = self.player.poll() {
                count += 1;
                self.obey(output);
            }
            assert!(count <= OUTPUTS_MAX, "{count} outputs at once");
            // A payload that nobody wanted is gone.
            self.handed = None;
        }
        self.bodies_most = self.bodies_most.max(self.bodies.len());
        let stored = self.player.stats().bytes_stored;
        let held: u64 = self.bodies.values().map(|body| body.bytes).sum();
        let in_hand = IN_HAND_MAX * self.film.longest();
        assert!(held <= stored + in_hand, "bodies pile up: {held} bytes, {stored} of them kept");
        // What the player has not appended yet cannot be let go.
        assert!(stored <= self.keep_bytes_max + in_hand, "{stored} bytes kept");
        let swarms = self.swarms.len();
        assert!(self.assemblies.len() <= ASSEMBLIES_MAX * swarms, "{} assemblies", self.assemblies.len());
    }

    /// A budget for giving is kept, whatever is asked.
    fn give_away(&mut self, bytes: u64) {
        self.given += bytes;
        let Some(rate) = self.give_rate_max else { return };
        let elapsed = self.now.since(self.came).as_millis();
        let earned = u64::try_from(u128::from(rate) / 8 * elapsed / 1000).unwrap_or(u64::MAX);
        let most = earned + BURST * self.swarms_most as u64;
        assert!(self.given <= most, "{} bytes given, {most} allowed", self.given);
    }

    fn obey(&mut self, output: Output) {
        match output {
            Output::Fetch(fetch) => {
                let found = self.film.find(&fetch.url, fetch.range).expect("the film has it");
                let bytes = match &found {
                    Found::Text(text) => text.len() as u64,
                    Found::Media(_, bytes) => *bytes,
                };
                let from = match (&found, fetch.range) {
                    (Found::Media(content, _), Some(range)) => self.film.offset_in(*content, range),
                    (Found::Media(..) | Found::Text(_), _) => 0,
                };
                self.fetches.insert(fetch.id, (fetch.want, found, from));
                self.deeds.push(Deed::Fetch(fetch.id, bytes, fetch.want == Want::Segment));
            }
            Output::Abort { id } => {
                let is_segment = self.fetches.remove(&id).is_some_and(|(want, _, _)| want == Want::Segment);
                self.deeds.push(Deed::Abort(id, is_segment));
            }
            Output::Digest { body } => self.deeds.push(Deed::Digest(body)),
            Output::Release { body } => self.release(body),
            Output::AskSupport { types } => self.answers.push_back(Input::Supported(types)),
            Output::Open { tracks } => {
                let tracks: Vec<_> = tracks.into_iter().map(|(track, _)| track).collect();
                self.element.open(&tracks);
            }
            Output::Append { track, body, .. } => {
                let body = self.bodies.get(&body).expect("a body that is held");
                let span = match body.content {
                    Content::Init(_) => None,
                    Content::Segment(_, index) => {
                        assert!(body.is_right && body.is_hashed, "an unverified body is shown: {body:?}");
                        Some(self.film.span(index))
                    }
                };
                self.element.append(track, span);
            }
            Output::Remove { track, span } => self.element.remove(track, span),
            Output::EndOfStream => self.element.complete(),
            Output::SetPosition { to } => {
                let events = self.element.seek(to);
                self.media(events);
            }
            Output::Play => {
                let events = self.element.play();
                self.media(events);
            }
            Output::Dial { .. } => self.deeds.push(Deed::Dial),
            Output::HangUp => self.deeds.push(Deed::HangUp),
            Output::JoinSwarm { swarm, info_hash, me } => {
                self.swarms.insert(swarm, (info_hash, me));
                self.swarms_most += 1;
            }
            Output::LeaveSwarm { swarm } => {
                self.deeds.push(Deed::Leave(swarm));
                let left: Vec<_> = self.assemblies.keys().filter(|(of, _)| *of == swarm).collect();
                assert!(left.is_empty(), "assemblies left behind: {left:?}");
            }
            Output::Swarm { swarm, output } => self.obey_swarm(swarm, output),
            Output::SetDuration { .. }
            | Output::Pause
            | Output::Qualities(_)
            | Output::Showing(_)
            | Output::Remember { .. } => {}
            Output::Notice(notice) => {
                let is_failure = matches!(notice, Some(player_core::io::Notice::Failed(_)));
                assert!(!is_failure, "playback failed: {notice:?}");
            }
        }
    }

    fn release(&mut self, body: BodyId) {
        assert!(self.bodies.remove(&body).is_some(), "{body:?} is released twice");
    }

    fn obey_swarm(&mut self, swarm: SwarmId, output: swarm::Output) {
        match output {
            swarm::Output::Keep { assembly, at, total } => {
                let (content, from, bytes, is_right) = self.handed.take().expect("a payload was handed in");
                assert!(at + bytes <= total, "a piece beyond the end");
                self.from_peers += bytes;
                self.add_piece((swarm, assembly), content, total, (at, at + bytes, is_right && from == at));
            }
            swarm::Output::Join { assembly, body, at, total } => {
                let Body { content, bytes, is_right, from, .. } = *self.bodies.get(&body).expect("a body");
                self.add_piece((swarm, assembly), content, total, (at, at + bytes, is_right && from == at));
            }
            swarm::Output::Assemble { assembly } => {
                let assembly_id = (swarm, assembly);
                let made = self.assemblies.remove(&assembly_id).expect("an assembly");
                let is_right = made.is_right() && made.total == self.film.bytes(made.content);
                let body = self.new_body(made.content, made.total, is_right, 0);
                let input = swarm::Input::Assembled { assembly, body };
                self.answers.push_back(Input::Swarm { swarm, input });
            }
            swarm::Output::Discard { assembly } => {
                assert!(self.assemblies.remove(&(swarm, assembly)).is_some(), "an assembly that is not");
            }
            swarm::Output::Release { body } => self.release(body),
            swarm::Output::Send { link, message } => {
                self.deeds.push(Deed::Send(swarm, link, Message::Command(message)));
            }
            swarm::Output::SendPayload { link, body, from, bytes } => {
                let body = self.bodies.get(&body).expect("a body that is held");
                assert!(body.is_right && body.is_hashed, "an unverified body is passed on: {body:?}");
                assert!(from + bytes <= body.bytes && 0 < bytes && bytes <= 65_535);
                let content = body.content;
                self.give_away(bytes);
                if self.kind == Kind::Staller && 0 < from {
                    return;
                }
                let is_forged = self.kind == Kind::Liar;
                let message = Message::Payload { content, from, bytes, is_forged };
                self.deeds.push(Deed::Send(swarm, link, message));
            }
            output @ (swarm::Output::Announce { .. }
            | swarm::Output::Answer { .. }
            | swarm::Output::MakeOffer { .. }
            | swarm::Output::TakeOffer { .. }
            | swarm::Output::TakeAnswer { .. }
            | swarm::Output::Close { .. }) => self.deeds.push(Deed::Swarm(swarm, output)),
        }
    }

    fn add_piece(
        &mut self,
        id: (SwarmId, AssemblyId),
        content: Content,
        total: u64,
        (start, end, is_right): (u64, u64, bool),
    ) {
        let new = Assembly { content, total, pieces: Vec::new() };
        let assembly = self.assemblies.entry(id).or_insert(new);
        let is_right = is_right && assembly.content == content;
        match assembly.pieces.last_mut() {
            Some(last) if last.1 == start && last.2 == is_right => last.1 = end,
            _ => assembly.pieces.push((start, end, is_right)),
        }
    }

    fn new_body(&mut self, content: Content, bytes: u64, is_right: bool, from: u64) -> BodyId {
        self.bodies_made += 1;
        let id = BodyId(self.bodies_made);
        self.bodies.insert(id, Body { content, bytes, is_right, is_hashed: false, from });
        id
    }

    /// A message came on a link.
    pub(super) fn hear(&mut self, now: Instant, swarm: SwarmId, link: swarm::LinkId, message: Message) {
        let input = match message {
            Message::Command(message) => swarm::Input::Command { link, message },
            Message::Payload { content, from, bytes, is_forged } => {
                self.handed = Some((content, from, bytes, !is_forged));
                swarm::Input::Payload { link, bytes }
            }
        };
        self.give(now, Input::Swarm { swarm, input });
    }

    /// A fetch went on.
    pub(super) fn progress(&mut self, now: Instant, id: FetchId, bytes: u64) {
        if self.fetches.contains_key(&id) {
            self.give(now, Input::Progress { id, bytes });
        }
    }

    /// A fetch is complete.
    pub(super) fn fetched(&mut self, now: Instant, id: FetchId) {
        let Some((want, found, from)) = self.fetches.remove(&id) else { return };
        match found {
            Found::Text(text) => self.give(now, Input::Text { id, text }),
            Found::Media(content, bytes) => {
                if want == Want::Segment {
                    self.from_origin += bytes;
                }
                let body = self.new_body(content, bytes, true, from);
                self.give(now, Input::Body { id, body, bytes });
            }
        }
    }

    /// A fetch broke off half-way.
    pub(super) fn broken(&mut self, now: Instant, id: FetchId, bytes: u64) {
        let Some((_, found, from)) = self.fetches.remove(&id) else { return };
        if let Found::Media(content, _) = found {
            self.from_origin += bytes;
            let body = self.new_body(content, bytes, true, from);
            self.give(now, Input::Partial { id, body, bytes });
        }
        self.give(now, Input::FetchFailed { id, why: FetchFailure::Unreachable });
    }

    /// A fetch brought an error.
    pub(super) fn refused(&mut self, now: Instant, id: FetchId) {
        if self.fetches.remove(&id).is_some() {
            self.give(now, Input::FetchFailed { id, why: FetchFailure::Status(503) });
        }
    }

    /// A body is hashed.
    pub(super) fn hashed(&mut self, now: Instant, id: BodyId) {
        let Some(body) = self.bodies.get_mut(&id) else { return };
        let is_whole = body.from == 0 && body.bytes == self.film.bytes(body.content);
        let is_right = body.is_right && is_whole;
        body.is_hashed = is_right;
        let found = if is_right { digest(body.content) } else { Digest([0xbd; 32]) };
        self.give(now, Input::Digested { body: id, digest: found });
    }

    /// Goes away in good order, and sees that nothing is left behind.
    pub(super) fn close(&mut self, now: Instant) {
        self.give(now, Input::Close);
        assert!(self.bodies.is_empty(), "bodies left behind: {:?}", self.bodies);
        self.is_gone = true;
    }
}

impl Assembly {
    /// Whether every byte is there, and the last to write each was right.
    fn is_right(&self) -> bool {
        let mut cuts: Vec<u64> = self.pieces.iter().flat_map(|(start, end, _)| [*start, *end]).collect();
        cuts.extend([0, self.total]);
        cuts.sort_unstable();
        cuts.dedup();
        cuts.windows(2).all(|cut| {
            let [start, end] = cut else { return true };
            let covers = |piece: &&(u64, u64, bool)| piece.0 <= *start && *end <= piece.1;
            self.pieces.iter().rev().find(covers).is_some_and(|(_, _, is_right)| *is_right)
        })
    }
}
