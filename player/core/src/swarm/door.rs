//! The one door: inputs in, outputs out.

use std::collections::VecDeque;
use std::time::Duration;

use shared::id::PeerId;
use shared::peer::{Message, SegmentId, SegmentSet};
use shared::time::Instant;

use super::bucket::Bucket;
use super::config::{Config, Figures};
use super::io::{AssemblyId, Input, LinkId, Output};
use super::link::{Link, Session, State};
use super::repute::{Repute, SHUN_LIAR, SHUN_SLOTH};
use super::request::{Fetched, Want};
use super::signal::Signal;
use super::store::Store;
use crate::dice::Dice;
use crate::table::Table;

/// A second connection to the same peer is settled after this: both sides have seen it by then.
const DOUBLE_SETTLES: Duration = Duration::from_secs(5);
/// What an upload budget may spend at once: a few messages, so that a small budget does not stutter.
const UPLOAD_BURST: u64 = 256 * 1024;

/// One peer of one swarm.
#[derive(Debug)]
pub struct Swarm {
    pub(super) config: Config,
    pub(super) dice: Dice,
    pub(super) outputs: VecDeque<Output>,
    pub(super) signal: Signal,
    pub(super) links: Table<LinkId, Link>,
    links_made: u64,
    pub(super) repute: Repute,
    pub(super) store: Store,
    /// What we load from the origin.
    pub(super) loading: SegmentSet,
    /// How long each segment is, and who was seen loading which from the origin of late.
    pub(super) lengths: Vec<u64>,
    pub(super) seen_loading: Vec<(SegmentId, PeerId)>,
    /// What others should know has changed, and when they were last told.
    pub(super) has_news: bool,
    pub(super) told: Instant,
    pub(super) wants: Table<SegmentId, Want>,
    pub(super) assemblies_made: u64,
    pub(super) requests_made: i64,
    pub(super) fetched: VecDeque<Fetched>,
    /// Who had a part in what is being verified.
    pub(super) on_trial: Table<SegmentId, Vec<PeerId>>,
    /// What peers brought wrong; the origin has it right.
    pub(super) doubtful: SegmentSet,
    pub(super) upload_budget: Option<Bucket>,
    /// Where playback is; what lies far from it is less useful.
    pub(super) focus: SegmentId,
    pub(super) figures: Figures,
    pub(super) opened: u64,
}

impl Swarm {
    /// Takes part, once [`Input::TrackerUp`] comes. The seed makes offers' names and spreads requests; it must not be
    /// guessable by strangers.
    #[must_use]
    pub fn new(now: Instant, config: Config, seed: u64) -> Swarm {
        Swarm {
            dice: Dice::new(seed),
            outputs: VecDeque::new(),
            signal: Signal::new(now),
            links: Table::default(),
            links_made: 0,
            repute: Repute::default(),
            store: Store::default(),
            loading: SegmentSet::default(),
            lengths: Vec::new(),
            seen_loading: Vec::new(),
            has_news: false,
            told: now,
            wants: Table::default(),
            assemblies_made: 0,
            requests_made: 0,
            fetched: VecDeque::new(),
            on_trial: Table::default(),
            doubtful: SegmentSet::default(),
            upload_budget: config.upload_rate_max.map(|rate| Bucket::new(now, rate, UPLOAD_BURST)),
            focus: SegmentId(0),
            figures: Figures::default(),
            opened: 0,
            config,
        }
    }

    /// Takes one input. Drain [`Swarm::poll`] before the next one.
    pub fn handle(&mut self, now: Instant, input: Input) {
        debug_assert!(self.outputs.is_empty(), "drain poll() before the next handle()");
        match input {
            Input::TrackerUp => self.tracker_up(now),
            Input::TrackerDown => self.tracker_down(),
            Input::Announced { interval, peers } => self.announced(interval, peers),
            Input::OfferHeard { from, offer_id, description } => {
                self.offer_heard(now, from, offer_id, description);
            }
            Input::AnswerHeard { from, offer_id, description } => {
                self.answer_heard(now, from, offer_id, description);
            }
            Input::Described { link, description } => self.described(now, link, description),
            Input::Opened { link } => self.open(now, link),
            Input::Closed { link } => {
                self.lose(link);
            }
            Input::Command { link, message } => self.hear(now, link, &message),
            Input::Payload { link, bytes } => self.payload(now, link, bytes),
            Input::Drained { link } => self.drained(link),
            Input::Assembled { assembly, body } => self.assembled(assembly, body),
            Input::Tick => {}
        }
        self.settle(now);
    }

