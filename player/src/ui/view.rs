//! The screen, drawn: one function from the state to the elements, called whenever the state may have changed.
//!
//! Owns what each state looks like. Never listens and never decides. Drawing twice costs nothing (`dom` remembers what
//! it wrote), and while the controls are hidden only what is visible is drawn at all.

use wasm_bindgen::JsValue;
use web_sys::Element;

use shared::time::Instant;

use super::dom::Dom;
use super::icons;
use super::menu::Menu;
use super::panels::{self, Row};
use super::state::{Screen, Sign};
use super::storyboard::Sheet;
use super::text::{clock, decimal, percent, speed, spoken_position};
use super::tree::Part;
use super::wish::{Page, Place};
use crate::locale::{Words, fill};

/// Width of the preview above the scrub bar, in pixels of the page; narrower pictures keep their own.
const PREVIEW_WIDTH_MAX: f64 = 192.0;

/// What does not change while a player lives.
pub struct Look {
    pub words: &'static Words,
    /// Whether there is a bar at all.
    pub controls: bool,
}

/// The drawing side of the controls.
pub struct View {
    look: Look,
    title: String,
    menu: Menu,
    sheet: Option<Sheet>,
}

impl View {
    /// A view that has drawn nothing yet.
    pub fn new(look: Look) -> View {
        View { look, title: String::new(), menu: Menu::default(), sheet: None }
    }

