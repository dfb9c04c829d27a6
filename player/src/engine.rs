//! The core with its hands: obeys every output, and turns what comes of it into inputs.
//!
//! Owns the core, its running fetches, the bodies and the media source. Never decides. The surprise is that the core's
//! own inputs must not be given from inside a call of its `poll`, so everything asynchronous comes back as an
//! [`Event`] through the loop.

use std::rc::Rc;

use js_sys::{ArrayBuffer, Uint8Array};
use player_core::io::{
    AppendFailure, BodyId, FetchId, Input, Load, MediaEvent, Notice, Offer, Output, Sharing, SwarmId, Track,
};
use player_core::swarm;
use player_core::{Player, SHARES};
use shared::id::Digest;
use shared::time::Instant;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::Window;

use crate::bodies::{self, Bodies};
use crate::http::{Got, Http, Running};
use crate::media::{Element, seconds};
use crate::source::{self, Report, Source};
use crate::swarms::{self, Errand, Swarms};

/// Something that came of an output.
pub enum Event {
    Fetched(FetchId, Got),
    Digested(BodyId, Digest),
    /// Of the media source opened as the so-manieth.
    Source(u32, Report),
    Swarms(swarms::Event),
    /// The answer was known at once.
    Answer(Input),
}

/// What the rest of the player should know.
#[derive(Clone, PartialEq, Debug)]
pub enum Word {
    /// Best first.
    Qualities(Vec<Offer>),
    Showing(Offer),
    Notice(Option<Notice>),
    /// Bits per second.
    Remember(u64),
}

/// The core and everything it moves.
pub struct Engine {
    core: Player,
    http: Rc<Http>,
    element: Rc<Element>,
    bodies: Bodies,
    fetches: Vec<(FetchId, Running)>,
    source: Option<Source>,
    /// None while nothing is shared.
    swarms: Option<Swarms>,
    /// Types of the buffers to add once the media source is open.
    tracks: Vec<(Track, String)>,
    words: Vec<Word>,
    sources_opened: u32,
    say: Rc<dyn Fn(Event)>,
}

impl Engine {
    /// Starts to play.
    pub fn start(
        now: Instant,
        load: Load,
        http: Rc<Http>,
        element: Rc<Element>,
        seed: u64,
        say: Rc<dyn Fn(Event)>,
    ) -> Engine {
        let mut engine = Engine {
            core: Player::new(seed),
            http,
            element,
            bodies: Bodies::default(),
            fetches: Vec::new(),
            source: None,
            swarms: None,
            tracks: Vec::new(),
            words: Vec::new(),
            sources_opened: 0,
            say,
        };
        engine.input(now, Input::Load(load));
        engine
    }

    /// Takes one event of our own.
    pub fn handle(&mut self, now: Instant, event: Event) {
        let input = match event {
            Event::Fetched(id, got) => match self.fetched(id, got) {
                Some(input) => input,
                None => return,
            },
            Event::Digested(body, digest) => Input::Digested { body, digest },
            Event::Answer(input) => input,
            Event::Swarms(event) => match self.swarms().and_then(|swarms| swarms.heard(event)) {
                Some(input) => input,
                None => return,
            },
            Event::Source(opened, report) => match self.reported(opened, report) {
                Some(input) => input,
                None => return,
            },
        };
        self.input(now, input);
        self.with_swarms(Swarms::forget_payload);
    }

    /// Takes part in the video's swarms, or leaves them; `servers` are the `iceServers` to find ways through. Only once the
    /// code of the swarms is loaded.
    pub fn share(&mut self, now: Instant, window: &Window, sharing: Option<(Sharing, JsValue)>) {
        let sharing = sharing.filter(|_| SHARES);
        if let (None, Some((_, servers))) = (&self.swarms, &sharing) {
            let say = self.say.clone();
            let say = Rc::new(move |event| say(Event::Swarms(event)));
            self.swarms = Some(Swarms::new(window.clone(), servers.clone(), say));
        }
        self.input(now, Input::Share(sharing.map(|(sharing, _)| sharing)));
    }

