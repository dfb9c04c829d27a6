//! Fingers, pointers and keys, turned into what the viewer wants.
//!
//! Owns every listener on the controls. Never changes anything itself: each event becomes one [`Heard`]. The surprise
//! is touch: a finger that taps the picture shows the controls, a mouse that clicks it pauses, and only the last
//! `pointerdown` tells which of the two a click came from.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, KeyboardEvent, MouseEvent, PointerEvent};

use super::dom::Dom;
use super::keys::{self, Focus, Key};
use super::state::Side;
use super::text::within;
use super::tree::Part;
use super::wish::{Page, Step, Wish};
use crate::js::Listener;

/// What a viewer did.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Heard {
    Wish(Wish),
    /// The pointer moved; whether it lies on the controls.
    Moved {
        on_controls: bool,
    },
    Left,
    /// The pointer is above the scrub bar at this fraction of it, or no longer.
    Hover(Option<f64>),
    ScrubStart(f64),
    Scrub(f64),
    ScrubEnd,
    Tap(Side),
    /// The keyboard came into the controls, or left them.
    Keyboard(bool),
    /// An arrow in the menu.
    Walk(Step),
    /// A line of the menu was pressed.
    Line(usize),
}

/// What is dragged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Drag {
    Nothing,
    Position,
    Volume,
}

/// The listeners; dropping them silences the controls.
pub struct Ears {
    _listeners: [Listener; 2],
}

struct Listening {
    dom: Rc<Dom>,
    say: Rc<dyn Fn(Heard)>,
    drag: Cell<Drag>,
    touch: Cell<bool>,
}

impl Ears {
    /// Listens on the player, and with `page_keys` on the whole page for keys that nothing else wants.
    pub fn new(dom: &Rc<Dom>, page_keys: bool, say: Rc<dyn Fn(Heard)>) -> Ears {
        let listening = Rc::new(Listening {
            dom: dom.clone(),
            say,
            drag: Cell::new(Drag::Nothing),
            touch: Cell::new(false),
        });
        let page = listening.clone();
        let names: &[&str] = &[
            "click",
            "dblclick",
            "contextmenu",
            "pointerdown",
            "pointermove",
            "pointerup",
            "pointercancel",
            "pointerleave",
            "focusin",
            "focusout",
            "keydown",
        ];
        let on_player = Listener::new(dom.element(Part::Player), names, move |event| listening.hear(&event));
        let page_names: &[&str] = if page_keys { &["keydown"] } else { &[] };
        let on_page = Listener::new(dom.document(), page_names, move |event| page.hear_page(&event));
        Ears { _listeners: [on_player, on_page] }
    }
}

impl Listening {
    fn say(&self, heard: Heard) {
        (self.say)(heard);
    }

    fn hear(&self, event: &Event) {
        let Some(target) = element_of(event) else { return };
        let part = self.dom.part_of(&target);
        match event.type_().as_str() {
            "click" => self.click(event, &target, part),
            "dblclick" if part == Some(Part::Surface) && !self.touch.get() => {
                self.say(Heard::Wish(Wish::ToggleFullscreen));
            }
            // A long press would open a menu of the browser over ours.
            "contextmenu" if self.touch.get() => event.prevent_default(),
            "pointerdown" => self.down(event.unchecked_ref(), part),
            "pointermove" => self.moved(event.unchecked_ref(), part),
            "pointerup" | "pointercancel" => self.up(),
            "pointerleave" if !is_touch(event.unchecked_ref()) && self.drag.get() == Drag::Nothing => {
                self.say(Heard::Left);
            }
            "focusin" => {
                let inside = !matches!(part, Some(Part::Player | Part::Surface | Part::BigPlay) | None);
                let visible = target.matches(":focus-visible").unwrap_or(false);
                self.say(Heard::Keyboard(inside && visible));
            }
            "focusout" if event.unchecked_ref::<FocusEvent>().related_target().is_none() => {
                self.say(Heard::Keyboard(false));
            }
            "keydown" => self.key(event.unchecked_ref(), &target, part),
            _ => {}
        }
    }

