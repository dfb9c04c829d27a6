//! The door of one player: how it is built, what it does with each event, and how it goes.
//!
//! Owns the rooms and their order. Never decides: a wish goes to the screen and comes back as commands, a media event
//! goes to the engine and the screen alike.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Function, Object};
use player_core::io::Input;
use shared::hls::Resolution;
use shared::time::Instant;
use wasm_bindgen::JsValue;
use web_sys::{Element as PageElement, Window};

use crate::clock::Clock;
use crate::engine::Engine;
use crate::http::Http;
use crate::js::{Listener, Timer};
use crate::locale::words_for;
use crate::media::Element;
use crate::options::Options;
use crate::page;
use crate::resolve::Resolved;
use crate::session::Session;
use crate::sharing::Ways;
use crate::shell::{Effect, Event, Sink};
use crate::statistics;
use crate::storage::Memory;
use crate::ui::{Captions, Dom, Ears, Look, Media, Place, Screen, Trouble, View, Wish};
use crate::views::Views;

/// How often the statistics are drawn while they are open.
const STATISTICS_INTERVAL: Duration = Duration::from_secs(1);

/// What plays the video.
pub(super) enum Playback {
    /// Nothing yet.
    None,
    /// Our own engine.
    Stream(Box<Engine>),
    /// The browser alone.
    Plain,
}

/// Everything of one player.
pub struct Mounted {
    pub(super) window: Window,
    pub(super) clock: Clock,
    pub(super) sink: Sink,
    pub(super) options: Options,
    pub(super) http: Rc<Http>,
    pub(super) memory: Memory,
    pub(super) dom: Rc<Dom>,
    pub(super) element: Rc<Element>,
    pub(super) view: View,
    pub(super) screen: Screen,
    pub(super) playback: Playback,
    pub(super) found: Option<Resolved>,
    /// The instance and name of the video, where views are reported to.
    pub(super) named: Option<(String, String)>,
    pub(super) captions: Option<Captions>,
    pub(super) session: Option<Session>,
    /// What tells this viewer's views from others', once one is reported.
    pub(super) session_name: OnceCell<String>,
    pub(super) views: Views,
    /// The viewer asked for another place, and the picture is not there yet.
    pub(super) has_jumped: bool,
    pub(super) timer: Timer,
    /// When the timer will ring.
    pub(super) armed: Cell<Option<Instant>>,
    /// Pixels of the player on the screen, once they are known.
    pub(super) viewport: Option<Resolution>,
    pub(super) effects: Vec<Effect>,
    /// Where to begin, until something is there to seek in.
    pub(super) start: Option<f64>,
    /// Where to stop, until it was reached.
    pub(super) stop: Option<f64>,
    pub(super) mounted_at: Instant,
    pub(super) first_frame: Option<Duration>,
    /// Loads the code that only who shares needs, and returns a promise.
    pub(super) load_sharing: Function,
    /// That code and the ways are on their way.
    pub(super) is_preparing: bool,
    /// When peers are asked for help although there is no picture yet; none before, and once they were.
    pub(super) patience: Option<Instant>,
    /// By which peers are reached, once the code is there and it was asked for.
    pub(super) ways: Option<Ways>,
    _ears: Ears,
    _page: [Listener; 2],
    _watch: page::Watch,
}

/// What a player is made of.
pub struct Parts {
    pub window: Window,
    pub clock: Clock,
    pub element: PageElement,
    pub options: Options,
    /// Requests that are under way already.
    pub warm: JsValue,
    /// Loads the code that only who shares needs, and returns a promise.
    pub load_sharing: Function,
}

impl Mounted {
    /// Builds the player into the page and starts asking for its video.
    pub fn build(parts: Parts, sink: Sink) -> Result<Mounted, JsValue> {
        let Parts { window, clock, element: parent, options, warm, load_sharing } = parts;
        let document = window.document().ok_or(JsValue::UNDEFINED)?;
        let dom = Rc::new(Dom::build(document.clone(), &parent)?);
        let look = Look { words: words_for(&options.language), controls: options.controls };
        let memory = Memory::of(&window);
        let said = sink.clone();
        let element = Rc::new(Element::new(dom.video(), move |name| said.happen(Event::Media(name))));
        let mut screen = Screen::default();
        screen.can = page::can(&document, &element, options.theater);
        screen.quality_chosen = options.quality;
        screen.media.looping = options.looping;
        let heard = sink.clone();
        let ears = Ears::new(&dom, options.page_keys, Rc::new(move |what| heard.happen(Event::Heard(what))));
        let of = |target: &web_sys::EventTarget, names| {
            let sink = sink.clone();
            Listener::new(target, names, move |event| sink.happen(Event::Page(event.type_())))
        };
        let page = [of(&document, page::DOCUMENT_EVENTS), of(&window, page::WINDOW_EVENTS)];
        let resized = sink.clone();
        let watch = page::Watch::new(&window, dom.host(), move |size| resized.happen(Event::Resized(size)));
        let rung = sink.clone();
        let timer = Timer::new(&window, move || rung.happen(Event::Rang));
        let mut mounted = Mounted {
            http: Rc::new(Http::new(warm)),
            session_name: OnceCell::new(),
            viewport: None,
            armed: Cell::new(None),
            mounted_at: clock.now(),
            start: options.start,
            stop: options.stop,
            view: View::new(look),
            playback: Playback::None,
            found: None,
            named: None,
            captions: None,
            session: None,
            views: Views::default(),
            has_jumped: false,
            effects: Vec::new(),
            first_frame: None,
            load_sharing,
            is_preparing: false,
            patience: None,
            ways: None,
            _ears: ears,
            _page: page,
            _watch: watch,
            window,
            clock,
            sink,
            options,
            memory,
            dom,
            element,
            screen,
            timer,
        };
        mounted.prepare();
        mounted.find();
        Ok(mounted)
    }

