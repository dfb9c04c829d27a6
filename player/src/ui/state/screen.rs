//! What the viewer sees, as plain data.
//!
//! Owns which parts are shown and what each wish means at this moment. Never touches the page and never asks the
//! time: `now` is an argument, [`Screen::deadline`] says when to come back. The surprise is that the bar's own
//! position is not here: it is whatever the media element last said, so that the two can never disagree.

use std::time::Duration;

use shared::time::Instant;

use super::{Media, Shared, Trouble};
use crate::ui::text::within;
use crate::ui::wish::{Command, Page, Place, RATES, Way, Wish};

/// How long the controls stay after the last movement.
const CONTROLS_LINGER: Duration = Duration::from_secs(3);
/// Shorter waits are not worth a spinner: it would only flicker.
const SPINNER_DELAY: Duration = Duration::from_millis(450);
/// How long a sign in the middle (`+10 s`, `60 %`) stays.
const SIGN_LINGER: Duration = Duration::from_millis(800);
/// Two taps closer than this are one double tap.
const DOUBLE_TAP_MAX: Duration = Duration::from_millis(320);
/// What one double tap skips, in seconds.
const TAP_SKIP: f64 = 10.0;
/// Frame steps where nobody told us the frame rate.
const FRAME_RATE_DEFAULT: f64 = 30.0;
/// Seeking to the very end would end playback; the last frame is just before it.
const END_MARGIN: f64 = 0.1;
/// Whoever has seen less of a part and goes back wants the one before.
const CHAPTER_BEGUN: f64 = 3.0;
/// How far one goes where there are no parts, in seconds.
const CHAPTER_SKIP: f64 = 60.0;

/// A short answer to what the viewer just did, in the middle of the picture.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Sign {
    Play,
    Pause,
    /// Seconds skipped so far.
    Skip(f64),
    /// 0 to 1.
    Volume(f64),
    Muted,
    Rate(f64),
    /// The part that was jumped to.
    Chapter,
    Captions(bool),
}

/// Which part of the picture was tapped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Left,
    Middle,
    Right,
}

/// One quality of the menu.
#[derive(Clone, PartialEq, Debug)]
pub struct Quality {
    /// Pixels; 0 is sound alone.
    pub height: u32,
    /// Frames a second, where the playlist says so.
    pub frame_rate: Option<f64>,
}

/// What not every browser or page has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Can {
    pub fullscreen: bool,
    pub picture: bool,
    /// The page makes room when asked.
    pub theater: bool,
    /// Some browsers (on iOS) leave the volume to the device's buttons.
    pub volume: bool,
}

/// A part of the video.
#[derive(Clone, PartialEq, Debug)]
pub struct Chapter {
    /// Seconds.
    pub start: f64,
    /// What it is called.
    pub title: String,
}

/// Everything the view draws.
#[derive(Clone, Debug)]
pub struct Screen {
    pub media: Media,
    /// Whether playback was ever asked for: until then there is the poster and one big button.
    pub started: bool,
    /// Tallest first.
    pub qualities: Vec<Quality>,
    /// What the viewer chose; none is automatic.
    pub quality_chosen: Option<u32>,
    /// Height on the screen.
    pub quality_playing: Option<u32>,
    /// Labels of the captions there are.
    pub captions: Vec<String>,
    pub caption: Option<usize>,
    /// By when they begin.
    pub chapters: Vec<Chapter>,
    /// What this browser and this page can do.
    pub can: Can,
    /// With whom what is watched is shared; none where it cannot be.
    pub sharing: Option<Shared>,
    pub fullscreen: bool,
    pub picture: bool,
    pub theater: bool,
    pub menu: Option<Page>,
    pub help: bool,
    pub statistics: bool,
    pub trouble: Option<Trouble>,
    pub sign: Option<Sign>,
    /// Where the pointer or a finger is on the scrub bar, as a fraction.
    pub hover: Option<f64>,
    /// Whether that finger drags the position.
    pub scrubbing: bool,
    /// Whether the keyboard is inside the controls.
    pub keyboard: bool,
    pointer_on_controls: bool,
    controls_until: Instant,
    sign_until: Instant,
    starved_since: Option<Instant>,
    last_tap: Option<(Instant, Side)>,
    caption_last: usize,
}

