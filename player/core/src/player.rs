//! The one door: inputs in, outputs out.

use std::collections::VecDeque;

use shared::time::Instant;

use crate::io::{Fetch, FetchId, Input, Load, Output, Want};
use crate::stats::Stats;

/// One playback of one video.
#[derive(Debug)]
pub struct Player {
    outputs: VecDeque<Output>,
    stats: Stats,
    fetches: u64,
}

impl Player {
    /// A player that waits for [`Input::Load`]. The seed spreads retries, so that a thousand viewers of a server that
    /// restarts do not come back in one moment.
    #[must_use]
    pub fn new(_seed: u64) -> Player {
        Player { outputs: VecDeque::new(), stats: Stats::default(), fetches: 0 }
    }

    /// Takes one input. Drain [`Player::poll`] before the next one.
    pub fn handle(&mut self, _now: Instant, input: Input) {
        debug_assert!(self.outputs.is_empty(), "drain poll() before the next handle()");
        if let Input::Load(Load { url, digests, .. }) = input {
            self.fetch(url, Want::Playlist);
            if let Some(digests) = digests {
                self.fetch(digests, Want::Digests);
            }
        }
    }

    /// The next thing to do, until there is none.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to send the next [`Input::Tick`], if nothing else happens first.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        None
    }

    /// Counters of this playback.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.stats
    }

    fn fetch(&mut self, url: String, want: Want) {
        self.fetches += 1;
        let id = FetchId(self.fetches);
        let fetch = Fetch { id, url, range: None, want, fresh: false, bytes_max: 32 << 20 };
        self.outputs.push_back(Output::Fetch(fetch));
    }
}
