//! One player in a page: what each event does to which room.
//!
//! Owns the rooms and their order. Never decides: a wish goes to the screen and comes back as commands, a media event
//! goes to the engine and the screen alike.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::Object;
use player_core::fault::Reason;
use player_core::io::{Input, Load, MediaEvent, Notice, Offer, Quality};
use shared::hls::Resolution;
use shared::time::Instant;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element as PageElement, Window};

use crate::clock::Clock;
use crate::engine::{Engine, Word};
use crate::fallback::{self, Way};
use crate::http::Http;
use crate::js::{self, Listener, Timer};
use crate::locale::words_for;
use crate::media::{Element, ElementError, seconds};
use crate::options::Options;
use crate::page;
use crate::resolve::{self, Resolved};
use crate::session::Session;
use crate::shell::{Asked, Effect, Event, Sink};
use crate::statistics::{self, Figures};
use crate::storage::Memory;
use crate::ui::{
    Caption, Captions, Command, Dom, Ears, Heard, Look, Media, Place, Screen, Trouble, View, Wish, code,
    sentence,
};
use crate::views::{self, Views};

/// How often the statistics are drawn while they are open.
const STATISTICS_INTERVAL: Duration = Duration::from_secs(1);

/// What plays the video.
enum Playback {
    /// Nothing yet.
    None,
    /// Our own engine.
    Stream(Box<Engine>),
    /// The browser alone.
    Plain,
}

/// Everything of one player.
pub struct Mounted {
    window: Window,
    clock: Clock,
    sink: Sink,
    options: Options,
    http: Rc<Http>,
    memory: Memory,
    dom: Rc<Dom>,
    element: Rc<Element>,
    view: View,
    screen: Screen,
    playback: Playback,
    found: Option<Resolved>,
    /// The instance and name of the video, where views are reported to.
    named: Option<(String, String)>,
    captions: Option<Captions>,
    session: Option<Session>,
    /// What tells this viewer's views from others', once one is reported.
    session_name: OnceCell<String>,
    views: Views,
    /// The viewer asked for another place, and the picture is not there yet.
    has_jumped: bool,
    timer: Timer,
    /// When the timer will ring.
    armed: Cell<Option<Instant>>,
    /// Pixels of the player on the screen, once they are known.
    viewport: Option<Resolution>,
    effects: Vec<Effect>,
    /// Where to begin, until something is there to seek in.
    start: Option<f64>,
    /// Where to stop, until it was reached.
    stop: Option<f64>,
    mounted_at: Instant,
    first_frame: Option<Duration>,
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
}

impl Mounted {
    /// Builds the player into the page and starts asking for its video.
    pub fn build(parts: Parts, sink: Sink) -> Result<Mounted, JsValue> {
        let Parts { window, clock, element: parent, options, warm } = parts;
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
            http: Rc::new(Http::new(window.clone(), warm)),
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
                self.tell(now, Input::Viewport(size));
            }
            Event::Captions(list) => self.set_captions(list),
            Event::Storyboard(sheet) => self.view.set_sheet(Some(sheet)),
            Event::FirstFrame => {
                self.first_frame.get_or_insert(now.since(self.mounted_at));
                self.emit("firstframe", &[]);
            }
            Event::Rang => {
                self.armed.set(None);
                self.screen.tick(now);
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
            true => statistics::rows(&self.figures_now(), self.view.words()),
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
        let deadline = [self.screen.deadline(now), engine, statistics].into_iter().flatten().min();
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
        self.set_captions(self.options.captions.clone());
        let media = Media { duration: self.options.duration.unwrap_or(0.0), ..self.element.read() };
        self.screen.media(self.clock.now(), media);
        let shown = self.sink.clone();
        self.element.on_first_frame(move || shown.happen(Event::FirstFrame));
    }

