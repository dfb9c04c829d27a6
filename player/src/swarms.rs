//! The hands of the swarms: the tracker's socket, the links, and segments that come in pieces.
//!
//! Owns all three for one playback. Never decides. Together with `rtc`, `tracker` and the core's `swarm` it is loaded
//! after the first picture: nothing here is called before there are [`Swarms`], and none are made before that; hence what
//! the engine calls is never inlined there. The surprise is `payload`: a piece of a segment is shown to the core
//! by its length alone, and what the core answers at once says where it belongs; a piece nobody asked for goes nowhere.

use std::rc::Rc;
use std::time::Duration;

use js_sys::{ArrayBuffer, Uint8Array};
use player_core::io::{BodyId, Input, SwarmId};
use player_core::swarm::{self, AssemblyId, LinkId, Output};
use shared::id::{InfoHash, PeerId};
use shared::tracker::{Announce, Answer, Description, FromClient, FromTracker, Offer};
use wasm_bindgen::JsValue;
use web_sys::Window;

use crate::rtc::{self, Link, is_command};
use crate::tracker::{self, Tracker};

/// Something that came of an output.
pub enum Event {
    /// Of the socket dialled as the so-manieth.
    Tracker(u32, tracker::Report),
    Link(SwarmId, LinkId, rtc::Report),
}

/// Everything swarms are made of here.
pub struct Swarms {
    window: Window,
    /// `RTCConfiguration.iceServers`.
    servers: JsValue,
    tracker: Option<Tracker>,
    dialled: u32,
    joined: Vec<(SwarmId, InfoHash, PeerId)>,
    /// None: one that could not be made, until that was told.
    links: Vec<(SwarmId, LinkId, Option<Link>)>,
    assemblies: Vec<(SwarmId, AssemblyId, Uint8Array)>,
    /// The piece that was just shown to the core.
    payload: Option<ArrayBuffer>,
    say: Rc<dyn Fn(Event)>,
}

