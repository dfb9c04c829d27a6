//! The keyboard, as FEATURES names it: one table for what keys do and for the help that lists them.
//!
//! Owns which key means which wish. Never takes a key that belongs to someone else: to a text field, to the browser
//! (control, command) or to a slider or menu that has the focus.

use super::wish::{Way, Wish};
use crate::locale::Words;

/// How far an arrow goes, in seconds.
pub const ARROW_SKIP: f64 = 5.0;
/// How far a longer jump goes, in seconds: `j` and `l`.
pub const LONG_SKIP: f64 = 10.0;
/// How far an arrow moves the volume.
pub const VOLUME_STEP: f64 = 0.05;

/// Elements of a page, with all they hold, that want every key for themselves.
pub const KEYBOARD_OWNERS: &str = "input,textarea,select,[contenteditable]:not([contenteditable=false]),dialog,\
                                   [role=dialog],[role=textbox],[role=menu],[role=listbox],[role=slider]";
/// Elements of a page that space and enter press.
pub const PRESSED_BY_KEYS: &str = "a,button,summary,[role=button],[role=link]";

/// A key as the browser names it (`KeyboardEvent.key`).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Key<'a> {
    /// `a`, `ArrowLeft`, ` `.
    pub name: &'a str,
    /// Control, command or alt: those are the browser's.
    pub modified: bool,
}

/// What has the focus, as far as keys care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Focus {
    /// The player or the page.
    Elsewhere,
    /// A button: space and enter press it.
    Button,
    /// The scrub bar: arrows, home and end are its own, with the same meaning.
    Scrub,
    /// The volume.
    Volume,
    /// The menu: arrows walk through it.
    Menu,
}

/// What a key asks for; nothing where it is not ours.
pub fn wish_for(key: Key<'_>, focus: Focus) -> Option<Wish> {
    if key.modified {
        return None;
    }
    let walks = focus == Focus::Menu;
    match (key.name, focus) {
        (" " | "Enter", Focus::Button | Focus::Menu) => None,
        (" " | "Spacebar", _) => Some(Wish::TogglePlay),
        ("Enter", Focus::Scrub) => Some(Wish::TogglePlay),
        ("ArrowLeft" | "ArrowDown", Focus::Volume) => Some(Wish::VolumeBy(-VOLUME_STEP)),
        ("ArrowRight" | "ArrowUp", Focus::Volume) => Some(Wish::VolumeBy(VOLUME_STEP)),
        ("PageDown", Focus::Volume) => Some(Wish::VolumeBy(-4.0 * VOLUME_STEP)),
        ("PageUp", Focus::Volume) => Some(Wish::VolumeBy(4.0 * VOLUME_STEP)),
        ("Home", Focus::Volume) => Some(Wish::Volume(0.0)),
        ("End", Focus::Volume) => Some(Wish::Volume(1.0)),
        ("ArrowLeft", Focus::Menu) => Some(Wish::MenuBack),
        ("ArrowLeft", _) => Some(Wish::SeekBy(-ARROW_SKIP)),
        ("ArrowRight", _) if !walks => Some(Wish::SeekBy(ARROW_SKIP)),
        // The slider pattern asks for up and down too; a scrub bar's up is forward.
        ("ArrowUp", Focus::Scrub) => Some(Wish::SeekBy(ARROW_SKIP)),
        ("ArrowDown", Focus::Scrub) => Some(Wish::SeekBy(-ARROW_SKIP)),
        ("PageUp", Focus::Scrub) => Some(Wish::Chapter(Way::Forward)),
        ("PageDown", Focus::Scrub) => Some(Wish::Chapter(Way::Back)),
        ("ArrowUp", _) if !walks => Some(Wish::VolumeBy(VOLUME_STEP)),
        ("ArrowDown", _) if !walks => Some(Wish::VolumeBy(-VOLUME_STEP)),
        ("Home", _) if !walks => Some(Wish::SeekTo(0.0)),
        ("End", _) if !walks => Some(Wish::SeekToEnd),
        ("k" | "K", _) => Some(Wish::TogglePlay),
        ("j" | "J", _) => Some(Wish::SeekBy(-LONG_SKIP)),
        ("l" | "L", _) => Some(Wish::SeekBy(LONG_SKIP)),
        ("f" | "F", _) => Some(Wish::ToggleFullscreen),
        ("m" | "M", _) => Some(Wish::ToggleMute),
        ("t" | "T", _) => Some(Wish::ToggleTheater),
        ("c" | "C", _) => Some(Wish::ToggleCaptions),
        ("p" | "P", _) => Some(Wish::TogglePicture),
        (",", _) => Some(Wish::Step(Way::Back)),
        (".", _) => Some(Wish::Step(Way::Forward)),
        ("<", _) => Some(Wish::RateStep(Way::Back)),
        (">", _) => Some(Wish::RateStep(Way::Forward)),
        ("?", _) => Some(Wish::ToggleHelp),
        (name, _) => tenth(name).map(Wish::SeekToTenth),
    }
}