    fn click(&self, event: &Event, target: &Element, part: Option<Part>) {
        let Some(part) = part else { return };
        let wish = match part {
            Part::Surface if self.touch.get() => {
                return self.say(Heard::Tap(self.side(event.unchecked_ref())));
            }
            Part::Surface if self.is_open(Part::Menu) || self.is_open(Part::Help) => Wish::Dismiss,
            Part::Surface | Part::BigPlay | Part::Play => Wish::TogglePlay,
            Part::Mute => Wish::ToggleMute,
            Part::Captions => Wish::Menu(Page::Captions),
            Part::Settings if self.is_open(Part::Menu) => Wish::Dismiss,
            Part::Settings => Wish::Menu(Page::Root),
            Part::Picture => Wish::TogglePicture,
            Part::Theater => Wish::ToggleTheater,
            Part::Fullscreen => Wish::ToggleFullscreen,
            Part::Retry => Wish::Retry,
            Part::Help if target.closest("[data-close]").is_ok_and(|button| button.is_some()) => {
                Wish::ToggleHelp
            }
            Part::Menu => return self.press_line(target),
            Part::Player
            | Part::Video
            | Part::Cues
            | Part::Spinner
            | Part::Sign
            | Part::SignIcon
            | Part::SignText
            | Part::Statistics
            | Part::Bar
            | Part::Scrub
            | Part::Played
            | Part::Preview
            | Part::PreviewPicture
            | Part::PreviewTime
            | Part::Volume
            | Part::VolumeLevel
            | Part::Time
            | Part::Help
            | Part::Message
            | Part::MessageText
            | Part::Say => return,
        };
        self.say(Heard::Wish(wish));
    }

    fn press_line(&self, target: &Element) {
        let Ok(Some(line)) = target.closest("button") else { return };
        let lines = self.dom.element(Part::Menu).children();
        let place = (0..lines.length()).find(|&place| lines.item(place).is_some_and(|other| other == line));
        if let Some(place) = place.and_then(|place| usize::try_from(place).ok()) {
            self.say(Heard::Line(place));
        }
    }

    fn down(&self, event: &PointerEvent, part: Option<Part>) {
        self.touch.set(is_touch(event));
        if event.button() != 0 {
            return;
        }
        let (drag, rail) = match part {
            Some(Part::Scrub | Part::Played | Part::Preview) => (Drag::Position, Part::Scrub),
            Some(Part::Volume | Part::VolumeLevel) => (Drag::Volume, Part::Volume),
            Some(_) | None => return,
        };
        self.drag.set(drag);
        // Without capture the drag would end at the edge of the bar.
        let _ = self.dom.element(rail).set_pointer_capture(event.pointer_id());
        let fraction = self.fraction(event, rail);
        match drag {
            Drag::Position => self.say(Heard::ScrubStart(fraction)),
            Drag::Volume => self.say(Heard::Wish(Wish::Volume(fraction))),
            Drag::Nothing => {}
        }
    }

    fn moved(&self, event: &PointerEvent, part: Option<Part>) {
        match self.drag.get() {
            Drag::Position => return self.say(Heard::Scrub(self.fraction(event, Part::Scrub))),
            Drag::Volume => {
                return self.say(Heard::Wish(Wish::Volume(self.fraction(event, Part::Volume))));
            }
            Drag::Nothing => {}
        }
        if is_touch(event) {
            return;
        }
        let over = part.is_some_and(|part| matches!(part, Part::Scrub | Part::Played));
        self.say(Heard::Hover(over.then(|| self.fraction(event, Part::Scrub))));
        let on_controls = !matches!(part, Some(Part::Player | Part::Surface | Part::Video) | None);
        self.say(Heard::Moved { on_controls });
    }

    fn up(&self) {
        if self.drag.replace(Drag::Nothing) == Drag::Position {
            self.say(Heard::ScrubEnd);
        }
    }

