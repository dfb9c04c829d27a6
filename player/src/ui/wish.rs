//! What a viewer can ask of the player, whatever they asked it with, and what the player then does.
//!
//! Owns both lists: [`Wish`] comes from keys, buttons, menus and headsets; [`Command`] is carried out by the shell.
//! Never decides: `state` turns one into the other.

use super::state::Shared;

/// Speeds one can choose, slowest first.
pub const RATES: [f64; 7] = [0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0];

/// Something the viewer wants.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Wish {
    /// Play if it stands, pause if it plays, play again if it is over.
    TogglePlay,
    Play,
    Pause,
    /// Seconds, back or forward.
    SeekBy(f64),
    /// To where the next part begins, or this one or the one before; a minute where there are none.
    Chapter(Way),
    /// Seconds from the start.
    SeekTo(f64),
    /// Tenths of the whole.
    SeekToTenth(u8),
    SeekToEnd,
    /// One frame back or forward.
    Step(Way),
    VolumeBy(f64),
    Volume(f64),
    ToggleMute,
    /// The next slower or faster speed of the list.
    RateStep(Way),
    Rate(f64),
    /// None: let the player choose.
    Quality(Option<u32>),
    /// By its place in the list; none turns captions off.
    Caption(Option<usize>),
    ToggleCaptions,
    ToggleFullscreen,
    ToggleTheater,
    TogglePicture,
    ToggleLoop,
    /// Pass on what is watched to other viewers, or stop that.
    ToggleSharing,
    /// Pass it on to peers alone that the instance chose, or to anybody again.
    ToggleCaution,
    ToggleStatistics,
    ToggleHelp,
    /// Opens a page of the menu, or closes the menu if that page is open.
    Menu(Page),
    /// One page up, or out.
    MenuBack,
    Dismiss,
    Retry,
}

/// One of two directions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Back,
    Forward,
}

/// A page of the menu.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    Root,
    Quality,
    Speed,
    Captions,
}

/// Something the shell does to the media element, the core or the page.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Command {
    Play,
    Pause,
    /// Seconds from the start.
    Seek(f64),
    Volume(f64),
    Mute(bool),
    Rate(f64),
    Loop(bool),
    Share(Shared),
    /// None: automatic.
    Quality(Option<u32>),
    Caption(Option<usize>),
    Fullscreen(bool),
    Picture(bool),
    Theater(bool),
    Retry,
    /// Puts the keyboard where the viewer now is.
    Focus(Place),
}

/// Where the keyboard may be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// The first choice, or the chosen one, of the open menu.
    Menu,
    /// Another line of it.
    Line(Step),
    SettingsButton,
    CaptionsButton,
    /// The closing button of the help.
    Help,
    /// The player itself.
    Player,
}

/// A step through the menu.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Next,
    Previous,
    First,
    Last,
}