/// `0` to `9`.
fn tenth(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [digit @ b'0'..=b'9'] => Some(digit - b'0'),
        _ => None,
    }
}

/// The rows of the help: keys as printed on them, and what they do.
pub fn help(words: &Words) -> [(&'static [&'static str], &'static str); 13] {
    [
        (&["Space", "K"], words.key_play),
        (&["←", "→"], words.key_seek),
        (&["↑", "↓"], words.key_volume),
        (&["0", "9"], words.key_tenths),
        (&["Home", "End"], words.key_ends),
        (&["M"], words.key_mute),
        (&["F"], words.key_fullscreen),
        (&["T"], words.key_theater),
        (&["C"], words.key_captions),
        (&["P"], words.key_picture),
        (&[",", "."], words.key_frames),
        (&["<", ">"], words.key_speed),
        (&["?"], words.key_help),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, focus: Focus, wish: Option<Wish>) {
        assert_eq!(wish_for(Key { name, modified: false }, focus), wish, "{name} at {focus:?}");
    }

    #[test]
    fn keys_do_what_the_help_says() {
        let table = [
            (" ", Wish::TogglePlay),
            ("k", Wish::TogglePlay),
            ("ArrowLeft", Wish::SeekBy(-5.0)),
            ("ArrowRight", Wish::SeekBy(5.0)),
            ("ArrowUp", Wish::VolumeBy(0.05)),
            ("ArrowDown", Wish::VolumeBy(-0.05)),
            ("0", Wish::SeekToTenth(0)),
            ("9", Wish::SeekToTenth(9)),
            ("Home", Wish::SeekTo(0.0)),
            ("End", Wish::SeekToEnd),
            ("f", Wish::ToggleFullscreen),
            ("m", Wish::ToggleMute),
            ("t", Wish::ToggleTheater),
            ("c", Wish::ToggleCaptions),
            (".", Wish::Step(Way::Forward)),
            (",", Wish::Step(Way::Back)),
            ("<", Wish::RateStep(Way::Back)),
            (">", Wish::RateStep(Way::Forward)),
            ("?", Wish::ToggleHelp),
        ];
        for (name, wish) in table {
            check(name, Focus::Elsewhere, Some(wish));
        }
    }

    #[test]
    fn the_browsers_own_shortcuts_are_left_alone() {
        for name in ["f", "k", "ArrowLeft", "0"] {
            assert_eq!(wish_for(Key { name, modified: true }, Focus::Elsewhere), None);
        }
        for name in ["Tab", "Escape", "F5", "a", "Shift", "é", ""] {
            check(name, Focus::Elsewhere, None);
        }
    }

    #[test]
    fn space_presses_the_focused_button_rather_than_play() {
        check(" ", Focus::Button, None);
        check("Enter", Focus::Button, None);
        check("k", Focus::Button, Some(Wish::TogglePlay));
        check(" ", Focus::Scrub, Some(Wish::TogglePlay));
    }

    #[test]
    fn arrows_belong_to_the_slider_or_menu_that_has_the_focus() {
        check("ArrowUp", Focus::Scrub, Some(Wish::SeekBy(5.0)));
        check("ArrowLeft", Focus::Volume, Some(Wish::VolumeBy(-0.05)));
        check("Home", Focus::Volume, Some(Wish::Volume(0.0)));
        check("ArrowDown", Focus::Menu, None);
        check("ArrowRight", Focus::Menu, None);
        check("Home", Focus::Menu, None);
        check("ArrowLeft", Focus::Menu, Some(Wish::MenuBack));
    }
}