    fn key(&self, event: &KeyboardEvent, target: &Element, part: Option<Part>) {
        let name = event.key();
        let open = self.is_open(Part::Menu) || self.is_open(Part::Help);
        let in_menu = part == Some(Part::Menu);
        let step = match name.as_str() {
            "ArrowDown" => Some(Step::Next),
            "ArrowUp" => Some(Step::Previous),
            "Home" => Some(Step::First),
            "End" => Some(Step::Last),
            _ => None,
        };
        let heard = match (name.as_str(), step) {
            ("Escape", _) if open => Heard::Wish(Wish::Dismiss),
            (_, Some(step)) if in_menu => Heard::Walk(step),
            // A menu is left with the tab key, as anywhere; it closes behind the viewer.
            ("Tab", _) if in_menu => return self.say(Heard::Wish(Wish::Dismiss)),
            // The right arrow opens what a line leads to.
            ("ArrowRight", _) if in_menu && target.has_attribute("aria-haspopup") => {
                event.prevent_default();
                return self.press_line(target);
            }
            _ => match keys::wish_for(key(&name, event), focus(target, part)) {
                Some(wish) => Heard::Wish(wish),
                None => return,
            },
        };
        event.prevent_default();
        event.stop_propagation();
        self.say(heard);
    }

    /// A key pressed somewhere else on the page.
    fn hear_page(&self, event: &Event) {
        let (Some(target), Some(event)) = (element_of(event), event.dyn_ref::<KeyboardEvent>()) else {
            return;
        };
        let Some(focus) = page_focus(&target).filter(|_| !event.default_prevented()) else { return };
        let name = event.key();
        let Some(wish) = keys::wish_for(key(&name, event), focus) else { return };
        // The page scrolls with these where nothing has the keyboard; that is its own affair.
        if matches!(name.as_str(), "ArrowUp" | "ArrowDown" | "Home" | "End") {
            return;
        }
        event.prevent_default();
        self.say(Heard::Wish(wish));
    }

    fn is_open(&self, part: Part) -> bool {
        !self.dom.element(part).has_attribute("hidden")
    }

    /// Where on a rail the pointer is, from 0 at its start to 1 at its end.
    fn fraction(&self, event: &MouseEvent, rail: Part) -> f64 {
        let rail = self.dom.element(rail).get_bounding_client_rect();
        if rail.width() <= 0.0 {
            return 0.0;
        }
        within((f64::from(event.client_x()) - rail.left()) / rail.width(), 0.0, 1.0)
    }

    /// Which third of the picture was tapped.
    fn side(&self, event: &MouseEvent) -> Side {
        match self.fraction(event, Part::Surface) {
            third if third < 1.0 / 3.0 => Side::Left,
            third if 2.0 / 3.0 < third => Side::Right,
            _ => Side::Middle,
        }
    }
}

fn element_of(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn is_touch(event: &PointerEvent) -> bool {
    event.pointer_type() == "touch"
}

fn key<'a>(name: &'a str, event: &KeyboardEvent) -> Key<'a> {
    Key { name, modified: event.ctrl_key() || event.meta_key() || event.alt_key() }
}

/// What has the keyboard on the page around us; nothing where keys belong to it alone: to fields, to windows over the
/// page, and to whatever hides its inside, as players do.
fn page_focus(target: &Element) -> Option<Focus> {
    let within = |selector| target.closest(selector).is_ok_and(|found| found.is_some());
    let closed = target.shadow_root().is_some() || target.tag_name().contains('-');
    if closed || within(keys::KEYBOARD_OWNERS) {
        return None;
    }
    Some(if within(keys::PRESSED_BY_KEYS) { Focus::Button } else { Focus::Elsewhere })
}

fn focus(target: &Element, part: Option<Part>) -> Focus {
    match part {
        Some(Part::Scrub) => Focus::Scrub,
        Some(Part::Volume) => Focus::Volume,
        Some(Part::Menu) => Focus::Menu,
        _ if target.tag_name() == "BUTTON" => Focus::Button,
        Some(_) | None => Focus::Elsewhere,
    }
}