    /// The next thing to do, until there is none.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to send the next [`Input::Tick`], if nothing else happens first.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let links = self.links.values().flat_map(|link| {
            let settles = link.session().and_then(|session| session.settles);
            [link.expires(), settles]
        });
        let others =
            [self.signal_deadline(), self.request_deadline(), self.serve_deadline(), self.news_deadline()];
        links.chain(others).flatten().min()
    }

    /// The next segment that peers brought. Whether it is the publisher's is for the owner to find out, who must say so
    /// by [`Swarm::judge`].
    pub fn take_fetched(&mut self) -> Option<Fetched> {
        self.fetched.pop_front()
    }

    /// Leaves: says so to the tracker, closes every link and releases what nobody else holds.
    pub fn leave(&mut self) {
        if self.signal.is_up() {
            self.say_stopped();
        }
        let links: Vec<LinkId> = self.links.keys().copied().collect();
        for link in links {
            self.links.remove(&link);
            self.put(Output::Close { link });
        }
        for (_, want) in std::mem::take(&mut self.wants) {
            if want.is_begun {
                self.put(Output::Discard { assembly: want.assembly });
            }
        }
        let stored: Vec<_> = self.store.iter().collect();
        for (segment, stored) in stored {
            self.store.remove(segment);
            if stored.is_spare {
                self.put(Output::Release { body: stored.body });
            }
        }
    }

    /// What it did and has.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let open = || self.links.values().filter(|link| link.session().is_some());
        let has_instance = open().any(|link| link.is_instance);
        Figures { links: open().count(), has_instance, bytes_stored: self.store.bytes(), ..self.figures }
    }

    /// Viewers and seeders at the other ends of open links; the instance is no one of them.
    pub fn neighbours(&self) -> impl Iterator<Item = PeerId> {
        let others = self.links.values().filter(|link| link.session().is_some() && !link.is_instance);
        others.filter_map(|link| link.peer)
    }

    pub(super) fn put(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    pub(super) fn new_link(&mut self, link: Link) -> LinkId {
        self.links_made += 1;
        let id = LinkId(self.links_made);
        self.links.insert(id, link);
        id
    }

    pub(super) fn new_assembly(&mut self) -> AssemblyId {
        self.assemblies_made += 1;
        AssemblyId(self.assemblies_made)
    }

    pub(super) fn sessions(&self) -> impl Iterator<Item = (LinkId, PeerId, &Session)> {
        self.links.iter().filter_map(|(id, link)| Some((*id, link.peer?, link.session()?)))
    }

    pub(super) fn session_mut(&mut self, link: LinkId) -> Option<&mut Session> {
        self.links.get_mut(&link)?.session_mut()
    }

    pub(super) fn close(&mut self, link: LinkId) {
        if self.lose(link) {
            self.put(Output::Close { link });
        }
    }

    /// A link is no more; whether there was one. What else leads to the same peer takes over from it.
    fn lose(&mut self, id: LinkId) -> bool {
        let Some(link) = self.links.remove(&id) else { return false };
        link.peer.into_iter().for_each(|peer| self.choose_link(peer));
        true
    }

    /// Closes every link to a peer, and leaves it alone for a while.
    pub(super) fn shun(&mut self, now: Instant, peer: PeerId, span: Duration) {
        self.repute.shun(now, peer, span);
        self.figures.shunned += 1;
        let theirs = self.links.iter().filter(|(_, link)| link.peer == Some(peer));
        let theirs: Vec<LinkId> = theirs.map(|(id, _)| *id).collect();
        for link in theirs {
            self.close(link);
        }
    }

    /// Who is at the other end of a link broke the rules.
    pub(super) fn punish(&mut self, now: Instant, link: LinkId) {
        match self.links.get(&link).and_then(|link| link.peer) {
            Some(peer) => self.shun(now, peer, SHUN_LIAR),
            None => self.close(link),
        }
    }

    /// Who is at the other end of a link was silent or slow once too often.
    pub(super) fn leave_alone(&mut self, now: Instant, link: LinkId) {
        match self.links.get(&link).and_then(|link| link.peer) {
            Some(peer) => self.shun(now, peer, SHUN_SLOTH),
            None => self.close(link),
        }
    }

    pub(super) fn say(&mut self, link: LinkId, message: &Message) {
        for message in shared::peer::frames(&message.encode(), shared::peer::MESSAGE_BYTES_MAX) {
            self.put(Output::Send { link, message });
        }
    }

    fn open(&mut self, now: Instant, id: LinkId) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let (State::Connecting { since, .. }, Some(peer)) = (&link.state, link.peer) else { return };
        let took = now.since(*since);
        link.state = State::Open(Box::new(Session::new(now)));
        self.opened += 1;
        let opened = u32::try_from(self.opened).unwrap_or(u32::MAX);
        self.figures.link_took = Some(match self.figures.link_took {
            Some(before) => (before * (opened - 1) + took) / opened,
            None => took,
        });
        self.double(now, id, peer);
        self.introduce(id);
    }

    /// A second connection to the same peer is not closed at once: if each side closed the one that is second to it,
    /// both would be gone (P2P-WIRE 3.2). What stands after a while, we settle.
    fn double(&mut self, now: Instant, newest: LinkId, peer: PeerId) {
        let is_double = self.sessions().any(|(id, of, _)| id != newest && of == peer);
        if let Some(session) = self.session_mut(newest).filter(|_| is_double) {
            session.settles = Some(now + DOUBLE_SETTLES);
        }
        self.choose_link(peer);
    }

    /// Of several links to one peer, requests go by the newest it speaks on. On one that it is silent on it may never
    /// answer: the reference keeps the link that opened first there, and announces on no other.
    fn choose_link(&mut self, peer: PeerId) {
        let theirs = self.sessions().filter(|(_, of, _)| *of == peer);
        let best = theirs.max_by_key(|(id, _, session)| (session.has_announced, session.since, *id));
        let best = best.map(|(id, _, _)| id);
        for (id, link) in self.links.iter_mut().filter(|(_, link)| link.peer == Some(peer)) {
            if let Some(session) = link.session_mut() {
                session.is_double = Some(*id) != best;
            }
        }
    }

    /// Of two links to one peer, the one it is silent on goes; or else the one offered by the higher name, and of two by
    /// the same side the older.
    fn settle_doubles(&mut self, now: Instant) {
        let due = self.sessions().find(|(_, _, session)| session.settles.is_some_and(|at| at <= now));
        let Some((newest, peer, _)) = due else { return };
        if let Some(session) = self.session_mut(newest) {
            session.settles = None;
        }
        let we_are_higher = peer < self.config.me;
        let by_the_lower = |id: LinkId| self.links.get(&id).is_some_and(|link| link.is_ours != we_are_higher);
        let theirs: Vec<_> = self.sessions().filter(|(_, of, _)| *of == peer).collect();
        let stays =
            theirs.iter().max_by_key(|(id, _, session)| (session.has_announced, by_the_lower(*id), *id));
        let stays = stays.map(|(id, _, _)| *id);
        let others: Vec<LinkId> =
            theirs.iter().map(|(id, _, _)| *id).filter(|id| Some(*id) != stays).collect();
        for other in others {
            self.close(other);
        }
    }

    fn hear(&mut self, now: Instant, id: LinkId, message: &[u8]) {
        let Some(session) = self.session_mut(id) else { return };
        // Whoever sends more than any player needs is not a player.
        if !session.messages.take(now, 1) {
            return self.punish(now, id);
        }
        let Some(body) = session.parts.take(message) else { return };
        // As the reference, we pass over what we cannot read.
        let Ok(message) = Message::decode(&body) else { return };
        match message {
            Message::Announcement { held, loading } => {
                let is_first = !std::mem::replace(&mut session.has_announced, true);
                (session.held, session.loading) = (held, loading.clone());
                if let Some(peer) = self.links.get(&id).and_then(|link| link.peer) {
                    self.note_loading(peer, &loading);
                    if is_first {
                        self.choose_link(peer);
                    }
                }
            }
            Message::Request { segment, request, from } => self.requested(now, id, segment, request, from),
            Message::Data { segment, request, bytes } => self.data(now, id, (segment, request), bytes),
            Message::Completed { .. } => self.completed(now, id),
            Message::Absent { segment, request } => self.absent(id, (segment, request)),
            Message::Cancel { segment, request } => self.cancelled(id, (segment, request)),
        }
    }

    /// What follows from how things are, whatever happened.
    pub(super) fn settle(&mut self, now: Instant) {
        let expired = |link: &Link| link.expires().is_some_and(|expires| expires <= now);
        let expired: Vec<LinkId> =
            self.links.iter().filter(|(_, link)| expired(link)).map(|(id, _)| *id).collect();
        for link in expired {
            self.close(link);
        }
        self.settle_doubles(now);
        self.give_up_silent(now);
        self.keep_in_touch(now);
        self.assign(now);
        self.pump(now);
        self.tell_news(now);
    }
}
