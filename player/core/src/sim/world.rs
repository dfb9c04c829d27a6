//! The world: film, network, browser, a person, and the player between them.
//!
//! Keeps the rules of every run, whatever the story: see the assertions in `obey` and `settle`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use shared::hls::Resolution;
use shared::time::Instant;

use super::browser::Browser;
use super::film::{Bytes, Film, HOME, digest, name_of};
use super::network::{Brought, Fault, Network};
use crate::Player;
use crate::io::{BodyId, Input, Load, MediaEvent, Notice, Output, Quality};

/// Two tracks of four waiting, three under way, one being appended; and the init segments.
const BODIES_MAX: usize = 16 + 32 + 2;
/// Two tracks of three segments, the init segments of these and of those that wait, and lists.
const FETCHES_MAX: usize = 2 * (3 + 7) + 4;
/// An input that causes more is a loop.
const OUTPUTS_MAX: usize = 100;
/// As much of the past as helps to understand a failure.
const TRACE_LINES: usize = 60;
const HASHING: Duration = Duration::from_millis(3);

/// What a person does.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Play,
    Pause,
    Seek(f64),
    Choose(Quality),
    Rate(f64),
    Retry,
    Online(bool),
    Repeat(bool),
    Viewport(u32, u32),
    Close,
}

/// How a story begins.
pub(super) struct Setup {
    pub(super) film: Film,
    pub(super) has_digests: bool,
    /// From when on, how many bits per second.
    pub(super) rates: Vec<(Duration, u64)>,
    pub(super) latency: Duration,
    pub(super) faults: Vec<Fault>,
    pub(super) load: Load,
    pub(super) seed: u64,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            film: Film::usual(),
            has_digests: true,
            rates: vec![(Duration::ZERO, 10_000_000)],
            latency: Duration::from_millis(50),
            faults: Vec::new(),
            load: Load {
                url: format!("{HOME}u-master.m3u8"),
                digests: None,
                token: None,
                start: Duration::ZERO,
                stop: None,
                repeat: false,
                quality: Quality::Auto,
                bandwidth: None,
                viewport: None,
            },
            seed: 1,
        }
    }
}

#[derive(Debug)]
struct Body {
    bytes: Bytes,
    length: u64,
    is_forged: bool,
    is_hashed: bool,
}

/// Everything.
pub(super) struct World {
    now: Instant,
    player: Player,
    network: Network,
    pub(super) browser: Browser,
    bodies: BTreeMap<BodyId, Body>,
    bodies_born: u64,
    has_digests: bool,
    /// What the person does, and what the shell answers later than at once.
    acts: Vec<(Instant, Act)>,
    hashing: Vec<(Instant, BodyId)>,
    answers: Vec<Input>,
    /// Every fetch by name, in order.
    pub(super) fetched: Vec<String>,
    pub(super) urls: Vec<String>,
    pub(super) notices: Vec<Option<Notice>>,
    pub(super) ended: u32,
    pub(super) remembered: Option<u64>,
    is_closed: bool,
    trace: String,
}

/// What led to a failure.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let lines: Vec<&str> = self.trace.lines().rev().take(TRACE_LINES).collect();
            eprintln!("{}", lines.into_iter().rev().collect::<Vec<_>>().join("\n"));
        }
    }
}

fn at(seconds: f64) -> Instant {
    Instant::ZERO + Duration::from_secs_f64(seconds)
}

impl World {
    pub(super) fn new(setup: Setup) -> World {
        let Setup { film, has_digests, rates, latency, faults, mut load, seed } = setup;
        load.digests = has_digests.then(|| format!("{HOME}u-segments-sha256.json"));
        let mut world = World {
            now: Instant::ZERO,
            player: Player::new(seed),
            network: Network::new(film.clone(), rates, latency, faults, seed ^ 0xfa17),
            browser: Browser::new(film),
            bodies: BTreeMap::new(),
            bodies_born: 0,
            has_digests,
            acts: Vec::new(),
            hashing: Vec::new(),
            answers: vec![Input::Load(load)],
            fetched: Vec::new(),
            urls: Vec::new(),
            notices: Vec::new(),
            ended: 0,
            remembered: None,
            is_closed: false,
            trace: String::new(),
        };
        world.settle();
        world
    }

    /// The person does something at that second.
    pub(super) fn at(&mut self, seconds: f64, act: Act) -> &mut World {
        self.acts.push((at(seconds), act));
        self
    }

    pub(super) fn seconds(&self) -> f64 {
        self.now.since(Instant::ZERO).as_secs_f64()
    }

