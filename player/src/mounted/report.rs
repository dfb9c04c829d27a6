//! What others are told: events to the page's script, views to the instance, what plays to the system, figures to the panel.

use js_sys::Object;
use shared::hls::Resolution;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::door::{Mounted, Playback};
use crate::js;
use crate::page;
use crate::resolve;
use crate::session::Session;
use crate::shell::{Effect, Event};
use crate::statistics::Figures;
use crate::ui::Heard;
use crate::views;

impl Mounted {
    pub(super) fn begin_session(&mut self) {
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

    pub(super) fn report_view(&self, report: Option<views::Report>, time: f64) {
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

    pub(super) fn emit_quality(&mut self) {
        let playing = self.screen.quality_playing.map_or(JsValue::NULL, JsValue::from);
        let chosen = self.screen.quality_chosen.map_or(JsValue::from(-1), JsValue::from);
        self.emit("qualitychange", &[("height", playing), ("quality", chosen)]);
    }

    pub(super) fn emit(&mut self, name: &'static str, fields: &[(&str, JsValue)]) {
        let detail = Object::new();
        for (name, value) in fields {
            js::set(&detail, name, value);
        }
        self.effects.push(Effect::Emit(name, detail.into()));
    }

    pub(super) fn figures_now(&self) -> Figures {
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