/// What must be done with bodies, which are not ours.
pub enum Errand<'a> {
    /// These bytes are a body now, the answer to [`Output::Assemble`].
    Keep(AssemblyId, ArrayBuffer),
    /// [`Output::Join`].
    Copy(BodyId, &'a Uint8Array, u64),
    /// [`Output::SendPayload`].
    Send(BodyId, &'a Link, u64, u64),
    Release(BodyId),
}

impl Swarms {
    /// Nothing yet.
    #[inline(never)]
    pub fn new(window: Window, servers: JsValue, say: Rc<dyn Fn(Event)>) -> Swarms {
        Swarms {
            window,
            servers,
            tracker: None,
            dialled: 0,
            joined: Vec::new(),
            links: Vec::new(),
            assemblies: Vec::new(),
            payload: None,
            say,
        }
    }

    /// Opens the socket.
    #[inline(never)]
    pub fn dial(&mut self, url: &str) {
        self.dialled += 1;
        let (say, dialled) = (self.say.clone(), self.dialled);
        let socket = Tracker::dial(url, Rc::new(move |report| say(Event::Tracker(dialled, report))));
        if socket.is_err() {
            (self.say)(Event::Tracker(dialled, tracker::Report::Down));
        }
        self.tracker = socket.ok();
    }

    /// Closes it.
    #[inline(never)]
    pub fn hang_up(&mut self) {
        // What the old socket still says is of no number that counts.
        self.dialled += 1;
        self.tracker = None;
    }

    /// There is one more swarm.
    #[inline(never)]
    pub fn join(&mut self, swarm: SwarmId, info_hash: InfoHash, me: PeerId) {
        self.joined.push((swarm, info_hash, me));
    }

    /// There is one less.
    #[inline(never)]
    pub fn leave(&mut self, swarm: SwarmId) {
        self.joined.retain(|(joined, ..)| *joined != swarm);
        self.links.retain(|(of, ..)| *of != swarm);
        self.assemblies.retain(|(of, ..)| *of != swarm);
    }

    /// Turns an event into what the core is told.
    #[inline(never)]
    pub fn heard(&mut self, event: Event) -> Option<Input> {
        match event {
            Event::Tracker(dialled, _) if dialled != self.dialled => None,
            Event::Tracker(_, tracker::Report::Up) => Some(Input::TrackerUp),
            Event::Tracker(_, tracker::Report::Down) => {
                self.tracker = None;
                Some(Input::TrackerDown)
            }
            Event::Tracker(_, tracker::Report::Said(text)) => self.said(&text),
            Event::Link(swarm, link, report) => {
                // One that was closed is heard of no more.
                self.links.iter().find(|(of, name, _)| (*of, *name) == (swarm, link))?;
                let input = match report {
                    rtc::Report::Described(description) => swarm::Input::Described { link, description },
                    rtc::Report::Opened => swarm::Input::Opened { link },
                    rtc::Report::Drained => swarm::Input::Drained { link },
                    rtc::Report::Closed => {
                        self.close(swarm, link);
                        swarm::Input::Closed { link }
                    }
                    rtc::Report::Message(bytes) => {
                        let view = Uint8Array::new(&bytes);
                        if is_command(&view) {
                            swarm::Input::Command { link, message: view.to_vec() }
                        } else {
                            let length = u64::from(bytes.byte_length());
                            self.payload = Some(bytes);
                            swarm::Input::Payload { link, bytes: length }
                        }
                    }
                };
                Some(Input::Swarm { swarm, input })
            }
        }
    }

    /// The core has answered: a piece it did not keep is let go.
    pub fn forget_payload(&mut self) {
        self.payload = None;
    }

    /// Does what a swarm wants; what concerns bodies is handed on.
    #[inline(never)]
    pub fn obey(&mut self, swarm: SwarmId, output: Output, bodies: impl FnOnce(Errand<'_>)) {
        match output {
            Output::Announce { event, offers } => {
                let Some((info_hash, peer_id)) = self.names(swarm) else { return };
                let offers = offers.iter().filter_map(|(offer_id, text)| {
                    Some(Offer { offer_id: *offer_id, description: Description::parse(text)? })
                });
                let offers = offers.collect();
                let announce = Announce { info_hash, peer_id, event, is_complete: false, offers };
                self.tell(&FromClient::Announce(announce));
            }
            Output::Answer { to, offer_id, description } => {
                let Some((info_hash, peer_id)) = self.names(swarm) else { return };
                if let Some(description) = Description::parse(&description) {
                    self.tell(&FromClient::Answer(Answer { info_hash, peer_id, to, offer_id, description }));
                }
            }
            Output::MakeOffer { link } => {
                let made = Link::offer(&self.window, &self.servers, self.reporter(swarm, link));
                self.adopt(swarm, link, made);
            }
            Output::TakeOffer { link, description } => {
                let reporter = self.reporter(swarm, link);
                let made = Link::answer(&self.window, &self.servers, &description, reporter);
                self.adopt(swarm, link, made);
            }
            Output::TakeAnswer { link, description } => {
                let reporter = self.reporter(swarm, link);
                let Some(found) = self.link(swarm, link) else { return };
                if found.take_answer(&description, reporter.clone()).is_err() {
                    reporter(rtc::Report::Closed);
                }
            }
            Output::Close { link } => self.close(swarm, link),
            Output::Send { link, message } => {
                if let Some(link) = self.link(swarm, link) {
                    link.send(&message);
                }
            }
            Output::SendPayload { link, body, from, bytes } => {
                if let Some(link) = self.link(swarm, link) {
                    bodies(Errand::Send(body, link, from, bytes));
                }
            }
            Output::Keep { assembly, at, total } => {
                if let Some(piece) = self.payload.take() {
                    let whole = self.assembly(swarm, assembly, total);
                    set(whole, &Uint8Array::new(&piece), at);
                }
            }
            Output::Join { assembly, body, at, total } => {
                let whole = self.assembly(swarm, assembly, total);
                bodies(Errand::Copy(body, whole, at));
            }
            Output::Assemble { assembly } => {
                if let Some(whole) = self.take_assembly(swarm, assembly) {
                    bodies(Errand::Keep(assembly, whole.buffer()));
                }
            }
            Output::Discard { assembly } => drop(self.take_assembly(swarm, assembly)),
            Output::Release { body } => bodies(Errand::Release(body)),
        }
    }

    fn said(&self, text: &str) -> Option<Input> {
        let (info_hash, input) = match FromTracker::decode(text).ok()? {
            FromTracker::Announced(announced) => {
                let interval = Duration::from_secs(u64::from(announced.interval));
                let peers = u64::from(announced.counts.complete) + u64::from(announced.counts.incomplete);
                (announced.info_hash, swarm::Input::Announced { interval, peers })
            }
            FromTracker::Offer { info_hash, peer_id, offer } => {
                let description = offer.description.json().to_owned();
                let offer_id = offer.offer_id;
                (info_hash, swarm::Input::OfferHeard { from: peer_id, offer_id, description })
            }
            FromTracker::Answer { info_hash, peer_id, offer_id, description } => {
                let description = description.json().to_owned();
                (info_hash, swarm::Input::AnswerHeard { from: peer_id, offer_id, description })
            }
            // A refusal changes nothing: the swarm announces again in its time, and plays without peers meanwhile.
            FromTracker::Failure { .. } | FromTracker::Scraped { .. } => return None,
        };
        let (swarm, ..) = self.joined.iter().find(|(_, joined, _)| *joined == info_hash)?;
        Some(Input::Swarm { swarm: *swarm, input })
    }

    fn names(&self, swarm: SwarmId) -> Option<(InfoHash, PeerId)> {
        let (_, info_hash, me) = self.joined.iter().find(|(joined, ..)| *joined == swarm)?;
        Some((*info_hash, *me))
    }

    fn tell(&self, message: &FromClient<'_>) {
        if let Some(tracker) = &self.tracker {
            let mut text = String::new();
            message.encode(&mut text);
            tracker.say(&text);
        }
    }

    fn reporter(&self, swarm: SwarmId, link: LinkId) -> Rc<dyn Fn(rtc::Report)> {
        let say = self.say.clone();
        Rc::new(move |report| say(Event::Link(swarm, link, report)))
    }

    fn link(&self, swarm: SwarmId, link: LinkId) -> Option<&Link> {
        let found = self.links.iter().find(|(of, name, _)| (*of, *name) == (swarm, link));
        found.and_then(|(.., link)| link.as_ref())
    }

    fn adopt(&mut self, swarm: SwarmId, link: LinkId, made: Result<Link, JsValue>) {
        if made.is_err() {
            (self.say)(Event::Link(swarm, link, rtc::Report::Closed));
        }
        self.links.push((swarm, link, made.ok()));
    }

    fn close(&mut self, swarm: SwarmId, link: LinkId) {
        self.links.retain(|(of, name, _)| (*of, *name) != (swarm, link));
    }

    fn assembly(&mut self, swarm: SwarmId, assembly: AssemblyId, total: u64) -> &Uint8Array {
        let is_it = |(of, name, _): &(SwarmId, AssemblyId, Uint8Array)| (*of, *name) == (swarm, assembly);
        let place = self.assemblies.iter().position(is_it).unwrap_or_else(|| {
            let bytes = Uint8Array::new_with_length(u32::try_from(total).unwrap_or(0));
            self.assemblies.push((swarm, assembly, bytes));
            self.assemblies.len() - 1
        });
        let (.., whole) = self.assemblies.get(place).expect("it was found or pushed just now");
        whole
    }

    fn take_assembly(&mut self, swarm: SwarmId, assembly: AssemblyId) -> Option<Uint8Array> {
        let place = self.assemblies.iter().position(|(of, name, _)| (*of, *name) == (swarm, assembly))?;
        let (.., whole) = self.assemblies.swap_remove(place);
        Some(whole)
    }
}

/// Copies bytes into a whole. The core counts bytes, so what does not fit is its mistake and no reason to throw.
pub fn set(whole: &Uint8Array, piece: &Uint8Array, at: u64) {
    let at = u32::try_from(at).unwrap_or(u32::MAX);
    let fits = at.checked_add(piece.length()).is_some_and(|end| end <= whole.length());
    debug_assert!(fits, "a piece lies inside its segment");
    if fits {
        whole.set(piece, at);
    }
}
