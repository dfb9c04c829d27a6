//! Taking part in carrying the video to others: when to begin, and when to stop.
//!
//! Owns the order of it. The surprise is that the code is not there at first (see `swarms`): the engine is told to share
//! only after it came, and where it does not come the video plays on without.

use player_core::io::Sharing;
use shared::time::Instant;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::door::{Mounted, Playback};
use crate::js;
use crate::sharing::{self, Ways};
use crate::shell::Event;
use crate::ui::{Rule, Shared};

impl Mounted {
    /// Takes part where that is possible and the viewer likes it. It waits for the first picture, which nothing may hold
    /// up; but one that does not come may need the help of peers.
    pub(super) fn offer_sharing(&mut self, now: Instant) {
        // Once is enough, and what the browser plays alone needs none.
        if self.patience.take().is_none() {
            return;
        }
        let Some(found) = &self.found else { return };
        let rule = Rule::read(found.sharing.as_deref());
        let may_share = sharing::choose(found, &self.options, &self.window, false).is_some();
        if may_share || rule == Rule::Nobody {
            // A viewer is told, too, where nobody may share.
            self.screen.sharing = Some(Shared::recall(rule, self.memory.sharing().as_deref()));
        }
        if may_share {
            self.share(now);
        }
    }

    /// Takes part, or stops that.
    pub(super) fn share(&mut self, now: Instant) {
        let sharing = self.sharing();
        if sharing.is_some() && self.ways.is_none() {
            return self.prepare_sharing();
        }
        let sharing = sharing
            .zip(self.ways.clone())
            .map(|(sharing, ways)| (Sharing { instance: ways.instance, ..sharing }, ways.servers));
        if let Playback::Stream(engine) = &mut self.playback {
            engine.share(now, &self.window, sharing);
        }
    }

    /// What was fetched for sharing is here: its code, and how peers are reached. Without the code it is not
    /// offered any more.
    pub(super) fn prepared_sharing(&mut self, now: Instant, ways: Option<Ways>) {
        self.is_preparing = false;
        self.ways = ways;
        match self.ways {
            Some(_) => self.share(now),
            None => self.screen.sharing = None,
        }
    }

    /// Fetches the code that only who shares needs, and asks how peers are reached.
    fn prepare_sharing(&mut self) {
        if std::mem::replace(&mut self.is_preparing, true) {
            return;
        }
        let instance = self.named.as_ref().map(|(instance, _)| instance.clone());
        let (http, sink, options) = (self.http.clone(), self.sink.clone(), self.options.clone());
        let code = self.load_sharing.call0(&JsValue::UNDEFINED);
        spawn_local(async move {
            let is_loaded = match code {
                Ok(code) => js::settled(code).await.is_ok(),
                Err(_) => false,
            };
            let ways = match is_loaded {
                true => Some(sharing::ways(&http, instance.as_deref(), &options).await),
                false => None,
            };
            sink.happen(Event::Ways(ways));
        });
    }

    fn sharing(&self) -> Option<Sharing> {
        // A browser that forgets the choice still holds to it while it plays.
        let shared = self.screen.sharing.filter(|shared| !shared.is_out_of_reach())?;
        sharing::choose(self.found.as_ref()?, &self.options, &self.window, shared.is_cautious)
    }
}
