//! The pictures on the buttons, drawn by hand on a grid of 24.
//!
//! Owns their outlines. A picture is stroked with the text's colour; its first letter says whether it is filled too.

/// One picture: `d` of an SVG path.
pub type Icon = &'static str;

pub const PLAY: Icon = "M8 5v14l11-7z";
pub const PAUSE: Icon = "M7.5 5.5h2v13h-2zM14.5 5.5h2v13h-2z";
pub const REPLAY: Icon = "M4.5 4.5v4.7h4.7M5 9a8 8 0 1 1-.6 5.4";
pub const SOUND: Icon =
    "M4 9.5v5h3.2L12 18.5v-13L7.2 9.5zM15.6 9.2a4 4 0 0 1 0 5.6M18.4 6.6a7.7 7.7 0 0 1 0 10.8";
pub const SOUND_LOW: Icon = "M4 9.5v5h3.2L12 18.5v-13L7.2 9.5zM15.6 9.2a4 4 0 0 1 0 5.6";
pub const SOUND_OFF: Icon = "M4 9.5v5h3.2L12 18.5v-13L7.2 9.5zM16 9.6l4.8 4.8M20.8 9.6L16 14.4";
pub const CAPTIONS: Icon = "M5 5h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM10.6 10.4a2.2 2.2 0 1 0 0 3.2M17.4 10.4a2.2 2.2 0 1 0 0 3.2";
pub const SETTINGS: Icon = "M9.9 5.2L10.2 2.8h3.6L14.1 5.2l1.2.5 2-1.5 2.5 2.5-1.5 2 .5 1.2 2.4.3v3.6l-2.4.3-.5 1.2 1.5 2-2.5 2.5-2-1.5-1.2.5-.3 2.4h-3.6l-.3-2.4-1.2-.5-2 1.5-2.5-2.5 1.5-2-.5-1.2-2.4-.3v-3.6l2.4-.3.5-1.2-1.5-2 2.5-2.5 2 1.5zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z";
pub const PICTURE: Icon = "M10 19H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v4M14 14.5h7V19h-7z";
pub const THEATER: Icon = "M3 7h18v10H3z";
pub const THEATER_LEAVE: Icon = "M7 8.5h10v7H7zM3.5 5v14M20.5 5v14";
pub const FULLSCREEN: Icon = "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5";
pub const FULLSCREEN_LEAVE: Icon = "M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5";
pub const CHECK: Icon = "M5 12.5l4.5 4.5L19 7.5";
pub const FORWARD: Icon = "M9 6l6 6-6 6";
pub const BACK: Icon = "M15 6l-6 6 6 6";
pub const CLOSE: Icon = "M6 6l12 12M18 6L6 18";

/// Whether the outline is filled as well: the two pictures everybody knows as solid shapes.
pub fn is_solid(icon: Icon) -> bool {
    icon == PLAY || icon == PAUSE
}