    /// Finds out what to play.
    fn find(&mut self) {
        let named = self.options.video.as_deref().map(|video| resolve::name(video, &self.options.instance));
        self.named.clone_from(&named);
        // A page that knows the addresses already spares us the question; views are reported all the same.
        if let Some(found) = fallback::from_options(&self.options) {
            let now = self.clock.now();
            return self.found(now, Ok(found));
        }
        let Some((instance, id)) = named else {
            return self.fall(Trouble::NotFound);
        };
        let (http, sink, options) = (self.http.clone(), self.sink.clone(), self.options.clone());
        spawn_local(async move {
            let found = resolve::resolve(&http, &instance, &id, &options).await;
            let more = found.is_ok();
            sink.happen(Event::Found(found));
            if !more {
                return;
            }
            if options.captions.is_empty() {
                let list = resolve::captions(&http, &instance, &id, &options).await;
                sink.happen(Event::Captions(list));
            }
            if options.storyboard.is_none() {
                let sheet = resolve::storyboard(&http, &instance, &id, &options).await;
                if let Some(sheet) = sheet {
                    sink.happen(Event::Storyboard(sheet));
                }
            }
        });
    }

    fn found(&mut self, now: Instant, found: Result<Resolved, Trouble>) {
        let found = match found {
            Ok(found) => found,
            Err(trouble) => return self.fall(trouble),
        };
        let video = self.element.video();
        if self.options.title.is_none() {
            self.view.set_title(found.title.as_deref().unwrap_or(""));
        }
        if let Some(poster) = found.poster.as_deref().filter(|_| self.options.poster.is_none()) {
            video.set_poster(poster);
        }
        if let Some(ratio) = found.aspect_ratio.filter(|_| self.options.aspect_ratio.is_none()) {
            self.set_ratio(ratio);
        }
        if self.screen.media.duration <= 0.0 {
            self.screen.media.duration = found.duration.unwrap_or(0.0);
        }
        let way = fallback::choose_way(&found, fallback::skills(video));
        self.found = Some(found);
        match way {
            Some(Way::Stream { playlist, sha256 }) => self.stream(now, playlist, sha256),
            Some(Way::Plain { url }) => self.play_plainly(&url),
            None => return self.fall(Trouble::Unsupported),
        }
        self.emit("ready", &[]);
        if self.options.autoplay {
            self.element.play();
        }
    }

    fn stream(&mut self, now: Instant, url: String, digests: Option<String>) {
        let token = self.found.as_ref().and_then(|found| found.file_token.clone());
        let load = Load {
            url,
            digests,
            token,
            start: seconds(self.options.start.unwrap_or(0.0)),
            stop: self.options.stop.map(seconds),
            repeat: self.options.looping,
            quality: quality(self.screen.quality_chosen),
            bandwidth: self.memory.bandwidth(),
            viewport: self.viewport,
        };
        let sink = self.sink.clone();
        let say = Rc::new(move |event| sink.happen(Event::Engine(event)));
        let engine = Engine::start(now, load, self.http.clone(), self.element.clone(), seed(), say);
        self.playback = Playback::Stream(Box::new(engine));
    }

    fn play_plainly(&mut self, url: &str) {
        let token = self.found.as_ref().and_then(|found| found.file_token.as_deref());
        let video = self.element.video();
        video.set_loop(self.options.looping);
        self.element.set_source(&fallback::with_token(url, token));
        self.start = self.options.start;
        self.playback = Playback::Plain;
    }