impl Default for Screen {
    fn default() -> Screen {
        Screen {
            media: Media::default(),
            started: false,
            qualities: Vec::new(),
            quality_chosen: None,
            quality_playing: None,
            captions: Vec::new(),
            caption: None,
            chapters: Vec::new(),
            can: Can::default(),
            sharing: None,
            fullscreen: false,
            picture: false,
            theater: false,
            menu: None,
            help: false,
            statistics: false,
            trouble: None,
            sign: None,
            hover: None,
            scrubbing: false,
            keyboard: false,
            pointer_on_controls: false,
            controls_until: Instant::ZERO,
            sign_until: Instant::ZERO,
            starved_since: None,
            last_tap: None,
            caption_last: 0,
        }
    }
}

impl Screen {
    /// Takes what the media element says now.
    pub fn media(&mut self, now: Instant, media: Media) {
        if !media.paused {
            self.started = true;
        }
        if media.starved {
            self.starved_since.get_or_insert(now);
        } else {
            self.starved_since = None;
        }
        let stopped = media.paused && !self.media.paused;
        if stopped {
            self.stir(now);
        }
        self.media = media;
    }

    /// The pointer moved over the player.
    pub fn stir(&mut self, now: Instant) {
        self.controls_until = now + CONTROLS_LINGER;
    }

    /// The pointer lies on the bar or menu, which must not vanish beneath it.
    pub fn rest(&mut self, now: Instant, on_controls: bool) {
        self.pointer_on_controls = on_controls;
        self.stir(now);
    }

    /// The pointer left the player.
    pub fn leave(&mut self, now: Instant) {
        self.pointer_on_controls = false;
        self.controls_until = now;
        if !self.scrubbing {
            self.hover = None;
        }
    }

    /// What to draw the scrub bar's handle at: the finger while it drags, the picture otherwise.
    pub fn shown_time(&self) -> f64 {
        match self.hover {
            Some(fraction) if self.scrubbing => fraction * self.media.duration,
            _ => self.media.time,
        }
    }

    /// A finger or button went down on the scrub bar.
    pub fn scrub_start(&mut self, now: Instant, fraction: f64) -> Vec<Command> {
        self.scrubbing = true;
        self.scrub(now, fraction)
    }

    /// It moved. What is buffered follows the finger at once; the rest waits until it is let go, so that a drag does
    /// not start a fetch at every pixel.
    pub fn scrub(&mut self, now: Instant, fraction: f64) -> Vec<Command> {
        self.stir(now);
        self.hover = Some(within(fraction, 0.0, 1.0));
        let target = self.shown_time();
        if self.scrubbing && self.media.has(target) { vec![Command::Seek(target)] } else { Vec::new() }
    }

    /// It was let go.
    pub fn scrub_end(&mut self, now: Instant) -> Vec<Command> {
        let Some(fraction) = self.hover.filter(|_| self.scrubbing) else { return Vec::new() };
        self.scrubbing = false;
        self.hover = None;
        self.wish(now, Wish::SeekTo(fraction * self.media.duration))
    }

    /// A finger tapped the picture: once shows or hides the controls, twice at a side skips, and every further tap
    /// there skips again.
    pub fn tap(&mut self, now: Instant, side: Side) -> Vec<Command> {
        let again = self.last_tap.is_some_and(|(at, last)| last == side && now.since(at) <= DOUBLE_TAP_MAX);
        self.last_tap = Some((now, side));
        if !self.started {
            return self.wish(now, Wish::TogglePlay);
        }
        if self.menu.is_some() || self.help {
            return self.wish(now, Wish::Dismiss);
        }
        match (again, side) {
            (true, Side::Left) => self.wish(now, Wish::SeekBy(-TAP_SKIP)),
            (true, Side::Right) => self.wish(now, Wish::SeekBy(TAP_SKIP)),
            (true, Side::Middle) => self.wish(now, Wish::ToggleFullscreen),
            (false, _) => {
                self.pointer_on_controls = false;
                let shown = self.shows_controls(now);
                self.controls_until = if shown { now } else { now + CONTROLS_LINGER };
                Vec::new()
            }
        }
    }