    /// The media element, for questions that need nothing else.
    pub fn element(&self) -> Rc<Element> {
        self.element.clone()
    }

    /// What the screen knows.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// The figures of the statistics, as an object.
    pub fn figures(&self) -> Object {
        statistics::object(&self.figures_now())
    }

    /// The element the keyboard is sent to.
    pub fn place(&self, place: Place) -> Option<PageElement> {
        self.view.place(&self.dom, place)
    }

    /// Takes one event.
    pub fn handle(&mut self, event: Event) {
        let now = self.clock.now();
        match event {
            Event::Heard(heard) => self.heard(now, heard),
            Event::Asked(asked) => self.asked(now, asked),
            Event::Media(name) => self.media(now, &name),
            Event::Page(name) => self.page(now, &name),
            Event::Engine(event) => {
                if let Playback::Stream(engine) = &mut self.playback {
                    engine.handle(now, event);
                }
            }
            Event::Found(found) => self.found(now, found),
            Event::Resized(size) => {
                self.viewport = Some(size);
                self.fit();
                self.tell(now, Input::Viewport(size));
            }
            Event::Beside(answer) => self.beside(&answer),
            Event::FirstFrame => {
                self.first_frame.get_or_insert(now.since(self.mounted_at));
                self.emit("firstframe", &[]);
                self.offer_sharing(now);
            }
            Event::Ways(ways) => self.prepared_sharing(now, ways),
            Event::Rang => {
                self.armed.set(None);
                self.screen.tick(now);
                if self.patience.is_some_and(|until| until <= now) {
                    self.offer_sharing(now);
                }
                if let Playback::Stream(engine) = &mut self.playback {
                    engine.ring(now);
                }
            }
        }
        self.listen_to_engine();
    }

    /// Draws, sets the timer, and gives out what is to be done afterwards.
    pub fn finish(&mut self) -> Vec<Effect> {
        let now = self.clock.now();
        let rows = match self.screen.statistics {
            true => statistics::rows(&self.figures_now(), self.screen.sharing, self.view.words()),
            false => Vec::new(),
        };
        // An element that cannot be drawn leaves a player that can still be heard and asked.
        let _ = self.view.draw(now, &self.dom, &self.screen, &rows);
        self.arm(now);
        std::mem::take(&mut self.effects)
    }

    fn arm(&self, now: Instant) {
        let engine = match &self.playback {
            Playback::Stream(engine) => engine.deadline(),
            Playback::None | Playback::Plain => None,
        };
        let statistics = self.screen.statistics.then(|| now + STATISTICS_INTERVAL);
        let deadline =
            [self.screen.deadline(now), engine, statistics, self.patience].into_iter().flatten().min();
        if self.armed.replace(deadline) == deadline {
            return;
        }
        match deadline {
            Some(deadline) => {
                // Browsers count whole milliseconds: rounded up, or the timer would ring before its time.
                let wait = deadline.0.saturating_sub(now.0).div_ceil(1000);
                self.timer.set(i32::try_from(wait).unwrap_or(i32::MAX));
            }
            None => self.timer.stop(),
        }
    }

    /// What can be done before anything is known about the video.
    fn prepare(&mut self) {
        let video = self.element.video();
        let (volume, muted) = self.memory.volume().unwrap_or((1.0, false));
        self.element.set_volume(self.options.volume.unwrap_or(volume));
        video.set_muted(self.options.muted.unwrap_or(muted && self.options.volume.is_none()));
        video.set_loop(self.options.looping);
        self.element.set_rate(self.options.playback_rate.unwrap_or(1.0));
        if let Some(ratio) = self.options.aspect_ratio {
            self.set_ratio(ratio);
        }
        if let Some(poster) = &self.options.poster {
            video.set_poster(poster);
        }
        self.view.set_title(self.options.title.as_deref().unwrap_or(""));
        self.view.set_sheet(self.options.storyboard.clone());
        self.screen.chapters.clone_from(&self.options.chapters);
        self.set_captions(self.options.captions.clone());
        let media = Media { duration: self.options.duration.unwrap_or(0.0), ..self.element.read() };
        self.screen.media(self.clock.now(), media);
        let shown = self.sink.clone();
        self.element.on_first_frame(move || shown.happen(Event::FirstFrame));
    }

    fn page(&mut self, now: Instant, name: &str) {
        match name {
            "fullscreenchange" | "webkitfullscreenchange" => {
                self.screen.fullscreen = page::is_fullscreen(&self.dom);
                self.screen.stir(now);
            }
            "online" => {
                self.tell(now, Input::Online);
                if self.screen.trouble == Some(Trouble::Network) {
                    self.wish(now, Wish::Retry);
                }
            }
            "offline" => self.tell(now, Input::Offline),
            _ => {}
        }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        if let Playback::Stream(engine) = &mut self.playback {
            engine.close(self.clock.now());
        }
        let video = self.element.video();
        self.element.pause();
        // An element that keeps its source keeps its memory.
        let _ = video.remove_attribute("src");
        video.load();
        self.dom.remove();
    }
}