    /// The words everything is drawn with.
    pub fn words(&self) -> &'static Words {
        self.look.words
    }

    /// Names the video.
    pub fn set_title(&mut self, title: &str) {
        title.clone_into(&mut self.title);
    }

    /// What the video is called.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The small pictures for the scrub bar; a sheet whose numbers make no sense is not used.
    pub fn set_sheet(&mut self, sheet: Option<Sheet>) {
        self.sheet = sheet.filter(Sheet::is_sound);
    }

    /// The menu, for what the keyboard and the pointer do in it.
    pub fn menu(&self) -> &Menu {
        &self.menu
    }

    /// Draws everything that is visible.
    pub fn draw(
        &mut self,
        now: Instant,
        dom: &Dom,
        screen: &Screen,
        statistics: &[Row],
    ) -> Result<(), JsValue> {
        let words = self.look.words;
        let shown = screen.shows_controls(now) && self.look.controls;
        let label = if self.title.is_empty() {
            words.player_untitled.to_owned()
        } else {
            fill(words.player, &[&self.title])
        };
        dom.put(Part::Player, "aria-label", Some(&label));
        dom.flag(Part::Player, "data-started", screen.started);
        dom.flag(Part::Player, "data-controls", shown);
        dom.flag(Part::Player, "data-paused", screen.media.paused);
        dom.flag(Part::Player, "data-ended", screen.media.ended);
        dom.flag(Part::Player, "data-scrubbing", screen.scrubbing);
        dom.flag(Part::Player, "data-fullscreen", screen.fullscreen);
        dom.flag(Part::Player, "data-bare", !self.look.controls);
        dom.flag(Part::Spinner, "data-shown", screen.shows_spinner(now));
        self.draw_big_play(dom, screen);
        self.draw_sign(dom, screen, screen.shows_sign(now));
        panels::draw_message(dom, screen.trouble, words);
        panels::draw_statistics(dom, screen.statistics, statistics)?;
        panels::draw_help(dom, screen.help, words)?;
        self.menu.draw(dom, screen, words)?;
        // Names stand there from the start: the keyboard and a screen reader come to controls nobody sees yet.
        self.draw_row(dom, screen);
        if shown {
            self.draw_scrub(dom, screen);
        }
        Ok(())
    }

    /// The element the keyboard is sent to.
    pub fn place(&self, dom: &Dom, place: Place) -> Option<Element> {
        match place {
            Place::Menu => self.menu.entrance(dom),
            Place::Line(step) => self.menu.neighbour(dom, step),
            Place::SettingsButton => Some(dom.element(Part::Settings).clone()),
            Place::CaptionsButton => Some(dom.element(Part::Captions).clone()),
            Place::Player => Some(dom.element(Part::Player).clone()),
            Place::Help => dom.element(Part::Help).query_selector("button").ok().flatten(),
        }
    }

    fn draw_big_play(&self, dom: &Dom, screen: &Screen) {
        let words = self.look.words;
        let (icon, label) = if screen.media.ended {
            (icons::REPLAY, words.replay)
        } else if screen.media.paused {
            (icons::PLAY, words.play)
        } else {
            (icons::PAUSE, words.pause)
        };
        dom.icon(Part::BigPlay, icon);
        dom.put(Part::BigPlay, "aria-label", Some(label));
        let over = screen.trouble.is_some_and(|trouble| !trouble.is_light());
        dom.flag(Part::BigPlay, "hidden", over || !self.look.controls && screen.started);
    }

    fn draw_sign(&self, dom: &Dom, screen: &Screen, sign: Option<Sign>) {
        dom.flag(Part::Sign, "data-shown", sign.is_some());
        let Some(sign) = sign else { return };
        let words = self.look.words;
        let (icon, text) = match sign {
            Sign::Play => (icons::PLAY, String::new()),
            Sign::Pause => (icons::PAUSE, String::new()),
            Sign::Skip(seconds) => {
                let back = seconds < 0.0;
                let sign = if back { "−" } else { "+" };
                let count = super::text::whole(seconds.abs()).to_string();
                (if back { icons::BACK } else { icons::FORWARD }, [sign, &count, " s"].concat())
            }
            Sign::Volume(volume) => {
                (volume_icon(volume), fill(words.percent, &[&percent(volume).to_string()]))
            }
            Sign::Muted => (icons::SOUND_OFF, words.muted.to_owned()),
            Sign::Rate(rate) => (icons::FORWARD, speed(rate)),
            Sign::Chapter => (icons::FORWARD, screen.chapter(screen.media.time).to_owned()),
            Sign::Captions(on) => (icons::CAPTIONS, if on { words.on } else { words.off }.to_owned()),
        };
        let side = match sign {
            Sign::Skip(seconds) if seconds < 0.0 => Some("left"),
            // Beside the big button of a film that stands.
            Sign::Skip(_) | Sign::Chapter => Some("right"),
            Sign::Play | Sign::Pause | Sign::Volume(_) | Sign::Muted | Sign::Rate(_) | Sign::Captions(_) => {
                None
            }
        };
        dom.put(Part::Sign, "data-side", side);
        dom.icon(Part::SignIcon, icon);
        dom.text(Part::SignText, &text);
        // Playing and pausing are heard; the rest is told to those who cannot see the sign.
        if !text.is_empty() {
            dom.text(Part::Say, &text);
        }
    }

    fn draw_scrub(&self, dom: &Dom, screen: &Screen) {
        let media = &screen.media;
        let time = screen.shown_time();
        let known = 0.0 < media.duration && media.duration.is_finite();
        let words = self.look.words;
        dom.put(Part::Scrub, "aria-valuemax", Some(&super::text::whole(media.duration).to_string()));
        dom.put(Part::Scrub, "aria-valuenow", Some(&super::text::whole(time).to_string()));
        let spoken = [&spoken_position(time, media.duration, words), " ", screen.chapter(time)].concat();
        dom.put(Part::Scrub, "aria-valuetext", Some(spoken.trim_end()));
        dom.flag(Part::Scrub, "aria-disabled", !known);
        dom.put(Part::Scrub, "--played", Some(&fraction(media.fraction(time))));
        dom.put(Part::Scrub, "--buffered", Some(&stretches(screen)));
        if !screen.chapters.is_empty() {
            dom.put(Part::Scrub, "--marks", Some(&marks(screen)));
        }
        self.draw_preview(dom, screen);
        let position = if known { [clock(time), clock(media.duration)].join(" / ") } else { clock(time) };
        dom.text(Part::Time, &position);
    }

    fn draw_preview(&self, dom: &Dom, screen: &Screen) {
        let known = 0.0 < screen.media.duration && screen.media.duration.is_finite();
        let hover = screen.hover.filter(|_| known);
        dom.flag(Part::Preview, "data-shown", hover.is_some());
        let Some(hover) = hover else { return };
        let seconds = hover * screen.media.duration;
        dom.put(Part::Scrub, "--hover", Some(&fraction(hover)));
        dom.text(Part::PreviewTime, [&clock(seconds), " ", screen.chapter(seconds)].concat().trim_end());
        let Some(sheet) = &self.sheet else { return };
        let tile = sheet.tile(seconds);
        let scale = (PREVIEW_WIDTH_MAX / f64::from(sheet.tile_width)).min(1.0);
        let pixels = |count: u32| [&decimal(f64::from(count) * scale, 2), "px"].concat();
        let picture = ["url(\"", &sheet.url.replace(['"', '\\', '\n'], ""), "\")"].concat();
        dom.put(Part::PreviewPicture, "--sheet", Some(&picture));
        dom.put(Part::PreviewPicture, "--width", Some(&pixels(sheet.tile_width)));
        dom.put(Part::PreviewPicture, "--height", Some(&pixels(sheet.tile_height)));
        dom.put(Part::PreviewPicture, "--sheet-width", Some(&pixels(sheet.total_width)));
        dom.put(Part::PreviewPicture, "--left", Some(&["-", &pixels(tile.left)].concat()));
        dom.put(Part::PreviewPicture, "--top", Some(&["-", &pixels(tile.top)].concat()));
    }

    fn draw_row(&self, dom: &Dom, screen: &Screen) {
        let words = self.look.words;
        let media = &screen.media;
        let (icon, label) = if media.ended {
            (icons::REPLAY, words.replay)
        } else if media.paused {
            (icons::PLAY, words.play)
        } else {
            (icons::PAUSE, words.pause)
        };
        dom.put(Part::Scrub, "aria-label", Some(words.seek));
        dom.icon(Part::Play, icon);
        dom.label(Part::Play, label, "k");

        let heard = screen.heard_volume();
        dom.icon(Part::Mute, volume_icon(heard));
        dom.label(Part::Mute, if 0.0 < heard { words.mute } else { words.unmute }, "m");
        dom.flag(Part::Volume, "hidden", !screen.can.volume);
        dom.put(Part::Volume, "aria-label", Some(words.volume));
        dom.put(Part::Volume, "aria-valuemax", Some("100"));
        let heard_percent = percent(heard).to_string();
        dom.put(Part::Volume, "aria-valuenow", Some(&heard_percent));
        dom.put(Part::Volume, "aria-valuetext", Some(&fill(words.percent, &[&heard_percent])));
        dom.put(Part::Volume, "--level", Some(&fraction(heard)));

        dom.flag(Part::Captions, "hidden", screen.captions.is_empty());
        dom.flag(Part::Captions, "data-on", screen.caption.is_some());
        dom.label(Part::Captions, words.captions, "c");
        dom.put(Part::Captions, "aria-expanded", Some(truth(screen.menu == Some(Page::Captions))));
        let settings = matches!(screen.menu, Some(Page::Root | Page::Quality | Page::Speed));
        dom.label(Part::Settings, words.settings, "");
        dom.put(Part::Settings, "aria-expanded", Some(truth(settings)));

        dom.flag(Part::Picture, "hidden", !screen.can.picture);
        dom.flag(Part::Picture, "data-on", screen.picture);
        dom.label(Part::Picture, words.picture_in_picture, "p");
        dom.put(Part::Picture, "aria-pressed", Some(truth(screen.picture)));
        dom.flag(Part::Theater, "hidden", !screen.can.theater || screen.fullscreen);
        dom.icon(Part::Theater, if screen.theater { icons::THEATER_LEAVE } else { icons::THEATER });
        dom.label(Part::Theater, if screen.theater { words.theater_leave } else { words.theater }, "t");
        dom.flag(Part::Fullscreen, "hidden", !screen.can.fullscreen);
        dom.icon(
            Part::Fullscreen,
            if screen.fullscreen { icons::FULLSCREEN_LEAVE } else { icons::FULLSCREEN },
        );
        let label = if screen.fullscreen { words.fullscreen_leave } else { words.fullscreen };
        dom.label(Part::Fullscreen, label, "f");
    }
}