    fn media(&mut self, now: Instant, name: &str) {
        let media = self.element.read();
        let event = match name {
            "timeupdate" => Some(MediaEvent::Time),
            "loadeddata" => Some(MediaEvent::Loaded),
            "play" => Some(MediaEvent::Play),
            "playing" => Some(MediaEvent::Playing),
            "pause" => Some(MediaEvent::Pause),
            "waiting" => Some(MediaEvent::Waiting),
            "seeking" => Some(MediaEvent::Seeking),
            "seeked" => Some(MediaEvent::Seeked),
            "ended" => Some(MediaEvent::Ended),
            "ratechange" => Some(MediaEvent::Rate(media.rate)),
            "error" => Some(MediaEvent::Failed),
            _ => None,
        };
        match (&mut self.playback, event) {
            (Playback::Stream(engine), Some(event)) => engine.media(now, event),
            (Playback::Plain, _) => self.watch_plain(name),
            (Playback::Stream(_) | Playback::None, _) => {}
        }
        match name {
            "play" if self.session.is_none() => self.begin_session(),
            "timeupdate" if !media.paused => {
                let report = self.views.watching(now);
                self.report_view(report, media.time);
            }
            // The core jumps too, over holes; those jumps are no viewer's.
            "seeked" if std::mem::take(&mut self.has_jumped) => {
                let report = self.views.seeked(now);
                self.report_view(report, media.time);
            }
            "enterpictureinpicture" | "webkitbeginfullscreen" => self.set_away(true, name),
            "leavepictureinpicture" | "webkitendfullscreen" => self.set_away(false, name),
            _ => {}
        }
        if let Some(session) = self.session.as_ref().filter(|_| name != "progress") {
            session.update(&media);
        }
        let (time, volume, muted, rate) = (media.time, media.volume, media.muted, media.rate);
        self.show(now, media);
        let known = self.screen.media.duration;
        match name {
            "play" | "pause" | "ended" | "seeking" | "seeked" | "waiting" | "playing" | "timeupdate" => {
                if let Some(name) = EMITTED.iter().find(|emitted| **emitted == name) {
                    self.emit(name, &[("currentTime", time.into()), ("duration", known.into())]);
                }
            }
            "volumechange" => {
                self.emit("volumechange", &[("volume", volume.into()), ("muted", muted.into())])
            }
            "ratechange" => self.emit("ratechange", &[("playbackRate", rate.into())]),
            _ => {}
        }
    }

