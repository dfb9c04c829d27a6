//! What passes between the engine and the rest: inputs to it, words from it.

use player_core::fault::Reason;
use player_core::io::{Input, Notice, Offer, Quality};
use shared::time::Instant;

use super::door::{Mounted, Playback};
use crate::engine::Word;
use crate::ui::{Trouble, code, sentence};

impl Mounted {
    pub(super) fn tell(&mut self, now: Instant, input: Input) {
        if let Playback::Stream(engine) = &mut self.playback {
            engine.input(now, input);
        }
    }

    pub(super) fn listen_to_engine(&mut self) {
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

    pub(super) fn fall(&mut self, trouble: Trouble) {
        self.screen.trouble = Some(trouble);
        if !trouble.is_light() {
            let message = sentence(trouble, self.view.words());
            self.emit("error", &[("code", code(trouble).into()), ("message", message.into())]);
        }
    }
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

/// The core's word for a chosen height.
pub(super) fn quality(height: Option<u32>) -> Quality {
    height.map_or(Quality::Auto, Quality::Height)
}