fn volume_icon(volume: f64) -> icons::Icon {
    if volume <= 0.0 {
        icons::SOUND_OFF
    } else if volume < 0.5 {
        icons::SOUND_LOW
    } else {
        icons::SOUND
    }
}

fn truth(on: bool) -> &'static str {
    if on { "true" } else { "false" }
}

/// Four decimals: a pixel of a wall of screens, and a text that stays the same while nothing visible moves.
fn fraction(of_one: f64) -> String {
    decimal(of_one, 4)
}

/// The buffered stretches as a background: light where there is something, clear where there is not.
fn stretches(screen: &Screen) -> String {
    let media = &screen.media;
    let mut stops = String::from("linear-gradient(90deg");
    for &(start, end) in &media.buffered {
        let (start, end) = (percent_of(media.fraction(start)), percent_of(media.fraction(end)));
        let pieces =
            [",#0000 ", &start, "%,var(--loaded) ", &start, "%,var(--loaded) ", &end, "%,#0000 ", &end, "%"];
        pieces.iter().for_each(|piece| stops.push_str(piece));
    }
    if media.buffered.is_empty() {
        stops.push_str(",#0000,#0000");
    }
    stops.push(')');
    stops
}

/// Where chapters begin as a background: a dark line each, but for one that begins with the film.
fn marks(screen: &Screen) -> String {
    let mut stops = String::from("linear-gradient(90deg,#0000 0");
    for chapter in screen.chapters.iter().filter(|chapter| 0.0 < chapter.start) {
        let at = percent_of(screen.media.fraction(chapter.start));
        [",#0000 ", &at, "%,#000c 0,#000c calc(2px + ", &at, "%),#0000 0"]
            .iter()
            .for_each(|piece| stops.push_str(piece));
    }
    stops.push(')');
    stops
}

