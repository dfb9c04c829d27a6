//! Taking part in carrying the video to others: when to begin, and when to stop.

use player_core::io::Sharing;
use shared::time::Instant;
use wasm_bindgen_futures::spawn_local;

use super::door::{Mounted, Playback};
use crate::sharing;
use crate::shell::Event;

impl Mounted {
    /// Asks how peers are reached. It waits for the first picture, which nothing may hold up.
    pub(super) fn seek_servers(&mut self) {
        let sharing = self.found.as_ref().map(|found| sharing::choose(found, &self.options, &self.window));
        if sharing.flatten().is_none() {
            return;
        }
        self.screen.sharing = Some(self.memory.sharing());
        let instance = self.named.as_ref().map(|(instance, _)| instance.clone());
        let (http, sink, options) = (self.http.clone(), self.sink.clone(), self.options.clone());
        spawn_local(async move {
            sink.happen(Event::Servers(sharing::servers(&http, instance.as_deref(), &options).await));
        });
    }

    /// Takes part, or stops that.
    pub(super) fn share(&mut self, now: Instant) {
        let sharing = self.sharing().zip(self.servers.clone());
        if let Playback::Stream(engine) = &mut self.playback {
            engine.share(now, &self.window, sharing);
        }
    }

    fn sharing(&self) -> Option<Sharing> {
        // A browser that forgets the choice still holds to it while it plays.
        let is_on = self.screen.sharing?;
        sharing::choose(self.found.as_ref()?, &self.options, &self.window).filter(|_| is_on)
    }
}
