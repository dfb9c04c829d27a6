//! What the viewer and the page's script want: heard, made into commands by the screen, and carried out.

use player_core::io::Input;
use shared::time::Instant;

use super::door::{Mounted, Playback};
use super::engine::quality;
use crate::media::seconds;
use crate::page;
use crate::shell::{Asked, Effect};
use crate::ui::{Command, Heard, Place, Wish};

impl Mounted {
    pub(super) fn heard(&mut self, now: Instant, heard: Heard) {
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

    pub(super) fn asked(&mut self, now: Instant, asked: Asked) {
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

    pub(super) fn wish(&mut self, now: Instant, wish: Wish) {
        let commands = self.screen.wish(now, wish);
        self.obey(now, commands);
    }

    pub(super) fn obey(&mut self, now: Instant, commands: Vec<Command>) {
        for command in commands {
            self.carry_out(now, command);
        }
    }

    pub(super) fn carry_out(&mut self, now: Instant, command: Command) {
        match command {
            Command::Play => self.element.play(),
            Command::Pause => self.element.pause(),
            Command::Seek(to) => {
                self.has_jumped = true;
                match &mut self.playback {
                    Playback::Stream(engine) => engine.input(now, Input::Seek { to: seconds(to) }),
                    Playback::Plain => self.element.seek(to),
                    // There is nothing to seek in yet: it begins there.
                    Playback::None => self.options.start = Some(to),
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
            Command::Share(shared) => {
                self.memory.set_sharing(shared.word());
                self.share(now);
            }
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
}