fn percent_of(fraction: f64) -> String {
    decimal(fraction * 100.0, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::{Chapter, Media};

    #[test]
    fn buffered_stretches_become_one_background() {
        let media = Media { duration: 100.0, buffered: vec![(0.0, 10.0), (50.0, 75.5)], ..Media::default() };
        let mut screen = Screen::default();
        screen.media(Instant::ZERO, media);
        assert_eq!(
            stretches(&screen),
            "linear-gradient(90deg,#0000 0%,var(--loaded) 0%,var(--loaded) 10%,#0000 10%\
             ,#0000 50%,var(--loaded) 50%,var(--loaded) 75.5%,#0000 75.5%)"
        );
        assert_eq!(stretches(&Screen::default()), "linear-gradient(90deg,#0000,#0000)");
    }

    #[test]
    fn chapters_become_marks_where_they_begin() {
        let mut screen = Screen::default();
        screen.media(Instant::ZERO, Media { duration: 100.0, ..Media::default() });
        let chapter = |start: f64| Chapter { start, title: String::new() };
        screen.chapters = vec![chapter(0.0), chapter(25.0)];
        assert_eq!(
            marks(&screen),
            "linear-gradient(90deg,#0000 0,#0000 25%,#000c 0,#000c calc(2px + 25%),#0000 0)"
        );
    }

    #[test]
    fn positions_are_rounded_so_that_stillness_costs_nothing() {
        assert_eq!(fraction(1.0 / 3.0), "0.3333");
        assert_eq!(fraction(1.0), "1");
    }
}