    pub(super) fn stats(&self) -> crate::stats::Stats {
        self.player.stats()
    }

    pub(super) fn is_failed(&self) -> bool {
        matches!(self.notices.last(), Some(Some(Notice::Failed(_))))
    }

    /// Lets time pass until that second.
    pub(super) fn run_to(&mut self, seconds: f64) -> &mut World {
        while self.step(at(seconds)) {}
        self
    }

    /// Lets the film play to its next end; whether it got there by that second.
    pub(super) fn run_to_end(&mut self, seconds: f64) -> bool {
        let before = self.ended;
        while self.ended == before && self.step(at(seconds)) {}
        self.ended != before
    }

    /// Goes away, and sees that nothing is left behind.
    pub(super) fn close(&mut self) {
        let now = self.seconds();
        self.at(now, Act::Close).run_to(now + 20.0);
        assert!(self.bodies.is_empty(), "bodies left behind: {:?}", self.bodies);
        assert_eq!(self.network.in_flight(), 0, "fetches left behind");
    }

    /// What happened since last asked.
    pub(super) fn take_trace(&mut self) -> String {
        std::mem::take(&mut self.trace)
    }

    fn note(&mut self, what: &str) {
        let time = format!("{:.3}", self.seconds());
        writeln!(self.trace, "{time:<8} {what}").unwrap();
    }

    /// One step to the next moment anything happens; whether there was one before `until`.
    fn step(&mut self, until: Instant) -> bool {
        let acts = self.acts.iter().map(|(at, _)| *at).chain(self.hashing.iter().map(|(at, _)| *at));
        let others = [self.network.next(), self.browser.next(), self.player.deadline()];
        let next = acts
            .chain(others.into_iter().flatten())
            .min()
            .map_or(until, |next| next.max(self.now).min(until));
        self.now = next;
        for (id, brought) in self.network.advance(next) {
            self.hear(id, brought);
        }
        self.answers.extend(self.browser.advance(next));
        self.settle();
        while let Some(due) = self.hashing.iter().position(|(at, _)| *at <= next) {
            let (_, body) = self.hashing.remove(due);
            self.hash(body);
        }
        while let Some(due) = self.acts.iter().position(|(at, _)| *at <= next) {
            let (_, act) = self.acts.remove(due);
            self.act(act);
        }
        if self.player.deadline().is_some_and(|deadline| deadline <= next) {
            self.answers.push(Input::Tick { position: self.browser.position });
            self.settle();
            assert!(self.player.deadline().is_none_or(|deadline| next < deadline), "time stands still");
        }
        next < until
    }

    fn hash(&mut self, id: BodyId) {
        // It may have been let go meanwhile; the shell answers all the same.
        let body = self.bodies.get_mut(&id);
        let digest = body.map(|body| {
            body.is_hashed = true;
            digest(body.bytes, body.is_forged)
        });
        self.answers.extend(digest.map(|digest| Input::Digested { body: id, digest }));
        self.settle();
    }

    fn hear(&mut self, id: crate::io::FetchId, brought: Brought) {
        self.answers.push(match brought {
            Brought::Headers => Input::Progress { id, bytes: 0 },
            Brought::Progress(bytes) => Input::Progress { id, bytes },
            Brought::Text(text) => Input::Text { id, text },
            Brought::Failed(why) => Input::FetchFailed { id, why },
            Brought::Body { bytes, length, is_forged } => {
                self.bodies_born += 1;
                let body = BodyId(self.bodies_born);
                self.bodies.insert(body, Body { bytes, length, is_forged, is_hashed: false });
                Input::Body { id, body, bytes: length }
            }
        });
        self.settle();
    }

    fn act(&mut self, act: Act) {
        self.note(&format!("person: {act:?}"));
        match act {
            Act::Play => {
                let events = self.browser.play();
                self.media(events);
            }
            Act::Pause => {
                let events = self.browser.pause();
                self.media(events);
            }
            Act::Seek(seconds) => self.answers.push(Input::Seek { to: Duration::from_secs_f64(seconds) }),
            Act::Choose(quality) => self.answers.push(Input::Choose(quality)),
            Act::Rate(rate) => {
                self.browser.rate = rate;
                self.media(vec![MediaEvent::Rate(rate)]);
            }
            Act::Retry => self.answers.push(Input::Retry),
            Act::Online(is_online) => {
                self.answers.push(if is_online { Input::Online } else { Input::Offline });
            }
            Act::Repeat(is_on) => self.answers.push(Input::Repeat(is_on)),
            Act::Viewport(width, height) => self.answers.push(Input::Viewport(Resolution { width, height })),
            Act::Close => {
                self.is_closed = true;
                self.answers.push(Input::Close);
            }
        }
        self.settle();
    }

