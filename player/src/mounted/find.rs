//! What is played: found out from the options or asked of the instance, and then given to our engine or to the browser.

use std::rc::Rc;
use std::time::Duration;

use player_core::io::{Load, MediaEvent};
use shared::time::Instant;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::door::{Mounted, Playback};
use super::engine::quality;
use crate::engine::Engine;
use crate::fallback::{self, Way};
use crate::js;
use crate::media::seconds;
use crate::options;
use crate::resolve::{self, Resolved};
use crate::shell::Event;
use crate::ui::Trouble;

/// A first picture that takes longer than this may need the help of peers. Most are there before, and then nothing was asked
/// for beside it.
const PATIENCE: Duration = Duration::from_secs(1);

impl Mounted {
    /// Finds out what to play.
    pub(super) fn find(&mut self) {
        let named = self.options.video.as_deref().map(|video| resolve::name(video, &self.options.instance));
        self.named.clone_from(&named);
        // A page that knows the addresses already spares us the question, unless this browser plays none of them; views
        // are reported all the same.
        let skills = fallback::skills(self.element.video());
        let given = fallback::from_options(&self.options);
        let is_playable = given.as_ref().is_some_and(|given| fallback::choose_way(given, skills).is_some());
        let now = self.clock.now();
        let (instance, id) = match (given, named) {
            (Some(given), named) if is_playable || named.is_none() => return self.found(now, Ok(given)),
            (_, Some(named)) => named,
            (_, None) => return self.fall(Trouble::NotFound),
        };
        let (http, sink, options) = (self.http.clone(), self.sink.clone(), self.options.clone());
        spawn_local(async move {
            let found = resolve::resolve(&http, &instance, &id, &options).await;
            let more = found.is_ok();
            sink.happen(Event::Found(found));
            if !more {
                return;
            }
            for (what, wanted) in [
                ("/captions", options.captions.is_empty()),
                ("/storyboards", options.storyboard.is_none()),
                ("/chapters", options.chapters.is_empty()),
            ] {
                if wanted {
                    let answer = resolve::beside(&http, &instance, &id, what, &options).await;
                    sink.happen(Event::Beside(answer));
                }
            }
        });
    }

    /// Takes what one of the lists beside the video says.
    pub(super) fn beside(&mut self, answer: &JsValue) {
        let instance = self.named.as_ref().map_or("", |(instance, _)| instance);
        let captions = resolve::captions(answer, instance);
        if let Some(sheet) = resolve::storyboard(answer, instance) {
            self.view.set_sheet(Some(sheet));
        }
        let chapters = options::chapters(answer);
        if !chapters.is_empty() {
            self.screen.chapters = chapters;
        }
        if !captions.is_empty() {
            self.set_captions(captions);
        }
    }

    pub(super) fn found(&mut self, now: Instant, found: Result<Resolved, Trouble>) {
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
            Some(Way::Plain { url, is_mute }) => {
                self.play_plainly(&url);
                if is_mute {
                    self.fall(Trouble::Mute);
                }
            }
            None => return self.fall(Trouble::Unsupported),
        }
        self.emit("ready", &[]);
        if self.options.autoplay {
            self.element.play();
        }
    }

    pub(super) fn stream(&mut self, now: Instant, url: String, digests: Option<String>) {
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
        let mut engine = Engine::start(now, load, self.http.clone(), self.element.clone(), seed(), say);
        // What the element said while the video was looked for, nobody says again.
        let media = self.element.read();
        engine.media(now, MediaEvent::Rate(media.rate));
        if !media.paused {
            engine.media(now, MediaEvent::Play);
        }
        self.playback = Playback::Stream(Box::new(engine));
        self.patience = Some(now + PATIENCE);
    }

    pub(super) fn play_plainly(&mut self, url: &str) {
        let token = self.found.as_ref().and_then(|found| found.file_token.as_deref());
        let video = self.element.video();
        video.set_loop(self.options.looping);
        self.element.set_source(&fallback::with_token(url, token));
        self.start = self.options.start;
        self.playback = Playback::Plain;
    }

    pub(super) fn set_ratio(&self, ratio: f64) {
        let _ = js::style(self.dom.host(), "--shoal-ratio", &crate::ui::decimal(ratio, 4));
    }
}

/// Something that differs between viewers, so that their retries do not come together.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any bits will do")]
fn seed() -> u64 {
    (js_sys::Math::random() * 9e15) as u64
}