    /// Tells the core what the media element says.
    pub fn media(&mut self, now: Instant, event: MediaEvent) {
        let at = self.position();
        self.input(now, Input::Media { at, event });
    }

    /// Gives the core one input and obeys all it wants.
    pub fn input(&mut self, now: Instant, input: Input) {
        self.core.handle(now, input);
        while let Some(output) = self.core.poll() {
            self.obey(output);
        }
    }

    /// The core's moment may have come.
    pub fn ring(&mut self, now: Instant) {
        if self.core.deadline().is_some_and(|deadline| deadline <= now) {
            let position = self.position();
            self.input(now, Input::Tick { position });
        }
    }

    /// When to ring.
    pub fn deadline(&self) -> Option<Instant> {
        self.core.deadline()
    }

    /// What there is to tell.
    pub fn words(&mut self) -> Vec<Word> {
        std::mem::take(&mut self.words)
    }

    /// The core, for its figures.
    pub fn core(&self) -> &Player {
        &self.core
    }

    /// Lets everything go.
    pub fn close(&mut self, now: Instant) {
        self.input(now, Input::Close);
        self.fetches.clear();
        self.source = None;
        self.swarms = None;
    }

    fn position(&self) -> std::time::Duration {
        seconds(self.element.video().current_time())
    }

    fn obey(&mut self, output: Output) {
        match output {
            Output::Fetch(fetch) => {
                let (id, say) = (fetch.id, self.say.clone());
                let running = self.http.get(fetch, move |got| say(Event::Fetched(id, got)));
                self.fetches.push((id, running));
            }
            Output::Abort { id } => self.forget(id),
            Output::Digest { body } => self.digest(body),
            Output::Release { body } => self.bodies.remove(body),
            Output::AskSupport { types } => {
                let taken = types.into_iter().filter(|mime| source::takes(mime)).collect();
                (self.say)(Event::Answer(Input::Supported(taken)));
            }
            Output::Open { tracks } => self.open(tracks),
            Output::SetDuration { duration } => self.with_source(|source| source.set_duration(duration)),
            Output::Append { track, body, place } => {
                let bytes = self.bodies.get(body).cloned();
                match (&mut self.source, bytes) {
                    (Some(source), Some(bytes)) => source.append(track, &bytes, place),
                    (_, _) => {
                        let why = AppendFailure::Refused;
                        (self.say)(Event::Answer(Input::AppendFailed { track, why }));
                    }
                }
            }
            Output::Remove { track, span } => self.with_source(|source| source.remove(track, span)),
            Output::EndOfStream => self.with_source(Source::end),
            Output::SetPosition { to } => self.element.seek(to.as_secs_f64()),
            Output::Play => self.element.play(),
            Output::Pause => self.element.pause(),
            Output::Dial { url } => self.with_swarms(|swarms| swarms.dial(&url)),
            Output::HangUp => self.with_swarms(Swarms::hang_up),
            Output::JoinSwarm { swarm, info_hash, me } => {
                self.with_swarms(|swarms| swarms.join(swarm, info_hash, me));
            }
            Output::LeaveSwarm { swarm } => self.with_swarms(|swarms| swarms.leave(swarm)),
            Output::Swarm { swarm, output } => self.swarm(swarm, output),
            Output::Qualities(offers) => self.words.push(Word::Qualities(offers)),
            Output::Showing(offer) => self.words.push(Word::Showing(offer)),
            Output::Notice(notice) => self.words.push(Word::Notice(notice)),
            Output::Remember { bandwidth } => self.words.push(Word::Remember(bandwidth)),
        }
    }

    fn with_source(&mut self, act: impl FnOnce(&mut Source)) {
        if let Some(source) = &mut self.source {
            act(source);
        }
    }

    fn with_swarms(&mut self, act: impl FnOnce(&mut Swarms)) {
        if let Some(swarms) = self.swarms() {
            act(swarms);
        }
    }

    /// A player that was not built to share leaves out whatever needs them.
    fn swarms(&mut self) -> Option<&mut Swarms> {
        self.swarms.as_mut().filter(|_| SHARES)
    }