    /// What the core would see to, for a video the browser plays alone.
    fn watch_plain(&mut self, name: &str) {
        let video = self.element.video();
        match name {
            "durationchange" => {
                if let Some(start) = self.start.take() {
                    self.element.seek(start);
                }
            }
            "timeupdate" if self.stop.is_some_and(|stop| stop <= video.current_time()) => {
                self.stop = None;
                self.element.pause();
            }
            "error" => match self.element.error() {
                Some(ElementError::Network) => self.fall(Trouble::Network),
                Some(ElementError::Decode) => self.fall(Trouble::Decode),
                Some(ElementError::Unsupported) => self.fall(Trouble::Unsupported),
                None => {}
            },
            _ => {}
        }
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

    fn heard(&mut self, now: Instant, heard: Heard) {
        if !matches!(heard, Heard::Moved { .. } | Heard::Hover(_)) {
            self.refresh(now);
        }
        let commands = match heard {
            Heard::Wish(wish) => self.screen.wish(now, wish),
            Heard::Moved { on_controls } => {
                self.screen.rest(now, on_controls);
                return;
            }
            Heard::Left => {
                self.screen.leave(now);
                return;
            }
            Heard::Hover(fraction) => {
                self.screen.hover = fraction;
                return;
            }
            Heard::ScrubStart(fraction) => self.screen.scrub_start(now, fraction),
            Heard::Scrub(fraction) => self.screen.scrub(now, fraction),
            Heard::ScrubEnd => self.screen.scrub_end(now),
            Heard::Tap(side) => self.screen.tap(now, side),
            Heard::Keyboard(inside) => {
                self.screen.keyboard = inside;
                return;
            }
            Heard::Walk(step) => vec![Command::Focus(Place::Line(step))],
            Heard::Line(place) => match self.view.menu().wish(place) {
                Some(wish) => self.screen.wish(now, wish),
                None => return,
            },
        };
        self.obey(now, commands);
    }

    /// Asks the element how it is: its events come a little after the fact, and a toggle pressed in between would go
    /// the wrong way.
    fn refresh(&mut self, now: Instant) {
        let media = self.element.read();
        self.show(now, media);
    }

    fn show(&mut self, now: Instant, media: Media) {
        let known = if 0.0 < media.duration { media.duration } else { self.screen.media.duration };
        let looping = self.screen.media.looping;
        self.screen.media(now, Media { duration: known, looping, ..media });
    }

    fn asked(&mut self, now: Instant, asked: Asked) {
        self.refresh(now);
        match asked {
            Asked::Wish(wish) => {
                self.wish(now, wish);
                self.screen.forget_sign();
            }
            Asked::Muted(muted) => self.obey(now, vec![Command::Mute(muted)]),
            Asked::Theater(theater) => self.screen.theater = theater,
        }
    }

    fn wish(&mut self, now: Instant, wish: Wish) {
        let commands = self.screen.wish(now, wish);
        self.obey(now, commands);
    }

    fn obey(&mut self, now: Instant, commands: Vec<Command>) {
        for command in commands {
            self.carry_out(now, command);
        }
    }

    fn carry_out(&mut self, now: Instant, command: Command) {
        match command {
            Command::Play => self.element.play(),
            Command::Pause => self.element.pause(),
            Command::Seek(to) => {
                self.has_jumped = true;
                match &mut self.playback {
                    Playback::Stream(engine) => engine.input(now, Input::Seek { to: seconds(to) }),
                    Playback::Plain | Playback::None => self.element.seek(to),
                }
            }
            Command::Volume(volume) => self.element.set_volume(volume),
            // The last of the two, so that both are as they will stay.
            Command::Mute(muted) => {
                self.element.video().set_muted(muted);
                self.memory.set_volume(self.element.video().volume(), muted);
            }
            Command::Rate(rate) => self.element.set_rate(rate),
            Command::Loop(on) => match &mut self.playback {
                Playback::Stream(engine) => engine.input(now, Input::Repeat(on)),
                Playback::Plain | Playback::None => self.element.video().set_loop(on),
            },
            Command::Quality(height) => {
                self.tell(now, Input::Choose(quality(height)));
                self.emit_quality();
            }
            Command::Caption(place) => {
                if let Some(captions) = &self.captions {
                    captions.choose(place);
                    self.memory.set_captions(place.and_then(|place| captions.language(place)));
                }
            }
            Command::Fullscreen(on) => page::set_fullscreen(&self.dom, on),
            Command::Picture(on) => page::set_picture(self.dom.document(), self.element.video(), on),
            Command::Theater(on) => {
                self.screen.theater = on;
                self.emit("theater", &[("theater", on.into())]);
            }
            Command::Retry => match &mut self.playback {
                Playback::Stream(engine) => engine.input(now, Input::Retry),
                Playback::Plain | Playback::None => self.find(),
            },
            Command::Focus(place) => self.effects.push(Effect::Focus(place)),
        }
    }

    fn tell(&mut self, now: Instant, input: Input) {
        if let Playback::Stream(engine) = &mut self.playback {
            engine.input(now, input);
        }
    }

    fn listen_to_engine(&mut self) {
        let words = match &mut self.playback {
            Playback::Stream(engine) => engine.words(),
            Playback::None | Playback::Plain => return,
        };
        for word in words {
            match word {
                Word::Qualities(offers) => {
                    self.screen.qualities = offers.iter().map(to_quality).collect();
                    self.emit_quality();
                }
                Word::Showing(offer) => {
                    self.screen.quality_playing = Some(offer.height);
                    self.emit_quality();
                }
                Word::Notice(None) => self.screen.trouble = None,
                Word::Notice(Some(notice)) => self.fall(trouble(notice)),
                Word::Remember(bandwidth) => self.memory.set_bandwidth(bandwidth),
            }
        }
    }

    fn fall(&mut self, trouble: Trouble) {
        self.screen.trouble = Some(trouble);
        if trouble != Trouble::Retrying {
            let message = sentence(trouble, self.view.words());
            self.emit("error", &[("code", code(trouble).into()), ("message", message.into())]);
        }
    }

    fn set_captions(&mut self, list: Vec<Caption>) {
        let captions = Captions::new(self.dom.clone(), list);
        self.screen.captions = captions.labels();
        let remembered = self.memory.captions().filter(|language| !language.is_empty());
        let place = remembered.and_then(|language| captions.place(&language));
        self.screen.caption = place;
        captions.choose(place);
        self.captions = Some(captions);
    }

    fn set_away(&mut self, away: bool, name: &str) {
        if name.ends_with("pictureinpicture") {
            self.screen.picture = away;
        } else {
            self.screen.fullscreen = away;
        }
        if let Some(captions) = &self.captions {
            captions.set_away(away);
        }
    }

    fn set_ratio(&self, ratio: f64) {
        let _ = js::style(self.dom.host(), "--shoal-ratio", &crate::ui::decimal(ratio, 4));
    }

    fn begin_session(&mut self) {
        let sink = self.sink.clone();
        let session = Session::begin(&self.window, move |wish| sink.happen(Event::Heard(Heard::Wish(wish))));
        if let Some(session) = &session {
            let found = self.found.as_ref();
            let channel = found.and_then(|found| found.channel.as_deref()).unwrap_or("");
            let poster = self.element.video().poster();
            session.describe(self.view.title(), channel, Some(poster.as_str()).filter(|url| !url.is_empty()));
        }
        self.session = session;
    }

    fn report_view(&self, report: Option<views::Report>, time: f64) {
        let (Some(report), Some((instance, id))) = (report, &self.named) else { return };
        let body = Object::new();
        js::set(&body, "currentTime", &time.floor().into());
        js::set(
            &body,
            "sessionId",
            &self.session_name.get_or_init(|| page::random_name(&self.window)).as_str().into(),
        );
        if report == views::Report::Seek {
            js::set(&body, "viewEvent", &"seek".into());
        }
        let url = resolve::views_url(instance, id);
        let (http, bearer) = (self.http.clone(), self.options.access_token.clone());
        // A view that cannot be reported is not worth a word.
        spawn_local(async move { drop(http.post(&url, bearer.as_deref(), Some(&body)).await) });
    }

    fn emit_quality(&mut self) {
        let playing = self.screen.quality_playing.map_or(JsValue::NULL, JsValue::from);
        let chosen = self.screen.quality_chosen.map_or(JsValue::from(-1), JsValue::from);
        self.emit("qualitychange", &[("height", playing), ("quality", chosen)]);
    }

    fn emit(&mut self, name: &'static str, fields: &[(&str, JsValue)]) {
        let detail = Object::new();
        for (name, value) in fields {
            js::set(&detail, name, value);
        }
        self.effects.push(Effect::Emit(name, detail.into()));
    }

    fn figures_now(&self) -> Figures {
        let (frames, dropped) = self.element.frames();
        let media = &self.screen.media;
        let ahead = media.buffered.iter().find(|(start, end)| *start <= media.time && media.time < *end);
        Figures {
            picture: self.element.picture(),
            viewport: self.viewport.unwrap_or(Resolution { width: 0, height: 0 }),
            frames,
            dropped,
            ahead: ahead.map_or(0.0, |(_, end)| end - media.time),
            first_frame: self.first_frame,
            stream: match &self.playback {
                Playback::Stream(engine) => Some(engine.core().stats()),
                Playback::None | Playback::Plain => None,
            },
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

/// Events of the media element that are passed on under the same name.
const EMITTED: [&str; 8] =
    ["play", "pause", "ended", "seeking", "seeked", "waiting", "playing", "timeupdate"];

/// Something that differs between viewers, so that their retries do not come together.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any bits will do")]
fn seed() -> u64 {
    (js_sys::Math::random() * 9e15) as u64
}

fn quality(height: Option<u32>) -> Quality {
    height.map_or(Quality::Auto, Quality::Height)
}

fn to_quality(offer: &Offer) -> crate::ui::Quality {
    let frame_rate = f64::from(offer.frame_rate) / 1000.0;
    crate::ui::Quality { height: offer.height, frame_rate: Some(frame_rate).filter(|&rate| 0.0 < rate) }
}

fn trouble(notice: Notice) -> Trouble {
    match notice {
        Notice::Reconnecting => Trouble::Retrying,
        Notice::Failed(fault) => match fault.reason() {
            Reason::NotFound => Trouble::NotFound,
            Reason::Private => Trouble::Private,
            Reason::Network => Trouble::Network,
            Reason::Server => Trouble::Server,
            Reason::Damaged => Trouble::Source,
            Reason::Forged => Trouble::Forged,
            Reason::Unsupported => Trouble::Unsupported,
            Reason::Playback => Trouble::Decode,
        },
    }
}
