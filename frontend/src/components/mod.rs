//! Leaves that draw what they are given: no fetching, no context but the locale and who looks.
//!
//! Owns what pages share. What has no state of its own is a plain function: a component costs two kilobytes of wasm,
//! whatever it draws.

mod alert;
mod avatar;
mod card;
mod copy;
mod dialog;
mod empty;
mod gate;
mod heading;
mod icon;
mod loading;
mod markdown;
mod menu;
mod picture;
mod processing;
mod report;

pub use alert::{Tone, alert, complaint};
pub use avatar::avatar;
pub use card::{Card, handle, open_there, skeleton_card, watched};
pub use copy::CopyField;
pub use dialog::Dialog;
pub use empty::empty;
pub use gate::gate;
pub use heading::{ARRIVING, Heading};
pub use icon::{Glyph, icon, logo};
pub use loading::{Loaded, Loading, failed, use_loaded};
pub use markdown::Markdown;
pub use menu::Menu;
pub use picture::picture;
pub use processing::{ASK_EVERY_MS, is_underway, processing_bar, stage_name};
pub use report::{Report, Reported};