    fn media(&mut self, events: Vec<MediaEvent>) {
        let at = self.browser.position;
        self.answers.extend(events.into_iter().map(|event| Input::Media { at, event }));
    }

    /// Hands the player its inputs and obeys it, until there is nothing left to do at this moment.
    fn settle(&mut self) {
        let mut rounds = 0;
        while !self.answers.is_empty() {
            let input = self.answers.remove(0);
            if let Input::Media { event: MediaEvent::Ended, .. } = input {
                self.ended += 1;
                self.note("ended");
            }
            self.player.handle(self.now, input);
            let mut count = 0;
            while let Some(output) = self.player.poll() {
                count += 1;
                self.obey(output);
            }
            assert!(count <= OUTPUTS_MAX, "{count} outputs at once");
            rounds += 1;
            assert!(rounds < 1000, "inputs and outputs chase each other");
        }
        assert!(self.bodies.len() <= BODIES_MAX, "{} bodies in hand", self.bodies.len());
        assert!(self.network.in_flight() <= FETCHES_MAX, "{} fetches at once", self.network.in_flight());
    }

    fn obey(&mut self, output: Output) {
        match output {
            Output::Fetch(fetch) => {
                let name = self.network.fetch(&fetch);
                self.note(&format!("fetch {name}{}", if fetch.fresh { " fresh" } else { "" }));
                self.fetched.push(name);
                self.urls.push(fetch.url);
            }
            Output::Abort { id } => {
                if let Some(name) = self.network.abort(id) {
                    self.note(&format!("abort {name}"));
                }
            }
            Output::Digest { body } => self.hashing.push((self.now + HASHING, body)),
            Output::Release { body } => {
                assert!(self.bodies.remove(&body).is_some(), "{body:?} is released twice");
            }
            Output::AskSupport { types } => {
                self.answers.push(Input::Supported(self.browser.supported(types)))
            }
            Output::Open { tracks } => {
                let types: Vec<&str> = tracks.iter().map(|(_, mime)| mime.as_str()).collect();
                self.note(&format!("open {}", types.join(" + ")));
                self.browser.open(&tracks);
            }
            Output::SetDuration { duration } => self.note(&format!("duration {:.3}", duration.as_secs_f64())),
            Output::Append { track, body, place } => {
                let body = self.bodies.get(&body).expect("a body that is held");
                let is_listed = self.has_digests && matches!(body.bytes, Bytes::Segment(..));
                assert!(!is_listed || (body.is_hashed && !body.is_forged), "unverified: {body:?}");
                let (bytes, length) = (body.bytes, body.length);
                assert_eq!(place, self.browser.film.place(bytes));
                self.browser.append(track, bytes, length);
                self.note(&format!("append {}", name_of(bytes)));
            }
            Output::Remove { track, span } => {
                let (start, end) = (span.start.as_secs_f64(), span.end.as_secs_f64());
                self.note(&format!("remove {track:?} {start:.0}..{end:.0}"));
                self.browser.remove(track, span);
            }
            Output::EndOfStream => {
                self.note("complete");
                self.browser.end();
            }
            Output::SetPosition { to } => {
                self.note(&format!("go to {:.3}", to.as_secs_f64()));
                let events = self.browser.seek(to);
                self.media(events);
            }
            Output::Play => {
                let events = self.browser.play();
                self.media(events);
            }
            Output::Pause => {
                self.note("pause");
                let events = self.browser.pause();
                self.media(events);
            }
            Output::Dial { .. }
            | Output::HangUp
            | Output::JoinSwarm { .. }
            | Output::LeaveSwarm { .. }
            | Output::Swarm { .. } => panic!("nobody asked for peers"),
            Output::Qualities(offers) => {
                let heights: Vec<String> = offers.iter().map(|offer| offer.height.to_string()).collect();
                self.note(&format!("qualities {}", heights.join(" ")));
            }
            Output::Showing(offer) => self.note(&format!("showing {}", offer.height)),
            Output::Notice(notice) => {
                self.note(&match notice {
                    Some(notice) => format!("notice {notice:?}"),
                    None => "notice over".to_owned(),
                });
                self.notices.push(notice);
            }
            Output::Remember { bandwidth } => self.remembered = Some(bandwidth),
        }
    }

    /// Names of fetches that came up more than once.
    pub(super) fn fetched_again(&self) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        self.fetched.iter().map(String::as_str).filter(|name| !seen.insert(*name)).collect()
    }
}