    /// What a wish means now.
    pub fn wish(&mut self, now: Instant, wish: Wish) -> Vec<Command> {
        match wish {
            Wish::TogglePlay if self.media.paused => self.wish(now, Wish::Play),
            Wish::TogglePlay => self.wish(now, Wish::Pause),
            Wish::Play => {
                let first = !std::mem::replace(&mut self.started, true);
                self.stir(now);
                if !first {
                    self.show_sign(now, Sign::Play);
                }
                let again = self.media.ended.then_some(Command::Seek(0.0));
                again.into_iter().chain([Command::Play]).collect()
            }
            Wish::Pause => {
                self.show_sign(now, Sign::Pause);
                vec![Command::Pause]
            }
            Wish::SeekBy(seconds) => {
                let skipped = match self.sign {
                    Some(Sign::Skip(before)) if 0.0 < before * seconds => before + seconds,
                    _ => seconds,
                };
                self.show_sign(now, Sign::Skip(skipped));
                self.seek(self.media.time + seconds)
            }
            Wish::Chapter(way) => {
                let time = self.media.time;
                let mut starts = self.chapters.iter().map(|chapter| chapter.start);
                let next = match way {
                    Way::Back => starts.rfind(|start| start + CHAPTER_BEGUN < time),
                    Way::Forward => starts.find(|start| time < *start),
                };
                match next {
                    Some(start) => {
                        self.show_sign(now, Sign::Chapter);
                        self.seek(start)
                    }
                    None => self
                        .wish(now, Wish::SeekBy(if way == Way::Back { -CHAPTER_SKIP } else { CHAPTER_SKIP })),
                }
            }
            Wish::SeekTo(seconds) => self.seek(seconds),
            Wish::SeekToTenth(tenth) => self.seek(self.media.duration * f64::from(tenth) / 10.0),
            Wish::SeekToEnd => self.seek(self.media.duration - END_MARGIN),
            Wish::Step(way) => {
                let frame = 1.0 / self.frame_rate();
                let step = if way == Way::Back { -frame } else { frame };
                let mut commands = vec![Command::Pause];
                commands.extend(self.seek(self.media.time + step));
                commands
            }
            Wish::VolumeBy(step) => self.wish(now, Wish::Volume(self.heard_volume() + step)),
            Wish::Volume(volume) => {
                // Steps of a hundredth: 0.1 + 0.05 + 0.05 … must come out at 1 and not just below it.
                let volume = (within(volume, 0.0, 1.0) * 100.0).round() / 100.0;
                self.stir(now);
                self.show_sign(now, if 0.0 < volume { Sign::Volume(volume) } else { Sign::Muted });
                self.media.volume = volume;
                self.media.muted = volume <= 0.0;
                vec![Command::Volume(volume), Command::Mute(volume <= 0.0)]
            }
            Wish::ToggleMute => {
                let silent = self.heard_volume() <= 0.0;
                if silent && self.media.volume <= 0.0 {
                    // Nobody wants to unmute into silence.
                    return self.wish(now, Wish::Volume(0.5));
                }
                self.stir(now);
                self.show_sign(now, if silent { Sign::Volume(self.media.volume) } else { Sign::Muted });
                vec![Command::Mute(!silent)]
            }
            Wish::RateStep(way) => {
                let slower = RATES.iter().rev().find(|&&rate| rate < self.media.rate);
                let faster = RATES.iter().find(|&&rate| self.media.rate < rate);
                let rate = if way == Way::Back { slower } else { faster };
                rate.map_or_else(Vec::new, |&rate| self.wish(now, Wish::Rate(rate)))
            }
            Wish::Rate(rate) => {
                self.show_sign(now, Sign::Rate(rate));
                self.media.rate = rate;
                let mut commands = vec![Command::Rate(rate)];
                commands.extend(self.choose());
                commands
            }
            Wish::Quality(height) => {
                self.quality_chosen = height;
                let mut commands = vec![Command::Quality(height)];
                commands.extend(self.choose());
                commands
            }
            Wish::Caption(caption) => {
                self.caption = caption.filter(|&place| place < self.captions.len());
                if let Some(place) = self.caption {
                    self.caption_last = place;
                }
                let mut commands = vec![Command::Caption(self.caption)];
                commands.extend(self.choose());
                commands
            }
            Wish::ToggleCaptions if self.captions.is_empty() => Vec::new(),
            Wish::ToggleCaptions => {
                let on = self.caption.is_none();
                self.show_sign(now, Sign::Captions(on));
                let last = self.caption_last.min(self.captions.len() - 1);
                self.wish(now, Wish::Caption(on.then_some(last)))
            }
            Wish::ToggleFullscreen if !self.can.fullscreen => Vec::new(),
            Wish::ToggleTheater if !self.can.theater => Vec::new(),
            Wish::TogglePicture if !self.can.picture => Vec::new(),
            Wish::ToggleFullscreen => vec![Command::Fullscreen(!self.fullscreen)],
            Wish::ToggleTheater => vec![Command::Theater(!self.theater)],
            Wish::TogglePicture => vec![Command::Picture(!self.picture)],
            Wish::ToggleLoop => {
                self.media.looping = !self.media.looping;
                vec![Command::Loop(self.media.looping)]
            }
            Wish::ToggleSharing => match &mut self.sharing {
                Some(shared) => {
                    shared.is_on = !shared.is_on;
                    vec![Command::Share(*shared)]
                }
                None => Vec::new(),
            },
            Wish::ToggleCaution => match &mut self.sharing {
                Some(shared) => {
                    shared.is_cautious = !shared.is_cautious;
                    vec![Command::Share(*shared)]
                }
                None => Vec::new(),
            },
            Wish::ToggleStatistics => {
                self.statistics = !self.statistics;
                self.choose()
            }
            Wish::ToggleHelp => {
                self.help = !self.help;
                self.menu = None;
                vec![Command::Focus(if self.help { Place::Help } else { Place::Player })]
            }
            Wish::Menu(page) => {
                self.stir(now);
                if self.menu == Some(page) {
                    return self.wish(now, Wish::Dismiss);
                }
                self.help = false;
                self.menu = Some(page);
                vec![Command::Focus(Place::Menu)]
            }
            Wish::MenuBack => match self.menu {
                Some(Page::Quality | Page::Speed) => self.wish(now, Wish::Menu(Page::Root)),
                Some(Page::Root | Page::Captions) | None => self.wish(now, Wish::Dismiss),
            },
            Wish::Dismiss => {
                self.stir(now);
                if self.help {
                    self.help = false;
                    return vec![Command::Focus(Place::Player)];
                }
                self.choose()
            }
            Wish::Retry => {
                self.trouble = None;
                vec![Command::Retry]
            }
        }
    }