    fn swarm(&mut self, swarm: SwarmId, output: swarm::Output) {
        let Some(swarms) = self.swarms.as_mut().filter(|_| SHARES) else { return };
        let (bodies, say) = (&mut self.bodies, &self.say);
        swarms.obey(swarm, output, |errand| match errand {
            Errand::Keep(assembly, bytes) => {
                let body = bodies.insert(bytes);
                let input = swarm::Input::Assembled { assembly, body };
                say(Event::Answer(Input::Swarm { swarm, input }));
            }
            Errand::Copy(body, whole, at) => {
                if let Some(bytes) = bodies.get(body) {
                    swarms::set(whole, &Uint8Array::new(bytes), at);
                }
            }
            Errand::Send(body, link, from, length) => {
                if let Some(bytes) = bodies.get(body) {
                    link.send_payload(bytes, from, length);
                }
            }
            Errand::Release(body) => bodies.remove(body),
        });
    }

    fn fetched(&mut self, id: FetchId, got: Got) -> Option<Input> {
        // What was given up is not heard of again.
        if !self.fetches.iter().any(|(running, _)| *running == id) {
            return None;
        }
        if matches!(got, Got::Text(_) | Got::Body(_) | Got::Failed(_)) {
            self.forget(id);
        }
        let mut keep = |bytes: ArrayBuffer| {
            let length = u64::from(bytes.byte_length());
            (self.bodies.insert(bytes), length)
        };
        Some(match got {
            Got::Progress(bytes) => Input::Progress { id, bytes },
            Got::Text(text) => Input::Text { id, text },
            Got::Body(bytes) => {
                let (body, bytes) = keep(bytes);
                Input::Body { id, body, bytes }
            }
            Got::Partial(bytes) => {
                let (body, bytes) = keep(bytes);
                Input::Partial { id, body, bytes }
            }
            Got::Failed(why) => Input::FetchFailed { id, why },
        })
    }

    fn forget(&mut self, id: FetchId) {
        self.fetches.retain(|(running, _)| *running != id);
    }

    fn digest(&self, body: BodyId) {
        let Some(bytes) = self.bodies.get(body).cloned() else { return };
        let say = self.say.clone();
        spawn_local(async move { say(Event::Digested(body, bodies::digest(bytes).await)) });
    }

    fn open(&mut self, tracks: Vec<(Track, String)>) {
        // The old one first: two media sources on one element would answer each other's events.
        self.source = None;
        self.tracks = tracks;
        self.sources_opened += 1;
        let (say, opened) = (self.say.clone(), self.sources_opened);
        match Source::open(&self.element, Rc::new(move |report| say(Event::Source(opened, report)))) {
            Ok(source) => self.source = Some(source),
            Err(_) => (self.say)(Event::Answer(Input::OpenFailed)),
        }
    }

    fn reported(&mut self, opened: u32, report: Report) -> Option<Input> {
        // A media source that was thrown away is not heard of again.
        let source = self.source.as_mut().filter(|_| opened == self.sources_opened)?;
        let input = match report {
            Report::Opened => return self.opened(),
            Report::Appended(track) => Input::Appended { track, buffered: source.buffered(track) },
            Report::Removed(track) => Input::Removed { track, buffered: source.buffered(track) },
            Report::Failed(track, why) => Input::AppendFailed { track, why },
            Report::Evicted(track) => Input::Evicted { track, buffered: source.buffered(track) },
            Report::Enough(has_enough) => Input::Enough(has_enough),
        };
        source.settle();
        Some(input)
    }

    fn opened(&mut self) -> Option<Input> {
        // `sourceopen` comes again when an append takes the end back.
        let tracks = std::mem::take(&mut self.tracks);
        let source = self.source.as_mut().filter(|_| !tracks.is_empty())?;
        let added = tracks.iter().try_for_each(|(track, mime)| source.add(*track, mime));
        Some(if added.is_ok() { Input::Opened } else { Input::OpenFailed })
    }
}