    /// Whether the bar is on the screen.
    pub fn shows_controls(&self, now: Instant) -> bool {
        self.started
            && (self.media.paused
                || self.menu.is_some()
                || self.scrubbing
                || self.keyboard
                || self.pointer_on_controls
                || now < self.controls_until)
    }

    /// Whether the spinner is on the screen.
    pub fn shows_spinner(&self, now: Instant) -> bool {
        self.trouble.is_none_or(Trouble::is_light)
            && self.starved_since.is_some_and(|since| since + SPINNER_DELAY <= now)
    }

    /// The sign in the middle, while it lasts.
    pub fn shows_sign(&self, now: Instant) -> Option<Sign> {
        self.sign.filter(|_| now < self.sign_until)
    }

    /// When the picture changes although nothing happens: ask again then.
    pub fn deadline(&self, now: Instant) -> Option<Instant> {
        let ends = [
            Some(self.controls_until),
            Some(self.sign_until),
            self.starved_since.map(|since| since + SPINNER_DELAY),
        ];
        ends.into_iter().flatten().filter(|&at| now < at).min()
    }

    /// What a script did needs no sign.
    pub fn forget_sign(&mut self) {
        self.sign = None;
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Instant) {
        if self.sign_until <= now {
            self.sign = None;
        }
    }

    /// The volume one hears: zero while muted.
    pub fn heard_volume(&self) -> f64 {
        if self.media.muted { 0.0 } else { self.media.volume }
    }

    fn frame_rate(&self) -> f64 {
        let playing = self.qualities.iter().find(|quality| Some(quality.height) == self.quality_playing);
        playing
            .and_then(|quality| quality.frame_rate)
            .filter(|&rate| 1.0 <= rate)
            .unwrap_or(FRAME_RATE_DEFAULT)
    }

    /// A choice was made: the menu closes, and the keyboard goes back to the button that opened it.
    fn choose(&mut self) -> Vec<Command> {
        match self.menu.take() {
            Some(Page::Captions) => vec![Command::Focus(Place::CaptionsButton)],
            Some(Page::Root | Page::Quality | Page::Speed) => vec![Command::Focus(Place::SettingsButton)],
            None => Vec::new(),
        }
    }

    /// What the part at this second is called.
    pub fn chapter(&self, seconds: f64) -> &str {
        let chapter = self.chapters.iter().rfind(|chapter| chapter.start <= seconds);
        chapter.map_or("", |chapter| &chapter.title)
    }

    fn seek(&mut self, seconds: f64) -> Vec<Command> {
        if !self.media.has_length() {
            return Vec::new();
        }
        let target = within(seconds, 0.0, self.media.duration);
        self.media.time = target;
        vec![Command::Seek(target)]
    }

    fn show_sign(&mut self, now: Instant, sign: Sign) {
        self.sign = Some(sign);
        self.sign_until = now + SIGN_LINGER;
    }
}
